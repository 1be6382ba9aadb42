"""How many photos a part of a library has, for the choice of those whose looks are matched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from couloir.service.libraries.index import PhotoGroup

STARS: Final = 3
"""The fewest stars of a photo that counts as rated."""

SAMPLE: Final = 10  # as `couloir.migrate.base_renderings.SAMPLE`, which takes numpy; a test compares them


@dataclass(frozen=True, slots=True)
class PhotoCounts:
    """`photos`, how many of them were `edited` in Aperture, and how many matching would render (`rendered`): of a
    camera's unedited RAW photos a sample.
    """

    photos: int = 0
    edited: int = 0
    rendered: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """The photos of a part of a library: all, and those of `STARS` stars and more."""

    every: PhotoCounts = PhotoCounts()
    rated: PhotoCounts = PhotoCounts()


def tally(groups: Iterable[PhotoGroup]) -> Tally:
    """Add up groups of photos."""
    found = list(groups)
    return Tally(_count(found), _count([group for group in found if group.stars >= STARS]))


def _count(groups: list[PhotoGroup]) -> PhotoCounts:
    plain_raw: dict[tuple[str, str], int] = {}
    rendered = 0
    for group in groups:
        if group.raw and not group.adjusted:
            camera = group.make, group.camera
            plain_raw[camera] = plain_raw.get(camera, 0) + group.photos
        else:
            rendered += group.photos
    return PhotoCounts(
        photos=sum(group.photos for group in groups),
        edited=sum(group.photos for group in groups if group.adjusted),
        rendered=rendered + sum(min(SAMPLE, count) for count in plain_raw.values()),
    )
