"""What Capture One's Levels and Curves do to a picture, by published measurements of its own exports.

Both act on sRGB-encoded values. A curve is a natural cubic spline through its points; the curve for all channels acts
first and the channels' own curves after it (re-rendered by others within 0.15 of 255 steps). Levels stretch the tones
from Shadow to Highlight, bend them by the exponent 1 - Midtone and put them from TargetShadow to TargetHighlight
(within 0.08 of 255 steps). No public measurement covers the luma curve, so that it is not drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from couloir.color.arrays import Floats
from couloir.color.splines import natural_spline
from couloir.destinations.capture_one.keys import Setting

_CHANNELS: Final = ("Red", "Green", "Blue")
_ALL: Final = 3  # the place of the number for all channels together
_NEUTRAL: Final = {"Shadow": 0.0, "Highlight": 1.0, "Midtone": 0.0, "TargetShadow": 0.0, "TargetHighlight": 1.0}
_NARROWEST: Final = 1e-6
DRAWN: Final = frozenset({*_NEUTRAL, "GradationCurve", *(f"GradationCurve{channel}" for channel in _CHANNELS)})


def draw(encoded: Floats, values: Mapping[str, Setting]) -> Floats:
    """sRGB-encoded colours (..., 3), 0..1, after the Levels and Curves of these settings; others have no effect.

    That Levels come before Curves is assumed: Couloir itself writes curves only.
    """
    drawn = [
        _curved(_levelled(encoded[..., place], values, place), values, name) for place, name in enumerate(_CHANNELS)
    ]
    return np.stack(drawn, axis=-1)


def _levelled(encoded: Floats, values: Mapping[str, Setting], place: int) -> Floats:
    for which in (_ALL, place):
        number = {key: _number(values, key, which) for key in _NEUTRAL}
        if number == _NEUTRAL:
            continue
        span = max(number["Highlight"] - number["Shadow"], _NARROWEST)
        share = np.clip((encoded - number["Shadow"]) / span, 0, 1) ** (1 - number["Midtone"])
        low, high = number["TargetShadow"], number["TargetHighlight"]
        encoded = np.asarray(low + share * (high - low), dtype=encoded.dtype)
    return encoded


def _curved(encoded: Floats, values: Mapping[str, Setting], channel: str) -> Floats:
    for key in ("GradationCurve", f"GradationCurve{channel}"):
        points = values.get(key)
        if isinstance(points, tuple) and len(points) >= 2:
            pairs = np.array(points, dtype=np.float64)
            encoded = np.clip(natural_spline(pairs[:, 0], pairs[:, 1])(encoded), 0, 1)
    return encoded


def _number(values: Mapping[str, Setting], key: str, place: int) -> float:
    found = values.get(key)
    number = found[place] if isinstance(found, tuple) and len(found) > place else None
    return float(number) if isinstance(number, int | float) else _NEUTRAL[key]
