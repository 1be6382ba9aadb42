"""CIEDE2000 near one colour as a sum of squares, for least squares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats

_PIVOT = 25.0**7


def whitening_matrices(lab: Floats) -> NDArray[np.float32]:
    """Matrices (pixels, 3, 3) that turn a small difference in L*a*b* from target colours (pixels, 3) into its parts of
    lightness, chroma and hue, each divided by CIEDE2000's weight at the target.

    The length of the product is approximately the CIEDE2000 difference (Sharma, Wu, Dalal 2005, equations 15 to 20 with
    T = 1 and without the rotation term).
    """
    lightness, a, b = np.moveaxis(lab.astype(np.float64), -1, 0)
    chroma = np.hypot(a, b)
    from_mid = (lightness - 50) ** 2
    by_lightness = 1 / (1 + 0.015 * from_mid / np.sqrt(20 + from_mid))
    by_chroma, by_hue = 1 / (1 + 0.045 * chroma), 1 / (1 + 0.015 * chroma)
    widened = 1.5 - 0.5 * np.sqrt(chroma**7 / (chroma**7 + _PIVOT))  # the formula's stretch of a*
    safe = np.maximum(chroma, 1e-3)
    cos, sin = np.where(chroma > 1e-3, a / safe, 1.0), np.where(chroma > 1e-3, b / safe, 0.0)
    matrices = np.zeros((*lab.shape[:-1], 3, 3), dtype=np.float32)
    matrices[..., 0, 0] = by_lightness
    matrices[..., 1, 1], matrices[..., 1, 2] = cos * by_chroma * widened, sin * by_chroma
    matrices[..., 2, 1], matrices[..., 2, 2] = -sin * by_hue * widened, cos * by_hue
    return matrices
