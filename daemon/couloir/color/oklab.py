"""Oklab, the perceptual space in which hues are turned and chroma scaled.

Source of the matrices: B. Ottosson, "A perceptual color space for image processing" (2020).
"""

from __future__ import annotations

import numpy as np

from couloir.color.arrays import Floats, apply_matrix, invert

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LAB, _FROM_CONES = invert(_TO_LAB), invert(_TO_CONES)


def oklab(linear: Floats) -> Floats:
    """Linear sRGB (..., 3) to Oklab L, a, b; white is (1, 0, 0). Negative light is mirrored."""
    return apply_matrix(_TO_LAB, np.cbrt(apply_matrix(_TO_CONES, linear)))


def from_oklab(lab: Floats) -> Floats:
    """The inverse of `oklab`."""
    roots = apply_matrix(_FROM_LAB, lab)
    return apply_matrix(_FROM_CONES, roots * roots * roots)
