"""Resamples pictures: areas are averaged when a picture is reduced, and interpolated when it is enlarged."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from PIL import Image

from couloir.engines.protocol import Picture

_MANY: Final = 8  # rows to each of the new ones: from there on, summing them one by one is faster than `reduceat`
_ROUNDING: Final = 1e-6  # of a pixel, so that a part that is copied without scaling does not count as enlarged


def fit_size(width: int, height: int, size: int | None) -> tuple[int, int]:
    """The (width, height) of a picture reduced to a long edge of at most `size`; at least one pixel, never enlarged."""
    longest = max(width, height)
    if size is None or longest <= size:
        return width, height
    return max(1, round(width * size / longest)), max(1, round(height * size / longest))


def resize(picture: Picture, width: int, height: int, box: tuple[float, float, float, float] | None = None) -> Picture:
    """Resample to exactly width x height, from `box` (left, top, right, bottom, in pixels) or the whole picture.

    Reducing averages the area that each new pixel covers; enlarging interpolates linearly. The picture should be linear
    light.
    """
    rows, columns = picture.shape[:2]
    left, top, right, bottom = box or (0.0, 0.0, float(columns), float(rows))
    if (left, top, right, bottom) == (0, 0, width, height) == (0, 0, columns, rows):
        return picture
    if width <= right - left + _ROUNDING and height <= bottom - top + _ROUNDING:
        return _averaged(_averaged(picture, top, bottom, height).swapaxes(0, 1), left, right, width).swapaxes(0, 1)
    channels = [
        Image.fromarray(np.ascontiguousarray(picture[..., channel], dtype=np.float32)).resize(
            (width, height), Image.Resampling.BILINEAR, box=(left, top, right, bottom)
        )
        for channel in range(3)
    ]
    return np.stack([np.asarray(channel, dtype=np.float32) for channel in channels], axis=-1)


def _averaged(picture: Picture, start: float, stop: float, count: int) -> Picture:
    """The rows from `start` to `stop` reduced to `count` rows, each the mean of those that it covers.

    A row that is covered in part is weighted by that part. Pillow's box filter takes it whole or not at all, which
    moves edges by up to half a pixel, so that equal pictures reduced by different amounts would differ.
    """
    rows = picture.shape[0]
    edges = np.linspace(start, stop, count + 1)
    first = np.minimum(edges.astype(np.intp), rows)
    share = (edges - first).astype(np.float32)[:, np.newaxis, np.newaxis]
    # The sum of the whole rows from one edge's row to the next one's, then each edge's part of its own row.
    if rows > _MANY * count and picture.flags.c_contiguous:
        sums = np.stack([picture[top:bottom].sum(axis=0) for top, bottom in pairwise(first)])
    else:
        inside = first[first < rows]
        sums = np.zeros((count, *picture.shape[1:]), dtype=np.float32)
        sums[: len(inside)] = np.add.reduceat(picture, inside, axis=0)[:count]
        sums[first[1:] == first[:-1]] = 0  # rounding can put two edges into one row: `reduceat` sums one there
    parts = picture[np.minimum(first, rows - 1)] * share
    return np.asarray((sums - parts[:-1] + parts[1:]) * np.float32(count / (stop - start)))
