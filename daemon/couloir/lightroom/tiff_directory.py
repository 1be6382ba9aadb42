"""The first directory of a TIFF structure: of a TIFF or DNG file, or of an EXIF block."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO, Final

ORIENTATION_TAG: Final = 274
_SHORT: Final = 3
_ORDERS: Final = {b"II*\0": "<", b"MM\0*": ">"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One 12-byte tag of a directory; `place` is where it lies in the file, `value` its last four bytes."""

    place: int
    tag: int
    type: int
    count: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Directory:
    """The first directory of a TIFF structure. `order` is struct's sign for its byte order."""

    order: str
    entries: tuple[Entry, ...]
    next_offset: int

    def find(self, tag: int) -> Entry | None:
        return next((entry for entry in self.entries if entry.tag == tag), None)


def first_directory(stream: BinaryIO) -> Directory | None:
    """IFD0 of a TIFF file or of an EXIF block; None for other content, and when it is cut short."""
    stream.seek(0)
    head = stream.read(8)
    order = _ORDERS.get(head[:4])
    if order is None or len(head) < 8:
        return None
    (offset,) = struct.unpack(f"{order}I", head[4:])
    stream.seek(offset)
    length = stream.read(2)
    if offset < 8 or len(length) < 2:
        return None
    (count,) = struct.unpack(f"{order}H", length)
    body = stream.read(12 * count + 4)
    if len(body) < 12 * count + 4:
        return None
    entries = tuple(
        Entry(offset + 2 + 12 * index, *struct.unpack_from(f"{order}HHI4s", body, 12 * index)) for index in range(count)
    )
    return Directory(order, entries, struct.unpack_from(f"{order}I", body, 12 * count)[0])


def stated_orientation(stream: BinaryIO) -> int | None:
    """The orientation, 1 to 8, in IFD0 of a TIFF file or of an EXIF block; None when there is none or another value."""
    directory = first_directory(stream)
    entry = None if directory is None else directory.find(ORIENTATION_TAG)
    if directory is None or entry is None or entry.type != _SHORT or entry.count != 1:
        return None
    (code,) = struct.unpack_from(f"{directory.order}H", entry.value)
    return int(code) if code in range(1, 9) else None


def set_orientation(stream: BinaryIO, directory: Directory, orientation: int) -> None:
    """Overwrites the orientation tag's value where the directory has one."""
    entry = directory.find(ORIENTATION_TAG)
    if entry is not None and entry.type == _SHORT and entry.count == 1:
        stream.seek(entry.place + 8)
        stream.write(struct.pack(f"{directory.order}H", orientation))
