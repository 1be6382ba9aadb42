"""The disks on which a library's originals lie, and whether a folder is one of them. Imported when first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from couloir.aperture.library import Library
from couloir.aperture.model import OriginalStatus
from couloir.aperture.reading_way import ReadAsHere
from couloir.service.http.problems import OtherDisk, UnknownDisk

LOOKED_FOR: Final = 200
"""The most originals that are looked for in a folder: spread over the library, enough to know the disk, and soon found
on a network disk, too."""


@dataclass(frozen=True, slots=True)
class DiskCheck:
    """How many originals were `sought` in the folder of a disk, and how many `found` there, in the stated size."""

    sought: int
    found: int


def count_originals(library: Library) -> Mapping[str, int]:
    """The number of referenced originals on each disk, by its name, or its uuid where no name is known."""
    counts: dict[str, int] = {}
    for master in library.masters():
        disk = library.disk_of(master)
        if disk:
            counts[disk] = counts.get(disk, 0) + 1
    return counts


def check_disk(
    path: Path,
    reading: ReadAsHere,
    disk: str,
    folder: Path,
    progress: Callable[[int, int], None],
    check: Callable[[], None] = lambda: None,
) -> DiskCheck:
    """Look for the originals of a disk of the library at `path` in a folder.

    Raises UnknownDisk, OtherDisk when not one of them is there, and what `Library.open` does.
    """
    volumes = {**reading.get("volumes", {}), disk: folder}
    with Library.open(
        path,
        volumes,
        from_plists=reading.get("from_plists", False),
        follow_links=reading.get("follow_links", False),
        check=check,
    ) as library:
        uuids = [master.uuid for master in library.masters() if library.disk_of(master) == disk]
        if not uuids:
            raise UnknownDisk(item=disk)
        chosen = uuids[:: -(-len(uuids) // LOOKED_FOR)]
        found, missing = 0, ""
        for done, uuid in enumerate(chosen):
            progress(done, len(chosen))
            master = library.master(uuid)
            original = None if master is None else library.original(master)
            if original is None:
                continue
            if original.status is OriginalStatus.PRESENT and original.doubt is None:
                found += 1
            else:
                missing = missing or original.sought
    if not found:
        raise OtherDisk(item=disk, folder=folder, sought=missing)
    return DiskCheck(len(chosen), found)
