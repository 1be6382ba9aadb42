"""A rectangle of the stored frame is the same part of the picture in the oriented one."""

from __future__ import annotations

import numpy as np
import pytest

from couloir.destinations.frames import show_rectangle, show_size, turn_between
from couloir.engines.geometry import cut, orient, quarter_turn
from couloir.lightroom.crop import Crop

WIDTH, HEIGHT = 120, 80
PICTURE = np.stack(
    np.broadcast_arrays(np.linspace(0, 1, WIDTH), np.linspace(0, 1, HEIGHT)[:, None], 0.5), axis=-1
).astype(np.float32)


@pytest.mark.parametrize("code", range(1, 9))
@pytest.mark.parametrize("angle", [0.0, 7.0])
def test_cutting_and_orienting_may_be_done_in_either_order(code: int, angle: float) -> None:
    crop = Crop.from_rectangle(50, 36, 40, 30, angle, WIDTH, HEIGHT)
    first_cut = orient(cut(PICTURE, (50, 36), (40, 30), angle, (40, 30)), code)
    center_x, center_y, across, down, turned = show_rectangle(crop, WIDTH, HEIGHT, code)
    oriented = orient(PICTURE, code)
    assert (oriented.shape[1], oriented.shape[0]) == show_size(WIDTH, HEIGHT, code)
    first_oriented = cut(oriented, (center_x, center_y), (across, down), turned, (round(across), round(down)))
    assert first_oriented.shape == first_cut.shape
    assert np.abs(first_oriented - first_cut).max() < 0.02


@pytest.mark.parametrize("stored", range(1, 9))
@pytest.mark.parametrize("wanted", range(1, 9))
def test_a_turn_leads_from_one_orientation_to_the_other(stored: int, wanted: int) -> None:
    mirrored, degrees = turn_between(stored, wanted)
    shown = orient(PICTURE, stored)
    turned = quarter_turn(shown[:, ::-1] if mirrored else shown, degrees)
    assert np.array_equal(turned, orient(PICTURE, wanted))
