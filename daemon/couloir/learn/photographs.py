"""The photographs from which training pictures are made: small, linear, and without names.

A photograph is identified by a hash of its bytes, which also decides whether it is trained on or held out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from couloir.engines.pixels import load_pixels
from couloir.engines.protocol import Picture
from couloir.errors import BadImage, TooFewPhotographs

KEPT: Final = 192
"""Long edge in pixels at which each is kept; scenes are cut from it and reduced further."""

HELD_OUT: Final = 5
"""One photograph in HELD_OUT is held out from training."""

_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff"})
_LEAST: Final = 10


@dataclass(frozen=True, slots=True)
class Photograph:
    """`picture` is linear sRGB with a long edge of at most KEPT; `key` the SHA-256 of the file, shortened."""

    key: str
    picture: Picture

    @property
    def held_out(self) -> bool:
        return int(self.key, 16) % HELD_OUT == 0


def load(folders: Iterable[Path], kept: int = KEPT) -> list[Photograph]:
    """The photographs of some folders and their subfolders, each once, in the order of their keys, `kept` pixels long.

    Files that are no pictures or cannot be decoded are skipped. Raises TooFewPhotographs below ten, because a model
    overfits so few.
    """
    found: dict[str, Photograph] = {}
    for folder in folders:
        found.update((each.key, each) for each in _in(folder, kept))
    if len(found) < _LEAST:
        raise TooFewPhotographs(found=len(found), needed=_LEAST)
    return [found[key] for key in sorted(found)]


def _in(folder: Path, kept: int) -> Iterator[Photograph]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in _SUFFIXES or not path.is_file():
            continue
        try:
            picture = load_pixels(path, kept, orient=True)
        except BadImage:
            continue
        if min(picture.shape[:2]) >= KEPT // 4:
            yield Photograph(hashlib.sha256(path.read_bytes()).hexdigest()[:16], picture)
