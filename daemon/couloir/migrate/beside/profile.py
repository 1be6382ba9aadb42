"""Whether a picture holds an ICC profile, from its header's bytes; nothing is decoded."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from couloir.lightroom.tiff_directory import first_directory
from couloir.migrate.files.originals import reading_original

_HEAD: Final = 1 << 17  # bytes in which a JPEG's or a PNG's profile begins
_MARKS: Final = (b"ICC_PROFILE\0", b"iCCP")
_TAG: Final = 34675  # InterColorProfile (ICC.1:2022, annex B.3)


def has_profile(original: Path) -> bool:
    """Raises ContentError for a file that cannot be read."""
    with reading_original(original), original.open("rb") as stream:
        directory = first_directory(stream)
        if directory is not None:
            return directory.find(_TAG) is not None
        stream.seek(0)
        head = stream.read(_HEAD)
        return any(mark in head for mark in _MARKS)
