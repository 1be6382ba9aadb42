"""Aperture's colour stages, on linear sRGB colours (..., 3)."""

from __future__ import annotations

import numpy as np

from couloir.color.arrays import Floats
from couloir.color.spaces import luminance
from couloir.engines.aperture.constants import NOMINAL, Constants

# Where the hue of skin lies, in sixths of a turn from red, and how far around it Vibrancy spares a colour. Guess.
_SKIN_HUE = 0.4
_SKIN_WIDTH = 0.6


def saturation(linear: Floats, amount: float) -> Floats:
    """Scale a colour's distance from grey of its luminance: 0 is grey, 1 leaves it, 2 doubles it.

    The form of Core Image's colour controls; 0 is grey and 1 neutral by Aperture's manual.
    """
    gray = luminance(linear)[..., np.newaxis]
    return gray + amount * (linear - gray)


def vibrancy(linear: Floats, amount: float, constants: Constants = NOMINAL) -> Floats:
    """Saturate dull colours more than vivid ones and skin least, -1..1; by the manual -1 leaves only skin."""
    gray = luminance(linear)[..., np.newaxis]
    highest, lowest = linear.max(axis=-1), linear.min(axis=-1)
    vividness = np.clip((highest - lowest) / np.maximum(highest, 1e-6), 0, 1)
    other_than_skin = 1 - _skin(linear, highest, lowest)
    if amount >= 0:
        gain = 1 + constants.vibrancy * amount * (1 - vividness) ** 2 * (0.5 + 0.5 * other_than_skin)
    else:
        gain = 1 + amount * other_than_skin
    return np.asarray(gray + gain[..., np.newaxis] * (linear - gray), dtype=linear.dtype)


def _skin(linear: Floats, highest: Floats, lowest: Floats) -> Floats:
    """1 at the hue of skin, falling to 0 beside it; colours without hue are not skin."""
    red, green, blue = linear[..., 0], linear[..., 1], linear[..., 2]
    range_ = highest - lowest
    hue = (green - blue) / np.maximum(range_, 1e-6)  # sixths of a turn from red; right where red is the highest
    near = np.clip(1 - np.abs(hue - _SKIN_HUE) / _SKIN_WIDTH, 0, 1)
    return np.where((red >= highest) & (range_ > 0), near, 0)
