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
from couloir.engines.camera_raw import (
    NOMINAL,
    CameraRawEngine,
    Constants,
    color,
    render,
    render_many,
    render_pixels,
    responses,
    tone,
)
from couloir.engines.camera_raw.curves import by_channel, keeping_hue, parametric_table, point_table
from couloir.engines.constants import draw as draw_constants
from couloir.engines.dng import Calibration, ColorModel
from couloir.engines.dng.files import linear_dng
from couloir.engines.protocol import Photo, Picture
from couloir.errors import BadImage, CannotRender
from couloir.lightroom.crop import Crop
from couloir.lightroom.enhanced.look import EnhancedProfile
from couloir.lightroom.enhanced.rgb_table import RgbTable, identity_samples
from couloir.lightroom.keys import COLOURS
from couloir.lightroom.settings import SETTINGS, DevelopSettings, PhotoKind, SettingType


def stage(slider: str, constants: Constants = NOMINAL) -> Callable[[np.ndarray, float], np.ndarray]:
    """A tone slider on pixels whose surroundings are as bright as they are, in a picture of the measured key."""

    def gain(linear: np.ndarray, amount: float) -> np.ndarray:
        return linear * np.exp2(tone.compute_gain(slider, amount, constants)(tone.stops_of(linear)))[..., np.newaxis]

    return gain


TONES = {
    "Contrast2012": (stage("Contrast2012"), responses.CONTRAST),
    "Highlights2012": (stage("Highlights2012"), responses.HIGHLIGHTS),
    "Shadows2012": (stage("Shadows2012"), responses.SHADOWS),
    "Whites2012": (stage("Whites2012"), responses.WHITES),
    "Blacks2012": (stage("Blacks2012"), responses.BLACKS),
}
DRAWN = (
    *(*TONES, "Texture", "Clarity2012", "Dehaze", "Vibrance", "Saturation", "ShadowTint"),
    *(f"{primary}{slider}" for primary in ("Red", "Green", "Blue") for slider in ("Hue", "Saturation")),
    *(f"{kind}Adjustment{name}" for kind in ("Hue", "Saturation", "Luminance") for name in COLOURS),
    *(f"GrayMixer{name}" for name in COLOURS),
    *(f"Parametric{region}" for region in ("Shadows", "Darks", "Lights", "Highlights")),
    *(key for key in SETTINGS if key.startswith(("SplitToning", "ColorGrade"))),
    *("Sharpness", "LuminanceSmoothing", "ColorNoiseReduction", "PostCropVignetteAmount", "PostCropVignetteRoundness"),
)
"""Sliders whose neutral value is 0."""
NEUTRAL = DevelopSettings(
    {
        "WhiteBalance": "Custom",
        "IncrementalTemperature": 0,
        "IncrementalTint": 0,
        **dict.fromkeys(DRAWN, 0),
        "Exposure2012": 0,
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
    keys = (*DRAWN, "Exposure2012")
    values: dict[str, object] = {
        key: draw(st.integers(int(SETTINGS[key].low or 0), int(SETTINGS[key].high or 0)))
        for key in draw(st.sets(st.sampled_from(keys)))
    }
    for key, setting in SETTINGS.items():
        if setting.type is SettingType.CURVE and draw(st.booleans()):
            values[key] = draw(curves())
    values["ConvertToGrayscale"] = draw(st.booleans())
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


@pytest.mark.parametrize("name", [*DRAWN, "Exposure2012"])
def test_each_slider_is_the_identity_at_zero(name: str) -> None:
    expected = np.clip(srgb_encode(_random(1)), 0, 1)
    np.testing.assert_allclose(render(_random(1), DevelopSettings({name: 0})), expected, atol=1e-6)


@pytest.mark.parametrize("name", sorted({*DRAWN, "Exposure2012"} - {"ColorGradeBlending", "SplitToningBalance"}))
def test_each_slider_changes_the_picture(name: str) -> None:
    """Hues of wheels need saturation, the mixer needs grey: those are set beside them."""
    beside: dict[str, object] = {}
    if name.startswith("GrayMixer"):
        beside = {"ConvertToGrayscale": True}
    elif name.endswith("Hue") and name.startswith(("SplitToning", "ColorGrade")):
        beside = {name[:-3] + ("Sat" if name.startswith("ColorGrade") else "Saturation"): 50}
    elif name.endswith("Roundness"):
        beside = {"PostCropVignetteAmount": -50}
    picture = np.random.default_rng(4).uniform(0, 1, (60, 700, 3)).astype(np.float32)  # wide enough for Texture
    top = SETTINGS[name].high
    assert top is not None
    plain = render(picture, DevelopSettings(beside))
    moved = render(picture, DevelopSettings({**beside, name: round(top / 2)}))
    assert np.abs(moved - plain).max() > 0.002


@given(seeds, st.lists(edits(), min_size=1, max_size=4))
def test_many_settings_at_once_are_drawn_as_one_by_one(seed: int, many: list[DevelopSettings]) -> None:
    together = render_many(_random(seed), many)
    np.testing.assert_allclose(together, np.stack([render(_random(seed), each) for each in many]), atol=1e-6)


@given(seeds, st.lists(edits(), min_size=1, max_size=4), st.integers(1, 9))
def test_some_pixels_alone_are_those_of_the_whole_picture(seed: int, many: list[DevelopSettings], each: int) -> None:
    blunt = [DevelopSettings({key: v for key, v in settings.items() if key != "Sharpness"}) for settings in many]
    linear = _random(seed)
    whole = render_many(linear, blunt).reshape(len(many), -1, 3)
    places = np.arange(0, whole.shape[1], each)
    np.testing.assert_allclose(render_pixels(linear, blunt, places), whole[:, places], atol=1e-6)


@given(seeds, edits(), st.integers(0, 1000))
def test_an_engine_with_other_constants_draws_pictures_too(seed: int, settings: DevelopSettings, other: int) -> None:
    shown = render(_random(seed), settings, constants=draw_constants(NOMINAL, np.random.default_rng(other)))
    assert np.isfinite(shown).all()


def test_greys_stay_grey_under_every_color_slider() -> None:
    gray = _grays(np.linspace(0, 1, 50)).astype(np.float32)[np.newaxis]
    sliders = {f"{kind}Adjustment{name}": 100 for kind in ("Hue", "Saturation", "Luminance") for name in COLOURS}
    primaries = {f"{name}{slider}": 100 for name in ("Red", "Green", "Blue") for slider in ("Hue", "Saturation")}
    shown = render(gray, DevelopSettings({**sliders, **primaries, "Vibrance": 100, "Saturation": 100}))
    np.testing.assert_allclose(shown, srgb_encode(gray), atol=2e-4)


def test_a_band_moves_its_own_color_and_leaves_the_opposite_one() -> None:
    red, aqua = (0.5, 0.05, 0.05), (0.05, 0.5, 0.5)
    picture = np.array([[red, aqua]], dtype=np.float32)
    plain = render(picture, DevelopSettings())
    moved = render(picture, DevelopSettings({"LuminanceAdjustmentRed": -60}))
    assert moved[0, 0].max() < plain[0, 0].max() - 0.1
    np.testing.assert_allclose(moved[0, 1], plain[0, 1], atol=1e-5)


def test_highlights_and_shadows_keep_detail_that_a_gain_by_pixel_would_flatten() -> None:
    """They follow the surroundings, so that the small differences within a dark area survive."""
    random = np.random.default_rng(5)
    night = (2.0**-7 * np.exp2(random.normal(0, 0.1, (300, 400)))).astype(np.float32)
    picture = np.repeat(night[..., np.newaxis], 3, axis=-1)
    lifted = srgb_decode(render(picture, DevelopSettings({"Shadows2012": 100})))[..., 0]
    by_pixel = stage("Shadows2012")(picture, 100)[..., 0]
    assert np.std(np.log2(lifted)) > 1.5 * np.std(np.log2(by_pixel))


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


@given(st.floats(-5, 2).map(lambda stops: round(stops, 2)))
def test_exposure_is_a_gain(stops: float) -> None:
    picture = np.random.default_rng(1).uniform(0.01, 0.2, (5, 7, 3)).astype(np.float32)
    shown = render(picture, DevelopSettings({"Exposure2012": stops}))
    np.testing.assert_allclose(shown, srgb_encode(picture * np.float32(2**stops)), atol=1e-5)


@given(seeds, curves())
def test_the_master_curve_keeps_the_hue(seed: int, points: tuple[int, ...]) -> None:
    """The middle channel keeps its share of the way between the lowest and the highest one."""
    before = np.random.default_rng(seed).uniform(0, 1, (50, 3))
    after = keeping_hue(before, [point_table(points)])
    order = np.argsort(before, axis=-1)
    low, middle, high = np.moveaxis(np.take_along_axis(before, order, axis=-1), -1, 0)
    new_low, new_middle, new_high = np.moveaxis(np.take_along_axis(after, order, axis=-1), -1, 0)
    np.testing.assert_allclose((new_middle - new_low) * (high - low), (middle - low) * (new_high - new_low), atol=1e-6)


@given(curves(), st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_on_grey_the_master_curve_is_the_channel_curve(points: tuple[int, ...], levels: list[float]) -> None:
    gray, table = _grays(np.array(levels)), point_table(points)
    np.testing.assert_allclose(keeping_hue(gray, [table]), by_channel(gray, [table] * 3), atol=1e-9)


@given(curves())
def test_a_curve_passes_through_its_points_in_the_encoding(points: tuple[int, ...]) -> None:
    """Within what straight lines between 4096 steps cost at the steepest curve that whole levels allow."""
    xs, ys = np.array(points[0::2]) / 255, np.array(points[1::2]) / 255
    shown = by_channel(_grays(xs), [point_table(points)] * 3)[:, 0]
    steepest = np.abs(np.diff(point_table(points))).max()
    np.testing.assert_allclose(shown, ys, atol=max(1e-6, float(steepest)))


@given(st.lists(st.integers(-100, 100), min_size=4, max_size=4))
def test_the_parametric_curve_never_falls_and_keeps_black_and_white(amounts: list[int]) -> None:
    table = parametric_table(np.array([amounts], dtype=np.float32), np.array([[25.0, 50.0, 75.0]]))[0]
    assert (np.diff(table) >= 0).all()
    assert (table[0], table[-1]) == (0, 1)


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


def test_settings_for_the_other_kind_of_file_are_refused(tmp_path: Path) -> None:
    photo = _photo(tmp_path)
    with pytest.raises(CannotRender, match="rendered"):
        CameraRawEngine().render(photo, DevelopSettings({"WhiteBalance": "Custom", "Temperature": 5000, "Tint": 0}), 30)


def _raw(folder: Path) -> Photo:
    matrix = np.array([[0.6257, -0.0303, -0.1000], [-0.7880, 1.5621, 0.2396], [-0.1714, 0.1904, 0.7046]])
    model = ColorModel((Calibration(6500.0, matrix),), (0.45, 1.0, 0.65), 0.35)
    gray = np.linspace(0.02, 0.9, 60 * 40).reshape(40, 60)[..., np.newaxis] * np.array(model.neutral)
    path = folder / "raw.dng"
    path.write_bytes(linear_dng(gray, model, "Canon EOS 30D"))
    return Photo(path, PhotoKind.RAW)


def test_the_profile_of_a_look_is_drawn_last_by_its_amount(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(3).integers(0, 256, (12, 16, 3), dtype=np.uint8)).save(path)
    photo = Photo(path, PhotoKind.RENDERED)
    profile = EnhancedProfile("exchanged", RgbTable(np.ascontiguousarray(identity_samples(3)[..., ::-1])))
    engine = CameraRawEngine(tables={profile.table.fingerprint: profile.table})
    edit = {"Exposure2012": 0.5, "PostCropVignetteAmount": -40}
    plain = engine.render(photo, DevelopSettings(edit), 16)
    drawn = engine.render(photo, DevelopSettings({**edit, "Look": profile.look()}), 16)
    half = engine.render(photo, DevelopSettings({**edit, "Look": profile.look(0.5)}), 16)
    assert np.allclose(drawn, plain[..., ::-1], atol=2e-4)
    assert np.allclose(half, (plain + plain[..., ::-1]) / 2, atol=2e-4)


def test_a_profile_whose_table_is_not_here_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    Image.new("RGB", (16, 12), "teal").save(path)
    look = EnhancedProfile("Aperture: Rome - Curves", RgbTable(identity_samples(2).copy())).look()
    with pytest.raises(CannotRender, match="Aperture: Rome - Curves"):
        CameraRawEngine().render(Photo(path, PhotoKind.RENDERED), DevelopSettings({"Look": look}), 16)


def test_a_raw_file_is_drawn_through_the_dng_baseline(tmp_path: Path) -> None:
    engine, photo = CameraRawEngine(), _raw(tmp_path)
    plain = engine.render(photo, DevelopSettings(), 60)
    assert plain.shape == (40, 60, 3)
    assert np.ptp(plain[4, 30]) < 0.01
    brighter = engine.render(photo, DevelopSettings({"Exposure2012": 1.0}), 60)
    assert brighter[4, 30, 0] > plain[4, 30, 0] + 0.1
    custom = {"WhiteBalance": "Custom", "Temperature": 9000, "Tint": 0}
    warmer = engine.render(photo, DevelopSettings(custom), 60)
    assert warmer[4, 30, 0] > warmer[4, 30, 2] + 0.05
    dark = engine.render(photo, DevelopSettings({"Contrast2012": 50, "Blacks2012": -50}), 60)
    assert dark[0, 5, 0] < plain[0, 5, 0]


def test_a_raw_file_that_libraw_cannot_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.dng"
    path.write_bytes(b"II*\0nothing")
    with pytest.raises(BadImage, match=r"broken\.dng"):
        CameraRawEngine().render(Photo(path, PhotoKind.RAW), DevelopSettings(), 30)


def test_a_file_that_is_no_picture_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"nothing")
    with pytest.raises(BadImage, match=r"broken\.jpg"):
        CameraRawEngine().render(Photo(path, PhotoKind.RENDERED), DevelopSettings(), 30)
