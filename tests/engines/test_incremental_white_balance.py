"""Aperture's white balance as Camera Raw's two relative sliders, and the inverse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.color.arrays import apply_matrix
from couloir.color.spaces import luminance, srgb_encode, srgb_to_lab
from couloir.engines.aperture.white_balance import temperature_tint_matrix
from couloir.engines.incremental_white_balance import (
    MID_GRAY,
    combine,
    from_gray,
    from_skin,
    from_temperature_tint,
    reachable,
    reachable_temperature_tint,
    to_matrix,
)
from couloir.engines.yiq import from_yiq, to_yiq

sliders = st.floats(-100, 100)
GRAY = np.full(3, MID_GRAY)


def test_sliders_at_zero_change_nothing() -> None:
    np.testing.assert_allclose(to_matrix(0, 0), np.eye(3), atol=1e-6)


def test_neutral_temperature_and_tint_are_zero_on_both_sliders() -> None:
    np.testing.assert_allclose(from_temperature_tint(5000, 0), (0, 0), atol=1e-6)


@given(sliders, sliders)
def test_the_sliders_can_be_read_off_what_their_matrix_does_to_mid_grey(temperature: float, tint: float) -> None:
    """Core Image's translation: 222.43 (dI - 0.2 dQ) and 127.955 (dI + 5 dQ), while no channel has run out."""
    after = apply_matrix(to_matrix(temperature, tint), GRAY)
    _, d_i, d_q = to_yiq(after) - to_yiq(GRAY)
    if after.min() > 0.1**4 * MID_GRAY * 1.01:
        assert 222.43 * (d_i - 0.2 * d_q) == pytest.approx(temperature, abs=0.01)
        assert 127.955 * (d_i + 5 * d_q) == pytest.approx(tint, abs=0.01)


@given(sliders, sliders)
def test_mid_grey_keeps_its_luminance(temperature: float, tint: float) -> None:
    assert float(luminance(apply_matrix(to_matrix(temperature, tint), GRAY))) == pytest.approx(MID_GRAY, rel=1e-6)


@given(st.floats(3500, 9000), st.floats(-25, 25))
def test_a_translated_balance_gives_grey_the_cast_that_aperture_gave_it(kelvin: float, tint: float) -> None:
    wanted = apply_matrix(temperature_tint_matrix(kelvin, tint), GRAY)
    found = apply_matrix(to_matrix(*from_temperature_tint(kelvin, tint)), GRAY)
    np.testing.assert_allclose(found / found[1], wanted / wanted[1], rtol=0.02)


def test_warmer_and_more_magenta_are_positive() -> None:
    assert from_temperature_tint(6500, 0)[0] > 1
    assert from_temperature_tint(4000, 0)[0] < -1
    assert from_temperature_tint(5000, 20)[1] > 1
    assert from_temperature_tint(5000, -20)[1] < -1


def test_a_grey_that_is_grey_already_needs_no_balance() -> None:
    np.testing.assert_allclose(from_gray((0.5, 0.5, 0.5), 0.5), (0, 0), atol=1e-3)


def test_a_bluish_grey_is_warmed() -> None:
    assert from_gray((0.45, 0.5, 0.6), 0.5)[0] > 1


@pytest.mark.parametrize("convert", [from_gray, from_skin])
def test_more_warmth_is_a_higher_temperature(convert: object) -> None:
    picked = (0.7, 0.55, 0.45)
    cool, even, warm = (convert(picked, warmth)[0] for warmth in (0.0, 0.5, 1.0))  # type: ignore[operator]
    assert cool < even < warm


@given(st.tuples(*[st.floats(0, 1)] * 3), st.floats(0, 1))
def test_every_picked_colour_gives_finite_sliders_and_every_slider_a_finite_matrix(
    picked: tuple[float, float, float], warmth: float
) -> None:
    for increments in (from_gray(picked, warmth), from_skin(picked, warmth)):
        assert np.isfinite(increments).all()
        assert np.isfinite(to_matrix(*increments)).all()


@given(st.tuples(*[st.floats(-2, 4)] * 3))
def test_yiq_and_back_is_the_same_light(linear: tuple[float, float, float]) -> None:
    np.testing.assert_allclose(from_yiq(to_yiq(np.array(linear))), linear, atol=1e-9)


def _shown(balance: tuple[float, float]) -> np.ndarray:
    """Mid-grey under the two sliders, sRGB-encoded as a viewer sees it."""
    return srgb_encode(np.clip(apply_matrix(to_matrix(*balance), GRAY), 0, 1))


def _meant(kelvin: float, tint: float) -> np.ndarray:
    """Mid-grey under Aperture's white balance as a viewer sees it, at mid-grey's luminance."""
    visible = np.clip(apply_matrix(temperature_tint_matrix(kelvin, tint), GRAY), 0, 1)
    return srgb_encode(np.clip(visible * (0.18 / float(luminance(visible))), 0, 1))


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    """Distance of hue and chroma."""
    return float(np.hypot(*(srgb_to_lab(one) - srgb_to_lab(other))[1:]))


@pytest.mark.parametrize(
    ("kelvin", "tint"),
    [(2000, 0), (2200, 0), (2400, 0), (2200, 30), (2000, -100), (2500, -100), (3000, 50), (3000, 100)],
)
def test_a_light_beyond_the_sliders_is_met_as_nearly_as_they_can(kelvin: float, tint: float) -> None:
    """Cutting each slider at its end gave a grey 16 to 64 away, the two ends of both sliders at 2200 K."""
    balance, beyond = reachable_temperature_tint(kelvin, tint)
    meant = _meant(kelvin, tint)
    assert beyond or _apart(_shown(balance), meant) < 5
    assert max(map(abs, balance)) <= 100
    assert _apart(_shown(balance), meant) < 8
    if not beyond:
        return
    around = [(a, b) for a in range(-100, 101, 20) for b in range(-100, 101, 20)]
    assert _apart(_shown(balance), meant) <= min(_apart(_shown(each), meant) for each in around) + 0.5


@pytest.mark.parametrize(("kelvin", "tint"), [(2600, 0), (4000, 10), (5000, 0), (6500, -40), (12000, 20)])
def test_a_light_within_reach_is_left_as_it_is(kelvin: float, tint: float) -> None:
    assert reachable_temperature_tint(kelvin, tint) == (from_temperature_tint(kelvin, tint), False)


@given(st.floats(-1e4, 1e5), st.floats(-1e3, 1e3))
def test_no_temperature_and_tint_leave_the_sliders(kelvin: float, tint: float) -> None:
    balance, _ = reachable_temperature_tint(kelvin, tint)
    assert max(map(abs, balance)) <= 100


@given(st.tuples(*[st.floats(-400, 400)] * 2), st.tuples(*[st.floats(-100, 100)] * 2))
def test_what_is_brought_within_the_sliders_stays_there(far: tuple[float, float], near: tuple[float, float]) -> None:
    found, beyond = reachable(far)
    assert max(map(abs, found)) <= 100
    assert beyond or found == far
    assert max(map(abs, combine(found, near))) <= 100
