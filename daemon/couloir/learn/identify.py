"""Identifies the photos of a Lightroom catalog with versions of an Aperture library. Pure.

A wrong pair would spoil the training data unnoticed, while a missed one costs only a sample. So a pair is accepted only
if the file names agree, at least two more facts agree, no fact that both sides state differs, and there is exactly one
candidate on either side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from couloir.aperture.model import Master, Version
from couloir.aperture.wall_clock import Source, wall_clock
from couloir.derive.translate import photo_kind
from couloir.lightroom.lrcat import CatalogPhoto
from couloir.lightroom.sameness import normalise_name, same_camera, same_size, same_time
from couloir.lightroom.settings import PhotoKind

LibraryPhoto = tuple[Version, Master]

_FEWEST_FACTS: Final = 2


@dataclass(frozen=True, slots=True)
class Pair:
    """A version and the catalog's photo of it, with the facts that agreed."""

    version: Version
    master: Master
    photo: CatalogPhoto
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rejection:
    """A photo of the catalog that was not identified, with the reason in one sentence."""

    photo: CatalogPhoto
    why: str


def identify(library: Iterable[LibraryPhoto], catalog: Iterable[CatalogPhoto]) -> Iterator[Pair | Rejection]:
    """For each photo of the catalog its pair, or the reason why there is none."""
    by_name: dict[str, list[LibraryPhoto]] = defaultdict(list)
    for version, master in library:
        for name in {normalise_name(master.file_name), normalise_name(master.original_file_name or master.file_name)}:
            by_name[name].append((version, master))
    found = [_found(photo, by_name.get(normalise_name(photo.file_name), [])) for photo in catalog]
    taken: dict[str, int] = defaultdict(int)
    for each in found:
        if isinstance(each, Pair):
            taken[each.version.uuid] += 1
    for each in found:
        if isinstance(each, Pair) and taken[each.version.uuid] > 1:
            yield Rejection(each.photo, "Several photos of the catalog fit the same version.")
        else:
            yield each


def _found(photo: CatalogPhoto, named: Sequence[LibraryPhoto]) -> Pair | Rejection:
    if photo.developed.settings is None:
        return Rejection(photo, f"Its settings cannot be used: {photo.developed.problem}.")
    if not named:
        return Rejection(photo, "No original of the library has its file name.")
    agreed: list[tuple[LibraryPhoto, tuple[str, ...]]] = []
    against: list[tuple[int, str]] = []
    for candidate in named:
        facts, contradiction = _compared(photo, *candidate)
        if contradiction:
            against.append((len(facts), contradiction))
        else:
            agreed.append((candidate, facts))
    if not agreed:
        nearest = max(against, key=lambda each: each[0])[1]
        return Rejection(photo, f"A file of that name is in the library, but {nearest}.")
    if len({master.uuid for (_, master), _ in agreed}) > 1:
        return Rejection(photo, "Several originals of the library fit it.")
    facts = agreed[0][1]
    if len(facts) < _FEWEST_FACTS:
        known = " and ".join(facts) or "nothing"
        return Rejection(photo, f"Besides the file name {known} could be compared, which is too little to be sure.")
    return _version(photo, [candidate for candidate, _ in agreed], facts)


def _version(photo: CatalogPhoto, candidates: Sequence[LibraryPhoto], facts: tuple[str, ...]) -> Pair | Rejection:
    """The version of a master that corresponds to the photo or virtual copy."""
    if photo.copy_of is not None:
        named = [each for each in candidates if photo.copy_name and each[0].name == photo.copy_name]
        if len(named) != 1:
            return Rejection(photo, "It is a virtual copy, and no one version of the original has its name.")
        return Pair(*named[0], photo, (*facts, "version name"))
    if len(candidates) > 1:
        return Rejection(photo, f"The original has {len(candidates)} versions, and nothing says which one this is.")
    return Pair(*candidates[0], photo, facts)


def _compared(photo: CatalogPhoto, version: Version, master: Master) -> tuple[tuple[str, ...], str]:
    """The facts that agree, and a text on the first that differs, "" if none does."""
    agreed, contradiction = [], ""
    for fact, same in (
        ("kind of file", _same_kind(photo, master)),
        ("file size", None if not photo.file_size or not master.file_size else photo.file_size == master.file_size),
        ("capture time", _same_time(photo.captured, version)),
        ("dimensions", _same_size(photo, version, master)),
        ("camera", _same_camera(photo.camera, version)),
    ):
        if same is False:
            contradiction = contradiction or f"the {fact} is another"
        elif same:
            agreed.append(fact)
    # That both are RAW, or both not, excludes much but proves nothing.
    return tuple(fact for fact in agreed if fact != "kind of file"), contradiction


def _same_kind(photo: CatalogPhoto, master: Master) -> bool | None:
    if not photo.file_format:
        return None
    raw = photo.file_format.upper() in {"RAW", "DNG"}
    if photo.file_format.upper() == "DNG":
        return None  # a DNG may hold either
    return raw == (photo_kind(master) is PhotoKind.RAW)


def _same_time(captured: str, version: Version) -> bool | None:
    try:
        theirs = datetime.fromisoformat(captured) if captured else None
    except ValueError:
        theirs = None
    if theirs is not None and theirs.tzinfo is not None:
        return None if version.captured is None else same_time(theirs, (version.captured,))
    clock = wall_clock(version)
    if theirs is None or clock is None or clock.source is Source.NONE:
        return None
    return same_time(theirs, (clock.naive,))


def _same_size(photo: CatalogPhoto, version: Version, master: Master) -> bool | None:
    if photo.size is None or version.master_size is None:
        return None
    ours = version.master_size.width, version.master_size.height
    return same_size(photo.size, ours, raw=photo_kind(master) is PhotoKind.RAW)


def _same_camera(camera: str, version: Version) -> bool | None:
    ours = str(version.exif.get("Model", ""))
    return same_camera(camera, ours) if camera.strip() and ours.strip() else None
