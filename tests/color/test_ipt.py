"""IPT and its inverse, compared with colour-science."""

from __future__ import annotations

from types import ModuleType

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from couloir.color.arrays import apply_matrix
from couloir.color.ipt import from_ipt, ipt
from couloir.color.spaces import SRGB_TO_XYZ

colors = st.lists(st.floats(-0.2, 2), min_size=3, max_size=3).map(np.array)


def test_ipt_is_colour_sciences(colour: ModuleType) -> None:
    linear = np.random.default_rng(1).uniform(-0.2, 2, (500, 3))
    np.testing.assert_allclose(ipt(linear), colour.XYZ_to_IPT(apply_matrix(SRGB_TO_XYZ, linear)), atol=1e-6)


@given(colors)
def test_ipt_and_back_is_the_same_color(linear: np.ndarray) -> None:
    np.testing.assert_allclose(from_ipt(ipt(linear)), linear, atol=1e-9)
