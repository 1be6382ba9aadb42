"""Tone curves that are monotone by construction: a B-spline whose coefficients are running sums of shares of 1.

Both axes are encoded with the power 1/2.2, so that shadows have about perceptual spacing. Every curve of this family
begins at (0, 0), ends at (1, 1) and never falls, as the DNG specification demands.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Matrix
from couloir.color.splines import Curve
from couloir.engines.dng.tone import curve_through

SHARES: Final = 25
"""The number of parameters of a curve."""

STEPS: Final = 4096
"""Equal steps of linear light in the table of a curve, as in Adobe's SDK."""

POWER: Final = 2.2
_POINTS: Final = 257
_DEGREE: Final = 3
_LEAST_SHARE: Final = 1e-5


def shares(parameters: Matrix) -> Matrix:
    """Map any numbers to shares of 1 (softmax)."""
    raised = np.exp(parameters - parameters.max())
    return np.asarray(raised / raised.sum())


def parameters_of(curve: Curve) -> Matrix:
    """The parameters whose curve is nearest to a curve on linear light from (0, 0) to (1, 1)."""
    places = np.concatenate([_greville(), [1.0]])
    heights = np.clip(curve(places**POWER), 0, 1) ** (1 / POWER)
    heights[0], heights[-1] = 0.0, 1.0
    steps = np.maximum(np.diff(np.maximum.accumulate(heights)), _LEAST_SHARE)
    return np.asarray(np.log(steps / steps.sum()))


def tabulate(parameters: Matrix) -> Matrix:
    """The curve at the STEPS + 1 equal steps of linear light."""
    return np.asarray(_heights(parameters, _basis(STEPS + 1, 1.0)) ** POWER)


def slope_of_parameters(parameters: Matrix, table_slope: Matrix) -> Matrix:
    """A value's derivatives by the parameters, from those by the entries of the table."""
    basis, share = _basis(STEPS + 1, 1.0), shares(parameters)
    height = basis @ np.cumsum(share)
    with_heights = table_slope * POWER * np.maximum(height, 0) ** (POWER - 1)
    with_shares = np.cumsum((basis.T @ with_heights)[::-1])[::-1]  # each share lifts every coefficient from its own on
    return np.asarray(share * (with_shares - float(share @ with_shares)))


def points(parameters: Matrix) -> tuple[tuple[float, float], ...]:
    """The curve as a profile states it: 257 points in linear light, closer together in the shadows."""
    places = np.linspace(0, 1, _POINTS) ** POWER
    heights = _heights(parameters, _basis(_POINTS, POWER)) ** POWER
    heights[0], heights[-1] = 0.0, 1.0
    return tuple(zip(places.tolist(), heights.tolist(), strict=True))


def from_points(given: tuple[tuple[float, float], ...]) -> Matrix:
    """The parameters nearest to a profile's tone curve, () being Adobe's default one."""
    return parameters_of(curve_through(given))


def _heights(parameters: Matrix, basis: Matrix) -> Matrix:
    return np.asarray(np.clip(basis @ np.cumsum(shares(parameters)), 0, 1))


@cache
def _knots() -> Matrix:
    inner = np.linspace(0, 1, SHARES + 1 - _DEGREE + 1)
    return np.concatenate([np.zeros(_DEGREE), inner, np.ones(_DEGREE)])


@cache
def _greville() -> NDArray[np.float64]:
    """The Greville abscissae: where each coefficient but the last acts."""
    knots = _knots()
    return np.array([knots[i + 1 : i + 1 + _DEGREE].mean() for i in range(SHARES)])


@cache
def _basis(count: int, power: float) -> Matrix:
    """count x SHARES: the B-splines at `count` abscissae, equal in linear light to the power 1/`power`.

    The first coefficient is 0 in every curve, so its spline is left out (the recursion of de Boor and Cox).
    """
    at = np.linspace(0, 1, count) ** (power / POWER)
    at[-1] = np.nextafter(1.0, 0.0)
    knots = _knots()
    splines = ((knots[:-1] <= at[:, np.newaxis]) & (at[:, np.newaxis] < knots[1:])).astype(np.float64)
    for degree in range(1, _DEGREE + 1):
        before = np.maximum(knots[degree:-1] - knots[: -degree - 1], 1e-12)
        after = np.maximum(knots[degree + 1 :] - knots[1:-degree], 1e-12)
        rising = (at[:, np.newaxis] - knots[: -degree - 1]) / before * splines[:, :-1]
        falling = (knots[degree + 1 :] - at[:, np.newaxis]) / after * splines[:, 1:]
        splines = rising + falling
    return np.asarray(splines[:, 1:])
