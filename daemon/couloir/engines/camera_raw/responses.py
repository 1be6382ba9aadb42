"""The responses of Lightroom's tone sliders: measured changes of luminance in stops, by the luminance before.

They are the median changes of output luminance for single sliders of Lightroom Classic 14.5, read off twelve exports of
one high-contrast interior from one camera (Nikon D750, Camera Standard) by the lrt-cinema project (Apache-2.0). One
scene cannot show how the sliders adapt to a picture; that Highlights follows the picture's key is a finding of the
Sieve model. Where an export was clipped to black, an extrapolated falling value is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

BASE_STOPS: Final = (-12.0, -10.0, -8.0, -7.0, -6.0, -5.0, -4.0, -3.0, -2.0, -1.0)
"""Luminance before the slider is moved, in stops relative to white; beyond the ends the last value holds."""

CALIBRATION_KEY: Final = -6.5
"""Mean log2 luminance of that scene, a dark interior; on a brighter picture Highlights begins higher by as much."""

Response = Mapping[int, tuple[float, ...]]
"""Maps slider amounts to the stops gained at each of BASE_STOPS. Other amounts are interpolated linearly, through 0."""

HIGHLIGHTS: Final[Response] = {
    -50: (-0.02, -0.09, -0.15, -0.18, -0.26, -0.47, -0.97, -1.01, -1.10, -1.04),
    -100: (-0.05, -0.18, -0.31, -0.36, -0.51, -0.96, -1.97, -2.09, -2.39, -2.38),
}
SHADOWS: Final[Response] = {
    50: (1.78, 1.99, 1.27, 0.49, 0.21, 0.18, 0.15, 0.12, 0.08, 0.05),
    100: (4.27, 4.18, 2.57, 0.99, 0.41, 0.36, 0.30, 0.23, 0.17, 0.09),
}
CONTRAST: Final[Response] = {
    50: (-1.71, -1.52, -1.21, -1.05, -0.86, -0.65, -0.32, -0.01, 0.22, 0.24),
    -50: (1.27, 1.12, 0.91, 0.79, 0.66, 0.50, 0.25, 0.01, -0.19, -0.23),
}
BLACKS: Final[Response] = {
    50: (0.44, 0.61, 0.73, 0.72, 0.69, 0.61, 0.51, 0.38, 0.26, 0.10),
    -50: (-4.50, -3.50, -2.49, -1.89, -1.30, -0.91, -0.57, -0.36, -0.19, -0.07),
}
WHITES: Final[Response] = {
    50: (0.02, 0.02, 0.05, 0.06, 0.09, 0.12, 0.17, 0.20, 0.25, 0.26),
    -50: (0.0, 0.0, -0.02, -0.03, -0.04, -0.06, -0.09, -0.12, -0.16, -0.19),
}
