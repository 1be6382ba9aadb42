"""Fits a profile's look, the tone curve together with the look table, to training pixels.

The loss is the mean of an approximation of CIEDE2000 (weights at the preview's colour, without the rotation term). It
grows linearly, so that outlying pixels do not dominate. Second differences of the table are penalised, so that gaps are
extrapolated from their neighbours. With few photos the fit is pulled towards the prior.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats, Matrix
from couloir.engines.dng import HueSatMap, Profile
from couloir.profiles import tone_curve
from couloir.profiles.descent import minimise
from couloir.profiles.pipeline import COARSE, Rendering, Shape, places_of
from couloir.profiles.samples import Samples

_SCALE: Final = np.array([30.0, 0.5, 0.25])
"""Units of the variables in the search (degrees, factor, factor), so that all have a similar scale."""

_SOFT: Final = 0.5  # CIEDE2000 below which the loss is a square
_LEAST_GROWTH: Final = 0.15
"""The least distance that neighbouring nodes keep after the table, as a share of their distance before it."""

_CHROMA_PIVOT: Final = 25.0**7


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of the penalties of a fit. `smooth`: second differences of the table; `pull`: distance from the
    prior, divided by the number of photos; `curve_*`: the same for the curve's shares. `fold`: colours that change
    their order.
    """

    smooth: float = 1e-3
    pull: float = 2e-4
    curve_smooth: float = 1e-4
    curve_pull: float = 1e-3
    fold: float = 10.0


WEIGHTS: Final = Weights()


@dataclass(frozen=True, slots=True)
class Look:
    """A look as variables of the fit. `table`: nodes x 3, degrees and factors; `curve`: parameters of `tone_curve`."""

    table: Matrix
    curve: Matrix
    shape: Shape = COARSE

    def profile(self, name: str) -> Profile:
        """The look as a profile without default blacks."""
        size = (self.shape.values, self.shape.hues, self.shape.saturations, 3)
        deltas = self.table.reshape(size).astype(np.float32)
        deltas[..., 1:] = np.maximum(deltas[..., 1:], 0)
        return Profile(
            name=name,
            tone_curve=tone_curve.points(self.curve),
            look_table=HueSatMap(deltas, encoded=True),
            default_black=False,
        )


def plain(curve: Matrix, shape: Shape = COARSE) -> Look:
    """A look of a curve and a table without effect."""
    return Look(np.tile([0.0, 1.0, 1.0], (shape.nodes, 1)), curve, shape)


@dataclass(frozen=True, slots=True)
class Gains:
    """Each photo's own red, green and blue gains in stops, by name; other photos have none."""

    of: dict[str, Matrix]

    def apply(self, samples: Samples) -> Floats:
        """The scene colours with the photo's gains."""
        own = self.of.get(samples.name)
        return samples.scene if own is None else np.asarray(np.clip(samples.scene * np.exp2(own), 0, 1))


NO_GAINS: Final = Gains({})


def fit(
    photos: Sequence[Samples],
    prior: Look,
    gains: Gains = NO_GAINS,
    weights: Weights = WEIGHTS,
    *,
    steps: int = 150,
    start: Look | None = None,
    curve_only: bool = False,
) -> Look:
    """Fit the look that brings the photos' scene colours nearest to their previews: the curve first, then both."""
    problem = _Problem(photos, prior, gains, weights)
    begun = start or prior
    curve = begun.curve
    if start is None or curve_only:
        curve = minimise(lambda c: problem.value(begun.table, c)[::2], curve, 40)
    if curve_only:
        return Look(begun.table, curve, prior.shape)
    packed = np.concatenate([problem.pack(begun.table), curve])
    found = minimise(problem.both, packed, steps)
    return Look(problem.unpack(found[: -tone_curve.SHARES]), found[-tone_curve.SHARES :], prior.shape)


def offsets(photo: Samples, look: Look, gains: Gains = NO_GAINS) -> Floats:
    """n x 3: differences of pixels under a look from the preview, as CIEDE2000's lightness, chroma and hue."""
    places = places_of(gains.apply(photo), np.full(len(photo.lab), photo.stops), look.shape)
    drawn = Rendering(places, look.table, look.curve).lab
    return np.asarray(np.einsum("nij,nj->ni", weights_of(photo.lab), drawn - photo.lab))


class _Problem:
    """The loss of a table and a curve, with its slopes."""

    def __init__(self, photos: Sequence[Samples], prior: Look, gains: Gains, weights: Weights) -> None:
        self._prior = prior
        self._weights = weights
        self._photos = len(photos)
        self._lab = np.concatenate([each.lab for each in photos])
        stops = np.concatenate([np.full(len(each.lab), each.stops) for each in photos])
        self._places = places_of(np.concatenate([gains.apply(each) for each in photos]), stops, prior.shape)
        self._metric = weights_of(self._lab)
        # Every photo has the same weight, whatever its number of pixels.
        counted = np.concatenate([each.weight / each.weight.sum() for each in photos])
        self._counted = counted / len(photos)

        # Greys keep their lightness whatever a table holds for them (HueSatMap): only the curve changes them.
        self._scale = np.tile(_SCALE, (prior.shape.nodes, 1))
        self._scale[:: prior.shape.saturations, 2] = 0.0

    def pack(self, table: Matrix) -> Matrix:
        return np.asarray(((table - self._prior.table) / _SCALE).ravel())

    def unpack(self, packed: Matrix) -> Matrix:
        return np.asarray(self._prior.table + packed.reshape(-1, 3) * self._scale)

    def both(self, packed: Matrix) -> tuple[float, Matrix]:
        """Loss and slope of a packed table followed by a curve's parameters."""
        moved, curve = packed[: -tone_curve.SHARES], packed[-tone_curve.SHARES :]
        value, with_table, with_curve = self.value(self.unpack(moved), curve)
        grid = moved.reshape(self._prior.shape.values, self._prior.shape.hues, self._prior.shape.saturations, 3)
        bent, with_bend = roughness(grid)
        pull = self._weights.pull / self._photos
        value += self._weights.smooth * bent + pull * float(moved @ moved)
        slope = (with_table * self._scale).ravel() + self._weights.smooth * with_bend.ravel() + 2 * pull * moved
        fold, with_fold = measure_folding(self.unpack(moved).reshape(grid.shape))
        value += self._weights.fold * fold
        slope += self._weights.fold * (with_fold.reshape(-1, 3) * self._scale).ravel()
        return value, np.concatenate([slope, with_curve])

    def value(self, table: Matrix, curve: Matrix) -> tuple[float, Matrix, Matrix]:
        """Loss, slope with the table, slope with the curve; the table's own terms are left out."""
        drawn = Rendering(self._places, table, curve)
        off = np.einsum("nij,nj->ni", self._metric, drawn.lab - self._lab)
        size = np.sqrt((off**2).sum(axis=1) + _SOFT**2)
        with_off = off * (self._counted / size)[:, np.newaxis]
        with_table, with_curve = drawn.slopes(np.einsum("nij,ni->nj", self._metric, with_off))
        own, with_own = self._curve_terms(curve)
        return float(self._counted @ (size - _SOFT)) + own, with_table, with_curve + with_own

    def _curve_terms(self, curve: Matrix) -> tuple[float, Matrix]:
        # Shares enter by their logarithms, in which a constant means nothing.
        moved = (curve - curve.mean()) - (self._prior.curve - self._prior.curve.mean())
        pull = self._weights.curve_pull / self._photos
        bends = np.diff(moved, 2)
        slope = 2 * pull * (moved - moved.mean())
        for i, factor in enumerate((1.0, -2.0, 1.0)):
            slope[i : i + len(bends)] += 2 * self._weights.curve_smooth * factor * bends
        return pull * float(moved @ moved) + self._weights.curve_smooth * float(bends @ bends), slope


def roughness(grid: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """The sum of squared second differences along value, hue (a circle) and saturation, and its slope."""
    total, slope = 0.0, np.zeros_like(grid)
    around = 2 * grid - np.roll(grid, 1, axis=1) - np.roll(grid, -1, axis=1)
    total += float((around**2).sum())
    slope += 2 * (2 * around - np.roll(around, 1, axis=1) - np.roll(around, -1, axis=1))
    for axis in (0, 2):
        ordered, given = np.moveaxis(grid, axis, 0), np.moveaxis(slope, axis, 0)
        bends = np.diff(ordered, 2, axis=0)
        total += float((bends**2).sum())
        for i, factor in enumerate((1.0, -2.0, 1.0)):
            given[i : i + len(bends)] += 2 * factor * bends
    return total, slope


def measure_folding(grid: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """The penalty, with its slope, where a table (value x hue x saturation x 3) grows less than _LEAST_GROWTH demands.

    Between two nodes hue grows linearly, and saturation and value by parabolas whose least slope is at one end, so that
    the condition at the nodes suffices for every colour.
    """
    total, slope = 0.0, np.zeros_like(grid)
    per_hue = 360 / grid.shape[1]
    turned = grid[..., 0]
    short = np.maximum(_LEAST_GROWTH - 1 - (np.roll(turned, -1, axis=1) - turned) / per_hue, 0)
    total += float((short**2).sum())
    slope[..., 0] += 2 / per_hue * (short - np.roll(short, 1, axis=1))
    for axis, part in ((2, 1), (0, 2)):
        factor, given = np.moveaxis(grid[..., part], axis, 0), np.moveaxis(slope[..., part], axis, 0)
        index = np.arange(len(factor) - 1).reshape(-1, 1, 1)
        step = np.diff(factor, axis=0)
        for end, at in ((0, index), (1, index + 1)):
            here = factor[end : len(step) + end]
            short = np.maximum(_LEAST_GROWTH - (here + at * step), 0)
            total += float((short**2).sum())
            given[end : len(step) + end] -= 2 * short
            given[1:] -= 2 * short * at
            given[:-1] += 2 * short * at
    return total, slope


def weights_of(lab: Floats) -> Floats:
    """n x 3 x 3: the matrices from a small step in L*a*b* at a colour to CIEDE2000's lightness, chroma and hue."""
    lightness, a, b = lab.T
    chroma = np.hypot(a, b)
    grey = 1.5 - 0.5 * np.sqrt(chroma**7 / (chroma**7 + _CHROMA_PIVOT))
    stretched = np.hypot(grey * a, b)
    along_a, along_b = np.where(stretched > 0, [grey * a, b] / np.maximum(stretched, 1e-9), [[1.0], [0.0]])
    hue = np.degrees(np.arctan2(b, grey * a))
    t = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    from_mid = (lightness - 50) ** 2
    metric = np.zeros((len(lab), 3, 3))
    metric[:, 0, 0] = 1 / (1 + 0.015 * from_mid / np.sqrt(20 + from_mid))
    wide, turning = 1 / (1 + 0.045 * stretched), 1 / (1 + 0.015 * stretched * t)
    metric[:, 1, 1], metric[:, 1, 2] = wide * along_a * grey, wide * along_b
    metric[:, 2, 1], metric[:, 2, 2] = -turning * along_b * grey, turning * along_a
    return metric
