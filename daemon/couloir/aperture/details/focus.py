"""Reads focus points from NeXT's "typedstream" format: its numbers and letters, without the object graph.

Aperture writes one flat array that repeats x, y, width and height as 32-bit floats and "f" or "n" as text. The
floats follow each byte 0x83; the letters are texts of one character, written once and then referred to
by number. Verified on one real blob, whose
rectangles are the nine points of the camera it comes from.
"""

from __future__ import annotations

import math
import re
import struct

from couloir.aperture.details.records import FocusPoint

_MAGIC = b"\x04\x0bstreamtyped"
_MAX_BYTES = 64 * 1024
_FLOAT = re.compile(rb"\x83(.{4})\x86", re.DOTALL)
_LETTER = re.compile(rb"\x01([a-z])\x86")
_FIRST_LETTER = 0x9D  # the number of the first text among the stream's objects, after the fixed beginning


def focus_points(data: bytes) -> tuple[FocusPoint, ...] | None:
    """The points of one blob in stored order; None for another layout."""
    if not data.startswith(_MAGIC) or len(data) > _MAX_BYTES:
        return None
    floats = list(_FLOAT.finditer(data))
    if not floats or len(floats) % 4:
        return None
    groups = [floats[i : i + 4] for i in range(0, len(floats), 4)]
    ends = [group[0].start() for group in groups[1:]] + [len(data)]
    written: list[str] = []
    points: list[FocusPoint] = []
    for group, end in zip(groups, ends, strict=True):
        x, y, width, height = (float(struct.unpack("<f", match.group(1))[0]) for match in group)
        if not all(math.isfinite(value) and -1 <= value <= 2 for value in (x, y, width, height)):
            return None
        letter = _letter(data[group[3].end() : end], written)
        points.append(FocusPoint(x, y, width, height, used=letter == "f"))
    return tuple(points)


def _letter(part: bytes, written: list[str]) -> str | None:
    """The letter after a rectangle: written out the first time, later a reference to it."""
    match = _LETTER.search(part)
    if match:
        written.append(match.group(1).decode())
        return written[-1]
    if len(part) < 2 or not written:
        return None
    return written[0] if part[1] == _FIRST_LETTER else written[-1]
