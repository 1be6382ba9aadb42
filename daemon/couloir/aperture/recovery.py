"""Checks a SQLite file, and recovers a copy of one that was not closed cleanly."""

from __future__ import annotations

import contextlib
import errno
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from couloir.errors import DiskFull

_SIDE_SUFFIXES = ("-wal", "-journal", "-shm")


def header_problem(file: Path) -> str | None:
    """Why a file is not a SQLite database, or shorter than it states; None for a sound one.

    Only the header is read: the whole file can take minutes. Offsets: https://www.sqlite.org/fileformat.html, section
    1.3.
    """
    with file.open("rb") as stream:
        header = stream.read(100)
    size = file.stat().st_size
    if not size:
        return "it is empty"
    if len(header) < 100 or not header.startswith(b"SQLite format 3\0"):
        return "it is not an SQLite database"
    page_size = int.from_bytes(header[16:18], "big")
    page_size = 65536 if page_size == 1 else page_size
    pages = int.from_bytes(header[28:32], "big")
    # SQLite before 3.7 did not update the page count; it is valid only if it was written with the last change.
    counted = pages > 0 and header[24:28] == header[92:96]
    expected = page_size * (pages if counted else 1)
    return f"it is cut off: it has {size} of {expected} bytes" if size < expected else None


def files_beside(file: Path) -> list[Path]:
    """The files that SQLite leaves beside a database that was not closed: a journal, or a write-ahead log and its
    index.
    """
    return [path for suffix in _SIDE_SUFFIXES if (path := Path(f"{file}{suffix}")).exists()]


def recover_copy(file: Path, beside: Sequence[Path], folder: Path) -> Path | None:
    """Copy a database and the files beside it to `folder`, and let SQLite recover the copy.

    None when recovery would empty it: a journal that belongs to another copy of the library can roll the whole
    database back to nothing, and then the file itself is the better source. Raises DiskFull, OSError, sqlite3.Error.
    """
    try:
        for source in (file, *beside):
            shutil.copyfile(source, folder / source.name)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(path=folder, why=f"a copy of {file.name} needs more space") from error
        raise
    copy = folder / file.name
    with contextlib.closing(sqlite3.connect(copy)) as recovery:
        recovery.execute("PRAGMA trusted_schema=OFF")
        # With a hot journal the first read rolls the file back; leaving WAL mode folds the log into the file.
        [tables] = recovery.execute("SELECT count(*) FROM sqlite_master").fetchone()
        recovery.execute("PRAGMA journal_mode=DELETE").fetchone()
    return copy if tables else None
