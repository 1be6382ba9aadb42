"""Camera Raw's tone curves on sRGB-encoded values: parametric, master point curve (hue kept), and one for each channel.

Point curves are natural cubic splines, constant beyond their ends. The master curve acts on a colour's highest and
lowest channel, as in the DNG reference. Curves are tabulated once, at 4096 steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from couloir.color.arrays import Floats, highest, join_channels, lowest
from couloir.color.splines import natural_table
from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.lookup import Tables, interpolate

_STEPS: Final = 4096
_AT: Final = np.arange(_STEPS + 1) / _STEPS
LINEAR: Final[Tables] = _AT.astype(np.float32)
"""The table of the identity."""

REGIONS: Final = ("ParametricShadows", "ParametricDarks", "ParametricLights", "ParametricHighlights")
"""The regions in the order in which they act."""


@lru_cache(maxsize=256)
def point_table(points: tuple[float, ...]) -> Tables:
    """The table of ToneCurvePV2012 or one of its channels: (x1, y1, x2, y2 ...) in 0..255."""
    table = natural_table(np.array(points[0::2]) / 255, np.array(points[1::2]) / 255, _STEPS)
    return np.clip(table, 0, 1).astype(np.float32)


def parametric_table(amounts: Floats, splits: Floats, constants: Constants = NOMINAL) -> Tables:
    """The four regions' sliders, -100..100 in the order of REGIONS, with the three splits, 10..90: (n, 4) and (n, 3).

    Each region lifts or lowers a smooth bump over itself and its neighbours; the result never falls. The height is a
    guess (see `Constants`).
    """
    bumps = np.stack([_bumps(tuple(row)) for row in splits.tolist()])
    lifted = np.matmul(amounts[:, np.newaxis] * np.float32(constants.parametric / 100), bumps)[:, 0]
    return np.maximum.accumulate(np.clip(LINEAR + lifted, 0, 1), axis=-1)


@lru_cache(maxsize=16)
def _bumps(splits: tuple[float, float, float]) -> Tables:
    """The weight of each region's slider at each step, (4, steps)."""
    edges = (0.0, *(split / 100 for split in splits), 1.0)
    rows = []
    for i in range(len(REGIONS)):
        left, right = edges[max(i - 1, 0)], edges[min(i + 2, 4)]
        middle = (edges[i] + edges[i + 1]) / 2
        rise = np.clip((_AT - left) / max(middle - left, 1e-6), 0, 1)
        fall = np.clip((right - _AT) / max(right - middle, 1e-6), 0, 1)
        near = np.minimum(rise, fall)
        room = np.minimum(1.0, 4 * _AT * (1 - _AT))  # black and white stay where they are
        rows.append(near**2 * (3 - 2 * near) * room)
    return np.array(rows, dtype=np.float32)


def keeping_hue(encoded: Floats, tables: Sequence[Tables]) -> Floats:
    """Apply curves in turn to sRGB-encoded colours 0..1; the middle channel keeps its relative position."""
    low, high = lowest(encoded), highest(encoded)
    scale = 1 / np.maximum(high - low, np.float32(1e-9))
    new_low, new_high = low, high
    for table in tables:
        new_low, new_high = _looked_up(table, new_low), _looked_up(table, new_high)
    scale = scale * (new_high - new_low)
    return join_channels([new_low + (encoded[..., i] - low) * scale for i in range(3)])


def by_channel(encoded: Floats, tables: Sequence[Tables | None]) -> Floats:
    """Apply one table to each channel; None leaves a channel unchanged."""
    parts = [encoded[..., i] if table is None else _looked_up(table, encoded[..., i]) for i, table in enumerate(tables)]
    return join_channels(list(np.broadcast_arrays(*parts)))


def _looked_up(table: Tables, encoded: Floats) -> Floats:
    return interpolate(table, np.clip(encoded, 0, 1) * np.float32(_STEPS))
