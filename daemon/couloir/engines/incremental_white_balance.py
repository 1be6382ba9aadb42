"""Camera Raw's relative white balance for rendered files, IncrementalTemperature and IncrementalTint.

Adobe publishes no scale for it. Apple does: Core Image's CIFaceBalance, when it exports its settings to Camera Raw,
writes IncrementalTemperature = 222.43 (dI - 0.2 dQ) and IncrementalTint = 127.955 (dI + 5 dQ), where dI and dQ are the
shift that it adds in YIQ of the fourth root of linear light (`couloir.engines.yiq`). Here every balance, of Aperture's
three modes and of the two sliders, is expressed as such a shift. Linear sRGB is taken for the light: a typical
complexion has I = 0.10 there, which is the filter's own default for the colour of a face.

A shift that is the same for all tones is a different gain for each tone, so mid-grey represents the picture.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from couloir.color.adaptation import bradford
from couloir.color.arrays import Floats, Matrix, apply_matrix
from couloir.color.spaces import D65, SRGB_TO_XYZ, XYZ_TO_SRGB, luminance, srgb_encode, srgb_to_lab
from couloir.engines.aperture.white_balance import balance_gray, balance_skin, temperature_tint_matrix
from couloir.engines.yiq import YIQ_TO_RGB, to_yiq

Increments = tuple[float, float]
"""IncrementalTemperature and IncrementalTint, not yet clamped to the sliders' -100..100."""

MID_GRAY: Final = 0.18
SLIDER_END: Final = 100.0
_REACH_STEP: Final = 10.0
_NEAR_ENOUGH: Final = 5.0
"""Distance in a* and b* by which the sliders may miss mid-grey before they are searched on a grid. Their scale is a
shift of fourth roots, which is not meaningful where a channel has hardly any light."""
_TEMPERATURE_GAIN: Final = 222.43
_TINT_GAIN: Final = 127.955

# The sliders' ends would need negative light: no channel falls below this share of mid-grey's fourth root.
_LEAST_ENCODED: Final = 0.1


def from_temperature_tint(temperature: float, tint: float) -> Increments:
    """Aperture's Temperature & Tint on a rendered file (neutral: 5000 K, tint 0)."""
    gray = np.full(3, MID_GRAY)
    return _increments(gray, apply_matrix(temperature_tint_matrix(temperature, tint), gray))


def from_gray(color: tuple[float, float, float], warmth: float) -> Increments:
    """Aperture's Natural Gray: the picked colour (sRGB-encoded, 0..1) becomes grey; warmth 0..1, 0.5 neutral."""
    return _increments(*balance_gray(color, warmth))


def from_skin(color: tuple[float, float, float], warmth: float) -> Increments:
    """Aperture's Skin Tone: the picked colour (sRGB-encoded, 0..1) becomes that of skin; warmth 0..1, 0.5 neutral."""
    return _increments(*balance_skin(color, warmth))


def reachable_temperature_tint(temperature: float, tint: float) -> tuple[Increments, bool]:
    """`from_temperature_tint` within the sliders' range, and whether it had to be changed for that.

    Below about 2500 K mid-grey becomes a colour outside sRGB; then the clipped colour is approximated.
    """
    gray = np.full(3, MID_GRAY)
    shown = apply_matrix(temperature_tint_matrix(temperature, tint), gray)
    return _reachable(_increments(gray, shown), shown)


def reachable(increments: Increments) -> tuple[Increments, bool]:
    """The increments within the sliders' range with the nearest effect, and whether they had to be changed.

    Clamping each slider separately would change the hue: any two values far beyond their ends would become the same
    corner.
    """
    return _reachable(increments, _gray_under(increments))


def combine(first: Increments, second: Increments) -> Increments:
    """One balance followed by another, within the sliders' range."""
    if first == (0.0, 0.0):
        return second
    gray = np.full(3, MID_GRAY)
    shown = apply_matrix(to_matrix(*second) @ to_matrix(*first), gray)
    return _reachable(_increments(gray, shown), shown)[0]


def to_matrix(incremental_temperature: float, incremental_tint: float) -> Matrix:
    """The 3x3 matrix on linear sRGB that the two sliders stand for: the inverse of `from_temperature_tint`.

    It is the Bradford adaptation under which mid-grey takes the shift and keeps its luminance.
    """
    x, y, z = apply_matrix(SRGB_TO_XYZ, _gray_under((incremental_temperature, incremental_tint)))
    total = float(x + y + z)
    adaptation = bradford(D65, (float(x) / total, float(y) / total))
    return XYZ_TO_SRGB @ adaptation @ SRGB_TO_XYZ


def _increments(before: Floats, after: Floats) -> Increments:
    _, d_i, d_q = to_yiq(after) - to_yiq(before)
    return float(_TEMPERATURE_GAIN * (d_i - 0.2 * d_q)), float(_TINT_GAIN * (d_i + 5 * d_q))


def _gray_under(increments: Increments) -> Floats:
    """Linear sRGB of mid-grey under the two sliders, at its old luminance."""
    shift = increments[0] / _TEMPERATURE_GAIN
    green = (increments[1] / _TINT_GAIN - shift) / 5.2
    return _shifted_gray(shift + 0.2 * green, green)


def _reachable(increments: Increments, shown: Floats) -> tuple[Increments, bool]:
    """As `reachable`; `shown` is mid-grey under the balance, linear sRGB, and is clipped to sRGB."""
    visible = np.clip(shown, 0, 1)
    wanted = _hue_and_chroma(visible * (MID_GRAY / float(luminance(visible))))

    def away(at: Increments) -> float:
        return float(np.hypot(*(_hue_and_chroma(_gray_under(at)) - wanted)))

    if max(map(abs, increments)) <= SLIDER_END and away(increments) <= _NEAR_ENOUGH:
        return increments, False
    places, colors = _reach()
    start = places[int(((colors - wanted) ** 2).sum(axis=1).argmin())]
    best = (float(start[0]), float(start[1]))
    for step in (_REACH_STEP / 2, _REACH_STEP / 4, 1.0):
        around = [(best[0] + a * step, best[1] + b * step) for a in (-1, 0, 1) for b in (-1, 0, 1)]
        best = min((at for at in around if max(map(abs, at)) <= SLIDER_END), key=away)
    return best, True


@lru_cache(maxsize=1)
def _reach() -> tuple[Floats, Floats]:
    """Places on a grid over both sliders, and the a* and b* that mid-grey has there."""
    ends = np.arange(-SLIDER_END, SLIDER_END + 1, _REACH_STEP)
    places = np.array([(temperature, tint) for temperature in ends for tint in ends])
    return places, np.array([_hue_and_chroma(_gray_under((float(a), float(b)))) for a, b in places])


def _hue_and_chroma(linear: Floats) -> Floats:
    """a* and b* of a linear sRGB colour."""
    return srgb_to_lab(srgb_encode(linear))[..., 1:]


def _shifted_gray(d_i: float, d_q: float) -> Floats:
    """Linear sRGB of mid-grey after the shift, at its old luminance: only the fourth root's Y is unknown.

    Newton's method starts from above and does not overshoot, because luminance is convex in Y. It uses plain floats,
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
