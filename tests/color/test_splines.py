"""Both splines pass through their points; the natural one bends least, the monotone one never overshoots."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.color.splines import Curve, monotone_spline, natural_spline

BOTH = pytest.mark.parametrize("spline", [natural_spline, monotone_spline])


@st.composite
def points(draw: st.DrawFn, *, rising: bool = False) -> tuple[list[float], list[float]]:
    xs = sorted(draw(st.lists(st.integers(0, 255), min_size=1, max_size=12, unique=True)))
    ys = draw(st.lists(st.integers(0, 255), min_size=len(xs), max_size=len(xs)))
    return [x / 255 for x in xs], [y / 255 for y in (sorted(ys) if rising else ys)]


@BOTH
@given(points())
def test_a_curve_passes_through_its_points(spline: Callable[..., Curve], at: tuple[list[float], list[float]]) -> None:
    np.testing.assert_allclose(spline(*at)(np.array(at[0])), at[1], atol=1e-9)


@BOTH
@given(points(), st.floats(-10, 10))
def test_a_curve_is_constant_beyond_its_ends(
    spline: Callable[..., Curve], at: tuple[list[float], list[float]], x: float
) -> None:
    xs, ys = at
    value = float(spline(*at)(np.array(x)))
    if x <= xs[0]:
        assert value == pytest.approx(ys[0])
    elif x >= xs[-1]:
        assert value == pytest.approx(ys[-1])
    else:
        assert np.isfinite(value)


@given(points(rising=True))
def test_the_monotone_curve_rises_where_its_points_rise_and_stays_between_them(
    at: tuple[list[float], list[float]],
) -> None:
    values = monotone_spline(*at)(np.linspace(-0.1, 1.1, 500))
    assert (np.diff(values) >= -1e-12).all()
    assert values.min() >= min(at[1]) - 1e-12
    assert values.max() <= max(at[1]) + 1e-12


def test_the_natural_curve_has_no_curvature_at_its_ends() -> None:
    curve = natural_spline([0, 0.2, 0.7, 1], [0, 0.5, 0.4, 1])
    step = 1e-4
    for end, inward in ((0.0, step), (1.0, -step)):
        near = curve(np.array([end, end + inward, end + 2 * inward]))
        assert abs(near[0] - 2 * near[1] + near[2]) / step**2 < 0.05


def test_the_natural_curve_is_the_known_one_through_three_points() -> None:
    """Through (0,0), (1,1), (2,0) it is y = 1.5x - 0.5x^3 on the left, by hand."""
    at = np.linspace(0, 1, 11)
    np.testing.assert_allclose(natural_spline([0, 1, 2], [0, 1, 0])(at), 1.5 * at - 0.5 * at**3, atol=1e-12)


@BOTH
def test_two_points_give_a_straight_line(spline: Callable[..., Curve]) -> None:
    np.testing.assert_allclose(spline([0, 2], [1, 5])(np.array([0.5, 1.0])), [2.0, 3.0])


@BOTH
def test_a_curve_keeps_shape_and_precision(spline: Callable[..., Curve]) -> None:
    at = np.zeros((2, 3, 4), dtype=np.float32)
    for curve in (spline([0, 1], [0, 1]), spline([0], [0.5])):
        assert curve(at).shape == at.shape
        assert curve(at).dtype == np.float32


@BOTH
@pytest.mark.parametrize(
    ("xs", "ys"),
    [([], []), ([0, 1], [0]), ([0, 0], [0, 1]), ([1, 0], [0, 1]), ([0, float("nan")], [0, 1]), ([0, 1], [0, np.inf])],
)
def test_points_that_make_no_curve_are_refused(spline: Callable[..., Curve], xs: list[float], ys: list[float]) -> None:
    with pytest.raises(ValueError, match="curve"):
        spline(xs, ys)
