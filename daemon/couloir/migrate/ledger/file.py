"""The ledger's file: reading it without changing it, and SQLite's errors as errors with advice."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from couloir.disk import writing
from couloir.errors import AccessDenied, DestinationDisk, DestinationInUse, DiskFull, LedgerDamaged

# The second: Python's error for a damaged schema whose name SQLite quotes.
_COMPLAINTS: Final = (sqlite3.DatabaseError, UnicodeDecodeError)
_TRIES: Final = 5  # attempts to copy a ledger while another process writes to it


class Connection(sqlite3.Connection):
    """A connection whose errors carry advice, also while rows are fetched."""

    path: Path = Path()

    def cursor(self, *_factory: Any) -> Any:
        cursor = super().cursor(_Cursor)
        cursor.path = self.path
        return cursor

    def execute(self, *arguments: Any) -> Any:
        return self.cursor().execute(*arguments)

    def executemany(self, sql: str, rows: Iterable[Any]) -> Any:
        return self.cursor().executemany(sql, rows)


class _Cursor(sqlite3.Cursor):
    path: Path = Path()

    def execute(self, *arguments: Any) -> Any:
        try:
            return super().execute(*arguments)
        except _COMPLAINTS as error:
            raise in_words(error, self.path) from error

    def executemany(self, sql: str, rows: Iterable[Any]) -> Any:
        try:
            return super().executemany(sql, rows)
        except _COMPLAINTS as error:
            raise in_words(error, self.path) from error

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except _COMPLAINTS as error:
            raise in_words(error, self.path) from error

    def fetchall(self) -> Any:
        try:
            return super().fetchall()
        except _COMPLAINTS as error:
            raise in_words(error, self.path) from error

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except _COMPLAINTS as error:
            raise in_words(error, self.path) from error


def connect(place: str | Path, named: Path, *, uri: bool = False) -> Connection:
    """A connection to `place` whose errors name the path that the user knows."""
    with destination_errors(named):
        connection = sqlite3.connect(place, isolation_level=None, factory=Connection, uri=uri)
    connection.path = named
    return connection


def is_file(path: Path) -> bool:
    """Whether this is a file. Raises AccessDenied where the folder cannot be read."""
    with writing(path):
        return path.is_file()


@contextmanager
def temporary_copy(path: Path) -> Iterator[Path]:
    """A temporary copy of the ledger in this file and of the log beside it, in a folder of its own.

    Repeated when another process wrote meanwhile: a mixture of two states would look like damage.
    """
    with tempfile.TemporaryDirectory(prefix="couloir-") as name, writing(path):
        for _try in range(_TRIES):
            before = _state(path)
            for part in Path(name).iterdir():
                part.unlink()
            for part in _parts(path):
                shutil.copyfile(part, Path(name) / part.name)
            if _state(path) == before:
                break
        yield Path(name) / path.name


class LedgerSnapshot:
    """A ledger's file, to be read without a change while others may write it; close it.

    `file` is read in place (immutable in SQLite's terms) where its log is empty; else, or with
    `own`, it is a copy.
    """

    def __init__(self, path: Path, *, own: bool = False) -> None:
        self._path = path
        self._resources = ExitStack()
        self._begin(own=own)

    def close(self) -> None:
        self._resources.close()

    def has_changed(self) -> bool:
        """Whether another process has written meanwhile: rows read since may then mix one state and the
        next. Never true for a copy."""
        return self.file == self._path and _state(self._path) != self._seen

    def renew(self) -> None:
        """Read the ledger's present state from now on."""
        self._resources.close()
        self._begin(own=False)

    @property
    def uri(self) -> str:
        return f"{self.file.absolute().as_uri()}?{'immutable=1' if self.file == self._path else 'mode=rw'}"

    def _begin(self, *, own: bool) -> None:
        with writing(self._path):
            self._seen = _state(self._path)
        waits = any(size for name, size, _ in self._seen if name != self._path.name)
        self.file = self._resources.enter_context(temporary_copy(self._path)) if own or waits else self._path


def _parts(path: Path) -> list[Path]:
    return [part for suffix in ("", "-wal", "-shm") if (part := path.with_name(path.name + suffix)).is_file()]


def _state(path: Path) -> list[tuple[str, int, int]]:
    # Without the index (-shm), which is rebuilt from the log.
    statuses = [(part.name, part.stat()) for part in _parts(path) if not part.name.endswith("-shm")]
    return [(name, status.st_size, status.st_mtime_ns) for name, status in statuses]


@contextmanager
def destination_errors(path: Path) -> Iterator[None]:
    """Raise SQLite's errors about the ledger's file as errors with advice."""
    try:
        yield
    except _COMPLAINTS as error:
        raise in_words(error, path) from error
    except json.JSONDecodeError as error:
        raise LedgerDamaged(path=path, why=f"a text in it is cut or altered ({error})") from error


def in_words(error: Exception, path: Path) -> Exception:
    """The error with advice for an error of SQLite about the ledger."""
    # The low byte is SQLite's primary error code.
    match (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return DiskFull(path=path, why="the ledger cannot grow")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return AccessDenied(path=path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return DestinationInUse(path=path.parent.parent)
        case sqlite3.SQLITE_IOERR:
            return DestinationDisk(path=path, why=str(error))
    return LedgerDamaged(path=path, why=str(error))
