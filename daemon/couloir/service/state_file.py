"""A SQLite file of the service's own state: opened with care, one connection behind one lock.

Write-ahead logging with synchronous NORMAL: a killed process loses nothing, and a power cut at most the last moments.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from couloir.errors import StateTooNew

_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "trusted_schema=OFF")


class StateFile:
    """The open file; safe to use from several threads. Close it."""

    def __init__(self, path: Path, steps: Sequence[str]) -> None:
        """Open or create it. `steps` are the statements that each version of its schema added, the first one first.

        Raises:
            StateTooNew: a newer Couloir wrote it.
            sqlite3.DatabaseError: it is damaged.
        """
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        try:
            self._prepare(path, steps)
        except (sqlite3.Error, StateTooNew):
            self._db.close()
            raise

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
        """What is done inside happens as a whole or not at all, and nobody sees half of it. Not nested."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def put_aside(path: Path) -> Path:
    """Rename a damaged file, so that a new one can take its place. Returns where it is now."""
    aside = path.with_name(f"{path.name}.damaged-{int(time.time())}")
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside
