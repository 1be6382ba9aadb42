"""Color Grading and Split Toning: three wheels by tone and one for all, on sRGB-encoded colours (..., 3).

Scale, balance and blending follow the Sieve model; the luminance sliders' scale is a guess (see `Constants`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from couloir.color.arrays import Floats, join_channels, sum_weighted
from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.camera_raw.sliders import Amount
from couloir.engines.dng.tables import hsv_to_rgb

_LUMA: Final = np.array([0.299, 0.587, 0.114], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Wheel:
    """`hue` 0..360 degrees, `saturation` 0..100, `luminance` -100..100."""

    hue: Amount = 0.0
    saturation: Amount = 0.0
    luminance: Amount = 0.0

    @property
    def is_neutral(self) -> bool:
        return not (np.any(self.saturation) or np.any(self.luminance))


@dataclass(frozen=True, slots=True)
class Grade:
    """The panel: `balance` -100..100 moves the border between shadows and highlights, `blending` 0..100 widens it."""

    shadows: Wheel = Wheel()
    middle: Wheel = Wheel()
    highlights: Wheel = Wheel()
    overall: Wheel = Wheel()
    balance: Amount = 0.0
    blending: Amount = 50.0

    @property
    def is_neutral(self) -> bool:
        return all(each.is_neutral for each in (self.shadows, self.middle, self.highlights, self.overall))


def grade(encoded: Floats, panel: Grade, constants: Constants = NOMINAL) -> Floats:
    """Tint tones by their brightness, keeping it; everything fades out at black and white."""
    if panel.is_neutral:
        return encoded
    tone = np.clip(sum_weighted(_LUMA.astype(encoded.dtype), encoded), 0, 1)
    pivot = 0.5 - 0.3 * panel.balance / 100
    width = 0.08 + 0.42 * panel.blending / 100
    upper = _smooth((tone - pivot) / (2 * width) + 0.5)
    room = np.sqrt(4 * tone * (1 - tone))
    parts = (
        (panel.shadows, 1 - upper, constants.wheel),
        (panel.middle, 4 * upper * (1 - upper), constants.wheel_middle),
        (panel.highlights, upper, constants.wheel),
        (panel.overall, None, constants.wheel_middle),
    )
    channels = [encoded[..., i] for i in range(3)]
    for wheel, weight, scale in parts:
        if not wheel.is_neutral:
            share = room if weight is None else weight * room
            lift = np.asarray(wheel.luminance, dtype=encoded.dtype) * np.float32(constants.wheel_luminance / 100)
            push = np.float32(scale) * _tint(wheel).astype(encoded.dtype) + lift[..., np.newaxis]
            channels = [channel + share * push[..., i] for i, channel in enumerate(channels)]
    return np.clip(join_channels(channels), 0, 1)


def _tint(wheel: Wheel) -> Floats:
    """A wheel's direction in RGB, without brightness of its own."""
    hue = np.asarray(wheel.hue, dtype=np.float32) / 60
    full = hsv_to_rgb(hue, np.ones_like(hue), np.ones_like(hue))
    gray = sum_weighted(_LUMA, full)[..., np.newaxis]
    return np.asarray((full - gray) * np.asarray(wheel.saturation, dtype=np.float32)[..., np.newaxis] / 100)


def _smooth(share: Floats) -> Floats:
    held = np.clip(share, 0, 1)
    return np.asarray(held * held * (3 - 2 * held))
