"""Reads, within limits, and writes the tags of a TIFF directory, as DNG files and camera profiles (DCP) hold them.

Layout: TIFF 6.0, section 2; meaning of the tags: Adobe's DNG specification 1.7.1, chapter 4. Only the first directory
is read. Tags are not interpreted here, so that unknown ones survive a round trip.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from mmap import mmap
from typing import Final

TIFF_MAGIC: Final = 42
DCP_MAGIC: Final = 0x4352
"""'RC', which a camera profile has where a TIFF file has 42 (DNG specification, appendix "Camera Profiles")."""

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL, FLOAT, DOUBLE = 1, 2, 3, 4, 5, 7, 10, 11, 12

# Type to (struct letter, numbers an element, bytes an element).
_TYPES: Final[Mapping[int, tuple[str, int, int]]] = {
    BYTE: ("B", 1, 1),
    ASCII: ("s", 1, 1),
    SHORT: ("H", 1, 2),
    LONG: ("I", 1, 4),
    RATIONAL: ("I", 2, 8),
    6: ("b", 1, 1),
    UNDEFINED: ("B", 1, 1),
    8: ("h", 1, 2),
    9: ("i", 1, 4),
    SRATIONAL: ("i", 2, 8),
    FLOAT: ("f", 1, 4),
    DOUBLE: ("d", 1, 8),
}
_MAX_TAGS: Final = 4096
_MAX_VALUE_BYTES: Final = 64 * 1024 * 1024
_ORDERS: Final = {b"II": "<", b"MM": ">"}
_DENOMINATOR: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag's type and its value as little-endian bytes, as it is written."""

    type: int
    data: bytes

    @property
    def count(self) -> int:
        """The number of elements of the value."""
        return len(self.data) // _TYPES[self.type][2]

    def numbers(self) -> tuple[float, ...]:
        """The value as numbers; a rational with denominator 0 is 0. Raises ValueError for text."""
        letter, each, _ = _TYPES[self.type]
        if letter == "s":
            raise ValueError("a text where numbers are expected")
        flat = struct.unpack(f"<{self.count * each}{letter}", self.data)
        if each == 1:
            return tuple(float(value) for value in flat)
        return tuple(top / bottom if bottom else 0.0 for top, bottom in zip(flat[::2], flat[1::2], strict=True))

    def text(self) -> str:
        """The value up to its first NUL, as UTF-8 (both ASCII and byte tags hold names)."""
        return self.data.split(b"\0")[0].decode("utf-8", errors="replace")


Tags = dict[int, Tag]


def read_tags(data: bytes | mmap, magic: int = TIFF_MAGIC) -> Tags:
    """The first directory's tags by number. Tags of an unknown type are left out. Raises ValueError with the reason."""
    order = _ORDERS.get(data[:2])
    if order is None or len(data) < 8 or struct.unpack(f"{order}H", data[2:4])[0] != magic:
        raise ValueError("it does not begin like a TIFF file")
    return read_directory(data, struct.unpack(f"{order}I", data[4:8])[0])


def read_directory(data: bytes | mmap, at: int) -> Tags:
    """The tags of the directory that begins at byte `at` of such a file. Raises ValueError with the reason."""
    order = _ORDERS[bytes(data[:2])]
    if at + 2 > len(data):
        raise ValueError("its directory lies beyond its end")
    (count,) = struct.unpack(f"{order}H", data[at : at + 2])
    if count > _MAX_TAGS or at + 2 + 12 * count > len(data):
        raise ValueError("its directory is cut short")
    tags: Tags = {}
    for i in range(count):
        place = at + 2 + 12 * i
        number, kind, elements = struct.unpack(f"{order}HHI", data[place : place + 8])
        if kind not in _TYPES:
            continue
        length = elements * _TYPES[kind][2]
        start = place + 8 if length <= 4 else struct.unpack(f"{order}I", data[place + 8 : place + 12])[0]
        if length > _MAX_VALUE_BYTES or start + length > len(data):
            raise ValueError(f"the value of tag {number} lies beyond its end")
        tags[number] = Tag(kind, _little_endian(data[start : start + length], kind, order))
    return tags


def write_tags(tags: Mapping[int, Tag], magic: int = TIFF_MAGIC, strips: Iterable[bytes] = ()) -> bytes:
    """A little-endian file of one directory. Pictures' strips follow it: tags 273 and 279 are then set to them."""
    parts = list(strips)
    table = dict(tags)
    if parts:
        table[273] = numbers(LONG, [0] * len(parts))
        table[279] = numbers(LONG, [len(part) for part in parts])
    after = 8 + 2 + 12 * len(table) + 4
    values = {number: tag.data for number, tag in table.items() if len(tag.data) > 4}
    places, end = {}, after
    for number, value in sorted(values.items()):
        places[number] = end
        end += len(value) + len(value) % 2
    if parts:
        starts = [end + sum(len(part) for part in parts[:i]) for i in range(len(parts))]
        table[273] = numbers(LONG, starts)
        if len(parts) > 1:
            values[273] = table[273].data
    directory = bytearray(struct.pack("<2sHIH", b"II", magic, 8, len(table)))
    for number, tag in sorted(table.items()):
        inline = tag.data.ljust(4, b"\0") if number not in places else struct.pack("<I", places[number])
        directory += struct.pack("<HHI", number, tag.type, tag.count) + inline
    directory += struct.pack("<I", 0)
    for _number, value in sorted(values.items()):
        directory += value + b"\0" * (len(value) % 2)
    return bytes(directory) + b"".join(parts)


def numbers(kind: int, values: Iterable[float]) -> Tag:
    """A tag of numbers; rationals are written to a millionth."""
    letter, each, _ = _TYPES[kind]
    given = list(values)
    if each == 2:
        flat = [part for value in given for part in (round(value * _DENOMINATOR), _DENOMINATOR)]
        return Tag(kind, struct.pack(f"<{len(flat)}{letter}", *flat))
    if letter in "fd":
        return Tag(kind, struct.pack(f"<{len(given)}{letter}", *given))
    return Tag(kind, struct.pack(f"<{len(given)}{letter}", *(int(value) for value in given)))


def text(value: str) -> Tag:
    """A tag of text, ended by NUL."""
    return Tag(ASCII, value.encode("utf-8").replace(b"\0", b"") + b"\0")


def _little_endian(data: bytes, kind: int, order: str) -> bytes:
    letter, each, size = _TYPES[kind]
    if order == "<" or size == 1:
        return data
    count = len(data) // size * each
    return struct.pack(f"<{count}{letter}", *struct.unpack(f">{count}{letter}", data))
