"""Reads the develop settings of a library's photos from a Lightroom catalog, after the photos were identified."""

from __future__ import annotations

from pathlib import Path

from couloir.aperture.library import Library
from couloir.learn.identify import Pair, identify
from couloir.learn.reading import AdjustedVersion, photos_of
from couloir.lightroom.lrcat import Catalog


def from_catalog(library: Library, file: Path) -> tuple[dict[str, AdjustedVersion], dict[str, str]]:
    """The settings of identified versions by uuid, and the reason for each other photo, by its path in the catalog.

    Raises BadCatalog.
    """
    wanted: dict[str, AdjustedVersion] = {}
    refused: dict[str, str] = {}
    with Catalog(file) as catalog:
        for found in identify(photos_of(library), catalog.photos()):
            settings = found.photo.developed.settings
            if isinstance(found, Pair) and settings is not None:
                wanted[found.version.uuid] = AdjustedVersion(settings, found.photo.developed.as_shot)
            elif not isinstance(found, Pair):
                copy = f" ({found.photo.copy_name or 'virtual copy'})" if found.photo.copy_of is not None else ""
                refused[f"{found.photo.folder}{found.photo.file_name}{copy}"] = found.why
    return wanted, refused
