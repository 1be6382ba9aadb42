"""Color Grading and Split Toning: three wheels by tone and one for all, on sRGB-encoded colours (..., 3).

Scale, balance and blending follow the Sieve model; the luminance sliders' scale is a guess (see `Constants`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from couloir.color.arrays import Floats
from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.dng.tables import hsv_to_rgb

_LUMA: Final = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True, slots=True)
class Wheel:
    """`hue` 0..360 degrees, `saturation` 0..100, `luminance` -100..100."""

    hue: float = 0.0
    saturation: float = 0.0
    luminance: float = 0.0

    @property
    def is_neutral(self) -> bool:
        return self.saturation == 0 and self.luminance == 0


@dataclass(frozen=True, slots=True)
class Grade:
    """The panel: `balance` -100..100 moves the border between shadows and highlights, `blending` 0..100 widens it."""

    shadows: Wheel = Wheel()
    middle: Wheel = Wheel()
    highlights: Wheel = Wheel()
    overall: Wheel = Wheel()
    balance: float = 0.0
    blending: float = 50.0

    @property
    def is_neutral(self) -> bool:
        return all(each.is_neutral for each in (self.shadows, self.middle, self.highlights, self.overall))


def grade(encoded: Floats, panel: Grade, constants: Constants = NOMINAL) -> Floats:
    """Tint tones by their brightness, keeping it; everything fades out at black and white."""
    if panel.is_neutral:
        return encoded
    tone = np.clip(encoded @ _LUMA.astype(encoded.dtype), 0, 1)
    pivot = 0.5 - 0.3 * panel.balance / 100
    width = 0.08 + 0.42 * panel.blending / 100
    upper = _smooth((tone - pivot) / (2 * width) + 0.5)
    room = (4 * tone * (1 - tone)) ** 0.5
    parts = (
        (panel.shadows, 1 - upper, constants.wheel),
        (panel.middle, 4 * upper * (1 - upper), constants.wheel_middle),
        (panel.highlights, upper, constants.wheel),
        (panel.overall, np.ones_like(tone), constants.wheel_middle),
    )
    shift = np.zeros_like(encoded)
    for wheel, weight, scale in parts:
        if not wheel.is_neutral:
            push = scale * _tint(wheel) + constants.wheel_luminance * wheel.luminance / 100
            shift = shift + (weight * room)[..., np.newaxis] * push.astype(encoded.dtype)
    return np.clip(encoded + shift, 0, 1)


def _tint(wheel: Wheel) -> Floats:
    """A wheel's direction in RGB, without brightness of its own."""
    full = hsv_to_rgb(np.array(wheel.hue / 60), np.array(1.0), np.array(1.0))
    return np.asarray((full - full @ _LUMA) * wheel.saturation / 100)


def _smooth(share: Floats) -> Floats:
    held = np.clip(share, 0, 1)
    return np.asarray(held * held * (3 - 2 * held))
