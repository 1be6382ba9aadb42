"""Aperture's Color, Black & White, Color Monochrome and Sepia Tone on linear sRGB colours (..., 3).

Color follows Photos' selective colour; the others are plain forms with guessed scales (see `Constants`).
"""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from typing import Final

import numpy as np

from couloir.aperture.adjustments import BlackWhite, Color, ColorRange, Monochrome, Sepia
from couloir.color.arrays import Floats, join_channels, sum_weighted
from couloir.color.spaces import SRGB_TO_XYZ, srgb_decode, srgb_encode
from couloir.engines.aperture.constants import NOMINAL, Constants
from couloir.engines.aperture.forms import GrayForm
from couloir.engines.aperture.spaces import CHROMA_SPACES, ChromaSpace

_HUES: Final[Mapping[str, float]] = {
    "reds": 0,
    "yellows": 60,
    "greens": 120,
    "cyans": 180,
    "blues": 240,
    "magentas": 300,
}
_STEPS: Final = 360
_MOST: Final = 4.0  # scales beyond any slider are clipped here


def color(linear: Floats, adjustment: Color, constants: Constants = NOMINAL) -> Floats:
    """Change hue, chroma and lightness of the colours around each range's hue, weighted by a Gaussian of its spread."""
    space = CHROMA_SPACES[constants.color_space]
    table = np.zeros((3, _STEPS + 1))
    around = (np.arange(_STEPS + 1) / _STEPS - 0.5) * 2 * np.pi
    for each in adjustment.ranges:
        away = np.abs((around - _hue(each, space) + np.pi) % (2 * np.pi) - np.pi) / (2 * np.pi)
        sigma = constants.color_spread * (1.0 if each.spread is None else min(max(abs(each.spread), 0.05), _MOST))
        near = np.exp(-(away**2) / (2 * sigma**2))
        amounts = (
            (each.hue_shift, constants.color_hue, np.pi),
            (each.saturation, constants.color_saturation, _MOST),
            (each.luminance, constants.color_luminance, _MOST),
        )
        table += [near * np.clip((amount or 0.0) / scale, -most, most) for amount, scale, most in amounts]
    colors = space.to(linear)
    light, p, t = (colors[..., i] for i in range(3))
    chroma = np.sqrt(p * p + t * t)
    place = np.arctan2(t, p)
    turn, wider, lighter = (np.interp(place, around, row).astype(linear.dtype) for row in table)
    turn = turn * np.minimum(chroma / space.sure, 1)
    cos, sin = np.cos(turn), np.sin(turn)
    gain = np.maximum(1 + wider, 0)
    lift = np.maximum(1 + lighter * np.minimum(chroma, space.full), 0)
    moved = join_channels([light * lift, gain * (p * cos - t * sin), gain * (p * sin + t * cos)])
    return np.asarray(space.back(moved), dtype=linear.dtype)


def black_white(linear: Floats, adjustment: BlackWhite, constants: Constants = NOMINAL) -> Floats:
    """Grey from the stored shares of red, green and blue, normalised to a sum of 1; else from luminance."""
    form = constants.gray_form
    shares = np.array([adjustment.red or 0.0, adjustment.green or 0.0, adjustment.blue or 0.0])
    total = float(shares.sum())
    usable = total > 0 and np.abs(shares).max() <= _MOST * total
    weights = shares / total if usable else SRGB_TO_XYZ[1]
    if usable and form is GrayForm.STORED:
        weights = weights * min(max(total, 1 / _MOST), _MOST)
    if usable and form is GrayForm.FILTER:
        seen = np.maximum(weights, 0) * SRGB_TO_XYZ[1]
        weights = seen / seen.sum()
    if form is GrayForm.ENCODED:
        return join_channels([srgb_decode(sum_weighted(weights.astype(linear.dtype), srgb_encode(linear)))] * 3)
    return join_channels([sum_weighted(weights.astype(linear.dtype), linear)] * 3)


def monochrome(linear: Floats, adjustment: Monochrome, constants: Constants = NOMINAL) -> Floats:
    """Mix in shades of one colour by the intensity, each of the luminance of the pixel that it replaces."""
    return _toned(linear, adjustment.color or constants.monochrome_color, adjustment.intensity)


def sepia(linear: Floats, adjustment: Sepia, constants: Constants = NOMINAL) -> Floats:
    """As `monochrome`, with a brown tone."""
    return _toned(linear, constants.sepia_color, adjustment.intensity)


def _toned(linear: Floats, encoded: tuple[float, float, float], intensity: float | None) -> Floats:
    share = min(max(1.0 if intensity is None else intensity, 0.0), 1.0)
    tone = srgb_decode(np.clip(np.array(encoded, dtype=np.float64), 0, 1))
    own = float(SRGB_TO_XYZ[1] @ tone)
    tone = tone / own if own > 0.01 else np.ones(3)
    gray = sum_weighted(SRGB_TO_XYZ[1].astype(linear.dtype), linear)
    return join_channels([linear[..., i] + share * (gray * float(tone[i]) - linear[..., i]) for i in range(3)])


def _hue(each: ColorRange, space: ChromaSpace) -> float:
    """The angle of a range's middle: of its picked colour, of its stored hue in degrees, or of its name."""
    if each.color is not None and max(each.color) - min(each.color) > 0.01:
        pure = each.color
    else:
        degrees = each.hue_base if each.hue_base is not None else _HUES.get(each.name, 0.0)
        pure = colorsys.hsv_to_rgb(degrees % 360 / 360, 1.0, 1.0)
    _, p, t = space.to(srgb_decode(np.clip(np.array(pure, dtype=np.float64), 0, 1)))
    return float(np.arctan2(t, p))
