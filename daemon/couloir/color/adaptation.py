"""Chromatic adaptation between two white points."""

from __future__ import annotations

import numpy as np

from couloir.color.arrays import Matrix, invert

# The "sharpened" cone responses of the linearised Bradford transform (Lam 1985; ICC.1:2022 annex E).
_BRADFORD: Matrix = np.array(
    [
        [0.8951, 0.2664, -0.1614],
        [-0.7502, 1.7135, 0.0367],
        [0.0389, -0.0685, 1.0296],
    ]
)
_INVERSE = invert(_BRADFORD)


def white_xyz(xy: tuple[float, float]) -> Matrix:
    """XYZ (shape (3,), Y = 1) of a white point given by its CIE 1931 chromaticity."""
    x, y = xy
    return np.array([x / y, 1.0, (1.0 - x - y) / y])


def bradford(source: tuple[float, float], destination: tuple[float, float], most: float | None = None) -> Matrix:
    """The 3x3 XYZ matrix that maps white under `source` to white under `destination` (CIE 1931 xy).

    `most` holds each cone's response between a `most`th and `most` times of what it was, as Adobe's DNG SDK 1.7.1 does
    with 10 (MapWhiteMatrix): the light of a candle has hardly any blue, which would be multiplied beyond all measure.
    """
    before, after = _BRADFORD @ white_xyz(source), _BRADFORD @ white_xyz(destination)
    if most is None:
        scale = after / before
    else:
        before, after = np.maximum(before, 0), np.maximum(after, 0)
        scale = np.clip(np.where(before > 0, after / np.where(before > 0, before, 1), most), 1 / most, most)
    return (_INVERSE * scale) @ _BRADFORD
