"""Judges the condition of a file that Couloir wrote, for migration, verification, report and service alike.

A file that differs from the written one may hold a photographer's work, of which no other copy exists: Lightroom
saves into sidecars, JPEG, TIFF, PNG and DNG files. Whether it did is read from the file itself: every XMP toolkit names
itself in the XMP that it writes (`x:xmptk`; Adobe's is "Adobe XMP Core"), and Couloir's is "Couloir".
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from couloir.disk import reading
from couloir.errors import BadXmp, CannotEmbed
from couloir.lightroom.embed import can_embed, extract
from couloir.lightroom.xmp import read_packet
from couloir.migrate.files.names import SIDECAR_SUFFIX
from couloir.migrate.files.originals import CHUNK, hash_file
from couloir.migrate.packets import written_by_us

_EDGE: Final = 1 << 16  # bytes at either end of a file by which an emptied or a cut one is recognised
_SECTOR: Final = 512  # bytes: the unit that a disk leaves zeroed after a loss of power
_JPEG: Final = frozenset({".jpg", ".jpeg", ".jpe"})
_JPEG_END: Final = b"\xff\xd9"
_ENDED: Final = _JPEG | {".png"}  # types whose end is checked when they are read: they are whole even without XMP


class Condition(StrEnum):
    """The present condition of a file that Couloir wrote."""

    WHOLE = "whole"  # as it was written, or of the same size where only that was compared
    SAVED = "saved by another program"  # whole, and its XMP names the program: a photographer's work
    ALTERED = "altered"  # its content differs, and no program is named: work, or damage
    SPOILT = "spoilt"  # emptied, zeroed, or cut short
    MISSING = "missing"
    DISPLACED = "displaced"  # a link, a folder or something else is in its place

    @property
    def lies_there(self) -> bool:
        """Whether the photo's file is present, so that nothing is left to write."""
        return self in (Condition.WHOLE, Condition.SAVED, Condition.ALTERED)


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """The facts that the ledger keeps about a written file: size in bytes, time of its last change in nanoseconds (None
    where an earlier Couloir kept none), and its hash. `is_beside` says that it is a side file, which its program saves.
    """

    path: str
    size: int | None
    modified: int | None
    digest: str
    is_beside: bool = False

    @classmethod
    def of(cls, detail: Mapping[str, object]) -> tuple[WrittenFile, ...]:
        """The files that a row of the ledger names: a photo, its sidecar, side files of another program, or none."""
        found = []
        for name, size, modified, digest in (
            ("path", "size", "modified", "hash"),
            ("sidecar", "sidecar_size", "", "sidecar_hash"),
        ):
            path = detail.get(name)
            if isinstance(path, str):
                found.append(cls(path, _number(detail, size), _number(detail, modified), str(detail.get(digest, ""))))
        beside = detail.get("beside")
        found.extend(
            cls(str(each["path"]), _number(each, "size"), None, str(each.get("hash", "")), is_beside=True)
            for each in (beside if isinstance(beside, list) else ())
            if isinstance(each, Mapping) and "path" in each
        )
        return tuple(found)


@dataclass(frozen=True, slots=True)
class ConditionReport:
    """A condition, and a clause that explains it ("" for a whole file)."""

    condition: Condition
    what: str = ""


def judge(destination: Path, written: WrittenFile, *, read: bool) -> ConditionReport:
    """The present condition of a written file.

    With `read` all of it is read and its hash compared; else only its size and time, and its ends where these differ.
    Raises ContentError when it cannot be read.
    """
    file = destination / written.path
    with reading(file):
        try:
            status = file.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return ConditionReport(Condition.MISSING, "it is missing")
        if not stat.S_ISREG(status.st_mode):
            what = "a link" if stat.S_ISLNK(status.st_mode) else "something other than a file"
            return ConditionReport(Condition.DISPLACED, f"{what} is in its place")
        if status.st_size == 0 and written.size != 0:
            return ConditionReport(Condition.SPOILT, "it is empty")
        if read:
            if hash_file(file) == written.digest:
                return ConditionReport(Condition.WHOLE)
        elif status.st_size == written.size and written.modified in (None, status.st_mtime_ns):
            return ConditionReport(Condition.WHOLE)
        if written.is_beside and any(_edges(file, status.st_size)[0]):
            return ConditionReport(Condition.SAVED, "it was saved again since, by its program or by hand")
        found = _differing(file, status.st_size, written.size)
    if not read and status.st_size == written.size and found.condition is Condition.ALTERED:
        return ConditionReport(Condition.WHOLE)  # only its time differs: a program copied it without keeping the time
    return found


def is_remnant(there: Path, whole: Path) -> bool:
    """Whether `there` holds only content of `whole`: its beginning, or all of it with some sectors zeroed.

    Such a file may be replaced by the whole one. Raises ContentError.
    """
    with reading(there), there.open("rb") as old, whole.open("rb") as new:
        while block := old.read(CHUNK):
            wanted = new.read(len(block))
            if len(wanted) < len(block):
                return False
            if block != wanted and not _is_zeroed(block, wanted):
                return False
    return True


def _is_zeroed(block: bytes, wanted: bytes) -> bool:
    """Whether the sectors of a block that differ hold only zeros."""
    for start in range(0, len(block), _SECTOR):
        sector = block[start : start + _SECTOR]
        if sector != wanted[start : start + _SECTOR] and any(sector):
            return False
    return True


def _differing(file: Path, size: int, recorded: int | None) -> ConditionReport:
    """The condition of a file that differs from the written one."""
    first, last = _edges(file, size)
    if not any(first) or (size > 2 * _EDGE and not any(last)):
        return ConditionReport(Condition.SPOILT, "it holds zeros where its content was")
    is_shorter = recorded is not None and size < recorded
    is_sidecar = file.suffix == SIDECAR_SUFFIX
    try:
        packet = file.read_bytes() if is_sidecar else extract(file) if can_embed(file) else None
        if packet is not None:
            read_packet(packet, file.name)
    except (BadXmp, CannotEmbed):
        if is_shorter and (not is_sidecar or first.startswith(b"<")):
            return ConditionReport(Condition.SPOILT, "it is cut short")
        return ConditionReport(Condition.ALTERED, "it has changed since it was written")
    has_end = file.suffix.lower() not in _JPEG or _JPEG_END in last
    if is_shorter and not has_end:
        return ConditionReport(Condition.SPOILT, "it is cut short")
    if packet is not None and not written_by_us(packet):
        return ConditionReport(Condition.SAVED, "another program has saved it since")
    if is_shorter and packet is None and file.suffix.lower() not in _ENDED:
        return ConditionReport(Condition.SPOILT, "it is shorter than it was written")
    return ConditionReport(Condition.ALTERED, "it has changed since it was written")


def _edges(file: Path, size: int) -> tuple[bytes, bytes]:
    with file.open("rb") as stream:
        first = stream.read(min(_EDGE, 4096))
        stream.seek(max(0, size - _EDGE), os.SEEK_SET)
        return first, stream.read(_EDGE)


def _number(detail: Mapping[str, object], name: str) -> int | None:
    value = detail.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
