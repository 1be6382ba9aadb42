"""Temperature and tint: inverses, fixed points, and the white balance that Aperture was measured with."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.color.adaptation import bradford
from couloir.color.spaces import SRGB_TO_XYZ, XYZ_TO_SRGB
from couloir.color.temperature import daylight_temperature, daylight_xy, planckian_temperature, planckian_xy

kelvins = st.floats(2000, 50000)
tints = st.floats(-150, 150)


@given(kelvins, tints)
def test_a_white_on_the_planckian_scale_has_the_temperature_it_was_made_from(kelvin: float, tint: float) -> None:
    found = planckian_temperature(planckian_xy(kelvin, tint))
    assert found.kelvin == pytest.approx(kelvin, rel=1e-5)
    assert found.tint == pytest.approx(tint, abs=1e-4)


@given(kelvins, tints)
def test_a_white_on_the_daylight_scale_has_the_temperature_it_was_made_from(kelvin: float, tint: float) -> None:
    found = daylight_temperature(daylight_xy(kelvin, tint))
    assert found.kelvin == pytest.approx(kelvin, rel=1e-5)
    assert found.tint == pytest.approx(tint, abs=1e-4)


@pytest.mark.parametrize("kelvin", [2000, 2856, 4000, 5000, 6500, 10000, 25000])
def test_robertsons_table_agrees_with_colour_science(kelvin: float, colour: ModuleType) -> None:
    theirs = colour.temperature.CCT_to_uv_Robertson1968(np.array([kelvin, 0.0]))
    x, y = planckian_xy(kelvin)
    scale = -2 * x + 12 * y + 3
    np.testing.assert_allclose((4 * x / scale, 6 * y / scale), theirs, atol=1e-9)


@pytest.mark.parametrize("kelvin", [4000, 5003, 6504, 9000, 25000])
def test_the_daylight_locus_agrees_with_colour_science(kelvin: float, colour: ModuleType) -> None:
    np.testing.assert_allclose(daylight_xy(kelvin), colour.temperature.CCT_to_xy_CIE_D(kelvin), atol=1e-9)


def test_the_daylight_locus_goes_on_without_a_visible_jump_where_daylight_ends() -> None:
    np.testing.assert_allclose(daylight_xy(3999.999), daylight_xy(4000.001), atol=1e-5)


@given(kelvins, st.floats(1, 150))
def test_a_white_of_positive_tint_lies_on_the_green_side(kelvin: float, tint: float) -> None:
    """dng_temperature's sign: the further above the locus, the greener the light."""
    x, y = planckian_xy(kelvin, tint)
    x0, y0 = planckian_xy(kelvin)
    v, v0 = 6 * y / (-2 * x + 12 * y + 3), 6 * y0 / (-2 * x0 + 12 * y0 + 3)
    assert v > v0


@given(st.floats(1, 1600) | st.floats(110_000, 1e9))
def test_temperatures_beyond_the_table_take_its_ends(kelvin: float) -> None:
    end = 1600.0 if kelvin < 2000 else 110_000.0
    assert planckian_xy(kelvin) == planckian_xy(end)


@pytest.mark.parametrize(
    ("kelvin", "tint", "red_by_green", "blue_by_green"),
    [(5105.06, 0.0, 1.019, 0.975), (4877.41, 1.206, 0.984, 1.043)],
)
def test_two_white_balances_that_apple_rendered_come_out_as_measured(
    kelvin: float, tint: float, red_by_green: float, blue_by_green: float
) -> None:
    """The two edited photos of a real iPhoto 9.6.1 library: neutral is D50 on the daylight locus."""
    red, green, blue = XYZ_TO_SRGB @ bradford(daylight_xy(kelvin, tint), daylight_xy(5000.0)) @ SRGB_TO_XYZ @ np.ones(3)
    assert red / green == pytest.approx(red_by_green, abs=0.005)
    assert blue / green == pytest.approx(blue_by_green, abs=0.005)
