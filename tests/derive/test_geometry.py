"""Straighten, crop and rotation become Lightroom's five numbers, compared with the size that Aperture stored."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from couloir.aperture.adjustments import Crop, Straighten
from couloir.aperture.model import Master, PixelSize, Version
from couloir.derive import Fidelity, analytic

AVersion = Callable[..., Version]


def test_a_plain_crop_keeps_its_edges(a_version: AVersion, jpeg: Master) -> None:
    version = a_version(Crop(x=300, y=500, width=1500, height=1000), processed_size=PixelSize(1500, 1000))
    translation = analytic(version, jpeg)
    crop = translation.crop
    assert crop is not None
    # Aperture's origin is bottom-left: 500 up from the bottom and 1000 high leaves 500 above.
    assert (crop.left, crop.top, crop.right, crop.bottom, crop.angle) == pytest.approx((0.1, 0.25, 0.6, 0.75, 0))
    assert translation.settings["CropLeft"] == pytest.approx(0.1)
    assert translation.operations[0].fidelity is Fidelity.EXACT
    assert translation.anomalies == ()
    assert translation.expected_size == (1500, 1000)


def test_rotation_swaps_the_expected_size_but_not_the_crop(a_version: AVersion, jpeg: Master) -> None:
    version = a_version(Crop(x=0, y=0, width=1500, height=1000), processed_size=PixelSize(1000, 1500), rotation=90)
    translation = analytic(version, jpeg)
    assert translation.expected_size == (1000, 1500)
    assert translation.anomalies == ()
    assert translation.settings["CropRight"] == pytest.approx(0.5)


def test_a_zero_size_crop_means_no_crop(a_version: AVersion, jpeg: Master) -> None:
    translation = analytic(a_version(Crop()), jpeg)
    assert translation.crop is None
    assert translation.operations[0].fidelity is Fidelity.EXACT


def test_straighten_without_crop_is_cropped_to_the_processed_size_around_the_centre(
    a_version: AVersion, jpeg: Master
) -> None:
    version = a_version(Straighten(rotation=2.0), processed_size=PixelSize(2868, 1896))
    translation = analytic(version, jpeg)
    crop = translation.crop
    assert crop is not None
    assert crop.angle == 2.0
    assert crop.pixel_size(3000, 2000) == pytest.approx((2868, 1896))
    center_x, center_y, *_ = crop.rectangle(3000, 2000)
    assert (center_x, center_y) == pytest.approx((1500, 1000))
    assert translation.anomalies == ()


def test_a_size_that_contradicts_the_stored_one_is_an_anomaly_and_the_crop_stays_as_stored(
    a_version: AVersion, jpeg: Master
) -> None:
    version = a_version(Crop(x=0, y=0, width=1500, height=1000), processed_size=PixelSize(1500, 1200))
    translation = analytic(version, jpeg)
    assert [anomaly.code for anomaly in translation.anomalies] == ["geometry.size"]
    assert "1500 x 1200" in translation.anomalies[0].message
    assert translation.crop is not None
    assert translation.crop.pixel_size(3000, 2000) == pytest.approx((1500, 1000))


def test_one_pixel_of_rounding_is_no_anomaly(a_version: AVersion, jpeg: Master) -> None:
    version = a_version(Crop(x=0, y=0, width=1500.4, height=1000), processed_size=PixelSize(1501, 1001))
    assert analytic(version, jpeg).anomalies == ()


def test_a_crop_that_reaches_outside_is_made_to_fit_and_said(a_version: AVersion, jpeg: Master) -> None:
    version = a_version(Crop(x=1500, y=800, width=2000, height=1500), processed_size=PixelSize(2000, 1500))
    translation = analytic(version, jpeg)
    assert "geometry.outside" in {anomaly.code for anomaly in translation.anomalies}
    assert translation.crop is not None
    assert translation.crop.fits(3000, 2000)


def test_a_crop_wholly_outside_is_lost_and_the_frame_kept(a_version: AVersion, jpeg: Master) -> None:
    translation = analytic(a_version(Crop(x=9000, y=0, width=100, height=100)), jpeg)
    assert translation.crop is None
    assert translation.operations[0].fidelity is Fidelity.LOST


@pytest.mark.parametrize(
    ("crop", "left_over"),
    [
        (Crop(x=2000, y=500, width=2000, height=1000), (2000, 500, 1000, 1000)),  # its centre lies on the right edge
        (Crop(x=-750, y=500, width=1500, height=1000), (0, 500, 750, 1000)),
        (Crop(x=300, y=-500, width=1500, height=1000), (300, 1500, 1500, 500)),
        (Crop(x=2250, y=1500, width=1500, height=1000), (2250, 0, 750, 500)),  # on a corner
        (Crop(x=2900, y=500, width=1500, height=1000), (2900, 500, 100, 1000)),  # beyond the edge
        (Crop(x=-100, y=-100, width=3200, height=2200), (0, 0, 3000, 2000)),
    ],
)
def test_a_crop_that_crosses_the_border_is_cut_there(
    a_version: AVersion, jpeg: Master, raw: Master, crop: Crop, left_over: tuple[int, int, int, int]
) -> None:
    assert "cut at the edge" in analytic(a_version(crop), raw).operations[0].reason
    translation = analytic(a_version(crop), jpeg)
    left, top, width, height = left_over
    assert translation.crop is not None
    assert translation.crop.rectangle(3000, 2000) == pytest.approx(
        (left + width / 2, top + height / 2, width, height, 0)
    )
    assert "geometry.outside" in {anomaly.code for anomaly in translation.anomalies}
    assert translation.operations[0].fidelity is Fidelity.APPROXIMATE
    assert "edge" in translation.operations[0].reason


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    angle=st.floats(-45, 45),
    center=st.tuples(st.floats(-0.3, 1.3), st.floats(-0.3, 1.3)),
    extent=st.tuples(st.floats(40, 4000), st.floats(40, 4000)),
)
def test_as_much_of_a_turned_crop_as_lies_in_the_photo_is_kept(
    a_version: AVersion, jpeg: Master, angle: float, center: tuple[float, float], extent: tuple[float, float]
) -> None:
    """A coarse search over rectangles within both, corner by corner, finds none that is larger."""
    turn = complex(math.cos(math.radians(angle)), math.sin(math.radians(angle)))
    canvas = (3000 * turn.real + 2000 * abs(turn.imag), 3000 * abs(turn.imag) + 2000 * turn.real)
    x, y = (c * w - e / 2 for c, w, e in zip(center, canvas, extent, strict=True))
    crop = Crop(x, y, *extent)
    translation = analytic(a_version(Straighten(angle), crop), jpeg)
    # The crop's own axes: x to the right, y down, from its centre; on the photo they are turned by the angle.
    middle = complex(center[0] * canvas[0] - canvas[0] / 2, canvas[1] / 2 - center[1] * canvas[1]) * turn
    places = [complex(x, y) for x in _steps(extent[0]) for y in _steps(extent[1])]
    inside = {
        place
        for place in places
        if abs((place * turn + middle).real) <= 1500 and abs((place * turn + middle).imag) <= 1000
    }
    best = max(
        (
            (b.real - a.real) * (b.imag - a.imag)
            for a in inside
            for b in inside
            if b.real > a.real
            and b.imag > a.imag
            and complex(a.real, b.imag) in inside
            and complex(b.real, a.imag) in inside
        ),
        default=0.0,
    )
    kept = translation.crop
    width, height = (0.0, 0.0) if kept is None else kept.pixel_size(3000, 2000)
    assert width * height >= 0.999 * best or min(best / extent[0], best / extent[1]) < 2
    if kept is not None:
        assert kept.fits(3000, 2000, tolerance=0.01)
        assert width <= extent[0] + 0.01
        assert height <= extent[1] + 0.01


def _steps(length: float, count: int = 5) -> list[float]:
    return [length * (step / count - 0.5) for step in range(count + 1)]


@pytest.mark.parametrize("crop", [Crop(10, 10, -300, 200), Crop(10, 10, 300, 0), Crop(0, 0, -1, -1)])
def test_a_crop_with_a_side_of_no_length_is_said_to_be_none(a_version: AVersion, jpeg: Master, crop: Crop) -> None:
    translation = analytic(a_version(crop), jpeg)
    assert translation.crop is None
    assert translation.operations[0].fidelity is Fidelity.LOST


@pytest.mark.parametrize("turns", [-360, 360, 3600])
def test_an_angle_of_whole_turns_more_is_the_same_angle(a_version: AVersion, jpeg: Master, turns: int) -> None:
    crop = analytic(a_version(Straighten(rotation=2.0 + turns)), jpeg).crop
    assert crop is not None
    assert crop.angle == pytest.approx(2.0)


def test_a_photo_without_a_size_cannot_be_cropped_and_says_so(a_version: AVersion, jpeg: Master) -> None:
    version = a_version(Crop(x=0, y=0, width=10, height=10), master_size=None)
    (outcome,) = analytic(version, jpeg).operations
    assert outcome.fidelity is Fidelity.LOST


def test_the_crop_of_a_raw_file_is_only_as_exact_as_the_two_frames(a_version: AVersion, raw: Master) -> None:
    version = a_version(Crop(x=0, y=0, width=1500, height=1000), processed_size=PixelSize(1500, 1000))
    assert analytic(version, raw).operations[0].fidelity is Fidelity.APPROXIMATE


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    angle=st.floats(-20, 20),
    fractions=st.tuples(st.floats(0.2, 0.8), st.floats(0.2, 0.8), st.floats(0.05, 0.5), st.floats(0.05, 0.5)),
)
def test_a_crop_in_the_straightened_canvas_lands_where_the_pixels_are(
    a_version: AVersion, jpeg: Master, angle: float, fractions: tuple[float, float, float, float]
) -> None:
    """Turn the crop's corners back by hand, the other way round than the code does, and find Lightroom's corners
    there.
    """
    width, height = 3000.0, 2000.0
    turn = math.radians(angle)
    canvas_w = width * abs(math.cos(turn)) + height * abs(math.sin(turn))
    canvas_h = width * abs(math.sin(turn)) + height * abs(math.cos(turn))
    cx, cy, fw, fh = fractions
    w, h = fw * canvas_w, fh * canvas_h
    x, y = cx * canvas_w - w / 2, cy * canvas_h - h / 2
    version = a_version(
        Straighten(rotation=angle), Crop(x=x, y=y, width=w, height=h), processed_size=PixelSize(round(w), round(h))
    )
    translation = analytic(version, jpeg)
    assume(not any(anomaly.code == "geometry.outside" for anomaly in translation.anomalies))
    assume(translation.crop is not None)
    assert translation.crop is not None
    # Top-left corner of the crop, y up, relative to the canvas centre; the canvas is the master turned
    # counter-clockwise.
    dx, dy = x - canvas_w / 2, y + h - canvas_h / 2
    back = complex(dx, dy) * complex(math.cos(turn), -math.sin(turn))
    expected_left, expected_top = (back.real + width / 2) / width, (height / 2 - back.imag) / height
    assert translation.crop.left == pytest.approx(expected_left, abs=2e-3)
    assert translation.crop.top == pytest.approx(expected_top, abs=2e-3)
    assert translation.crop.fits(width, height, tolerance=0.01)
