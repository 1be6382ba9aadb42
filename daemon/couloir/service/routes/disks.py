"""Disks with originals: which ones a library names, and where the user says that one is now."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final

from msgspec import Meta

from couloir.errors import AccessDenied, LibraryError
from couloir.service.http.api import Api
from couloir.service.http.problems import (
    IdempotencyConflict,
    OutsideRoots,
    QueueFull,
    UnknownLibrary,
    UnsafeDisk,
)
from couloir.service.http.wire import Count, Incoming, Json, LibraryId, Outgoing
from couloir.service.jobs.jobs import JobContext
from couloir.service.libraries.roots import Purpose
from couloir.service.routes.jobs import JobStarted, start_job
from couloir.service.services import Services

JOB: Final = "library.disk"


class DiskView(Outgoing, frozen=True, kw_only=True):
    """A disk by the name that the library has for it, by its uuid where it has none, and the number of `originals` on
    it. `folder` is where the user has said that it is now, null where nothing was said. `connected`: that folder, or on
    a Mac the disk itself, is there now.
    """

    disk: str
    originals: Count
    folder: str | None
    connected: bool


class DiskList(Outgoing, frozen=True, kw_only=True):
    """The disks of the originals that lie outside of the library, those with the most originals first."""

    disks: list[DiskView]


class DiskRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A disk as the list names it, and the folder that the user chose for it in a dialog: the disk itself, or a copy of
    all that was on it.
    """

    disk: Annotated[str, Meta(min_length=1, max_length=1024)]
    folder: Annotated[str, Meta(min_length=1, max_length=4096)]


def disk_routes(api: Api, services: Services) -> None:
    """/v1/libraries/ID/disks"""

    def list_disks(library_id: str) -> DiskList:
        from couloir.service.libraries.disks import count_originals

        library = services.libraries.get(library_id)
        counts = library.ask_once(count_originals)
        there = library.ask(lambda opened: {disk: opened.is_connected(disk) for disk in counts})
        said = services.roots.reading_options(library.path).get("volumes", {})
        return DiskList(
            disks=[
                DiskView(
                    disk=disk,
                    originals=number,
                    folder=str(said[disk]) if disk in said else None,
                    connected=there[disk],
                )
                for disk, number in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
            ]
        )

    def locate_disk(library_id: str, body: DiskRequest, key: str | None) -> JobStarted:
        services.libraries.path_of(library_id)
        folder = services.roots.disk_folder(body.folder)
        return start_job(
            services.jobs.submit(JOB, {"library": library_id, "disk": body.disk, "folder": str(folder)}, key)
        )

    def locate_job(context: JobContext) -> Json:
        from couloir.service.libraries.disks import check_disk

        request: Any = context.request
        library_id, disk = str(request["library"]), str(request["disk"])
        path = services.roots.admit(str(services.libraries.path_of(library_id)), Purpose.LIBRARY)
        folder = services.roots.disk_folder(str(request["folder"]))
        checked = check_disk(
            path,
            services.roots.reading_options(path),
            disk,
            folder,
            lambda done, total: context.progress(done, total, "disk"),
            context.check,
        )
        services.roots.locate(path, disk, folder)
        known = services.libraries.peek(library_id)
        if known is not None:
            known.reopen()
        return {"disk": disk, "folder": str(folder), **asdict(checked)}

    services.jobs.register(JOB, locate_job)
    one: dict[str, Any] = {"path_types": {"library_id": LibraryId}}
    api.get(
        "/v1/libraries/<library_id>/disks",
        list_disks,
        "The disks of originals outside of the library.",
        DiskList,
        problems=(UnknownLibrary, LibraryError, AccessDenied),
        **one,
    )
    api.post(
        "/v1/libraries/<library_id>/disks",
        locate_disk,
        "Say where a disk is now: a job that looks for its originals there, and keeps the folder if some are.",
        JobStarted,
        status=202,
        body=DiskRequest,
        idempotent=True,
        problems=(UnknownLibrary, UnsafeDisk, OutsideRoots, AccessDenied, IdempotencyConflict, QueueFull),
        **one,
    )
