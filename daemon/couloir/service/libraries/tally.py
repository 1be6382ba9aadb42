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
    """`photos`, how many of them were `edited` in Aperture, and how many matching would render (`rendered`). Those that
    are rendered several times are `matched`; among them is a sample of each camera's unedited RAW photos (`sampled`).
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
    plain_raw: dict[str, int] = {}
    edited = plain = 0
    for group in groups:
        if not group.comparable:
            continue
        if group.adjusted:
            edited += group.photos
        elif group.raw:
            plain_raw[group.camera] = plain_raw.get(group.camera, 0) + group.photos
        else:
            plain += group.photos
    sampled = count_sampled(plain_raw.values())
    return PhotoCounts(
        photos=sum(group.photos for group in groups),
        edited=sum(group.photos for group in groups if group.adjusted),
        rendered=edited + sampled + plain,
        matched=edited + sampled,
        sampled=sampled,
    )
