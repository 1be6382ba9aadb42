"""Colour spaces and adaptation, compared with colour-science and with their own inverses."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.color.adaptation import bradford, white_xyz
from couloir.color.arrays import apply_matrix
from couloir.color.spaces import (
    D50,
    D65,
    PROPHOTO_TO_SRGB,
    SRGB_TO_PROPHOTO,
    SRGB_TO_XYZ,
    XYZ_TO_SRGB,
    luminance,
    srgb_decode,
    srgb_encode,
    srgb_to_lab,
)

whites = st.tuples(st.floats(0.2, 0.5), st.floats(0.2, 0.45))
COLORS = np.random.default_rng(1).uniform(0, 1, (5000, 3))


@given(st.floats(-4, 4))
def test_encoding_and_decoding_undo_one_another(value: float) -> None:
    at = np.array([value])
    np.testing.assert_allclose(srgb_decode(srgb_encode(at)), at, atol=1e-9)


@given(st.floats(0, 4), st.floats(0, 4))
def test_encoding_keeps_order_and_mirrors_negative_light(a: float, b: float) -> None:
    low, high = sorted((a, b))
    at = np.array([low, high, -low])
    encoded = srgb_encode(at)
    assert encoded[0] <= encoded[1]
    assert encoded[2] == -encoded[0]


def test_encoding_agrees_with_colour_science(colour: ModuleType) -> None:
    np.testing.assert_allclose(srgb_encode(COLORS), colour.cctf_encoding(COLORS, "sRGB"), atol=1e-6)
    np.testing.assert_allclose(srgb_decode(COLORS), colour.cctf_decoding(COLORS, "sRGB"), atol=1e-6)


def test_lab_agrees_with_colour_science(colour: ModuleType) -> None:
    white = colour.CCS_ILLUMINANTS["CIE 1931 2 Degree Standard Observer"]["D65"]
    xyz = apply_matrix(SRGB_TO_XYZ, srgb_decode(COLORS))
    np.testing.assert_allclose(srgb_to_lab(COLORS), colour.XYZ_to_Lab(xyz, white), atol=1e-6)


def test_the_matrix_of_srgb_is_the_one_of_the_standard() -> None:
    # IEC 61966-2-1 prints four decimals.
    printed = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    np.testing.assert_allclose(SRGB_TO_XYZ, printed, atol=6e-5)


@pytest.mark.parametrize("matrix", [SRGB_TO_PROPHOTO, PROPHOTO_TO_SRGB])
def test_white_stays_white_in_prophoto(matrix: np.ndarray) -> None:
    np.testing.assert_allclose(matrix @ np.ones(3), np.ones(3), atol=1e-9)


def test_prophoto_agrees_with_colour_science(colour: ModuleType) -> None:
    """From the same primaries and whites: its own table starts from matrices rounded to four decimals."""
    srgb = colour.RGB_COLOURSPACES["sRGB"]
    adapt = colour.adaptation.matrix_chromatic_adaptation_VonKries(white_xyz(D65), white_xyz(D50), "Bradford")
    primaries = np.array([[0.734699, 0.265301], [0.159597, 0.840403], [0.036598, 0.000105]])  # ISO 22028-2
    to_xyz = colour.normalised_primary_matrix(srgb.primaries, np.array(D65))
    from_xyz = np.linalg.inv(colour.normalised_primary_matrix(primaries, np.array(D50)))
    np.testing.assert_allclose(SRGB_TO_PROPHOTO, from_xyz @ adapt @ to_xyz, atol=1e-6)


def test_luminance_of_white_is_one_and_of_a_colour_is_its_y() -> None:
    assert float(luminance(np.ones(3))) == pytest.approx(1)
    np.testing.assert_allclose(luminance(COLORS), apply_matrix(SRGB_TO_XYZ, COLORS)[..., 1])


@given(whites, whites)
def test_bradford_takes_one_white_to_the_other(source: tuple[float, float], destination: tuple[float, float]) -> None:
    moved = bradford(source, destination) @ white_xyz(source)
    np.testing.assert_allclose(moved, white_xyz(destination), atol=1e-9)


@given(whites, whites, whites)
def test_two_adaptations_in_a_row_are_one(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]
) -> None:
    np.testing.assert_allclose(bradford(b, c) @ bradford(a, b), bradford(a, c), atol=1e-6)


def test_bradford_agrees_with_colour_science(colour: ModuleType) -> None:
    theirs = colour.adaptation.matrix_chromatic_adaptation_VonKries(white_xyz(D65), white_xyz(D50), "Bradford")
    np.testing.assert_allclose(bradford(D65, D50), theirs, atol=1e-6)


@given(st.sampled_from([np.float32, np.float64]))
def test_a_matrix_keeps_the_precision_of_what_it_is_given(precision: type) -> None:
    assert apply_matrix(XYZ_TO_SRGB, COLORS.astype(precision)).dtype == precision
