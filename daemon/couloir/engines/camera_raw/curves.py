"""Camera Raw's tone curves on sRGB-encoded values: parametric, point curve (hue kept), and one a channel.

Point curves are natural cubic splines, constant beyond their ends; the master curve acts on a colour's highest and
lowest channel, as the DNG reference does it. Tabulated once at 4096 steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats
from couloir.color.splines import natural_spline
from couloir.engines.camera_raw.constants import NOMINAL, Constants

Table = NDArray[np.float32]
_STEPS: Final = 4096
_AT: Final = np.arange(_STEPS + 1) / _STEPS

REGIONS: Final = ("ParametricShadows", "ParametricDarks", "ParametricLights", "ParametricHighlights")
"""In the order in which they act."""


@lru_cache(maxsize=256)
def point_table(points: tuple[float, ...]) -> Table:
    """ToneCurvePV2012 and its channels: (x1, y1, x2, y2 ...) in 0..255."""
    curve = natural_spline(np.array(points[0::2]) / 255, np.array(points[1::2]) / 255)
    return np.clip(curve(_AT), 0, 1).astype(np.float32)


@lru_cache(maxsize=256)
def parametric_table(amounts: tuple[float, ...], splits: tuple[float, ...], constants: Constants = NOMINAL) -> Table:
    """The four regions' sliders, -100..100 in the order of REGIONS, with the three splits, 10..90.

    Each region lifts or lowers a smooth bump over itself and its neighbours; the result never falls. The height is a
    guess (see `Constants.parametric`).
    """
    edges = (0.0, *(split / 100 for split in splits), 1.0)
    value = _AT.copy()
    for i, amount in enumerate(amounts):
        left, right = edges[max(i - 1, 0)], edges[min(i + 2, 4)]
        middle = (edges[i] + edges[i + 1]) / 2
        rise = np.clip((_AT - left) / max(middle - left, 1e-6), 0, 1)
        fall = np.clip((right - _AT) / max(right - middle, 1e-6), 0, 1)
        near = np.minimum(rise, fall)
        room = np.minimum(1.0, 4 * _AT * (1 - _AT))  # black and white stay where they are
        value += constants.parametric * amount / 100 * near**2 * (3 - 2 * near) * room
    return np.maximum.accumulate(np.clip(value, 0, 1)).astype(np.float32)


def keeping_hue(encoded: Floats, tables: Sequence[Table]) -> Floats:
    """Apply curves one after the other to sRGB-encoded colours 0..1: middle channels keep their share of the way."""
    low, high = encoded.min(axis=-1), encoded.max(axis=-1)
    span = high - low
    share = (encoded - low[..., np.newaxis]) / np.maximum(span, np.float32(1e-9))[..., np.newaxis]
    for table in tables:
        low, high = _looked_up(table, low), _looked_up(table, high)
    return np.asarray(low[..., np.newaxis] + share * (high - low)[..., np.newaxis])


def by_channel(encoded: Floats, tables: Sequence[Table | None]) -> Floats:
    """One table a channel; None leaves a channel as it is."""
    parts = [encoded[..., i] if table is None else _looked_up(table, encoded[..., i]) for i, table in enumerate(tables)]
    return np.stack(parts, axis=-1)


def _looked_up(table: Table, encoded: Floats) -> Floats:
    place = np.clip(encoded, 0, 1) * np.float32(_STEPS)
    left = np.minimum(place.astype(np.intp), _STEPS - 1)
    low = table[left]
    return np.asarray(low + (place - left) * (table[left + 1] - low), dtype=encoded.dtype)
