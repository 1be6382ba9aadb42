"""The ledger's file on its disk: looking at it without touching it, and its troubles in words."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from couloir.errors import AccessDenied, DiskFull, LedgerDamaged
from couloir.migrate.originals import writing


def is_file(path: Path) -> bool:
    """Raises AccessDenied where the folder cannot be looked into."""
    with writing(path):
        return path.is_file()


def load(path: Path, memory: sqlite3.Connection) -> None:
    """Copy the ledger in this file, with what its last writer left beside it, into a database in memory."""
    with tempfile.TemporaryDirectory(prefix="couloir-") as name, destination_errors(path):
        with writing(path):
            for part in path.parent.glob(f"{path.name}*"):
                shutil.copyfile(part, Path(name) / part.name)
        with closing(sqlite3.connect(Path(name) / path.name)) as copy:
            copy.backup(memory)


@contextmanager
def destination_errors(path: Path) -> Iterator[None]:
    """SQLite's complaints about the ledger's own file as errors a person can act on."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        # The low byte is the class of the error, the rest its variety.
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            raise DiskFull(path=path, why="the ledger cannot grow") from error
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
            raise AccessDenied(path=path) from error
        raise LedgerDamaged(path=path, why=str(error)) from error
