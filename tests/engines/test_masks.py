"""Masks are drawn by the laws that were measured on Lightroom, in the frame as the file stores it."""

from __future__ import annotations

import numpy as np
import pytest

from couloir.engines.camera_raw import render
from couloir.engines.camera_raw.local import render_local
from couloir.engines.camera_raw.masks import deposit, draw_brush, draw_mask, draw_masks, flow_of, kernel
from couloir.engines.geometry import orient
from couloir.lightroom.local.masks import (
    Brush,
    Combination,
    Dab,
    LinearGradient,
    LocalAdjustment,
    Mask,
    RadialGradient,
    Stroke,
)
from couloir.lightroom.settings import DevelopSettings

COLUMNS, ROWS = 60, 40
# Full dabs at four distances and three hardnesses, as the study that measured them prints them.
PRINTED = {
    0.193: (0.7326, 0.9869, 0.9979),
    0.393: (0.2646, 0.9467, 0.9995),
    0.593: (0.0645, 0.8353, 0.9975),
    0.693: (0.0339, 0.7102, 0.9966),
}
SPOT = Brush((Stroke((Dab(0.25, 0.25, 1.0),), 0.1, 0.5),))
SCENE = np.random.default_rng(4).random((ROWS, COLUMNS, 3), dtype=np.float32) * 0.5 + 0.1


@pytest.mark.parametrize("distance", PRINTED)
def test_a_dab_falls_as_it_was_measured(distance: float) -> None:
    found = [float(kernel(np.array(distance), hardness)) for hardness in (0.0, 0.5, 1.0)]
    assert found == pytest.approx(PRINTED[distance], abs=0.03)


def test_a_full_flow_paints_all_and_half_a_flow_far_less() -> None:
    assert (deposit(0.0), deposit(1.0)) == (0.0, 1.0)
    assert deposit(0.5) == pytest.approx(0.114, abs=1e-3)
    assert flow_of(deposit(0.37)) == pytest.approx(0.37)


def test_a_radius_is_a_share_of_the_frames_width_even_where_that_is_the_short_side() -> None:
    for columns, rows in ((60, 40), (40, 60)):
        painted = draw_brush(Brush((Stroke((Dab(0.5, 0.5, 1.0),), 0.1, 1.0),)), columns, rows)
        across = np.flatnonzero(painted[rows // 2] > 0.01)
        assert np.ptp(across) + 1 == pytest.approx(0.2 * columns, abs=2)


def test_dabs_go_together_as_screens_in_any_order() -> None:
    dabs = (Dab(0.3, 0.4, 0.7), Dab(0.34, 0.4, 0.5), Dab(0.38, 0.45, 0.9))
    one = draw_brush(Brush((Stroke(dabs, 0.1, 0.3),)), COLUMNS, ROWS)
    other = draw_brush(Brush((Stroke(dabs[::-1], 0.1, 0.3),)), COLUMNS, ROWS)
    apart = [draw_brush(Brush((Stroke((dab,), 0.1, 0.3),)), COLUMNS, ROWS) for dab in dabs]
    assert np.allclose(one, other, atol=1e-6)
    assert np.allclose(one, 1 - np.prod([1 - each for each in apart], axis=0), atol=1e-6)


def test_a_stroke_without_density_erases() -> None:
    erased = draw_brush(Brush((*SPOT.strokes, Stroke(SPOT.strokes[0].dabs, 0.1, 0.5, 0.0))), COLUMNS, ROWS)
    assert erased.max() < draw_brush(SPOT, COLUMNS, ROWS).max() / 2
    assert erased[10, 15] < 0.01


def test_a_linear_gradient_goes_from_nothing_to_all() -> None:
    alpha = draw_mask(Mask(LinearGradient((0.5, 0.25), (0.5, 0.75))), COLUMNS, ROWS)
    assert (alpha[:10].max(), alpha[30:].min()) == (0.0, 1.0)
    assert (np.diff(alpha[:, 0]) >= 0).all()


def test_masks_add_take_away_and_intersect() -> None:
    left = Mask(LinearGradient((0.6, 0.5), (0.4, 0.5)))
    top = LinearGradient((0.5, 0.6), (0.5, 0.4))
    corners = (np.s_[0, 0], np.s_[0, -1], np.s_[-1, 0], np.s_[-1, -1])
    for combination, wanted in (
        (Combination.ADD, (1, 1, 1, 0)),
        (Combination.SUBTRACT, (0, 0, 1, 0)),
        (Combination.INTERSECT, (1, 0, 0, 0)),
    ):
        alpha = draw_masks((left, Mask(top, combination)), COLUMNS, ROWS)
        assert tuple(float(alpha[corner]) for corner in corners) == wanted


def test_a_radial_filter_acts_inside_and_inverted_outside() -> None:
    shape = RadialGradient(0.3, 0.3, 0.7, 0.7, feather=20)
    inside, outside = (draw_mask(Mask(shape, inverted=inverted), COLUMNS, ROWS) for inverted in (False, True))
    assert (inside[20, 30], inside[0, 0]) == (1.0, 0.0)
    assert np.allclose(inside + outside, 1)


@pytest.mark.parametrize("code", range(1, 9))
def test_a_mask_turns_with_the_photo(code: int) -> None:
    """Its coordinates are those of the stored frame, whatever the orientation."""
    adjustment = LocalAdjustment("a", {"LocalExposure2012": 1.0, "LocalSaturation": -100.0}, (Mask(SPOT),))
    upright = render_local(SCENE, DevelopSettings({}), [adjustment])
    turned = render_local(SCENE, DevelopSettings({}), [adjustment], orientation=code)
    assert np.allclose(turned, orient(upright, code), atol=1e-5)


def test_a_local_exposure_changes_what_is_painted_and_nothing_else() -> None:
    plain = render(SCENE, DevelopSettings({}))
    drawn = render_local(SCENE, DevelopSettings({}), [LocalAdjustment("a", {"LocalExposure2012": 1.0}, (Mask(SPOT),))])
    alpha = draw_brush(SPOT, COLUMNS, ROWS)
    whole = render(SCENE * 2, DevelopSettings({}))
    assert np.allclose(drawn[alpha == 0], plain[alpha == 0])
    assert np.allclose(drawn[alpha > 0.999], whole[alpha > 0.999], atol=1e-3)


def test_a_mask_is_cropped_with_the_photo() -> None:
    crop = {"CropLeft": 0.0, "CropTop": 0.0, "CropRight": 0.5, "CropBottom": 0.5, "CropAngle": 0.0}
    adjustment = LocalAdjustment("a", {"LocalSaturation": -100.0}, (Mask(SPOT),))
    whole = render_local(SCENE, DevelopSettings({}), [adjustment])
    cropped = render_local(SCENE, DevelopSettings(crop), [adjustment])
    assert np.allclose(cropped, whole[: ROWS // 2, : COLUMNS // 2], atol=1e-4)


def test_an_adjustment_that_is_switched_off_is_not_drawn() -> None:
    off = LocalAdjustment("a", {"LocalExposure2012": 2.0}, (Mask(SPOT),), active=False)
    assert np.array_equal(render_local(SCENE, DevelopSettings({}), [off]), render(SCENE, DevelopSettings({})))
