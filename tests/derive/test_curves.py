"""Sampled curves and their fit by Lightroom's point curves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.derive.curves import GRID, MAX_POINTS, Curves, evaluate_points, fit_points, sampled


def test_the_identity_is_no_curve() -> None:
    assert sampled(lambda x: x) is None
    assert Curves().is_identity


@pytest.mark.parametrize("gamma", [0.4, 0.7, 1.4, 2.2])
def test_a_smooth_curve_is_fitted_to_within_two_levels(gamma: float) -> None:
    samples = sampled(lambda x: x**gamma)
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
    samples = sampled(lambda x: np.clip((x - black) / (white - black), 0, 1) ** gamma)
    if samples is None:
        return
    points, _ = fit_points(samples)
    xs = points[0::2]
    assert list(xs) == sorted(set(xs))
    assert (xs[0], xs[-1]) == (0, 255)
    assert all(0 <= value <= 255 for value in points)
