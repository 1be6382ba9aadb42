"""Draws the RGB table of an enhanced profile as Adobe's DNG SDK 1.7.1 does (RefRGBtoRGBTable3D, dng_color_space).

Light goes to the table's primaries, is cut to 0..1, encoded, interpolated between the four nearest samples of a
tetrahedron, mixed with what it was by the amount, decoded, and goes back. A table that extends its gamut gets what was
cut off added again. All encodings are per channel.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.adaptation import bradford
from couloir.color.arrays import Floats, Matrix, apply_matrix, invert
from couloir.color.spaces import D50, D65, SRGB_TO_PROPHOTO, rgb_to_xyz_matrix, srgb_decode, srgb_encode
from couloir.lightroom.enhanced.rgb_table import Gamma, Gamut, Primaries, RgbTable

_PROPHOTO: Final = ((0.734699, 0.265301), (0.159597, 0.840403), (0.036598, 0.000105))
_SRGB: Final = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
_PRIMARIES: Final = {
    Primaries.SRGB: (_SRGB, D65),
    Primaries.ADOBE_RGB: (((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), D65),
    Primaries.PROPHOTO: (_PROPHOTO, D50),
    Primaries.DISPLAY_P3: (((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)), D65),
    Primaries.REC_2020: (((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)), D65),
}
# Powers begin with a cubic of slope 32 that meets them here (EvaluateSplineSegment in dng_color_space.cpp).
_SLOPE: Final = 32.0
_POWERS: Final = {Gamma.POWER_1_8: (1.8, 8.2118790552e-4), Gamma.POWER_2_2: (2.2, 0.0034800731)}
_REC_709: Final = (4.5, 1.09929682680944, 0.018053968510807)  # ITU-R BT.2020, table 4: slope, scale, meeting point


def draw_table(table: RgbTable, encoded: Floats, amount: float = 1.0) -> Floats:
    """An sRGB-encoded picture (..., 3), 0..1, with the table on it, clipped to 0..1.

    `amount` is Lightroom's slider: 0 draws nothing of the table, 1 all of it, 2 twice its change.
    """
    if table.primaries is Primaries.SRGB and table.gamma is Gamma.SRGB:
        return _mixed(table, np.clip(encoded, 0, 1), amount)
    prophoto = apply_matrix(SRGB_TO_PROPHOTO, srgb_decode(encoded))
    drawn = draw_light(table, prophoto, amount)
    return np.clip(srgb_encode(apply_matrix(invert(SRGB_TO_PROPHOTO), drawn)), 0, 1)


def draw_light(table: RgbTable, light: Floats, amount: float = 1.0) -> Floats:
    """The same for linear ProPhoto light (..., 3), in which Adobe's SDK works."""
    to_table = _matrix(table.primaries)
    inside = apply_matrix(to_table, light)
    cut = np.clip(inside, 0, 1)
    drawn = decode(table.gamma, _mixed(table, encode(table.gamma, cut), amount))
    if table.gamut is Gamut.EXTEND:
        drawn = drawn + (inside - cut)
    if table.primaries is Primaries.PROPHOTO:
        return drawn
    return np.clip(apply_matrix(invert(to_table), drawn), 0, 1)


def encode(gamma: Gamma, light: Floats) -> Floats:
    """Light of 0..1 in the table's encoding."""
    if gamma is Gamma.LINEAR:
        return light
    if gamma is Gamma.SRGB:
        return srgb_encode(light)
    if gamma is Gamma.REC_2020:
        slope, scale, meet = _REC_709
        return np.where(light < meet, slope * light, scale * np.maximum(light, meet) ** 0.45 - (scale - 1))
    power, meet = _POWERS[gamma]
    return np.where(light <= meet, _toe(light, power, meet), np.maximum(light, meet) ** (1 / power))


def decode(gamma: Gamma, encoded: Floats) -> Floats:
    """The inverse of `encode`."""
    if gamma is Gamma.LINEAR:
        return encoded
    if gamma is Gamma.SRGB:
        return srgb_decode(encoded)
    if gamma is Gamma.REC_2020:
        slope, scale, meet = _REC_709
        bright = ((np.maximum(encoded, slope * meet) + scale - 1) / scale) ** (1 / 0.45)
        return np.where(encoded < slope * meet, encoded / slope, bright)
    power, meet = _POWERS[gamma]
    light, shown = _toe_table(power, meet)
    dark = np.interp(encoded, shown, light).astype(encoded.dtype)
    return np.where(encoded < shown[-1], dark, np.maximum(encoded, shown[-1]) ** power)


def interpolate(samples: NDArray[np.floating], encoded: Floats) -> Floats:
    """The samples (n, n, n, 3) at encoded colours (..., 3) in 0..1, by tetrahedra.

    A cube is cut into six tetrahedra by the order of the channels' remainders; each colour is a mean of four corners.
    """
    corners, shares = tetrahedra(encoded.reshape(-1, 3), samples.shape[0])
    flat = samples.reshape(-1, 3).astype(encoded.dtype, copy=False)
    found = sum(shares[:, i, np.newaxis] * flat[corners[:, i]] for i in range(4))
    return np.asarray(found, dtype=encoded.dtype).reshape(encoded.shape)


def tetrahedra(colors: Floats, divisions: int) -> tuple[NDArray[np.intp], Floats]:
    """The four samples around each of n colours (n, 3) in 0..1, as places in the flat table, (n, 4), and their shares
    (n, 4), which add up to 1.
    """
    at = np.clip(colors, 0, 1) * (divisions - 1)
    low = np.minimum(at.astype(np.intp), divisions - 2)
    rest = at - low
    steps = np.array([divisions * divisions, divisions, 1])
    order = np.argsort(-rest, axis=1, kind="stable")
    falling = np.take_along_axis(rest, order, axis=1)
    paths = np.cumsum(steps[order], axis=1)
    first = (low @ steps)[:, np.newaxis]
    corners = np.concatenate([first, first + paths], axis=1)
    shares = np.stack(
        [1 - falling[:, 0], falling[:, 0] - falling[:, 1], falling[:, 1] - falling[:, 2], falling[:, 2]], axis=1
    )
    return corners, shares


def _mixed(table: RgbTable, encoded: Floats, amount: float) -> Floats:
    drawn = interpolate(table.samples / np.float32(65535), encoded)
    return drawn if amount == 1 else np.clip(encoded + amount * (drawn - encoded), 0, 1)


@lru_cache(maxsize=8)
def _matrix(primaries: Primaries) -> Matrix:
    """From linear ProPhoto to these primaries; both are taken to D50, the SDK's reference white."""
    xy, white = _PRIMARIES[primaries]
    to_xyz = bradford(white, D50) @ rgb_to_xyz_matrix(xy, white)
    return invert(to_xyz) @ rgb_to_xyz_matrix(_PROPHOTO, D50)


def _toe(light: Floats, power: float, meet: float) -> Floats:
    """A cubic from black with slope 32 to where the power begins, with the power's value and slope there."""
    end, slope = meet ** (1 / power), meet ** (1 / power - 1) / power
    share = np.clip(light / meet, 0, 1)
    rest = 1 - share
    return np.asarray(end * share**2 * (1 + 2 * rest) + meet * (_SLOPE * rest**2 * share - slope * share**2 * rest))


@lru_cache(maxsize=2)
def _toe_table(power: float, meet: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    light = meet * np.linspace(0, 1, 4097) ** 3
    return light, np.asarray(_toe(light, power, meet), dtype=np.float64)
