"""Draws retouched areas: a clone as it is copied, a heal as its source with the tones of what surrounds the area.

How far a feather of 0..1 falls, and how Lightroom heals, no source states: the fall is a smooth step over the outer
share of the radius, and a heal adds to the source the difference of the two along the area's edge, interpolated inside
by the inverse square of the distance, as membranes of public programs nearly do (Farbman et al., SIGGRAPH 2009). Places
are those of the packet.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.engines.camera_raw.masks import Alpha
from couloir.engines.protocol import Picture
from couloir.lightroom.local.repairs import RetouchedArea, SpotKind

_EDGE: Final = 1.5  # pixels around an area that are compared with those around its source
_MOST_EDGE: Final = 200  # of them
_AT_ONCE: Final = 4096  # pixels inside


def draw_repairs(linear: Picture, areas: Iterable[RetouchedArea]) -> Picture:
    """A picture with the areas covered, one after the other; their places are fractions of it. Beyond the picture its
    edge is repeated.
    """
    drawn = linear
    for area in areas:
        drawn = _cover(drawn, area)
    return drawn


def mask_area(area: RetouchedArea, columns: int, rows: int) -> tuple[int, int, Alpha]:
    """The first row and column of an area's surroundings, and how much it covers there, 0..1, without its opacity;
    empty outside the picture.
    """
    radius = area.radius * columns
    places = np.array(area.places) * (columns, rows) - 0.5
    reach = math.ceil(radius + 2 * _EDGE)
    left, top = (max(0, math.floor(low) - reach) for low in places.min(axis=0))
    farthest = zip((columns, rows), places.max(axis=0), strict=True)
    right, bottom = (min(end, math.ceil(high) + reach + 1) for end, high in farthest)
    if left >= right or top >= bottom:
        return 0, 0, np.zeros((0, 0), dtype=np.float32)
    y, x = np.mgrid[top:bottom, left:right].astype(np.float32)
    distance = np.full(x.shape, np.inf, dtype=np.float32)
    for across, down in places:
        np.minimum(distance, np.hypot(x - np.float32(across), y - np.float32(down)), out=distance)
    # A hard edge still has a pixel's width.
    soft = max(area.feather * radius, 1.0)
    fall = np.clip((radius + 0.5 - distance) / soft, 0, 1)
    return top, left, np.asarray(fall * fall * (3 - 2 * fall), dtype=np.float32)


def _cover(picture: Picture, area: RetouchedArea) -> Picture:
    rows, columns = picture.shape[:2]
    top, left, alpha = mask_area(area, columns, rows)
    if not alpha.size or not alpha.any():
        return picture
    high, wide = alpha.shape
    across = (area.source[0] - area.places[0][0]) * columns
    down = (area.source[1] - area.places[0][1]) * rows
    y, x = np.mgrid[top : top + high, left : left + wide].astype(np.float32)
    under = picture[top : top + high, left : left + wide]
    over = _sample(picture, x + across, y + down)
    if area.kind is SpotKind.HEAL:
        over = over + _membrane(under - over, alpha)
    share = alpha[..., np.newaxis] * np.float32(area.opacity)
    drawn = picture.copy()
    drawn[top : top + high, left : left + wide] = np.maximum(under + (over - under) * share, 0)
    return drawn


def _membrane(off: Picture, alpha: Alpha) -> Picture:
    """The difference along the area's edge, interpolated to all of its pixels."""
    inside = alpha > 0
    edge = _grown(inside, _EDGE) & ~inside
    if not edge.any():
        return np.zeros_like(off)
    places = np.argwhere(edge)[:: max(1, int(edge.sum()) // _MOST_EDGE)].astype(np.float32)
    known = off[edge][:: max(1, int(edge.sum()) // _MOST_EDGE)]
    found = np.zeros_like(off)
    wanted = np.argwhere(inside)
    for first in range(0, len(wanted), _AT_ONCE):
        some = wanted[first : first + _AT_ONCE]
        apart = np.square(some[:, np.newaxis] - places[np.newaxis]).sum(axis=-1)
        weight = 1 / apart
        found[some[:, 0], some[:, 1]] = (weight @ known) / weight.sum(axis=1, keepdims=True)
    return found


def _grown(region: NDArray[np.bool_], by: float) -> NDArray[np.bool_]:
    steps = math.ceil(by)
    padded = np.pad(region, steps)
    rows, columns = region.shape
    grown = np.zeros_like(region)
    for down in range(2 * steps + 1):
        for across in range(2 * steps + 1):
            grown |= padded[down : down + rows, across : across + columns]
    return grown


def _sample(picture: Picture, x: NDArray[np.float32], y: NDArray[np.float32]) -> Picture:
    """Bilinear, at the middles of pixels counted from 0."""
    rows, columns = picture.shape[:2]
    x, y = np.clip(x, 0, columns - 1), np.clip(y, 0, rows - 1)
    left, top = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    right, bottom = np.minimum(left + 1, columns - 1), np.minimum(top + 1, rows - 1)
    to_right, to_bottom = (x - left)[..., np.newaxis], (y - top)[..., np.newaxis]
    above = picture[top, left] * (1 - to_right) + picture[top, right] * to_right
    below = picture[bottom, left] * (1 - to_right) + picture[bottom, right] * to_right
    return np.asarray(above * (1 - to_bottom) + below * to_bottom, dtype=np.float32)
