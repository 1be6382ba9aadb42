"""The DNG rendering's tone: exposure ramp, the default curve, and curves that keep hues.

Source: Adobe's DNG SDK 1.7.1 (dng_render). Its formulas are restated here and compared with it by
scripts/evaluate_engines.py. All functions work on linear ProPhoto within 0..1.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats, highest, join_channels, lowest
from couloir.color.splines import Curve, natural_spline
from couloir.engines.lookup import interpolate

SHADOWS: Final = 5.0
"""The SDK's default "shadows": blacks begin at 5 thousandths, unless a profile asks for no default black rendering."""

_STEPS: Final = 4096
# Knots of the SDK's default curve ("ACR3"): abscissa in 1024ths. A natural spline through these 28 stays within 3e-5
# of the SDK's table of 1025 values, which is itself rounded to 1e-5.
_DEFAULT_KNOTS: Final = (
    (0, 0.0),
    (1, 0.00078),
    (3, 0.00242),
    (4, 0.00314),
    (6, 0.0046),
    (10, 0.00806),
    (16, 0.01485),
    (29, 0.03475),
    (37, 0.04916),
    (64, 0.10433),
    (96, 0.17901),
    (107, 0.20651),
    (113, 0.22185),
    (119, 0.23711),
    (140, 0.28881),
    (163, 0.34205),
    (186, 0.39158),
    (262, 0.53038),
    (322, 0.61698),
    (388, 0.69461),
    (459, 0.76251),
    (535, 0.82135),
    (617, 0.87223),
    (756, 0.93551),
    (875, 0.97199),
    (967, 0.99133),
    (1000, 0.99664),
    (1024, 1.0),
)


def exposure_ramp(rgb: Floats, exposure: float, shadows: float = SHADOWS) -> Floats:
    """Apply `exposure` stops (0 or more; negative ones are left to the curve) and subtract the blacks.

    The toe is a parabola over half the black level on either side, at most a sixteenth of the range.
    """
    white = 2.0 ** -max(0.0, exposure)
    black = min(shadows * 0.001, 0.99 * white)
    slope = 1.0 / (white - black)
    radius = min(0.5 * black, (1 / 16) / slope)
    above = slope * np.maximum(rgb - (black + radius), 0)
    if radius <= 0:
        return np.asarray(np.minimum(above, 1.0), dtype=rgb.dtype)
    # Up to the toe's end the parabola, from there on the straight line on top of it.
    toe = np.clip(rgb - (black - radius), 0, 2 * radius)
    return np.asarray(np.minimum(slope / (4 * radius) * toe * toe + above, 1.0), dtype=rgb.dtype)


def exposure_tone(values: Floats, exposure: float) -> Floats:
    """Apply negative stops to tones 0..1 before the curve: a gain up to 0.25, then a parabola that keeps white."""
    if exposure >= 0:
        return values
    gain = 2.0**exposure
    a = 16 / 9 * (1 - gain)
    b = gain - a / 2
    return np.asarray(np.where(values <= 0.25, gain * values, (a * values + b) * values + (1 - a - b)), values.dtype)


@lru_cache(maxsize=32)
def curve_through(points: tuple[tuple[float, float], ...]) -> Curve:
    """A profile's tone curve: the natural spline through its points, in linear light; () is the default one."""
    chosen = points or tuple((x / 1024, y) for x, y in _DEFAULT_KNOTS)
    return natural_spline([x for x, _ in chosen], [y for _, y in chosen])


def rgb_tone(rgb: Floats, curve: Curve, exposure: float = 0.0) -> Floats:
    """Apply the curve to the largest and the smallest channel; the middle one keeps its relative position, so hue
    stays.

    Negative `exposure` is composed into the curve, as in the SDK.
    """
    sampled = _table(curve, min(exposure, 0.0))
    low, high = lowest(rgb), highest(rgb)
    toned_low, toned_high = (interpolate(sampled, np.clip(each, 0, 1) * _STEPS) for each in (low, high))
    scale = (toned_high - toned_low) / np.maximum(high - low, 1e-12)
    return join_channels([toned_low + (rgb[..., i] - low) * scale for i in range(3)])


@lru_cache(maxsize=64)
def _table(curve: Curve, exposure: float) -> NDArray[np.float32]:
    """The curve at equal steps, tabulated as in the SDK."""
    steps = np.arange(_STEPS + 1, dtype=np.float64) / _STEPS
    return np.clip(curve(exposure_tone(steps, exposure)), 0, 1).astype(np.float32)
