"""Keeps the pictures of the page for later reports: thumbnails, and those of matched photos, which it makes once.

A file's name depends on its source, so that a new preview or rendering gets new files; files that no photo
used since the store was opened are removed by `prune`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from couloir.aperture.library import Library
from couloir.aperture.model import Version
from couloir.engines.pixels import Use, load_pixels
from couloir.errors import BadImage
from couloir.migrate.files.own import make_folder, names, refuse_links, remove, write_whole
from couloir.migrate.ledger.verdicts import MatchRecord
from couloir.migrate.report.compare import encode, fit_to, same_crop
from couloir.migrate.report.look_pictures import (
    NO_PICTURES,
    PICTURE_SIZE,
    ComparedPictures,
    PairPictures,
    draw,
    stem_of,
)

FOLDER: Final = "couloir-report"  # in the destination
THUMBNAILS: Final = "thumbs"
LOOKS: Final = "looks"
MASKS: Final = "masks"


class LookStore:
    """The folders `thumbs`, `looks` and `masks` of a report."""

    def __init__(self, destination: Path) -> None:
        """Open the store. Raises as `writing` does."""
        self.destination = destination
        self.folder = destination / FOLDER
        self._asked: set[str] = set()
        refuse_links(destination)
        for name in (THUMBNAILS, LOOKS, MASKS):
            make_folder(self.folder / name)

    def thumbnail_file(self, name: str) -> Path:
        """The file of a thumbnail."""
        return self.folder / THUMBNAILS / name

    def keep_thumbnail(self, name: str) -> None:
        """Note that a photo uses this thumbnail; "" for none."""
        self.keep(f"{THUMBNAILS}/{name}")

    def keep(self, name: str) -> None:
        """Note that a photo uses a file, by its name in the report's folder."""
        self._asked.add(name)

    def draw(self, library: Library, version: Version, match: MatchRecord, *, lost: bool = False) -> PairPictures:
        """The pictures of a matched version: Aperture's preview and the kept rendering; `lost` as for
        `look_pictures.draw`.

        NO_PICTURES where one of them is not there or cannot be read.
        """
        preview, rendering = library.preview(version).path, self.destination / match.picture
        stamps = stamp_of(preview), stamp_of(rendering if match.picture else None)
        if preview is None or not all(stamps):
            return NO_PICTURES
        name = f"{LOOKS}/{stem_of(version.uuid)}-{'-'.join(stamps)}{'-lost' * lost}"
        note = self.folder / f"{name}.json"
        try:
            found = _read(note) or self._draw(preview, rendering, name, note, lost=lost)
        except BadImage:
            return NO_PICTURES
        self._asked |= {f"{name}.json", found.aperture, found.rendering, found.difference, found.lost}
        return found

    def prune(self) -> None:
        """Remove the files that no photo has used. Raises as `writing` does."""
        for below in (THUMBNAILS, LOOKS, MASKS):
            for name in names(self.folder / below):
                if f"{below}/{name}" not in self._asked and name.endswith((".webp", ".json")):
                    remove(self.folder / below / name)

    def _draw(self, preview: Path, rendering: Path, name: str, note: Path, *, lost: bool) -> PairPictures:
        shown = encode(load_pixels(rendering, PICTURE_SIZE, orient=True, use=Use.RENDERING))
        aperture = encode(load_pixels(preview, max(shown.shape[:2]), orient=True))
        if same_crop(aperture, shown):
            aperture = fit_to(aperture, shown)
        found = draw(ComparedPictures(aperture, shown), self.folder, name, lost=lost)
        write_whole(note, msgspec.json.encode(found))  # written last: it shows that the other three are complete
        return found


def stamp_of(path: Path | None) -> str:
    """The time of a file's last change; "" where it is missing or may not be read."""
    try:
        return "" if path is None else f"{path.stat().st_mtime_ns:x}"
    except OSError:
        return ""


def _read(note: Path) -> PairPictures | None:
    """The pictures that an earlier report has drawn; None when they are missing or incomplete."""
    try:
        return msgspec.json.decode(note.read_bytes(), type=PairPictures)
    except (OSError, msgspec.DecodeError):
        return None
