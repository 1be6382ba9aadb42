"""Unedited RAW photos: their look is the base rendering, which Aperture and Lightroom draw differently.

All unedited RAW photos of a camera differ alike, so a sample of each camera's is measured, and a camera profile learnt
from the library's previews brings all of them nearer (docs/profiles.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from couloir.aperture.library import Library
from couloir.aperture.model import Master, Version
from couloir.derive import photo_kind
from couloir.derive.offsets import UNKNOWN
from couloir.lightroom.settings import PhotoKind
from couloir.migrate.cost.model import SAMPLE
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import match_of
from couloir.profiles.baselines import NO_BASELINES, Baselines

SAMPLED: Final = (
    "An unedited RAW photo: a sample of its camera's was measured, and a learnt camera profile brings all of them "
    "nearer."
)
"""Why an unedited RAW photo beyond the sample has no difference."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BaseRendering:
    """The unedited RAW photos of a camera: how many there are, how many of them were measured, and the mean CIEDE2000
    between Aperture's preview and the rendering without any slider. `profile` is the learnt one under them, "" for
    Adobe's own.
    """

    camera: str
    profile: str
    photos: int
    measured: int
    mean: float


def shows_base(version: Version, master: Master | None) -> bool:
    """Whether the photo is a RAW photo that nobody edited."""
    return master is not None and photo_kind(master) is PhotoKind.RAW and not version.has_enabled_adjustments


def camera_of(version: Version) -> str:
    """The name of the camera, as offsets are kept by it."""
    return str(version.exif.get("Model") or UNKNOWN)


def choose(photos: Iterable[T], base_of: Callable[[T], Hashable | None]) -> list[T]:
    """All photos but those unedited RAW photos of a camera beyond SAMPLE, of which some at even distances stay.

    `base_of` gives the camera of an unedited RAW photo, None for any other photo. The order stays.
    """
    every = list(photos)
    places: dict[Hashable, list[int]] = defaultdict(list)
    for place, photo in enumerate(every):
        if (camera := base_of(photo)) is not None:
            places[camera].append(place)
    left_out: set[int] = set()
    for of_camera in places.values():
        count = len(of_camera)
        if count > SAMPLE:
            left_out |= set(of_camera) - {of_camera[number * count // SAMPLE] for number in range(SAMPLE)}
    return [photo for place, photo in enumerate(every) if place not in left_out]


def base_renderings(library: Library, ledger: Ledger, profiles: Baselines = NO_BASELINES) -> list[BaseRendering]:
    """What was measured of the unedited RAW photos that Aperture shows, by camera; those of which nothing was are not
    in it.
    """
    count: dict[tuple[str, str], int] = defaultdict(int)
    means: dict[tuple[str, str], list[float]] = defaultdict(list)
    for version, master in library.versions_with_masters():
        if not version.shown or not shows_base(version, master):
            continue
        camera = camera_of(version), profiles.name_for(version)
        count[camera] += 1
        found = match_of(ledger, version.uuid)
        if found is not None and found.before is not None:
            means[camera].append(found.before.mean)
    return [
        BaseRendering(*camera, count[camera], len(each), sum(each) / len(each))
        for camera, each in sorted(means.items())
    ]
