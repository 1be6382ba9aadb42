"""A fixed chart of colours, weighed as photographs have them: mostly dull ones, every hue, dark to light."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_decode, srgb_shown, srgb_to_lab
from couloir.engines.dng.tables import hsv_to_rgb
from couloir.engines.protocol import Picture

_HUES: Final = 24
_SATURATIONS: Final = (0.12, 0.35, 0.7)
_SHARES: Final = (4.0, 2.0, 1.0)
_VALUES: Final = (0.2, 0.4, 0.62, 0.86)
_GREY: Final = np.linspace(0.03, 0.97, 16)
_OF_GREYS: Final = 3.0

BAND_HUES: Final = (0.0, 30.0, 60.0, 120.0, 180.0, 240.0, 270.0, 300.0)
"""The hues of Lightroom's eight bands in HSV, degrees, as our Camera Raw engine has them."""


def _colors() -> tuple[Picture, NDArray[np.float64]]:
    hue, saturation, value = (
        each.ravel() for each in np.meshgrid(np.arange(_HUES) * 6 / _HUES, _SATURATIONS, _VALUES, indexing="ij")
    )
    colors = hsv_to_rgb(hue, saturation, value)
    greys = np.repeat(_GREY[:, np.newaxis], 3, axis=1)
    weights = [_SHARES[_SATURATIONS.index(each)] for each in saturation.tolist()] + [_OF_GREYS] * len(_GREY)
    encoded = np.concatenate([colors, greys])
    picture = np.asarray(srgb_decode(encoded), dtype=np.float32)[np.newaxis]
    return picture, np.array(weights) / sum(weights)


CHART, WEIGHTS = _colors()
"""The colours, 1 x n x 3 in linear sRGB, and the weight of each, (n,), which add up to 1."""


def change_by_hue(shown: Floats) -> list[float]:
    """How far the chart, sRGB-encoded, is from the plain one at the hues of Lightroom's eight bands, CIEDE2000."""
    delta = ciede2000(srgb_to_lab(shown), srgb_to_lab(srgb_shown(CHART)))[0, : -len(_GREY)]
    by_hue = delta.reshape(_HUES, -1).mean(axis=1)
    around = np.max([by_hue, np.roll(by_hue, 1), np.roll(by_hue, -1)], axis=0)
    return [float(around[round(hue / 360 * _HUES)]) for hue in BAND_HUES]


def compare(shown: Floats, wanted: Floats) -> NDArray[np.float64]:
    """The weighed mean CIEDE2000 between pictures of the chart, sRGB-encoded, (..., 1, n, 3)."""
    delta = ciede2000(srgb_to_lab(shown), srgb_to_lab(wanted))
    return np.asarray(delta[..., 0, :].astype(np.float64) @ WEIGHTS)
