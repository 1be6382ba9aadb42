"""Libraries: listing them, opening one with its pre-flight, and reading its content. Nothing in a library is
written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from msgspec import Meta

from couloir.errors import AccessDenied, BadImage, LibraryError, UnknownVersion
from couloir.language.fields import Telling
from couloir.migrate.cost.model import Durations
from couloir.service.http.api import Api
from couloir.service.http.problems import (
    IdempotencyConflict,
    LibraryNotOpen,
    NoPreview,
    OutsideRoots,
    QueueFull,
    UnknownLibrary,
)
from couloir.service.http.route import Reply
from couloir.service.http.wire import Count, Incoming, Json, LibraryId, Outgoing, Trouble, Uuid
from couloir.service.jobs.jobs import JobContext
from couloir.service.libraries.index import PhotoGroup, PhotoIndex
from couloir.service.libraries.open import OpenLibrary, id_of
from couloir.service.libraries.roots import Purpose
from couloir.service.libraries.tally import tally
from couloir.service.routes.jobs import JobStarted, start_job
from couloir.service.services import Services

if TYPE_CHECKING:
    from couloir.aperture.library import Library

JOB: Final = "library.open"


class LibraryRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A library by its absolute path, in a folder that was opened with POST /v1/roots.

    `from_plists`: the user wants its property lists read in place of lost databases. `follow_links`: the user was
    told where the library's links in place of Masters and Previews lead (`figures.links`), and wants them followed.
    Both apply to the library from then on, until it is opened without them.
    """

    path: Annotated[str, Meta(min_length=1, max_length=4096)]
    from_plists: bool = False
    follow_links: bool = False


class LibrarySummary(Outgoing, frozen=True, kw_only=True):
    """A library. `granted`: the user has opened it to the service. `indexed`: its photos can be listed and identified.

    `changed`: its files have changed since they were read, so plans and figures may be out of date; open it again.
    """

    id: LibraryId
    path: str
    name: str
    granted: bool
    indexed: bool
    changed: bool


class LibraryList(Outgoing, frozen=True, kw_only=True):
    """The libraries found in the usual places, and those that were opened."""

    libraries: list[LibrarySummary]


class LibraryView(LibrarySummary, frozen=True, kw_only=True):
    """An open library. `app` and `app_version` wrote it. `photos` counts the versions outside of the trash, null
    until it is indexed.

    `figures` is the pre-flight, as `couloir inspect --json` prints it, null until the opening job is done. Its lists
    are cut to 500 entries; `figures.listed` has their full lengths.
    """

    app: str
    app_version: str
    photos: Count | None
    figures: Telling


class PhotoCountsView(Outgoing, frozen=True, kw_only=True):
    """`photos`, how many of them were `edited`, and how many matching would render: those with a preview, of a camera's
    unedited RAW photos a sample. Edited photos and that sample (`sampled`) are `matched`, so they are rendered several
    times; the others once."""

    photos: Count
    edited: Count
    rendered: Count
    matched: Count
    sampled: Count


class TallyView(Outgoing, frozen=True, kw_only=True):
    """The photos that Aperture shows of a library, project or album: `every` one, and those `rated` three stars and
    more. All are 0 in a library that is not indexed yet."""

    every: PhotoCountsView
    rated: PhotoCountsView


class DurationsView(Outgoing, frozen=True, kw_only=True):
    """Seconds for one photo: applying settings, reading them back, making a virtual copy, drawing it small; and the
    `renderings` that a match needs."""

    apply: float
    read_back: float
    copy: float
    rendering: float
    renderings: float


class FolderView(Outgoing, frozen=True, kw_only=True):
    """A folder or project; `kind` is "folder" or "project". `parent` is null at the top."""

    uuid: str
    kind: str
    name: str
    parent: str | None
    position: int
    tally: TallyView


class AlbumView(Outgoing, frozen=True, kw_only=True):
    """An album; `kind` is "user" or "smart". The photos of a smart album are not known: `photos` is 0."""

    uuid: str
    kind: str
    name: str
    folder: str | None
    position: int
    photos: Count
    tally: TallyView


class Tree(Outgoing, frozen=True, kw_only=True):
    """Folders, projects, albums and keywords of the user: no trash, and none of Aperture's own containers. Keywords are
    paths from the root. `tally` counts the photos of the whole library. `durations`: how long Lightroom takes for one,
    as published and as it was on this computer so far.
    """

    folders: list[FolderView]
    albums: list[AlbumView]
    keywords: list[list[str]]
    tally: TallyView
    durations: DurationsView


class PhotoView(Outgoing, frozen=True, kw_only=True):
    """A version that Aperture shows. `number` orders the pages; `copy` is 1 for the first version of an original.

    `captured` is local time in the zone of the photo. Sizes are of the unrotated original.
    """

    number: Count
    uuid: str
    master: str
    project: str | None
    name: str
    file_name: str
    captured: str | None
    width: int | None
    height: int | None
    camera: str
    raw: bool
    copy: int
    rating: int
    flagged: bool
    adjusted: bool


class PhotoPage(Outgoing, frozen=True, kw_only=True):
    """Photos in the order of the library. Ask for the next page with `after` = `next`, which is null when there are no
    more.
    """

    photos: list[PhotoView]
    next: Count | None


class PhotoQuery(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`after` is the `next` of the previous page."""

    after: Count = 0
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class PreviewQuery(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`size` is the longest edge in pixels; a preview is never enlarged."""

    size: Annotated[int, Meta(ge=16, le=4096)] = 512


def library_routes(api: Api, services: Services) -> None:
    """/v1/libraries"""
    libraries, roots = services.libraries, services.roots

    def list_libraries() -> LibraryList:
        known = libraries.known_libraries().items()
        return LibraryList(libraries=[LibrarySummary(**_summary(services, path, number)) for number, path in known])

    def open_library(body: LibraryRequest, key: str | None) -> JobStarted:
        path = roots.admit(body.path, Purpose.LIBRARY)
        wanted = {"from_plists": body.from_plists, "follow_links": body.follow_links}
        return start_job(services.jobs.submit(JOB, {"path": str(path), **wanted}, key))

    def show_library(library_id: str) -> LibraryView:
        library = libraries.get(library_id)
        info = library.ask(lambda opened: opened.info)
        return LibraryView(
            **_summary(services, library.path, library.id),
            app=info.app,
            app_version=info.app_version,
            photos=None if library.index is None else len(library.index),
            figures=library.figures,
        )

    def show_tree(library_id: str) -> Tree:
        library = libraries.get(library_id)
        return library.ask(lambda opened: _tree(opened, library.index, services.pace.durations()))

    def list_photos(library_id: str, query: PhotoQuery) -> PhotoPage:
        found = libraries.get(library_id).require_index().page(query.after, query.limit)
        photos = [
            PhotoView(captured=photo.wall_clock, **{name: getattr(photo, name) for name in _SHARED}) for photo in found
        ]
        return PhotoPage(photos=photos, next=found[-1].number if len(found) == query.limit else None)

    def show_preview(library_id: str, version: str, query: PreviewQuery) -> Reply:
        return Reply(_preview(libraries.get(library_id), version, query.size))

    def open_job(context: JobContext) -> Json:
        return _open(services, context)

    def changed() -> list[Trouble]:
        return [
            Trouble(
                code="library.changed",
                message=f"The library {library.path.name} has changed since it was opened.",
                advice="Open it again, and plan its import again; photos that are imported already are not affected.",
            )
            for library in libraries.all()
            if library.changed
        ]

    services.jobs.register(JOB, open_job)
    services.checks.append(changed)
    one: dict[str, Any] = {"path_types": {"library_id": LibraryId}}
    broken = (UnknownLibrary, LibraryError, AccessDenied)
    api.get("/v1/libraries", list_libraries, "The known libraries.", LibraryList)
    api.post(
        "/v1/libraries",
        open_library,
        "Open a library: a job that reads all of it.",
        JobStarted,
        status=202,
        body=LibraryRequest,
        idempotent=True,
        problems=(OutsideRoots, AccessDenied, IdempotencyConflict, QueueFull),
    )
    api.get(
        "/v1/libraries/<library_id>", show_library, "A library and its figures.", LibraryView, problems=broken, **one
    )
    api.get(
        "/v1/libraries/<library_id>/tree",
        show_tree,
        "Folders, projects, albums, keywords.",
        Tree,
        problems=broken,
        **one,
    )
    api.get(
        "/v1/libraries/<library_id>/photos",
        list_photos,
        "The photos, in pages.",
        PhotoPage,
        query=PhotoQuery,
        problems=(*broken, LibraryNotOpen),
        **one,
    )
    api.get(
        "/v1/libraries/<library_id>/versions/<version>/preview",
        show_preview,
        "Aperture's rendering of a version, as a JPEG in sRGB.",
        None,
        query=PreviewQuery,
        media_type="image/jpeg",
        path_types={"library_id": LibraryId, "version": Uuid},
        problems=(*broken, UnknownVersion, NoPreview, BadImage),
    )


_SHARED: Final = tuple(name for name in PhotoView.__struct_fields__ if name != "captured")


def _summary(services: Services, path: Path, library_id: str) -> dict[str, Any]:
    library = services.libraries.peek(library_id)
    return {
        "id": library_id,
        "path": str(path),
        "name": path.stem,
        "granted": services.libraries.is_granted(path),
        "indexed": library is not None and library.index is not None,
        "changed": library is not None and library.changed,
    }


def _open(services: Services, context: JobContext) -> Json:
    """The opening job: reads the library once, for its index and for the figures of the pre-flight."""
    from couloir.aperture.library import Library
    from couloir.service.libraries.survey import scan_library

    request: Any = context.request
    path = services.roots.admit(request["path"], Purpose.LIBRARY)
    before = services.roots.reading_options(path)
    services.roots.read_as(
        path, from_plists=bool(request.get("from_plists")), follow_links=bool(request.get("follow_links"))
    )
    wanted = services.roots.reading_options(path)
    known = services.libraries.peek(id_of(path))
    if known is not None and wanted != before:
        known.reopen()
    with Library.open(path, check=context.check, **wanted) as reader:
        library = services.libraries.get(id_of(path))
        looked = scan_library(reader, lambda done, total: context.progress(done, total, "reading"))
        library.take_index(looked.index, looked.recent)
    library.figures = looked.figures
    return {"id": library.id, "figures": looked.figures}


def _tree(library: Library, index: PhotoIndex | None, durations: Durations) -> Tree:
    groups = [] if index is None else index.groups()
    by_project: dict[str | None, list[PhotoGroup]] = defaultdict(list)
    for group in groups:
        by_project[group.project].append(group)

    def of_album(uuids: Sequence[str]) -> TallyView:
        return _tally([] if index is None else index.groups_of(uuids))

    own = {folder.uuid for folder in library.folders() if not folder.is_system}
    return Tree(
        folders=[
            FolderView(
                uuid=folder.uuid,
                kind=str(folder.kind),
                name=folder.name,
                parent=folder.parent_uuid if folder.parent_uuid in own else None,
                position=folder.position,
                tally=_tally(by_project.get(folder.uuid, [])),
            )
            for folder in library.folders()
            if not folder.is_system and not folder.in_trash
        ],
        albums=[
            AlbumView(
                uuid=album.uuid,
                kind=str(album.kind),
                name=album.name,
                folder=album.folder_uuid if album.folder_uuid in own else None,
                position=album.position,
                photos=len(album.version_uuids),
                tally=of_album(album.version_uuids),
            )
            for album in library.albums()
            if not album.is_system and not album.in_trash and album.kind in ("user", "smart")
        ],
        keywords=[list(keyword.path) for keyword in library.keywords()],
        tally=_tally(groups),
        durations=DurationsView(**{name: getattr(durations, name) for name in DurationsView.__struct_fields__}),
    )


def _tally(groups: list[PhotoGroup]) -> TallyView:
    found = tally(groups)
    return TallyView(every=PhotoCountsView(**asdict(found.every)), rated=PhotoCountsView(**asdict(found.rated)))


def _preview(library: OpenLibrary, version_uuid: str, size: int) -> bytes:
    from couloir.color.spaces import srgb_encode
    from couloir.engines.pixels import encode_jpeg, load_pixels

    found = library.versions([version_uuid])
    if version_uuid not in found:
        raise UnknownVersion(path=library.path.name, version=version_uuid, why="there is none")
    version = found[version_uuid][0]
    preview = library.ask(lambda opened: opened.preview(version))
    if preview.path is None:
        raise NoPreview(item=version_uuid)
    return encode_jpeg(srgb_encode(load_pixels(preview.path, size, orient=True, partial=lambda _missing: None)))
