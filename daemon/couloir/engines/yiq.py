"""Apple's space for balancing greys and skin: the fourth root of linear light, as YIQ.

Photos' neutral-grey and face-balance filters work in it, and Apple's own translation of a balance into Camera Raw's
settings is written in its I and Q (Core Image's CIFaceBalance).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from couloir.color.arrays import Floats, Matrix, apply_matrix, invert

# The FCC's 1953 matrix with the digits of SMPTE 170M.
RGB_TO_YIQ: Final[Matrix] = np.array(
    [
        [0.299, 0.587, 0.114],
        [0.5959, -0.2746, -0.3213],
        [0.2115, -0.5227, 0.3112],
    ]
)
YIQ_TO_RGB: Final = invert(RGB_TO_YIQ)


def to_yiq(linear: Floats) -> Floats:
    """Linear RGB, of any primaries, to YIQ of its fourth root; negative light is mirrored."""
    return apply_matrix(RGB_TO_YIQ, np.copysign(np.abs(linear) ** 0.25, linear))


def from_yiq(yiq: Floats) -> Floats:
    """The inverse of `to_yiq`."""
    encoded = apply_matrix(YIQ_TO_RGB, yiq)
    return np.asarray(np.copysign(encoded**4, encoded))
