"""What a picture's header says of its colours: an ICC profile, or EXIF's word for Adobe RGB. Nothing is decoded."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from couloir.lightroom.tiff_directory import first_directory
from couloir.migrate.files.originals import reading_original

_HEAD: Final = 1 << 17  # bytes in which the profile of a JPEG, PNG or HEIC file begins
_MARKS: Final = (b"ICC_PROFILE\0", b"iCCP", b"colrprof")
_INTEROPERABILITY: Final = b"\x01\x00\x02\x00\x04\x00\x00\x00R03\0", b"\x00\x01\x00\x02\x00\x00\x00\x04R03\0"
"""The entry of EXIF's Interoperability IFD that says Adobe RGB (DCF 2.0, 3.2.2), in both byte orders."""
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


def is_adobe_rgb(original: Path) -> bool:
    """Whether a JPEG's EXIF alone says that its colours are Adobe RGB's, by what darktable looks for, too
    (src/common/exif.cc). Raises ContentError for a file that cannot be read.
    """
    with reading_original(original), original.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head.startswith(b"\xff\xd8") or any(mark in head for mark in _MARKS):
        return False
    return any(entry in head for entry in _INTEROPERABILITY)
