"""Decodes a RAW file to linear camera colours with LibRaw. It runs in a worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from couloir.engines.decoding.limits import MAX_PIXELS, DecodingRefusal, open_picture
from couloir.engines.protocol import Picture
from couloir.engines.resampling import fit_size, resize

_ORIENTATIONS: Final = {0: 1, 1: 2, 2: 4, 3: 3, 4: 5, 5: 8, 6: 6, 7: 7}
"""LibRaw's flip to EXIF's orientation: bit 1 mirrors left to right, 2 upside down, 4 swaps rows and columns."""


class RawFacts(msgspec.Struct, frozen=True):
    """LibRaw's facts about a file: its size before rotation, and the camera's colours by LibRaw's own tables.

    `matrix` is XYZ to camera (3 x 3, zero when unknown); the multipliers are as shot and for daylight.
    """

    columns: int
    rows: int
    orientation: int
    matrix: list[list[float]]
    camera: list[float]
    daylight: list[float]


def facts(path: Path) -> RawFacts:
    """The facts in a RAW file's header. Raises DecodingRefusal, OSError."""
    import rawpy

    open_picture(path).close()
    try:
        with rawpy.imread(str(path)) as opened:
            return _facts(opened)
    except rawpy.LibRawError as error:
        raise DecodingRefusal(f"LibRaw says: {error}") from error


def decode_raw(path: Path, wanted: int) -> Picture:
    """Decode to linear camera colours, 1 = saturated, neither balanced nor rotated, long edge at most `wanted`.

    Raises DecodingRefusal, OSError.
    """
    import rawpy

    open_picture(path).close()
    try:
        with rawpy.imread(str(path)) as opened:
            known = _facts(opened)
            levels = opened.postprocess(
                output_color=rawpy.ColorSpace.raw,
                gamma=(1, 1),
                no_auto_bright=True,
                adjust_maximum_thr=0.0,
                user_wb=[1.0, 1.0, 1.0, 1.0],
                output_bps=16,
                user_flip=0,
                # Half size averages each 2 x 2 sensor cell instead of guessing its missing colours: better and faster.
                half_size=max(known.columns, known.rows) // 2 >= wanted,
            )
    except rawpy.LibRawError as error:
        raise DecodingRefusal(f"LibRaw says: {error}") from error
    camera = levels.astype(np.float32) / np.float32(65535)
    width, height = fit_size(camera.shape[1], camera.shape[0], wanted)
    return resize(camera, width, height)


def _facts(opened: Any) -> RawFacts:
    columns, rows = opened.sizes.iwidth, opened.sizes.iheight
    if columns * rows > MAX_PIXELS:
        raise DecodingRefusal(f"it has {columns} x {rows} pixels")
    return RawFacts(
        columns,
        rows,
        _ORIENTATIONS.get(opened.sizes.flip, 1),
        np.asarray(opened.rgb_xyz_matrix, dtype=np.float64)[:3].tolist(),
        [float(value) for value in opened.camera_whitebalance[:3]],
        [float(value) for value in opened.daylight_whitebalance[:3]],
    )
