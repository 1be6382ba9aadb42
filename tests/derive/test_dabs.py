"""A painted mask comes near to any mask that a person paints, with few enough dabs."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from couloir.derive.painted.dabs import paint
from couloir.engines.camera_raw.masks import draw_brush
from couloir.lightroom.local.masks import MOST_DABS

ROWS, COLUMNS = 64, 96


def _soft(seed: int, columns: int = COLUMNS, rows: int = ROWS) -> NDArray[np.float32]:
    """A few soft blobs, as broad strokes leave them."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:rows, 0:columns]
    total = np.zeros((rows, columns))
    for _ in range(3):
        across, down = random.random(2) * (columns, rows)
        wide = max(rows, columns) * random.uniform(0.08, 0.2)
        total += np.exp(-((x - across) ** 2 + (y - down) ** 2) / (2 * wide**2))
    return (0.9 / (1 + np.exp(-(total - 0.6) * 8))).astype(np.float32)


@pytest.mark.parametrize(("columns", "rows"), [(96, 64), (64, 96)])
def test_a_soft_mask_is_painted_to_two_hundredths(columns: int, rows: int) -> None:
    mask = _soft(1, columns, rows)
    found = paint(mask)
    assert found is not None
    assert found.rms <= 0.02
    assert all(len(stroke.dabs) <= MOST_DABS for stroke in found.brush.strokes)
    assert np.abs(draw_brush(found.brush, 2 * columns, 2 * rows)[::2, ::2] - mask).mean() < 0.02


def test_a_hard_edge_is_told_by_its_rms() -> None:
    mask = (_soft(3) > 0.4).astype(np.float32) * np.float32(0.8)
    found = paint(mask)
    assert found is not None
    assert 0.02 < found.rms < 0.15


def test_an_empty_mask_is_nothing_to_paint() -> None:
    assert paint(np.zeros((ROWS, COLUMNS), dtype=np.float32)) is None


def test_nothing_is_painted_where_the_mask_is_empty() -> None:
    mask = _soft(1)
    found = paint(mask)
    assert found is not None
    assert draw_brush(found.brush, COLUMNS, ROWS)[mask < 0.001].max(initial=0.0) < 0.03
