"""Finds a migrated photo among the photos that Capture One shows: by its path, and else by name and content."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from couloir.errors import ContentError
from couloir.migrate.files.originals import hash_file


class Images:
    """The photos of a document: `variants` are (id, path of the photo), in Capture One's order."""

    def __init__(self, variants: Iterable[tuple[str, str]], destination: Path) -> None:
        self._roots = list(dict.fromkeys((destination.absolute(), destination.resolve())))
        self._ids: dict[str, list[str]] = {}
        self._named: dict[str, list[str]] = {}
        self._hashes: dict[str, str] = {}
        for uuid, told in variants:
            path = _posix(told)
            key = _key(path)
            if key not in self._ids:
                self._named.setdefault(_key(path.rpartition("/")[2]), []).append(path)
            self._ids.setdefault(key, []).append(uuid)

    def find(self, photo: str, digests: frozenset[str]) -> Sequence[str]:
        """The ids of the variants of a photo, by its path in the folder; empty where it is not there.

        `digests` are the BLAKE2b hashes that its file may have, for one that was copied into a catalog, or imported
        from where it was before.
        """
        for root in self._roots:
            if found := self._ids.get(_key((root / photo).as_posix())):
                return found
        for path in self._named.get(_key(photo.rpartition("/")[2]), ()):
            if digests and self._hash(path) in digests:
                return self._ids[_key(path)]
        return ()

    def _hash(self, path: str) -> str:
        if path not in self._hashes:
            try:
                self._hashes[path] = hash_file(Path(path)) if Path(path).is_file() else ""
            except ContentError:
                self._hashes[path] = ""
        return self._hashes[path]


def _posix(told: str) -> str:
    """A path as the Finder's older form (Macintosh HD:Users:...) or as a plain one."""
    return told if told.startswith("/") else "/Volumes/" + "/".join(part.replace("/", ":") for part in told.split(":"))


def _key(path: str) -> str:
    """The same for all spellings of a path: macOS stores names decomposed, and does not tell capitals apart."""
    plain = unicodedata.normalize("NFC", path).casefold()
    return plain.removeprefix("/private") if plain.startswith("/private/") else plain
