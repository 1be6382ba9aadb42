"""Paints any mask with Lightroom's brush: dabs of three sizes whose screen comes near the mask.

With every dab's flow unknown, the mask is sum_i -log(1 - a_i k(p - c_i)) = -log(1 - mask(p)). For faint dabs the left
side is linear, a sum of convolutions with one kernel a size: it is solved by projected, accelerated gradients (Beck,
Teboulle 2009) with a pull to zero, and what the linear form misses is taken off the target and solved again. Weak dabs
are left out, and the rest is fitted once more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from couloir.engines.camera_raw.masks import draw_brush, flow_of, kernel
from couloir.engines.resampling import resize
from couloir.lightroom.local.masks import Brush, Dab, Stroke, split_dabs

Plane: TypeAlias = NDArray[np.float32]
"""(height, width), 0..1."""


@dataclass(frozen=True, slots=True)
class _Size:
    """A size of dab: radius and the distance between dabs, shares of the long edge, and hardness 0..1."""

    radius: float
    apart: float
    hardness: float


_SIZES: Final = (_Size(0.08, 0.032, 0.5), _Size(0.04, 0.016, 0.25), _Size(0.018, 0.009, 0.25))
_WORK: Final = 192  # long edge on which flows are fitted
_MOST: Final = 0.97  # of a mask: beyond it the logarithm has no use
_ROUNDS: Final = 3
_STEPS: Final = 60
_PULL: Final = 4e-3
_WEAK: Final = 0.012  # a deposit below which a dab is left out
_STRONGEST: Final = 0.95
_LEVELS: Final = 64  # of deposits: dabs overlap, and their rounding averages out
_TOUCHED: Final = 0.004
_LEFT: Final = 0.012  # of the mask, on average over a dab: less needs no smaller ones


@dataclass(frozen=True, slots=True)
class Painting:
    """A brush and how near it comes: `rms` over the pixels of the mask, and `p99` over all, of 0..1."""

    brush: Brush
    rms: float
    p99: float

    @property
    def dabs(self) -> int:
        return sum(len(stroke.dabs) for stroke in self.brush.strokes)


def paint(mask: Plane) -> Painting | None:
    """The brush for a mask in the orientation of the stored file; None for one that has nothing to paint.

    A hard edge comes out softer than it is: `rms` says how much.
    """
    rows, columns = mask.shape
    scale = min(1.0, _WORK / max(rows, columns))
    work = _reduced(mask, max(8, round(columns * scale)), max(8, round(rows * scale)))
    deposits = _fit(work)
    brush = _brush(deposits, columns, rows)
    if brush is None:
        return None
    off = np.abs(draw_brush(brush, columns, rows) - mask)
    inside = mask > _TOUCHED
    rms = float(np.sqrt((off[inside] ** 2).mean())) if inside.any() else 0.0
    return Painting(brush, rms, float(np.percentile(off, 99)))


def _fit(mask: Plane) -> list[NDArray[np.float32]]:
    """For each size the deposits at its grid, as planes of the mask's shape with zeros between.

    Large dabs first; smaller ones are only added where the larger ones leave something.
    """
    wanted = -np.log1p(-np.minimum(mask, _MOST)).astype(np.float32)
    weight = np.square(1 - np.minimum(mask, _MOST)).astype(np.float32)
    layers: list[_Layer] = []
    found: list[NDArray[np.float32]] = []
    target = painted = np.zeros_like(mask)
    for size in _SIZES:
        layer = _Layer(mask.shape, size, max(mask.shape))
        off = np.abs(np.exp(-painted) - np.exp(-wanted))
        layer.allow((mask > _TOUCHED) & (layer.mean(off) > _LEFT))
        layers.append(layer)
        found.append(np.zeros_like(mask))
        target = wanted - painted + sum(each.spread(part) for each, part in zip(layers, found, strict=True))
        for turn in range(_ROUNDS):
            found = _solve(layers, np.asarray(target, dtype=np.float32), weight, found)
            if turn == _ROUNDS - 2:
                for each, deposits in zip(layers, found, strict=True):
                    each.free &= deposits > _WEAK
                    deposits[~each.free] = 0
            painted = np.asarray(sum(each.screen(part) for each, part in zip(layers, found, strict=True)))
            linear = sum(each.spread(part) for each, part in zip(layers, found, strict=True))
            target = wanted - (painted - linear)
    return found


def _solve(
    layers: list[_Layer], target: Plane, weight: Plane, start: list[NDArray[np.float32]]
) -> list[NDArray[np.float32]]:
    """Least squares with deposits of 0 to `_STRONGEST`; momentum starts anew where it leads astray."""
    found = [each.copy() for each in start]
    ahead, momentum = [each.copy() for each in found], 1.0
    pulls = [layer.gather(weight) for layer in layers]
    for _ in range(_STEPS):
        off = weight * (sum(layer.spread(each) for layer, each in zip(layers, ahead, strict=True)) - target)
        following = (1 + math.sqrt(1 + 4 * momentum**2)) / 2
        share = (momentum - 1) / following
        turned, new = 0.0, []
        for layer, now, before, pull in zip(layers, ahead, found, pulls, strict=True):
            step = layer.gather(off) + _PULL * pull
            after = np.where(layer.free, np.clip(now - step / layer.steepest, 0, _STRONGEST), 0).astype(np.float32)
            turned += float(((now - after) * (after - before)).sum())
            new.append(after)
        if turned > 0:
            share, following = 0.0, 1.0
        ahead = [after + np.float32(share) * (after - before) for after, before in zip(new, found, strict=True)]
        found, momentum = new, following
    return found


class _Layer:
    """The dabs of one size on a grid, and the convolution with their kernel (by FFT, on a frame with room around)."""

    def __init__(self, shape: tuple[int, ...], size: _Size, edge: int) -> None:
        rows, columns = shape
        self.radius, self.hardness = size.radius * edge, size.hardness
        reach = math.ceil(self.radius)
        self._shape = (rows, columns)
        self._padded = (rows + reach, columns + reach)
        apart = max(1, round(size.apart * edge))
        self.free = np.zeros((rows, columns), dtype=bool)
        for number, row in enumerate(range(0, rows, max(1, round(apart * 0.87)))):
            self.free[row, number % 2 * (apart // 2) :: apart] = True
        places = np.arange(-reach, reach + 1)
        distance = np.hypot(places[:, np.newaxis], places[np.newaxis, :]) / self.radius
        self._kernel = kernel(np.minimum(distance, 1), size.hardness).astype(np.float32)
        self._kernel[distance >= 1] = 0
        self.total = float(self._kernel.sum())
        around = np.zeros(self._padded, dtype=np.float32)
        around[: 2 * reach + 1, : 2 * reach + 1] = self._kernel
        self._spectrum = np.fft.rfft2(np.roll(around, (-reach, -reach), (0, 1)))
        # The convolution's norm is at most its sum; a grid thins it out.
        self.steepest = self.total * max(self.total / apart**2 * 1.15, 1.0) * len(_SIZES)

    def allow(self, near: NDArray[np.bool_]) -> None:
        """Only dabs on the mask, so that none paints beside it more than its own edge."""
        self.free &= near

    def mean(self, plane: Plane) -> Plane:
        """The mean around each place, weighted as a dab is."""
        return self._convolved(plane) / np.float32(self.total)

    def spread(self, deposits: NDArray[np.float32]) -> Plane:
        """The sum of the dabs, linear."""
        return self._convolved(deposits)

    def gather(self, plane: Plane) -> NDArray[np.float32]:
        """Its transpose; the kernel is symmetric."""
        return self._convolved(plane)

    def screen(self, deposits: NDArray[np.float32]) -> Plane:
        """The sum of -log(1 - dab), by powers: sum_j (deposit ** j) convolved with (kernel ** j) / j."""
        total = np.zeros(self._shape, dtype=np.float32)
        reach = self._kernel.shape[0] // 2
        rows, columns = np.nonzero(deposits)
        padded = np.pad(total, reach)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            window = padded[row : row + 2 * reach + 1, column : column + 2 * reach + 1]
            window -= np.log1p(-deposits[row, column] * self._kernel)
        return np.asarray(padded[reach:-reach, reach:-reach])

    def _convolved(self, plane: NDArray[np.float32]) -> Plane:
        spectrum = np.fft.rfft2(plane, self._padded) * self._spectrum
        rows, columns = self._shape
        return np.fft.irfft2(spectrum, self._padded)[:rows, :columns].astype(np.float32)


def _brush(layers: list[NDArray[np.float32]], columns: int, rows: int) -> Brush | None:
    """Strokes of the frame's size: large dabs first, and of each size the faint ones first.

    Their order does not matter, and a packet states a flow once for all dabs that have it.
    """
    strokes: list[Stroke] = []
    for deposits, size in zip(layers, _SIZES, strict=True):
        high, wide = deposits.shape
        levels = np.where(deposits > _WEAK, np.maximum(np.rint(deposits * _LEVELS), 1), 0)
        dabs = [
            Dab((column + 0.5) / wide, (row + 0.5) / high, round(flow_of(float(level) / _LEVELS), 4))
            for level in np.unique(levels[levels > 0])
            for row, column in np.argwhere(levels == level).tolist()
        ]
        radius = size.radius * max(columns, rows) / columns
        strokes += split_dabs(dabs, radius, size.hardness)
    return Brush(tuple(strokes)) if strokes else None


def _reduced(mask: Plane, columns: int, rows: int) -> Plane:
    if mask.shape == (rows, columns):
        return mask.astype(np.float32)
    colors = np.repeat(mask[..., np.newaxis].astype(np.float32), 3, axis=-1)
    return np.clip(resize(colors, columns, rows)[..., 0], 0, 1)
