"""The engine's slopes: how far each slider changes a picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from couloir.color.spaces import srgb_to_lab
from couloir.derive.controls import move
from couloir.derive.pictures.jacobian import linearise
from couloir.engines.camera_raw import render_many
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.options import MOVED

KIND = PhotoKind.RENDERED
START = DevelopSettings({"Exposure2012": 0.3, "Contrast2012": 10})


@pytest.fixture
def linear(painted: Callable[..., Picture]) -> Picture:
    return painted(1, 60, 40)


def test_the_slopes_foretell_a_small_step(linear: Picture) -> None:
    found = linearise(linear, START, MOVED, KIND)
    step = {"exposure": 1.0, "saturation": -1.0, "temperature": 1.0, "blacks": 1.0}
    foretold = found.lab + sum(value * found.slopes[MOVED.index(name)] for name, value in step.items())
    drawn = srgb_to_lab(render_many(linear, [move(START, step, KIND)])[0]).reshape(-1, 3)
    left = np.abs(foretold - drawn).mean()
    assert left < 0.2 * np.abs(found.lab - drawn).mean()


def test_a_slider_at_its_end_has_the_slope_of_the_other_side(linear: Picture) -> None:
    full = DevelopSettings({"Saturation": 100})
    slope = linearise(linear, full, ["saturation"], KIND).slopes[0]
    assert np.abs(slope).mean() > 0.1


def test_what_cannot_move_has_no_slope(linear: Picture) -> None:
    slopes = linearise(linear, DevelopSettings({}), ["temperature", "exposure"], PhotoKind.RAW).slopes
    assert not slopes[0].any()
    assert slopes[1].any()


def test_a_raw_files_white_balance_has_slopes_where_its_own_is_known(linear: Picture) -> None:
    names, as_shot = ["temperature", "tint", "exposure"], (5200.0, 6.0)
    as_taken = DevelopSettings({"WhiteBalance": "As Shot"})
    for settings in (as_taken, move(as_taken, {"temperature": 2.0}, PhotoKind.RAW, as_shot)):
        cooler, _, brighter = linearise(linear, settings, names, PhotoKind.RAW, as_shot=as_shot).slopes
        assert np.abs(brighter).mean() > 0.5
        # One unit is five reciprocal megakelvins, towards the cooler end of the slider.
        assert -1.5 < cooler[:, 2].mean() < -0.2
