"""Camera Raw's colour stages, on linear sRGB colours (..., 3). Each is the identity at 0."""

from __future__ import annotations

import numpy as np

from couloir.color.arrays import Floats
from couloir.color.spaces import luminance

# The Sieve model of Camera Raw, fitted to its renderings: chroma * (1 + 1.2 v (1 - s)^2 (1 - 0.5 orange)).
_VIBRANCE = 1.2
_ORANGE_SPARED = 0.5
_ORANGE_HUE = 0.5  # in sixths of a turn from red
_ORANGE_WIDTH = 0.5


def saturation(linear: Floats, amount: float) -> Floats:
    """Saturation, -100..100: scales a colour's distance from grey of its luminance by 1 + amount/100."""
    gray = luminance(linear)[..., np.newaxis]
    return np.asarray(gray + (1 + amount / 100) * (linear - gray), dtype=linear.dtype)


def vibrance(linear: Floats, amount: float) -> Floats:
    """Vibrance, -100..100: saturates dull colours more than vivid ones, and orange half as much."""
    gray = luminance(linear)[..., np.newaxis]
    highest, lowest = linear.max(axis=-1), linear.min(axis=-1)
    vividness = np.clip((highest - lowest) / np.maximum(highest, 1e-6), 0, 1)
    spared = 1 - _ORANGE_SPARED * _orange(linear, highest, lowest)
    share = _VIBRANCE * (1 - vividness) ** 2 * spared if amount > 0 else np.ones_like(vividness)
    gain = 1 + amount / 100 * share
    return np.asarray(gray + gain[..., np.newaxis] * (linear - gray), dtype=linear.dtype)


def _orange(linear: Floats, highest: Floats, lowest: Floats) -> Floats:
    span = highest - lowest
    hue = (linear[..., 1] - linear[..., 2]) / np.maximum(span, 1e-6)  # right where red is the highest channel
    near = np.clip(1 - np.abs(hue - _ORANGE_HUE) / _ORANGE_WIDTH, 0, 1)
    return np.where((linear[..., 0] >= highest) & (span > 0), near, 0)
