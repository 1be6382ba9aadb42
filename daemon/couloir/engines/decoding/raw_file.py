"""Decodes a RAW file to linear camera colours with LibRaw. It runs in a worker.

LibRaw ignores the default crop and the opcodes of a DNG. It therefore only unpacks one, and
`couloir.engines.dng.stages` does the rest. LibRaw decodes other files as a whole.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from couloir.engines.decoding.limits import MAX_PIXELS, DecodingRefusal, open_picture
from couloir.engines.dng.layout import NotMeasurable, RawLayout, raw_layout
from couloir.engines.dng.stages import develop
from couloir.engines.protocol import Picture
from couloir.engines.resampling import fit_size, resize

T = TypeVar("T")

_ORIENTATIONS: Final = {0: 1, 1: 2, 2: 4, 3: 3, 4: 5, 5: 8, 6: 6, 7: 7}
"""LibRaw's flip to EXIF's orientation: bit 1 mirrors left to right, 2 upside down, 4 swaps rows and columns."""


class RawFacts(msgspec.Struct, frozen=True):
    """Facts about a file: the size of its default crop before rotation, and the camera's colours by LibRaw's tables.

    `matrix` is XYZ to camera (3 x 3, zero when unknown); the multipliers are as shot and for daylight.
    """

    columns: int
    rows: int
    orientation: int
    matrix: list[list[float]]
    camera: list[float]
    daylight: list[float]


def facts(path: Path) -> RawFacts:
    """The facts in a RAW file's header. Raises DecodingRefusal, NotMeasurable, OSError."""
    layout = _layout(path)
    return _opened(path, lambda opened: _facts(opened, layout))


def decode_raw(path: Path, wanted: int) -> Picture:
    """Decode to linear camera colours, 1 = saturated, neither balanced nor rotated, long edge at most `wanted`.

    Raises DecodingRefusal, NotMeasurable, OSError.
    """
    layout = _layout(path)

    def draw(opened: Any) -> Picture:
        _facts(opened, layout)
        if layout is not None:
            return develop(_stored(opened, layout), layout, wanted)
        return _drawn(opened, wanted)

    return _opened(path, draw)


def _opened(path: Path, use: Callable[[Any], T]) -> T:
    """What `use` makes of the file as LibRaw has opened it. Raises DecodingRefusal, NotMeasurable.

    LibRaw reads the file itself, and does not say which error the operating system gave: it is asked once more, as
    `couloir.disk.try_twice` does.
    """
    import rawpy

    for is_last in (False, True):
        try:
            with rawpy.imread(str(path)) as opened:
                return use(opened)
        except rawpy.LibRawFileUnsupportedError as error:
            raise NotMeasurable(f"LibRaw says: {error}") from error
        except rawpy.LibRawError as error:
            if is_last or not isinstance(error, rawpy.LibRawIOError):
                raise DecodingRefusal(f"LibRaw says: {error}") from error
    raise AssertionError("the second attempt returns or raises")


def _layout(path: Path) -> RawLayout | None:
    """What a DNG says of itself; None for other files."""
    with open_picture(path) as file:
        if not file.read(1):
            raise DecodingRefusal("it is empty")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            try:
                return raw_layout(data)
            except NotMeasurable:
                raise
            except ValueError as error:
                raise NotMeasurable(f"what it says of its raw picture is not understood: {error}") from error


def _stored(opened: Any, layout: RawLayout) -> NDArray[np.uint16]:
    values = opened.raw_image
    return np.asarray(values[..., np.newaxis] if values.ndim == 2 else values[..., : layout.planes])


def _drawn(opened: Any, wanted: int) -> Picture:
    """By LibRaw, cut to what the camera itself shows of its sensor."""
    import rawpy

    pattern = opened.raw_pattern
    is_cell = pattern is None or pattern.shape == (2, 2)
    columns, rows = opened.sizes.iwidth, opened.sizes.iheight
    shown = _shown(opened.sizes)
    levels = opened.postprocess(
        output_color=rawpy.ColorSpace.raw,
        gamma=(1, 1),
        no_auto_bright=True,
        adjust_maximum_thr=0.0,
        user_wb=[1.0, 1.0, 1.0, 1.0],
        output_bps=16,
        user_flip=0,
        # Half size averages each 2 x 2 sensor cell instead of guessing its missing colours: better and faster. Of
        # another pattern (X-Trans) such cells lack colours.
        half_size=is_cell and max(columns, rows) // 2 >= wanted,
        demosaic_algorithm=None if is_cell else rawpy.DemosaicAlgorithm.LINEAR,
    )
    camera = levels.astype(np.float32) / np.float32(65535)
    across, down = camera.shape[1] / columns, camera.shape[0] / rows
    left, top, right, bottom = (edge * by for edge, by in zip(shown, (across, down) * 2, strict=True))
    width, height = fit_size(shown[2] - shown[0], shown[3] - shown[1], wanted)
    width, height = min(width, int(right - left)), min(height, int(bottom - top))
    return resize(camera, width, height, (left, top, right, bottom))


def _shown(sizes: Any) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what the camera shows of the picture that LibRaw gives: all without its word."""
    whole = (0, 0, sizes.iwidth, sizes.iheight)
    if sizes.pixel_aspect != 1 or (sizes.iwidth, sizes.iheight) != (sizes.width, sizes.height):
        return whole
    left, top = sizes.crop_left_margin - sizes.left_margin, sizes.crop_top_margin - sizes.top_margin
    right, bottom = left + sizes.crop_width, top + sizes.crop_height
    is_inside = 0 <= left < right <= sizes.iwidth and 0 <= top < bottom <= sizes.iheight
    return (left, top, right, bottom) if is_inside and 2 * sizes.crop_width >= sizes.iwidth else whole


def _facts(opened: Any, layout: RawLayout | None) -> RawFacts:
    if opened.sizes.iwidth * opened.sizes.iheight > MAX_PIXELS:
        raise DecodingRefusal(f"it has {opened.sizes.iwidth} x {opened.sizes.iheight} pixels")
    if layout is not None:
        columns, rows = layout.frame
    else:
        left, top, right, bottom = _shown(opened.sizes)
        columns, rows = right - left, bottom - top
    return RawFacts(
        columns,
        rows,
        _ORIENTATIONS.get(opened.sizes.flip, 1),
        np.asarray(opened.rgb_xyz_matrix, dtype=np.float64)[:3].tolist(),
        [float(value) for value in opened.camera_whitebalance[:3]],
        [float(value) for value in opened.daylight_whitebalance[:3]],
    )
