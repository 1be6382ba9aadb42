"""Colour temperature and tint of a white point, in both constructions that the two applications use.

Temperature is in kelvin. Tint is the distance from a locus of neutral whites along the isotemperature line, in CIE
1960 uv units times -3000: the scale of Adobe's dng_temperature and of Apple's CITemperatureAndTint. A *white point* of
positive tint lies on the green side; a picture that is corrected for it turns magenta.

- On the *Planckian* locus (Robertson's table) T and tint are Camera Raw's and Apple's for raw files.
- On the *daylight* locus they are Aperture's for rendered files, whose neutral is 5000 K, tint 0, that is D50. Measured
  on real renderings: on the Planckian locus the prediction is about 8 % off, on this one within 1 %.

Both directions are exact inverses of one another wherever no two isotemperature lines cross; for tints within +-150
that holds from 2000 K to 50000 K.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

TINT_SCALE: Final = -3000.0

# A. R. Robertson, "Computation of correlated color temperature and distribution temperature", JOSA 58 (1968), as
# tabulated by Wyszecki and Stiles, "Color Science", 2nd ed., table 1(3.11): reciprocal megakelvins (mired), CIE 1960 u
# and v of the black body, slope dv/du of its isotemperature line.
_ISOTEMPERATURE_LINES: Final = (
    (0.0, 0.18006, 0.26352, -0.24341),
    (10.0, 0.18066, 0.26589, -0.25479),
    (20.0, 0.18133, 0.26846, -0.26876),
    (30.0, 0.18208, 0.27119, -0.28539),
    (40.0, 0.18293, 0.27407, -0.30470),
    (50.0, 0.18388, 0.27709, -0.32675),
    (60.0, 0.18494, 0.28021, -0.35156),
    (70.0, 0.18611, 0.28342, -0.37915),
    (80.0, 0.18740, 0.28668, -0.40955),
    (90.0, 0.18880, 0.28997, -0.44278),
    (100.0, 0.19032, 0.29326, -0.47888),
    (125.0, 0.19462, 0.30141, -0.58204),
    (150.0, 0.19962, 0.30921, -0.70471),
    (175.0, 0.20525, 0.31647, -0.84901),
    (200.0, 0.21142, 0.32312, -1.0182),
    (225.0, 0.21807, 0.32909, -1.2168),
    (250.0, 0.22511, 0.33439, -1.4512),
    (275.0, 0.23247, 0.33904, -1.7298),
    (300.0, 0.24010, 0.34308, -2.0637),
    (325.0, 0.24702, 0.34655, -2.4681),  # as printed and as Adobe's SDK has it; 0.24792 would be the smooth value
    (350.0, 0.25591, 0.34951, -2.9641),
    (375.0, 0.26400, 0.35200, -3.5814),
    (400.0, 0.27218, 0.35407, -4.3633),
    (425.0, 0.28039, 0.35577, -5.3762),
    (450.0, 0.28863, 0.35714, -6.7262),
    (475.0, 0.29685, 0.35823, -8.5955),
    (500.0, 0.30505, 0.35907, -11.324),
    (525.0, 0.31320, 0.35968, -15.628),
    (550.0, 0.32129, 0.36011, -23.325),
    (575.0, 0.32931, 0.36038, -40.770),
    (600.0, 0.33724, 0.36051, -116.45),
)

_WARMEST_MIRED: Final = 600.0  # 1667 K, where the table ends
_COOLEST_MIRED: Final = 10.0  # 100000 K
_DAYLIGHT_BEGINS: Final = 4000.0  # K; CIE 15 defines the daylight locus from here on


@dataclass(frozen=True, slots=True)
class Temperature:
    """A white point in a photographer's terms: kelvin and tint."""

    kelvin: float
    tint: float


def planckian_xy(kelvin: float, tint: float = 0.0) -> tuple[float, float]:
    """The CIE 1931 xy of a white point by Robertson's table. Kelvin is clamped to 1667 .. 100000 K."""
    return _white(_planckian_uv, kelvin, tint)


def planckian_temperature(xy: tuple[float, float]) -> Temperature:
    """The inverse of `planckian_xy`."""
    return _temperature(_planckian_uv, xy)


def daylight_xy(kelvin: float, tint: float = 0.0) -> tuple[float, float]:
    """The CIE 1931 xy of a white point on, or `tint` off, the CIE daylight locus. Same ends as `planckian_xy`."""
    return _white(_daylight_uv, kelvin, tint)


def daylight_temperature(xy: tuple[float, float]) -> Temperature:
    """The inverse of `daylight_xy`."""
    return _temperature(_daylight_uv, xy)


def _white(locus: Callable[[float], tuple[float, float]], kelvin: float, tint: float) -> tuple[float, float]:
    mired = min(max(1e6 / kelvin, _COOLEST_MIRED), _WARMEST_MIRED)
    u, v = locus(mired)
    along_u, along_v = _isotherm(mired)
    return _xy(u + along_u * tint / TINT_SCALE, v + along_v * tint / TINT_SCALE)


def _temperature(locus: Callable[[float], tuple[float, float]], xy: tuple[float, float]) -> Temperature:
    """Find the isotemperature line that passes through a point, by bisection over mireds."""
    u, v = _uv(*xy)

    def beside(mired: float) -> float:
        """Signed distance of the point from the isotemperature line: positive when the point is warmer."""
        (u0, v0), (along_u, along_v) = locus(mired), _isotherm(mired)
        return (v - v0) * along_u - (u - u0) * along_v

    low, high = _COOLEST_MIRED, _WARMEST_MIRED
    while high - low > 1e-10 * high:
        middle = (low + high) / 2
        if beside(middle) > 0:
            low = middle
        else:
            high = middle
    mired = (low + high) / 2
    (u0, v0), (along_u, along_v) = locus(mired), _isotherm(mired)
    return Temperature(1e6 / mired, TINT_SCALE * ((u - u0) * along_u + (v - v0) * along_v))


def _row(mired: float) -> tuple[tuple[float, float, float, float], tuple[float, float, float, float], float]:
    """The two neighbouring rows of the table and how far between them (0..1) a temperature lies."""
    last = len(_ISOTEMPERATURE_LINES) - 1
    upper = next((i for i in range(1, last) if _ISOTEMPERATURE_LINES[i][0] >= mired), last)
    before, after = _ISOTEMPERATURE_LINES[upper - 1], _ISOTEMPERATURE_LINES[upper]
    return before, after, (mired - before[0]) / (after[0] - before[0])


def _planckian_uv(mired: float) -> tuple[float, float]:
    before, after, share = _row(mired)
    return before[1] + share * (after[1] - before[1]), before[2] + share * (after[2] - before[2])


def _daylight_uv(mired: float) -> tuple[float, float]:
    """The daylight locus, CIE 15:2018 equations 4.7 to 4.9, in CIE 1960 uv.

    CIE defines no daylight below 4000 K. There the locus follows the black bodies at the distance that it has at
    4000 K, so that every temperature has a white of its own.
    """
    if mired > 1e6 / _DAYLIGHT_BEGINS:
        last_u, last_v = _daylight_uv(1e6 / _DAYLIGHT_BEGINS)
        black_u, black_v = _planckian_uv(1e6 / _DAYLIGHT_BEGINS)
        distance = math.hypot(last_u - black_u, last_v - black_v)
        (u, v), (along_u, along_v) = _planckian_uv(mired), _isotherm(mired)
        return u - along_u * distance, v - along_v * distance
    t = mired / 1000  # 1000 / T
    if mired > 1e6 / 7000:
        x = 0.244063 + 0.09911 * t + 2.9678 * t**2 - 4.6070 * t**3
    else:
        x = 0.237040 + 0.24748 * t + 1.9018 * t**2 - 2.0064 * t**3
    return _uv(x, -3.000 * x**2 + 2.870 * x - 0.275)


def _isotherm(mired: float) -> tuple[float, float]:
    """Unit vector along the isotemperature line, pointing to the magenta side (u grows, v falls)."""
    before, after, share = _row(mired)
    u = v = 0.0
    for row, weight in ((before, 1 - share), (after, share)):
        length = math.hypot(1.0, row[3])
        u += weight / length
        v += weight * row[3] / length
    length = math.hypot(u, v)
    return u / length, v / length


def _uv(x: float, y: float) -> tuple[float, float]:
    """CIE 1931 xy to CIE 1960 uv."""
    scale = -2 * x + 12 * y + 3
    return 4 * x / scale, 6 * y / scale


def _xy(u: float, v: float) -> tuple[float, float]:
    """CIE 1960 uv to CIE 1931 xy."""
    scale = 2 * u - 8 * v + 4
    return 3 * u / scale, 2 * v / scale
