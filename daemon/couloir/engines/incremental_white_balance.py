"""Camera Raw's relative white balance for rendered files, IncrementalTemperature and IncrementalTint.

Adobe publishes no scale for it. Apple does: Core Image's CIFaceBalance, when asked to say itself in Camera Raw's
words, writes IncrementalTemperature = 222.43 (dI - 0.2 dQ) and IncrementalTint = 127.955 (dI + 5 dQ), where dI and dQ
are the shift that it adds in YIQ of the fourth root of linear light (`couloir.engines.yiq`). Here every balance,
Aperture's three modes and the two sliders, is read as such a shift, and back. Linear sRGB is taken for the light: a
typical complexion lies at I = 0.10 there, which is the filter's own default for the colour of a face.

A shift that is the same for all tones is a different gain for each, so one tone has to stand for the picture: mid-grey.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from couloir.color.adaptation import bradford
from couloir.color.arrays import Floats, Matrix, apply_matrix
from couloir.color.spaces import D65, SRGB_TO_XYZ, XYZ_TO_SRGB
from couloir.engines.aperture.white_balance import balanced_gray, balanced_skin, temperature_tint_matrix
from couloir.engines.yiq import YIQ_TO_RGB, to_yiq

Increments = tuple[float, float]
"""IncrementalTemperature and IncrementalTint; not yet brought into the sliders' -100..100."""

MID_GRAY: Final = 0.18
_TEMPERATURE_GAIN: Final = 222.43
_TINT_GAIN: Final = 127.955

# The sliders' ends reach further than any light: no channel falls below this share of mid-grey's fourth root.
_LEAST_ENCODED: Final = 0.1


def from_temperature_tint(temperature: float, tint: float) -> Increments:
    """Aperture's Temperature & Tint on a rendered file (neutral: 5000 K, tint 0)."""
    gray = np.full(3, MID_GRAY)
    return _increments(gray, apply_matrix(temperature_tint_matrix(temperature, tint), gray))


def from_gray(color: tuple[float, float, float], warmth: float) -> Increments:
    """Aperture's Natural Gray: the picked colour (sRGB-encoded, 0..1) becomes grey; warmth 0..1, 0.5 neutral."""
    return _increments(*balanced_gray(color, warmth))


def from_skin(color: tuple[float, float, float], warmth: float) -> Increments:
    """Aperture's Skin Tone: the picked colour (sRGB-encoded, 0..1) becomes that of skin; warmth 0..1, 0.5 neutral."""
    return _increments(*balanced_skin(color, warmth))


def to_matrix(incremental_temperature: float, incremental_tint: float) -> Matrix:
    """The 3x3 matrix on linear sRGB that the two sliders stand for: the inverse of `from_temperature_tint`.

    It is the Bradford adaptation under which mid-grey takes the shift and keeps its luminance.
    """
    shift = incremental_temperature / _TEMPERATURE_GAIN
    green = (incremental_tint / _TINT_GAIN - shift) / 5.2
    x, y, z = apply_matrix(SRGB_TO_XYZ, _shifted_gray(shift + 0.2 * green, green))
    total = float(x + y + z)
    adaptation = bradford(D65, (float(x) / total, float(y) / total))
    return XYZ_TO_SRGB @ adaptation @ SRGB_TO_XYZ


def _increments(before: Floats, after: Floats) -> Increments:
    _, d_i, d_q = to_yiq(after) - to_yiq(before)
    return float(_TEMPERATURE_GAIN * (d_i - 0.2 * d_q)), float(_TINT_GAIN * (d_i + 5 * d_q))


def _shifted_gray(d_i: float, d_q: float) -> Floats:
    """Linear sRGB of mid-grey after the shift, at its old luminance: only the fourth root's Y is left to find.

    Newton's method from above: luminance rises with Y ever more steeply, so that it never overshoots. Plain numbers,
    because a loop over arrays of three takes a hundred times as long.
    """
    offsets = [float(row[1]) * d_i + float(row[2]) * d_q for row in YIQ_TO_RGB]
    weights = [float(weight) for weight in SRGB_TO_XYZ[1]]
    least = _LEAST_ENCODED * MID_GRAY**0.25
    encoded = MID_GRAY**0.25 + max(map(abs, offsets))
    for _ in range(100):
        roots = [max(encoded + offset, least) for offset in offsets]
        over = sum(weight * root**4 for weight, root in zip(weights, roots, strict=True)) - MID_GRAY
        slope = sum(4 * weight * root**3 for weight, root in zip(weights, roots, strict=True) if root > least)
        if over <= 1e-15:
            break
        encoded -= over / slope
    return np.array([max(encoded + offset, least) ** 4 for offset in offsets])
