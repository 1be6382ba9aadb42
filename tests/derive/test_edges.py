"""Where a rule of the translation begins and ends: the neutral settings, least counts, ends of ranges."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Master, Version
from couloir.derive import analytic
from couloir.derive.baseline import baseline
from couloir.derive.controls import PARAMETERS, limits
from couloir.derive.geometry import ADDED_ANGLES
from couloir.derive.offsets import SolvedPhoto, fit
from couloir.derive.residual.correction import Correction
from couloir.lightroom.settings import DevelopSettings, PhotoKind

AVersion = Callable[..., Version]


@pytest.mark.parametrize("kind", PhotoKind)
def test_the_neutral_settings_are_in_colour_and_linear(kind: PhotoKind) -> None:
    neutral = baseline(kind)
    assert neutral["ConvertToGrayscale"] is False
    assert neutral["Look"] == {}
    assert neutral["WhiteBalance"] == "As Shot"
    assert all(value == 0 for key, value in neutral.items() if key.endswith("2012") and isinstance(value, int))


def test_two_turns_add_up_and_say_so_and_one_beside_a_zero_does_not(a_version: AVersion, jpeg: Master) -> None:
    def reasons(*angles: float) -> list[str]:
        found = analytic(a_version(*(ap.Straighten(angle) for angle in angles)), jpeg)
        return [outcome.reason for outcome in found.operations]

    assert reasons(1.0, 2.0) == [ADDED_ANGLES.note] * 2
    assert ADDED_ANGLES.note not in reasons(1.0)
    assert ADDED_ANGLES.note not in reasons(0.0, 1.0)


def test_ten_solved_photos_give_an_offset_and_nine_do_not() -> None:
    photos = [
        SolvedPhoto("D200", "Nikon", "Adobe Standard", "6", {"exposure": 3.0 + number % 2}) for number in range(10)
    ]
    assert fit(photos).for_photo(photos[0])["exposure"] > 1
    assert fit(photos[:9]).for_photo(photos[0]) == {}


def test_a_slider_that_no_photo_moved_has_no_offset() -> None:
    photos = [SolvedPhoto("D200", "Nikon", "Adobe Standard", "6", {"exposure": 3.0}) for _ in range(30)]
    assert set(fit(photos).for_photo(photos[0])) == {"exposure"}


@pytest.mark.parametrize(("name", "ends"), [("temperature", 120.0), ("tint", 100.0)])
def test_the_white_balance_of_a_rendered_file_ends_where_its_sliders_do(name: str, ends: float) -> None:
    size = PARAMETERS[name].size
    low, high = limits(DevelopSettings({}), (name,), PhotoKind.RENDERED)
    assert (low[0] * size, high[0] * size) == pytest.approx((-ends, ends))


def test_a_raw_file_on_automatic_white_balance_counts_from_what_its_camera_chose() -> None:
    automatic = DevelopSettings({"WhiteBalance": "As Shot"})
    low, high = limits(automatic, ("tint",), PhotoKind.RAW, (5000.0, 10.0))
    size = PARAMETERS["tint"].size
    assert (low[0] * size, high[0] * size) == pytest.approx((-150.0 - 10.0, 150.0 - 10.0))
    assert limits(automatic, ("tint",), PhotoKind.RAW, None) == (pytest.approx([0.0]), pytest.approx([0.0]))


def test_an_infinitely_high_temperature_stays_a_number() -> None:
    _, balance = Correction("m", {"temperature": -1e6}).apply_to({}, (5000.0, 0.0), PhotoKind.RAW)
    assert balance == pytest.approx((1e6, 0.0))
    _, balance = Correction("m", {"tint": 1.0}).apply_to({}, (0.0, 0.0), PhotoKind.RAW)
    assert balance == pytest.approx((1.0, 1.0))


@pytest.mark.parametrize("control", ["color_correction", "highlight_tonal_width"])
def test_an_old_control_counts_only_where_it_is_stored_and_something_is_adjusted(
    a_version: AVersion, jpeg: Master, control: str
) -> None:
    def lost(**values: float) -> tuple[str, ...]:
        (outcome,) = analytic(a_version(ap.HighlightsShadows(**values)), jpeg).operations
        return outcome.lost

    assert len(lost(shadows=20.0, **{control: 5.0})) == 1
    assert lost(shadows=20.0) == ()
    assert lost(**{control: 5.0}) == ()


def test_the_keys_of_an_operation_are_those_that_it_moved(a_version: AVersion, jpeg: Master) -> None:
    def keys(adjustment: ap.Adjustment) -> tuple[str, ...]:
        return analytic(a_version(adjustment), jpeg).operations[0].settings

    assert keys(ap.Exposure(exposure=0.5)) == ("Exposure2012",)
    assert keys(ap.WhiteBalance(temperature=6000.0)) == ("WhiteBalance", "IncrementalTemperature", "IncrementalTint")
    assert all(key.startswith("Crop") for key in keys(ap.Crop(x=300, y=500, width=1500, height=1000)))
    assert keys(ap.Crop(x=300, y=500, width=1500, height=1000))
