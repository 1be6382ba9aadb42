"""Camera colours to ProPhoto: greys stay grey, white points convert both ways, matrices are interpolated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couloir.color.adaptation import bradford
from couloir.color.spaces import D50
from couloir.color.temperature import planckian_xy
from couloir.engines.dng import Calibration, ColorModel

_KELVINS = st.floats(2500, 12000)


@given(kelvin=_KELVINS, tint=st.floats(-40, 40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_white_point_comes_back_from_its_neutral(model: ColorModel, kelvin: float, tint: float) -> None:
    xy = planckian_xy(kelvin, tint)
    assert model.white_of(tuple(model.neutral_of(xy))) == pytest.approx(xy, abs=2e-5)


def test_a_white_with_hardly_any_blue_is_adapted_within_bounds() -> None:
    """Adobe's SDK takes no cone's response to be more than ten times another's; beyond, blues would have no bounds."""
    candle, green = planckian_xy(2000, 25), planckian_xy(2300, 25)
    for white in (candle, green):
        scale = np.linalg.eigvals(bradford(D50, white, most=10.0))
        assert np.abs(scale).min() == pytest.approx(0.1)
        assert np.abs(np.linalg.eigvals(bradford(D50, white))).min() < 0.099
    usual = planckian_xy(2500, 10)
    assert np.array_equal(bradford(D50, usual, most=10.0), bradford(D50, usual))


def test_what_the_camera_saw_as_grey_becomes_grey(model: ColorModel) -> None:
    grey = np.array(model.neutral) * 0.5
    shown = model.to_prophoto()(grey[np.newaxis])
    assert np.ptp(shown) < 1e-4


def test_with_a_forward_matrix_grey_becomes_grey_too(model: ColorModel) -> None:
    forward = np.array([[0.6, 0.25, 0.1], [0.25, 0.85, -0.1], [0.02, -0.1, 0.9]])
    given = ColorModel((Calibration(6500.0, model.calibrations[1].color, forward),), model.neutral)
    shown = given.to_prophoto()(np.array([model.neutral]) * 0.4)
    assert np.ptp(shown) < 1e-4


def test_a_calibration_counts_fully_at_its_own_temperature_and_beyond(model: ColorModel) -> None:
    assert model.weight_of_warmest(planckian_xy(2850.0)) == pytest.approx(1.0)
    assert model.weight_of_warmest(planckian_xy(2000.0)) == pytest.approx(1.0)
    assert model.weight_of_warmest(planckian_xy(9000.0)) == pytest.approx(0.0)
    assert 0.3 < model.weight_of_warmest(planckian_xy(4000.0)) < 0.7


def test_the_order_of_the_calibrations_is_of_no_matter(model: ColorModel) -> None:
    turned = replace(model, calibrations=model.calibrations[::-1])
    assert turned.as_shot == model.as_shot


def test_saturated_pixels_are_clipped_to_white(model: ColorModel) -> None:
    shown = model.to_prophoto()(np.ones((1, 3)))
    assert np.ptp(shown) < 1e-4


def test_a_camera_that_differs_from_the_reference_is_taken_to_it(model: ColorModel) -> None:
    own = np.diag([0.97, 1.0, 1.02])
    other = replace(model, calibrations=tuple(replace(each, individual=own) for each in model.calibrations))
    scaled = tuple(np.array(model.neutral_of(planckian_xy(5500.0))) @ own)
    assert other.white_of(scaled) == pytest.approx(planckian_xy(5500.0), abs=2e-5)
