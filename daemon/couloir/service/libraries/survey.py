"""Reading a whole library for the service: its index, and the figures of the pre-flight. Imported when first needed."""

from __future__ import annotations

from collections.abc import Callable
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


def build_index(
    library: Library, progress: Callable[[int, int], None]
) -> tuple[PhotoIndex, list[tuple[Version, Master]]]:
    """The index of a library, and the first of its versions, as many as are worth keeping in memory."""
    total = library.counts()["versions"]
    index = PhotoIndex()
    recent: list[tuple[Version, Master]] = []
    page: list[IndexedPhoto] = []
    try:
        for done, version in enumerate(library.versions(), start=1):
            if version.shown:
                master = library.master(version.master_uuid)
                if master is not None:
                    page.append(index_photo(version, master))
                    if len(recent) < MOST_IN_MEMORY:
                        recent.append((version, master))
            if len(page) >= PAGE:
                index.add(page)
                page.clear()
            progress(done, total)
        index.add(page)
    except BaseException:
        index.close()
        raise
    return index, recent


def index_photo(version: Version, master: Master) -> IndexedPhoto:
    """The few columns of a version by which it is found."""
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
    )


def figures(library: Library, progress: Callable[[int, int], None]) -> dict[str, Any]:
    """The pre-flight as `couloir inspect --json` prints it; long lists are cut, and `listed` says how long they are."""
    found: dict[str, Any] = survey(library, progress).as_dict()
    listed = {}
    for name in _LISTS:
        listed[name] = len(found[name])
        found[name] = found[name][:MOST_LISTED]
    return {**found, "listed": listed}


def _wall_clock(version: Version) -> str | None:
    clock = wall_clock(version)
    # A year below 1000 would lose its zeros on some systems; nothing that old is a photograph.
    return None if clock is None else clock.naive.strftime(_WALL_CLOCK)
