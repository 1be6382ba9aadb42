"""The blur by matrices equals three running means, for every size and radius."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.engines.local_contrast import blur, local_contrast, reach_of


def _three_running_means(values: np.ndarray, reach: int) -> np.ndarray:
    """Along the last axis, edges repeated, one value at a time."""
    length = values.shape[-1]
    for _ in range(3):
        near = [np.clip(np.arange(i - reach, i + reach + 1), 0, length - 1) for i in range(length)]
        values = np.stack([values[..., each].mean(axis=-1) for each in near], axis=-1)
    return values


@given(st.sampled_from([1, 2, 7, 40, 255, 300, 513, 1100]), st.floats(0.6, 70), st.integers(0, 2**32 - 1))
def test_a_row_and_a_column_are_blurred_by_three_running_means(length: int, sigma: float, seed: int) -> None:
    row = np.random.default_rng(seed).uniform(-14, 2, length)
    expected = _three_running_means(row, reach_of(sigma))
    np.testing.assert_allclose(blur(row[np.newaxis], sigma)[0], expected, atol=1e-9)
    np.testing.assert_allclose(blur(row[:, np.newaxis], sigma)[:, 0], expected, atol=1e-9)
    np.testing.assert_allclose(blur(row[np.newaxis].astype(np.float32), sigma)[0], expected, atol=3e-5)


@given(st.integers(0, 2**32 - 1), st.floats(0.6, 9))
def test_many_pictures_are_blurred_as_one_by_one(seed: int, sigma: float) -> None:
    pictures = np.random.default_rng(seed).uniform(-14, 2, (3, 20, 30)).astype(np.float32)
    np.testing.assert_array_equal(blur(pictures, sigma), np.stack([blur(each, sigma) for each in pictures]))


def test_a_blur_of_less_than_a_pixel_changes_nothing() -> None:
    values = np.random.default_rng(1).uniform(0, 1, (5, 6))
    assert blur(values, 0.3) is values


def test_even_areas_have_no_local_contrast_and_edges_gain() -> None:
    picture = np.full((10, 60, 3), 0.2, dtype=np.float32)
    np.testing.assert_allclose(local_contrast(picture, 0.6, 0.05), picture, rtol=1e-5)
    picture[:, 30:] = 0.6
    result = local_contrast(picture, 0.6, 0.05)
    assert result[5, 30, 0] > 0.6 > 0.2 > result[5, 29, 0]


@pytest.mark.parametrize("sigma", [0.0, 0.5, 1.0, 20.0])
def test_reach_grows_with_sigma(sigma: float) -> None:
    """Three means over 2r + 1 pixels have a variance of r(r + 1)."""
    reach = reach_of(sigma)
    assert abs(reach - sigma) <= 0.6
