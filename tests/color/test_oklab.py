"""Oklab both ways, and against the reference implementation."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from couloir.color.arrays import apply_matrix
from couloir.color.oklab import from_oklab, oklab
from couloir.color.spaces import SRGB_TO_XYZ

COLORS = np.random.default_rng(0).uniform(0, 1, (200, 3))


def test_colors_come_back() -> None:
    assert np.abs(from_oklab(oklab(COLORS)) - COLORS).max() < 1e-6


def test_it_agrees_with_colour_science_to_the_rounding_of_the_published_matrices(colour: ModuleType) -> None:
    reference = colour.XYZ_to_Oklab(apply_matrix(SRGB_TO_XYZ, COLORS))
    assert np.abs(oklab(COLORS) - reference).max() < 1e-3


def test_white_is_one_and_grey_has_no_hue() -> None:
    gray = np.full((1, 3), 0.3)
    assert np.abs(oklab(np.ones((1, 3))) - [1, 0, 0]).max() < 1e-6
    assert np.abs(oklab(gray)[0, 1:]).max() < 1e-6
