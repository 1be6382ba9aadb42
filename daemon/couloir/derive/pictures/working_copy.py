"""The small pictures that a loop works on, and how they are kept in a journal."""

from __future__ import annotations

import base64
import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.engines.pixels import fit_size, resize
from couloir.engines.protocol import Picture

WORK_EDGE: Final = 96
"""Pixels of the long edge at which a loop works: grain, JPEG blocks and single pixels are averaged out."""

DRAWN_EDGE: Final = 8 * WORK_EDGE
"""Long edge of the renderings that a loop asks for. A whole multiple, so that reducing twice is reducing once."""

_LEVELS: Final = 65535


def reduce_picture(encoded: Picture, width: int, height: int) -> Picture:
    """An sRGB-encoded picture at exactly this size, averaged in linear light and rounded as `pack` stores it."""
    if encoded.shape[1::-1] == (width, height):
        return round_picture(encoded)
    linear = srgb_decode(np.clip(encoded, 0, 1)).astype(np.float32)
    return round_picture(srgb_encode(resize(linear, width, height)))


def make_working_copy(encoded: Picture, beside: Picture | None = None) -> Picture:
    """The working copy of an sRGB-encoded picture; of the size of `beside` where their sizes differ by rounding only.

    Reducing a small picture by one row more would cost sharpness, and count as a difference.
    """
    width, height = fit_size(encoded.shape[1], encoded.shape[0], WORK_EDGE)
    if beside is not None:
        rows, columns = beside.shape[:2]
        is_larger = rows < encoded.shape[0] and columns < encoded.shape[1]
        if is_larger and max(abs(rows - height), abs(columns - width)) <= 1:
            width, height = columns, rows
    return reduce_picture(encoded, width, height)


def round_picture(encoded: Floats) -> Picture:
    """Round to 16 bits, the precision of a journal, so that a resumed loop sees the same numbers."""
    return (np.rint(np.clip(encoded, 0, 1).astype(np.float64) * _LEVELS) / _LEVELS).astype(np.float32)


def pack(encoded: Picture) -> dict[str, object]:
    """A picture 0..1 as plain data, 16 bits a channel."""
    levels = np.rint(encoded.astype(np.float64) * _LEVELS).astype("<u2")
    data = base64.b64encode(zlib.compress(levels.tobytes(), 6)).decode("ascii")
    return {"width": encoded.shape[1], "height": encoded.shape[0], "data": data}


def unpack(kept: dict[str, object]) -> Picture:
    """The inverse of `pack`. Raises ValueError for anything else."""
    try:
        rows, columns = int(str(kept["height"])), int(str(kept["width"]))
        data = zlib.decompress(base64.b64decode(str(kept["data"]), validate=True))
        levels: NDArray[np.uint16] = np.frombuffer(data, "<u2").reshape(rows, columns, -1)
    except (KeyError, ValueError, zlib.error) as error:
        raise ValueError(f"not a picture of a journal: {error}") from error
    return (levels / _LEVELS).astype(np.float32)
