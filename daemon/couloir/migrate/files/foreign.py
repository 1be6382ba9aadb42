"""Recognises places where nothing may be written: photo libraries, and Aperture's vaults, which are backups."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from couloir.migrate.files.names import LIBRARY_SUFFIXES

VAULT_SUFFIX: Final = ".apvault"
_PHOTOS: Final = ".photoslibrary"
_OWN: Final = ".couloir"
# Entries at the top of packages of Aperture, iPhoto and Photos.
_PARTS: Final = frozenset(
    {
        *("Aperture.aplib", "ApertureData.xml", "Database", "Info.plist", "Masters", "Previews", "Thumbnails"),
        *("AlbumData.xml", "Library.apdb", "iLifeShared", "database", "originals", "resources"),
    }
)


def library_around(place: Path) -> Path | None:
    """The photo library or vault that `place`, with every link resolved, is or lies in; None where it may be written.

    A folder that only has such a name does not count: it does not exist yet, is empty, or holds a migration. But
    macOS opens every folder named .photoslibrary with Photos, which then repairs what it misses there.
    """
    return next((folder for folder in (place, *place.parents) if _is_library(folder)), None)


def _is_library(folder: Path) -> bool:
    suffix = folder.suffix.lower()
    if suffix == _PHOTOS:
        return True
    if suffix not in LIBRARY_SUFFIXES or not folder.is_dir():
        return False
    names = frozenset(entry.name for entry in folder.iterdir())
    # The content of vaults of Aperture 1 and 2 is not known, so any content except Couloir's counts.
    is_vault = suffix == VAULT_SUFFIX and bool(names) and _OWN not in names
    return is_vault or bool(names & _PARTS)
