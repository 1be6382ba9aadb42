"""Cuts a rotated rectangle out of a picture, and rotates pictures by quarter turns.

Both applications' crops are such rectangles: Aperture straightens the picture and crops it upright, Lightroom rotates
the crop rectangle over the picture.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from couloir.engines.pixels import resize
from couloir.engines.protocol import Picture

TURNS: Final[Mapping[int, tuple[bool, int]]] = MappingProxyType(
    {
        1: (False, 0),
        2: (True, 0),
        3: (False, 180),
        4: (True, 180),
        5: (True, 270),
        6: (False, 90),
        7: (True, 90),
        8: (False, 270),
    }
)
"""EXIF orientation codes (Exif 2.32, tag 0x0112): whether the stored picture is mirrored left to right, and by how many
degrees it is then turned clockwise.
"""

_MAX_OVERSAMPLING: Final = 8


def cut(
    picture: Picture,
    center: tuple[float, float],
    extent: tuple[float, float],
    angle: float,
    size: tuple[int, int],
) -> Picture:
    """The rectangle of a linear picture, resampled to exactly `size` = (width, height).

    `center` (x, y) and `extent` (width, height) are in the picture's pixels, y down. `angle` turns the rectangle about
    its centre, degrees clockwise as seen on the screen. Beyond the picture its edge is repeated.
    """
    rows, columns = picture.shape[:2]
    (center_x, center_y), (width, height) = center, extent
    left, top = center_x - width / 2, center_y - height / 2
    inside = min(left, top) > -1e-6 and left + width < columns + 1e-6 and top + height < rows + 1e-6
    if angle == 0 and inside:
        box = (max(left, 0.0), max(top, 0.0), min(left + width, float(columns)), min(top + height, float(rows)))
        return resize(picture, *size, box)
    # Sample no coarser than the picture's own pixels, then average.
    across = _oversampling(width / size[0])
    down = _oversampling(height / size[1])
    x = ((np.arange(size[0] * across) + 0.5) / (size[0] * across) - 0.5) * width
    y = ((np.arange(size[1] * down) + 0.5) / (size[1] * down) - 0.5) * height
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    source_x = center_x + x[np.newaxis, :] * cos - y[:, np.newaxis] * sin
    source_y = center_y + x[np.newaxis, :] * sin + y[:, np.newaxis] * cos
    return resize(_sample(picture, source_x, source_y), *size)


def quarter_turn(picture: Picture, degrees: int) -> Picture:
    """The picture turned clockwise by 0, 90, 180 or 270 degrees. Raises ValueError for any other angle."""
    if degrees % 90:
        raise ValueError(f"{degrees} degrees is not a quarter turn")
    return np.ascontiguousarray(np.rot90(picture, k=-(degrees // 90)))


def orient(picture: Picture, code: int) -> Picture:
    """The picture with an EXIF orientation code 1..8 applied: see `TURNS`."""
    mirrored, degrees = TURNS[code]
    return quarter_turn(picture[:, ::-1] if mirrored else picture, degrees)


def _oversampling(ratio: float) -> int:
    return min(max(math.ceil(ratio), 1), _MAX_OVERSAMPLING)


def _sample(picture: Picture, x: np.ndarray, y: np.ndarray) -> Picture:
    """Bilinear samples at pixel coordinates (0.5 is the middle of the first pixel), edges repeated."""
    rows, columns = picture.shape[:2]
    x, y = np.clip(x - 0.5, 0, columns - 1), np.clip(y - 0.5, 0, rows - 1)
    left, top = x.astype(np.intp), y.astype(np.intp)
    right, bottom = np.minimum(left + 1, columns - 1), np.minimum(top + 1, rows - 1)
    share_x = (x - left).astype(np.float32)[..., np.newaxis]
    share_y = (y - top).astype(np.float32)[..., np.newaxis]
    above = picture[top, left] * (1 - share_x) + picture[top, right] * share_x
    below = picture[bottom, left] * (1 - share_x) + picture[bottom, right] * share_x
    return np.asarray(above * (1 - share_y) + below * share_y)
