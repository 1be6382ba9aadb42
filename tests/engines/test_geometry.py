"""Cropping and turning: each pixel has its expected position, and both applications' crops show the same pixels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from couloir.aperture.adjustments import Crop, Straighten
from couloir.aperture.model import Operation, PixelSize
from couloir.derive.contribution import PhotoFacts
from couloir.derive.geometry import frame
from couloir.derive.metadata import ORIENTATION
from couloir.engines import aperture, camera_raw
from couloir.engines.geometry import cut, orient, quarter_turn
from couloir.engines.pixels import resize
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import DevelopSettings, PhotoKind


def _coordinates(width: int, height: int) -> Picture:
    """A picture whose red is the x and green the y of each pixel's middle."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) + np.float32(0.5)
    return np.stack([x, y, np.zeros_like(x)], axis=-1)


@given(
    center=st.tuples(st.floats(15, 25), st.floats(12, 18)),
    extent=st.tuples(st.floats(4, 10), st.floats(4, 10)),
    angle=st.floats(-45, 45),
)
def test_every_pixel_of_a_cut_shows_its_place_on_the_turned_rectangle(
    center: tuple[float, float], extent: tuple[float, float], angle: float
) -> None:
    size = (7, 5)
    result = cut(_coordinates(40, 30), center, extent, angle, size)
    along = (np.arange(size[0]) + 0.5) / size[0] * extent[0] - extent[0] / 2
    across = (np.arange(size[1]) + 0.5) / size[1] * extent[1] - extent[1] / 2
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x = center[0] + along[np.newaxis, :] * cos - across[:, np.newaxis] * sin
    y = center[1] + along[np.newaxis, :] * sin + across[:, np.newaxis] * cos
    # Upright cuts average whole pixels, which may be half a pixel off.
    tolerance = 0.51 if angle == 0 else 0.01
    np.testing.assert_allclose(result[..., 0], x, atol=tolerance)
    np.testing.assert_allclose(result[..., 1], y, atol=tolerance)


def test_a_cut_along_pixel_borders_copies_the_pixels() -> None:
    picture = np.random.default_rng(1).uniform(0, 1, (20, 30, 3)).astype(np.float32)
    np.testing.assert_array_equal(cut(picture, (10, 8), (6, 4), 0, (6, 4)), picture[6:10, 7:13])
    np.testing.assert_array_equal(cut(picture, (15, 10), (30, 20), 0, (30, 20)), picture)


def test_a_tiny_angle_cuts_what_no_angle_cuts() -> None:
    picture = _coordinates(30, 20)
    np.testing.assert_allclose(
        cut(picture, (10, 8), (6, 4), 1e-9, (6, 4)), cut(picture, (10, 8), (6, 4), 0, (6, 4)), atol=1e-4
    )


@pytest.mark.parametrize("angle", [0, 10])
def test_beyond_the_picture_its_edge_is_repeated(angle: float) -> None:
    picture = np.full((10, 10, 3), 0.25, dtype=np.float32)
    np.testing.assert_allclose(cut(picture, (0, 0), (8, 8), angle, (8, 8)), 0.25, atol=1e-6)


def test_a_positive_angle_takes_the_rectangle_clockwise() -> None:
    """At 90 degrees its top edge lies on the right."""
    picture = _coordinates(10, 10)
    result = cut(picture, (5, 5), (4, 4), 90, (4, 4))
    np.testing.assert_allclose(result[0, :, 0], 6.5, atol=1e-5)
    np.testing.assert_allclose(result[0, :, 1], [3.5, 4.5, 5.5, 6.5], atol=1e-5)


@pytest.mark.parametrize("code", range(1, 9))
def test_an_orientation_turns_a_picture_as_pillow_does(code: int) -> None:
    levels = np.arange(6 * 4 * 3, dtype=np.uint8).reshape(4, 6, 3)
    image = Image.fromarray(levels)
    exif = Image.Exif()
    exif[0x0112] = code
    image.info["exif"] = exif.tobytes()
    expected = np.asarray(ImageOps.exif_transpose(image), dtype=np.float32)
    np.testing.assert_array_equal(orient(levels.astype(np.float32), code), expected)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, -90, 450])
def test_four_quarter_turns_are_none(degrees: int) -> None:
    picture = _coordinates(3, 2)
    turned = picture
    for _ in range(4):
        turned = quarter_turn(turned, degrees)
    np.testing.assert_array_equal(turned, picture)


def test_a_quarter_turn_is_clockwise() -> None:
    turned = quarter_turn(_coordinates(3, 2), 90)
    assert turned.shape == (3, 2, 3)
    np.testing.assert_array_equal(turned[0, :, :2], [[0.5, 1.5], [0.5, 0.5]])


def test_another_angle_is_no_quarter_turn() -> None:
    with pytest.raises(ValueError, match="45 degrees"):
        quarter_turn(_coordinates(3, 2), 45)


MASTER = PixelSize(3000, 2000)


def _gradient() -> Picture:
    """Smooth and without any symmetry, a fifth of the master's size."""
    y, x = np.mgrid[0:400, 0:600].astype(np.float32)
    return np.stack([x / 700 + 0.05, y / 500 + 0.05, (x + 2 * y) ** 2 / 2.5e6], axis=-1).astype(np.float32)


GRADIENT = _gradient()


def _operation(index: int, adjustment: Crop | Straighten) -> Operation:
    return Operation(f"{index}", "any", index, enabled=True, mask_uuid=None, inputs={}, adjustment=adjustment)


@given(
    angle=st.just(0.0) | st.floats(-20, 20),
    extent=st.tuples(st.integers(300, 900), st.integers(300, 900)),
    offset=st.tuples(st.integers(-350, 350), st.integers(-250, 250)),
    rotation=st.sampled_from([0, 90, 180, 270]),
    cropped=st.booleans(),
)
def test_both_engines_show_the_same_pixels_of_a_straightened_cropped_and_turned_version(
    angle: float, extent: tuple[int, int], offset: tuple[int, int], rotation: int, cropped: bool
) -> None:
    cos, sin = math.cos(math.radians(angle)), abs(math.sin(math.radians(angle)))
    canvas = (MASTER.width * cos + MASTER.height * sin, MASTER.width * sin + MASTER.height * cos)
    straighten = Straighten(angle)
    crop = Crop(*((c - e) / 2 + o for c, e, o in zip(canvas, extent, offset, strict=True)), *extent)
    processed = PixelSize(*(reversed(extent) if rotation % 180 else extent))
    crops = [crop] if cropped else []
    if not (cropped or angle):
        processed = PixelSize(2000, 3000) if rotation % 180 else MASTER

    theirs = aperture.render(
        GRADIENT,
        [_operation(index, adjustment) for index, adjustment in enumerate([straighten, *crops])],
        master_size=MASTER,
        processed_size=processed,
        rotation=rotation,
        size=60,
    )
    outcome = frame(crops, [straighten], PhotoFacts(PhotoKind.RENDERED, MASTER, processed, rotation))
    settings = DevelopSettings({} if outcome.crop is None else outcome.crop.settings())
    ours = camera_raw.render(GRADIENT, settings, orientation=ORIENTATION[rotation], size=60)

    assert outcome.anomalies == ()
    assert max(abs(a - b) for a, b in zip(ours.shape, theirs.shape, strict=True)) <= 1
    same_size = resize(ours, theirs.shape[1], theirs.shape[0])
    assert float(np.abs(same_size - theirs).mean()) < 2e-3
