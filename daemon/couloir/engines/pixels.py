"""Reads picture files into arrays, with colour management and resampling, and encodes arrays as files.

Pixels are linear sRGB (D65), float32, height x width x 3. Of files with 16 bits a channel, colour pictures are read at
8 bits, as Pillow does; greyscale keeps its 16.

Files are not trusted. `couloir.engines.decoding` checks the number of pixels and scans of each before a decoder reads
it, ends a decoder that takes too long, and decodes only a few at once.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from couloir.color.arrays import Floats
from couloir.disk import try_twice
from couloir.engines.decoding import workshop
from couloir.engines.decoding.limits import MAX_PIXELS, FileHeader, Use, open_picture, read_header
from couloir.engines.decoding.picture import DECODER_ERRORS, decode, header
from couloir.engines.protocol import Picture
from couloir.engines.resampling import fit_size, resize
from couloir.errors import BadImage

__all__ = [
    "MAX_PIXELS",
    "MOST_MISSING",
    "Use",
    "encode_jpeg",
    "encode_webp",
    "exif_orientation",
    "fit_size",
    "frame_size",
    "load_pixels",
    "resize",
]

AT_ONCE: Final = 4
"""The number of ordinary JPEGs that one process of ours decodes at the same time."""
_places = threading.BoundedSemaphore(AT_ONCE)


MOST_MISSING: Final = 0.02
"""The share of a picture that may be missing where it is measured: the loss by a few missing bytes of a JPEG's end."""


def load_pixels(
    path: Path,
    size: int | None,
    *,
    orient: bool,
    use: Use = Use.PHOTO,
    partial: Callable[[float], None] | None = None,
) -> Picture:
    """Decode a JPEG, TIFF or PNG into linear sRGB; for `Use.RENDERING` a JPEG of moderate size only, for
    `Use.THUMBNAIL` several times as fast and less exactly.

    With `size` the picture is reduced, averaging in linear light, until its long edge is at most that many pixels; it
    is never enlarged. `orient` applies the EXIF orientation; without it the file's own frame is kept, in which crops
    are expressed. The embedded ICC profile is applied; without a usable one the file counts as sRGB. Transparent parts
    are composed on white.

    A truncated JPEG is read as far as it goes, as viewers show it, and its missing part is grey. If more than
    MOST_MISSING of its rows are missing, measurements on it would be wrong, so it is refused unless `partial` is given:
    `partial` is called with the share of missing rows, 0..1, of any truncated JPEG. Raises BadImage naming the file.
    """
    try:
        found = _look(path, use)
        if found.ordinary:
            with _places:
                picture, missing = decode(io.BytesIO(found.data), found, use, size, orient=orient)
        else:
            picture, missing = workshop.picture_pixels(path, use, size, orient=orient)
    except DECODER_ERRORS as error:
        raise BadImage(item=path, why=str(error) or type(error).__name__) from error
    if missing is not None and partial is not None:
        partial(missing)
    elif missing is not None and missing > MOST_MISSING:
        raise BadImage(item=path, why=f"it ends early: {missing:.0%} of it is missing")
    return picture


def frame_size(path: Path) -> tuple[int, int]:
    """(width, height) of the file's own frame, from its header. Raises BadImage."""
    return _header(path)[:2]


def exif_orientation(path: Path) -> int:
    """The file's EXIF orientation, 1 to 8; 1 when it has none or an impossible one. Raises BadImage."""
    return _header(path)[2]


def _header(path: Path) -> tuple[int, int, int]:
    try:
        found = _look(path, Use.PHOTO)
        if found.ordinary:
            return header(io.BytesIO(found.data), found, Use.PHOTO)
        return workshop.picture_header(path, Use.PHOTO)
    except DECODER_ERRORS as error:
        raise BadImage(item=path, why=str(error) or type(error).__name__) from error


def _look(path: Path, use: Use) -> FileHeader:
    def read() -> FileHeader:
        with open_picture(path) as file:
            return read_header(file, use)

    return try_twice(read)


def encode_jpeg(srgb: Floats, quality: int = 90) -> bytes:
    """An sRGB-encoded picture, 0..1, as a JPEG file without chroma subsampling."""
    return _encode(srgb, "JPEG", quality=quality, subsampling=0)


def encode_webp(srgb: Floats, quality: int = 80) -> bytes:
    """An sRGB-encoded picture, 0..1, as a WebP file; a fourth channel is its opacity."""
    return _encode(srgb, "WEBP", quality=quality)


def _encode(srgb: Floats, file_format: str, **options: int) -> bytes:
    levels = np.rint(np.clip(srgb, 0, 1) * 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(levels).save(file, file_format, **options)
    return file.getvalue()
