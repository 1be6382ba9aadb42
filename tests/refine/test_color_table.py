"""A fitted table brings a picture to another, keeps greys in order, and is smooth where the picture says nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_to_lab
from couloir.engines.rgb_table import draw_table
from couloir.refine.color_table import fit_table

CHANCE = np.random.default_rng(5)
SEEN = CHANCE.random((3000, 3)) ** 1.4
OTHERS = CHANCE.random((1000, 3)) ** 1.4


def _edit(colors: NDArray[np.float64]) -> NDArray[np.float64]:
    """A film look: a curve, crossed channels and warm shadows."""
    mixed = colors**0.85 @ np.array([[0.9, 0.06, 0.04], [0.08, 0.86, 0.06], [0.02, 0.1, 0.88]]).T
    return np.clip(mixed + 0.04 * np.array([1.0, 0.2, -0.8]) * (1 - colors) ** 2, 0, 1)


def _apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(ciede2000(srgb_to_lab(one), srgb_to_lab(other)).mean())


def test_a_table_learns_a_look_and_gives_it_to_colours_it_has_not_seen() -> None:
    table = fit_table(SEEN, _edit(SEEN))
    assert table is not None
    assert _apart(OTHERS, _edit(OTHERS)) > 4
    assert _apart(draw_table(table, OTHERS), _edit(OTHERS)) < 0.15


def test_a_pair_of_the_same_picture_gives_a_table_that_changes_nothing() -> None:
    table = fit_table(SEEN, SEEN)
    assert table is not None
    assert _apart(draw_table(table, OTHERS), OTHERS) < 0.02


def test_noise_in_some_pixels_does_not_bend_the_table() -> None:
    target = _edit(SEEN)
    target[::20] = CHANCE.random((150, 3))  # a brush stroke, or a lens flare
    table = fit_table(SEEN, target)
    assert table is not None
    assert _apart(draw_table(table, OTHERS), _edit(OTHERS)) < 0.8


def test_a_known_edit_holds_where_the_picture_has_no_colours() -> None:
    reds = SEEN * np.array([1.0, 0.2, 0.2])
    guessed, known = fit_table(reds, _edit(reds)), fit_table(reds, _edit(reds), prior=_edit)
    assert guessed is not None
    assert known is not None
    assert _apart(draw_table(known, OTHERS), _edit(OTHERS)) < 0.5 * _apart(draw_table(guessed, OTHERS), _edit(OTHERS))


def test_a_picture_turned_to_its_negative_is_not_fitted() -> None:
    """Greys that fall would tear every gradient."""
    assert fit_table(SEEN, 1 - SEEN) is None
