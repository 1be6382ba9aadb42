"""Identifies the Aperture version of a photo that Lightroom describes. Pure apart from queries of the index.

A photo is identified by its original's path, or by its file name when every other fact that both sides know agrees. If
several versions fit, or too little is known, candidates are returned for the user to choose from; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from couloir.lightroom.sameness import normalise_name, same_camera, same_size, same_time
from couloir.service.libraries.index import IndexedPhoto, PhotoIndex

MOST_CANDIDATES: Final = 50


class MatchedBy(StrEnum):
    """How the version was identified."""

    UUID = "uuid"
    PATH = "path"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Sought:
    """A photo's facts in Lightroom. `captured` is local time without a zone; sizes are in any orientation."""

    path: str = ""
    file_name: str = ""
    copy_name: str = ""
    captured: datetime | None = None
    camera: str = ""
    width: int = 0
    height: int = 0
    raw: bool | None = None


@dataclass(frozen=True, slots=True)
class Identification:
    """`photo` when exactly one version fits; else `why` not, in one sentence, and the `candidates`."""

    photo: IndexedPhoto | None
    by: MatchedBy | None = None
    why: str = ""
    candidates: tuple[IndexedPhoto, ...] = ()


def identify(sought: Sought, index: PhotoIndex) -> Identification:
    """Identify the Aperture version of a photo in Lightroom."""
    parts = _parts(sought.path)
    file_name = sought.file_name or (parts[-1] if parts else "")
    if not file_name:
        return Identification(None, why="Neither a path nor a file name is given.")
    named = index.find_by_name(file_name, MOST_CANDIDATES + 1)
    if not named:
        return Identification(None, why="No photo of this library has a file of this name.")
    by_path = [photo for photo in named if _is_at(photo, parts)]
    if by_path:
        return _of_one_original(by_path, sought, MatchedBy.PATH)
    agreeing = [photo for photo in named if _agrees(photo, sought)]
    exact = [photo for photo in agreeing if normalise_name(photo.file_name) == normalise_name(file_name)]
    for narrower in (lambda photo: photo in exact, lambda photo: _same_camera(photo, sought)):
        agreeing = _narrowed(agreeing, narrower)
    if not agreeing:
        return Identification(
            None,
            why="Photos of this name exist, but they were taken at another time or have another size.",
            candidates=tuple(named[:MOST_CANDIDATES]),
        )
    if not any(_is_known(photo, sought) for photo in agreeing):
        return Identification(
            None,
            why="Only the file name agrees; neither the time nor the size is known on both sides.",
            candidates=tuple(agreeing[:MOST_CANDIDATES]),
        )
    return _of_one_original(agreeing, sought, MatchedBy.FILE)


def _of_one_original(photos: Sequence[IndexedPhoto], sought: Sought, by: MatchedBy) -> Identification:
    candidates = tuple(photos[:MOST_CANDIDATES])
    if len({photo.master for photo in photos}) > 1:
        return Identification(
            None, why="Several originals of this library fit this description.", candidates=candidates
        )
    named = [photo for photo in photos if sought.copy_name and photo.name == sought.copy_name]
    chosen = photos if len(photos) == 1 else named
    if len(chosen) == 1:
        return Identification(chosen[0], by)
    return Identification(None, why=f"Aperture has {len(photos)} versions of this original.", candidates=candidates)


def _narrowed(photos: list[IndexedPhoto], wanted: Callable[[IndexedPhoto], bool]) -> list[IndexedPhoto]:
    """The photos for which `wanted` is true; all of them when it is true for none."""
    return [photo for photo in photos if wanted(photo)] or photos


def _parts(path: str) -> tuple[str, ...]:
    """The path's names, whether it has slashes or backslashes."""
    pure = PureWindowsPath(path) if "\\" in path else PurePosixPath(path)
    return tuple(normalise_name(part) for part in pure.parts)


def _is_at(photo: IndexedPhoto, parts: tuple[str, ...]) -> bool:
    """Whether the path ends like the library's own path: its volume or its library may have moved."""
    stored = _parts(photo.stored_path)
    return len(stored) > 1 and parts[-len(stored) :] == stored


def _agrees(photo: IndexedPhoto, sought: Sought) -> bool:
    if sought.raw is not None and photo.raw is not sought.raw:
        return False
    if sought.captured and photo.wall_clock and not _same_time(photo, sought.captured):
        return False
    return not (_has_size(photo, sought) and not _same_size(photo, sought))


def _is_known(photo: IndexedPhoto, sought: Sought) -> bool:
    return bool(sought.captured and photo.wall_clock) or _has_size(photo, sought)


def _has_size(photo: IndexedPhoto, sought: Sought) -> bool:
    return bool(sought.width and sought.height and photo.width and photo.height)


def _same_size(photo: IndexedPhoto, sought: Sought) -> bool:
    return same_size((photo.width or 0, photo.height or 0), (sought.width, sought.height), raw=bool(photo.raw))


def _same_time(photo: IndexedPhoto, captured: datetime) -> bool:
    return same_time(captured, (datetime.fromisoformat(text) for text in (photo.wall_clock, photo.instant) if text))


def _same_camera(photo: IndexedPhoto, sought: Sought) -> bool:
    return bool(sought.camera and photo.camera) and same_camera(photo.camera, sought.camera)
