"""Walks the directories of a TIFF structure, which TIFF, DNG, most RAW files and EXIF data have.

Everything is bounded: a hostile file can state any offset and any count. TIFF 6.0, section 2; Adobe's TIFF technical
note 1 (SubIFDs); EXIF 2.3, section 4.6.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

EXIF_DIRECTORY: Final = 34665
_SUB_DIRECTORIES: Final = (330, EXIF_DIRECTORY)
# 42 is TIFF's; Olympus and Panasonic use other numbers in files of the same structure.
_MAGIC: Final = frozenset({42, 0x4F52, 0x5352, 0x55})
_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 9: 4, 10: 8, 12: 8, 13: 4}
_FORMATS: Final = {1: "B", 3: "H", 4: "I", 13: "I"}
_MOST_DIRECTORIES: Final = 64
_MOST_ENTRIES: Final = 4096
_MOST_BYTES: Final = 1 << 20  # of one value: enough for the offsets of 100,000 strips

Value = tuple[int, ...] | bytes
Directory = Mapping[int, Value]


class BrokenOff(ValueError):
    """The structure leads beyond the end of the file."""


def directories(stream: BinaryIO, base: int, end: int) -> Iterator[Directory]:
    """The directories of the structure that begins at `base` and lies before `end`: whole numbers as tuples, anything
    else as bytes.

    Yields none where no such structure begins. Raises BrokenOff, OSError.
    """
    stream.seek(base)
    header = stream.read(8)
    order = {b"II": "<", b"MM": ">"}.get(header[:2])
    if order is None or len(header) < 8 or struct.unpack(f"{order}H", header[2:4])[0] not in _MAGIC:
        return
    waiting = [int(struct.unpack(f"{order}I", header[4:])[0])]
    known: set[int] = set()
    while waiting and len(known) < _MOST_DIRECTORIES:
        offset = waiting.pop(0)
        if offset == 0 or offset in known:
            continue
        known.add(offset)
        found, following = _directory(stream, base, end, offset, order)
        for tag in _SUB_DIRECTORIES:
            inner = found.get(tag, ())
            waiting += inner if isinstance(inner, tuple) else ()
        waiting.append(following)
        yield found


def _directory(stream: BinaryIO, base: int, end: int, offset: int, order: str) -> tuple[dict[int, Value], int]:
    [count] = struct.unpack(f"{order}H", _read(stream, base + offset, 2, end))
    if count > _MOST_ENTRIES:
        return {}, 0
    raw = _read(stream, base + offset + 2, 12 * count, end)
    following = stream.read(4)
    found: dict[int, Value] = {}
    for place in range(0, len(raw), 12):
        tag, kind, number = struct.unpack_from(f"{order}HHI", raw, place)
        size = _SIZES.get(kind, 0) * number
        if not 0 < size <= _MOST_BYTES:
            continue
        data = raw[place + 8 : place + 8 + size]
        if size > 4:
            [where] = struct.unpack_from(f"{order}I", raw, place + 8)
            data = _read(stream, base + where, size, end)
        letter = _FORMATS.get(kind)
        found[tag] = struct.unpack(f"{order}{number}{letter}", data) if letter else data
    return found, int(struct.unpack(f"{order}I", following)[0]) if len(following) == 4 else 0


def _read(stream: BinaryIO, offset: int, size: int, end: int) -> bytes:
    if offset + size > end:
        raise BrokenOff
    stream.seek(offset)
    data = stream.read(size)
    if len(data) < size:
        raise BrokenOff
    return data
