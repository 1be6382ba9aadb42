"""Curve families that the tone stages choose from, by form: functions on values of any array, 0..1 to 0..1.

Each is the identity at amount 0, keeps black and white, and keeps the order of tones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from couloir.color.arrays import Floats
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.engines.aperture.forms import BoostForm, BrightnessForm, ContrastForm
from couloir.engines.dng.tone import curve_through

Family = Callable[[Floats, float], Floats]

_MIDDLE: Final = 0.18
_TOE: Final = 0.02
_LEAST: Final = 1e-6
# As steep in the middle as Photos' contrast at its nominal strength: 1 + 1.7 / 4.
_SIGMOID: Final = 2.35
_STRAIGHT: Final = 0.42
_POWER: Final = 0.5
_BLENDED: Final = 0.85


def boost_curve(values: Floats, n: float, form: BoostForm) -> Floats:
    """Full boost on 0..1: of one strength in the mid-tones for all forms."""
    rational = (1 + n) * values / (1 + n * values)
    match form:
        case BoostForm.SHOULDER:
            k = 1.3 * n
            return np.asarray(-np.expm1(-k * values) / -math.expm1(-k))
        case BoostForm.LOGARITHM:
            k = 3.5 * n
            return np.asarray(np.log1p(k * values) / math.log1p(k))
        case BoostForm.ADOBE:
            return np.asarray(curve_through(())(values))
        case BoostForm.TOE:
            return np.asarray(rational * values * (1 + _TOE) / (values + _TOE))
        case _:
            return np.asarray(rational)


def _photos_brightness(values: Floats, amount: float) -> Floats:
    """Photos' brightness for a neutral pixel."""
    if amount < 0:
        return np.asarray(values ** (1 - 1.5 * amount))
    gamma = 1 + 2 * amount
    missing = 1 - values
    lifted = 1 - (missing**gamma + 0.6 * (gamma - 1) * missing * (1 - missing**2) / gamma**2)
    return np.asarray(0.15 * values ** (1 - (min(gamma, 2.95) - 1) / 2.6) + 0.85 * lifted)


def _rational(values: Floats, amount: float) -> Floats:
    n = 2.0 ** (2 * abs(amount)) - 1
    return np.asarray((1 + n) * values / (1 + n * values) if amount >= 0 else values / (1 + n - n * values))


def _lift(values: Floats, amount: float) -> Floats:
    root = np.sqrt(values)
    held = min(max(amount, -1.0), 1.0)
    return np.asarray((root + held * root * (1 - root)) ** 2)


def _mirrored(values: Floats, amount: float) -> Floats:
    return np.asarray((1 - (1 - np.sqrt(values)) ** (2.0 ** (1.2 * amount))) ** 2)


BRIGHTNESS: Final[Mapping[BrightnessForm, Family]] = {
    BrightnessForm.PHOTOS: _photos_brightness,
    BrightnessForm.GAMMA: lambda values, amount: np.asarray(values ** (2.0 ** (-1.2 * amount))),
    BrightnessForm.LIFT: _lift,
    BrightnessForm.RATIONAL: _rational,
    BrightnessForm.MIRRORED: _mirrored,
}


def _photos_contrast(values: Floats, amount: float) -> Floats:
    """`amount` here is Photos' coefficient times the slider: strongest in the mid-tones, none at black and white."""
    root = np.sqrt(values)
    expanded = root + (root - 0.5) * amount * root * (1 - root)
    return np.asarray(np.clip(expanded, 0, 1) ** 2)


def _sigmoid(values: Floats, amount: float) -> Floats:
    k = _SIGMOID * abs(amount)
    if k < 1e-3:
        return values
    away, most = 2 * srgb_encode(values) - 1, math.tanh(k / 2)
    bent = np.tanh(k / 2 * away) / most if amount > 0 else np.arctanh(away * most) * 2 / k
    return np.asarray(srgb_decode(np.clip((bent + 1) / 2, 0, 1)))


def _straight(values: Floats, amount: float) -> Floats:
    encoded = srgb_encode(values)
    slope = 1 + _STRAIGHT * amount
    if slope >= 1:
        return np.asarray(srgb_decode(np.clip(0.5 + slope * (encoded - 0.5), 0, 1)))
    # Less contrast would make black grey; both ends stay, and the line bends towards them.
    return np.asarray(srgb_decode(encoded + (slope - 1) * (encoded - 0.5) * 4 * encoded * (1 - encoded)))


def _power(values: Floats, amount: float) -> Floats:
    gain = 2.0 ** (_POWER * amount)
    below = _MIDDLE * (np.minimum(values, _MIDDLE) / _MIDDLE) ** gain
    above = 1 - (1 - _MIDDLE) * (np.minimum(1 - values, 1 - _MIDDLE) / (1 - _MIDDLE)) ** gain
    return np.asarray(np.where(values < _MIDDLE, below, above))


def _blended(values: Floats, amount: float) -> Floats:
    encoded = srgb_encode(values)
    share = min(max(_BLENDED * amount, -1.0), 1.0)
    return np.asarray(srgb_decode(encoded + share * (encoded * encoded * (3 - 2 * encoded) - encoded)))


CONTRAST: Final[Mapping[ContrastForm, Family]] = {
    ContrastForm.PHOTOS: lambda values, amount: _photos_contrast(values, 1.7 * amount),
    ContrastForm.SIGMOID: _sigmoid,
    ContrastForm.STRAIGHT: _straight,
    ContrastForm.POWER: _power,
    ContrastForm.BLENDED: _blended,
}
