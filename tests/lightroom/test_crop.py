"""Lightroom's five crop numbers and the rectangle that they mean."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from couloir.lightroom.crop import MAX_ANGLE, Crop
from couloir.lightroom.settings import DevelopSettings

SIDES = st.floats(10, 20_000)
ANGLES = st.floats(-MAX_ANGLE, MAX_ANGLE)


def test_lightroom_itself_gives_this_crop_6237_by_4158_pixels() -> None:
    """Measured on Lightroom Classic: `croppedDimensions` of a straightened 6720 x 4480 photo."""
    crop = Crop(0.020308, 0.073108, 0.979692, 0.926892, -3.01)
    width, height = crop.pixel_size(6720, 4480)
    assert (round(width), round(height)) == (6237, 4158)
    assert crop.fits(6720, 4480)


def test_a_crop_that_lightroom_kept_at_3_to_2_has_that_aspect() -> None:
    """Written by Lightroom Classic: an 8192 x 5464 photo, straightened with its aspect locked."""
    crop = Crop(0.000083, 0.029269, 0.970645, 0.971103, -0.79)
    width, height = crop.pixel_size(8192, 5464)
    assert width / height == pytest.approx(8192 / 5464, rel=1e-4)
    assert crop.fits(8192, 5464)


@pytest.mark.parametrize(("angle", "size"), [(5, (379, 207)), (-5, (337, 270)), (0, (360, 240))])
def test_the_corners_are_those_of_the_turned_rectangle(angle: float, size: tuple[int, int]) -> None:
    """darktable-cli renders a 600 x 400 photo with the corners at .2 and .8 to these sizes."""
    width, height = Crop(0.2, 0.2, 0.8, 0.8, angle).pixel_size(600, 400)
    assert (width, height) == pytest.approx(size, abs=1)


@given(SIDES, SIDES, st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 1), st.floats(0.01, 1), ANGLES)
def test_a_rectangle_comes_back_from_its_crop(
    frame_width: float, frame_height: float, x: float, y: float, w: float, h: float, angle: float
) -> None:
    rectangle = (x * frame_width, y * frame_height, w * frame_width, h * frame_height, angle)
    crop = Crop.from_rectangle(*rectangle, frame_width, frame_height)
    assert crop.rectangle(frame_width, frame_height) == pytest.approx(rectangle, rel=1e-9, abs=1e-6)
    assert crop.angle == angle


@given(SIDES, SIDES, st.floats(0, 0.4), st.floats(0, 0.4), st.floats(0.6, 1), st.floats(0.6, 1), ANGLES)
def test_a_crop_comes_back_from_its_rectangle(
    frame_width: float, frame_height: float, left: float, top: float, right: float, bottom: float, angle: float
) -> None:
    crop = Crop(left, top, right, bottom, angle)
    assume(min(crop.pixel_size(frame_width, frame_height)) > 1e-3)
    again = Crop.from_rectangle(*crop.rectangle(frame_width, frame_height), frame_width, frame_height)
    stated = (left, top, right, bottom, angle)
    assert (again.left, again.top, again.right, again.bottom, again.angle) == pytest.approx(stated, abs=1e-9)


@given(SIDES, SIDES, ANGLES)
def test_the_corners_are_a_rectangle_of_the_crops_size(width: float, height: float, angle: float) -> None:
    crop = Crop.from_rectangle(500, 400, width, height, angle, 1000, 800)
    corners = crop.corners(1000, 800)
    sides = [math.dist(corners[i], corners[(i + 1) % 4]) for i in range(4)]
    assert sides == pytest.approx([width, height, width, height], rel=1e-6)
    diagonals = (math.dist(corners[0], corners[2]), math.dist(corners[1], corners[3]))
    assert diagonals == pytest.approx([math.hypot(width, height)] * 2, rel=1e-6)
    # The first and the third corner are the two that the fractions name.
    assert corners[0] == pytest.approx((crop.left * 1000, crop.top * 800), rel=1e-6, abs=1e-6)
    assert corners[2] == pytest.approx((crop.right * 1000, crop.bottom * 800), rel=1e-6, abs=1e-6)


@given(st.floats(0.1, 45))
def test_a_positive_angle_turns_clockwise_on_the_screen(angle: float) -> None:
    top_left, top_right, *_ = Crop.from_rectangle(500, 400, 300, 200, angle, 1000, 800).corners(1000, 800)
    assert top_right[1] > top_left[1], "y runs down: the right end of the top edge has sunk"


def test_the_whole_frame_fits_and_a_turned_one_does_not() -> None:
    assert Crop(0, 0, 1, 1, 0).fits(600, 400)
    assert not Crop.from_rectangle(300, 200, 600, 400, 2, 600, 400).fits(600, 400)
    assert Crop.from_rectangle(300, 200, 600.8, 400, 0, 600, 400).fits(600, 400)
    assert not Crop.from_rectangle(300, 200, 600.8, 400, 0, 600, 400).fits(600, 400, tolerance=0.1)


def test_a_crop_without_area_fits_nowhere() -> None:
    assert not Crop(0.5, 0.5, 0.5, 0.5, 0).fits(600, 400)
    assert not Crop(0.6, 0.2, 0.4, 0.8, 0).fits(600, 400)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 10**400])
@pytest.mark.parametrize("place", range(5))
def test_a_number_that_is_not_finite_is_refused(place: int, number: float) -> None:
    numbers = [0.1, 0.1, 0.9, 0.9, 0.0]
    numbers[place] = number
    with pytest.raises(ValueError, match="finite"):
        Crop(*numbers)


def test_an_angle_beyond_45_degrees_is_refused() -> None:
    Crop(0, 0, 1, 1, 45)
    with pytest.raises(ValueError, match=r"beyond 45\.0 degrees"):
        Crop(0, 0, 1, 1, -45.01)


@pytest.mark.parametrize(("width", "height"), [(0, 100), (100, 0), (-100, 100)])
def test_a_rectangle_without_area_is_refused(width: float, height: float) -> None:
    with pytest.raises(ValueError, match="no area"):
        Crop.from_rectangle(100, 100, width, height, 0, 600, 400)


def test_the_five_settings_are_those_that_lightroom_takes() -> None:
    crop = Crop(0.1, 0.2, 0.8, 0.9, -1.25)
    assert DevelopSettings(crop.settings()).as_dict() == {
        "CropLeft": 0.1,
        "CropTop": 0.2,
        "CropRight": 0.8,
        "CropBottom": 0.9,
        "CropAngle": -1.25,
    }
