"""The tones that Aperture's sliders make, as Photos' Curves: it has no such sliders that a file can state.

Photos draws a natural cubic spline through the points, on values encoded with gamma 1/2.2 (its own filter, read for its
behaviour; `couloir.derive.tone_curves` draws Aperture's curves in the same way).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Operation
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.color.splines import natural_spline
from couloir.destinations.apple_photos.aae import Adjustment
from couloir.destinations.apple_photos.operations import compose_curves
from couloir.destinations.folding import GRID, Samples, fold_operations
from couloir.destinations.points import Points, choose_points

FOLDED: Final = (ap.Exposure, ap.Enhance, ap.HighlightsShadows, ap.Gamma)
"""The adjustments whose tones go into the curves; a version's own Curves then do so, too: Photos has them once."""

_GAMMA: Final = 2.2
_MOST_POINTS: Final = 16


def compose_tones(operations: Sequence[Operation]) -> list[Adjustment]:
    """The Curves entry for these operations and the version's own Curves; none where they change no tone."""
    fold = fold_operations(operations, mixing=False, kinds=(*FOLDED, ap.Curves))
    if fold.is_identity:
        return []
    red, green, blue = map(_points, fold.curves)
    alike = all(np.abs(curve - fold.curves[0]).max() < 0.5 / 255 for curve in fold.curves[1:])
    return [compose_curves({"rgb": red} if alike else {"red": red, "green": green, "blue": blue})]


def _points(curve: Samples) -> Points:
    encoded = np.asarray(srgb_encode(GRID**_GAMMA), dtype=np.float64)
    drawn = np.asarray(srgb_decode(np.interp(encoded, GRID, curve)), dtype=np.float64)
    return choose_points(GRID, drawn ** (1 / _GAMMA), natural_spline, _MOST_POINTS)
