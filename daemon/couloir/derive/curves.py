"""Tone curves as sampled functions, and their fit by Lightroom's point curves.

A curve maps sRGB-encoded input 0..1 to sRGB-encoded output 0..1, which is how Lightroom's point curve is drawn: a
natural cubic spline through integer points 0..255, constant outside its ends (engines-and-ml notes on Camera Raw's
point curve). The master curve acts first and the channels' after it (engines-and-ml notes on Camera Raw's stages).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from couloir.color.splines import Curve, natural_spline, natural_table

Samples = NDArray[np.float64]

GRID: Samples = np.linspace(0.0, 1.0, 256)
MAX_POINTS = 16  # Lightroom's own dialog allows 16 points a curve
TOLERANCE = 0.75 / 255  # below what an 8-bit picture can show
GOOD = 2.0 / 255
"""Largest error, 0..1, up to which a fit is accepted at once; a worse fit is optimised before it is used."""
_MOVES = tuple(sign * step for step in (1, 2, 4, 8, 16) for sign in (1, -1))
_SHARPNESS = 8  # of the norm that stands for the largest error while points are moved
_ROUNDS = 40


@dataclass(frozen=True, slots=True)
class Curves:
    """A master curve and one a channel, each 256 samples on GRID; None is the identity."""

    master: Samples | None = None
    red: Samples | None = None
    green: Samples | None = None
    blue: Samples | None = None

    @classmethod
    def of_master(cls, function: Curve) -> Curves:
        """The master curve of a function on encoded values."""
        return cls(master=sample(function))

    def then(self, later: Curves) -> Curves:
        """This curve followed by another.

        A later master curve would act after this curve's channels, which Lightroom cannot do; it is composed into each
        channel's curve instead.
        """
        own = (self.red, self.green, self.blue)
        channels = (later.red, later.green, later.blue)
        if all(curve is None for curve in own):
            return Curves(_compose(self.master, later.master), *channels)
        after = [_compose(later.master, channel) for channel in channels]
        return Curves(self.master, *map(_compose, own, after))

    @property
    def is_identity(self) -> bool:
        return all(curve is None for curve in (self.master, self.red, self.green, self.blue))


def sample(function: Curve) -> Samples | None:
    """256 samples of a function on encoded values, clipped to 0..1; None when it is the identity to half an 8-bit
    step.
    """
    samples = np.clip(np.asarray(function(GRID), dtype=np.float64), 0.0, 1.0)
    return None if np.abs(samples - GRID).max() < 0.5 / 255 else samples


def fit_points(samples: Samples) -> tuple[tuple[float, ...], float]:
    """Lightroom's flat point list (x1, y1, x2, y2, ... in 0..255) for a curve, and the largest error left, in 0..1.

    Points are added where the spline through the present ones has its largest error, until TOLERANCE or MAX_POINTS is
    reached. If the error is then above GOOD, the points are optimised from several starting sets. Presets and automatic
    levels give many photos the same curve, so results are cached.
    """
    return _fitted(samples.tobytes())


@lru_cache(maxsize=2048)
def _fitted(curve: bytes) -> tuple[tuple[float, ...], float]:
    samples: Samples = np.frombuffer(curve)
    levels = np.rint(samples * 255)
    starts = [_added_where_worst(samples, levels)]
    if _error(starts[0], samples) > GOOD:
        starts.append(_on_straight_pieces(levels))
        starts = [_moved(start, samples) for start in starts]
    points = min(starts, key=lambda each: _error(each, samples))
    return points, _error(points, samples)


def _added_where_worst(samples: Samples, levels: Samples) -> tuple[float, ...]:
    chosen = [0, 255]
    while True:
        error = np.abs(evaluate_points(_flat(chosen, levels)) - samples)
        error[chosen] = 0.0
        worst = int(error.argmax())
        if error[worst] <= TOLERANCE or len(chosen) == MAX_POINTS:
            return _flat(chosen, levels)
        chosen = sorted({*chosen, worst})


def _on_straight_pieces(levels: Samples) -> tuple[float, ...]:
    """Points between which the curve is as straight as possible, so that the spline oscillates least."""
    chosen = [0, 255]
    while len(chosen) < MAX_POINTS:
        error = np.abs(np.interp(np.arange(256), chosen, levels[chosen]) - levels)
        if error.max() == 0:
            break
        chosen = sorted({*chosen, int(error.argmax())})
    return _flat(chosen, levels)


def _moved(points: tuple[float, ...], samples: Samples) -> tuple[float, ...]:
    """The points after a descent along both axes of each, which ends when the error no longer decreases."""
    x, y = list(points[0::2]), list(points[1::2])
    best = _roughness(x, y, samples)
    for _ in range(_ROUNDS):
        before = best
        for i in range(len(x)):
            for move in _MOVES:
                low, high = (x[i - 1] + 1, x[i + 1] - 1) if 0 < i < len(x) - 1 else (x[i], x[i])
                for at_x, at_y in ((min(max(x[i] + move, low), high), y[i]), (x[i], min(max(y[i] + move, 0), 255))):
                    tried_x, tried_y = [*x[:i], at_x, *x[i + 1 :]], [*y[:i], at_y, *y[i + 1 :]]
                    found = _roughness(tried_x, tried_y, samples) if (tried_x, tried_y) != (x, y) else best
                    if found < best:
                        best, x, y = found, tried_x, tried_y
        if best > 0.99 * before:
            break
    return tuple(value for pair in zip(x, y, strict=True) for value in pair)


def _roughness(x: list[float], y: list[float], samples: Samples) -> float:
    """A smooth substitute for the largest error (a high norm), which also decreases with the second largest."""
    table = np.clip(natural_table(np.array(x) / 255, np.array(y) / 255, 255), 0.0, 1.0)
    return float(((255 * (table - samples)) ** _SHARPNESS).sum())


def _error(points: tuple[float, ...], samples: Samples) -> float:
    return float(np.abs(evaluate_points(points) - samples).max())


def evaluate_points(points: tuple[float, ...]) -> Samples:
    """256 samples, 0..1, of the curve that Lightroom draws through a flat point list."""
    curve = natural_spline(np.array(points[0::2]) / 255, np.array(points[1::2]) / 255)
    return np.clip(curve(GRID), 0.0, 1.0)


def _flat(chosen: list[int], levels: Samples) -> tuple[float, ...]:
    return tuple(float(value) for index in chosen for value in (index, levels[index]))


def _compose(first: Samples | None, second: Samples | None) -> Samples | None:
    if first is None or second is None:
        return second if first is None else first
    return np.interp(first, GRID, second)
