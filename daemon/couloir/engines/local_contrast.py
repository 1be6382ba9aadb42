"""Local contrast at a medium radius: what Aperture calls Definition and Lightroom calls Clarity."""

from __future__ import annotations

import numpy as np

from couloir.color.arrays import Floats
from couloir.color.spaces import luminance
from couloir.engines.protocol import Picture

_DARKEST = 2.0**-10  # where the logarithm ends, so that noise in black is not contrast


def local_contrast(linear: Picture, amount: float, radius: float) -> Picture:
    """Multiply a linear picture by how much each pixel is brighter than its surroundings.

    In stops: gain = amount * (luminance - blurred luminance), the blur's sigma being `radius` times the long edge.
    """
    stops = np.log2(np.maximum(luminance(linear), _DARKEST))
    surroundings = blur(stops, radius * max(stops.shape))
    return np.asarray(linear * np.exp2(amount * (stops - surroundings))[..., np.newaxis], dtype=np.float32)


def blur(values: Floats, sigma: float) -> Floats:
    """A Gaussian of `sigma` pixels, by three running means each way (P. Kovesi, DICTA 2010), edges repeated; (h, w)."""
    reach = round((np.sqrt(4 * sigma**2 + 1) - 1) / 2)
    if reach < 1:
        return values
    for _ in range(3):
        for axis in (0, 1):
            values = _running_mean(values, reach, axis)
    return values


def _running_mean(values: Floats, reach: int, axis: int) -> Floats:
    padding = [(0, 0), (0, 0)]
    padding[axis] = (reach + 1, reach)
    sums = np.cumsum(np.pad(values, padding, mode="edge"), axis=axis, dtype=np.float64)
    length, window = values.shape[axis], 2 * reach + 1
    after = np.take(sums, range(window, window + length), axis=axis)
    before = np.take(sums, range(length), axis=axis)
    return ((after - before) / window).astype(values.dtype)
