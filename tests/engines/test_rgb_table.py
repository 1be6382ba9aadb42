"""A table is drawn as Adobe's SDK draws it; `scripts/evaluate_engines.py --only tables` holds it beside the SDK."""

from __future__ import annotations

import numpy as np
import pytest

from couloir.engines.rgb_table import decode, draw_light, draw_table, encode, interpolate, tetrahedra
from couloir.lightroom.enhanced.rgb_table import Gamma, Gamut, Primaries, RgbTable, identity_samples

CHANCE = np.random.default_rng(1)
COLORS = CHANCE.random((500, 3))


@pytest.mark.parametrize("primaries", Primaries)
@pytest.mark.parametrize("gamma", Gamma)
def test_a_table_that_changes_nothing_draws_nothing(primaries: Primaries, gamma: Gamma) -> None:
    table = RgbTable(identity_samples(16), primaries, gamma)
    assert np.abs(draw_table(table, COLORS) - COLORS).max() < 2e-3
    assert np.abs(draw_table(table, COLORS) - COLORS).mean() < 1e-4


@pytest.mark.parametrize("gamma", Gamma)
def test_an_encoding_is_undone_by_its_decoding(gamma: Gamma) -> None:
    light = np.linspace(0, 1, 1001)
    assert np.abs(decode(gamma, encode(gamma, light)) - light).max() < 1e-6
    assert (np.diff(encode(gamma, light)) > 0).all()


def test_linear_samples_are_interpolated_exactly() -> None:
    samples = np.stack(np.meshgrid(*[np.linspace(0, 1, 5)] * 3, indexing="ij"), axis=-1)
    assert np.allclose(interpolate(samples, COLORS), COLORS)


def test_a_colour_lies_between_the_four_corners_of_its_tetrahedron() -> None:
    corners, shares = tetrahedra(COLORS, 4)
    assert np.allclose(shares.sum(axis=1), 1)
    assert (shares >= 0).all()
    assert (np.diff(corners, axis=1) > 0).all()


def test_the_amount_goes_from_nothing_to_twice_the_change() -> None:
    table = RgbTable(np.rint(identity_samples(9) * 0.9).astype(np.uint16))
    full = draw_table(table, COLORS) - COLORS
    assert np.allclose(draw_table(table, COLORS, 0.0), COLORS)
    assert np.allclose(draw_table(table, COLORS, 2.0) - COLORS, 2 * full, atol=1e-6)


def test_colours_outside_the_primaries_are_kept_where_the_table_extends() -> None:
    violet = np.array([[0.05, 0.0, 0.6]])  # ProPhoto light far outside sRGB
    kept = draw_light(RgbTable(identity_samples(8), gamut=Gamut.EXTEND), violet)
    cut = draw_light(RgbTable(identity_samples(8), gamut=Gamut.CLIP), violet)
    assert np.abs(kept - violet).max() < 1e-3
    assert np.abs(cut - violet).max() > 0.01
