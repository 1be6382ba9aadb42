"""Aperture's colour stages, on linear sRGB colours (..., 3)."""

from __future__ import annotations

import numpy as np

from couloir.color.arrays import Floats, highest, join_channels, lowest
from couloir.color.spaces import luminance, srgb_decode, srgb_encode
from couloir.engines.aperture.constants import NOMINAL, Constants
from couloir.engines.aperture.forms import Space, TintForm, VibrancyForm
from couloir.engines.aperture.spaces import CHROMA_SPACES

# Where the hue of skin lies, in sixths of a turn from red, and how far around it Vibrancy spares a colour. Guess.
_SKIN_HUE = 0.4
_SKIN_WIDTH = 0.6
_BELL = 0.22
_MOST_STOPS = 4.0  # that a tint wheel's gain adds to a channel


Offset = tuple[float, float]


def saturation(linear: Floats, amount: float, constants: Constants = NOMINAL) -> Floats:
    """Scale a colour's distance from grey of its luminance: 0 is grey, 1 leaves it, 2 doubles it.

    It has the form of Core Image's colour controls; 0 is grey and 1 neutral by Aperture's manual. On the one rendering
    with it, linear light and luminance fit best among the encodings and weights that were tried.
    """
    if constants.saturation_space is not Space.LINEAR:
        space = CHROMA_SPACES[constants.saturation_space]
        colors = space.to(linear)
        wider = join_channels([colors[..., 0], amount * colors[..., 1], amount * colors[..., 2]])
        return np.asarray(space.back(wider), dtype=linear.dtype)
    gray = luminance(linear)
    return join_channels([gray + amount * (linear[..., i] - gray) for i in range(3)])


def vibrancy(linear: Floats, amount: float, constants: Constants = NOMINAL) -> Floats:
    """Saturate dull colours more than vivid ones and skin least, -1..1. By the manual only skin keeps colour at -1."""
    form = constants.vibrancy_form
    if form is VibrancyForm.ENCODED:
        return np.asarray(srgb_decode(_enlivened(srgb_encode(linear), amount, constants.vibrancy, form)))
    return _enlivened(linear, amount, constants.vibrancy, form)


def _enlivened(values: Floats, amount: float, strength: float, form: VibrancyForm) -> Floats:
    gray = luminance(values)
    top, bottom = highest(values), lowest(values)
    against = 1.0 if form is VibrancyForm.ABSOLUTE else np.maximum(top, 1e-6)
    dull = 1 - np.clip((top - bottom) / against, 0, 1)
    other_than_skin = 1 - _skin(values, top, bottom)
    if amount < 0:
        gain = 1 + amount * other_than_skin
    elif form is VibrancyForm.EVEN:
        gain = 1 + strength * amount * dull
    else:
        gain = 1 + strength * amount * dull * dull * (0.5 + 0.5 * other_than_skin)
    return join_channels([gray + gain * (values[..., i] - gray) for i in range(3)])


def tint_wheels(linear: Floats, black: Offset, gray: Offset, white: Offset, constants: Constants = NOMINAL) -> Floats:
    """Enhance's three wheels: U and V added to dark, middle and light tones, on a square-root scale.

    That the stored offsets are those of YUV is inferred from their names; their scale is a guess.
    """
    form = constants.tint_form
    on_root = form in (TintForm.ROOT, TintForm.BELLS)
    root = np.copysign(np.sqrt(np.abs(linear)), linear) if on_root else srgb_encode(linear)
    tone = np.clip(luminance(root), 0, 1)
    weights = ((1 - tone) ** 2, 2 * tone * (1 - tone), tone * tone)
    if form is TintForm.ENCODED:
        weights = (np.clip(1 - 2 * tone, 0, 1), 1 - np.abs(2 * tone - 1), np.clip(2 * tone - 1, 0, 1))
    elif form is TintForm.BELLS:
        dark, middle, light = (np.exp(-(((tone - center) / _BELL) ** 2)) for center in (0.0, 0.5, 1.0))
        weights = (dark, middle, light)
    u, v = (
        constants.tint_wheel
        * sum(weight * wheel[i] for weight, wheel in zip(weights, (black, gray, white), strict=True))
        for i in (0, 1)
    )
    shifts = (1.13983 * v, -0.39465 * u - 0.58060 * v, 2.03211 * u)  # YUV to RGB, ITU-R BT.601
    if form is TintForm.GAIN:
        return join_channels(
            [linear[..., i] * np.exp2(np.clip(2 * shift, -_MOST_STOPS, _MOST_STOPS)) for i, shift in enumerate(shifts)]
        ).astype(linear.dtype, copy=False)
    moved = [root[..., i] + shift for i, shift in enumerate(shifts)]
    if form is TintForm.ENCODED:
        return join_channels([srgb_decode(each) for each in moved]).astype(linear.dtype, copy=False)
    return join_channels([np.copysign(each * each, each).astype(linear.dtype, copy=False) for each in moved])


def _skin(linear: Floats, top: Floats, bottom: Floats) -> Floats:
    """1 at the hue of skin, falling to 0 beside it; colours without hue are not skin."""
    red, green, blue = linear[..., 0], linear[..., 1], linear[..., 2]
    span = top - bottom
    hue = (green - blue) / np.maximum(span, 1e-6)  # sixths of a turn from red; right where red is the highest
    near = np.clip(1 - np.abs(hue - _SKIN_HUE) / _SKIN_WIDTH, 0, 1)
    return np.asarray(near * ((red >= top) & (span > 0)))
