"""Sampled curves and their fit by Lightroom's point curves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.aperture.adjustments import Curves as CurvesBrick
from couloir.aperture.adjustments import ToneCurve
from couloir.aperture.model import Master, Version
from couloir.color.splines import natural_spline
from couloir.derive import Fidelity, analytic, judge
from couloir.derive.curves import GOOD, GRID, MAX_POINTS, Curves, Samples, evaluate_points, fit_points, sample


def test_the_identity_is_no_curve() -> None:
    assert sample(lambda x: x) is None
    assert Curves().is_identity


@pytest.mark.parametrize("gamma", [0.4, 0.7, 1.4, 2.2])
def test_a_smooth_curve_is_fitted_to_within_two_levels(gamma: float) -> None:
    samples = sample(lambda x: x**gamma)
    assert samples is not None
    points, error = fit_points(samples)
    assert error <= 2 / 255
    assert len(points) <= 2 * MAX_POINTS
    assert np.abs(evaluate_points(points) - samples).max() == pytest.approx(error)


def test_curves_follow_one_another() -> None:
    twice = Curves.of_master(np.sqrt).then(Curves.of_master(np.sqrt))
    assert twice.master == pytest.approx(GRID**0.25, abs=0.01)


@settings(deadline=None)
@given(st.floats(0, 0.4), st.floats(0.6, 1), st.floats(0.4, 2.5))
def test_points_ascend_start_at_0_and_end_at_255(black: float, white: float, gamma: float) -> None:
    samples = sample(lambda x: np.clip((x - black) / (white - black), 0, 1) ** gamma)
    if samples is None:
        return
    points, _ = fit_points(samples)
    xs = points[0::2]
    assert list(xs) == sorted(set(xs))
    assert (xs[0], xs[-1]) == (0, 255)
    assert all(0 <= value <= 255 for value in points)


def _through(count: int, seed: int, swing: float) -> tuple[tuple[float, float], ...]:
    """Control points of an S-shaped curve with bends of up to `swing` on it."""
    x = np.linspace(0, 1, count)
    bends = np.random.default_rng(seed).uniform(-swing, swing, count)
    y = np.clip(x + 0.1 * np.sin(2 * np.pi * x) + bends, 0, 1)
    return tuple(zip(x.tolist(), y.tolist(), strict=True))


def _drawn(points: tuple[tuple[float, float], ...]) -> Samples:
    x, y = zip(*points, strict=True)
    return np.clip(np.asarray(natural_spline(x, y)(GRID), dtype=np.float64), 0.0, 1.0)


@pytest.mark.parametrize(("count", "swing"), [(17, 0.02), (20, 0.02), (24, 0.015)])
def test_a_curve_of_more_points_than_lightrooms_is_fitted_to_within_two_levels(count: int, swing: float) -> None:
    samples = _drawn(_through(count, count, swing))
    fitted, error = fit_points(samples)
    assert len(fitted) <= 2 * MAX_POINTS
    assert error <= GOOD
    assert np.abs(evaluate_points(fitted) - samples).max() == error


@settings(max_examples=3)
@given(st.integers(18, 40), st.integers(0, 2**32), st.floats(0.05, 0.5))
def test_the_largest_error_of_a_fit_is_the_one_that_is_stated(count: int, seed: int, swing: float) -> None:
    samples = _drawn(_through(count, seed, swing))
    fitted, error = fit_points(samples)
    assert np.abs(evaluate_points(fitted) - samples).max() == error
    assert len(fitted) <= 2 * MAX_POINTS
    assert list(fitted[0::2]) == sorted(set(fitted[0::2]))
    assert all(0 <= value <= 255 and value == int(value) for value in fitted)


AVersion = Callable[..., Version]


def test_how_near_lightrooms_points_come_is_said_of_every_curve(a_version: AVersion, jpeg: Master) -> None:
    version = a_version(CurvesBrick(rgb=ToneCurve(((0, 0), (0.5, 0.6), (1, 1)))))
    [outcome] = analytic(version, jpeg).operations
    assert "to within 1 of 255 levels" in outcome.reason
    assert judge(version, jpeg).operations == (outcome,)


def test_a_curve_that_cannot_be_followed_is_approximate_and_says_by_how_much(a_version: AVersion, jpeg: Master) -> None:
    version = a_version(CurvesBrick(red=ToneCurve(_through(32, 3, 0.4))))
    translation = analytic(version, jpeg)
    [outcome] = translation.operations
    assert outcome.fidelity is Fidelity.APPROXIMATE
    levels = int(outcome.reason.partition("by up to ")[2].split()[0])
    assert 2 < levels <= 255
    assert len(translation.settings["ToneCurvePV2012Red"]) <= 2 * MAX_POINTS  # type: ignore[arg-type]


def test_a_later_curve_for_all_channels_goes_into_the_channels_own() -> None:
    joined = Curves(red=GRID**2).then(Curves(master=GRID**1.5, blue=GRID**3))
    assert joined.master is None
    assert joined.red == pytest.approx(GRID**3, abs=0.001)
    assert joined.green == pytest.approx(GRID**1.5, abs=0.001)
    assert joined.blue == pytest.approx(GRID**4.5, abs=0.001)
