"""Fits the RGB table of an enhanced profile to a rendering and the picture that it is to become.

A table of n * n * n samples V minimises, over the pixels i of the pair,

    mean w_i |V(x_i) - y_i|^2  +  SMOOTH * integral of the squared second derivatives of V  +  NEAR * mean |V - prior|^2

with V(x) by tetrahedra, as it will be drawn. The weights w are CIEDE2000's local metric times a robust one (P. Huber,
Ann. Math. Stat. 35, 1964). The prior holds where the picture has no colours: an affine map of the same pair, or the
table of a known edit. Solved by conjugate gradients, from a coarse table to the fine one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import combinations
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from couloir.color.spaces import srgb_to_lab
from couloir.derive.pictures.metric import whitening_matrices
from couloir.engines.rgb_table import interpolate, tetrahedra
from couloir.lightroom.enhanced.rgb_table import RgbTable

Colors: TypeAlias = NDArray[np.float64]
"""n sRGB-encoded colours, (n, 3)."""

DIVISIONS: Final = 16
"""Samples along an axis: the most whose text fits into a JPEG's packet with all the rest."""

_SMOOTH: Final = 1e-6
_NEAR: Final = 1e-4
_HUBER: Final = 0.03  # of the encoded range
_ROUNDS: Final = 2
_COARSEST: Final = 5
_STEPS: Final = 60
_ENOUGH: Final = 1e-5
_RIDGE: Final = 1e-4
_FALL: Final = 0.2  # L* by which greys may fall from one sample to the next before a table counts as folded
_STIFFER: Final = 10.0
_TRIES: Final = 3
_HEAVIEST: Final = 95  # percentile of the metric's weights beyond which all count alike: near black it has no bound


def fit_table(
    rendering: Colors,
    target: Colors,
    *,
    divisions: int = DIVISIONS,
    prior: Callable[[Colors], Colors] | None = None,
) -> RgbTable | None:
    """The table that brings the rendering's colours nearest to the target's; both (n, 3), sRGB-encoded, pixel by pixel.

    `prior` maps colours (n, 3) as is expected of the edit; without it an affine map of the pair is taken. None when no
    smooth table keeps greys in order. Never give it a black and white rendering: of greys it learns nothing of colours.
    """
    weights = _metric_weights(target)
    known = prior or _affine(rendering, target, weights)
    smooth = _SMOOTH
    for _ in range(_TRIES):
        values = _solve(rendering, target, weights, known, divisions, smooth)
        if _keeps_order(values):
            return RgbTable(np.rint(np.clip(values, 0, 1) * 65535).astype(np.uint16))
        smooth *= _STIFFER
    return None


def grid(divisions: int) -> Colors:
    """The colours of a table's samples, (n ** 3, 3), red outermost."""
    axis = np.linspace(0, 1, divisions)
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)


def _solve(
    rendering: Colors,
    target: Colors,
    weights: NDArray[np.float64],
    prior: Callable[[Colors], Colors],
    divisions: int,
    smooth: float,
) -> NDArray[np.float64]:
    """Samples (n, n, n, 3), not clipped."""
    values: NDArray[np.float64] = np.zeros(0)
    robust = np.ones(len(rendering))
    for size in _sizes(divisions):
        expected = np.clip(prior(grid(size)), -0.2, 1.2)
        values = expected if not values.size else np.asarray(interpolate(values, grid(size)), dtype=np.float64)
        problem = _Problem(rendering, size, smooth)
        for _ in range(_ROUNDS if size == divisions else 1):
            values = problem.solve(values, target, weights * robust, expected)
            missed = np.abs(problem.draw(values) - target).max(axis=1)
            robust = np.minimum(1.0, _HUBER / np.maximum(missed, 1e-9))
        values = values.reshape(size, size, size, 3)
    return values


def _sizes(divisions: int) -> list[int]:
    """Coarse to fine, each about twice as fine as the one before."""
    sizes = [divisions]
    while sizes[0] > 2 * _COARSEST:
        sizes.insert(0, max(_COARSEST, sizes[0] // 2))
    return sizes


class _Problem:
    """The least squares of one table size. Samples are flat here: (n ** 3, 3)."""

    def __init__(self, rendering: Colors, size: int, smooth: float) -> None:
        self._size, self._smooth = size, smooth
        self._corners, self._shares = tetrahedra(rendering, size)

    def draw(self, values: NDArray[np.float64]) -> Colors:
        """The table at the pair's pixels."""
        return np.asarray(np.einsum("nk,nkc->nc", self._shares, values.reshape(-1, 3)[self._corners]))

    def solve(
        self, start: NDArray[np.float64], target: Colors, weights: NDArray[np.float64], expected: Colors
    ) -> NDArray[np.float64]:
        """Preconditioned conjugate gradients (Hestenes, Stiefel 1952) for all channels at once."""
        share = weights / len(target)
        near = _NEAR / self._size**3
        scale = (
            1 / (self._gather_diagonal(share) + self._smooth * _roughness_diagonal(self._size) + near)[:, np.newaxis]
        )

        def act(values: NDArray[np.float64]) -> NDArray[np.float64]:
            data = self._spread(self.draw(values) * share[:, np.newaxis])
            return data + self._smooth * _roughness(values, self._size) + near * values

        values = start.reshape(-1, 3).copy()
        wanted = self._spread(target * share[:, np.newaxis]) + near * expected
        left = wanted - act(values)
        ready = scale * left
        direction, power = ready.copy(), (left * ready).sum(axis=0)
        stop = _ENOUGH**2 * (wanted * scale * wanted).sum(axis=0)
        for _ in range(_STEPS):
            if (power <= stop).all():
                break
            turned = act(direction)
            length = power / np.maximum((direction * turned).sum(axis=0), 1e-300)
            values += length * direction
            left -= length * turned
            ready = scale * left
            power, before = (left * ready).sum(axis=0), power
            direction = ready + power / np.maximum(before, 1e-300) * direction
        return values

    def _spread(self, colors: Colors) -> NDArray[np.float64]:
        """The transpose of `draw`."""
        count, places = self._size**3, self._corners.reshape(-1)
        parts = self._shares[:, :, np.newaxis] * colors[:, np.newaxis, :]
        return np.stack([np.bincount(places, parts[..., i].reshape(-1), count) for i in range(3)], axis=-1)

    def _gather_diagonal(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        weights = (self._shares**2 * share[:, np.newaxis]).reshape(-1)
        return np.asarray(np.bincount(self._corners.reshape(-1), weights, self._size**3), dtype=np.float64)


def _roughness(values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """The gradient of half the mean squared second derivatives, the mixed ones counted twice, per unit of the axes."""
    cube = values.reshape(size, size, size, 3)
    total = np.zeros_like(cube)
    pure, mixed = _scales(size)
    for axis in range(3):
        total += pure * _undo(_undo(np.diff(cube, 2, axis), axis), axis)
    for one, other in combinations(range(3), 2):
        total += 2 * mixed * _undo(_undo(np.diff(np.diff(cube, 1, one), 1, other), other), one)
    return total.reshape(-1, 3)


@lru_cache(maxsize=8)
def _roughness_diagonal(size: int) -> NDArray[np.float64]:
    pure, mixed = _scales(size)
    ones = np.ones(size)
    second = np.convolve(ones[: size - 2], [1.0, 4.0, 1.0])
    first = np.convolve(ones[: size - 1], [1.0, 1.0])
    axes = np.meshgrid(ones, ones, ones, indexing="ij")[0]
    total = np.zeros_like(axes)
    for axis in range(3):
        shape = [1, 1, 1]
        shape[axis] = size
        total = total + pure * second.reshape(shape)
    for one, other in combinations(range(3), 2):
        shapes = [[size if axis == each else 1 for axis in range(3)] for each in (one, other)]
        total = total + 2 * mixed * first.reshape(shapes[0]) * first.reshape(shapes[1])
    return total.reshape(-1)


def _scales(size: int) -> tuple[float, float]:
    """The weights of one squared pure and one squared mixed second difference in the integral."""
    steps = float(size - 1) ** 4
    return steps / ((size - 2) * size**2), steps / ((size - 1) ** 2 * size)


def _undo(differences: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """The transpose of `np.diff` along an axis."""
    ends = [(1, 1) if each == axis else (0, 0) for each in range(differences.ndim)]
    return -np.diff(np.pad(differences, ends), 1, axis)


def _metric_weights(target: Colors) -> NDArray[np.float64]:
    """CIEDE2000 for a unit of encoded colour at each target colour, squared and summed over the channels; mean 1."""
    lab = srgb_to_lab(target)
    white = whitening_matrices(lab)
    total = np.zeros(len(target))
    for channel in range(3):
        step = np.zeros(3)
        step[channel] = 0.01
        low, high = np.clip(target - step, 0, 1), np.clip(target + step, 0, 1)
        slope = (srgb_to_lab(high) - srgb_to_lab(low)) / np.maximum((high - low)[:, [channel]], 1e-3)
        total += (np.einsum("nij,nj->ni", white, slope) ** 2).sum(axis=1)
    total = np.minimum(total, np.percentile(total, _HEAVIEST))
    return np.asarray(total / max(float(total.mean()), 1e-12))


def _affine(rendering: Colors, target: Colors, weights: NDArray[np.float64]) -> Callable[[Colors], Colors]:
    """The affine map of the pair, drawn towards the identity."""
    rows = np.column_stack([rendering, np.ones(len(rendering))])
    identity = np.vstack([np.eye(3), np.zeros((1, 3))])
    gram = (rows * weights[:, np.newaxis]).T @ rows / len(rows) + _RIDGE * np.eye(4)
    moment = (rows * weights[:, np.newaxis]).T @ target / len(rows) + _RIDGE * identity
    found = np.linalg.solve(gram, moment)
    return lambda colors: colors @ found[:3] + found[3]


def _keeps_order(values: NDArray[np.float64]) -> bool:
    """Whether greys get no darker as they should get brighter."""
    greys = np.clip(values[(np.arange(len(values)),) * 3], 0, 1)
    return bool((np.diff(srgb_to_lab(greys)[:, 0]) > -_FALL).all())
