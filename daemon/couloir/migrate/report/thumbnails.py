"""Makes the small pictures of the page of all photos, on all cores, each once for a preview.

They are made from Aperture's previews, or its thumbnails where there is no preview. Of a photo without either, RAW ones
among them, Couloir's own engine draws the original with the settings that were written; as that takes a second, only
for so many photos. A run that was stopped leaves what it has made, and the next one makes the rest.
"""

from __future__ import annotations

import contextvars
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from couloir.aperture.library import Library
from couloir.aperture.model import Master, MediaKind, Version
from couloir.color.spaces import srgb_encode
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.dng import Profile
from couloir.engines.pixels import AT_ONCE, Use, encode_webp, load_pixels
from couloir.engines.protocol import Picture
from couloir.errors import ContentError
from couloir.json_text import to_json
from couloir.lightroom.settings import DevelopSettings
from couloir.migrate.files.own import write_whole
from couloir.migrate.report.compare import photo_of
from couloir.migrate.report.look_pictures import stem_of
from couloir.migrate.report.look_store import LookStore, stamp_of

AT_A_TIME: Final = 64
"""Photos of which thumbnails are made together."""
SIZE: Final = 336  # pixels on the long edge; shown at 168, so sharp on a dense display
MOST_BYTES: Final = 20_000
"""Of one file, so that the thumbnails of 80,000 photos take at most 1.6 GB; most have half of that."""
_QUALITIES: Final = (72, 50, 30)


@dataclass(frozen=True, slots=True)
class PagePhoto:
    """A photo of the page; `settings` are those that were written, empty for none."""

    version: Version
    master: Master | None
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A file in `thumbs/`, "" for none. `is_drawn` says that our own engine has drawn it."""

    name: str
    is_drawn: bool = False


NO_THUMBNAIL: Final = Thumbnail("")


class Thumbnails:
    """Makes the thumbnails of one report; at most `drawn` of them are drawn from originals."""

    def __init__(self, library: Library, store: LookStore, profiles: Mapping[str, Profile], drawn: int) -> None:
        self._library = library
        self._store = store
        self._profiles = profiles
        self._left = drawn

    def make(self, photos: Sequence[PagePhoto]) -> dict[str, Thumbnail]:
        """The thumbnails of these photos by uuid, those that are missing made now. Raises as `writing` does."""
        found: dict[str, Thumbnail] = {}
        missing: list[tuple[str, Thumbnail, Callable[[], Picture]]] = []
        for photo in photos:
            thumbnail, draw = self._plan(photo)
            found[photo.version.uuid] = thumbnail
            if draw is not None:
                missing.append((photo.version.uuid, thumbnail, draw))
        found.update(_on_all_cores(missing, self._store.thumbnail_file))
        for thumbnail in found.values():
            self._store.keep_thumbnail(thumbnail.name)
        return found

    def _plan(self, photo: PagePhoto) -> tuple[Thumbnail, Callable[[], Picture] | None]:
        """A photo's thumbnail, and how it is made where it does not exist."""
        stem = stem_of(photo.version.uuid)
        preview = self._library.preview(photo.version).path or self._library.preview_state(photo.version).path
        stamp = stamp_of(preview)
        if preview is not None and stamp:
            thumbnail = Thumbnail(f"{stem}-{stamp}.webp")
            return thumbnail, None if self._is_made(thumbnail) else lambda: _reduce(preview)
        original = None if photo.master is None else self._library.original(photo.master).path
        stamp = stamp_of(original)
        if photo.master is None or original is None or not stamp or photo.master.media is not MediaKind.IMAGE:
            return NO_THUMBNAIL, None
        settings = hashlib.blake2b(to_json(dict(photo.settings), sort_keys=True).encode(), digest_size=4).hexdigest()
        thumbnail = Thumbnail(f"{stem}-{stamp}-{settings}.webp", is_drawn=True)
        if self._is_made(thumbnail):
            return thumbnail, None
        if self._left <= 0:
            return NO_THUMBNAIL, None
        self._left -= 1
        master = photo.master
        return thumbnail, lambda: self._draw(photo.version, master, original, photo.settings)

    def _is_made(self, thumbnail: Thumbnail) -> bool:
        return self._store.thumbnail_file(thumbnail.name).exists()

    def _draw(self, version: Version, master: Master, original: Path, settings: Mapping[str, object]) -> Picture:
        try:
            look = DevelopSettings(settings)
        except (ValueError, TypeError):
            look = DevelopSettings()  # a ledger that somebody edited
        # Each drawing has an engine of its own, because an engine remembers its last photo.
        return CameraRawEngine(profiles=self._profiles).render(photo_of(version, master, original), look, SIZE)


def _reduce(preview: Path) -> Picture:
    linear = load_pixels(preview, SIZE, orient=True, use=Use.THUMBNAIL, partial=lambda _missing: None)
    return srgb_encode(linear).astype("float32")


def _on_all_cores(
    missing: Sequence[tuple[str, Thumbnail, Callable[[], Picture]]], file_of: Callable[[str], Path]
) -> Iterable[tuple[str, Thumbnail]]:
    """Make and write thumbnails; NO_THUMBNAIL of a picture that cannot be read, which is a finding of the reader."""
    if not missing:
        return []

    def make(thumbnail: Thumbnail, draw: Callable[[], Picture]) -> Thumbnail:
        try:
            content = encode_thumbnail(draw())
        except ContentError:
            return NO_THUMBNAIL
        write_whole(file_of(thumbnail.name), content)
        return thumbnail

    with ThreadPoolExecutor(min(os.cpu_count() or 1, AT_ONCE), thread_name_prefix="couloir-thumbnail") as pool:
        # What ends a decoding is the caller's, which a thread does not know by itself.
        made = [
            (uuid, pool.submit(contextvars.copy_context().run, make, thumbnail, draw))
            for uuid, thumbnail, draw in missing
        ]
        try:
            return [(uuid, each.result()) for uuid, each in made]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def encode_thumbnail(picture: Picture) -> bytes:
    """A WebP file of at most MOST_BYTES, at the highest quality that allows it; what is all noise gets smaller."""
    while True:
        for quality in _QUALITIES:
            content = encode_webp(picture, quality)
            if len(content) <= MOST_BYTES:
                return content
        picture = picture[::2, ::2]
