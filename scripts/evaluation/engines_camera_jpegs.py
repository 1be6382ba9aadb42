"""Apple's renderings of RAW photos beside the JPEGs that the cameras wrote of the same shots."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir.aperture.library import Library
from couloir.color.spaces import srgb_encode
from couloir.engines.pixels import load_pixels, resize
from couloir.engines.protocol import Picture
from evaluation.raw_originals import RawRendering, renderings
from evaluation.rendering_gap import explain
from evaluation.section import Section

_SIZE = 400


def measure(library: Path) -> Section:
    """Of each RAW photo of the library that has such a JPEG."""
    rows: list[Row] = []
    with Library.open(library) as opened:
        found = list(renderings(opened))
        rows.append(Row("RAW photos with Apple's plain rendering", len(found), "photos"))
        rows.append(
            Row("of them with their original in the library", sum(1 for each in found if each.original), "photos")
        )
        for each in found:
            if each.camera_jpeg is not None:
                rows += _rows(each, each.camera_jpeg)
    return Section(rows)


def _rows(each: RawRendering, camera_jpeg: Path) -> list[Row]:
    theirs = _picture(each.preview)
    rows, columns = theirs.shape[:2]
    own = srgb_encode(resize(load_pixels(camera_jpeg, None, orient=True), columns, rows)).astype(np.float32)
    return [
        Row(
            f"{each.master.file_name}: the camera's own JPEG beside Apple's rendering, {label}, mean",
            gap.mean,
            "CIEDE2000",
        )
        for label, gap in explain(np.clip(own, 0, 1), theirs).items()
    ]


def _picture(path: Path) -> Picture:
    return np.clip(srgb_encode(load_pixels(path, _SIZE, orient=True)), 0, 1).astype(np.float32)
