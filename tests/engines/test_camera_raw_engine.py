"""Our Camera Raw engine: neutral is the identity, its tone sliders reproduce the measured table, crops are exact."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from couloir.color.spaces import luminance, srgb_decode, srgb_encode
from couloir.engines.camera_raw import CameraRawEngine, color, render, responses, tone
from couloir.engines.protocol import Photo, Picture
from couloir.errors import BadImage, CannotRender
from couloir.lightroom.crop import Crop
from couloir.lightroom.settings import SETTINGS, DevelopSettings, PhotoKind, SettingType

TONES = {
    "Contrast2012": (tone.contrast, responses.CONTRAST),
    "Highlights2012": (tone.highlights, responses.HIGHLIGHTS),
    "Shadows2012": (tone.shadows, responses.SHADOWS),
    "Whites2012": (tone.whites, responses.WHITES),
    "Blacks2012": (tone.blacks, responses.BLACKS),
}
NEUTRAL = DevelopSettings(
    {
        "WhiteBalance": "Custom",
        "IncrementalTemperature": 0,
        "IncrementalTint": 0,
        **{key: 0 for key, setting in SETTINGS.items() if key in TONES or key in ("Vibrance", "Saturation")},
        "Exposure2012": 0,
        "Clarity2012": 0,
        "ToneCurvePV2012": (0, 0, 255, 255),
        **Crop(0, 0, 1, 1, 0).settings(),
    }
)
BASE = 2.0 ** np.array(responses.BASE_STOPS)
seeds = st.integers(0, 2**32 - 1)


def _random(seed: int) -> Picture:
    picture = np.random.default_rng(seed).uniform(-0.5, 4, (5, 7, 3)).astype(np.float32)
    picture[0, :3] = 0, 1, -1
    return picture


def _grays(light: np.ndarray) -> np.ndarray:
    return np.repeat(light[:, np.newaxis], 3, axis=1)


@st.composite
def curves(draw: st.DrawFn) -> tuple[int, ...]:
    xs = sorted(draw(st.lists(st.integers(0, 255), min_size=2, max_size=9, unique=True)))
    return tuple(v for x in xs for v in (x, draw(st.integers(0, 255))))


@st.composite
def edits(draw: st.DrawFn) -> DevelopSettings:
    """Any of the settings that the engine draws, anywhere within their ranges."""
    keys = (*TONES, "Exposure2012", "Clarity2012", "Vibrance", "Saturation")
    values: dict[str, object] = {
        key: draw(st.integers(int(SETTINGS[key].low or 0), int(SETTINGS[key].high or 0)))
        for key in draw(st.sets(st.sampled_from(keys)))
    }
    for key, setting in SETTINGS.items():
        if setting.type is SettingType.CURVE and draw(st.booleans()):
            values[key] = draw(curves())
    if draw(st.booleans()):
        sliders = st.integers(-100, 100)
        values |= {
            "WhiteBalance": "Custom",
            "IncrementalTemperature": draw(sliders),
            "IncrementalTint": draw(sliders),
        }
    return DevelopSettings(values)


@given(seeds)
def test_neutral_settings_and_none_show_the_file_as_it_is(seed: int) -> None:
    picture = _random(seed)
    expected = np.clip(srgb_encode(picture), 0, 1)
    np.testing.assert_array_equal(render(picture, DevelopSettings()), expected)
    np.testing.assert_allclose(render(picture, NEUTRAL), expected, atol=1e-6)


@pytest.mark.parametrize("stage", [tone.exposure, color.vibrance, color.saturation, *(s for s, _ in TONES.values())])
def test_each_stage_is_the_identity_at_zero(stage: Callable[[np.ndarray, float], np.ndarray]) -> None:
    np.testing.assert_allclose(stage(_random(1), 0), _random(1), atol=1e-6)


@given(seeds, edits())
def test_a_rendering_is_finite_and_lies_between_black_and_white(seed: int, settings: DevelopSettings) -> None:
    shown = render(_random(seed), settings)
    assert shown.dtype == np.float32
    assert np.isfinite(shown).all()
    assert 0 <= shown.min() <= shown.max() <= 1


@pytest.mark.parametrize("key", TONES)
def test_a_grey_ramp_gains_the_stops_that_were_measured(key: str) -> None:
    stage, response = TONES[key]
    for amount, stops in response.items():
        gained = np.log2(stage(_grays(BASE), amount)[:, 0] / BASE)
        np.testing.assert_allclose(gained, stops, atol=1e-6)


@pytest.mark.parametrize("key", TONES)
def test_amounts_between_the_measured_ones_lie_between_them(key: str) -> None:
    stage, response = TONES[key]
    for amount, stops in response.items():
        for share in (0.1, 0.5):
            gained = np.log2(stage(_grays(BASE), amount * share)[:, 0] / BASE)
            between = np.array(stops) * share
            if share * abs(amount) <= min(abs(a) for a in response):
                nearest = min((a for a in response if a * amount > 0), key=abs)
                between = np.array(response[nearest]) * amount * share / nearest
            np.testing.assert_allclose(gained, between, atol=1e-6)


@pytest.mark.parametrize("key", ["Contrast2012", "Whites2012", "Blacks2012"])
@pytest.mark.parametrize("amount", [-100, -50, -10, 10, 50, 100])
def test_the_sliders_that_act_on_all_the_picture_keep_the_order_of_tones(key: str, amount: int) -> None:
    """Highlights and Shadows act locally: their measured medians fall for a stretch at full strength."""
    ramp = 2.0 ** np.linspace(-14, 1, 2000)
    assert (np.diff(TONES[key][0](_grays(ramp), amount)[:, 0]) > 0).all()


@pytest.mark.parametrize("key", ["Highlights2012", "Shadows2012", "Whites2012", "Blacks2012"])
def test_more_of_a_slider_is_lighter_everywhere(key: str) -> None:
    stage = TONES[key][0]
    ramp = _grays(2.0 ** np.linspace(-12, 0, 100))
    steps = [stage(ramp, amount) for amount in range(-100, 101, 20)]
    assert all((lighter >= darker - 1e-12).all() for darker, lighter in pairwise(steps))


@given(seeds, st.floats(-5, 5))
def test_exposure_is_a_gain(seed: int, stops: float) -> None:
    np.testing.assert_allclose(tone.exposure(_random(seed), stops), _random(seed) * np.float32(2**stops), rtol=1e-5)


@given(seeds, curves())
def test_the_master_curve_keeps_the_hue(seed: int, points: tuple[int, ...]) -> None:
    """The middle channel keeps its share of the way between the lowest and the highest one."""
    before = np.random.default_rng(seed).uniform(0, 1, (50, 3))
    after = srgb_encode(tone.master_curve(srgb_decode(before), points))
    order = np.argsort(before, axis=-1)
    low, middle, high = np.moveaxis(np.take_along_axis(before, order, axis=-1), -1, 0)
    new_low, new_middle, new_high = np.moveaxis(np.take_along_axis(after, order, axis=-1), -1, 0)
    np.testing.assert_allclose((new_middle - new_low) * (high - low), (middle - low) * (new_high - new_low), atol=1e-6)


@given(curves(), st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_on_grey_the_master_curve_is_the_channel_curve(points: tuple[int, ...], levels: list[float]) -> None:
    light = srgb_decode(np.array(levels))
    master = tone.master_curve(_grays(light), points)
    np.testing.assert_allclose(master, _grays(tone.channel_curve(light, points)), atol=1e-9)


@given(curves())
def test_a_curve_passes_through_its_points_in_the_encoding(points: tuple[int, ...]) -> None:
    xs, ys = np.array(points[0::2]) / 255, np.array(points[1::2]) / 255
    np.testing.assert_allclose(srgb_encode(tone.channel_curve(srgb_decode(xs), points)), ys, atol=1e-6)


def test_a_channel_curve_moves_its_own_channel_only() -> None:
    picture = np.full((2, 2, 3), 0.2, dtype=np.float32)
    shown = render(picture, DevelopSettings({"ToneCurvePV2012Green": (0, 0, 128, 160, 255, 255)}))
    plain = render(picture, DevelopSettings())
    np.testing.assert_allclose(shown[..., ::2], plain[..., ::2], atol=1e-6)
    assert (shown[..., 1] > plain[..., 1] + 0.05).all()


@given(seeds)
def test_saturation_minus_100_is_grey_of_the_same_luminance(seed: int) -> None:
    result = color.saturation(_random(seed), -100)
    np.testing.assert_allclose(result, _grays(luminance(_random(seed)).ravel()).reshape(result.shape), atol=1e-5)


def test_vibrance_favours_dull_colours_and_spares_orange() -> None:
    def gain(rgb: tuple[float, float, float]) -> float:
        linear = np.array([rgb])
        gray = luminance(linear)[..., np.newaxis]
        return float(np.linalg.norm(color.vibrance(linear, 100) - gray) / np.linalg.norm(linear - gray))

    assert gain((0.4, 0.4, 0.5)) > gain((0.5, 0.45, 0.4)) > gain((0.0, 0.1, 0.9)) >= 1


def test_clarity_raises_local_contrast_and_leaves_even_areas() -> None:
    even = np.full((40, 600, 3), 0.2, dtype=np.float32)  # wide enough that Clarity's blur reaches a pixel
    clarity = DevelopSettings({"Clarity2012": 100})
    np.testing.assert_allclose(render(even, clarity), render(even, DevelopSettings()), atol=1e-5)
    edge = even.copy()
    edge[:, 300:] = 0.6
    shown, plain = render(edge, clarity), render(edge, DevelopSettings())
    assert shown[20, 300, 0] > plain[20, 300, 0]
    assert shown[20, 299, 0] < plain[20, 299, 0]


def test_a_crop_shows_the_pixels_inside_it_and_the_orientation_turns_them() -> None:
    picture = np.random.default_rng(2).uniform(0, 1, (40, 60, 3)).astype(np.float32)
    settings = DevelopSettings(Crop(0.25, 0.5, 0.75, 1.0, 0).settings())
    expected = srgb_encode(picture[20:, 15:45])
    np.testing.assert_allclose(render(picture, settings), expected, atol=1e-6)
    np.testing.assert_allclose(render(picture, settings, orientation=6), np.rot90(expected, -1), atol=1e-6)
    np.testing.assert_allclose(render(picture, settings, orientation=2), expected[:, ::-1], atol=1e-6)


@given(st.integers(1, 80), st.floats(-30, 30))
def test_the_long_edge_has_the_size_that_was_asked_for(size: int, angle: float) -> None:
    crop = Crop.from_rectangle(300, 200, 200, 100, angle, 600, 400)
    shown = render(np.zeros((400, 600, 3), dtype=np.float32), DevelopSettings(crop.settings()), size=size)
    assert max(shown.shape) == max(size, 3)
    assert shown.shape[0] == pytest.approx(size / 2, abs=1)


def _photo(folder: Path, orientation: int | None = None, **changes: object) -> Photo:
    path = folder / "photo.png"
    exif = Image.Exif()
    exif[0x0112] = 6
    levels = np.random.default_rng(3).integers(0, 256, (40, 60, 3)).astype(np.uint8)
    Image.fromarray(levels).save(path, exif=exif)
    return Photo(path, PhotoKind.RENDERED, orientation)


def test_a_photo_is_drawn_in_its_own_orientation_unless_another_is_stated(tmp_path: Path) -> None:
    engine = CameraRawEngine()
    assert engine.render(_photo(tmp_path), DevelopSettings(), 30).shape == (30, 20, 3)
    assert engine.render(_photo(tmp_path, orientation=1), DevelopSettings(), 30).shape == (20, 30, 3)


@given(
    angle=st.floats(-44, 44), shape=st.sampled_from([(60, 40), (40, 60), (120, 24), (24, 120)]), share=st.floats(0.3, 1)
)
def test_a_crop_is_drawn_at_the_size_asked_for_when_the_file_has_it(
    tmp_path_factory: pytest.TempPathFactory, angle: float, shape: tuple[int, int], share: float
) -> None:
    width, height = shape
    side = share * min(width, height) / 1.5
    crop = Crop.from_rectangle(width / 2, height / 2, side, side * 0.9, angle, width, height)
    path = tmp_path_factory.mktemp("photo") / "photo.png"
    Image.new("RGB", shape, "white").save(path)
    size = max(1, int(side / 2))
    shown = CameraRawEngine().render(Photo(path, PhotoKind.RENDERED), DevelopSettings(crop.settings()), size)
    assert max(shown.shape[:2]) == size


def test_raw_photos_and_raw_settings_are_beyond_it(tmp_path: Path) -> None:
    engine, photo = CameraRawEngine(), _photo(tmp_path)
    with pytest.raises(CannotRender, match="RAW"):
        engine.render(Photo(photo.path, PhotoKind.RAW), DevelopSettings(), 30)
    with pytest.raises(CannotRender, match="RAW"):
        engine.render(photo, DevelopSettings({"WhiteBalance": "Custom", "Temperature": 5000}), 30)


def test_a_file_that_is_no_picture_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"nothing")
    with pytest.raises(BadImage, match=r"broken\.jpg"):
        CameraRawEngine().render(Photo(path, PhotoKind.RENDERED), DevelopSettings(), 30)
