"""Curves through points: the natural cubic spline of tone curves, one that never overshoots, and straight lines."""

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
    return _through(x, _natural_pieces(x, y)) if len(x) > 1 else _constant(float(y[0]))


def natural_table(xs: ArrayLike, ys: ArrayLike, steps: int) -> Floats:
    """The natural spline at 0, 1/steps, 2/steps ... 1, several times as fast as evaluating the curve."""
    x, y = _checked(xs, ys)
    at = np.arange(steps + 1) / steps
    if len(x) == 1:
        return np.full_like(at, y[0])
    inside = np.clip(at, x[0], x[-1])
    # Each piece's coefficients, repeated for as many steps as lie in it.
    lengths = np.diff(np.searchsorted(inside, x[1:-1]), prepend=0, append=steps + 1)
    c0, c1, c2, c3, begins, width = np.repeat(
        np.concatenate([_natural_pieces(x, y).T, [x[:-1], np.diff(x)]]), lengths, axis=1
    )
    u = (inside - begins) / width
    return np.asarray(((c3 * u + c2) * u + c1) * u + c0)


def _natural_pieces(x: Floats, y: Floats) -> Floats:
    """Coefficients (k - 1, 4) as those of `monotone_pieces`."""
    width = np.diff(x)
    bend = _natural_bend(x.tolist(), y.tolist()) / 6
    low, high = bend[:-1] * width**2, bend[1:] * width**2
    return np.stack([y[:-1], np.diff(y) - 2 * low - high, 3 * low, high - low], axis=-1)


def _natural_bend(x: list[float], y: list[float]) -> Floats:
    """Second derivatives of the natural spline at its knots, by the Thomas algorithm.

    It uses plain floats: for the dozen knots of a tone curve, a linear system in numpy takes ten times as long.
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
    """The monotone cubic through (xs, ys), constant beyond the ends; it rises where the points rise.

    It serves tables of measured values. Slopes are the harmonic mean of the neighbouring secants (F. N. Fritsch and
    J. Butland, SIAM J. Sci. Stat. Comput. 5, 1984), zero at a turning point. Same rules and errors as `natural_spline`.
    """
    x, y = _checked(xs, ys)
    return _through(x, monotone_pieces(x, y)) if len(x) > 1 else _constant(float(y[0]))


def straight_lines(xs: ArrayLike, ys: ArrayLike) -> Curve:
    """Straight lines from point to point, constant beyond the ends. Same rules and errors as `natural_spline`."""
    x, y = _checked(xs, ys)
    return lambda at: np.interp(at, x, y).astype(at.dtype)


def monotone_pieces(x: Floats, y: Floats) -> Floats:
    """Coefficients (..., k - 1, 4) of the monotone cubics through k points, x (k), for many rows y (..., k).

    Piece i is c0 + c1 u + c2 u^2 + c3 u^3, with u from 0 to 1 between its knots.
    """
    width = np.diff(x)
    rise = np.diff(y)
    secant = rise / width
    before, after = secant[..., :-1], secant[..., 1:]
    same = before * after > 0
    mean = 2 * before * after / np.where(same, before + after, 1)
    slope = np.concatenate([secant[..., :1], np.where(same, mean, 0), secant[..., -1:]], axis=-1)
    begins, ends = slope[..., :-1] * width, slope[..., 1:] * width
    return np.stack([y[..., :-1], begins, 3 * rise - 2 * begins - ends, begins + ends - 2 * rise], axis=-1)


def _constant(value: float) -> Curve:
    return lambda at: np.full_like(at, value)


def _through(x: Floats, pieces: Floats) -> Curve:
    """The curve of one cubic between each two knots, constant beyond the ends."""
    width = np.diff(x)
    coefficients = [np.ascontiguousarray(each) for each in pieces.T]

    def curve(at: Floats) -> Floats:
        inside = np.clip(at, x[0], x[-1])
        left = np.clip(np.searchsorted(x, inside, side="right") - 1, 0, len(x) - 2)
        u = (inside - x[left]) / width[left]
        value = coefficients[3][left]
        for each in coefficients[2::-1]:
            value = value * u + each[left]
        return np.asarray(value, dtype=at.dtype)

    return curve


def _checked(xs: ArrayLike, ys: ArrayLike) -> tuple[Floats, Floats]:
    x, y = np.asarray(xs, dtype=np.float64), np.asarray(ys, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or not len(x):
        raise ValueError("a curve needs one or more points, each with an x and a y")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("a curve's points must be finite")
    if (np.diff(x) <= 0).any():
        raise ValueError("a curve's points must ascend in x")
    return x, y
