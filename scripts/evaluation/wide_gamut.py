"""JPEG files in other colour spaces than sRGB, as previews are on Macs with wide-gamut displays."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image, ImageCms

from couloir.color.adaptation import bradford
from couloir.color.arrays import apply_matrix, invert
from couloir.color.spaces import D50, D65, SRGB_TO_XYZ, rgb_to_xyz_matrix, srgb_decode, srgb_encode
from couloir.engines.protocol import Picture

Primaries = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]

DISPLAY_P3: Final[Primaries] = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
ADOBE_RGB: Final[Primaries] = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
"""Its primaries; the encoding written here is sRGB's for both, which the profile says."""


def wide_jpeg(srgb: Picture, primaries: Primaries, quality: int) -> bytes:
    """An sRGB-encoded picture as a JPEG in the space of these primaries, with a profile that says so."""
    own = rgb_to_xyz_matrix(primaries, D65)
    linear = apply_matrix(invert(own) @ SRGB_TO_XYZ, srgb_decode(srgb.astype(np.float64)))
    levels = np.rint(np.clip(srgb_encode(linear), 0, 1) * 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(levels).save(
        file, "JPEG", quality=quality, subsampling=0, icc_profile=_profile(bradford(D65, D50) @ own)
    )
    return file.getvalue()


def _profile(columns: np.ndarray) -> bytes:
    """sRGB's profile with other colorants: XYZ under D50 in the columns of red, green and blue."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", profile, 128)[0]
    for number in range(count):
        name, offset, _ = struct.unpack_from(">4sII", profile, 132 + 12 * number)
        if name in (b"rXYZ", b"gXYZ", b"bXYZ"):
            _put(profile, offset + 8, columns[:, b"rgb".index(name[0])].tolist())
    return bytes(profile)


def _put(profile: bytearray, offset: int, xyz: Sequence[float]) -> None:
    struct.pack_into(">3i", profile, offset, *(round(float(value) * 65536) for value in xyz))
