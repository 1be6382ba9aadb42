"""Tone curves as sampled functions, and their fit by Lightroom's point curves.

A curve maps sRGB-encoded input 0..1 to sRGB-encoded output 0..1, which is how Lightroom's point curve is drawn: a
natural cubic spline through integer points 0..255, constant outside its ends (engines-and-ml notes on Camera Raw's
point curve).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from couloir.color.splines import Curve, natural_spline

Samples = NDArray[np.float64]

GRID: Samples = np.linspace(0.0, 1.0, 256)
MAX_POINTS = 16  # Lightroom's own dialog allows 16 points a curve
TOLERANCE = 0.75 / 255  # below what an 8-bit picture can show


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
        return cls(master=sampled(function))

    def then(self, later: Curves) -> Curves:
        """This curve followed by another."""
        return Curves(
            *(
                _compose(getattr(self, channel), getattr(later, channel))
                for channel in ("master", "red", "green", "blue")
            )
        )

    @property
    def is_identity(self) -> bool:
        return all(curve is None for curve in (self.master, self.red, self.green, self.blue))


def sampled(function: Curve) -> Samples | None:
    """256 samples of a function on encoded values, clipped to 0..1; None when it is the identity to half an 8-bit
    step.
    """
    samples = np.clip(np.asarray(function(GRID), dtype=np.float64), 0.0, 1.0)
    return None if np.abs(samples - GRID).max() < 0.5 / 255 else samples


def fit_points(samples: Samples) -> tuple[tuple[float, ...], float]:
    """Lightroom's flat point list (x1, y1, x2, y2, ... in 0..255) for a curve, and the largest error left, in 0..1.

    Points are added where the spline through the present ones errs most, until TOLERANCE or MAX_POINTS is reached.
    Presets and automatic levels give many photos one curve, so curves that were fitted are remembered.
    """
    return _fitted(samples.tobytes())


@lru_cache(maxsize=2048)
def _fitted(curve: bytes) -> tuple[tuple[float, ...], float]:
    samples: Samples = np.frombuffer(curve)
    levels = np.rint(samples * 255)
    chosen = [0, 255]
    while True:
        fitted = evaluate_points(_flat(chosen, levels))
        error = np.abs(fitted - samples)
        error[chosen] = 0.0
        worst = int(error.argmax())
        if error[worst] <= TOLERANCE or len(chosen) == MAX_POINTS:
            return _flat(chosen, levels), float(np.abs(fitted - samples).max())
        chosen = sorted({*chosen, worst})


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
