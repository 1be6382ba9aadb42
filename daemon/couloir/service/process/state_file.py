"""A SQLite file of the service's own state: checked when opened, one connection behind one lock.

Write-ahead logging with synchronous NORMAL: a killed process loses nothing, and a power cut at most the last moments.
"""

from __future__ import annotations

import errno
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from couloir.disk import writing
from couloir.errors import CouloirError, DestinationDisk, DiskFull, StateTooNew

_FULL = (errno.ENOSPC, errno.EDQUOT)
_UNWRITABLE = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "trusted_schema=OFF")


def disk_trouble(error: BaseException, path: Path) -> CouloirError | None:
    """The error about the disk of `path` that `error` stands for; None when it is about something else."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return DiskFull(path=error.filename or path, why=error.strerror)
    code = getattr(error, "sqlite_errorcode", None) if isinstance(error, sqlite3.Error) else None
    if code is None:
        return None
    if code & 0xFF == sqlite3.SQLITE_FULL:
        return DiskFull(path=path, why=str(error))
    return DestinationDisk(path=path, why=str(error)) if code & 0xFF in _UNWRITABLE else None


class StateFile:
    """The open file; safe to use from several threads. Close it."""

    def __init__(self, path: Path, steps: Sequence[str]) -> None:
        """Open or create it. `steps` are the statements of each version of its schema, the first version first.

        Raises:
            StateTooNew: a newer Couloir wrote it.
            DiskFull, DestinationDisk: its disk is full, read-only or failing, which says nothing about the file.
            sqlite3.DatabaseError: it is damaged.
        """
        self._lock = threading.RLock()
        try:
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        except sqlite3.Error as error:
            raise disk_trouble(error, path) or error from error
        try:
            self._prepare(path, steps)
        except (sqlite3.Error, StateTooNew) as error:
            self._db.close()
            raise disk_trouble(error, path) or error from error

    def _prepare(self, path: Path, steps: Sequence[str]) -> None:
        for pragma in _PRAGMAS:
            self._db.execute(f"PRAGMA {pragma}")
        found = int(self._db.execute("PRAGMA user_version").fetchone()[0])
        if found > len(steps):
            raise StateTooNew(path=path, found=found, known=len(steps))
        for version, step in enumerate(steps[found:], start=found + 1):
            self._db.executescript(f"BEGIN;{step}PRAGMA user_version={version};COMMIT;")
        verdict = self._db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """The statements of the block take effect together or not at all, and no other connection sees a part. Not
        nested.
        """
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite rolls back by itself when the disk is full
                    self._db.execute("ROLLBACK")
                raise


def put_aside(path: Path) -> Path:
    """Rename a damaged file, so that a new one can replace it. Returns its new path. Raises as `writing` does."""
    aside = path.with_name(f"{path.name}.damaged-{int(time.time())}")
    with writing(path):
        path.replace(aside)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside
