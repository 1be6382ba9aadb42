"""Adjustments that become sliders fitted to what our engines draw, and what is held to before they do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Master, PixelSize, Version
from couloir.color.spaces import srgb_shown
from couloir.derive import Fidelity, analytic, black_white, selective_color, sharpening, tint_wheels, vignette
from couloir.derive.black_white import MIXER
from couloir.derive.fits import chart, details
from couloir.derive.fits.doubles import Formula, camera_raws
from couloir.derive.fits.solve import UNSEEN, Fit, Task, fit, hold
from couloir.derive.model import OperationOutcome, Translation
from couloir.derive.pictures.drawing import draw_many
from couloir.derive.translate import translate
from couloir.derive.translator import Translator
from couloir.engines import aperture, camera_raw
from couloir.learn.formulas import Formulas, forms_of
from couloir.lightroom.settings import DevelopSettings, SettingValue

AVersion = Callable[..., Version]

RED_FILTER = ap.BlackWhite(red=0.85, green=0.1, blue=0.05)
TURNED = ap.Enhance(black_tint=(0.03, -0.03), gray_tint=(-0.03, 0.03), white_tint=(0.04, 0.02))
PALER = ap.Color((ap.ColorRange("reds", saturation=-40.0),))
CORNERS = ap.Vignette(kind=0, intensity=0.4, radius=1.0)

FORMULAS = {
    "black and white": black_white.FORMULA,
    "tint wheels": tint_wheels.FORMULA,
    "color": selective_color.FORMULA,
    "vignette": vignette.FORMULA,
}


def _only(found: Translation) -> OperationOutcome:
    (outcome,) = found.operations
    return outcome


def _numbers(settings: Mapping[str, SettingValue], *keys: str) -> list[float]:
    return [float(str(settings.get(key, 0.0))) for key in keys]


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=list(FORMULAS))
def test_a_fit_is_made_for_the_forms_of_training_and_held_to_every_other(formula: Formula) -> None:
    """Otherwise the held-out formulas would tell nothing about it."""
    assert set(formula.fitted) == set(forms_of(Formulas.SAME)[formula.field])
    others = {form for kind in (Formulas.NEW, Formulas.VALIDATING) for form in forms_of(kind)[formula.field]}
    assert set(formula.forms) == set(formula.fitted) | others


@pytest.mark.parametrize(
    ("adjustment", "formula", "own", "start"),
    [
        (RED_FILTER, black_white.FORMULA, ("mixer",), {"ConvertToGrayscale": True}),
        (TURNED, tint_wheels.FORMULA, ("wheel", "wheel_middle"), {}),
        (PALER, selective_color.FORMULA, ("band_saturation",), {}),
    ],
    ids=["black and white", "tint wheels", "color"],
)
def test_a_fit_brings_the_chart_nearer_and_under_no_double_farther(
    a_version: AVersion,
    jpeg: Master,
    adjustment: ap.Adjustment,
    formula: Formula,
    own: tuple[str, ...],
    start: dict[str, SettingValue],
) -> None:
    """Whatever form Aperture's formula has, and however strong either program's controls are."""
    settings = analytic(a_version(adjustment), jpeg).settings
    sent = DevelopSettings({key: value for key, value in settings.items() if not key.startswith("Crop")})
    known, others = formula.draw(chart.CHART, adjustment)
    differences = []
    for engine in camera_raws(own):
        drawn = camera_raw.render_many(chart.CHART, [DevelopSettings(start), sent], constants=engine)
        differences += [chart.compare(drawn, wanted) for wanted in (*known, *others)]
    before, after = np.array(differences).T
    assert (after <= before + UNSEEN).all()
    assert after.mean() < 0.85 * before.mean()


def test_a_fit_that_would_harm_under_one_double_is_reduced_or_left_out() -> None:
    task = _grey_task([(0.36, 0.36, 0.36), (0.4, 0.4, 0.4)], others=[(0.18, 0.18, 0.18)])
    assert hold(task, [{"Exposure2012": 1.0}]) == Fit({}, *[pytest.approx(hold(task, []).before)] * 2)
    lifted = _grey_task([(0.4, 0.4, 0.4)], others=[(0.3, 0.3, 0.3)])
    assert hold(lifted, [{"Exposure2012": 3.0}, {"Exposure2012": 0.5}]).sliders == {"Exposure2012": 0.5}


def test_sliders_that_bring_nothing_stay_where_they_are() -> None:
    task = _grey_task([(0.4, 0.4, 0.4)], others=[])
    assert set(fit(task, ["Contrast2012", "HueAdjustmentBlue", "SaturationAdjustmentRed"]).sliders) <= {"Contrast2012"}


def _grey_task(wanted: list[tuple[float, ...]], others: list[tuple[float, ...]]) -> Task:
    """A single grey that is to become others."""
    picture = np.full((1, 1, 3), 0.18, dtype=np.float32)
    shown = [[np.sqrt(np.array(each, dtype=np.float32)).reshape(1, 1, 3) for each in some] for some in (wanted, others)]

    def compare(drawn: np.ndarray, target: np.ndarray) -> np.ndarray:
        return np.abs(drawn - target).mean(axis=(-3, -2, -1)) * 100

    return Task(picture, np.ones(1), *shown, compare, camera_raws(()))


def test_a_mix_becomes_the_grey_mixer_and_says_what_is_expected(a_version: AVersion, jpeg: Master) -> None:
    found = analytic(a_version(RED_FILTER), jpeg)
    red, aqua = _numbers(found.settings, "GrayMixerRed", "GrayMixerAqua")
    assert red > 30
    assert aqua < -30
    outcome = _only(found)
    assert (outcome.fidelity, outcome.lost) == (Fidelity.APPROXIMATE, ())
    assert "expected" in outcome.reason
    assert set(outcome.settings) <= {"ConvertToGrayscale", *MIXER}


def test_a_mix_of_which_a_share_is_missing_is_not_guessed(a_version: AVersion, jpeg: Master) -> None:
    outcome = _only(analytic(a_version(ap.BlackWhite(preset=2)), jpeg))
    assert outcome.settings == ("ConvertToGrayscale",)
    assert any("not known" in each for each in outcome.lost)


def test_sepia_becomes_warm_light_in_color_grading(a_version: AVersion, jpeg: Master) -> None:
    settings = analytic(a_version(ap.Sepia(1.0)), jpeg).settings
    hue, saturation = _numbers(settings, "SplitToningHighlightHue", "SplitToningHighlightSaturation")
    assert 15 < hue < 50
    assert saturation > 30


def test_a_photo_that_becomes_grey_later_keeps_no_tone_of_before(a_version: AVersion, jpeg: Master) -> None:
    """Aperture's Black & White comes after Enhance, so it takes the tint of the wheels away."""
    found = analytic(a_version(TURNED, RED_FILTER), jpeg)
    assert not any(_numbers(found.settings, *tint_wheels.KEYS))
    assert "takes this colour away" in found.operations[0].reason
    toned = analytic(a_version(RED_FILTER, ap.Sepia(1.0)), jpeg)
    assert any(_numbers(toned.settings, *tint_wheels.KEYS))


def test_of_two_mixes_the_first_counts(a_version: AVersion, jpeg: Master) -> None:
    """The second sees a grey picture, of which every mix is the same grey."""
    once = analytic(a_version(RED_FILTER), jpeg)
    twice = analytic(a_version(RED_FILTER, ap.BlackWhite(red=0.1, green=0.2, blue=0.7)), jpeg)
    assert twice.settings == once.settings


def test_color_under_black_and_white_is_said_to_be_lost(a_version: AVersion, jpeg: Master) -> None:
    found = analytic(a_version(PALER, RED_FILTER), jpeg)
    assert not any(_numbers(found.settings, *selective_color.KEYS))
    assert found.operations[0].fidelity is Fidelity.LOST


def test_color_moves_only_the_bands_and_kinds_that_it_changes(a_version: AVersion, jpeg: Master) -> None:
    moved = [key for key in selective_color.KEYS if analytic(a_version(PALER), jpeg).settings.get(key)]
    assert moved
    assert all(key.startswith("SaturationAdjustment") for key in moved)
    assert not {"SaturationAdjustmentAqua", "SaturationAdjustmentBlue"} & set(moved)


def test_two_tones_add_up_as_colours(a_version: AVersion, jpeg: Master) -> None:
    """Two hues make one between them, and not their sum."""
    one, other = (ap.Monochrome(color, 0.5) for color in ((0.7, 0.5, 0.4), (0.7, 0.6, 0.4)))
    hues, strengths = zip(
        *(_toned(analytic(a_version(*each), jpeg)) for each in ((one,), (other,), (one, other))), strict=True
    )
    apart = (hues[1] - hues[0]) % 360
    assert (hues[2] - hues[0]) % 360 <= apart < 180
    assert strengths[2] > max(strengths[:2])


def _toned(found: Translation) -> tuple[float, float]:
    hue, saturation = _numbers(found.settings, "SplitToningHighlightHue", "SplitToningHighlightSaturation")
    return hue, saturation


def test_a_vignette_darkens_the_corners_of_the_frame_whichever_way_it_stands(a_version: AVersion, jpeg: Master) -> None:
    wide, tall = (
        analytic(a_version(CORNERS, processed_size=PixelSize(*size)), jpeg).settings
        for size in ((3000, 2000), (2000, 3000))
    )
    assert _numbers(wide, "PostCropVignetteAmount")[0] < -5
    assert _numbers(wide, *vignette.KEYS) == _numbers(tall, *vignette.KEYS)


def test_a_vignette_without_an_intensity_is_not_guessed(a_version: AVersion, jpeg: Master) -> None:
    found = analytic(a_version(ap.Vignette(radius=1.0)), jpeg)
    assert _only(found).fidelity is Fidelity.LOST
    assert found.settings == analytic(a_version(), jpeg).settings


def test_sharpening_of_a_jpeg_becomes_lightrooms_and_a_raw_file_keeps_its_own(
    a_version: AVersion, jpeg: Master, raw: Master
) -> None:
    usual = a_version(ap.EdgeSharpen(0.81, 0.22, 0.69))
    settings = analytic(usual, jpeg).settings
    amount, radius = _numbers(settings, *sharpening.KEYS)
    assert 20 < amount < 100
    assert 1 <= radius <= 3
    kept = analytic(usual, raw)
    assert not {*sharpening.KEYS} & {*kept.settings}
    assert _only(kept).fidelity is Fidelity.LOST


@pytest.mark.parametrize("adjustment", [ap.Sharpen(2.0, 1.0), ap.EdgeSharpen(0.6, 0.3, 0.5)], ids=["plain", "edges"])
def test_sharpening_stays_below_what_would_fit_best(
    a_version: AVersion, jpeg: Master, adjustment: ap.Adjustment
) -> None:
    """Nothing that is measured later would show that it is too much."""
    sharpened = DevelopSettings(
        {key: value for key, value in analytic(a_version(adjustment), jpeg).settings.items() if key in sharpening.KEYS}
    )
    wanted = srgb_shown(aperture.apply(details.DETAILS, adjustment))
    plain, drawn = camera_raw.render_many(details.DETAILS, [DevelopSettings({}), sharpened])
    assert np.abs(drawn - plain).mean() < np.abs(wanted - plain).mean()
    assert details.compare(drawn, wanted) < 0.8 * details.compare(plain, wanted)


def test_small_pictures_are_drawn_without_sharpening() -> None:
    """At their pixels, a radius of the full size would be another adjustment."""
    picture = np.random.Generator(np.random.PCG64(1)).random((24, 36, 3), dtype=np.float32)
    plain, sharpened = draw_many(picture, [DevelopSettings({}), DevelopSettings({"Sharpness": 90})], None)
    assert (plain == sharpened).all()


@pytest.mark.parametrize("absurd", [float("nan"), float("inf"), 1e30, -1e30])
@pytest.mark.parametrize(
    "make",
    [
        lambda x: ap.BlackWhite(red=x, green=0.3, blue=0.3),
        lambda x: ap.Enhance(gray_tint=(x, 0.0)),
        lambda x: ap.Color((ap.ColorRange("reds", hue_shift=x, saturation=x, luminance=x, spread=x),)),
        lambda x: ap.Color((ap.ColorRange("1", color=(x, 0.0, 0.0), hue_base=x, saturation=10.0),)),
        lambda x: ap.Vignette(intensity=x, radius=x, falloff=x),
        lambda x: ap.Monochrome((x, x, x), 0.5),
        lambda x: ap.Definition(x),
        lambda x: ap.Sharpen(x, x),
        lambda x: ap.EdgeSharpen(x, x, x),
    ],
)
def test_what_no_slider_could_have_made_ends_in_settings_that_lightroom_takes(
    a_version: AVersion, jpeg: Master, make: Callable[[float], ap.Adjustment], absurd: float
) -> None:
    found = analytic(a_version(make(absurd)), jpeg)
    assert DevelopSettings(found.settings) == found.settings


def test_no_model_is_sure_of_the_wheels_of_a_toned_photo(a_version: AVersion, jpeg: Master) -> None:
    """None was trained with one, so the photo's own pictures must be free to move them."""
    translator = Translator()
    toned, plain = translator.translate([(a_version(each), jpeg) for each in (ap.Sepia(1.0), ap.Exposure(0.5))])
    assert toned.uncertainty is not None
    assert plain.uncertainty is not None
    assert toned.uncertainty["toning_highlight_x"] >= 12 > plain.uncertainty["toning_highlight_x"]


def test_the_same_adjustment_gives_the_same_sliders_each_time(a_version: AVersion, jpeg: Master) -> None:
    first = translate(a_version(TURNED), jpeg).settings
    for cached in (tint_wheels.fit_wheels, black_white._mix):
        cached.cache_clear()
    assert translate(a_version(TURNED), jpeg).settings == first
