"""Where nothing may ever be written: photo libraries, and Aperture's vaults, which are the user's backup."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from couloir.migrate.files.names import LIBRARY_SUFFIXES

VAULT_SUFFIX: Final = ".apvault"
_PHOTOS: Final = ".photoslibrary"
_OWN: Final = ".couloir"
# What Aperture, iPhoto and Photos keep at the top of their packages.
_PARTS: Final = frozenset(
    {
        *("Aperture.aplib", "ApertureData.xml", "Database", "Info.plist", "Masters", "Previews", "Thumbnails"),
        *("AlbumData.xml", "Library.apdb", "iLifeShared", "database", "originals", "resources"),
    }
)


def library_around(place: Path) -> Path | None:
    """The photo library or vault that `place`, with every link resolved, is or lies in; None where it may be written.

    A folder that is only called like one is none: it is not there yet, or empty, or holds a migration of ours. But
    macOS gives every folder that is called .photoslibrary to Photos, which opens it and mends what it misses there.
    """
    return next((folder for folder in (place, *place.parents) if _is_library(folder)), None)


def _is_library(folder: Path) -> bool:
    suffix = folder.suffix.lower()
    if suffix == _PHOTOS:
        return True
    if suffix not in LIBRARY_SUFFIXES or not folder.is_dir():
        return False
    names = frozenset(entry.name for entry in folder.iterdir())
    # Of what a vault of Aperture 1 or 2 holds nothing is known, so any content but ours speaks for it.
    is_vault = suffix == VAULT_SUFFIX and bool(names) and _OWN not in names
    return is_vault or bool(names & _PARTS)
