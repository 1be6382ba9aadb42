"""Our Aperture engine: neutral is the identity, each stage follows its slider's sign, and all values stay finite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.aperture.adjustments import (
    Adjustment,
    BlackWhite,
    Color,
    ColorRange,
    Curves,
    Definition,
    Devignette,
    EdgeSharpen,
    Enhance,
    Exposure,
    Flip,
    Gamma,
    HighlightsShadows,
    Levels,
    LevelsChannel,
    Monochrome,
    NoiseReduction,
    RawFineTuning,
    RawNoiseReduction,
    Sepia,
    Sharpen,
    ToneCurve,
    UnknownAdjustment,
    Vignette,
    WhiteBalance,
    WhiteBalanceMode,
)
from couloir.aperture.model import Operation, PixelSize
from couloir.color.spaces import luminance, srgb_decode, srgb_encode
from couloir.engines.aperture import (
    NOMINAL,
    apply,
    black_point,
    brightness,
    contrast,
    levels_channel,
    raw_boost,
    raw_boost_inverse,
    render,
)
from couloir.engines.aperture import curves as curve_stages
from couloir.engines.aperture import tone as tones
from couloir.engines.constants import draw
from couloir.engines.protocol import Picture

LINE = ToneCurve(((0.0, 0.0), (0.4, 0.4), (1.0, 1.0)))
NEUTRAL = (
    RawFineTuning(),
    WhiteBalance(),
    Exposure(),
    Enhance(),
    HighlightsShadows(),
    HighlightsShadows(algorithm=0, radius=50.0, color_correction=20.0),
    Levels(),
    Curves(),
    Curves(rgb=LINE, red=LINE, luminance=LINE),
    Color((ColorRange("reds", hue_shift=0.0, saturation=0.0, luminance=0.0),)),
    Monochrome((0.5, 0.4, 0.3), 0.0),
    Sepia(0.0),
    Gamma(1.0),
    NoiseReduction(0.0, 0.5),
    RawNoiseReduction(0.0, 0.0),
    Sharpen(2.0, 0.0),
    EdgeSharpen(0.0, 0.3, 0.5),
    Definition(0.0),
    Vignette(0, 0.0, 1.0),
    Devignette(0, 0.0, 1.0),
    UnknownAdjustment(),
)
RAMP = np.linspace(0, 1, 2001)
GRAYS = np.repeat(RAMP[:, np.newaxis], 3, axis=1)

unit = st.floats(0, 1)
handles = st.tuples(unit, unit)
color = st.tuples(unit, unit, unit)
offsets = st.tuples(st.floats(-1, 1), st.floats(-1, 1))
stored = st.none() | st.floats(-1e4, 1e4) | unit
"""An amount whose scale is inferred: any number may be in a library."""
ranges = st.builds(ColorRange, st.sampled_from(["reds", "cyans", "3"]), st.none() | color, *[stored] * 5)
tone_curves = st.none() | st.lists(
    st.tuples(st.integers(0, 2048).map(lambda x: x / 1024), st.floats(-1, 3)),
    min_size=2,
    max_size=5,
    unique_by=lambda p: p[0],
).map(lambda points: ToneCurve(tuple(sorted(points))))
channels = st.builds(LevelsChannel, handles, handles, handles, handles, handles)
adjustments: st.SearchStrategy[Adjustment] = st.one_of(
    st.builds(RawFineTuning, boost=unit),
    st.builds(
        WhiteBalance,
        mode=st.sampled_from(WhiteBalanceMode),
        temperature=st.floats(0, 1e6),
        tint=st.floats(-1000, 1000),
        gray_color=color,
        gray_warmth=unit,
        face_color=color,
        face_warmth=unit,
    ),
    st.builds(
        Exposure,
        exposure=st.floats(-10, 10),
        recovery=st.floats(0, 1.5),
        black_point=st.floats(-5, 50),
        brightness=st.floats(-1, 1),
    ),
    st.builds(
        Enhance,
        contrast=st.floats(-1, 1),
        definition=unit,
        saturation=st.floats(0, 2),
        vibrancy=st.floats(-1, 1),
        black_tint=offsets,
        gray_tint=offsets,
        white_tint=offsets,
    ),
    st.builds(
        HighlightsShadows,
        highlights=st.floats(0, 100),
        shadows=st.floats(0, 100),
        midtone_contrast=st.floats(-100, 100),
        algorithm=st.sampled_from([0, 1]),
        radius=stored,
        color_correction=stored,
        highlight_tonal_width=stored,
        shadow_tonal_width=stored,
    ),
    st.builds(Levels, channels, channels, channels, channels),
    st.builds(Curves, tone_curves, tone_curves, tone_curves, tone_curves, tone_curves),
    st.builds(Color, st.lists(ranges, max_size=4).map(tuple)),
    st.builds(BlackWhite, st.none(), stored, stored, stored),
    st.builds(Monochrome, st.none() | color, stored),
    st.builds(Sepia, stored),
    st.builds(Gamma, stored),
    st.builds(NoiseReduction, stored, stored),
    st.builds(RawNoiseReduction, stored, stored, stored),
    st.builds(Sharpen, stored, stored),
    st.builds(EdgeSharpen, stored, stored, stored),
    st.builds(Definition, stored),
    st.builds(Vignette, st.sampled_from([None, 0, 1]), stored, stored, stored),
    st.builds(Devignette, st.sampled_from([None, 0, 1]), stored, stored),
)
seeds = st.integers(0, 2**32 - 1)


def _random(seed: int) -> Picture:
    """Light beyond 0 and 1 too, with true black and white in it."""
    picture = np.random.default_rng(seed).uniform(-0.5, 4, (5, 7, 3)).astype(np.float32)
    picture[0, :3] = 0, 1, -1
    return picture


def _operation(adjustment: Adjustment, index: int = 0, **changes: object) -> Operation:
    made = Operation("any", "any", index, enabled=True, mask_uuid=None, inputs={}, adjustment=adjustment)
    return replace(made, **changes)


def _drawn(linear: Picture, *operations: Operation, raw: bool = False) -> Picture:
    size = PixelSize(linear.shape[1], linear.shape[0])
    return render(linear, operations, master_size=size, processed_size=size, rotation=0, raw=raw)


@pytest.mark.parametrize("adjustment", NEUTRAL, ids=lambda a: type(a).__name__)
def test_an_adjustment_at_its_neutral_values_changes_nothing(adjustment: Adjustment) -> None:
    np.testing.assert_allclose(apply(_random(1), adjustment), _random(1), atol=1e-6)


@given(seeds)
def test_a_version_without_edits_is_drawn_as_it_is(seed: int) -> None:
    picture = _random(seed)
    shown = _drawn(picture, *(_operation(adjustment) for adjustment in NEUTRAL))
    np.testing.assert_allclose(shown, np.clip(srgb_encode(picture), 0, 1), atol=1e-6)


@pytest.mark.parametrize(
    "stage",
    [
        lambda x: raw_boost(x, 0.0),
        lambda x: brightness(x, 0.0),
        lambda x: contrast(x, 0.0),
        lambda x: black_point(x, 0.0),
        lambda x: np.where(x < 0, x, levels_channel(x, LevelsChannel())),  # nothing is blacker than black
        lambda x: tones.exposure(x, 0.0),
        lambda x: tones.recovery(x, 0.0),
        lambda x: tones.shadows(x, 0.0),
        lambda x: tones.highlights(x, 0.0),
    ],
)
def test_each_stage_is_the_identity_at_zero(stage: Callable[[np.ndarray], np.ndarray]) -> None:
    picture = _random(2).astype(np.float64)
    np.testing.assert_allclose(stage(picture), picture, atol=1e-6)


@given(seeds, adjustments)
def test_every_adjustment_gives_finite_pixels_of_the_same_shape_and_precision(
    seed: int, adjustment: Adjustment
) -> None:
    picture = _random(seed)
    result = apply(picture, adjustment, raw=True)
    assert result.shape == picture.shape
    assert result.dtype == np.float32
    assert np.isfinite(result).all()


def test_many_extreme_edits_in_a_row_stay_numbers() -> None:
    steep = Levels(rgb=LevelsChannel(black=(0.0, 0.0), white=(0.0, 1.0)))
    shown = _drawn(_random(3), *(_operation(steep, index) for index in range(12)))
    assert np.isfinite(shown).all()


@given(seeds, st.lists(adjustments, max_size=6))
def test_a_rendering_lies_between_black_and_white_whatever_the_edits(seed: int, edits: list[Adjustment]) -> None:
    shown = _drawn(_random(seed), *(_operation(edit, index) for index, edit in enumerate(edits)), raw=True)
    assert shown.dtype == np.float32
    assert np.isfinite(shown).all()
    assert 0 <= shown.min() <= shown.max() <= 1


@pytest.mark.parametrize("amount", [-1, -0.5, -0.1, 0.1, 0.5, 1])
def test_brightness_and_contrast_keep_the_order_of_tones_and_both_ends(amount: float) -> None:
    for stage in (brightness, contrast):
        result = stage(RAMP, amount)
        assert (np.diff(result) >= -1e-9).all()
        np.testing.assert_allclose(result[[0, -1]], [0, 1], atol=1e-9)


@given(unit, st.floats(-0.2, 3), st.floats(-0.2, 3))
def test_boost_keeps_the_order_of_tones(boost: float, a: float, b: float) -> None:
    low, high = raw_boost(np.array(sorted((a, b))), boost)
    assert low <= high


@given(st.floats(-1, 4))
def test_full_boost_can_be_taken_back(value: float) -> None:
    at = np.array([value])
    np.testing.assert_allclose(raw_boost_inverse(raw_boost(at, 1.0)), at, atol=1e-9)


def test_boost_has_core_images_values() -> None:
    """f(x) = 2.8x / (1 + 1.8x) up to 0.8, then 0.91803 + 0.470304 (x - 0.8)."""
    np.testing.assert_allclose(
        raw_boost(np.array([0.18, 0.8, 1.0]), 1.0), [0.380665, 0.918033, 0.918033 + 0.2 * 0.470304], atol=1e-5
    )


@pytest.mark.parametrize("stops", [0.5, 1.0, 1.5])
def test_recovery_takes_its_stops_off_white_and_leaves_the_shadows(stops: float) -> None:
    result = tones.recovery(GRAYS, stops)[:, 0]
    assert result[-1] == pytest.approx(2**-stops)
    np.testing.assert_array_equal(result[RAMP < 0.1], RAMP[RAMP < 0.1])


@pytest.mark.parametrize("amount", [10, 50, 100])
def test_highlights_and_shadows_work_at_their_own_end(amount: float) -> None:
    dark, light = GRAYS[20], GRAYS[1900]
    assert tones.shadows(dark, amount)[0] / dark[0] > tones.shadows(light, amount)[0] / light[0] >= 1
    assert tones.highlights(dark, amount)[0] == dark[0]
    assert tones.highlights(light, amount)[0] < light[0]


def test_shadows_17_has_the_stops_that_were_measured() -> None:
    levels, stops = (np.array(row[1:]) for row in zip(*NOMINAL.shadow_lift, strict=True))
    light = srgb_decode(levels)
    grays = np.repeat(light[:, np.newaxis], 3, axis=1)
    np.testing.assert_allclose(np.log2(tones.shadows(grays, 17)[:, 0] / light), stops, atol=1e-4)


def test_levels_stretches_in_gamma_two() -> None:
    """The one rendering by Apple: black at .0745, a straight line in a square-root encoding."""
    channel = LevelsChannel(black=(0.0745, 0.0), shadow=(0.28, 0.25), mid=(0.5, 0.5), highlight=(0.75, 0.75))
    result = levels_channel(RAMP, channel)
    expected = np.clip((np.sqrt(RAMP) - 0.0745) / (1 - 0.0745), 0, None) ** 2
    inside = np.sqrt(RAMP) > 0.0745
    # The quarter-tone handles of this version had only followed: see `_follows`.
    followed = replace(channel, shadow=((0.0745 + 0.5) / 2, 0.25))
    np.testing.assert_allclose(levels_channel(RAMP, followed)[inside], expected[inside], atol=1e-9)
    assert np.abs(result - expected).max() > 1e-3


@pytest.mark.parametrize("handle", ["shadow", "mid", "highlight"])
def test_a_moved_handle_of_levels_reaches_its_destination(handle: str) -> None:
    source = {"shadow": 0.2, "mid": 0.45, "highlight": 0.8}[handle]
    channel = replace(LevelsChannel(), **{handle: (source, source + 0.07)})
    assert float(levels_channel(np.array([source**2]), channel)[0]) == pytest.approx((source + 0.07) ** 2)


@given(seeds)
def test_saturation_zero_is_grey_of_the_same_luminance(seed: int) -> None:
    picture = _random(seed)
    result = apply(picture, Enhance(saturation=0.0))
    np.testing.assert_allclose(result.max(axis=-1), result.min(axis=-1), atol=1e-5)
    np.testing.assert_allclose(luminance(result), luminance(picture), atol=1e-5)


def test_vibrancy_changes_dull_colours_more_than_vivid_ones_and_skin_least() -> None:
    def change(color: tuple[float, float, float]) -> float:
        linear = np.array([[color]], dtype=np.float32)
        before = linear - luminance(linear)[..., np.newaxis]
        after = apply(linear, Enhance(vibrancy=1.0)) - luminance(linear)[..., np.newaxis]
        return float(np.linalg.norm(after) / np.linalg.norm(before))

    dull, vivid, skin = change((0.4, 0.4, 0.5)), change((0.0, 0.1, 0.9)), change((0.5, 0.44, 0.4))
    assert dull > skin > vivid >= 1


def test_a_picked_grey_becomes_neutral() -> None:
    picked = (0.55, 0.5, 0.4)
    linear = srgb_decode(np.array([[picked]])).astype(np.float32)
    result = apply(linear, WhiteBalance(mode=WhiteBalanceMode.NATURAL_GRAY, gray_color=picked))[0, 0]
    assert result.max() - result.min() < 1e-4


@pytest.mark.parametrize("mode", [WhiteBalanceMode.NATURAL_GRAY, WhiteBalanceMode.SKIN_TONE])
def test_more_warmth_is_warmer(mode: WhiteBalanceMode) -> None:
    picked = (0.7, 0.55, 0.45)
    linear = srgb_decode(np.array([[picked]])).astype(np.float32)
    ratios = []
    for warmth in (0.0, 0.25, 0.5, 0.75, 1.0):
        balance = WhiteBalance(mode=mode, gray_color=picked, face_color=picked, gray_warmth=warmth, face_warmth=warmth)
        red, _, blue = apply(linear, balance)[0, 0]
        ratios.append(red / blue)
    assert ratios == sorted(ratios)
    assert ratios[0] < ratios[-1]


def test_higher_temperatures_are_warmer_and_positive_tints_more_magenta() -> None:
    white = np.ones((1, 1, 3), dtype=np.float32)
    warm = apply(white, WhiteBalance(temperature=6500.0))[0, 0]
    magenta = apply(white, WhiteBalance(tint=20.0))[0, 0]
    assert warm[0] > warm[1] > warm[2]
    assert magenta[1] < min(magenta[0], magenta[2])


def test_operations_act_in_the_order_of_their_index_whatever_the_order_they_come_in() -> None:
    picture = _random(3)
    exposure, levels = Exposure(exposure=1.0), Levels(rgb=LevelsChannel(black=(0.2, 0.0)))
    forth = _drawn(picture, _operation(exposure, 1), _operation(levels, 2))
    np.testing.assert_array_equal(_drawn(picture, _operation(levels, 2), _operation(exposure, 1)), forth)
    assert np.abs(_drawn(picture, _operation(levels, 1), _operation(exposure, 2)) - forth).max() > 0.01


def test_disabled_and_brushed_operations_are_left_out() -> None:
    picture = _random(4)
    plain = _drawn(picture)
    exposure = _operation(Exposure(exposure=1.0))
    np.testing.assert_array_equal(_drawn(picture, replace(exposure, enabled=False)), plain)
    np.testing.assert_array_equal(_drawn(picture, replace(exposure, mask_uuid="mask")), plain)
    assert np.abs(_drawn(picture, exposure) - plain).max() > 0.1


def test_boost_acts_on_raw_pixels_only() -> None:
    picture = _random(5)
    boost = _operation(RawFineTuning(boost=1.0))
    np.testing.assert_array_equal(_drawn(picture, boost), _drawn(picture))
    assert np.abs(_drawn(picture, boost, raw=True) - _drawn(picture)).max() > 0.1


def test_an_engine_with_other_constants_draws_other_pictures() -> None:
    """Every stage has constants that nobody is sure of, so that no two engines agree on it."""
    edits = (Exposure(recovery=1.0), Enhance(vibrancy=0.5), HighlightsShadows(shadows=40.0), Vignette(0, 0.5, 0.5))
    picture = np.abs(_random(6)) / 4
    for edit in edits:
        other = draw(NOMINAL, np.random.default_rng(7))
        assert np.abs(apply(picture, edit, constants=other) - apply(picture, edit)).max() > 1e-4


def test_less_hue_boost_keeps_the_hue_and_full_boost_is_each_channels_own() -> None:
    vivid = np.array([[[0.4, 0.1, 0.05]]], dtype=np.float32)
    pinned = apply(vivid, RawFineTuning(hue_boost=1.0), raw=True)[0, 0]
    kept = apply(vivid, RawFineTuning(hue_boost=0.0), raw=True)[0, 0]
    np.testing.assert_allclose(pinned, raw_boost(vivid, 1.0)[0, 0], rtol=1e-6)
    share = (vivid[0, 0, 1] - vivid[0, 0, 2]) / (vivid[0, 0, 0] - vivid[0, 0, 2])
    assert (kept[1] - kept[2]) / (kept[0] - kept[2]) == pytest.approx(share, rel=1e-5)
    np.testing.assert_allclose(kept[[0, 2]], pinned[[0, 2]], rtol=1e-6)


def test_a_curve_passes_through_its_points_in_gamma_2_2_and_bends_its_own_channel() -> None:
    curve = ToneCurve(((0.0, 0.0), (0.5, 0.6), (1.0, 1.0)))
    gray = np.full((1, 1, 3), 0.5**2.2)
    np.testing.assert_allclose(curve_stages.curves(gray, Curves(rgb=curve)), 0.6**2.2, rtol=1e-6)
    red = curve_stages.curves(gray, Curves(red=curve))[0, 0]
    np.testing.assert_allclose(red, [0.6**2.2, 0.5**2.2, 0.5**2.2], rtol=1e-6)
    colored = np.array([[[0.3, 0.2, 0.1]]])
    lifted = curve_stages.curves(colored, Curves(luminance=curve))[0, 0]
    np.testing.assert_allclose(lifted / lifted[0], colored[0, 0] / 0.3, rtol=1e-6)
    assert lifted[0] > 0.3


def test_a_range_of_color_moves_its_own_hue_and_hardly_the_opposite_one() -> None:
    picture = np.array([[[0.5, 0.05, 0.05], [0.05, 0.5, 0.5], [0.3, 0.3, 0.3]]], dtype=np.float32)
    for change in ({"hue_shift": 20.0}, {"saturation": -50.0}, {"luminance": 30.0}):
        moved = apply(picture, Color((ColorRange("reds", **change),)))
        assert np.abs(moved[0, 0] - picture[0, 0]).max() > 0.02
        np.testing.assert_allclose(moved[0, 1:], picture[0, 1:], atol=1e-3)
    picked = apply(picture, Color((ColorRange("1", color=(0.0, 0.8, 0.8), saturation=-80.0),)))
    assert np.ptp(picked[0, 1]) < 0.7 * np.ptp(picture[0, 1])


def test_grey_pictures_take_the_shares_of_the_channels() -> None:
    picture = _random(8)
    np.testing.assert_allclose(apply(picture, BlackWhite(red=100.0))[..., 1], picture[..., 0], atol=1e-5)
    np.testing.assert_allclose(apply(picture, BlackWhite())[..., 2], luminance(picture), atol=1e-5)


@pytest.mark.parametrize("toning", [Monochrome((0.7, 0.5, 0.3), 1.0), Sepia(1.0)])
def test_toning_is_one_hue_as_light_as_the_picture_was(toning: Adjustment) -> None:
    picture = np.abs(_random(9))
    toned = apply(picture, toning)
    np.testing.assert_allclose(luminance(toned), luminance(picture), rtol=1e-4, atol=1e-6)
    assert (toned[..., 0] >= toned[..., 1]).all()
    assert (toned[..., 1] >= toned[..., 2]).all()
    half = apply(picture, replace(toning, intensity=0.5))
    np.testing.assert_allclose(half, (picture + toned) / 2, atol=1e-5)


def test_tint_wheels_color_their_own_tones() -> None:
    tones = np.full((1, 3, 3), 0.5, dtype=np.float32) * np.array([0.01, 0.5, 1.9], dtype=np.float32)[:, np.newaxis]
    for i, wheel in enumerate(("black_tint", "gray_tint", "white_tint")):
        result = np.sqrt(np.abs(apply(tones, Enhance(**{wheel: (0.0, 0.05)}))[0]))
        casts = result[:, 0] - result[:, 1]
        assert casts.argmax() == i


def test_the_older_highlights_and_shadows_follow_the_surroundings() -> None:
    """A dark spot in the light is lifted less than the same tone in the dark."""
    picture = np.full((40, 40, 3), 0.02, dtype=np.float32)
    picture[:, 20:] = 0.8
    picture[20, 35] = 0.02
    lifted = apply(picture, HighlightsShadows(shadows=50.0, algorithm=0, radius=15.0))
    assert lifted[20, 3, 0] > 1.2 * picture[20, 3, 0]
    assert lifted[20, 35, 0] < lifted[20, 3, 0]
    lowered = apply(picture, HighlightsShadows(highlights=50.0, algorithm=0, radius=15.0))
    assert lowered[20, 38, 0] < 0.8
    assert lowered[20, 1, 0] == pytest.approx(0.02, rel=1e-3)


def test_noise_goes_and_edges_stay() -> None:
    random = np.random.default_rng(10)
    picture = np.full((40, 60, 3), 0.2, dtype=np.float32)
    picture[:, 30:] = 0.6
    noisy = (picture * (1 + random.normal(0, 0.03, picture.shape))).astype(np.float32)
    calm = apply(noisy, NoiseReduction(2.0, 0.0))
    assert np.std(calm[:, 5:25]) < 0.6 * np.std(noisy[:, 5:25])
    assert calm[:, 31:33].mean() - calm[:, 27:29].mean() > 0.35
    raw = apply(noisy, RawNoiseReduction(1.0, 1.0), raw=True)
    assert np.std(raw[:, 5:25]) < 0.8 * np.std(noisy[:, 5:25])


@pytest.mark.parametrize("sharpening", [Sharpen(1.0, 1.0), EdgeSharpen(1.0, 0.3, 0.5)])
def test_sharpening_steepens_an_edge_and_leaves_even_areas(sharpening: Adjustment) -> None:
    picture = np.full((20, 40, 3), 0.2, dtype=np.float32)
    picture[:, 20:] = 0.5
    sharp = apply(picture, sharpening)
    assert sharp[10, 20, 0] > 0.5 > 0.2 > sharp[10, 19, 0]
    np.testing.assert_allclose(sharp[:, :10], picture[:, :10], rtol=1e-4)


def test_a_vignette_darkens_the_corners_and_devignette_takes_it_back() -> None:
    picture = np.full((60, 90, 3), 0.5, dtype=np.float32)
    dark = apply(picture, Vignette(0, 0.5, 0.5))
    assert dark[0, 0, 0] < 0.9 * dark[30, 45, 0]
    assert dark[30, 45, 0] == pytest.approx(0.5)
    back = apply(dark, Devignette(0, 0.5, 0.5))
    np.testing.assert_allclose(back, picture, rtol=1e-4)
    white = apply(np.ones_like(picture), Vignette(1, 0.5, 0.5))
    np.testing.assert_allclose(white, 1, atol=1e-6)


def test_a_flip_mirrors_the_picture_and_two_do_not() -> None:
    picture = np.clip(_random(11), 0, 1)
    plain = _drawn(picture)
    np.testing.assert_array_equal(_drawn(picture, _operation(Flip())), plain[:, ::-1])
    np.testing.assert_array_equal(_drawn(picture, _operation(Flip(), 1), _operation(Flip(), 2)), plain)
