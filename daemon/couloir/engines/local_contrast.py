"""Local contrast at a medium radius: Aperture's Definition and Lightroom's Clarity."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np

from couloir.color.arrays import Floats
from couloir.color.spaces import luminance
from couloir.engines.protocol import Picture

_DARKEST = 2.0**-10  # where the logarithm is cut off, so that noise in black does not count as contrast
_BLOCK: Final = 128


def local_contrast(linear: Picture, amount: float, radius: float) -> Picture:
    """Multiply each pixel of a linear picture by a gain that follows its difference from its surroundings.

    In stops: gain = amount * (luminance - blurred luminance); the blur's sigma is `radius` times the long edge.
    """
    stops = np.log2(np.maximum(luminance(linear), _DARKEST))
    surroundings = blur(stops, radius * max(stops.shape))
    return np.asarray(linear * np.exp2(amount * (stops - surroundings))[..., np.newaxis], dtype=np.float32)


def blur(values: Floats, sigma: float) -> Floats:
    """A Gaussian of `sigma` pixels, by three running means each way (P. Kovesi, DICTA 2010), edges repeated.

    (..., height, width). The three means are one matrix for each axis, at larger sizes in blocks, because matrix
    products are ten times as fast as running sums, at 48 pixels as well as at 2 megapixels.
    """
    reach = reach_of(sigma)
    if reach < 1:
        return values
    return _along_columns(_along_rows(values, reach), reach)


def reach_of(sigma: float) -> int:
    """The number of pixels on either side that each of the three running means includes."""
    return round((math.sqrt(4 * sigma**2 + 1) - 1) / 2)


def _along_rows(values: Floats, reach: int) -> Floats:
    """The values blurred along rows."""
    result = np.empty_like(values)
    for first, last, start, matrix in _blocks(values.shape[-1], reach, values.dtype.str):
        np.matmul(values[..., start : start + matrix.shape[1]], matrix.T, out=result[..., first:last])
    return result


def _along_columns(values: Floats, reach: int) -> Floats:
    """The values blurred along columns."""
    result = np.empty_like(values)
    for first, last, start, matrix in _blocks(values.shape[-2], reach, values.dtype.str):
        np.matmul(matrix, values[..., start : start + matrix.shape[1], :], out=result[..., first:last, :])
    return result


@lru_cache(maxsize=16)  # a frame needs two for each reach; of a picture of 24 megapixels one may take 60 MB
def _blocks(length: int, reach: int, dtype: str) -> tuple[tuple[int, int, int, Floats], ...]:
    """The blocks in which `length` values are blurred: (first, last, start, matrix), with the matrix for the values
    from `start` on.

    Blocks beyond the reach of the edges share one matrix.
    """
    near = 3 * reach
    begin = max(_BLOCK, near)
    if length <= 2 * (begin + near):
        return ((0, length, 0, _means(length, reach, dtype)),)
    edge = _means(begin + 2 * near, reach, dtype)
    inside = edge[near : near + _BLOCK, : _BLOCK + 2 * near]
    blocks = [(0, begin, 0, edge[:begin, : begin + near])]
    first = begin
    while first + _BLOCK + near <= length:
        blocks.append((first, first + _BLOCK, first - near, inside))
        first += _BLOCK
    rest = length - first
    end = _means(rest + 2 * near, reach, dtype)[2 * near :, near:]
    return (*blocks, (first, length, first - near, end))


def _means(length: int, reach: int, dtype: str) -> Floats:
    """Three running means over `length` values as one matrix."""
    means = np.eye(length)
    window = 2 * reach + 1
    for _ in range(3):
        sums = np.cumsum(np.pad(means, ((reach + 1, reach), (0, 0)), mode="edge"), axis=0)
        means = (sums[window:] - sums[:-window]) / window
    return means.astype(dtype)
