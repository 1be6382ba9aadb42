"""Removes tags from the first directory of a TIFF structure: of an EXIF block, or of a TIFF or DNG file.

The directory is compacted in place, so nothing else moves. The values of a GPS position are overwritten as well:
they can be a home address.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Collection
from typing import BinaryIO, Final

from couloir.lightroom.carriers import GPS_TAG, tags
from couloir.lightroom.tiff_directory import Directory, first_directory, set_orientation

_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}
_MOST_TAGS = 64  # of a GPS directory: EXIF 3.0 has 32
_LONGEST = 256  # bytes of one value of it


def changed_exif(block: bytes, orientation: int, cleared: Collection[str]) -> bytes:
    """An EXIF block with this orientation, where it has one, and without the tags of the fields that are cleared."""
    stream = io.BytesIO(block)
    directory = first_directory(stream)
    if directory is not None:
        set_orientation(stream, directory, orientation)
        remove_tags(stream, tags(cleared))
    return stream.getvalue()


def remove_tags(stream: BinaryIO, numbers: Collection[int]) -> bool:
    """Remove these tags; True when one was there."""
    directory = first_directory(stream)
    gone = [] if directory is None else [entry for entry in directory.entries if entry.tag in numbers]
    if directory is None or not gone:
        return False
    for entry in gone:
        if entry.tag == GPS_TAG:
            _wipe(stream, directory.order, struct.unpack(f"{directory.order}I", entry.value)[0])
    _close_up(stream, directory, numbers)
    return True


def _close_up(stream: BinaryIO, directory: Directory, numbers: Collection[int]) -> None:
    order = directory.order
    kept = [entry for entry in directory.entries if entry.tag not in numbers]
    rows = b"".join(struct.pack(f"{order}HHI4s", e.tag, e.type, e.count, e.value) for e in kept)
    written = struct.pack(f"{order}H", len(kept)) + rows + struct.pack(f"{order}I", directory.next_offset)
    stream.seek(directory.entries[0].place - 2)
    stream.write(written.ljust(2 + 12 * len(directory.entries) + 4, b"\0"))


def _wipe(stream: BinaryIO, order: str, place: int) -> None:
    """Overwrite a GPS directory and its values. One that cannot be read as such is left: only the tag that leads to it
    goes.
    """
    stream.seek(place)
    head = stream.read(2)
    count = struct.unpack(f"{order}H", head)[0] if len(head) == 2 else 0
    body = stream.read(12 * count)
    if place < 8 or not 0 < count <= _MOST_TAGS or len(body) < 12 * count:
        return
    entries = [struct.unpack_from(f"{order}HHI4s", body, 12 * index) for index in range(count)]
    if any(tag >= _MOST_TAGS or kind not in _SIZES for tag, kind, _, _ in entries):
        return
    for _, kind, number, value in entries:
        size = _SIZES[kind] * number
        if 4 < size <= _LONGEST:
            _overwrite(stream, struct.unpack(f"{order}I", value)[0], size)
    _overwrite(stream, place, 2 + 12 * count)


def _overwrite(stream: BinaryIO, place: int, size: int) -> None:
    stream.seek(place)
    length = len(stream.read(size))
    stream.seek(place)
    stream.write(b"\0" * length)
