"""Pictures that a client sends: JPEGs in base64. Imported when first needed, because it takes numpy and Pillow."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path
from typing import Final

from couloir.engines.pixels import Use, load_pixels
from couloir.engines.protocol import Picture
from couloir.errors import BadImage

MOST_BYTES: Final = 2 * 1024 * 1024  # of one picture


def jpeg_of(text: str, item: str) -> bytes:
    """The JPEG file that a client sent of `item`. Raises BadImage"""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:  # binascii.Error is one; text beyond ASCII raises a plain ValueError
        raise BadImage(item=item, why="the rendering is not base64") from error
    if not data.startswith(b"\xff\xd8") or len(data) > MOST_BYTES:
        raise BadImage(item=item, why="the rendering is not a JPEG, or larger than 2 MB")
    return data


def pixels_of(jpeg: bytes, item: str, size: int) -> Picture:
    """The pixels of a JPEG as linear sRGB, upright, at most `size` on the long edge. Raises BadImage"""
    with tempfile.TemporaryDirectory(prefix="couloir-") as folder:
        file = Path(folder, "rendering.jpg")
        file.write_bytes(jpeg)
        try:
            return load_pixels(file, size, orient=True, use=Use.RENDERING)
        except BadImage as error:
            raise BadImage(item=item, why=str(error.facts["why"])) from error
