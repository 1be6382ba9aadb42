"""Checks whether a picture or video file is complete, without decoding it.

For files whose size is not the one that a library states. A file that another program has rewritten is complete and has
another size; one that a failing disk or an interrupted copy has cut off ends within its own structure.
Only the structure is checked: a complete file may hold invalid data.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from couloir.aperture.tiff_directories import BrokenOff, Directory, directories

#: Pairs of tags: the offsets and the lengths of a picture's parts (strips, tiles, an embedded JPEG).
_PARTS: Final = ((273, 279), (324, 325), (513, 514))
_CHUNK: Final = 1 << 20
_BLANK: Final = 4096
_MOST_BOXES: Final = 100_000
_JPEG_END: Final = b"\xff\xd9"


class Wholeness(StrEnum):
    """Whether a file is complete; `UNKNOWN` for file types whose structure is not known here."""

    WHOLE = "whole"
    CUT = "cut off"
    UNKNOWN = "unknown"


def wholeness(path: Path) -> Wholeness:
    """Whether the file holds everything that its structure names. Raises OSError."""
    end = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(16)
        check = next((check for is_kind, check in _KINDS if is_kind(head)), None)
        if check is None:
            return Wholeness.UNKNOWN
        try:
            return check(stream, end)
        except (BrokenOff, struct.error):
            return Wholeness.CUT


def begins_blank(path: Path) -> bool:
    """Whether the file begins with zeros only, as no picture or film does. Raises OSError.

    A disk that lost a file's blocks often returns zeros for them; the size is then correct.
    """
    with path.open("rb") as stream:
        head = stream.read(_BLANK)
    return bool(head) and not head.strip(b"\0")


def _jpeg(stream: BinaryIO, end: int) -> Wholeness:
    """ITU T.81, annex B: segments up to the first scan, then coded data in which 0xFF is never followed by 0xD9."""
    place = 2
    while True:
        stream.seek(place)
        marker = stream.read(4)
        if len(marker) < 4 or marker[0] != 0xFF:
            return Wholeness.CUT
        if marker[1] in (0xFF, 0x01, *range(0xD0, 0xD8)):
            place += 1 if marker[1] == 0xFF else 2
            continue
        place += 2 + int.from_bytes(marker[2:4], "big")
        if marker[1] == 0xDA:
            break
        if place > end:
            return Wholeness.CUT
    stream.seek(place)
    last = b""
    while chunk := stream.read(_CHUNK):
        if _JPEG_END in last + chunk:
            return Wholeness.WHOLE
        last = chunk[-1:]
    return Wholeness.CUT


def _png(stream: BinaryIO, end: int) -> Wholeness:
    place = 8
    while place + 12 <= end:
        stream.seek(place)
        length, kind = struct.unpack(">I4s", stream.read(8))
        place += 12 + length
        if kind == b"IEND":
            return Wholeness.WHOLE if place <= end else Wholeness.CUT
    return Wholeness.CUT


def _boxes(stream: BinaryIO, end: int) -> Wholeness:
    """ISO 14496-12, section 4.2: HEIC, CR3, MOV and MP4 are sequences of boxes, each with its length."""
    place = 0
    for _ in range(_MOST_BOXES):
        if place == end:
            return Wholeness.WHOLE
        stream.seek(place)
        header = stream.read(16)
        [length] = struct.unpack_from(">I", header)
        if length == 0:  # it extends to the end of the file
            return Wholeness.UNKNOWN
        if length == 1:
            [length] = struct.unpack_from(">Q", header, 8)
        if length < 8:
            return Wholeness.UNKNOWN
        place += length
        if place > end:
            return Wholeness.CUT
    return Wholeness.UNKNOWN


def _tiff(stream: BinaryIO, end: int) -> Wholeness:
    parts = [part for directory in directories(stream, 0, end) for part in _parts(directory)]
    if not parts:
        return Wholeness.UNKNOWN
    return Wholeness.WHOLE if max(parts) <= end else Wholeness.CUT


def _parts(directory: Directory) -> list[int]:
    """The end offsets of the picture's parts that a directory names."""
    ends: list[int] = []
    for begin, length in _PARTS:
        begins, lengths = directory.get(begin, ()), directory.get(length, ())
        if isinstance(begins, tuple) and isinstance(lengths, tuple) and len(begins) == len(lengths):
            ends += [at + size for at, size in zip(begins, lengths, strict=True) if at != 0xFFFFFFFF]
    return ends


def _raf(stream: BinaryIO, end: int) -> Wholeness:
    """Fujifilm's container names three parts in its header: a JPEG, metadata, the picture."""
    stream.seek(84)
    numbers = struct.unpack(">6I", stream.read(24))
    ends = [begin + length for begin, length in zip(numbers[::2], numbers[1::2], strict=True)]
    return Wholeness.WHOLE if max(ends) <= end else Wholeness.CUT


_KINDS: Final[tuple[tuple[Callable[[bytes], bool], Callable[[BinaryIO, int], Wholeness]], ...]] = (
    (lambda head: head.startswith(b"\xff\xd8\xff"), _jpeg),
    (lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), _png),
    (lambda head: head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"), _boxes),
    (lambda head: head.startswith(b"FUJIFILMCCD-RAW"), _raf),
    (lambda head: head[:2] in (b"II", b"MM") and head[2:4] not in (b"+\0", b"\0+"), _tiff),
)
