"""XMP in TIFF and DNG: tag 700 of the first directory (IFD0).

Nothing in the file moves. The packet is appended; when the directory has no tag 700 yet, a copy of it with that tag is
appended as well and the header is led to it last, so a break in between leaves the file as it was for every reader.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from couloir.errors import CannotEmbed
from couloir.lightroom.rdf import MAX_PACKET_BYTES, NAMESPACES

XMP_TAG: Final = 700
ORIENTATION_TAG: Final = 274
_BYTE: Final = 1
_SHORT: Final = 3
_UNDEFINED: Final = 7
_MAX_OFFSET: Final = 0xFFFF_FFFF
_ORDERS: Final = {b"II*\0": "<", b"MM\0*": ">"}


@dataclass(frozen=True, slots=True)
class _Entry:
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
    entries: tuple[_Entry, ...]
    next_offset: int

    def find(self, tag: int) -> _Entry | None:
        return next((entry for entry in self.entries if entry.tag == tag), None)


def first_directory(stream: BinaryIO) -> Directory | None:
    """IFD0 of a TIFF file or of an EXIF block, None when it is no such thing or is cut short."""
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
        _Entry(offset + 2 + 12 * index, *struct.unpack_from(f"{order}HHI4s", body, 12 * index))
        for index in range(count)
    )
    return Directory(order, entries, struct.unpack_from(f"{order}I", body, 12 * count)[0])


def set_orientation(stream: BinaryIO, directory: Directory, orientation: int) -> None:
    """Overwrites the orientation tag's value where the directory has one."""
    entry = directory.find(ORIENTATION_TAG)
    if entry is not None and entry.type == _SHORT and entry.count == 1:
        stream.seek(entry.place + 8)
        stream.write(struct.pack(f"{directory.order}H", orientation))


def extract(path: Path) -> bytes | None:
    with path.open("rb") as stream:
        directory = _required_directory(stream, path)
        entry = directory.find(XMP_TAG)
        if entry is None or entry.type not in (_BYTE, _UNDEFINED) or entry.count <= 4:
            return None
        if entry.count > MAX_PACKET_BYTES:
            raise CannotEmbed(item=path.name, why=f"its XMP tag claims {entry.count} bytes")
        stream.seek(struct.unpack(f"{directory.order}I", entry.value)[0])
        packet = stream.read(entry.count)
    if len(packet) < entry.count:
        raise CannotEmbed(item=path.name, why="its XMP lies beyond the end of the file")
    return packet


def embed(path: Path, packet: bytes, orientation: int) -> None:
    with path.open("r+b") as stream:
        directory = _required_directory(stream, path)
        entry = directory.find(XMP_TAG)
        place = _free_place(stream, directory)
        # A directory with one tag more goes before the packet.
        start = place if entry is not None else place + 2 + 12 * (len(directory.entries) + 1) + 4
        if start + len(packet) > _MAX_OFFSET:
            raise CannotEmbed(item=path.name, why="a TIFF file cannot be larger than 4 GiB")
        fields = struct.pack(f"{directory.order}HHII", XMP_TAG, _BYTE, len(packet), start)
        stream.seek(place)
        stream.write((b"" if entry is not None else _with_tag(directory, fields)) + packet)
        stream.truncate()
        stream.flush()
        if entry is not None:
            stream.seek(entry.place)
            stream.write(fields)
        else:
            stream.seek(4)
            stream.write(struct.pack(f"{directory.order}I", place))
        set_orientation(stream, _required_directory(stream, path), orientation)


def _required_directory(stream: BinaryIO, path: Path) -> Directory:
    directory = first_directory(stream)
    if directory is None:
        raise CannotEmbed(item=path.name, why="its first TIFF directory is damaged")
    return directory


def _free_place(stream: BinaryIO, directory: Directory) -> int:
    """Where to write: the end of the file on an even offset, or over a packet of ours that is the last thing in it."""
    end = stream.seek(0, os.SEEK_END)
    entry = directory.find(XMP_TAG)
    if entry is not None and 4 < entry.count <= MAX_PACKET_BYTES:
        (start,) = struct.unpack(f"{directory.order}I", entry.value)
        stream.seek(start)
        if start + entry.count == end and NAMESPACES["couloir"].encode() in stream.read(entry.count):
            return int(start)
    return end + end % 2


def _with_tag(directory: Directory, added: bytes) -> bytes:
    """The directory with one tag more, in the ascending order that TIFF demands."""
    order = directory.order
    rows = [
        struct.pack(f"{order}HHI4s", entry.tag, entry.type, entry.count, entry.value) for entry in directory.entries
    ]
    rows = sorted([*rows, added], key=lambda row: int(struct.unpack_from(f"{order}H", row)[0]))
    return struct.pack(f"{order}H", len(rows)) + b"".join(rows) + struct.pack(f"{order}I", directory.next_offset)
