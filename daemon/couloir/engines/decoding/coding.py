"""How a JPEG is compressed, and what the same compression makes of another picture.

What compression takes from fine detail is as large as what sharpening adds. So a picture that is compared with a JPEG
at the scale of its pixels is put through the same tables first.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, JpegImagePlugin

from couloir.color.arrays import Floats
from couloir.engines.decoding.limits import Use, open_picture, read_header
from couloir.engines.decoding.picture import DECODER_ERRORS
from couloir.engines.protocol import Picture

_LEVELS: Final = 255
_SAMPLINGS: Final = (0, 1, 2)  # Pillow's numbers of 4:4:4, 4:2:2 and 4:2:0; no others can be written
_TABLE: Final = 64


@dataclass(frozen=True, slots=True)
class JpegCoding:
    """The quantisation tables of a colour JPEG, 64 steps each, and Pillow's number of its chroma subsampling."""

    tables: tuple[tuple[int, ...], ...]
    subsampling: int

    def compress(self, encoded: Floats) -> Picture:
        """An sRGB-encoded picture, 0..1, as a JPEG of these tables shows it."""
        levels = np.rint(np.clip(encoded, 0, 1) * _LEVELS).astype(np.uint8)
        file = io.BytesIO()
        Image.fromarray(levels).save(
            file, "JPEG", qtables=[list(table) for table in self.tables], subsampling=self.subsampling
        )
        with Image.open(file, formats=("JPEG",)) as opened:
            return np.asarray(np.asarray(opened, dtype=np.float32) / np.float32(_LEVELS), dtype=np.float32)


def read_coding(path: Path) -> JpegCoding | None:
    """The coding of a colour JPEG; None for any other file, and for one that cannot be read."""
    try:
        with open_picture(path) as file:
            look = read_header(file, Use.PHOTO)
        if look.format != "JPEG":
            return None
        with Image.open(io.BytesIO(look.data), formats=("JPEG",)) as opened:
            look.check_size(*opened.size, Use.PHOTO)
            found = opened.quantization if isinstance(opened, JpegImagePlugin.JpegImageFile) else {}
            sampling = JpegImagePlugin.get_sampling(opened)
            mode = opened.mode
    except DECODER_ERRORS:
        return None
    tables = tuple(tuple(int(step) for step in found[place]) for place in sorted(found))
    baseline = all(len(table) == _TABLE and all(1 <= step <= _LEVELS for step in table) for table in tables)
    if mode != "RGB" or sampling not in _SAMPLINGS or not 1 <= len(tables) <= 4 or not baseline:
        return None
    return JpegCoding(tables, sampling)
