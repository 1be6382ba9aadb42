"""A painted place is found from the two pictures alone, and where nothing was painted nothing is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from couloir.color.spaces import luminance, srgb_encode
from couloir.derive.painted.find import PaintedRegion, find_painted
from couloir.derive.painted.quantities import Quantity
from couloir.derive.pictures.drawing import draw_painted
from couloir.engines.local_contrast import blur
from couloir.engines.protocol import Picture
from couloir.lightroom.local.masks import LocalAdjustment
from couloir.lightroom.settings import DevelopSettings

ROWS, COLUMNS = 96, 144


@lru_cache(maxsize=1)
def _scene() -> Picture:
    """Linear light of clouds of three sizes with colours of their own."""
    random = np.random.default_rng(7)
    light = sum(
        blur(random.standard_normal((ROWS, COLUMNS)).astype(np.float32), size) * size for size in (1.5, 6.0, 20.0)
    )
    colors = [1 + 0.6 * blur(random.standard_normal((ROWS, COLUMNS)).astype(np.float32), 8) * 8 for _ in range(3)]
    exposed = 0.1 * np.exp2(0.8 * light / np.asarray(light).std())
    return np.clip(np.stack(colors, axis=-1) * exposed[..., np.newaxis], 0.003, 1).astype(np.float32)


def _blob() -> NDArray[np.float32]:
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    away = np.hypot(x - 50, y - 40) / 26
    return np.clip(1.5 - away, 0, 1).astype(np.float32) ** 2 * (3 - 2 * np.clip(1.5 - away, 0, 1).astype(np.float32))


def _drawn(linear: Picture) -> Picture:
    return srgb_encode(np.clip(linear, 0, 1)).astype(np.float32)


def _toned(linear: Picture) -> Picture:
    """A change of the whole picture: exposure, contrast and a vignette."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    corner = np.hypot((x - COLUMNS / 2) / (COLUMNS / 2), (y - ROWS / 2) / (COLUMNS / 2))
    return np.asarray(0.9 * linear**1.12 * np.exp2(-0.3 * corner**2)[..., np.newaxis], dtype=np.float32)


def _found(target: Picture, quantity: Quantity = Quantity.LIGHT) -> tuple[PaintedRegion, ...]:
    def draw(local: Sequence[LocalAdjustment]) -> Picture:
        return draw_painted(_scene(), DevelopSettings({}), local, None)

    return find_painted(_drawn(target), draw(()), [(quantity, 1), (quantity, -1)], draw)


@pytest.mark.parametrize("stops", [-0.8, 0.6])
def test_a_dodge_and_a_burn_are_found_with_their_strength_and_place(stops: float) -> None:
    (region,) = _found(_toned(_scene() * np.exp2(stops * _blob())[..., np.newaxis]))
    assert np.abs(region.amount * region.alpha - stops * _blob()).mean() < 0.05
    assert np.corrcoef(region.alpha.ravel(), _blob().ravel())[0, 1] > 0.9
    assert region.gain > 0.1
    assert region.as_adjustment("a").settings == {"LocalExposure2012": pytest.approx(region.amount, abs=0.01)}
    assert region.explained > 0.8


def test_a_change_of_the_whole_picture_is_no_painting() -> None:
    assert _found(_toned(_scene())) == ()


def test_two_signs_are_two_regions() -> None:
    blob = _blob() - _blob()[::-1, ::-1]
    found = _found(_toned(_scene() * np.exp2(1.0 * blob)[..., np.newaxis]))
    assert sorted(np.sign(region.amount) for region in found) == [-1, 1]


def test_a_colour_brush_is_found_in_saturation() -> None:
    grey = luminance(_scene())[..., np.newaxis]
    painted = grey + (_scene() - grey) * np.exp2(-0.9 * _blob())[..., np.newaxis]
    (region,) = _found(painted, Quantity.SATURATION)
    assert -80 < region.as_adjustment("a").settings["LocalSaturation"] < -20
    assert np.corrcoef(region.alpha.ravel(), _blob().ravel())[0, 1] > 0.8


def test_a_mirrored_or_another_picture_is_refused() -> None:
    """A mirrored picture once gave a mask of -3.3 stops that seemed to explain nearly all."""
    mirrored = np.ascontiguousarray(_scene()[:, ::-1])
    assert _found(mirrored) == ()
    assert _found(np.random.default_rng(1).random((ROWS, COLUMNS, 3)).astype(np.float32)) == ()


def test_black_pictures_say_nothing() -> None:
    assert _found(np.zeros_like(_scene())) == ()
