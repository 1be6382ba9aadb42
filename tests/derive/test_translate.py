"""A version becomes absolute, valid develop settings, and every operation has a fidelity and a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Master, Operation, Version
from couloir.derive import Fidelity, FidelityReader, judge
from couloir.derive.bricks import BRICKS
from couloir.derive.residual.correction import Correction
from couloir.derive.residual.outputs import OUTPUTS
from couloir.derive.translate import translate
from couloir.lightroom.settings import SETTINGS, PhotoKind

AVersion = Callable[..., Version]

FIDELITIES = FidelityReader()  # one for all examples, as for all photos of a library

# Fields of typed adjustments that steer how others are read; they carry no look of their own.
STEERING = {
    ("WhiteBalance", "mode"),
    ("Levels", "mode"),
    ("HighlightsShadows", "algorithm"),
} | {(cls.__name__, "auto_pending") for cls in BRICKS}


def _with(adjustment: ap.Adjustment, **changes: object) -> Operation:
    base = Operation("op", "RKSomething", 1, enabled=True, mask_uuid=None, inputs={}, adjustment=adjustment)
    return replace(base, **changes)


def test_every_parameter_of_every_typed_adjustment_is_in_the_manifest() -> None:
    missing = {
        (cls.__name__, field.name)
        for cls, entry in BRICKS.items()
        for field in fields(cls)
        if field.name not in entry.carries
    }
    assert missing <= STEERING


def test_the_manifest_names_only_settings_that_lightroom_has() -> None:
    named = {key for entry in BRICKS.values() for carry in entry.carries.values() for key in carry.settings}
    assert named <= set(SETTINGS)


def test_every_typed_adjustment_has_a_translation() -> None:
    assert set(BRICKS) | {ap.UnknownAdjustment} == set(ap.Adjustment.__args__)


def test_an_unedited_photo_gets_the_neutral_baseline_stated_explicitly(
    a_version: AVersion, jpeg: Master, raw: Master
) -> None:
    for master, profile in ((jpeg, "Embedded"), (raw, "Adobe Standard")):
        translation = translate(a_version(), master)
        sent = translation.settings.as_dict()
        assert sent["CameraProfile"] == profile
        assert sent["Look"] == {}
        assert sent["ProcessVersion"] == "15.4"
        assert sent["WhiteBalance"] == "As Shot"
        assert sent["Exposure2012"] == 0
        assert sent["ToneCurvePV2012"] == [0, 0, 255, 255]
        assert translation.crop is None
        assert translation.fidelity is Fidelity.EXACT
        assert translation.anomalies == ()


def test_raw_white_balance_is_sent_in_kelvin(a_version: AVersion, raw: Master) -> None:
    translation = translate(a_version(ap.WhiteBalance(temperature=6543.2, tint=7.4)), raw)
    assert translation.settings["WhiteBalance"] == "Custom"
    assert translation.settings["Temperature"] == 6543
    assert translation.settings["Tint"] == 7
    assert "IncrementalTemperature" not in translation.settings


def test_white_balance_of_a_jpeg_is_sent_on_lightrooms_relative_sliders(a_version: AVersion, jpeg: Master) -> None:
    warmer = translate(a_version(ap.WhiteBalance(temperature=6000.0)), jpeg).settings
    cooler = translate(a_version(ap.WhiteBalance(temperature=4000.0)), jpeg).settings
    magenta = translate(a_version(ap.WhiteBalance(tint=20.0)), jpeg).settings
    assert warmer["WhiteBalance"] == "Custom"
    assert warmer["IncrementalTemperature"] > 0 > cooler["IncrementalTemperature"]  # type: ignore[operator]
    assert magenta["IncrementalTint"] > 0  # type: ignore[operator]
    assert "Temperature" not in warmer


def test_white_balance_at_5000_kelvin_leaves_a_jpeg_alone(a_version: AVersion, jpeg: Master) -> None:
    assert translate(a_version(ap.WhiteBalance()), jpeg).settings["WhiteBalance"] == "As Shot"


def test_a_grey_picked_on_a_raw_file_is_said_to_be_lost(a_version: AVersion, raw: Master) -> None:
    picked = ap.WhiteBalance(mode=ap.WhiteBalanceMode.NATURAL_GRAY, gray_color=(0.4, 0.5, 0.45))
    (outcome,) = translate(a_version(picked), raw).operations
    assert outcome.fidelity is Fidelity.LOST
    assert "as-shot" in outcome.reason


def test_a_grey_that_is_too_green_is_balanced_towards_magenta_on_a_jpeg(a_version: AVersion, jpeg: Master) -> None:
    picked = ap.WhiteBalance(mode=ap.WhiteBalanceMode.NATURAL_GRAY, gray_color=(0.5, 0.55, 0.5))
    assert translate(a_version(picked), jpeg).settings["IncrementalTint"] > 0  # type: ignore[operator]


def test_exposure_is_carried_stop_for_stop_and_two_instances_add_up(a_version: AVersion, jpeg: Master) -> None:
    settings_ = translate(a_version(ap.Exposure(exposure=0.7), ap.Exposure(exposure=0.5)), jpeg).settings
    assert settings_["Exposure2012"] == pytest.approx(1.2)


def test_brightness_and_black_point_become_a_tone_curve(a_version: AVersion, jpeg: Master) -> None:
    brighter = translate(a_version(ap.Exposure(brightness=0.3)), jpeg).settings
    assert brighter["ToneCurveName2012"] == "Custom"
    points = brighter["ToneCurvePV2012"]
    assert all(y >= x for x, y in zip(points[0::2], points[1::2], strict=True))  # type: ignore[index]
    assert len(points) > 4  # type: ignore[arg-type]


def test_a_value_beyond_lightrooms_range_is_sent_at_its_end_and_said(a_version: AVersion, jpeg: Master) -> None:
    translation = translate(a_version(ap.Exposure(exposure=9.0)), jpeg)
    assert translation.settings["Exposure2012"] == 5
    (outcome,) = translation.operations
    (clamped,) = outcome.clamps
    assert (clamped.key, clamped.wanted, clamped.sent) == ("Exposure2012", 9.0, 5.0)
    assert "Lightroom's range ends at 5" in outcome.reason


def test_saturation_zero_is_grey_in_both(a_version: AVersion, jpeg: Master) -> None:
    assert translate(a_version(ap.Enhance(saturation=0.0)), jpeg).settings["Saturation"] == -100


def test_vibrancy_follows_apples_own_ratio(a_version: AVersion, jpeg: Master) -> None:
    assert translate(a_version(ap.Enhance(vibrancy=0.5)), jpeg).settings["Vibrance"] == 38


def test_levels_of_one_channel_move_only_that_channels_curve(a_version: AVersion, jpeg: Master) -> None:
    red = ap.LevelsChannel(black=(0.2, 0.0))
    sent = translate(a_version(ap.Levels(red=red)), jpeg).settings
    assert sent["ToneCurvePV2012Red"] != (0, 0, 255, 255)
    assert sent["ToneCurvePV2012"] == sent["ToneCurvePV2012Blue"] == (0, 0, 255, 255)


def test_an_operation_that_is_switched_off_changes_nothing_and_is_still_listed(
    a_version: AVersion, jpeg: Master
) -> None:
    off = _with(ap.Exposure(exposure=2.0), enabled=False)
    translation = translate(a_version(off), jpeg)
    assert translation.settings == translate(a_version(), jpeg).settings
    (outcome,) = translation.operations
    assert not outcome.enabled
    assert outcome.fidelity is Fidelity.EXACT


def test_a_brushed_operation_is_lost_with_the_reason(a_version: AVersion, jpeg: Master) -> None:
    brushed = _with(ap.Exposure(exposure=2.0), mask_uuid="mask")
    translation = translate(a_version(brushed), jpeg)
    assert translation.settings["Exposure2012"] == 0
    assert translation.operations[0].fidelity is Fidelity.LOST
    assert "brush" in translation.operations[0].reason


def test_an_unknown_adjustment_is_lost_under_its_own_identifier(a_version: AVersion, jpeg: Master) -> None:
    unknown = _with(ap.UnknownAdjustment(inputs={"a": 1}), identifier="RKSepiaOperation")
    (outcome,) = translate(a_version(unknown), jpeg).operations
    assert (outcome.identifier, outcome.title, outcome.fidelity) == (
        "RKSepiaOperation",
        "RKSepiaOperation",
        Fidelity.LOST,
    )


def test_an_unreadable_operation_says_why(a_version: AVersion, jpeg: Master) -> None:
    broken = _with(ap.UnknownAdjustment(), problem="the archive ends too early")
    (outcome,) = translate(a_version(broken), jpeg).operations
    assert "the archive ends too early" in outcome.reason


numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)
some_adjustments = st.lists(
    st.one_of(
        st.builds(ap.RawFineTuning, boost=numbers, hue_boost=numbers),
        st.builds(
            ap.WhiteBalance,
            mode=st.sampled_from(ap.WhiteBalanceMode),
            temperature=numbers,
            tint=numbers,
            gray_color=st.tuples(numbers, numbers, numbers),
            face_color=st.tuples(numbers, numbers, numbers),
            gray_warmth=numbers,
        ),
        st.builds(ap.Exposure, exposure=numbers, recovery=numbers, black_point=numbers, brightness=numbers),
        st.builds(ap.Enhance, contrast=numbers, definition=numbers, saturation=numbers, vibrancy=numbers),
        st.builds(ap.HighlightsShadows, highlights=numbers, shadows=numbers, midtone_contrast=numbers),
        st.builds(
            ap.Levels,
            rgb=st.builds(ap.LevelsChannel, black=st.tuples(numbers, numbers), mid=st.tuples(numbers, numbers)),
        ),
        st.builds(ap.Crop, x=numbers, y=numbers, width=numbers, height=numbers),
        st.builds(ap.Straighten, rotation=numbers),
        st.just(ap.UnknownAdjustment()),
    ),
    max_size=6,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(adjustments=some_adjustments, is_raw=st.booleans(), rotation=st.sampled_from([0, 90, 180, 270]))
def test_any_numbers_give_valid_settings_and_one_outcome_an_operation(
    a_version: AVersion, jpeg: Master, raw: Master, adjustments: list[ap.Adjustment], is_raw: bool, rotation: int
) -> None:
    master = raw if is_raw else jpeg
    translation = translate(a_version(*adjustments, rotation=rotation), master)
    assert len(translation.operations) == len(adjustments)
    assert (PhotoKind.RAW if is_raw else PhotoKind.RENDERED) in translation.settings.kinds
    assert all(outcome.reason for outcome in translation.operations)
    assert translation == translate(a_version(*adjustments, rotation=rotation), master)
    judgement = judge(a_version(*adjustments, rotation=rotation), master)
    assert (judgement.operations, judgement.anomalies) == (translation.operations, translation.anomalies)
    assert judgement.fidelity is translation.fidelity
    read = FIDELITIES.read(a_version(*adjustments, rotation=rotation), master)
    assert read.operations == tuple(outcome.fidelity for outcome in translation.operations)
    assert (read.fidelity, read.anomalies) == (translation.fidelity, translation.anomalies)


def test_fidelities_that_are_read_once_for_many_versions_are_those_of_each(
    a_version: AVersion, jpeg: Master, raw: Master
) -> None:
    crop, beyond = ap.Crop(x=0.0, y=0.0, width=100.0, height=80.0), ap.Exposure(exposure=40.0)
    bare = a_version(crop, beyond)
    off = replace(bare, operations=tuple(replace(each, enabled=False) for each in bare.operations))
    brushed = replace(bare, operations=tuple(replace(each, mask_uuid="mask") for each in bare.operations))
    unsized = replace(bare, master_size=None)
    late = replace(bare, captured=datetime(2012, 7, 1, tzinfo=UTC), time_zone="nowhere", exif={})
    reader = FidelityReader()
    for version in (bare, off, brushed, unsized, late, replace(bare, rotation=90)) * 2:
        for master in (jpeg, raw):
            judgement, read = judge(version, master), reader.read(version, master)
            assert read.operations == tuple(outcome.fidelity for outcome in judgement.operations)
            assert (read.fidelity, read.anomalies) == (judgement.fidelity, judgement.anomalies)


def test_a_correction_moves_the_sliders_it_names_and_the_translation_says_whose_it_is(
    a_version: AVersion, jpeg: Master
) -> None:
    correction = Correction("model-1", {"exposure": 0.25}, {"exposure": 0.1})
    corrected = translate(a_version(ap.Exposure(exposure=0.5)), jpeg, correction)
    assert corrected.settings["Exposure2012"] == pytest.approx(0.75)
    assert (corrected.model, corrected.uncertainty) == ("model-1", {"exposure": 0.1})


def test_without_a_model_the_translation_is_analytic_and_says_so(a_version: AVersion, jpeg: Master) -> None:
    translation = translate(a_version(), jpeg)
    assert translation.model is None
    assert "analytic" in translation.note


def test_a_correction_of_zero_changes_nothing(a_version: AVersion, jpeg: Master) -> None:
    version = a_version(ap.Exposure(exposure=0.5), ap.WhiteBalance(temperature=6000.0))
    zero = Correction("zero", dict.fromkeys((output.name for output in OUTPUTS), 0.0))
    assert translate(version, jpeg, zero).settings == translate(version, jpeg).settings
