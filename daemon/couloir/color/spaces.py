"""Colour spaces as plain array functions: sRGB, CIE XYZ, CIE L*a*b* and linear ProPhoto.

Arrays have the shape (..., 3). "Linear sRGB" is light with sRGB's primaries and D65 white, 1.0 being white; values
outside 0..1 are allowed and kept. XYZ is relative to D65 with Y = 1 for white, and so is Lab. Only ProPhoto is adapted
to D50, its own white.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np

from couloir.color.adaptation import bradford, white_xyz
from couloir.color.arrays import Floats, Matrix, apply_matrix, invert, sum_weighted

D65: Final = (0.3127, 0.3290)
"""sRGB's white point as IEC 61966-2-1 rounds it, CIE 1931 xy."""

D50: Final = (0.3457, 0.3585)
"""ProPhoto's white point as ISO 22028-2 rounds it, CIE 1931 xy."""


def rgb_to_xyz_matrix(primaries: tuple[tuple[float, float], ...], white: tuple[float, float]) -> Matrix:
    """The matrix from linear RGB to XYZ, from the xy of red, green, blue and white (SMPTE RP 177)."""
    columns: Matrix = np.stack([white_xyz(primary) for primary in primaries], axis=1)
    return columns * (invert(columns) @ white_xyz(white))


SRGB_TO_XYZ: Final = rgb_to_xyz_matrix(((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)), D65)
XYZ_TO_SRGB: Final = invert(SRGB_TO_XYZ)

_PROPHOTO_TO_XYZ_D50 = rgb_to_xyz_matrix(((0.734699, 0.265301), (0.159597, 0.840403), (0.036598, 0.000105)), D50)
XYZ_D50_TO_PROPHOTO: Final = invert(_PROPHOTO_TO_XYZ_D50)
SRGB_TO_PROPHOTO: Final = XYZ_D50_TO_PROPHOTO @ bradford(D65, D50) @ SRGB_TO_XYZ
PROPHOTO_TO_SRGB: Final = invert(SRGB_TO_PROPHOTO)

# Where sRGB's toe and power give the same: IEC 61966-2-1 rounds it to 0.0031308, where they are 3e-8 apart.
_MEET: Final = 0.003130668442500479

# CIE 15:2018 gives the exact fractions; 0.008856 and 903.3 are their rounded forms.
_LAB_EPSILON: Final = (6 / 29) ** 3
_LAB_KAPPA: Final = (29 / 3) ** 3


def srgb_encode(linear: Floats) -> Floats:
    """Linear light to sRGB's encoding (IEC 61966-2-1). Negative values are mirrored, values over 1 are extrapolated."""
    return np.copysign(_encoded(np.abs(linear)), linear)


def srgb_shown(linear: Floats) -> Floats:
    """Linear light to sRGB's encoding, clipped to 0..1."""
    return np.clip(_encoded(np.clip(linear, 0, 1)), 0, 1)


def srgb_decode(encoded: Floats) -> Floats:
    """The inverse of `srgb_encode`."""
    size = np.abs(encoded)
    meet, power, least, scale = _decoding(size.dtype)
    curve = np.asarray(np.maximum(size, meet))
    curve += 0.055
    curve /= 1.055
    np.power(curve, power, out=curve)
    curve -= least
    curve *= scale
    curve += np.minimum(size, meet) / size.dtype.type(12.92)
    return np.asarray(np.copysign(curve, encoded))


def _encoded(size: Floats) -> Floats:
    """The encoding of light that is not negative.

    The toe and the power meet at `_MEET`, and each is constant beyond it, so that their sum is the curve. Computing
    both is faster than choosing between them for each value. One array is reused, because fresh memory costs as much.
    """
    meet, power, least, scale = _encoding(size.dtype)
    curve = np.asarray(np.maximum(size, meet))
    np.power(curve, power, out=curve)
    curve -= least
    curve *= scale
    toe = np.asarray(np.minimum(size, meet))
    toe *= size.dtype.type(12.92)
    curve += toe
    return curve


@lru_cache(maxsize=4)
def _encoding(dtype: np.dtype[Any]) -> tuple[Any, Any, Any, Any]:
    """Where the two parts meet, the power, its value there, and its scale (1.055): black and white come out exactly."""
    meet, power = dtype.type(_MEET), dtype.type(1 / 2.4)
    least = np.power(np.full(64, meet), power)[0]
    return meet, power, least, (1 - dtype.type(12.92) * meet) / (1 - least)


@lru_cache(maxsize=4)
def _decoding(dtype: np.dtype[Any]) -> tuple[Any, Any, Any, Any]:
    """The same constants for decoding."""
    meet, power = dtype.type(12.92 * _MEET), dtype.type(2.4)
    least = np.power((np.full(64, meet) + dtype.type(0.055)) / dtype.type(1.055), power)[0]
    return meet, power, least, (1 - meet / dtype.type(12.92)) / (1 - least)


def luminance(linear: Floats) -> Floats:
    """Relative luminance Y of linear sRGB: (..., 3) to (...)."""
    return sum_weighted(SRGB_TO_XYZ[1].astype(linear.dtype), linear)


def xyz_to_lab(xyz: Floats) -> Floats:
    """XYZ relative to D65 to CIE 1976 L*a*b* with D65 as reference white (CIE 15:2018, 8.2.1)."""
    ratio = xyz / white_xyz(D65).astype(xyz.dtype)
    root = np.where(ratio > _LAB_EPSILON, np.cbrt(ratio), (_LAB_KAPPA * ratio + 16) / 116)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def srgb_to_lab(encoded: Floats) -> Floats:
    """sRGB-encoded colours to L*a*b* (D65)."""
    return xyz_to_lab(apply_matrix(SRGB_TO_XYZ, srgb_decode(encoded)))
