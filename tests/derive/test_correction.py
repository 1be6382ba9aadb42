"""Corrections: what a model's answer does to the sliders of one translation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.derive.residual.correction import Correction, corrections, no_correction
from couloir.derive.residual.outputs import OUTPUT_NAMES, OUTPUTS, TONING
from couloir.engines.incremental_white_balance import from_temperature_tint
from couloir.lightroom.settings import SETTINGS, PhotoKind, clamp

KINDS = st.sampled_from(PhotoKind)


def correction(**changes: float) -> Correction:
    return Correction("a model", changes)


def test_every_output_moves_keys_that_lightroom_has() -> None:
    keys = [output.key for output in OUTPUTS if output.key] + [key for pair in TONING.values() for key in pair]
    assert set(keys) <= set(SETTINGS)
    assert len(set(OUTPUT_NAMES)) == len(OUTPUTS) == 19


def test_answers_are_turned_into_the_units_of_the_sliders() -> None:
    mean = np.zeros((1, len(OUTPUTS)), dtype=np.float32)
    mean[0, OUTPUT_NAMES.index("exposure")] = 3.0
    mean[0, OUTPUT_NAMES.index("clarity")] = -2.0
    (made,) = corrections("m", mean, np.zeros_like(mean), trained=True)
    sliders, _ = made.apply_to({"Clarity2012": 4.0}, None, PhotoKind.RAW)
    assert sliders == pytest.approx({"Exposure2012": 0.3, "Clarity2012": -6.0})


def test_a_trained_model_states_standard_deviations_in_the_units_of_the_sliders() -> None:
    zeros = np.zeros((1, len(OUTPUTS)), dtype=np.float32)
    (made,) = corrections("m", zeros, np.full_like(zeros, 2 * np.log(4.0)), trained=True)
    assert made.deviations is not None
    assert made.deviations["exposure"] == pytest.approx(0.4)
    assert made.deviations["temperature"] == pytest.approx(20.0)


def test_an_untrained_model_states_no_uncertainty() -> None:
    zeros = np.zeros((1, len(OUTPUTS)), dtype=np.float32)
    (made,) = corrections("m", zeros, zeros, trained=False)
    assert made.deviations is None


def test_an_analytic_correction_says_why() -> None:
    assert no_correction("No model.") == Correction(None, {}, None, "No model.")


@pytest.mark.parametrize("kind", PhotoKind)
@pytest.mark.parametrize("white_balance", [None, (5200.0, 7.0)])
def test_zero_changes_nothing_at_all(kind: PhotoKind, white_balance: tuple[float, float] | None) -> None:
    sliders = {"Exposure2012": 0.123}
    zero = correction(**dict.fromkeys(OUTPUT_NAMES, 0.0))
    assert zero.apply_to(sliders, white_balance, kind) == (sliders, white_balance)
    assert no_correction("x").apply_to(sliders, white_balance, kind) == (sliders, white_balance)


def test_a_raw_temperature_moves_in_mired() -> None:
    _, balance = correction(temperature=50.0, tint=4.0).apply_to({}, (5000.0, 1.0), PhotoKind.RAW)
    assert balance == pytest.approx((4000.0, 5.0))


def test_a_raw_file_that_keeps_its_as_shot_white_balance_has_no_temperature_to_count_from() -> None:
    assert correction(temperature=50.0).apply_to({}, None, PhotoKind.RAW) == ({}, None)


def test_a_rendered_file_takes_the_same_change_as_lightrooms_relative_sliders() -> None:
    relative = from_temperature_tint(4000.0, 4.0)
    change = correction(temperature=50.0, tint=4.0)
    assert change.apply_to({}, None, PhotoKind.RENDERED)[1] == pytest.approx(relative)
    _, balance = change.apply_to({}, (10.0, -5.0), PhotoKind.RENDERED)
    assert balance == pytest.approx((10.0 + relative[0], -5.0 + relative[1]))
    assert relative[0] < 0, "a lower temperature is cooler in both"


def test_toning_moves_as_a_point_of_the_colour_wheel() -> None:
    sliders, _ = correction(toning_midtone_x=0.0, toning_midtone_y=10.0).apply_to({}, None, PhotoKind.RAW)
    assert sliders == pytest.approx({"ColorGradeMidtoneHue": 90.0, "ColorGradeMidtoneSat": 10.0})
    there = {"SplitToningShadowHue": 0.0, "SplitToningShadowSaturation": 10.0}
    back, _ = correction(toning_shadow_x=-20.0).apply_to(there, None, PhotoKind.RAW)
    assert back == pytest.approx({"SplitToningShadowHue": 180.0, "SplitToningShadowSaturation": 10.0})


@settings(deadline=None)
@given(
    st.fixed_dictionaries({name: st.floats(-1e6, 1e6) for name in OUTPUT_NAMES}),
    st.none() | st.tuples(st.floats(0, 1e6), st.floats(-1e6, 1e6)),
    KINDS,
)
def test_any_finite_answer_ends_as_values_that_lightroom_can_be_given(
    changes: dict[str, float], white_balance: tuple[float, float] | None, kind: PhotoKind
) -> None:
    sliders, balance = Correction("m", changes).apply_to({}, white_balance, kind)
    for key, value in sliders.items():
        clamp(key, value)
    keys = ("Temperature", "Tint") if kind is PhotoKind.RAW else ("IncrementalTemperature", "IncrementalTint")
    for key, value in zip(keys, balance or (), strict=False):
        clamp(key, value)
