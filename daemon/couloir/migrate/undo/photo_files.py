"""Judges whether the files of one photo may be removed, and removes them.

Three rules keep every photograph: a file that differs from what Couloir wrote holds somebody's work and stays; a copy
goes only while the library's original is there with the same bytes; and what belongs together (a photo and its sidecar)
goes together or stays together.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from couloir.disk import reading, writing
from couloir.errors import CannotEmbed
from couloir.lightroom.embed import copy_without_packet
from couloir.migrate import packets
from couloir.migrate.files.condition import Condition, WrittenFile, judge
from couloir.migrate.files.names import SIDECAR_SUFFIX
from couloir.migrate.files.originals import discard, hash_file, move_into_place, settle

_IN_USE = "it was changed while it was looked at"


@dataclass(frozen=True, slots=True)
class PresentFile:
    """A file that may be removed, as it was when it was compared."""

    path: Path
    size: int
    mark: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a file is left: a clause. `place` is its path as the ledger has it."""

    place: str
    why: str


def find_removable(destination: Path, files: Sequence[WrittenFile]) -> list[PresentFile] | Obstacle:
    """The files of one photo that are there, if all of them are as Couloir wrote them. Raises ContentError."""
    found = []
    for written in files:
        file = destination / written.path
        if not _is_ours(destination, file):
            return Obstacle(written.path, "it does not lie in this folder")
        condition = judge(destination, written, read=False).condition
        if condition is Condition.MISSING:
            continue
        before = _mark(file)
        report = judge(destination, written, read=True)
        if report.condition is not Condition.WHOLE:
            return Obstacle(written.path, report.what)
        found.append(PresentFile(file, before[0], before))
    return found


def why_last(original: Path | None, copied: str, copy: Path) -> str:
    """Why a copy may be the last one of its photograph, as a clause; "" where the library has it with the same bytes.

    `original` is the library's file, None where it is not there; `copied` its hash when it was copied. Raises
    ContentError.
    """
    if original is None:
        return "its original is not in the library now, so this may be the last copy"
    with reading(original):
        if copy.exists() and original.samefile(copy):
            return "the library uses this file as its original"
    if hash_file(original) != copied:
        return "its original in the library is not the one that was copied, so this may be the last copy"
    return ""


def remove_files(files: Sequence[PresentFile]) -> Obstacle | None:
    """Remove the files, sidecars first. Raises DestinationErrors."""
    for file in sorted(files, key=lambda each: each.path.suffix != SIDECAR_SUFFIX):
        with writing(file.path):
            if _mark(file.path) != file.mark:
                return Obstacle(str(file.path), _IN_USE)
            file.path.unlink()
    return None


def restore_original(file: PresentFile, copied: str, temporary: Path) -> bool:
    """Give a copy the bytes of its original again, where they are known to come out by removing Couloir's XMP; False,
    without a change, where they do not. `copied` is the original's hash. Raises as `writing` does.
    """
    try:
        with writing(temporary):
            discard(temporary)
            copy_without_packet(file.path, temporary)
            if hash_file(temporary) != copied or _mark(file.path) != file.mark:
                return False
            status = file.path.stat()
            os.utime(temporary, ns=(status.st_atime_ns, status.st_mtime_ns))
        settle(temporary)
        move_into_place(temporary, file.path)
    except CannotEmbed:
        return False
    finally:
        discard(temporary)
    return True


def _is_ours(destination: Path, file: Path) -> bool:
    """Whether the file lies below the destination, or is a sidecar of ours beside an original that stayed in place."""
    with reading(file):
        if file.parent.resolve().is_relative_to(destination.resolve()):
            return True
        return file.suffix == SIDECAR_SUFFIX and (not file.is_file() or packets.is_of_ours(file.read_bytes()))


def _mark(file: Path) -> tuple[int, ...]:
    status = file.lstat()
    return status.st_size, status.st_mtime_ns, status.st_ino
