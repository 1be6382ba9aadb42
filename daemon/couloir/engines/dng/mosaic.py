"""A mosaic of colours to a picture of all colours, in linear light, reduced at the same time.

Each missing colour is interpolated from its neighbours of that colour: four around it, two beside it, or between the
nearest rows and columns that have any, as Adobe's DNG SDK 1.7.1 does (dng_mosaic_info), for any pattern. It is what a
photograph that is then averaged down needs; sharper methods differ in single pixels only.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.engines.protocol import Picture

Pattern = tuple[tuple[int, ...], ...]
"""Which of the colours 0, 1, 2 each pixel of the repeated cell has."""

Kernel = tuple[tuple[int, int, float], ...]
"""(rows down, columns across, weight) of the pixels that make one colour of one pixel."""

_STRIP_ROWS: Final = 384
# Neighbours that are tried in turn: north, south, west, east and the corners, with their weights.
_N, _S, _W, _E, _NW, _NE, _SW, _SE = (-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)
_TRIED: Final = (
    ((_N, _W, _E, _S), (0.25,) * 4),
    ((_N, _S), (0.5, 0.5)),
    ((_W, _E), (0.5, 0.5)),
    ((_N, _SW, _SE), (0.5, 0.25, 0.25)),
    ((_S, _NW, _NE), (0.5, 0.25, 0.25)),
    ((_W, _NE, _SE), (0.5, 0.25, 0.25)),
    ((_E, _NW, _SW), (0.5, 0.25, 0.25)),
    ((_NW, _NE, _SW, _SE), (0.25,) * 4),
    ((_NW, _SE), (0.5, 0.5)),
    ((_NE, _SW), (0.5, 0.5)),
)


def demosaic(mosaic: NDArray[np.float32], pattern: Pattern, factor: int = 1) -> Picture:
    """height x width, 0..1, to a picture of three colours, each `factor` x `factor` pixels of which are averaged.

    Rows and columns that no whole such square is left for are averaged by themselves.
    """
    rows, columns = mosaic.shape
    high, wide = len(pattern), len(pattern[0])
    if _is_bayer(pattern) and factor % 2 == 0:
        return _bayer_reduced(mosaic, pattern, factor)
    step = -(-_STRIP_ROWS // (factor * high)) * factor * high
    across = _repeated(columns, wide)
    strips = []
    for top in range(0, rows, step):
        bottom = min(top + step, rows)
        inside = _repeated(rows, high)[top : bottom + 2 * high]
        padded = mosaic[inside][:, across]
        strips.append(reduce_by(_interpolated(padded, pattern, bottom - top, columns), factor))
    return np.concatenate(strips) if len(strips) > 1 else strips[0]


def _is_bayer(pattern: Pattern) -> bool:
    """Two rows and two columns, green on one diagonal."""
    flat = [color for line in pattern for color in line]
    return (
        (len(pattern), len(pattern[0])) == (2, 2) and sorted(flat) == [0, 1, 1, 2] and flat[1] in (flat[2], 2 - flat[2])
    )


def _bayer_reduced(mosaic: NDArray[np.float32], pattern: Pattern, factor: int) -> Picture:
    """What interpolating and averaging give, without interpolating: a third of the time and less.

    Each sample is counted with the weight that it has in the interpolated pixels of its square. Inside that is 4 for
    red and blue, 2 for green; what it lends to pixels of the next square is counted there.
    """
    rows, columns = (-(-size // factor) * factor for size in mosaic.shape)
    if (rows, columns) != mosaic.shape:
        mosaic = mosaic[_repeated(mosaic.shape[0], 2, rows)[2:]][:, _repeated(mosaic.shape[1], 2, columns)[2:]]
    found = np.zeros((rows // factor, columns // factor, 3), dtype=np.float32)
    for down in range(2):
        for across in range(2):
            samples, color = mosaic[down::2, across::2], pattern[down][across]
            if color == 1:
                for turned, phase in ((False, down), (True, across)):
                    found[..., 1] += _lent_green(samples, factor // 2, phase, turned=turned)
                found[..., 1] += 2 * _summed(_summed(samples, factor // 2), factor // 2, axis=1)
            else:
                lines = _counted(samples, factor // 2, down)
                found[..., color] = _counted(lines.T, factor // 2, across).T
    return np.asarray(found / np.float32(factor * factor), dtype=np.float32)


def _summed(samples: NDArray[np.float32], count: int, axis: int = 0) -> NDArray[np.float32]:
    return np.add.reduceat(samples, np.arange(0, samples.shape[axis], count), axis=axis)


def _counted(samples: NDArray[np.float32], count: int, phase: int) -> NDArray[np.float32]:
    """Rows of a colour that has every other one, each worth 1 where it lies and a half on either side of it."""
    own, lent = _edges(samples, count, phase)
    return 2 * _summed(samples, count) + np.float32(0.5) * (lent - own)


def _lent_green(samples: NDArray[np.float32], count: int, phase: int, *, turned: bool) -> NDArray[np.float32]:
    """What a square's green pixels get from the next square, less what they lend to it: a quarter of each."""
    own, lent = _edges(samples.T if turned else samples, count, phase)
    lines = _summed(np.float32(0.25) * (lent - own), count, axis=1)
    return lines.T if turned else lines


def _edges(samples: NDArray[np.float32], count: int, phase: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The row of each square that lies at its edge (the first one with phase 0, else the last one), and the row of the
    neighbouring square that lies at the other edge, beyond which the outermost row goes on.
    """
    if phase == 0:
        own = samples[::count]
        return own, np.concatenate([own[1:], samples[-1:]])
    own = samples[count - 1 :: count]
    return own, np.concatenate([samples[:1], own[:-1]])


def reduce_by(picture: Picture, factor: int) -> Picture:
    """The mean of each `factor` x `factor` pixels; of what is left at the right and the bottom, too."""
    if factor == 1:
        return picture
    rows, columns = picture.shape[:2]
    down, across = np.arange(0, rows, factor), np.arange(0, columns, factor)
    sums = np.add.reduceat(np.add.reduceat(picture, down, axis=0), across, axis=1)
    high, wide = np.diff([*down, rows]), np.diff([*across, columns])
    counts = (high[:, np.newaxis] * wide).astype(np.float32)
    return np.asarray(sums / counts[..., np.newaxis], dtype=np.float32)


def _repeated(size: int, period: int, wanted: int | None = None) -> NDArray[np.intp]:
    """Indices of a line with a period more at its beginning, and that or up to `wanted` at its end, where the nearest
    pixels of the same colours stand in.
    """
    at = np.arange(-period, size + period if wanted is None else wanted)
    at = np.where(at < 0, at % period, at)
    beyond = at >= size
    at[beyond] = size - 1 - (size - 1 - at[beyond]) % period
    return np.clip(at, 0, size - 1)


def _interpolated(padded: NDArray[np.float32], pattern: Pattern, rows: int, columns: int) -> Picture:
    high, wide = len(pattern), len(pattern[0])
    found = np.empty((rows, columns, 3), dtype=np.float32)
    for row in range(high):
        for column in range(wide):
            place = found[row::high, column::wide]
            for color in range(3):
                place[..., color] = 0
                for down, across, weight in kernel(pattern, color, row, column):
                    top, left = high + row + down, wide + column + across
                    part = padded[top::high, left::wide][: place.shape[0], : place.shape[1]]
                    place[..., color] += np.float32(weight) * part
    return found


@lru_cache(maxsize=512)
def kernel(pattern: Pattern, color: int, row: int, column: int) -> Kernel:
    """What makes a colour at one place of the pattern."""
    high, wide = len(pattern), len(pattern[0])

    def has(down: int, across: int) -> bool:
        return pattern[(row + down) % high][(column + across) % wide] == color

    if has(0, 0):
        return ((0, 0, 1.0),)
    for places, weights in _TRIED:
        if all(has(*place) for place in places):
            return tuple((down, across, weight) for (down, across), weight in zip(places, weights, strict=True))
    return tuple(_between_lines(pattern, color, row, column))


def _between_lines(pattern: Pattern, color: int, row: int, column: int) -> Iterator[tuple[int, int, float]]:
    """Half of it from the nearest rows that have the colour, half from the nearest columns."""
    for turned in (False, True):
        cells = tuple(zip(*pattern, strict=True)) if turned else pattern
        line, place = (column, row) if turned else (row, column)
        for away, share in _nearest([color in each for each in cells], line):
            around = [each == color for each in cells[(line + away) % len(cells)]]
            for beside, part in _nearest(around, place):
                down, across = (beside, away) if turned else (away, beside)
                yield down, across, 0.5 * share * part


def _nearest(there: list[bool], at: int) -> tuple[tuple[int, float], ...]:
    """The steps to the nearest place before and behind, with how much each counts by its distance."""
    if there[at % len(there)]:
        return ((0, 1.0),)
    before = next(n for n in range(1, len(there) + 1) if there[(at - n) % len(there)])
    behind = next(n for n in range(1, len(there) + 1) if there[(at + n) % len(there)])
    return ((-before, behind / (before + behind)), (behind, before / (before + behind)))
