"""The baseline's stages: neutral at rest, monotone, finite; models and profiles survive a round trip through files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.color.difference import difference
from couloir.color.temperature import planckian_xy
from couloir.engines.dng import (
    Calibration,
    ColorModel,
    HueSatMap,
    Profile,
    baseline,
    curve_through,
    exposure_ramp,
    exposure_tone,
    hue_sat_map,
    rgb_tone,
)
from couloir.engines.dng.files import color_model, linear_dng, model_tags, profile, profile_tags
from couloir.engines.dng.raw import load_raw
from couloir.engines.dng.tables import hsv_to_rgb, rgb_to_hsv
from couloir.engines.dng.tags import read_tags
from couloir.lightroom.embed import stored_orientation

_LINE = ((0.0, 0.0), (1.0, 1.0))


def table(seed: int = 0, values: int = 3) -> HueSatMap:
    random = np.random.default_rng(seed)
    shape = (values, 8, 4)
    parts = [random.uniform(-20, 20, shape), random.uniform(0.8, 1.2, shape), random.uniform(0.9, 1.1, shape)]
    return HueSatMap(np.stack(parts, axis=-1).astype(np.float32), encoded=True)


def test_a_straight_curve_changes_nothing(camera: np.ndarray) -> None:
    assert np.abs(rgb_tone(camera, curve_through(_LINE)) - camera).max() < 1e-6


def test_no_exposure_and_no_blacks_change_nothing(camera: np.ndarray) -> None:
    assert np.abs(exposure_ramp(camera, 0.0, shadows=0.0) - camera).max() < 1e-6
    assert exposure_tone(camera, 0.0) is camera


def test_an_empty_table_changes_nothing(camera: np.ndarray) -> None:
    empty = HueSatMap(np.tile(np.array([0, 1, 1], np.float32), (2, 6, 3, 1)))
    assert hue_sat_map(camera, empty) is camera
    almost = empty.deltas.copy()
    almost[0, 0, 1, 0] = 1e-7
    assert np.abs(hue_sat_map(camera, HueSatMap(almost)) - camera).max() < 1e-6


def test_hue_saturation_and_value_go_both_ways(camera: np.ndarray) -> None:
    assert np.abs(hsv_to_rgb(*rgb_to_hsv(camera)) - camera).max() < 1e-6


def test_a_table_leaves_grey_grey_and_as_bright_as_it_was() -> None:
    grey = np.repeat(np.linspace(0, 1, 11, dtype=np.float32)[:, np.newaxis], 3, axis=1)
    assert np.abs(hue_sat_map(grey, table()) - grey).max() < 1e-5


@pytest.mark.parametrize("stops", [-3.0, -1.0, -0.1, 0.0, 0.5, 3.0])
def test_exposure_never_darkens_what_was_lighter(stops: float) -> None:
    steps = np.linspace(0, 1, 4001)
    risen = curve_through(())(exposure_tone(exposure_ramp(steps, stops), stops))
    assert (np.diff(risen) >= -1e-9).all()
    assert risen[-1] == pytest.approx(1.0, abs=1e-6)


def test_the_curve_keeps_a_colors_hue(camera: np.ndarray) -> None:
    before, _, _ = rgb_to_hsv(camera)
    after, _, _ = rgb_to_hsv(rgb_tone(camera, curve_through(())))
    assert np.abs(((after - before) + 3) % 6 - 3).max() < 1e-3


@given(st.integers(0, 2**32 - 1), st.floats(-5, 5))
def test_any_camera_color_gives_a_color_that_can_be_shown(seed: int, stops: float) -> None:
    random = np.random.default_rng(seed)
    matrix = np.array([[0.6, 0.0, -0.1], [-0.7, 1.5, 0.2], [-0.1, 0.2, 0.7]])
    model = ColorModel((Calibration(6500.0, matrix),), (0.5, 1.0, 0.6))
    shown = baseline(random.uniform(0, 4, (5, 3)), model, Profile(look_table=table(seed % 7)), exposure=stops)
    assert np.isfinite(shown).all()
    assert shown.min() >= 0
    assert shown.max() <= 1


def test_a_batch_is_rendered_as_its_pictures_one_by_one(model: ColorModel, camera: np.ndarray) -> None:
    batch = np.stack([camera, camera[::-1]])
    both = baseline(batch, model, Profile(look_table=table()))
    alone = [baseline(each, model, Profile(look_table=table())) for each in batch]
    assert np.array_equal(both, np.stack(alone))


def test_files_carry_the_model_and_the_profile_whole(model: ColorModel, camera: np.ndarray) -> None:
    look = Profile("Aperture look", _LINE, (table(1, 1), table(2, 1)), table(3), -0.25, default_black=False)
    tags = read_tags(linear_dng(camera, model, "Canon EOS 30D", look))
    read, found = color_model(tags), profile(tags)
    assert np.abs(baseline(camera, read, found) - baseline(camera, model, look)).max() < 1e-4
    assert (found.name, found.tone_curve, found.exposure_offset, found.default_black) == (
        "Aperture look",
        _LINE,
        -0.25,
        False,
    )
    assert read.baseline_exposure == 0.35


def test_two_illuminants_maps_follow_the_white_point(model: ColorModel, camera: np.ndarray) -> None:
    warm, cool = table(1, 1), table(2, 1)
    both = Profile(hue_sat_maps=(warm, cool))
    for kelvin, alone in ((2850.0, warm), (6500.0, cool)):
        white = planckian_xy(kelvin)
        assert np.array_equal(
            baseline(camera, model, both, white=white),
            baseline(camera, model, Profile(hue_sat_maps=(alone,)), white=white),
        )
    between = planckian_xy(4000.0)
    mixed = baseline(camera, model, both, white=between)
    assert difference(mixed, baseline(camera, model, Profile(hue_sat_maps=(warm,)), white=between)).mean > 0.05


def test_what_is_missing_or_of_the_wrong_size_is_named(model: ColorModel) -> None:
    with pytest.raises(ValueError, match="colour matrix"):
        color_model({})
    tags = profile_tags(Profile(look_table=table()))
    tags[50981] = replace(tags[50981], data=b"\x09\0\0\0" + tags[50981].data[4:])
    with pytest.raises(ValueError, match="are stated"):
        profile(tags)
    assert 50728 in model_tags(model, "Canon")


@pytest.mark.parametrize("code", range(1, 9))
def test_a_raw_files_orientation_is_read_with_its_mirror(model: ColorModel, tmp_path: Path, code: int) -> None:
    pytest.importorskip("rawpy", reason="rawpy is not installed")
    upright = linear_dng(np.full((40, 60, 3), 0.2), model, "Canon EOS 30D")
    entry = b"\x12\x01\x03\x00\x01\x00\x00\x00"  # tag 274, one SHORT
    path = tmp_path / "photo.dng"
    path.write_bytes(upright.replace(entry + b"\x01", entry + bytes([code]), 1))
    assert load_raw(path, lambda _columns, _rows: 60).orientation == code
    assert stored_orientation(path) == code
