"""How many photos a part of a library has, for the choice of those whose looks are matched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from couloir.migrate.cost.model import count_sampled
from couloir.service.libraries.index import PhotoGroup

STARS: Final = 3
"""The fewest stars of a photo that counts as rated."""


@dataclass(frozen=True, slots=True)
class PhotoCounts:
    """`photos`, how many of them were `edited` in Aperture, and how many matching would render (`rendered`): `matched`
    ones several times, and a sample of each camera's unedited photos once (`sampled`).
    """

    photos: int = 0
    edited: int = 0
    rendered: int = 0
    matched: int = 0
    sampled: int = 0


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
    plain: dict[tuple[str, bool], int] = {}
    edited = 0
    for group in groups:
        if not group.comparable:
            continue
        if group.adjusted:
            edited += group.photos
        else:
            camera = group.camera, group.raw
            plain[camera] = plain.get(camera, 0) + group.photos
    sampled = count_sampled(plain.values())
    return PhotoCounts(
        photos=sum(group.photos for group in groups),
        edited=sum(group.photos for group in groups if group.adjusted),
        rendered=edited + sampled,
        matched=edited,
        sampled=sampled,
    )
