"""Retouch, Spot & Patch and Red Eye Correction: the same places in the frame that the file stores.

Aperture keeps positions in pixels of the master, counted from its bottom left, and the source of a stroke as an offset
(Photos, which still writes these strokes, turns them over in the same way). How Lightroom heals is its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from couloir.aperture.adjustments import Point, RedEye, Retouch, Spot, SpotPatch, Stroke
from couloir.aperture.model import PixelSize, Version
from couloir.derive.contribution import NOTHING, Contribution, PhotoFacts
from couloir.derive.manifest import Carries, Carry
from couloir.derive.model import Fidelity
from couloir.lightroom.local.masks import MOST_DABS
from couloir.lightroom.local.repairs import CorrectedEye, Place, Repairs, RetouchedArea, SpotKind
from couloir.lightroom.settings import PhotoKind

RETOUCH_IDENTIFIER, RETOUCH_TITLE = "RKRetouchOperation", "Retouch"
SPOTS_IDENTIFIER, SPOTS_TITLE = "RKSpotPatchOperation", "Spot & Patch"
RED_EYE_IDENTIFIER, RED_EYE_TITLE = "RKRedEyeOperation", "Red Eye Correction"

_AREAS, _EYES = ("EnableRetouch",), ("EnableRedEye",)
SAME_SOURCE: Final = Carry(
    Fidelity.APPROXIMATE, "Retouched at the same places, from the same sources; Lightroom heals in its own way.", _AREAS
)
OTHER_SOURCE: Final = Carry(
    Fidelity.APPROXIMATE,
    "Retouched at the same places, from sources beside them, because Aperture states none; look at them in Lightroom.",
    _AREAS,
)
SAME_EYES: Final = Carry(
    Fidelity.APPROXIMATE,
    "Red eyes are corrected at the same places with the usual strength; look at them in Lightroom.",
    _EYES,
)
NO_SIZE: Final = Carry(
    Fidelity.LOST, "Neither Aperture nor the file states the size of this photo, so what was retouched has no place."
)
OTHER_FRAME: Final = Carry(
    Fidelity.APPROXIMATE,
    "Adobe's and Apple's frames of a RAW file differ by a few pixels, so look at small spots in Lightroom.",
    _AREAS,
)
UNPLACED: Final = Carry(Fidelity.LOST, "A stroke or spot without a place, a size or a source cannot be repeated.")

RETOUCH_CARRIES: Carries = {"strokes": SAME_SOURCE}
SPOTS_CARRIES: Carries = {"spots": SAME_SOURCE}
RED_EYE_CARRIES: Carries = {"spots": SAME_EYES}

_APART: Final = 0.25  # of the radius, between the dabs of a stroke; Lightroom's own are 0.2 apart
_AWAY: Final = 2.5  # radii from a spot to the source beside it


def translate_retouch(retouch: Retouch, photo: PhotoFacts) -> Contribution:
    """The strokes as retouched areas."""
    size = _size(photo)
    return _together(photo, [_stroke_area(stroke, size) for stroke in retouch.strokes] if size else None)


def translate_spots(spots: SpotPatch, photo: PhotoFacts) -> Contribution:
    """The spots as healed areas."""
    size = _size(photo)
    return _together(photo, [_spot_area(spot, size) for spot in spots.spots] if size else None)


def translate_red_eye(eyes: RedEye, photo: PhotoFacts) -> Contribution:
    """The red eyes."""
    size = _size(photo)
    if size is None:
        return Contribution((NO_SIZE,))
    found = [_eye(spot, size) for spot in eyes.spots]
    kept = tuple(each for each in found if each is not None)
    rows = (*((SAME_EYES,) if kept else ()), *((UNPLACED,) if len(kept) < len(found) else ()))
    return Contribution(rows, repairs=Repairs(eyes=kept)) if rows else NOTHING


def is_retouched(version: Version) -> bool:
    """Whether an enabled operation covers places of the photo."""
    return any(each.enabled and isinstance(each.adjustment, Retouch | SpotPatch) for each in version.operations)


def join_repairs(parts: Iterable[Repairs]) -> Repairs:
    """Those of all operations, in their order."""
    every = list(parts)
    return Repairs(
        tuple(area for each in every for area in each.areas), tuple(eye for each in every for eye in each.eyes)
    )


def _together(photo: PhotoFacts, found: Sequence[RetouchedArea | None] | None) -> Contribution:
    if found is None:
        return Contribution((NO_SIZE,))
    kept = tuple(each for each in found if each is not None)
    rows = [row for row, chosen in ((SAME_SOURCE, False), (OTHER_SOURCE, True)) if _any(kept, is_chosen=chosen)]
    if kept and photo.kind is PhotoKind.RAW:
        rows.append(OTHER_FRAME)
    if len(kept) < len(found):
        rows.append(UNPLACED)
    return Contribution(tuple(rows), repairs=Repairs(kept)) if rows else NOTHING


def _any(areas: Sequence[RetouchedArea], *, is_chosen: bool) -> bool:
    return any(area.is_chosen is is_chosen for area in areas)


def _size(photo: PhotoFacts) -> PixelSize | None:
    size = photo.master_size
    return size if size is not None and min(size.width, size.height) > 0 else None


def _stroke_area(stroke: Stroke, size: PixelSize) -> RetouchedArea | None:
    clones = stroke.repairs is False
    if not stroke.points or not stroke.radius or (clones and stroke.source is None):
        return None
    radius = stroke.radius
    places = tuple(_place(point, size) for point in _space(stroke.points, radius * _APART))
    source = None if stroke.source is None else _moved(stroke.points[0], stroke.source)
    kind = SpotKind.CLONE if clones else SpotKind.HEAL
    return _area(kind, places, source, size, radius, stroke.softness, stroke.opacity)


def _spot_area(spot: Spot, size: PixelSize) -> RetouchedArea | None:
    if spot.center is None or not spot.radius:
        return None
    places = (_place(spot.center, size),)
    return _area(SpotKind.HEAL, places, spot.patch, size, spot.radius, spot.softness, spot.opacity)


def _area(
    kind: SpotKind,
    places: tuple[Place, ...],
    source: Point | None,
    size: PixelSize,
    radius: float,
    softness: float | None,
    opacity: float | None,
) -> RetouchedArea | None:
    share = radius / size.width
    beside = _beside(places[0], share)
    try:
        return RetouchedArea(
            kind,
            places,
            beside if source is None else _place(source, size),
            share,
            0.5 if softness is None else min(max(softness, 0.0), 1.0),
            1.0 if opacity is None else min(max(opacity, 0.0), 1.0),
            is_chosen=source is None,
        )
    except ValueError:
        return None


def _eye(spot: Spot, size: PixelSize) -> CorrectedEye | None:
    if spot.center is None or not spot.radius:
        return None
    try:
        return CorrectedEye(_place(spot.center, size), spot.radius / max(size.width, size.height))
    except ValueError:
        return None


def _place(point: Point, size: PixelSize) -> Place:
    """From pixels of the master, counted from its bottom left, to fractions from its top left."""
    return point[0] / size.width, 1 - point[1] / size.height


def _moved(point: Point, offset: Point) -> Point:
    return point[0] + offset[0], point[1] + offset[1]


def _beside(place: Place, radius: float) -> Place:
    """A source on the side where there is more of the photo; `derive.painted.sources` finds a better one by pixels."""
    return (place[0] + (_AWAY if place[0] < 0.5 else -_AWAY) * radius, place[1])


def _space(points: Sequence[Point], apart: float) -> list[Point]:
    """Points along a stroke, evenly and few enough: Lightroom draws dabs as they are given, and nothing between."""
    lengths = [math.dist(one, other) for one, other in pairwise(points)]
    whole = math.fsum(lengths)
    if not whole:
        return [points[0]]
    count = min(max(2, math.ceil(whole / apart) + 1), MOST_DABS)
    found: list[Point] = []
    at, walked = 0, 0.0
    for number in range(count):
        wanted = whole * number / (count - 1)
        while at < len(lengths) - 1 and walked + lengths[at] < wanted:
            walked += lengths[at]
            at += 1
        share = min(max((wanted - walked) / lengths[at], 0.0), 1.0) if lengths[at] else 0.0
        (x, y), (to_x, to_y) = points[at], points[at + 1]
        found.append((x + (to_x - x) * share, y + (to_y - y) * share))
    return found
