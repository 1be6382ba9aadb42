"""Whether a RAW file may hold text metadata, which Lightroom reads where the sidecar has none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from couloir.lightroom.tiff_directory import first_directory

#: XMP, IPTC, Photoshop's resources and a description, in the first directory of a raw file that is a TIFF.
_TAGS: Final = (700, 33723, 34377, 270)
#: The bytes with which XMP and IPTC begin in other RAW files (Fujifilm, Canon's newer ones).
_MARKS: Final = (b"http://ns.adobe.com/xap/1.0/", b"adobe:ns:meta/", b"Photoshop 3.0\0")
_LOOKED_AT: Final = 1 << 18  # bytes searched at either end of the file


def may_hold_words(path: Path) -> bool:
    """True when the file may hold captions, keywords or labels. Raises OSError."""
    with path.open("rb") as stream:
        directory = first_directory(stream)
        if directory is not None and any(directory.find(tag) is not None for tag in _TAGS):
            return True
        size = stream.seek(0, os.SEEK_END)
        for place in (0, max(0, size - _LOOKED_AT)):
            stream.seek(place)
            part = stream.read(_LOOKED_AT)
            if any(mark in part for mark in _MARKS):
                return True
    return False
