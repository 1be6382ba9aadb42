"""Limits on picture files, checked by their headers before any decoder reads them.

The limits admit the files of cameras and scanners: 150-megapixel cameras, and progressive JPEGs with the ten scans of
libjpeg's own script. They exclude files of a few kilobytes that unpack to gigabytes. libtiff also refuses JPEGs of more
than 100 scans (LIBTIFF_JPEG_MAX_ALLOWED_SCAN_NUMBER).
"""

from __future__ import annotations

import io
import os
import re
import struct
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from couloir.regular_files import open_regular

MAX_PIXELS: Final = 200_000_000
"""The most pixels of a JPEG, a TIFF and a RAW file."""
MAX_PIXELS_PNG: Final = 100_000_000  # a PNG is unpacked as a whole, and its file may be far smaller
MAX_PIXELS_PROGRESSIVE: Final = 100_000_000  # libjpeg keeps the coefficients of the whole picture, 2 bytes each
MAX_PIXELS_RENDERING: Final = 16_000_000  # the plug-in sends about 768 pixels on the long edge
MAX_SCANS: Final = 100
MAX_BYTES: Final = 2_000_000_000
MAX_BYTES_JPEG: Final = 400_000_000  # read as a whole: two bytes a pixel of the largest
ORDINARY: Final = 64_000_000
"""Pixels times scans, and bytes, up to which a JPEG is decoded in this process, in about a second at most."""

_SEGMENTS: Final = 5000  # of a JPEG; those of 64 kB that carry extended XMP or a profile count, too
_JUNK: Final = 65_536  # bytes between a JPEG's segments
_EXIF: Final = 1_000_000  # bytes; a JPEG's own limit is 64 kB, which some programs pass in several segments
_ENTRIES: Final = 4096  # of a TIFF's directory
_STRIPS: Final = 1_000_000  # of a TIFF
_NAMES: Final = {b"GIF8": "GIF", b"BM": "BMP", b"8BPS": "PSD", b"RIFF": "WebP", b"%PDF": "PDF"}
_MARKER: Final = re.compile(rb"\xff[\x01-\xfe]")
_NEXT_MARKER: Final = re.compile(rb"\xff[\x02-\xcf\xd8-\xfe]")
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE: Final = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_LOSSLESS: Final = frozenset({0xC3, 0xC7, 0xCB, 0xCF})
_UNITS: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}


class Use(StrEnum):
    """What a picture is decoded for: a preview or an original of a library, one of them to be looked at only and not
    measured, or a rendering that a client sent.
    """

    PHOTO = "photo"
    THUMBNAIL = "thumbnail"
    RENDERING = "rendering"


class DecodingRefusal(Exception):
    """Why a file is not decoded, as the end of "The picture cannot be decoded: ..."."""


@dataclass(frozen=True, slots=True)
class FileHeader:
    """The facts in a file's headers. `scans` is 1 where the format has none; `pixels` and `data` are a JPEG's."""

    format: str
    scans: int
    pixels: int
    data: bytes
    ordinary: bool

    def check_size(self, width: int, height: int, use: Use) -> None:
        """Refuse more pixels than a picture of this format may have for this use. Raises DecodingRefusal."""
        if use is Use.RENDERING:
            most = MAX_PIXELS_RENDERING
        elif self.format == "PNG":
            most = MAX_PIXELS_PNG
        else:
            most = MAX_PIXELS_PROGRESSIVE if self.scans > 1 else MAX_PIXELS
        if width * height > most:
            raise DecodingRefusal(f"it has {width} x {height} pixels, more than Couloir accepts for this kind of file")


def open_picture(path: Path) -> BinaryIO:
    """Open a regular file of at most MAX_BYTES. Raises DecodingRefusal, OSError."""
    file = open_regular(path)
    size = os.fstat(file.fileno()).st_size
    if size <= MAX_BYTES:
        return file
    file.close()
    raise DecodingRefusal(f"it has {size} bytes")


def read_header(file: BinaryIO, use: Use) -> FileHeader:
    """Check the headers of an open file without decoding it, and leave it at its start.

    Raises DecodingRefusal, OSError.
    """
    start = file.read(16)
    file.seek(0)
    if start.startswith(b"\xff\xd8\xff"):
        if os.fstat(file.fileno()).st_size > MAX_BYTES_JPEG:
            raise DecodingRefusal(f"it has more than {MAX_BYTES_JPEG} bytes")
        return read_jpeg_header(file.read(), use)
    name = next((name for mark, name in _NAMES.items() if start.startswith(mark)), None)
    if use is Use.RENDERING:
        raise DecodingRefusal("a rendering has to be a JPEG")
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        _check_png(file)
        return FileHeader("PNG", 1, 0, b"", ordinary=False)
    if start[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        _check_tiff(file)
        return FileHeader("TIFF", 1, 0, b"", ordinary=False)
    if start[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc"):
        name = "HEIC"
    if name is not None:
        raise DecodingRefusal(f"it is a {name} file, and Couloir decodes JPEG, TIFF and PNG only")
    raise DecodingRefusal("it is neither a JPEG nor a TIFF nor a PNG")


def read_jpeg_header(data: bytes, use: Use) -> FileHeader:
    """Read a JPEG's segments up to its pixels, and count its scans. Raises DecodingRefusal."""
    width, height, progressive, pixels_at = _jpeg_header(data)
    scans = _count_scans(data, pixels_at, width * height)
    pixels = width * height
    ordinary = len(data) <= ORDINARY and pixels * scans <= ORDINARY
    found = FileHeader("JPEG", max(scans, 2 if progressive else 1), pixels, data, ordinary)
    found.check_size(width, height, use)
    if use is Use.RENDERING and not found.ordinary:
        raise DecodingRefusal(f"it has {scans} scans")
    return found


def _jpeg_header(data: bytes) -> tuple[int, int, bool, int]:
    """(width, height, progressive, where the first scan's data begins)."""
    width = height = junk = 0
    progressive, exif, position = False, bytearray(), 2
    for _ in range(_SEGMENTS):
        found = _MARKER.search(data, position, position + _JUNK - junk)
        if found is None or found.end() + 2 > len(data):
            raise DecodingRefusal("its header does not end")
        junk += found.end() - 2 - position
        marker, position = data[found.end() - 1], found.end()
        if marker == 0x01 or 0xD0 <= marker <= 0xD9:
            continue
        length = int.from_bytes(data[position : position + 2], "big")
        if marker in _FRAMES and length >= 8:
            if marker in _LOSSLESS or data[position + 2 : position + 3] != b"\x08":
                raise DecodingRefusal("it is a JPEG with other than 8 bits a channel")
            if position + 7 > len(data):
                raise DecodingRefusal("its header does not end")
            rows, columns = struct.unpack_from(">HH", data, position + 3)
            height, width = max(height, rows), max(width, columns)
            progressive = progressive or marker in _PROGRESSIVE
        if marker == 0xE1 and data[position + 2 : position + 8] == b"Exif\0\0":
            exif += data[position + 8 : position + length]
            if len(exif) > _EXIF:
                raise DecodingRefusal(f"its EXIF has more than {_EXIF} bytes")
        position += length
        if marker == 0xDA:
            if exif:
                _check_directory(io.BytesIO(exif))
            return width, height, progressive, position
    raise DecodingRefusal(f"its header has more than {_SEGMENTS} parts")


def _count_scans(data: bytes, position: int, pixels: int) -> int:
    """The number of scans of the first picture in a JPEG; what follows it (a second picture, a film) is ignored."""
    more = data.count(b"\xff\xda", position)
    if not more or (more < 4 and pixels <= MAX_PIXELS_PROGRESSIVE):  # as good as every photo: the walk takes 50 ms
        return 1 + more
    scans = 1
    for _ in range(_SEGMENTS):
        found = _NEXT_MARKER.search(data, position)
        if found is None or data[found.start() + 1] == 0xD9:
            return scans
        if data[found.start() + 1] == 0xDA:
            scans += 1
            if scans > MAX_SCANS:
                break
        position = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")
    raise DecodingRefusal(f"it consists of more than {MAX_SCANS} scans")


def _check_png(file: BinaryIO) -> None:
    """Refuse a PNG whose header has too many parts, or EXIF that does not end."""
    file.seek(8)
    for _ in range(_SEGMENTS):
        head = file.read(8)
        if len(head) < 8 or head[4:] in (b"IDAT", b"IEND"):
            break
        length = int.from_bytes(head[:4], "big")
        if head[4:] == b"eXIf":
            if length > _EXIF:
                raise DecodingRefusal(f"its EXIF has {length} bytes")
            _check_directory(io.BytesIO(file.read(length)))
            file.seek(4, os.SEEK_CUR)
        else:
            file.seek(length + 4, os.SEEK_CUR)
    else:
        raise DecodingRefusal(f"its header has more than {_SEGMENTS} parts")
    file.seek(0)


def _check_tiff(file: BinaryIO) -> None:
    _check_directory(file)
    file.seek(0)


def _check_directory(file: BinaryIO) -> None:
    """Refuse a TIFF directory, also that of EXIF, whose entries claim more than the file holds, or whose counts are
    implausible.

    Pillow copies each entry's values: 60,000 entries that all name the same megabyte would take 60 GB.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 16:
        return  # Pillow takes no directory from it, either
    big = struct.unpack(order + "H", head[2:4])[0] == 43
    file.seek(struct.unpack(order + ("Q" if big else "I"), head[8:16] if big else head[4:8])[0])
    counted = file.read(8 if big else 2)
    if len(counted) < (8 if big else 2):
        return
    entries = struct.unpack(order + ("Q" if big else "H"), counted)[0]
    if entries > _ENTRIES:
        raise DecodingRefusal(f"its directory has {entries} entries")
    held, tile = 0, 1
    for _ in range(entries):
        entry = file.read(20 if big else 12)
        if len(entry) < (20 if big else 12):
            break
        tag, kind, count = struct.unpack_from(order + ("HHQ" if big else "HHI"), entry)
        held += min(count * _UNITS.get(kind, 1), size)
        if tag in (322, 323):  # TileWidth, TileLength
            value = entry[12:20] if big else entry[8:12]
            tile *= struct.unpack_from(order + ("H" if kind == 3 else "I"), value)[0]
        if tag in (273, 324) and count > _STRIPS:
            raise DecodingRefusal(f"it is divided into {count} strips")
    if held > 2 * size + _JUNK:
        raise DecodingRefusal("the entries of its directory hold more than the file")
    if tile > MAX_PIXELS:
        raise DecodingRefusal(f"its tiles have {tile} pixels each")
