"""EXIF and IPTC in PNG as ImageMagick and exiftool write them: hexadecimal digits in a text chunk.

The text is a line feed, the kind, a line feed, the length in eight columns, and the digits in lines (ImageMagick,
coders/png.c, PNGWriteRawProfile). It may be compressed.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection
from typing import Final

from couloir.lightroom.carriers import datasets, tags
from couloir.lightroom.exif_tags import changed_exif
from couloir.lightroom.iim import without_datasets, without_in_resources

MAX_BYTES: Final = 1 << 20
_EXIF: Final = b"Exif\0\0"
_COLUMNS: Final = 36  # bytes per line
_KINDS: Final = frozenset(b"Raw profile type " + kind for kind in (b"exif", b"APP1", b"iptc", b"8bim"))


def is_profile(keyword: bytes) -> bool:
    """Whether a text chunk with this keyword holds such a profile."""
    return keyword in _KINDS


def changed_profile(kind: bytes, data: bytes, orientation: int, cleared: Collection[str]) -> bytes | None:
    """The chunk's data without the cleared fields; None when it cannot be read: it may then hold any of them."""
    keyword, _, rest = data.partition(b"\0")
    content = _unpacked(rest, compressed=kind == b"zTXt")
    if content is None:
        return None
    name, block = content
    fresh = _changed(block, orientation, cleared)
    digits = fresh.hex().encode("ascii")
    lines = b"\n".join(digits[start : start + 2 * _COLUMNS] for start in range(0, len(digits), 2 * _COLUMNS))
    text = b"\n" + name + b"\n" + b"%8d" % len(fresh) + b"\n" + lines + b"\n"
    return keyword + b"\0" + (b"\0" + zlib.compress(text) if kind == b"zTXt" else text)


def holds_something(cleared: Collection[str]) -> bool:
    """Whether such profiles can hold any of these fields."""
    return bool(tags(cleared) or datasets(cleared))


def _unpacked(data: bytes, *, compressed: bool) -> tuple[bytes, bytes] | None:
    if compressed:
        inflater = zlib.decompressobj()
        try:
            data = inflater.decompress(data[1:], 4 * MAX_BYTES)
        except zlib.error:
            return None
        if not inflater.eof:
            return None
    parts = data.split(b"\n", 3)
    if len(parts) < 4 or parts[0].strip():
        return None
    try:
        return parts[1], bytes.fromhex(parts[3].decode("ascii"))
    except ValueError:
        return None


def _changed(block: bytes, orientation: int, cleared: Collection[str]) -> bytes:
    if block.startswith(_EXIF):
        return _EXIF + changed_exif(block[len(_EXIF) :], orientation, cleared)
    if block[:4] in (b"II*\0", b"MM\0*"):
        return changed_exif(block, orientation, cleared)
    numbers = datasets(cleared)
    ways: tuple[Callable[[bytes, Collection[int]], bytes | None], ...] = (without_in_resources, without_datasets)
    return next((fresh for way in ways if (fresh := way(block, numbers)) is not None), block)
