"""XMP in TIFF and DNG: tag 700 of the first directory (IFD0).

Nothing in the file moves. The packet is appended; if the directory has no tag 700, a copy with that tag is
appended, too, and the header is pointed at the copy last: after an interruption readers still see the old file.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO, Final

from couloir.errors import CannotEmbed
from couloir.lightroom.carriers import datasets, tags
from couloir.lightroom.exif_tags import remove_tags
from couloir.lightroom.file_packet import FilePacket
from couloir.lightroom.iim import without_datasets, without_in_resources
from couloir.lightroom.rdf import MAX_PACKET_BYTES, NAMESPACES
from couloir.lightroom.tiff_directory import Directory, first_directory, set_orientation, stated_orientation

XMP_TAG: Final = 700
_IPTC_TAG: Final = 33723
_RESOURCES_TAG: Final = 34377
_BYTE: Final = 1
_UNDEFINED: Final = 7
_UNITS: Final = {_BYTE: 1, 2: 1, 4: 4, _UNDEFINED: 1}  # old programs write IPTC as 32-bit numbers
_MAX_OFFSET: Final = 0xFFFF_FFFF


def find_packet(path: Path) -> FilePacket:
    with path.open("rb") as stream:
        directory = _required_directory(stream, path)
        entry = directory.find(XMP_TAG)
        if entry is None or entry.type not in (_BYTE, _UNDEFINED) or entry.count <= 4:
            return FilePacket(None)
        if entry.count > MAX_PACKET_BYTES:
            raise CannotEmbed(item=path.name, why=f"its XMP tag claims {entry.count} bytes")
        stream.seek(struct.unpack(f"{directory.order}I", entry.value)[0])
        packet = stream.read(entry.count)
    if len(packet) < entry.count:
        raise CannotEmbed(item=path.name, why="its XMP lies beyond the end of the file")
    return FilePacket(packet)


def stored_orientation(path: Path) -> int | None:
    with path.open("rb") as stream:
        return stated_orientation(stream)


def embed(path: Path, packet: bytes, orientation: int, cleared: Collection[str] = ()) -> None:
    with path.open("r+b") as stream:
        directory = _required_directory(stream, path)
        entry = directory.find(XMP_TAG)
        place = _free_place(stream, directory)
        # The copy of the directory, with one more tag, goes before the packet.
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
        _clear(stream, _required_directory(stream, path), datasets(cleared))
        remove_tags(stream, tags(cleared))


def _clear(stream: BinaryIO, directory: Directory, numbers: Collection[int]) -> None:
    """Remove these records from the file's IPTC in place: the rest is never longer."""
    for tag, without in ((_IPTC_TAG, without_datasets), (_RESOURCES_TAG, without_in_resources)):
        entry = directory.find(tag)
        if entry is None or not numbers or entry.type not in _UNITS:
            continue
        size = entry.count * _UNITS[entry.type]
        if not 4 < size <= MAX_PACKET_BYTES:
            continue
        (start,) = struct.unpack(f"{directory.order}I", entry.value)
        stream.seek(start)
        block = stream.read(size)
        fresh = without(block, numbers) if len(block) == size else None
        if fresh is not None and fresh != block and len(fresh) <= size:
            stream.seek(start)
            stream.write(fresh.ljust(size, b"\0"))


def _required_directory(stream: BinaryIO, path: Path) -> Directory:
    directory = first_directory(stream)
    if directory is None:
        raise CannotEmbed(item=path.name, why="its first TIFF directory is damaged")
    return directory


def _free_place(stream: BinaryIO, directory: Directory) -> int:
    """The offset to write at: the file's even end, or that of Couloir's own packet if that is the last thing in it."""
    end = stream.seek(0, os.SEEK_END)
    entry = directory.find(XMP_TAG)
    if entry is not None and 4 < entry.count <= MAX_PACKET_BYTES:
        (start,) = struct.unpack(f"{directory.order}I", entry.value)
        stream.seek(start)
        if start + entry.count == end and NAMESPACES["couloir"].encode() in stream.read(entry.count):
            return int(start)
    return end + end % 2


def _with_tag(directory: Directory, added: bytes) -> bytes:
    """The directory with one more tag, in the ascending order that TIFF requires."""
    order = directory.order
    rows = [
        struct.pack(f"{order}HHI4s", entry.tag, entry.type, entry.count, entry.value) for entry in directory.entries
    ]
    rows = sorted([*rows, added], key=lambda row: int(struct.unpack_from(f"{order}H", row)[0]))
    return struct.pack(f"{order}H", len(rows)) + b"".join(rows) + struct.pack(f"{order}I", directory.next_offset)
