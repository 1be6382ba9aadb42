"""Aperture's white balance on rendered files: Temperature & Tint, Natural Gray, Skin Tone.

Temperature & Tint is measured on real renderings; the other two follow Photos' filters, which have the same modes and
parameters, and have not been compared with a rendering by Aperture.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from couloir.color.adaptation import bradford, white_xyz
from couloir.color.arrays import Floats, Matrix, apply_matrix
from couloir.color.spaces import D50, D65, PROPHOTO_TO_SRGB, SRGB_TO_PROPHOTO, SRGB_TO_XYZ, XYZ_TO_SRGB, srgb_decode
from couloir.color.temperature import daylight_xy
from couloir.engines.aperture.constants import NOMINAL, Constants
from couloir.engines.aperture.forms import PickedForm
from couloir.engines.yiq import from_yiq, to_yiq

Color = tuple[float, float, float]

_NEUTRAL_KELVIN: Final = 5000.0
_LEAST_WHITE: Final = 0.02
_LEAST_LIGHT: Final = 1e-3
_MOST_GAIN: Final = 8.0
_NEARLY_WHITE: Final = 0.98


def temperature_tint_matrix(temperature: float, tint: float) -> Matrix:
    """The 3x3 matrix on linear sRGB for a temperature in kelvin and a tint: identity at 5000 K, tint 0.

    The white at (temperature, tint), on the daylight locus, is adapted to the one at 5000 K by Bradford: higher is
    warmer, positive tint more magenta. Values are clamped to 2000..50000 K and +-150 as in Photos, and a positive tint
    is reduced until its white lies within ProPhoto's gamut.
    """
    kelvin = min(max(temperature, 2000.0), 50000.0)
    white = _white_within_gamut(kelvin, min(max(tint, -150.0), 150.0))
    # Bradford adaptations only scale the same three responses, so this one needs no detour over sRGB's white.
    return XYZ_TO_SRGB @ bradford(white, daylight_xy(_NEUTRAL_KELVIN)) @ SRGB_TO_XYZ


def natural_gray(linear: Floats, color: Color, warmth: float, constants: Constants = NOMINAL) -> Floats:
    """Make the picked colour (sRGB-encoded) grey, warmer or cooler by `warmth` (0..1, 0.5 neutral).

    It follows Photos' neutral grey: the same shift of I and Q everywhere, but less in pixels darker than the picked
    one.
    """
    yiq = to_yiq(apply_matrix(SRGB_TO_PROPHOTO, linear))
    picked = to_yiq(apply_matrix(SRGB_TO_PROPHOTO, _linear(color)))
    shift = (_gray_shift(warmth, constants) - picked) * np.array([0, 1, 1])
    if constants.picked_form is not PickedForm.YIQ:
        return _by_channel(linear, picked, picked + shift, constants.picked_form)
    darker = np.clip(yiq[..., :1] / max(float(picked[0]), 1e-3), 0, 1)
    return apply_matrix(PROPHOTO_TO_SRGB, from_yiq(yiq + darker * shift.astype(linear.dtype)))


def skin_tone(linear: Floats, color: Color, warmth: float, constants: Constants = NOMINAL) -> Floats:
    """Give the picked colour (sRGB-encoded) the hue of skin, warmer or cooler by `warmth` (0..1, 0.5 neutral).

    It follows Photos' face balance: one shift of I and Q, which is weaker in pixels of less chroma.
    """
    yiq = to_yiq(apply_matrix(SRGB_TO_PROPHOTO, linear))
    picked = to_yiq(apply_matrix(SRGB_TO_PROPHOTO, _linear(color)))
    shift = (_skin_target(warmth, constants) - picked) * np.array([0, 1, 1])
    if constants.picked_form is not PickedForm.YIQ:
        return _by_channel(linear, picked, picked + shift, constants.picked_form)
    chroma = np.minimum(1, 2 * np.hypot(yiq[..., 1:2], yiq[..., 2:3]))
    weight = chroma**constants.skin_chroma_exponent
    return apply_matrix(PROPHOTO_TO_SRGB, from_yiq(yiq + weight * shift.astype(linear.dtype)))


def _by_channel(linear: Floats, picked: Floats, wanted: Floats, form: PickedForm) -> Floats:
    """A gain or a power of each channel that takes one colour (YIQ) to the other, as light as it was."""
    before, after = (
        np.maximum(apply_matrix(PROPHOTO_TO_SRGB, from_yiq(each)), _LEAST_LIGHT) for each in (picked, wanted)
    )
    if form is PickedForm.POWERS:
        logs = [np.log(np.clip(each, _LEAST_LIGHT, _NEARLY_WHITE)) for each in (after, before)]
        powers = np.clip(logs[0] / logs[1], 1 / _MOST_GAIN, _MOST_GAIN).astype(linear.dtype)
        inside = np.clip(linear, 0, 1)
        return np.asarray(inside**powers + (linear - inside))
    gains = np.clip(after / before, 1 / _MOST_GAIN, _MOST_GAIN)
    return np.asarray(linear * gains.astype(linear.dtype))


def balance_gray(color: Color, warmth: float, constants: Constants = NOMINAL) -> tuple[Floats, Floats]:
    """The picked colour of Natural Gray in linear sRGB, before and after."""
    before = _linear(color)
    return before, natural_gray(before, color, warmth, constants)


def balance_skin(color: Color, warmth: float, constants: Constants = NOMINAL) -> tuple[Floats, Floats]:
    """The picked colour of Skin Tone in linear sRGB, before and after the whole shift."""
    before = _linear(color)
    yiq = to_yiq(apply_matrix(SRGB_TO_PROPHOTO, before))
    target = _skin_target(warmth, constants)
    target[0] = yiq[0]
    return before, apply_matrix(PROPHOTO_TO_SRGB, from_yiq(target))


def _linear(color: Color) -> Floats:
    return srgb_decode(np.array(color, dtype=np.float64))


def _gray_shift(warmth: float, constants: Constants) -> Floats:
    """(0, I, Q) that a grey is given for warmth."""
    i, q = constants.gray_warm_shift if warmth >= 0.5 else constants.gray_cool_shift
    share = abs(2 * warmth - 1)
    return np.array([0.0, share * i, share * q])


def _skin_target(warmth: float, constants: Constants) -> Floats:
    """(0, I, Q) of skin at that warmth."""
    (cool_i, cool_q), (warm_i, warm_q) = constants.skin_cool_target, constants.skin_warm_target
    return np.array([0.0, cool_i + warmth * (warm_i - cool_i), cool_q + warmth * (warm_q - cool_q)])


def _white_within_gamut(kelvin: float, tint: float) -> tuple[float, float]:
    white = daylight_xy(kelvin, tint)
    if tint <= 0 or _is_light(white):
        return white
    low, high = 0.0, tint
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _is_light(daylight_xy(kelvin, middle)) else (low, middle)
    return daylight_xy(kelvin, low)


def _is_light(white: tuple[float, float]) -> bool:
    """Whether this white has a positive amount of each ProPhoto primary."""
    to_prophoto = SRGB_TO_PROPHOTO @ XYZ_TO_SRGB @ bradford(D50, D65)
    x, y = white
    return y > 0 and bool((to_prophoto @ white_xyz((x, y))).min() > _LEAST_WHITE)
