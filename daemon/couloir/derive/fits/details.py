"""A fixed picture of details at full size: edges, soft and sharp, of every contrast, and textures, on dark to light."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_decode, srgb_to_lab
from couloir.engines.protocol import Picture

_COLUMNS: Final = 48
_ROWS: Final = 3  # pixels of each strip
_CONTRASTS: Final = (0.04, 0.15, 0.5)  # encoded
_LEVELS: Final = (0.3, 0.6)
_WIDTHS: Final = (0.8, 1.6)  # pixels: sigma of an edge
_PERIODS: Final = (4.0, 9.0)  # pixels of a texture
_EDGES: Final = 2


def _strips() -> Picture:
    x = np.arange(_COLUMNS) + 0.5
    rows = []
    for level in _LEVELS:
        for contrast in _CONTRASTS:
            edges = np.sign(np.sin(2 * np.pi * _EDGES * x / _COLUMNS))
            soft = [_softened(edges, width) for width in _WIDTHS]
            waves = [np.sin(2 * np.pi * x / period) for period in _PERIODS]
            rows += [np.clip(level + contrast / 2 * each, 0.02, 0.98) for each in (*soft, *waves)]
    encoded = np.repeat(np.array(rows), _ROWS, axis=0)
    return np.asarray(srgb_decode(np.repeat(encoded[..., np.newaxis], 3, axis=-1)), dtype=np.float32)


def _softened(values: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    reach = np.arange(-8, 9)
    kernel = np.exp(-((reach / width) ** 2) / 2)
    return np.convolve(np.pad(values, 8, mode="wrap"), kernel / kernel.sum(), mode="valid")


DETAILS: Final = _strips()
"""Height x width x 3 in linear sRGB, one pixel of it one of the photo."""

WEIGHTS: Final = np.full(DETAILS[..., 0].size, 1 / DETAILS[..., 0].size)


def compare(shown: Floats, wanted: Floats) -> NDArray[np.float64]:
    """The mean CIEDE2000 between pictures of it, sRGB-encoded, (..., height, width, 3) to (...)."""
    return np.asarray(ciede2000(srgb_to_lab(shown), srgb_to_lab(wanted)).mean(axis=(-2, -1), dtype=np.float64))
