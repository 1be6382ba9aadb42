"""How strongly a local adjustment acts at each pixel, 0..1: Lightroom's brushes, linear gradients and radial filters.

A brush was measured by one public study on 46 exports of Lightroom Classic (residual 0.010 in alpha): a dab of radius R
at distance d adds

    D(flow) * (1 - (d / R) ** m) ** n,    D(f) = k f / (1 - f + k f)

where m and n are exponentials of cubics of the hardness, and dabs go together as screens do, 1 - product of (1 - dab),
in any order. A linear gradient follows a smooth step of t ** 1.124 (rms 0.006 on 12 gradients). The study's table of
the radial filter is not public: its fall is a guess. All of it rests on one camera and one version of Lightroom.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from couloir.engines.constants import constant
from couloir.lightroom.local.masks import Brush, Combination, LinearGradient, Mask, RadialGradient, Stroke

Alpha: TypeAlias = NDArray[np.float32]
"""(height, width) of the frame as the file stores it, 0..1."""

_MEASURED = "46 exports of Lightroom Classic by one public study"


@dataclass(frozen=True, slots=True)
class MaskLaws:
    """The uncertain constants. `flow` is k; `inner` and `outer` multiply the kernel's exponents m and n."""

    flow: float = constant(0.1284, 0.11, 0.15, _MEASURED)
    inner: float = constant(1.0, 0.95, 1.05, _MEASURED)
    outer: float = constant(1.0, 0.95, 1.05, _MEASURED)
    gradient: float = constant(1.124, 1.05, 1.2, _MEASURED)
    radial: float = constant(1.0, 0.7, 1.4, "guess: the power of a radial filter's fall")


MEASURED: Final = MaskLaws()

_INNER: Final = (-5.272996, 9.420690, -1.864655, 0.605303)
_OUTER: Final = (-5.976385, 12.872100, -7.987943, 1.861162)


def draw_masks(masks: Sequence[Mask], columns: int, rows: int, laws: MaskLaws = MEASURED) -> Alpha:
    """The masks of one adjustment together, in their order."""
    total = np.zeros((rows, columns), dtype=np.float32)
    for mask in masks:
        alpha = draw_mask(mask, columns, rows, laws)
        if mask.combination is Combination.ADD:
            total = 1 - (1 - total) * (1 - alpha)
        else:
            total = total * (alpha if mask.combination is Combination.INTERSECT else 1 - alpha)
    return total


def draw_mask(mask: Mask, columns: int, rows: int, laws: MaskLaws = MEASURED) -> Alpha:
    """One mask alone, inverted where it is."""
    shape = mask.shape
    if isinstance(shape, Brush):
        alpha = draw_brush(shape, columns, rows, laws)
    elif isinstance(shape, LinearGradient):
        alpha = _linear(shape, columns, rows, laws)
    else:
        alpha = _radial(shape, columns, rows, laws)
    return 1 - alpha if mask.inverted else alpha


def draw_brush(brush: Brush, columns: int, rows: int, laws: MaskLaws = MEASURED) -> Alpha:
    """A brush's strokes in their order; one without density takes away what earlier ones painted."""
    clear = np.ones((rows, columns), dtype=np.float32)
    for stroke in brush.strokes:
        if stroke.density:
            clear *= _stroke(stroke, columns, rows, stroke.density, laws)
        else:
            clear = 1 - (1 - clear) * _stroke(stroke, columns, rows, 1.0, laws)
    return 1 - clear


def deposit(flow: float, laws: MaskLaws = MEASURED) -> float:
    """What one dab of a flow of 0..1 adds at its centre, D(flow)."""
    return laws.flow * flow / (1 - flow + laws.flow * flow)


def flow_of(deposited: float, laws: MaskLaws = MEASURED) -> float:
    """The flow of a dab that adds this much: the inverse of `deposit`."""
    return deposited / (laws.flow * (1 - deposited) + deposited)


def kernel(distance: NDArray[np.floating], hardness: float, laws: MaskLaws = MEASURED) -> NDArray[np.floating]:
    """A full dab at distances in radii: 1 at its centre, 0 from its radius on."""
    m = laws.inner * math.exp(float(np.polyval(_INNER, hardness)))
    n = laws.outer * math.exp(float(np.polyval(_OUTER, hardness)))
    inside = np.minimum(distance, 1)
    return np.asarray((1 - inside**m) ** n)


def _stroke(stroke: Stroke, columns: int, rows: int, density: float, laws: MaskLaws) -> Alpha:
    """What the stroke leaves clear: the product over its dabs of 1 - density * dab."""
    clear = np.ones((rows, columns), dtype=np.float32)
    radius = stroke.radius * columns
    for dab in stroke.dabs:
        x, y = dab.x * columns - 0.5, dab.y * rows - 0.5
        left, right = max(0, math.ceil(x - radius)), min(columns, math.floor(x + radius) + 1)
        top, bottom = max(0, math.ceil(y - radius)), min(rows, math.floor(y + radius) + 1)
        if left >= right or top >= bottom:
            continue
        across = (np.arange(left, right, dtype=np.float32) - x) / radius
        down = (np.arange(top, bottom, dtype=np.float32) - y) / radius
        distance = np.sqrt(across[np.newaxis, :] ** 2 + down[:, np.newaxis] ** 2)
        painted = kernel(distance, stroke.hardness, laws)
        clear[top:bottom, left:right] *= 1 - np.float32(density * deposit(dab.flow, laws)) * painted
    return clear


def _linear(shape: LinearGradient, columns: int, rows: int, laws: MaskLaws) -> Alpha:
    x, y = _places(columns, rows)
    # Along the picture: a gradient is straight on the screen, so its ends are taken in pixels.
    across, down = (shape.full[0] - shape.zero[0]) * columns, (shape.full[1] - shape.zero[1]) * rows
    along = ((x - shape.zero[0]) * columns * across + (y - shape.zero[1]) * rows * down) / (across**2 + down**2)
    return _smooth_step(np.clip(along, 0, 1) ** laws.gradient)


def _radial(shape: RadialGradient, columns: int, rows: int, laws: MaskLaws) -> Alpha:
    """Its support ends at the square root of two of the ellipse, as measured; how it falls there is a guess."""
    x, y = _places(columns, rows)
    across = (x - (shape.left + shape.right) / 2) * columns
    down = (y - (shape.top + shape.bottom) / 2) * rows
    cos, sin = math.cos(math.radians(shape.angle)), math.sin(math.radians(shape.angle))
    wide = (across * cos + down * sin) / ((shape.right - shape.left) / 2 * columns)
    high = (down * cos - across * sin) / ((shape.bottom - shape.top) / 2 * rows)
    distance = np.hypot(wide, high)
    edge = 1 + (math.sqrt(2) - 1) * shape.feather / 100
    core = 1 - shape.feather / 100
    fall = np.clip((edge - distance) / max(edge - core, 1e-3), 0, 1)
    return _smooth_step(fall**laws.radial)


def _places(columns: int, rows: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    x = (np.arange(columns, dtype=np.float32) + np.float32(0.5)) / np.float32(columns)
    y = (np.arange(rows, dtype=np.float32) + np.float32(0.5)) / np.float32(rows)
    return x[np.newaxis, :], y[:, np.newaxis]


def _smooth_step(share: NDArray[np.floating]) -> Alpha:
    return np.asarray(share * share * (3 - 2 * share), dtype=np.float32)
