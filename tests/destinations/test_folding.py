"""A matrix and curves come near to what Aperture's adjustments do together, and never make colours worse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Operation
from couloir.color.spaces import srgb_decode
from couloir.derive import Fidelity
from couloir.destinations.door import Photograph, PhotoVersion
from couloir.destinations.every import DOORS
from couloir.destinations.folding import GRID, NOTHING_FOLDED, Fold, fold_operations, fold_pictures, fold_version

MOST_LEFT = {
    "exposure": (ap.Exposure(exposure=0.7), 0.1),
    "black point and brightness": (ap.Exposure(black_point=8.0, brightness=0.2), 0.3),
    "contrast": (ap.Enhance(contrast=0.3), 0.1),
    "saturation": (ap.Enhance(saturation=1.4), 0.2),
    "white balance": (ap.WhiteBalance(temperature=6500.0, tint=10.0), 0.2),
    "levels": (ap.Levels(rgb=ap.LevelsChannel(black=(0.08, 0.0), white=(0.9, 1.0))), 0.2),
    "curves": (ap.Curves(rgb=ap.ToneCurve(((0.0, 0.0), (0.25, 0.18), (0.75, 0.84), (1.0, 1.0)))), 0.1),
    "black and white": (ap.BlackWhite(red=0.3, green=0.6, blue=0.1), 0.2),
    "sepia": (ap.Sepia(1.0), 0.3),
}


@pytest.mark.parametrize("name", MOST_LEFT)
def test_what_is_left_of_an_adjustment_is_small(name: str, shown: Callable[..., PhotoVersion]) -> None:
    adjustment, most = MOST_LEFT[name]
    fold = fold_operations(shown(adjustment).version.operations)
    assert not fold.is_identity
    assert fold.error <= most


def test_what_is_not_about_single_pixels_is_left_out(shown: Callable[..., PhotoVersion]) -> None:
    edits = (ap.Crop(1, 1, 9, 9), ap.Vignette(intensity=1.0, radius=1.0), ap.Exposure(), ap.EdgeSharpen(1.0, 1.0, 1.0))
    assert fold_operations(shown(*edits).version.operations) is NOTHING_FOLDED


def test_a_program_without_a_matrix_gets_curves_alone(shown: Callable[..., PhotoVersion]) -> None:
    saturated = fold_operations(shown(ap.Enhance(saturation=1.5)).version.operations, mixing=False)
    assert saturated.is_identity  # curves would only make it worse
    balanced = fold_operations(shown(ap.WhiteBalance(temperature=6500.0)).version.operations, mixing=False)
    assert not balanced.mixes
    assert not balanced.is_identity


@given(
    st.floats(-3, 3), st.floats(0, 1.5), st.floats(-5, 50), st.floats(-1, 1), st.floats(0, 2), st.floats(2500, 12000)
)
@settings(max_examples=12)
def test_curves_never_fall_and_white_stays_white(
    exposure: float, recovery: float, black: float, contrast: float, saturation: float, kelvin: float
) -> None:
    edits = (
        ap.WhiteBalance(temperature=kelvin),
        ap.Exposure(exposure=exposure, recovery=recovery, black_point=black),
        ap.Enhance(contrast=contrast, saturation=saturation),
    )
    fold = fold_operations([Operation(str(n), "", n, True, None, {}, each) for n, each in enumerate(edits)])
    for curve in fold.curves:
        assert np.all(np.diff(curve) >= -1e-12)
        assert curve[0] >= 0
        assert curve[-1] <= 1
    assert np.allclose(fold.matrix.sum(axis=1), 1.0)
    assert np.abs(fold.matrix).max() <= 3


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    random = np.random.default_rng(4)
    smooth = np.cumsum(np.cumsum(random.normal(size=(96, 144, 3)), axis=0), axis=1)
    smooth = (smooth - smooth.min(axis=(0, 1))) / np.ptp(smooth, axis=(0, 1))
    soft = 0.5 * smooth + 0.5 * smooth.mean(axis=2, keepdims=True)
    return np.asarray(srgb_decode(0.05 + 0.9 * soft), dtype=np.float32)


def test_a_pair_of_pictures_gives_the_fold_between_them(picture: np.ndarray) -> None:
    drawn = Fold(
        np.array([[1.1, -0.05, -0.05], [-0.1, 1.15, -0.05], [0.0, -0.1, 1.1]]), (GRID**1.2, GRID**0.9, GRID), 0.0
    )
    found = fold_pictures(picture, drawn.apply(picture))
    assert found.error < 0.15
    assert np.abs(found.apply(picture) - drawn.apply(picture)).mean() < 0.002


def test_a_painted_part_of_a_picture_counts_little(picture: np.ndarray) -> None:
    target = Fold(np.eye(3), (GRID**0.9,) * 3, 0.0).apply(picture)
    target[20:40, 30:70] = np.clip(target[20:40, 30:70] * 1.6, 0, 1)
    found = fold_pictures(picture, target)
    outside = np.ones(target.shape[:2], dtype=bool)
    outside[20:40, 30:70] = False
    assert np.abs(found.apply(picture) - target)[outside].mean() < 0.02


def test_the_preview_decides_where_the_formulas_are_off(
    picture: np.ndarray, shown: Callable[..., PhotoVersion]
) -> None:
    edited = shown(ap.Exposure(exposure=0.3))
    seen = Fold(np.eye(3), (np.minimum(GRID * 1.35, 1.0),) * 3, 0.0).apply(picture)
    preview = np.asarray(srgb_decode(seen), dtype=np.float32)
    by_pair = fold_version(replace(edited, pictures=(picture, preview)))
    by_formulas = fold_version(edited)
    assert np.abs(by_pair.apply(picture) - seen).mean() < np.abs(by_formulas.apply(picture) - seen).mean() / 2
    assert by_formulas.taken is None
    assert by_pair.taken is not None
    assert by_pair.taken.is_nearer


@pytest.mark.parametrize("name", ["darktable", "rawtherapee", "capture-one"])
def test_an_adjustment_that_the_pair_gave_is_taken_from_the_preview(
    name: str, picture: np.ndarray, shown: Callable[..., PhotoVersion], photograph: Photograph
) -> None:
    edited = shown(ap.Exposure(exposure=0.3), ap.Sharpen(intensity=0.5))
    seen = Fold(np.eye(3), (np.minimum(GRID * 1.35, 1.0),) * 3, 0.0).apply(picture)
    pair = replace(edited, pictures=(picture, np.asarray(srgb_decode(seen), dtype=np.float32)))
    [by_formulas], [by_pair] = (DOORS[name].write(photograph, [each]).outcomes for each in (edited, pair))
    assert [each.fidelity for each in by_formulas] == [Fidelity.APPROXIMATE, Fidelity.LOST]
    assert [each.fidelity for each in by_pair] == [Fidelity.TAKEN, Fidelity.LOST]
    assert by_pair[0].reason.startswith("Taken from the preview:")
    assert by_pair[0].reason.endswith(by_formulas[0].reason)
    assert by_pair[0].settings == by_formulas[0].settings


def test_nothing_is_folded_where_the_preview_shows_no_gain(
    picture: np.ndarray, shown: Callable[..., PhotoVersion]
) -> None:
    assert not fold_version(shown(ap.Exposure(exposure=0.3))).is_identity
    assert fold_version(replace(shown(ap.Exposure(exposure=0.3)), pictures=(picture, picture))).is_identity


def test_a_raw_photo_with_a_crop_gets_apples_base_and_an_untouched_one_nothing(
    shown: Callable[..., PhotoVersion],
) -> None:
    cropped, plain = (
        replace(each, master=replace(each.master, is_raw=True)) for each in (shown(ap.Crop(1, 1, 9, 9)), shown())
    )
    assert not fold_version(cropped).is_identity
    assert fold_version(plain).is_identity


def test_an_unedited_photo_is_left_alone_whatever_its_preview_shows(
    picture: np.ndarray, shown: Callable[..., PhotoVersion]
) -> None:
    assert fold_version(replace(shown(ap.Crop(1, 1, 9, 9)), pictures=(picture, picture**2))).is_identity
