"""Retouched areas are drawn at their places, from their sources."""

from __future__ import annotations

import numpy as np
import pytest

from couloir.engines.camera_raw.repairs import draw_repairs
from couloir.lightroom.local.repairs import RetouchedArea, SpotKind

COLUMNS, ROWS = 500, 300


def _scene() -> np.ndarray:
    """A ramp from left to right, with a red disc of 10 pixels at (350, 180)."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    scene = np.repeat((0.1 + 0.4 * x / COLUMNS)[..., np.newaxis], 3, axis=-1)
    scene[np.hypot(x + 0.5 - 350, y + 0.5 - 180) < 10] = (0.8, 0.05, 0.05)
    return scene


@pytest.mark.parametrize("kind", SpotKind)
def test_a_spot_brings_its_source_to_its_place_within_a_pixel(kind: SpotKind) -> None:
    spot = RetouchedArea(kind, ((0.3, 0.25),), (0.7, 0.6), 0.03, 0.0)
    drawn = draw_repairs(_scene(), [spot])
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    copied = (drawn[..., 0] - drawn[..., 1] > 0.3) & (x < 250)
    assert (float(x[copied].mean()) + 0.5, float(y[copied].mean()) + 0.5) == pytest.approx((150, 75), abs=1)
    assert np.array_equal(drawn[:, 200:], _scene()[:, 200:])


def test_a_heal_takes_the_tones_of_its_surroundings_and_a_clone_those_of_its_source() -> None:
    scene = _scene()
    there = {
        kind: draw_repairs(scene, [RetouchedArea(kind, ((0.7, 0.6),), (0.3, 0.25), 0.03, 0.2)])[180, 350]
        for kind in SpotKind
    }
    assert there[SpotKind.CLONE] == pytest.approx(scene[75, 150], abs=0.01)
    assert there[SpotKind.HEAL] == pytest.approx(np.repeat(0.1 + 0.4 * 0.7, 3), abs=0.02)


def test_a_stroke_covers_its_whole_way_and_half_an_opacity_covers_half() -> None:
    scene = np.full((ROWS, COLUMNS, 3), 0.2, dtype=np.float32)
    scene[:, 250:] = 0.6
    places = tuple((0.2 + 0.01 * number, 0.5) for number in range(11))
    drawn = draw_repairs(scene, [RetouchedArea(SpotKind.CLONE, places, (0.7, 0.5), 0.02, 0.0, 0.5)])
    assert drawn[150, 100:151, 0] == pytest.approx(np.full(51, 0.4), abs=1e-3)
    assert drawn[135:, 100:151, 0].min() == pytest.approx(0.2)


def test_an_area_outside_of_the_picture_changes_nothing() -> None:
    scene = _scene()
    assert np.array_equal(draw_repairs(scene, [RetouchedArea(SpotKind.HEAL, ((1.5, 0.5),), (1.2, 0.5), 0.05)]), scene)
