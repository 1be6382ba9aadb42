"""Aperture's Curves and Gamma on linear light (..., 3).

Source: Photos, whose curves have Aperture's channels and domain: natural cubic splines on values encoded with gamma
1/2.2 (nominal), the channels first, luminance after them as a gain.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from couloir.aperture.adjustments import Curves, ToneCurve
from couloir.color.arrays import Floats, join_channels, sum_weighted
from couloir.color.splines import monotone_spline, natural_spline, straight_lines
from couloir.engines.aperture.constants import NOMINAL, Constants
from couloir.engines.aperture.forms import Acts, SplineForm

_SPLINES: Final = {
    SplineForm.NATURAL: natural_spline,
    SplineForm.MONOTONE: monotone_spline,
    SplineForm.STRAIGHT: straight_lines,
}
_HIGHEST: Final = 2.0
_LUMA: Final = np.array([0.30, 0.59, 0.11])
_STEEPEST: Final = 8.0
_LEAST_LIGHT: Final = 1e-5
_POWERS: Final = (0.1, 10.0)


def curves(linear: Floats, adjustment: Curves, constants: Constants = NOMINAL) -> Floats:
    """Apply all five curves. Values outside 0..2 are not changed, and curves in an unknown layout have no effect."""
    channels = [
        _curve(_curve(linear[..., i], own, constants), adjustment.rgb, constants)
        for i, own in enumerate((adjustment.red, adjustment.green, adjustment.blue))
    ]
    drawn = join_channels(channels)
    if adjustment.luminance is None or adjustment.luminance.is_identity:
        return drawn
    if constants.curves_luminance is Acts.CHANNELS:
        return join_channels([_curve(drawn[..., i], adjustment.luminance, constants) for i in range(3)])
    light = np.maximum(sum_weighted(_LUMA.astype(drawn.dtype), drawn), _LEAST_LIGHT)
    gain = np.clip(_curve(light, adjustment.luminance, constants) / light, -_STEEPEST, _STEEPEST)
    return np.asarray(drawn * gain[..., np.newaxis])


def gamma(linear: Floats, power: float) -> Floats:
    """Raise light to `power`, which is clamped to 0.1..10. Values outside 0..1 are not changed."""
    inside = np.clip(linear, 0, 1)
    held = min(max(power, _POWERS[0]), _POWERS[1])
    return np.asarray(inside ** linear.dtype.type(held) + (linear - inside))


def _curve(values: Floats, curve: ToneCurve | None, constants: Constants) -> Floats:
    if curve is None or curve.is_identity:
        return values
    points = np.array(curve.points, dtype=np.float64)
    spline = _SPLINES[constants.curves_spline]
    gamma = constants.curves_gamma
    inside = np.clip(values, 0, _HIGHEST)
    encoded = spline(points[:, 0], points[:, 1])(inside ** values.dtype.type(1 / gamma))
    return np.asarray(np.clip(encoded, 0, _HIGHEST) ** values.dtype.type(gamma) + (values - inside))
