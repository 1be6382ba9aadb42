"""Develop settings become a vector of slider positions and are restored from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from couloir.derive.controls import PARAMETERS, between, limits, move
from couloir.engines.incremental_white_balance import from_temperature_tint
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.options import deviation

STARTS = {
    PhotoKind.RENDERED: DevelopSettings({"Exposure2012": 0.5, "Contrast2012": -20, "SplitToningShadowSaturation": 30}),
    PhotoKind.RAW: DevelopSettings({"WhiteBalance": "Custom", "Temperature": 5200, "Tint": 8, "Blacks2012": 5}),
}
# Half a slider's step and a little more, in normalised units; toning rounds to whole degrees of hue.
_STEP = {"dehaze": 0.2, "toning": 0.6}
changes = st.dictionaries(st.sampled_from(sorted(PARAMETERS)), st.floats(-5, 5), max_size=8)


def _balance_steps(change: dict[str, float], kind: PhotoKind) -> dict[str, float]:
    """How far rounding both sliders of white balance can take temperature and tint, in normalised units.

    On a rendered file both sliders go into both: half a step of each, through the inverse of their slopes here.
    """
    if kind is PhotoKind.RAW:
        return {"temperature": 0.2, "tint": 0.2}
    sizes = np.array([PARAMETERS[name].size for name in ("temperature", "tint")])
    at = np.array([change.get(name, 0.0) for name in ("temperature", "tint")])

    def sliders(units: np.ndarray) -> np.ndarray:
        mired, tint = units * sizes
        return np.array(from_temperature_tint(1e6 / (200.0 + mired), tint))

    slopes = np.stack([(sliders(at + step) - sliders(at - step)) / 0.2 for step in 0.1 * np.eye(2)], axis=1)
    most = np.abs(np.linalg.inv(slopes)) @ np.array([0.5, 0.5])
    return dict(zip(("temperature", "tint"), 1.05 * most + 0.01, strict=True))


@settings(max_examples=60)
@given(changes, st.sampled_from(sorted(PhotoKind)))
@example({"temperature": -4.0}, PhotoKind.RENDERED)
def test_a_change_is_found_again_but_for_the_sliders_steps(change: dict[str, float], kind: PhotoKind) -> None:
    start = STARTS[kind]
    found = between(start, move(start, change, kind), kind)
    steps = {**_STEP, **_balance_steps(change, kind)}
    for name, value in found.items():
        assert abs(value - change.get(name, 0.0)) <= steps.get(name.partition("_")[0], 0.2), name


def test_a_white_balance_that_states_no_tint_has_none() -> None:
    start = DevelopSettings({"WhiteBalance": "Custom", "Temperature": 5200})
    assert between(start, move(start, {"tint": 2.0}, PhotoKind.RAW), PhotoKind.RAW)["tint"] == pytest.approx(2.0)


@settings(max_examples=60)
@given(changes.map(lambda change: {name: value for name, value in change.items() if "toning" not in name}))
def test_what_was_rounded_once_stays(change: dict[str, float]) -> None:
    start = STARTS[PhotoKind.RENDERED]
    once = move(start, change, PhotoKind.RENDERED)
    again = move(start, between(start, once, PhotoKind.RENDERED), PhotoKind.RENDERED)
    numbers = [key for key in once if key != "WhiteBalance"]
    assert all(abs(float(str(again.get(key, 0))) - float(str(once[key]))) <= 1 for key in numbers)


def test_no_change_leaves_the_settings_as_they_are() -> None:
    start = STARTS[PhotoKind.RENDERED]
    assert move(start, {}, PhotoKind.RENDERED) == start
    assert move(start, {"exposure": 0.0, "temperature": 0.0}, PhotoKind.RENDERED) == start


def test_a_value_beyond_its_range_is_brought_to_its_end() -> None:
    far = move(DevelopSettings({"Contrast2012": 90}), {"contrast": 50.0, "exposure": -99.0}, PhotoKind.RENDERED)
    assert (far["Contrast2012"], far["Exposure2012"]) == (100, -5.0)


def test_a_raw_file_keeps_a_white_balance_that_nobody_knows() -> None:
    as_shot = DevelopSettings({"WhiteBalance": "As Shot"})
    assert move(as_shot, {"temperature": 3.0}, PhotoKind.RAW) == as_shot
    assert [bound.tolist() for bound in limits(as_shot, ["tint"], PhotoKind.RAW)] == [[0.0], [0.0]]
    known = move(as_shot, {"temperature": 3.0}, PhotoKind.RAW, as_shot=(5000.0, 0.0))
    assert known["Temperature"] == pytest.approx(1e6 / 215, abs=1)  # three units of 5 mired from 200
    assert between(as_shot, known, PhotoKind.RAW, (5000.0, 0.0))["temperature"] == pytest.approx(3.0, abs=0.01)


def test_limits_are_what_is_left_of_each_slider() -> None:
    low, high = limits(DevelopSettings({"Contrast2012": 40}), ["contrast", "exposure"], PhotoKind.RENDERED)
    assert low.tolist() == [-28.0, -50.0]
    assert high.tolist() == [12.0, 50.0]


def test_a_raw_files_white_balance_reaches_the_ends_of_lightrooms_sliders() -> None:
    begun = DevelopSettings({"WhiteBalance": "Custom", "Temperature": 5000, "Tint": 10})
    low, high = limits(begun, ["temperature", "tint"], PhotoKind.RAW)
    mired, tint = PARAMETERS["temperature"].size, PARAMETERS["tint"].size
    assert low.tolist() == pytest.approx([(20 - 200) / mired, (-150 - 10) / tint])
    assert high.tolist() == pytest.approx([(500 - 200) / mired, (150 - 10) / tint])


@pytest.mark.parametrize(
    ("name", "expected", "wide"),
    [
        ("exposure", None, 4.0),
        ("clarity", None, 3.0),
        ("dehaze", None, 2.0),
        ("exposure", 0.0, 0.5),
        ("exposure", 2.0, 2.0),
        ("clarity", 100.0, 6.0),
    ],
)
def test_a_parameter_strays_as_far_as_the_model_expects_within_bounds(
    name: str, expected: float | None, wide: float
) -> None:
    assert deviation(name, expected, 1.0) == wide
