"""How long a mask takes to become a brush's dabs, and how near they come to it, beside drawing those dabs once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median

import numpy as np

from benchmarks.rows import Row
from couloir.derive.painted.dabs import paint
from couloir.engines.camera_raw.masks import draw_brush
from evaluation.local_scenes import soft_area, strokes

_ROWS, _COLUMNS = 256, 384
_MASKS = 8


def measure() -> Sequence[Row]:
    """Masks as a person paints them, strokes and soft areas, on one core."""
    rows: list[Row] = []
    for name, make in (("strokes", strokes), ("soft area", soft_area)):
        took, drawing, off, dabs = [], [], [], []
        for seed in range(_MASKS):
            mask = np.asarray(make(_COLUMNS, _ROWS, np.random.default_rng(seed)), dtype=np.float32)
            begun = time.process_time()
            painting = paint(mask)
            took.append(time.process_time() - begun)
            assert painting is not None
            begun = time.process_time()
            draw_brush(painting.brush, _COLUMNS, _ROWS)
            drawing.append(time.process_time() - begun)
            off.append(painting.rms)
            dabs.append(painting.dabs)
        seconds, rms = median(took), median(off)
        rows += [
            Row(f"mask of {_COLUMNS} px to dabs, {name}: median", seconds, "s", "<= 1", seconds <= 1),
            Row(f"mask of {_COLUMNS} px to dabs, {name}: drawing them once (floor)", median(drawing), "s"),
            Row(f"mask of {_COLUMNS} px to dabs, {name}: off by, rms, median", rms, "of 1", "<= 0.02", rms <= 0.02),
            Row(f"mask of {_COLUMNS} px to dabs, {name}: dabs, median", median(dabs), "dabs"),
        ]
    return rows
