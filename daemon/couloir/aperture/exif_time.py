"""The time of capture according to the file: EXIF's DateTimeOriginal, in the camera's local time.

EXIF 2.32, section 4.6.5: DateTimeOriginal (36867) is text "2007:09:16 17:05:31" without a zone; its fraction of a
second is a separate tag (SubSecTimeOriginal, 37521).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from couloir.aperture.tiff_directories import BrokenOff, Directory, directories
from couloir.disk import try_twice

_ORIGINAL, _DIGITIZED, _FRACTION = 36867, 36868, 37521
_SPELLING: Final = re.compile(rb"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_SCANNED: Final = 1 << 20  # HEIC and CR3 keep their EXIF data in a box near the beginning of the file


def exif_time(path: Path) -> datetime | None:
    """The time on the camera's clock, naive, with its fraction of a second; None where the file does not state it.

    Never raises, whatever the file holds.
    """
    try:
        return try_twice(lambda: _read_time(path))
    except OSError:
        return None


def _read_time(path: Path) -> datetime | None:
    end = path.stat().st_size
    with path.open("rb") as stream:
        for base in _structures(stream, end):
            found = _time_in(stream, base, end)
            if found is not None:
                return found
    return None


def _time_in(stream: BinaryIO, base: int, end: int) -> datetime | None:
    found: dict[int, bytes] = {}
    try:
        for directory in directories(stream, base, end):
            found |= _texts(directory, found)
    except (BrokenOff, ValueError):
        pass  # the tags before the damage are valid
    stated = _SPELLING.match(found.get(_ORIGINAL, found.get(_DIGITIZED, b"")))
    if stated is None:
        return None
    digits = found.get(_FRACTION, b"").split(b"\0")[0].strip()
    fraction = int(digits[:6].ljust(6, b"0")) if digits.isdigit() else 0
    try:
        year, month, day, hour, minute, second = map(int, stated.groups())
        return datetime(year, month, day, hour, minute, second, fraction)  # noqa: DTZ001 - the clock knows no zone
    except ValueError:
        return None


def _texts(directory: Directory, known: dict[int, bytes]) -> dict[int, bytes]:
    wanted = (tag for tag in (_ORIGINAL, _DIGITIZED, _FRACTION) if tag not in known)
    return {tag: value for tag in wanted if isinstance(value := directory.get(tag), bytes)}


def _structures(stream: BinaryIO, end: int) -> Iterator[int]:
    """The offsets at which TIFF structures with EXIF data may begin."""
    head = stream.read(92)
    if head[:2] in (b"II", b"MM"):
        yield 0
    elif head.startswith(b"\xff\xd8"):
        yield from _in_jpeg(stream, 0, end)
    elif head.startswith(b"FUJIFILMCCD-RAW") and len(head) >= 88:
        yield from _in_jpeg(stream, int.from_bytes(head[84:88], "big"), end)
    elif head[4:8] == b"ftyp" or head.startswith(b"\x89PNG"):
        stream.seek(0)
        content = stream.read(_SCANNED)
        marks = re.finditer(rb"(?:Exif\0\0|eXIf|CMT2)(?=II\*\0|MM\0\*)", content)
        yield from (mark.end() for mark in marks)


def _in_jpeg(stream: BinaryIO, place: int, end: int) -> Iterator[int]:
    """The offsets of the EXIF segments before the first scan."""
    place += 2
    while place + 4 <= end:
        stream.seek(place)
        marker = stream.read(10)
        if len(marker) < 10 or marker[0] != 0xFF or marker[1] == 0xDA:
            return
        if marker[1] == 0xE1 and marker[4:10] == b"Exif\0\0":
            yield place + 10
        place += 2 + int.from_bytes(marker[2:4], "big")
