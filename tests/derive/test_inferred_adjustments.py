"""The translation of adjustments that are known by their class names only."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Master, Version
from couloir.derive import Fidelity, analytic
from couloir.derive.bricks import BRICKS
from couloir.derive.curves import evaluate_points
from couloir.derive.not_carried import NOT_CARRIED

AVersion = Callable[..., Version]


def _curve(*points: tuple[float, float]) -> ap.ToneCurve:
    return ap.ToneCurve(points)


def test_a_curve_becomes_lightrooms_point_curve_on_its_own_axis(a_version: AVersion, jpeg: Master) -> None:
    """Aperture's 0.5 lies at 0.5 ** 2.2 of linear light, which is 0.5 to 0.01 on the sRGB axis too."""
    translation = analytic(a_version(ap.Curves(rgb=_curve((0, 0), (0.5, 0.7), (1, 1)))), jpeg)
    drawn = evaluate_points(translation.settings["ToneCurvePV2012"])  # type: ignore[arg-type]
    assert drawn[128] == pytest.approx(0.7, abs=0.015)
    assert translation.settings["ToneCurveName2012"] == "Custom"
    assert translation.operations[0].fidelity is Fidelity.APPROXIMATE
    assert translation.operations[0].settings == ("ToneCurvePV2012",)


def test_an_identity_curve_changes_nothing(a_version: AVersion, jpeg: Master) -> None:
    translation = analytic(a_version(ap.Curves(rgb=_curve((0, 0), (0.3, 0.3), (1, 1)))), jpeg)
    assert translation.settings == analytic(a_version(), jpeg).settings
    assert translation.operations[0].fidelity is Fidelity.EXACT


def test_a_luminance_curve_is_folded_into_the_one_for_all_channels(a_version: AVersion, jpeg: Master) -> None:
    curve = _curve((0, 0), (0.5, 0.7), (1, 1))
    luminance = analytic(a_version(ap.Curves(luminance=curve)), jpeg)
    assert (
        luminance.settings["ToneCurvePV2012"]
        == analytic(a_version(ap.Curves(rgb=curve)), jpeg).settings["ToneCurvePV2012"]
    )
    assert "colours" in luminance.operations[0].reason


def test_a_curve_in_an_unknown_layout_is_lost_beside_one_that_is_carried(a_version: AVersion, jpeg: Master) -> None:
    both = ap.Curves(red=_curve((0, 0.1), (1, 1)), unread=("blue",))
    (outcome,) = analytic(a_version(both), jpeg).operations
    assert outcome.fidelity is Fidelity.APPROXIMATE
    assert outcome.settings == ("ToneCurvePV2012Red",)
    assert any("not known" in part for part in outcome.lost)


def test_what_comes_over_in_no_part_is_lost(a_version: AVersion, jpeg: Master) -> None:
    (outcome,) = analytic(a_version(ap.Curves(unread=("blue",))), jpeg).operations
    assert (outcome.fidelity, outcome.settings) == (Fidelity.LOST, ())
    assert outcome.lost == (outcome.reason,)


def test_black_and_white_is_grey_whatever_saturation_says(a_version: AVersion, jpeg: Master) -> None:
    gray = analytic(a_version(ap.Enhance(saturation=1.5), ap.BlackWhite(red=0.4)), jpeg)
    assert gray.settings["ConvertToGrayscale"] is True
    assert gray.operations[1].fidelity is Fidelity.APPROXIMATE
    assert gray.operations[1].lost
    assert gray.operations[1].settings == ("ConvertToGrayscale",)
    assert analytic(a_version(), jpeg).settings["ConvertToGrayscale"] is False


@pytest.mark.parametrize("tone", [ap.Sepia, lambda intensity: ap.Monochrome(intensity=intensity)])
def test_a_toned_photo_loses_its_own_colours_by_the_same_share(
    a_version: AVersion, jpeg: Master, tone: Callable[[float], ap.Adjustment]
) -> None:
    half, full, none = (analytic(a_version(tone(i)), jpeg) for i in (0.5, 1.0, 0.0))
    assert (half.settings["Saturation"], half.settings["ConvertToGrayscale"]) == (-50, False)
    assert (full.settings["Saturation"], full.settings["ConvertToGrayscale"]) == (0, True)
    assert none.settings == analytic(a_version(), jpeg).settings
    assert half.operations[0].fidelity is full.operations[0].fidelity is Fidelity.APPROXIMATE
    assert half.operations[0].lost == full.operations[0].lost == ()
    assert 0 < half.settings["SplitToningHighlightSaturation"] < full.settings["SplitToningHighlightSaturation"]  # type: ignore[operator]


@pytest.mark.parametrize("intensity", [None, 40.0, -1.0])
def test_an_intensity_that_is_absent_or_on_another_scale_is_not_guessed(
    a_version: AVersion, jpeg: Master, intensity: float | None
) -> None:
    translation = analytic(a_version(ap.Sepia(intensity)), jpeg)
    assert translation.settings == analytic(a_version(), jpeg).settings
    assert translation.operations[0].fidelity is Fidelity.LOST


def test_gamma_is_a_power_of_linear_light(a_version: AVersion, jpeg: Master) -> None:
    drawn = evaluate_points(analytic(a_version(ap.Gamma(2.0)), jpeg).settings["ToneCurvePV2012"])  # type: ignore[arg-type]
    encoded = 0.5028  # sRGB of 0.2159, whose square is 0.0466, which is 0.2388 encoded
    assert drawn[round(encoded * 255)] == pytest.approx(0.2388, abs=0.01)


@pytest.mark.parametrize("adjustment", list(NOT_CARRIED), ids=lambda cls: cls.__name__)
def test_what_is_not_carried_is_lost_by_name_and_changes_nothing(
    a_version: AVersion, jpeg: Master, adjustment: type
) -> None:
    filled = {
        "Retouch": {"strokes": (ap.Stroke(),)},
        "SpotPatch": {"spots": (ap.Spot(),)},
        "RedEye": {"spots": (ap.Spot(),)},
        "IPhotoEffects": {"kind": 3},
    }
    translation = analytic(a_version(adjustment(**filled.get(adjustment.__name__, {}))), jpeg)
    (outcome,) = translation.operations
    assert translation.settings == analytic(a_version(), jpeg).settings
    assert outcome.fidelity is Fidelity.LOST
    assert BRICKS[adjustment].title in outcome.reason


@pytest.mark.parametrize(
    "adjustment",
    [ap.Vignette(intensity=0.0), ap.Retouch(), ap.NoiseReduction(radius=0.0), ap.Color(), ap.Sharpen(1, 0)],
)
def test_what_surely_does_nothing_is_not_called_a_loss(
    a_version: AVersion, jpeg: Master, adjustment: ap.Adjustment
) -> None:
    assert analytic(a_version(adjustment), jpeg).fidelity is Fidelity.EXACT


heights = st.floats(-1, 3)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 2048), min_size=2, max_size=12, unique=True), st.data())
def test_any_curve_that_can_be_read_gives_valid_settings(
    a_version: AVersion, jpeg: Master, xs: list[int], data: st.DataObject
) -> None:
    points = tuple((x / 1024, data.draw(heights)) for x in sorted(xs))
    sent = analytic(a_version(ap.Curves(rgb=ap.ToneCurve(points), blue=ap.ToneCurve(points))), jpeg).settings
    assert np.isfinite(np.array(sent["ToneCurvePV2012"], dtype=float)).all()
