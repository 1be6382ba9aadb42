"""A part of a photo that is compared pixel by pixel: which one, and how it is rendered alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats
from couloir.derive.details.bands import TILE
from couloir.derive.painted.frame import ShownFrame
from couloir.engines.geometry import TURNS
from couloir.lightroom.crop import Crop

MOST: Final = 1024
"""Pixels of a part's long edge."""

_STEP: Final = 128  # pixels: a multiple of JPEG's blocks, which the part keeps
_STRONG, _EVEN = 0.9, 0.25  # quantiles of the picture's tiles


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of a shown picture in its pixels."""

    left: int
    top: int
    width: int
    height: int

    def cut(self, picture: Floats) -> Floats:
        """Of a picture of the size of the whole."""
        return np.ascontiguousarray(picture[self.top : self.top + self.height, self.left : self.left + self.width])

    def crop(self, frame: ShownFrame, shown: tuple[int, int]) -> Crop:
        """Lightroom's crop that shows this part alone, of a photo that `frame` shows `shown` pixels wide and high."""
        columns, rows = shown
        x, y = frame.place((self.left + self.width / 2) / columns, (self.top + self.height / 2) / rows)
        scale = frame.shown_width / columns
        wide, high = self.width * scale, self.height * scale
        if TURNS[frame.orientation][1] in (90, 270):
            wide, high = high, wide
        angle = frame.crop.angle if frame.crop is not None else 0.0
        return Crop.from_rectangle(x * frame.width, y * frame.height, wide, high, angle, frame.width, frame.height)


def choose_part(bright: Floats) -> Part:
    """The part of a picture, by its brightness (height, width), that has both strong edges and even places; all of it
    where it is small enough.
    """
    rows, columns = bright.shape
    high, wide = min(rows, MOST), min(columns, MOST)
    if (high, wide) == (rows, columns):
        return Part(0, 0, columns, rows)
    contrast = _contrast(bright)
    strong = contrast >= np.quantile(contrast, _STRONG)
    even = contrast <= np.quantile(contrast, _EVEN)
    places = [(top, left) for top in _starts(rows, high) for left in _starts(columns, wide)]
    top, left = max(places, key=lambda place: _worth(strong, even, place, high, wide))
    return Part(left, top, wide, high)


def _contrast(bright: Floats) -> NDArray[np.float64]:
    """The mean step between neighbours of each tile."""
    rows, columns = bright.shape[0] // TILE, bright.shape[1] // TILE
    steps = np.abs(np.diff(bright[: rows * TILE, : columns * TILE], axis=1, append=0.0))
    steps[:, -1] = 0
    return np.asarray(steps.reshape(rows, TILE, columns, TILE).mean(axis=(1, 3), dtype=np.float64))


def _starts(length: int, part: int) -> range:
    return range(0, length - part + 1, _STEP)


def _worth(strong: NDArray[np.bool_], even: NDArray[np.bool_], place: tuple[int, int], high: int, wide: int) -> float:
    top, left = place[0] // TILE, place[1] // TILE
    inside = np.s_[top : top + high // TILE, left : left + wide // TILE]
    return float(min(strong[inside].mean() / (1 - _STRONG), even[inside].mean() / _EVEN))
