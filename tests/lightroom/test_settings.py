"""Develop settings that Lightroom would drop or misread cannot be built."""

from __future__ import annotations

import math
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.lightroom.keys import BOTH_KINDS, COLOURS
from couloir.lightroom.settings import SETTINGS, DevelopSettings, PhotoKind, SettingType, clamp

NUMERIC = sorted(key for key, setting in SETTINGS.items() if setting.is_numeric)
CROP = {"CropLeft": 0.1, "CropTop": 0.2, "CropRight": 0.9, "CropBottom": 0.8, "CropAngle": 1.5}
# Numbers of every size and kind, those included that no float can hold.
NUMBERS = st.floats() | st.integers() | st.sampled_from([10**400, -(10**400)])


def bounds(key: str) -> tuple[float, float]:
    setting = SETTINGS[key]
    assert setting.low is not None
    assert setting.high is not None
    return setting.low, setting.high


def refusal(values: dict[str, object]) -> str | None:
    try:
        DevelopSettings(values)
    except ValueError as error:
        return str(error)
    return None


@given(st.sampled_from(NUMERIC), NUMBERS)
def test_a_clamped_number_is_in_range_or_refused(key: str, value: float) -> None:
    low, high = bounds(key)
    try:
        clamped, cut = clamp(key, value)
    except ValueError:
        assert not abs(value) <= 1.7976931348623157e308
        return
    assert low <= clamped <= high
    assert clamp(key, clamped) == (clamped, False)
    if low <= value <= high:
        assert not cut
        assert abs(clamped - value) <= 0.5 * 10 ** -SETTINGS[key].decimals * (1 + 1e-9)
    else:
        assert clamped in (low, high)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("Exposure2012", 1.23456, (1.23, False)),
        ("Exposure2012", 7, (5.0, True)),
        ("Contrast2012", -100.4, (-100.0, False)),
        ("Contrast2012", -101, (-100.0, True)),
        ("Temperature", 1999, (2000.0, True)),
        ("SharpenRadius", 0.51, (0.5, False)),
        ("Vibrance", -0.2, (0.0, False)),
    ],
)
def test_clamp_rounds_to_the_sliders_step_and_says_when_the_range_cut(
    key: str, value: float, expected: tuple[float, bool]
) -> None:
    clamped, cut = clamp(key, value)
    assert (clamped, cut) == expected
    assert math.copysign(1, clamped) == math.copysign(1, expected[0]), "there is no slider at minus zero"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400])
def test_clamp_refuses_what_is_not_finite(value: float) -> None:
    with pytest.raises(ValueError, match="Exposure2012"):
        clamp("Exposure2012", value)


@pytest.mark.parametrize("key", ["Exposure", "exposure2012", "", "WhiteBalance", "ToneCurvePV2012", "HasCrop", "Look"])
def test_clamp_refuses_what_is_no_known_number(key: str) -> None:
    with pytest.raises(ValueError):
        clamp(key, 1)


@given(st.sampled_from(NUMERIC), NUMBERS)
def test_a_number_is_taken_in_range_and_refused_with_its_name_outside(key: str, value: float) -> None:
    low, high = bounds(key)
    rest: dict[str, object] = {}
    if key.startswith("Crop") and key in CROP:
        rest = dict(CROP)
    elif "Temperature" in key or key in ("Tint", "IncrementalTint"):
        rest = {"WhiteBalance": "Custom"}
    whole = SETTINGS[key].type is SettingType.INTEGER
    said = refusal({**rest, key: value})
    in_range = low <= value <= high and (not whole or value == int(value))
    if said is None:
        taken = DevelopSettings({**rest, key: value})[key]
        assert in_range or low <= taken <= high  # type: ignore[operator]
        assert isinstance(taken, int) == whole
    elif "no area" not in said:
        assert not in_range
        assert key in said


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"Exposure": 1}, "'Exposure' is not a Lightroom develop setting"),
        ({"HueAdjustmentMagenha": 1}, "HueAdjustmentMagenha"),  # a misprint of Adobe's reference
        ({"Contrast2012": 101}, "-100 to 100"),
        ({"Contrast2012": 10.5}, "whole number"),
        ({"Contrast2012": True}, "a number from"),
        ({"Contrast2012": "10"}, "a number from"),
        ({"Contrast2012": math.nan}, "not a finite number"),
        ({"Contrast2012": 10**400}, "Contrast2012"),
        ({"Exposure2012": -5.01}, "-5 to 5"),
        ({"ConvertToGrayscale": 1}, "boolean"),
        ({"ToneCurveName2012": "Wavy"}, "Medium Contrast"),
        ({"ProcessVersion": "99.0"}, "one of 5.0"),
        ({"CameraProfile": ""}, "text"),
        ({"CameraProfile": "Adobe\0Standard"}, "text"),
        ({"CameraProfile": "\ud800"}, "text"),
        ({"Look": "Adobe Color"}, "table"),
    ],
)
def test_a_value_that_lightroom_would_drop_is_refused_by_name(values: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        DevelopSettings(values)


@pytest.mark.parametrize("key", ["Temperature", "Tint", "IncrementalTemperature", "IncrementalTint"])
@pytest.mark.parametrize("word", [None, "As Shot", "Auto"])
def test_white_balance_numbers_without_custom_are_refused(key: str, word: str | None) -> None:
    number = 5000 if key == "Temperature" else 10
    with pytest.raises(ValueError, match='without WhiteBalance="Custom"'):
        DevelopSettings({key: number} if word is None else {key: number, "WhiteBalance": word})


@pytest.mark.parametrize(
    "values",
    [
        {"WhiteBalance": "Custom", "Temperature": 5000, "IncrementalTint": 3},
        {"WhiteBalance": "Custom", "Tint": 5, "IncrementalTemperature": 3},
    ],
)
def test_raw_and_rendered_white_balance_cannot_be_mixed(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="cannot be mixed"):
        DevelopSettings(values)


@pytest.mark.parametrize(
    ("values", "kinds"),
    [
        ({}, BOTH_KINDS),
        ({"Exposure2012": 1.0, "WhiteBalance": "As Shot"}, BOTH_KINDS),
        ({"WhiteBalance": "Custom", "Temperature": 5000, "Tint": 0}, {PhotoKind.RAW}),
        ({"WhiteBalance": "Custom", "IncrementalTemperature": 5}, {PhotoKind.RENDERED}),
        ({"WhiteBalance": "Daylight"}, {PhotoKind.RAW}),
    ],
)
def test_settings_know_which_kinds_of_photo_take_them(values: dict[str, object], kinds: set[PhotoKind]) -> None:
    assert DevelopSettings(values).kinds == kinds


@pytest.mark.parametrize("missing", sorted(CROP))
def test_a_crop_without_all_five_numbers_is_refused(missing: str) -> None:
    values = {key: value for key, value in CROP.items() if key != missing}
    with pytest.raises(ValueError, match=f"missing: {missing}"):
        DevelopSettings(values)


@pytest.mark.parametrize(
    "change",
    [
        {"CropBottom": 0.2},
        {"CropRight": 0.1, "CropAngle": 0.0},
        {"CropRight": 0.05, "CropAngle": -3.0},
        {"CropBottom": 0.1, "CropAngle": 3.0},
    ],
)
def test_a_crop_without_area_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="no area"):
        DevelopSettings({**CROP, **change})


def test_a_narrow_crop_that_is_turned_far_has_its_corners_swapped_and_is_taken() -> None:
    DevelopSettings({**CROP, "CropLeft": 0.55, "CropRight": 0.45, "CropAngle": 30.0})


@pytest.mark.parametrize(
    ("curve", "says"),
    [
        ((0, 0), "two or more points"),
        ((0, 0, 255), "two or more points"),
        ("0, 0, 255, 255", "two or more points"),
        ((0, 0, 255, 256), "0 to 255"),
        ((-1, 0, 255, 255), "0 to 255"),
        ((0, 0, 0, 255), "x must ascend"),
        ((9, 0, 3, 255), "x must ascend"),
        ((0, 0, 255, math.nan), "finite"),
        ((0, 0, 255, True), "finite"),
        ((0, 0, 255, 10**400), "finite"),
        ((0, "0", 255, 255), "finite"),
        ((0, [0], 255, 255), "finite"),
        ((0, {}, 255, 255), "finite"),
    ],
)
def test_a_curve_that_is_none_is_refused(curve: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        DevelopSettings({"ToneCurvePV2012": curve})


def test_a_value_is_refused_whatever_equal_value_was_taken_before() -> None:
    DevelopSettings({"ToneCurvePV2012": (0, 0, 1, 9, 255, 255), "AutoLateralCA": 1, "HasCrop": True})
    for key, value in (("ToneCurvePV2012", (0, 0, True, 9, 255, 255)), ("AutoLateralCA", True), ("HasCrop", 1)):
        with pytest.raises(ValueError, match=key):
            DevelopSettings({key: value})


def test_a_curve_is_rounded_to_whole_levels() -> None:
    assert DevelopSettings({"ToneCurvePV2012": [0, 0.4, 127.6, 140, 255, 255]})["ToneCurvePV2012"] == (
        *(0, 0, 128, 140),
        *(255, 255),
    )


LOOK = {
    "Name": "Adobe Color",
    "Amount": 1.0,
    "UUID": "B952C231111CD8E0ECCF14B86BAA7077",
    "SupportsAmount": True,
    "Group": {"x-default": "Profiles"},
    "Parameters": {"CameraProfile": "Adobe Standard", "ToneCurvePV2012": [0, 0, 22, 16, 255, 255]},
}


@pytest.mark.parametrize(
    "look",
    [
        {"a b": 1},
        {"": 1},
        {"1st": 1},
        {"crs:Name": "x"},
        {"ä": "x"},
        {3: "x"},
        {"Parameters": {"a b": 1}},
        {"Parameters": {"ToneCurvePV2012": [0, 0, 255]}},
        {"Parameters": {"Exposure2012": "much"}},
        {"Amount": "much"},
        {"Amount": math.inf},
        {"Amount": True},
        {"Amount": ["1"]},
        {"Amount": {}},
        {"Exposure2012": {}},
        {"Look": {}},
        {"Group": {"x-default": {"x-default": "x"}}},
        {"Group": {"x-default": 1}},
        {"Amount": 10**400},
        {"Name": None},
        {"Name": b"bytes"},
        {"Name": ["a", None]},
        {"Table": [1, math.nan]},
        {"Name": {1, 2}},
    ],
)
def test_a_look_that_xml_cannot_hold_is_refused(look: dict[Any, object]) -> None:
    with pytest.raises(ValueError):
        DevelopSettings({"Look": look})


def test_a_look_that_never_ends_is_refused() -> None:
    look: dict[str, object] = {}
    look["Parameters"] = look
    with pytest.raises(ValueError, match="deep"):
        DevelopSettings({"Look": look})


def test_a_look_cannot_be_changed_from_outside() -> None:
    given_look: dict[str, Any] = {**LOOK, "Parameters": dict(LOOK["Parameters"])}  # type: ignore[call-overload]
    settings = DevelopSettings({"Look": given_look})
    given_look["Parameters"]["CameraProfile"] = "other"
    assert settings.as_dict()["Look"] == LOOK
    with pytest.raises(TypeError):
        settings["Look"]["Name"] = "other"  # type: ignore[index]


def test_settings_iterate_in_panel_order_whatever_order_they_came_in() -> None:
    values = {"Vibrance": 1, "Exposure2012": 0.5, "WhiteBalance": "As Shot"}
    assert list(DevelopSettings(values)) == ["WhiteBalance", "Exposure2012", "Vibrance"]
    assert DevelopSettings(values) == DevelopSettings(dict(reversed(values.items())))


def test_settings_on_top_replace_the_white_balance_as_one_thing() -> None:
    below = DevelopSettings({"WhiteBalance": "Custom", "Temperature": 5000, "Tint": 3, "Vibrance": 5})
    assert below.merge({"WhiteBalance": "As Shot"}).as_dict() == {"WhiteBalance": "As Shot", "Vibrance": 5}
    assert below.merge({"Vibrance": 7})["Temperature"] == 5000
    assert below["Vibrance"] == 5
    with pytest.raises(ValueError, match="Contrast2012"):
        below.merge({"Contrast2012": 1000})


def test_settings_survive_pickling_and_say_what_they_are() -> None:
    settings = DevelopSettings({"Exposure2012": 1.5, "Look": LOOK})
    again = pickle.loads(pickle.dumps(settings))
    assert again == settings
    assert repr(again) == repr(settings)
    assert "'Exposure2012': 1.5" in repr(settings)
    assert len(settings) == 2


@pytest.mark.parametrize("key", sorted(SETTINGS))
def test_every_default_is_a_value_that_can_be_set(key: str) -> None:
    setting = SETTINGS[key]
    if setting.default is None:
        return
    values: dict[str, object] = {key: setting.default}
    if key.startswith("Incremental"):
        values["WhiteBalance"] = "Custom"
    if key in CROP:
        values |= {k: SETTINGS[k].default for k in CROP}
    assert DevelopSettings(values)[key] == setting.default


def test_the_table_has_each_colour_of_each_mixer() -> None:
    for slider in ("HueAdjustment", "SaturationAdjustment", "LuminanceAdjustment", "GrayMixer"):
        assert {f"{slider}{colour}" for colour in COLOURS} <= SETTINGS.keys()
