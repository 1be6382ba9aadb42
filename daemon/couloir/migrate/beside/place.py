"""Puts side files in place. What another program or a person has put there is never overwritten."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from couloir.disk import reading, writing
from couloir.migrate.files.originals import make_folders, move_into_place, write_file

Known = Mapping[str, str]
"""Hashes of an earlier run's side files, by their path in the destination: these may be replaced."""


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """A side file in the destination: its path there, its bytes, its BLAKE2b hash."""

    path: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class SideFilesWanted:
    """The side files of one photo `name` in `folder`, which is relative to the destination. `avoids` are the patterns
    of its door.
    """

    folder: PurePosixPath
    name: str
    files: Mapping[PurePosixPath, bytes]
    avoids: Sequence[str] = ()

    @property
    def placed(self) -> tuple[PlacedFile, ...]:
        """What is there when all is written."""
        return tuple(
            PlacedFile((self.folder / path).as_posix(), len(content), _hash(content))
            for path, content in sorted(self.files.items())
        )


def find_foreign(destination: Path, wanted: SideFilesWanted, known: Known) -> str:
    """The path of a file that stands in the way because Couloir did not write it, "" where there is none.

    Raises ContentError.
    """
    if not wanted.files:
        return ""
    ours = {(wanted.folder / path).as_posix(): content for path, content in wanted.files.items()}
    for path in (*ours, *_avoided(destination, wanted)):
        place = destination / path
        with reading(place):
            if not os.path.lexists(place):
                continue
            if place.is_symlink() or not place.is_file():
                return path
            there = place.read_bytes() if place.stat().st_size <= _most(ours.get(path)) else None
        if there is None or not _may_replace(there, ours.get(path), known.get(path)):
            return path
    return ""


def put_beside(destination: Path, temporary: Path, wanted: SideFilesWanted) -> None:
    """Write the files, each whole at once; what is there already stays. Raises DestinationErrors and ContentError."""
    for path, content in sorted(wanted.files.items()):
        target = destination / wanted.folder / path
        with reading(target):
            if target.is_file() and target.stat().st_size == len(content) and target.read_bytes() == content:
                continue
        make_folders(target.parent)
        new = temporary / "beside"
        write_file(new, content)
        move_into_place(new, target)


def remove_superseded(destination: Path, wanted: SideFilesWanted, known: Known) -> None:
    """Remove an earlier run's side files of this photo that this one writes elsewhere, where nobody has changed them.

    Raises DestinationErrors and ContentError.
    """
    kept = {(wanted.folder / path).as_posix() for path in wanted.files}
    for path in sorted(known.keys() - kept):
        place = destination / path
        with writing(place):
            if place.is_file() and not place.is_symlink() and _hash(place.read_bytes()) == known[path]:
                place.unlink()


def _avoided(destination: Path, wanted: SideFilesWanted) -> Iterator[str]:
    folder = destination / wanted.folder
    for pattern in wanted.avoids:
        for found in sorted(folder.glob(pattern.format(name=glob.escape(wanted.name)))):
            yield found.relative_to(destination).as_posix()


def _most(content: bytes | None) -> int:
    """Bytes beyond which a file is certainly not ours, or an earlier form of it."""
    return 100 * len(content or b"") + (1 << 20)


def _may_replace(there: bytes, wanted: bytes | None, known: str | None) -> bool:
    """Whether these bytes are what is to be written, its beginning that a full disk has left, or an earlier run's."""
    if wanted is not None and wanted.startswith(there.rstrip(b"\0")):
        return True
    return known is not None and _hash(there) == known


def _hash(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=32).hexdigest()
