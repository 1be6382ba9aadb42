"""Chooses what covers a retouched spot whose source Aperture does not state: the nearby place whose surroundings are
most like the spot's.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.spaces import srgb_encode, srgb_to_lab
from couloir.derive.painted.frame import ShownFrame
from couloir.engines.protocol import Picture
from couloir.lightroom.local.repairs import Place, Repairs, RetouchedArea

_RING: Final = 1.35  # radii from the spot's middle: around what is covered
_ANGLES: Final = 16
_AWAY: Final = (2.5, 3.5, 5.0)  # radii
_LEAST: Final = 1.5  # pixels of a radius: below it a ring is the same few pixels everywhere
_SEEN: Final = 8  # places of a stroke that are compared
_FAR: Final = 0.15  # L*a*b* that a radius farther away has to gain


def choose_sources(repairs: Repairs, frame: ShownFrame, shown: Picture) -> Repairs:
    """The repairs with better sources where none was stated. `shown` is the photo before any setting, linear sRGB, in
    the version's frame. What is cut off, or too small to be seen, keeps the source that it has.
    """
    if not any(area.is_chosen for area in repairs.areas):
        return repairs
    lab = srgb_to_lab(np.asarray(srgb_encode(np.clip(shown, 0, 1)), dtype=np.float32))
    areas = (_settle(area, frame, lab) if area.is_chosen else area for area in repairs.areas)
    return replace(repairs, areas=tuple(areas))


def _settle(area: RetouchedArea, frame: ShownFrame, lab: NDArray[np.float32]) -> RetouchedArea:
    rows, columns = lab.shape[:2]
    radius = area.radius * frame.width / frame.shown_width * columns
    if radius < _LEAST:
        return area
    step = max(1, len(area.places) // _SEEN)
    places = np.array([frame.show(*place) for place in area.places[::step]]) * (columns, rows)
    turns = np.arange(_ANGLES) * (2 * math.pi / _ANGLES)
    circle = np.stack([np.cos(turns), np.sin(turns)], axis=-1)
    ring = (places[:, np.newaxis] + _RING * radius * circle).reshape(-1, 2)
    wanted = _sample(lab, ring)
    reach = radius + float(np.ptp(places, axis=0).max()) / 2  # a stroke's source must not lie under the stroke
    best: tuple[float, Place] | None = None
    for away in _AWAY:
        for offset in circle * (reach + (away - 1) * radius):
            there = _sample(lab, ring + offset)
            if wanted is None or there is None:
                continue
            cost = float(np.sqrt(np.square(there - wanted).sum(axis=-1)).mean()) + _FAR * away
            if best is None or cost < best[0]:
                x, y = places[0] + offset
                best = cost, frame.place(float(x) / columns, float(y) / rows)
    return area if best is None else replace(area, source=best[1])


def _sample(lab: NDArray[np.float32], places: NDArray[np.float64]) -> NDArray[np.float32] | None:
    """The pixels at these places, None where one lies outside."""
    rows, columns = lab.shape[:2]
    x, y = np.floor(places).astype(np.intp).T
    if x.min() < 0 or y.min() < 0 or x.max() >= columns or y.max() >= rows:
        return None
    return np.asarray(lab[y, x])
