"""Camera Raw's colour stages, on linear sRGB colours (..., 3): vibrance, saturation, hue bands, calibration, wheels.

The bands' and primaries' scales are the Sieve model's (see `Constants`). Each stage is the identity at 0. Colours may
also be n pictures (n, height, width, 3); sliders are then (n, 1, 1), sliders by hue a row for each, (n, bands).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from couloir.color.arrays import Floats, highest, join_channels, lowest
from couloir.color.oklab import from_oklab, oklab
from couloir.color.spaces import luminance, srgb_decode
from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.camera_raw.sliders import Amount, any_of, where_away
from couloir.engines.dng.tables import hsv_to_rgb
from couloir.engines.lookup import interpolate

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


_NOTHING: Final = np.zeros((), dtype=np.float32)


def _weights(hues: Floats) -> Floats:
    """The weights of each hue's value at angles from -pi to pi, (hues, _TABLE + 1): smooth between two hues."""
    around = (np.arange(_TABLE + 1) / _TABLE - 0.5) * 2 * np.pi
    wrapped = np.concatenate([hues, hues[:1] + 2 * np.pi])
    place = hues[0] + (around - hues[0]) % (2 * np.pi)
    left = np.clip(np.searchsorted(wrapped, place, side="right") - 1, 0, len(hues) - 1)
    share = (place - wrapped[left]) / (wrapped[left + 1] - wrapped[left])
    share = share**2 * (3 - 2 * share)
    weights = np.zeros((len(hues), _TABLE + 1), dtype=np.float32)
    weights[left, np.arange(_TABLE + 1)] = 1 - share
    weights[(left + 1) % len(hues), np.arange(_TABLE + 1)] = share
    return weights


_BAND_WEIGHTS: Final = _weights(BAND_HUES)
_PRIMARY_WEIGHTS: Final = _weights(_PRIMARY_HUES)


def saturation(linear: Floats, amount: Amount) -> Floats:
    """Saturation, -100..100: scales a colour's distance from grey of its luminance by 1 + amount/100."""
    return _spread(linear, 1 + np.asarray(amount, dtype=linear.dtype) / 100)


def vibrance(linear: Floats, amount: Amount, constants: Constants = NOMINAL) -> Floats:
    """Vibrance, -100..100: saturates dull colours more than vivid ones, and orange less."""
    amounts = np.asarray(amount, dtype=linear.dtype)
    top, bottom = highest(linear), lowest(linear)
    dull = 1 - np.clip((top - bottom) / np.maximum(top, 1e-6), 0, 1)
    spared = 1 - constants.orange_spared * _orange(linear, top, bottom)
    more = np.maximum(amounts, 0) / 100 * (constants.vibrance * dull * dull * spared)
    return _spread(linear, 1 + more + np.minimum(amounts, 0) / 100)


def bands(linear: Floats, hue: Floats, saturated: Floats, lightened: Floats, constants: Constants = NOMINAL) -> Floats:
    """The eight bands' Hue, Saturation and Luminance sliders, -100..100 each, one row for each picture."""
    turned = np.float32(np.radians(constants.band_hue) / 100) * hue
    wider = np.float32(constants.band_saturation / 100) * saturated
    return _by_hue(linear, _BAND_WEIGHTS, turned, wider, np.float32(constants.band_luminance / 100) * lightened)


def grayscale(linear: Floats, mixer: Floats, constants: Constants = NOMINAL) -> Floats:
    """ConvertToGrayscale with the eight GrayMixer sliders, -100..100, which change luminance by a colour's hue."""
    if mixer.any():
        still = np.zeros_like(mixer)
        lightened = _by_hue(linear, _BAND_WEIGHTS, still, still, np.float32(constants.mixer / 100) * mixer)
        linear = where_away(any_of(mixer), lightened, linear)
    return join_channels([luminance(linear)] * 3)


def calibration(linear: Floats, hue: Floats, saturated: Floats, constants: Constants = NOMINAL) -> Floats:
    """The three primaries' Hue and Saturation, -100..100; each primary changes the colours around it as well."""
    turned = np.float32(np.radians(constants.primary_hue) / 100) * hue
    wider = np.float32(constants.primary_saturation / 100) * saturated
    return _by_hue(linear, _PRIMARY_WEIGHTS, turned, wider, np.zeros_like(hue))


def shadow_tint(linear: Floats, amount: Amount, constants: Constants = NOMINAL) -> Floats:
    """ShadowTint, -100 (green) .. 100 (magenta): a cast that fades out by the mid-tones."""
    dark = np.clip(1 - luminance(linear) / 0.2, 0, 1)
    cast = dark * dark * (np.asarray(amount, dtype=linear.dtype) * np.float32(4 * constants.shadow_tint / 100))
    magenta, green = 1 + cast * np.float32(0.5), 1 - cast
    return join_channels([linear[..., 0] * magenta, linear[..., 1] * green, linear[..., 2] * magenta])


def _spread(linear: Floats, gain: Floats) -> Floats:
    """Scale each colour's distance from grey of its luminance by a gain (...)."""
    gray = luminance(linear)
    return join_channels([gray + gain * (linear[..., i] - gray) for i in range(3)])


def _by_hue(linear: Floats, weights: Floats, turned: Floats, wider: Floats, stops: Floats) -> Floats:
    """Change hue, saturation and lightness by values given at some hues, smooth between them; greys do not change."""
    lab = oklab(linear)
    a, b = lab[..., 1], lab[..., 2]
    place = (np.arctan2(b, a) + np.float32(np.pi)) * np.float32(_TABLE / (2 * np.pi))
    # One row at a time, so that the last bit of a picture's table does not depend on the other pictures of the batch.
    tables = [np.matmul(np.atleast_2d(each)[:, np.newaxis], weights)[:, 0] for each in (turned, wider, stops)]
    turn, wide, light = (interpolate(table, place) if table.any() else _NOTHING for table in tables)
    # Greys have no hue; a hue that rounding gives them must not change them.
    vivid = np.minimum(np.sqrt(a * a + b * b) * np.float32(1 / _VIVID), 1)
    turn = turn * np.minimum(vivid * 20, 1)
    chroma = np.maximum(1 + wide, 0)
    cos, sin = chroma * np.cos(turn), chroma * np.sin(turn)
    moved = from_oklab(join_channels([np.broadcast_to(lab[..., 0], cos.shape), a * cos - b * sin, a * sin + b * cos]))
    if light is _NOTHING:
        return moved
    return np.asarray(moved * np.exp2(light * np.minimum(1, np.float32(1.5) * vivid))[..., np.newaxis])


def _orange(linear: Floats, top: Floats, bottom: Floats) -> Floats:
    span = top - bottom
    hue = (linear[..., 1] - linear[..., 2]) / np.maximum(span, 1e-6)  # right where red is the highest channel
    near = np.clip(1 - np.abs(hue - _ORANGE_HUE) / _ORANGE_WIDTH, 0, 1)
    return np.asarray(near * ((linear[..., 0] >= top) & (span > 0)))
