"""Each form of an Aperture engine's formula is finite, neutral at rest, and keeps the order of tones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from couloir.aperture.adjustments import (
    Adjustment,
    BlackWhite,
    Color,
    ColorRange,
    Curves,
    Enhance,
    Exposure,
    HighlightsShadows,
    RawFineTuning,
    ToneCurve,
    Vignette,
    WhiteBalance,
    WhiteBalanceMode,
)
from couloir.color.spaces import luminance
from couloir.engines.aperture import NOMINAL, Constants, apply, brightness, contrast, raw_boost
from couloir.engines.aperture import tone as tones
from couloir.engines.constants import draw, list_variants
from couloir.learn.formulas import VALIDATING

VARIANTS = [
    pytest.param(replace(NOMINAL, **{name: form}), id=f"{name}: {form}")
    for name, forms in list_variants(Constants).items()
    for form in (*forms, *VALIDATING.get(name, ()))
]
RAMP = np.linspace(0, 1, 400)
GRAYS = np.repeat(RAMP[:, np.newaxis], 3, axis=1)
EDITS: tuple[Adjustment, ...] = (
    RawFineTuning(boost=0.7),
    WhiteBalance(WhiteBalanceMode.NATURAL_GRAY, gray_color=(0.5, 0.52, 0.47), gray_warmth=0.6),
    WhiteBalance(WhiteBalanceMode.SKIN_TONE, face_color=(0.8, 0.6, 0.5), face_warmth=0.4),
    Exposure(exposure=0.5, recovery=0.8, black_point=12.0, brightness=0.4),
    Exposure(black_point=-4.0, brightness=-0.5),
    Enhance(contrast=0.5, definition=0.4, saturation=1.4, vibrancy=0.6, gray_tint=(0.05, -0.03)),
    Enhance(contrast=-0.6, saturation=0.0, vibrancy=-1.0, black_tint=(-0.1, 0.02), white_tint=(0.1, 0.1)),
    HighlightsShadows(highlights=60.0, shadows=40.0, midtone_contrast=20.0),
    Curves(
        rgb=ToneCurve(((0.0, 0.0), (0.25, 0.18), (0.75, 0.85), (1.0, 1.0))), luminance=ToneCurve(((0, 0.05), (1, 1)))
    ),
    Color((ColorRange("greens", hue_shift=20.0, saturation=40.0, luminance=-20.0),)),
    BlackWhite(red=0.5, green=0.3, blue=0.4),
    Vignette(kind=0, intensity=0.6, radius=1.0),
)
NEUTRAL: tuple[Adjustment, ...] = (
    Exposure(),
    Enhance(),
    HighlightsShadows(),
    Curves(rgb=ToneCurve(((0.0, 0.0), (1.0, 1.0)))),
    Color((ColorRange("reds"),)),
    Vignette(kind=0, intensity=0.0),
)


def _picture(seed: int) -> np.ndarray:
    picture = np.random.default_rng(seed).uniform(-0.2, 2, (6, 9, 3)).astype(np.float32)
    picture[0, :3] = 0, 1, -0.5
    return picture


@pytest.mark.parametrize("constants", VARIANTS)
def test_a_form_gives_finite_pixels_of_the_same_kind_and_the_same_ones_again(constants: Constants) -> None:
    for adjustment in EDITS:
        once, again = (apply(_picture(3), adjustment, raw=True, constants=constants) for _ in range(2))
        assert once.shape == (6, 9, 3)
        assert once.dtype == np.float32
        assert np.isfinite(once).all()
        np.testing.assert_array_equal(once, again)


@pytest.mark.parametrize("constants", VARIANTS)
def test_a_form_changes_nothing_where_nothing_is_set(constants: Constants) -> None:
    for adjustment in NEUTRAL:
        np.testing.assert_allclose(apply(_picture(4), adjustment, constants=constants), _picture(4), atol=1e-5)
    for stage in (brightness, contrast, tones.black_point):
        np.testing.assert_allclose(stage(RAMP, 0.0, constants), RAMP, atol=1e-6)


@pytest.mark.parametrize("constants", VARIANTS)
def test_a_form_keeps_the_order_of_tones(constants: Constants) -> None:
    for amount in (-0.8, -0.3, 0.3, 0.8):
        for stage in (brightness, contrast):
            assert (np.diff(stage(RAMP, amount, constants)) >= -1e-7).all()
    assert (np.diff(raw_boost(np.linspace(-0.2, 1.5, 400), 1.0, constants)) > 0).all()
    for amount in (-5.0, 10.0, 40.0):
        assert (np.diff(tones.black_point(RAMP, amount, constants)) >= -1e-7).all()
    for shown in (
        tones.recovery(GRAYS, 1.0, constants),
        tones.highlights(GRAYS, 80.0, constants),
        tones.shadows(GRAYS, 40.0, constants),
        tones.contrast_colors(GRAYS, 0.5, constants),
    ):
        assert (np.diff(shown, axis=0) >= -1e-6).all()


@pytest.mark.parametrize("constants", VARIANTS)
def test_a_form_does_what_its_slider_says(constants: Constants) -> None:
    middle = np.array([0.18])
    assert brightness(middle, 0.4, constants) > middle > brightness(middle, -0.4, constants)
    shown = contrast(np.array([0.06, 0.6]), 0.5, constants)
    assert shown[0] < 0.06
    assert shown[1] > 0.6
    gray = apply(_picture(5).clip(0, 1), Enhance(saturation=0.0), constants=constants)
    assert np.ptp(gray, axis=2).max() < 1e-3
    assert 0.3 < raw_boost(middle, 1.0, constants)[0] < 0.45
    corner = apply(np.full((20, 30, 3), 0.5, np.float32), Vignette(kind=0, intensity=0.6), constants=constants)
    assert luminance(corner)[0, 0] < 0.9 * luminance(corner)[10, 15]


def test_instances_draw_every_form_and_only_those_asked_for() -> None:
    drawn = [draw(NOMINAL, np.random.default_rng(seed)) for seed in range(80)]
    for name, forms in list_variants(Constants).items():
        assert {getattr(each, name) for each in drawn} == set(forms)
    asked = {name: forms[:1] for name, forms in list_variants(Constants).items()}
    for seed in range(5):
        only = draw(NOMINAL, np.random.default_rng(seed), asked)
        assert all(getattr(only, name) == forms[0] for name, forms in asked.items())
