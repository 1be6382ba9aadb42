"""Two adjustments of one kind in one version are merged, or the one without effect is reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Master, Operation, PixelSize, Version
from couloir.color.arrays import apply_matrix
from couloir.derive import Fidelity, analytic, judge
from couloir.derive.curves import evaluate_points
from couloir.engines.aperture import levels_channel
from couloir.engines.aperture.white_balance import temperature_tint_matrix
from couloir.engines.incremental_white_balance import MID_GRAY, to_matrix

AVersion = Callable[..., Version]
GRAY = np.full(3, MID_GRAY)


def _kelvin(temperature: float, tint: float = 0.0) -> ap.WhiteBalance:
    return ap.WhiteBalance(temperature=temperature, tint=tint)


@pytest.mark.parametrize(
    ("first", "second"), [((6500, 0), (6000, 0)), ((4000, 10), (6500, -5)), ((8000, 20), (7000, 10))]
)
def test_two_white_balances_of_a_jpeg_become_what_they_make_together(
    a_version: AVersion, jpeg: Master, first: tuple[float, float], second: tuple[float, float]
) -> None:
    translation = analytic(a_version(_kelvin(*first), _kelvin(*second)), jpeg)
    sent = [float(str(translation.settings[f"Incremental{key}"])) for key in ("Temperature", "Tint")]
    ours = apply_matrix(to_matrix(sent[0], sent[1]), GRAY)
    theirs = apply_matrix(temperature_tint_matrix(*second) @ temperature_tint_matrix(*first), GRAY)
    np.testing.assert_allclose(ours / ours[1], theirs / theirs[1], rtol=0.03)
    for outcome in translation.operations:
        assert outcome.fidelity is Fidelity.APPROXIMATE
        assert "together" in outcome.reason


def test_a_white_balance_and_its_opposite_leave_a_jpeg_as_it_is(a_version: AVersion, jpeg: Master) -> None:
    away = _kelvin(6500)
    back = _kelvin(1e6 / (200 + 200 - 1e6 / 6500))
    translation = analytic(a_version(away, back), jpeg)
    assert abs(float(str(translation.settings["IncrementalTemperature"]))) <= 2
    assert abs(float(str(translation.settings["IncrementalTint"]))) <= 2


def test_of_two_white_balances_of_a_raw_file_the_last_counts_and_the_first_is_said_to_be_lost(
    a_version: AVersion, raw: Master
) -> None:
    translation = analytic(a_version(_kelvin(4000), _kelvin(6000)), raw)
    assert translation.settings["Temperature"] == 6000
    first, second = translation.operations
    assert (first.fidelity, second.fidelity) == (Fidelity.LOST, Fidelity.APPROXIMATE)
    assert "one white balance" in first.reason
    assert first.settings == ()


def test_a_white_balance_that_is_off_painted_or_lost_does_not_count_as_another(
    a_version: AVersion, raw: Master
) -> None:
    off = Operation("off", "any", 9, enabled=False, mask_uuid=None, inputs={}, adjustment=_kelvin(9000))
    painted = replace(off, uuid="painted", enabled=True, mask_uuid="mask")
    picked = ap.WhiteBalance(mode=ap.WhiteBalanceMode.NATURAL_GRAY, gray_color=(0.4, 0.5, 0.45))
    translation = analytic(a_version(_kelvin(4000), off, painted, picked), raw)
    assert translation.settings["Temperature"] == 4000
    assert translation.operations[0].fidelity is Fidelity.APPROXIMATE


def test_the_same_twice_loses_nothing(a_version: AVersion, raw: Master) -> None:
    same = analytic(a_version(_kelvin(4000), _kelvin(4000), ap.RawFineTuning(), ap.RawFineTuning()), raw)
    assert [outcome.fidelity for outcome in same.operations[::2]] == [Fidelity.EXACT, Fidelity.EXACT]


def test_a_raw_file_is_decoded_once_so_the_last_fine_tuning_counts(a_version: AVersion, raw: Master) -> None:
    twice = analytic(a_version(ap.RawFineTuning(boost=0.2), ap.RawFineTuning(boost=0.6)), raw)
    once = analytic(a_version(ap.RawFineTuning(boost=0.6)), raw)
    assert twice.settings == once.settings
    assert twice.operations[0].fidelity is Fidelity.LOST


@given(st.floats(0, 2), st.floats(0, 2))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_saturations_multiply_as_gains_do(a_version: AVersion, jpeg: Master, one: float, other: float) -> None:
    """Half of half is a quarter, not nothing: adding the sliders made such a photo grey."""
    sent = analytic(a_version(ap.Enhance(saturation=one), ap.Enhance(saturation=other)), jpeg).settings
    assert sent["Saturation"] == pytest.approx(min(100 * (one * other - 1), 100), abs=0.51)


def test_a_photo_that_is_faded_and_desaturated_keeps_the_product(a_version: AVersion, jpeg: Master) -> None:
    sent = analytic(a_version(ap.Enhance(saturation=0.5), ap.Sepia(intensity=0.5)), jpeg).settings
    assert sent["Saturation"] == -75


def test_channel_levels_followed_by_levels_of_all_channels_keep_their_order(a_version: AVersion, jpeg: Master) -> None:
    """Lightroom draws the curve for all channels first: a later one has to go into the channels' own."""
    red = ap.LevelsChannel(black=(0.2, 0.0))
    rgb = ap.LevelsChannel(white=(0.7, 1.0))
    sent = analytic(a_version(ap.Levels(red=red), ap.Levels(rgb=rgb)), jpeg).settings
    grid = np.linspace(0, 1, 256)
    linear = np.where(grid <= 0.04045, grid / 12.92, ((grid + 0.055) / 1.055) ** 2.4)
    for key, first in (("Red", red), ("Green", ap.LevelsChannel())):
        wanted = np.clip(levels_channel(levels_channel(linear, first), rgb), 0, 1)
        encoded = np.where(wanted <= 0.0031308, wanted * 12.92, 1.055 * wanted ** (1 / 2.4) - 0.055)
        master = evaluate_points(tuple(map(float, sent["ToneCurvePV2012"])))  # type: ignore[arg-type]
        own = evaluate_points(tuple(map(float, sent[f"ToneCurvePV2012{key}"])))  # type: ignore[arg-type]
        assert np.abs(np.interp(master, grid, own) - encoded).max() < 3 / 255


# Crops and straightenings

CROP = ap.Crop(x=300, y=500, width=1500, height=1000)
OTHER = ap.Crop(x=0, y=0, width=2400, height=1600)


def test_of_two_crops_the_last_counts_and_the_first_is_said_to_be_lost(a_version: AVersion, jpeg: Master) -> None:
    translation = analytic(a_version(OTHER, CROP, processed_size=PixelSize(1500, 1000)), jpeg)
    assert translation.expected_size == (1500, 1000)
    assert [outcome.fidelity for outcome in translation.operations] == [Fidelity.LOST, Fidelity.EXACT]
    assert [anomaly.code for anomaly in translation.anomalies] == ["geometry.several-crops"]


def test_of_two_crops_the_one_of_the_size_that_aperture_shows_counts(a_version: AVersion, jpeg: Master) -> None:
    translation = analytic(a_version(CROP, OTHER, processed_size=PixelSize(1000, 1500), rotation=90), jpeg)
    assert translation.expected_size == (1000, 1500)
    assert [outcome.fidelity for outcome in translation.operations] == [Fidelity.EXACT, Fidelity.LOST]


def test_the_same_crop_twice_and_an_empty_one_lose_nothing(a_version: AVersion, jpeg: Master) -> None:
    translation = analytic(a_version(CROP, ap.Crop(), CROP, processed_size=PixelSize(1500, 1000)), jpeg)
    assert {outcome.fidelity for outcome in translation.operations} == {Fidelity.EXACT}
    assert translation.anomalies == ()


def test_two_angles_add_up_and_say_that_they_do(a_version: AVersion, jpeg: Master) -> None:
    version = a_version(ap.Straighten(1.5), ap.Straighten(0.0), ap.Straighten(1.0))
    translation = analytic(version, jpeg)
    assert translation.crop is not None
    assert translation.crop.angle == pytest.approx(2.5)
    fidelities = [outcome.fidelity for outcome in translation.operations]
    assert fidelities == [Fidelity.APPROXIMATE, Fidelity.EXACT, Fidelity.APPROXIMATE]


# All kinds

SOMETHING: dict[str, Callable[[], ap.Adjustment]] = {
    "white balance": lambda: _kelvin(4500),
    "exposure": lambda: ap.Exposure(exposure=0.4, brightness=0.1),
    "enhance": lambda: ap.Enhance(contrast=0.2, saturation=1.2),
    "highlights and shadows": lambda: ap.HighlightsShadows(shadows=17),
    "levels": lambda: ap.Levels(rgb=ap.LevelsChannel(black=(0.1, 0.0))),
    "crop": lambda: CROP,
    "straighten": lambda: ap.Straighten(1.0),
    "raw fine tuning": lambda: ap.RawFineTuning(boost=0.5),
    "black and white": ap.BlackWhite,
    "gamma": lambda: ap.Gamma(power=1.2),
}


@pytest.mark.parametrize("name", SOMETHING)
def test_a_second_of_any_kind_changes_the_settings_or_says_why_not(
    a_version: AVersion, jpeg: Master, raw: Master, name: str
) -> None:
    for master in (jpeg, raw):
        once = analytic(a_version(SOMETHING[name]()), master)
        twice = analytic(a_version(SOMETHING[name](), SOMETHING[name]()), master)
        said = {outcome.reason for outcome in twice.operations} - {outcome.reason for outcome in once.operations}
        assert (
            twice.settings != once.settings
            or said
            or once.settings["ConvertToGrayscale"]
            or (name == "raw fine tuning" and master is jpeg)
            or name == "crop"  # the same one twice loses nothing
        )
        both = a_version(SOMETHING[name](), SOMETHING[name]())
        assert judge(both, master).operations == twice.operations
