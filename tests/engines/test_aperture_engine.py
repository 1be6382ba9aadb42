"""Our Aperture engine: neutral is the identity, every stage goes the way its slider says, nothing overflows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.aperture.adjustments import (
    Adjustment,
    Enhance,
    Exposure,
    HighlightsShadows,
    Levels,
    LevelsChannel,
    RawFineTuning,
    UnknownAdjustment,
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
from couloir.engines.aperture import tone as tones
from couloir.engines.protocol import Picture

NEUTRAL = (RawFineTuning(), WhiteBalance(), Exposure(), Enhance(), HighlightsShadows(), Levels(), UnknownAdjustment())
RAMP = np.linspace(0, 1, 2001)
GRAYS = np.repeat(RAMP[:, np.newaxis], 3, axis=1)

unit = st.floats(0, 1)
handles = st.tuples(unit, unit)
color = st.tuples(unit, unit, unit)
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
    ),
    st.builds(
        HighlightsShadows,
        highlights=st.floats(0, 100),
        shadows=st.floats(0, 100),
        midtone_contrast=st.floats(-100, 100),
    ),
    st.builds(Levels, channels, channels, channels, channels),
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
