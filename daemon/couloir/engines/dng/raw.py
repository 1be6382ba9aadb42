"""RAW files to linear camera colours, through LibRaw, with the colour model that turns them into a picture."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from couloir.engines.dng.color_model import Calibration, ColorModel
from couloir.engines.dng.files import color_model
from couloir.engines.dng.tags import read_tags
from couloir.engines.pixels import MAX_PIXELS, fitted, resize
from couloir.engines.protocol import Picture
from couloir.errors import BadImage, CannotRender

_D65: Final = 6500.0
_ORIENTATIONS: Final = {0: 1, 3: 3, 5: 8, 6: 6}
"""LibRaw's flip to EXIF's orientation."""


@dataclass(frozen=True, slots=True)
class RawScene:
    """What the sensor saw: `camera` height x width x 3, linear, 1 = saturated, not balanced, not turned.

    `scale` is how many pixels of the whole photo one of `camera` is.
    """

    camera: Picture
    model: ColorModel
    orientation: int
    scale: float


def load_raw(path: Path, needed: Callable[[int, int], int]) -> RawScene:
    """Decode a RAW file. `needed(columns, rows)` says how many pixels its long edge should keep at least.

    Raises CannotRender without LibRaw (the extra `raw`) and for cameras of other than three colours, BadImage for files
    that LibRaw cannot read.
    """
    rawpy = _rawpy(path)
    try:
        with rawpy.imread(str(path)) as opened:
            columns, rows = opened.sizes.iwidth, opened.sizes.iheight
            if columns * rows > MAX_PIXELS:
                raise BadImage(item=path, why=f"it has {columns} x {rows} pixels")
            wanted = needed(columns, rows)
            levels = opened.postprocess(
                output_color=rawpy.ColorSpace.raw,
                gamma=(1, 1),
                no_auto_bright=True,
                adjust_maximum_thr=0.0,
                user_wb=[1.0, 1.0, 1.0, 1.0],
                output_bps=16,
                user_flip=0,
                # Half size averages each 2 x 2 sensor cell instead of guessing its missing colours: better and faster.
                half_size=max(columns, rows) // 2 >= wanted,
            )
            model = _model(path, opened)
            orientation = _ORIENTATIONS.get(opened.sizes.flip, 1)
    except rawpy.LibRawError as error:
        raise BadImage(item=path, why=f"LibRaw says: {error}") from error
    camera = levels.astype(np.float32) / np.float32(65535)
    width, height = fitted(camera.shape[1], camera.shape[0], wanted)
    camera = resize(camera, width, height)
    return RawScene(camera, model, orientation, max(columns, rows) / max(width, height))


def _model(path: Path, opened: Any) -> ColorModel:
    """A DNG's own colour model where it states one, else LibRaw's matrix for the camera (under D65, after Adobe's)."""
    stated = _stated(path)
    if stated is not None:
        return stated
    matrix = np.asarray(opened.rgb_xyz_matrix, dtype=np.float64)[:3]
    multipliers = np.asarray(opened.camera_whitebalance[:3], dtype=np.float64)
    if not (multipliers > 0).all():
        multipliers = np.asarray(opened.daylight_whitebalance[:3], dtype=np.float64)
    if not matrix.any() or not (multipliers > 0).all():
        raise CannotRender(
            item=path, renderer="LibRaw", why="it knows no colour matrix or white balance for this camera"
        )
    neutral = (1 / multipliers) / (1 / multipliers).max()
    red, green, blue = (float(value) for value in neutral)
    return ColorModel((Calibration(_D65, matrix),), (red, green, blue))


def _stated(path: Path) -> ColorModel | None:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return color_model(read_tags(data))
    except (ValueError, OSError):
        return None  # not a DNG, or one without matrices: LibRaw's own tables serve


def _rawpy(path: Path) -> Any:
    try:
        import rawpy
    except ImportError as error:
        raise CannotRender(
            item=path, renderer="LibRaw", why="RAW files need the package rawpy: pip install 'couloir[raw]'"
        ) from error
    return rawpy
