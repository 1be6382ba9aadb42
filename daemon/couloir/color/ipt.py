"""IPT, the space in which Apple's colour adjustment turns hues: lightness I, red-green P, yellow-blue T.

Source: F. Ebner, M. D. Fairchild, "Development and testing of a color space (IPT) with improved hue uniformity"
(CIC 6, 1998).
"""

from __future__ import annotations

import numpy as np

from couloir.color.arrays import Floats, apply_matrix, invert
from couloir.color.spaces import SRGB_TO_XYZ

_XYZ_TO_LMS = np.array([[0.4002, 0.7075, -0.0807], [-0.2280, 1.1500, 0.0612], [0.0000, 0.0000, 0.9184]])
_TO_IPT = np.array([[0.4000, 0.4000, 0.2000], [4.4550, -4.8510, 0.3960], [0.8056, 0.3572, -1.1628]])
_SRGB_TO_LMS = _XYZ_TO_LMS @ SRGB_TO_XYZ
_LMS_TO_SRGB, _FROM_IPT = invert(_SRGB_TO_LMS), invert(_TO_IPT)
_POWER = 0.43


def ipt(linear: Floats) -> Floats:
    """Linear sRGB (..., 3) to I, P, T. Negative cone responses are mirrored."""
    lms = apply_matrix(_SRGB_TO_LMS, linear)
    return apply_matrix(_TO_IPT, np.copysign(np.abs(lms) ** lms.dtype.type(_POWER), lms))


def from_ipt(colors: Floats) -> Floats:
    """The inverse of `ipt`."""
    roots = apply_matrix(_FROM_IPT, colors)
    return apply_matrix(_LMS_TO_SRGB, np.copysign(np.abs(roots) ** roots.dtype.type(1 / _POWER), roots))
