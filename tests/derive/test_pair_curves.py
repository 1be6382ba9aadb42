"""The tone curve that a photo's own pair of pictures gives."""

from __future__ import annotations

import numpy as np
import pytest

from couloir.color.difference import difference
from couloir.color.spaces import srgb_decode
from couloir.derive.baseline import CURVES
from couloir.derive.pictures.curve_fit import FLATTEST, STEEPEST, fit_curves, with_curves
from couloir.derive.pictures.pair_curves import add_curves
from couloir.derive.prior import draw_expected
from couloir.engines.camera_raw import render
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import LINEAR_CURVE, DevelopSettings, PhotoKind

START = DevelopSettings({"Exposure2012": 0.1})
MASTER = CURVES["master"]
FILM = (0.0, 12.0, 64.0, 48.0, 128.0, 140.0, 192.0, 214.0, 255.0, 246.0)
WARM = {MASTER: FILM, CURVES["red"]: (0.0, 6.0, 128.0, 142.0, 255.0, 255.0), CURVES["blue"]: (0.0, 0.0, 255.0, 226.0)}


def scene(seed: int = 1) -> Picture:
    """Linear light of all tones and some colours, 64 pixels long."""
    random = np.random.default_rng(seed)
    coarse = random.random((6, 8, 3)).repeat(8, axis=0).repeat(8, axis=1) ** 1.5
    grain = random.normal(1, 0.1, (48, 64, 1))
    return np.asarray(
        (0.01 + 0.8 * coarse * grain * np.linspace(0.2, 1, 64)[None, :, None]).clip(0, 1), dtype=np.float32
    )


def preview(curves: dict[str, tuple[float, ...]], on: DevelopSettings = START) -> Picture:
    """What these curves make of the scene, linear."""
    return np.asarray(srgb_decode(render(scene(), on.merge({**curves}))), dtype=np.float32)


def curved(
    shown: Picture, on: DevelopSettings = START, kind: PhotoKind = PhotoKind.RENDERED, fixed: tuple[str, ...] = ()
) -> DevelopSettings:
    return add_curves(on, scene(), shown, kind, None, fixed)


def left(settings: DevelopSettings, shown: Picture) -> float:
    return difference(draw_expected(scene(), settings, None), draw_expected(shown, DevelopSettings({}), None)).mean


def test_a_curve_brings_the_tones_to_those_of_the_preview() -> None:
    shown = preview({MASTER: FILM})
    found = curved(shown)
    assert left(found, shown) < 0.25 * left(START, shown)
    assert {key for key in found if found[key] != START.get(key)} == {MASTER, "ToneCurveName2012"}


def test_channels_get_their_own_curves_only_where_these_pay_besides() -> None:
    shown = preview(WARM)
    found = curved(shown)
    assert {CURVES[each] for each in ("master", "red", "blue")} <= set(found)
    alone = curved(shown, fixed=(CURVES["red"],))
    assert CURVES["red"] not in alone
    assert left(found, shown) < left(alone, shown) < left(START, shown)


def test_a_curve_of_the_photo_itself_and_the_pair_become_one() -> None:
    own = START.merge({MASTER: (0.0, 0.0, 64.0, 90.0, 255.0, 255.0), "ToneCurveName2012": "Custom"})
    first = np.asarray(srgb_decode(render(scene(), own)), dtype=np.float32)
    shown = np.asarray(srgb_decode(render(first, DevelopSettings({MASTER: FILM}))), dtype=np.float32)
    found = curved(shown, own)
    assert found[MASTER] not in (own[MASTER], LINEAR_CURVE)
    assert left(found, shown) < 0.3 * left(own, shown)


def test_nothing_is_added_where_it_would_not_pay() -> None:
    assert curved(preview({})) == START
    assert curved(preview({MASTER: (0.0, 0.0, 128.0, 128.4, 255.0, 255.0)})) == START


def test_what_a_curve_cannot_draw_gives_none() -> None:
    shown = preview({})
    noisy = shown * np.random.default_rng(5).normal(1, 0.25, shown.shape).clip(0.2, 2).astype(np.float32)
    assert curved(noisy) == START
    assert curved(np.ascontiguousarray(np.roll(preview({MASTER: FILM}), 9, axis=1))) == START


def test_raw_files_get_none() -> None:
    assert curved(preview({MASTER: FILM}), kind=PhotoKind.RAW) == START


def test_a_grey_preview_and_a_coloured_photo_are_not_confused() -> None:
    grey = START.merge({"ConvertToGrayscale": True})
    shown_grey, shown = preview({MASTER: FILM}, grey), preview({MASTER: FILM})
    assert curved(shown_grey) == START
    assert curved(shown, grey) == grey
    found = curved(shown_grey, grey)
    assert found[MASTER] != LINEAR_CURVE
    assert not {CURVES["red"], CURVES["green"], CURVES["blue"]} & set(found)


def test_a_curve_that_the_renderer_does_not_draw_is_left_out() -> None:
    assert curved(preview({MASTER: FILM}), fixed=tuple(CURVES.values())) == START


def test_a_painted_part_does_not_bend_the_curve() -> None:
    shown = preview({MASTER: FILM})
    painted = shown.copy()
    painted[4:24, 6:28] *= np.array([0.15, 0.25, 0.9], dtype=np.float32)
    rest = np.ones(shown.shape[:2], dtype=bool)
    rest[2:26, 4:30] = False

    def off(found: DevelopSettings) -> float:
        drawn, wanted = draw_expected(scene(), found, None), draw_expected(shown, DevelopSettings({}), None)
        return difference(drawn[rest][None], wanted[rest][None]).mean

    assert off(curved(painted)) < 0.5 * off(START)


@pytest.mark.parametrize("seed", range(4))
def test_fitted_curves_rise_within_bounds_whatever_the_target_is(seed: int) -> None:
    random = np.random.default_rng(seed)
    shown, target = (random.random((12, 16, 3), np.float32) ** random.uniform(0.3, 3) for _ in range(2))
    counted = random.random((12, 16)) < 0.7
    curves, expected = fit_curves(shown, 1 - shown if seed == 0 else target, counted, by_channel=True)
    for samples in (curves.master, curves.red, curves.green, curves.blue):
        assert samples is not None
        slopes = np.diff(samples[:: 255 // 8]) / (np.diff(np.arange(256)[:: 255 // 8]) / 255)
        assert slopes.min() > -0.02
        assert slopes.max() < STEEPEST * 1.2
    assert 0 < FLATTEST < 1
    assert expected.shape == shown.shape
    assert np.isfinite(expected).all()


def test_no_pixel_that_counts_gives_the_straight_line() -> None:
    shown = srgb_decode(scene()).astype(np.float32)
    curves, expected = fit_curves(shown, shown, np.zeros(shown.shape[:2], dtype=bool), by_channel=True)
    assert curves.is_identity
    assert np.array_equal(expected, shown)
    assert with_curves(START, curves).get(MASTER, LINEAR_CURVE) == LINEAR_CURVE
