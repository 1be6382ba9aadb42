"""Camera Raw's colour stages, on linear sRGB colours (..., 3): vibrance, saturation, hue bands, calibration, wheels.

The bands' and primaries' scales are the Sieve model's (see `Constants`). Each stage is the identity at 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from couloir.color.arrays import Floats
from couloir.color.oklab import from_oklab, oklab
from couloir.color.spaces import luminance, srgb_decode
from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.dng.tables import hsv_to_rgb

_ORANGE_HUE: Final = 0.5  # in sixths of a turn from red
_ORANGE_WIDTH: Final = 0.5
_VIVID: Final = 0.25  # Oklab chroma of a fully saturated colour

_BAND_HSV: Final = np.array([0.0, 30.0, 60.0, 120.0, 180.0, 240.0, 270.0, 300.0])
_PRIMARIES_HSV: Final = np.array([0.0, 120.0, 240.0])


def _hues(degrees: Floats) -> Floats:
    """The Oklab hues, radians, of the pure colours at these HSV hues."""
    full = np.ones_like(degrees)
    lab = oklab(srgb_decode(hsv_to_rgb(degrees / 60, full, full)))
    return np.asarray(np.arctan2(lab[..., 2], lab[..., 1]) % (2 * np.pi))


BAND_HUES: Final = np.unwrap(_hues(_BAND_HSV))
"""Oklab hues of Lightroom's eight bands, rising: red, orange, yellow, green, aqua, blue, purple, magenta."""
_PRIMARY_HUES: Final = np.unwrap(_hues(_PRIMARIES_HSV))
_TABLE: Final = 720


def saturation(linear: Floats, amount: float) -> Floats:
    """Saturation, -100..100: scales a colour's distance from grey of its luminance by 1 + amount/100."""
    gray = luminance(linear)[..., np.newaxis]
    return np.asarray(gray + (1 + amount / 100) * (linear - gray), dtype=linear.dtype)


def vibrance(linear: Floats, amount: float, constants: Constants = NOMINAL) -> Floats:
    """Vibrance, -100..100: saturates dull colours more than vivid ones, and orange less."""
    gray = luminance(linear)[..., np.newaxis]
    highest, lowest = linear.max(axis=-1), linear.min(axis=-1)
    vividness = np.clip((highest - lowest) / np.maximum(highest, 1e-6), 0, 1)
    spared = 1 - constants.orange_spared * _orange(linear, highest, lowest)
    share = constants.vibrance * (1 - vividness) ** 2 * spared if amount > 0 else np.ones_like(vividness)
    gain = 1 + amount / 100 * share
    return np.asarray(gray + gain[..., np.newaxis] * (linear - gray), dtype=linear.dtype)


def bands(
    linear: Floats,
    hue: Sequence[float],
    saturated: Sequence[float],
    lightened: Sequence[float],
    constants: Constants = NOMINAL,
) -> Floats:
    """The eight bands' Hue, Saturation and Luminance sliders, -100..100 each."""
    turned = np.radians(constants.band_hue) * np.array(hue) / 100
    wider = constants.band_saturation * np.array(saturated) / 100
    stops = constants.band_luminance * np.array(lightened) / 100
    return _by_hue(linear, BAND_HUES, turned, wider, stops)


def grayscale(linear: Floats, mixer: Sequence[float], constants: Constants = NOMINAL) -> Floats:
    """ConvertToGrayscale with the eight GrayMixer sliders, -100..100: luminance, lightened by a colour's hue."""
    stops = constants.mixer * np.array(mixer) / 100
    lightened = _by_hue(linear, BAND_HUES, np.zeros(8), np.zeros(8), stops) if stops.any() else linear
    return np.repeat(luminance(lightened)[..., np.newaxis], 3, axis=-1)


def calibration(
    linear: Floats, hue: Sequence[float], saturated: Sequence[float], constants: Constants = NOMINAL
) -> Floats:
    """The three primaries' Hue and Saturation, -100..100: each pulls the colours around it along."""
    turned = np.radians(constants.primary_hue) * np.array(hue) / 100
    wider = constants.primary_saturation * np.array(saturated) / 100
    return _by_hue(linear, _PRIMARY_HUES, turned, wider, np.zeros(3))


def shadow_tint(linear: Floats, amount: float, constants: Constants = NOMINAL) -> Floats:
    """ShadowTint, -100 (green) .. 100 (magenta): a cast that fades out by the mid-tones."""
    dark = np.clip(1 - luminance(linear) / 0.2, 0, 1)[..., np.newaxis] ** 2
    cast = np.array([0.5, -1.0, 0.5], dtype=linear.dtype) * np.float32(constants.shadow_tint * amount / 100)
    return np.asarray(linear * (1 + dark * cast * 4), dtype=linear.dtype)


def _by_hue(linear: Floats, hues: Floats, turned: Floats, wider: Floats, stops: Floats) -> Floats:
    """Turn, saturate and lighten colours by values given at some hues, smooth between them; greys stay."""
    around = np.arange(_TABLE + 1) / _TABLE * 2 * np.pi
    wrapped = np.concatenate([hues, hues[:1] + 2 * np.pi])
    place = hues[0] + (around - hues[0]) % (2 * np.pi)
    left = np.clip(np.searchsorted(wrapped, place, side="right") - 1, 0, len(hues) - 1)
    share = (place - wrapped[left]) / (wrapped[left + 1] - wrapped[left])
    share = share**2 * (3 - 2 * share)
    values = np.stack([turned, wider, stops], axis=-1)
    table = values[left] * (1 - share)[:, np.newaxis] + values[(left + 1) % len(hues)] * share[:, np.newaxis]

    lab = oklab(linear)
    a, b = lab[..., 1], lab[..., 2]
    at = (np.arctan2(b, a) % (2 * np.pi)) * (_TABLE / (2 * np.pi))
    turn, wide, light = np.moveaxis(table.astype(linear.dtype)[np.minimum(np.rint(at).astype(np.intp), _TABLE)], -1, 0)
    # Greys have no hue of their own; what they take on by rounding must not move them.
    vivid = np.clip(np.hypot(a, b) / _VIVID, 0, 1)
    sure = np.clip(vivid * 20, 0, 1)
    cos, sin = np.cos(turn * sure), np.sin(turn * sure)
    chroma = np.maximum(1 + wide, 0)
    moved = np.stack([lab[..., 0], chroma * (a * cos - b * sin), chroma * (a * sin + b * cos)], axis=-1)
    gain = np.exp2(light * np.minimum(1, 1.5 * vivid))
    return np.asarray(from_oklab(moved) * gain[..., np.newaxis], dtype=linear.dtype)


def _orange(linear: Floats, highest: Floats, lowest: Floats) -> Floats:
    span = highest - lowest
    hue = (linear[..., 1] - linear[..., 2]) / np.maximum(span, 1e-6)  # right where red is the highest channel
    near = np.clip(1 - np.abs(hue - _ORANGE_HUE) / _ORANGE_WIDTH, 0, 1)
    return np.where((linear[..., 0] >= highest) & (span > 0), near, 0)
