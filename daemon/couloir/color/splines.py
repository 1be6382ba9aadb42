"""Cubic splines through points: the natural one of tone curves, and one that never overshoots."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from couloir.color.arrays import Floats

Curve = Callable[[Floats], Floats]
"""A function on arrays of any shape that keeps their shape and precision."""


def natural_spline(xs: ArrayLike, ys: ArrayLike) -> Curve:
    """The natural cubic spline through (xs, ys): no curvature at either end, constant beyond them.

    Camera Raw's and Apple's point curves are this spline. `xs` must ascend strictly; one point gives a constant.
    Raises ValueError for no points, points that are not finite, or x that does not ascend.
    """
    x, y = _checked(xs, ys)
    width = np.diff(x)
    second = _natural_bend(x.tolist(), y.tolist())

    def curve(at: Floats) -> Floats:
        left, inside = _segment(x, at)
        b = (inside - x[left]) / width[left]
        a = 1 - b
        bend = ((a**3 - a) * second[left] + (b**3 - b) * second[left + 1]) * width[left] ** 2 / 6
        return np.asarray(a * y[left] + b * y[left + 1] + bend, dtype=at.dtype)

    return curve if len(x) > 1 else _constant(float(y[0]))


def _natural_bend(x: list[float], y: list[float]) -> Floats:
    """Second derivatives of the natural spline at its knots, by the Thomas algorithm.

    Plain numbers: a tone curve has a dozen knots, where setting up a linear system costs ten times as much.
    """
    second, carry = [0.0] * len(x), [0.0] * len(x)
    for i in range(1, len(x) - 1):
        before, after = x[i] - x[i - 1], x[i + 1] - x[i]
        pivot = 2 * (before + after) - before * carry[i - 1]
        carry[i] = after / pivot
        change = 6 * ((y[i + 1] - y[i]) / after - (y[i] - y[i - 1]) / before)
        second[i] = (change - before * second[i - 1]) / pivot
    for i in range(len(x) - 2, 0, -1):
        second[i] -= carry[i] * second[i + 1]
    return np.array(second)


def monotone_spline(xs: ArrayLike, ys: ArrayLike) -> Curve:
    """The monotone cubic through (xs, ys), constant beyond the ends: where the points rise, the curve rises.

    For tables of measured values. Slopes are the harmonic mean of the neighbouring secants (F. N. Fritsch and
    J. Butland, SIAM J. Sci. Stat. Comput. 5, 1984), zero at a turning point. Same rules and errors as `natural_spline`.
    """
    x, y = _checked(xs, ys)
    if len(x) == 1:
        return _constant(float(y[0]))
    width = np.diff(x)
    secant = np.diff(y) / width
    slope = np.concatenate([secant[:1], np.zeros(len(x) - 2), secant[-1:]])
    rising = secant[:-1] * secant[1:] > 0
    before, after = secant[:-1][rising], secant[1:][rising]
    slope[1:-1][rising] = 2 * before * after / (before + after)

    def curve(at: Floats) -> Floats:
        left, inside = _segment(x, at)
        t = (inside - x[left]) / width[left]
        value = (
            (1 + 2 * t) * (1 - t) ** 2 * y[left]
            + t * (1 - t) ** 2 * width[left] * slope[left]
            + t**2 * (3 - 2 * t) * y[left + 1]
            + t**2 * (t - 1) * width[left] * slope[left + 1]
        )
        return np.asarray(value, dtype=at.dtype)

    return curve


def _constant(value: float) -> Curve:
    return lambda at: np.full_like(at, value)


def _segment(x: Floats, at: Floats) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.intp]], Floats]:
    """For each value the index of the knot on its left, and the value held within the knots."""
    inside = np.clip(at, x[0], x[-1])
    return np.clip(np.searchsorted(x, inside, side="right") - 1, 0, len(x) - 2), inside


def _checked(xs: ArrayLike, ys: ArrayLike) -> tuple[Floats, Floats]:
    x, y = np.asarray(xs, dtype=np.float64), np.asarray(ys, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or not len(x):
        raise ValueError("a curve needs one or more points, each with an x and a y")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("a curve's points must be finite")
    if (np.diff(x) <= 0).any():
        raise ValueError("a curve's points must ascend in x")
    return x, y
