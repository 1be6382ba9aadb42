"""Reads a whole library for the service: its index, and the figures of the pre-flight. Imported when first needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from couloir.aperture.library import Library
from couloir.aperture.model import Master, Version
from couloir.aperture.wall_clock import wall_clock
from couloir.derive import photo_kind
from couloir.lightroom.settings import PhotoKind
from couloir.migrate.survey import survey
from couloir.profiles.candidates import decoder_of
from couloir.service.libraries.index import IndexedPhoto, PhotoIndex
from couloir.service.libraries.open import MOST_IN_MEMORY

PAGE: Final = 500
MOST_LISTED: Final = 500  # of each list in the figures: a very broken library must not make an answer of 100 MB

_LISTS: Final = ("missing_originals", "offline_originals", "damaged_originals", "findings")
_WALL_CLOCK: Final = "%Y-%m-%dT%H:%M:%S"


@dataclass(frozen=True, slots=True)
class LibraryScan:
    """The result of reading a whole library: its index, its first versions, as many as fit into the
    cache, and the pre-flight as `couloir inspect --json` prints it, with long lists cut; `listed` has their full
    lengths."""

    index: PhotoIndex
    recent: list[tuple[Version, Master]]
    figures: dict[str, Any]


def scan_library(library: Library, progress: Callable[[int, int], None]) -> LibraryScan:
    """Read a library once, and index it in the same pass. `progress` gets the number of rows done and their total."""
    index = PhotoIndex()
    recent: list[tuple[Version, Master]] = []
    page: list[IndexedPhoto] = []

    def see(version: Version, master: Master | None, comparable: bool) -> None:
        if not version.shown or master is None:
            return
        page.append(index_photo(version, master, comparable=comparable))
        if len(recent) < MOST_IN_MEMORY:
            recent.append((version, master))
        if len(page) >= PAGE:
            index.add(page)
            page.clear()

    try:
        found = survey(library, progress, seen=see).as_dict()
        index.add(page)
    except BaseException:
        index.close()
        raise
    return LibraryScan(index, recent, _cut(found))


def index_photo(version: Version, master: Master, *, comparable: bool) -> IndexedPhoto:
    """The columns of a version that identify it."""
    size = version.master_size
    return IndexedPhoto(
        number=version.model_id,
        uuid=version.uuid,
        master=master.uuid,
        project=version.project_uuid,
        name=version.name,
        file_name=master.file_name or version.file_name,
        stored_path=master.image_path or "",
        wall_clock=_wall_clock(version),
        instant=None if version.captured is None else version.captured.astimezone(UTC).strftime(_WALL_CLOCK),
        width=None if size is None else size.width,
        height=None if size is None else size.height,
        make=str(version.exif.get("Make", "")),
        camera=str(version.exif.get("Model", "")),
        decoder=decoder_of(version),
        raw=photo_kind(master) is PhotoKind.RAW,
        copy=version.number,
        rating=version.rating,
        flagged=version.flagged,
        adjusted=version.has_enabled_adjustments,
        comparable=comparable,
    )


def _cut(found: dict[str, Any]) -> dict[str, Any]:
    listed = {}
    for name in _LISTS:
        listed[name] = len(found[name])
        found[name] = found[name][:MOST_LISTED]
    return {**found, "listed": listed}


def _wall_clock(version: Version) -> str | None:
    clock = wall_clock(version)
    # strftime drops leading zeros of years below 1000 on some systems; no photograph is that old.
    return None if clock is None else clock.naive.strftime(_WALL_CLOCK)
