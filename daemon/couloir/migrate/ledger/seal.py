"""Seals a ledger when it is closed, and checks the seal when it is opened (`sums` explains the seal)."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import suppress
from pathlib import Path

from couloir.disk import writing
from couloir.errors import CouloirError, LedgerDamaged
from couloir.migrate.ledger import sums as ledger_sums
from couloir.migrate.ledger.file import destination_errors
from couloir.migrate.ledger.sums import Sums

# By path, the state of a ledger that this process has checked or sealed itself, so that the service does not read all
# of it again for every batch: its token, its size and its time; ("", 0, 0) for one without a seal.
_trusted: dict[Path, tuple[str, int, int]] = {}


def check(connection: sqlite3.Connection, file: Path, sums: Sums | None, named: Path) -> None:
    """Raise LedgerDamaged when a ledger in `file` differs from its seal, or has no seal and a broken structure.

    `named` is the path that a person knows.
    """
    with destination_errors(named):
        token = _token(connection)
    if sums is not None and token == sums.token:
        page = ledger_sums.find_difference(file, sums)
        if page is not None:
            raise LedgerDamaged(path=named, why=f"page {page} of it has changed since it was written")
        return
    with destination_errors(named):
        verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if verdict != "ok":
        raise LedgerDamaged(path=named, why=verdict.splitlines()[-1])


def _token(connection: sqlite3.Connection) -> str:
    """The token of the seal; "" for a ledger that is not sealed."""
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'seal'").fetchone() is None:
        return ""
    found = connection.execute("SELECT token FROM seal").fetchone()
    return "" if found is None else str(found[0])


class Seal:
    """The seal of one open ledger.

    A `brief` session (one batch of the plug-in) renews the sums of the pages that it has changed, and only where there
    was a seal; any other takes the sums of all pages.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, *, brief: bool) -> None:
        self._db = connection
        self._path = path.absolute()
        self.brief = brief
        self._changes = 0
        self._sums: Sums | None = None

    def check(self) -> None:
        """Check the seal, once per process for each state of a ledger. Raises LedgerDamaged."""
        sums = ledger_sums.read(self._path)
        with destination_errors(self._path):
            token = _token(self._db)
        state = self._state(token)
        if _trusted.get(self._path) != state:
            check(self._db, self._path, sums, self._path)
            _trusted[self._path] = state
        self._sums = sums if sums is not None and sums.token == token else None
        if self.brief:
            self._db.execute("PRAGMA wal_autocheckpoint = 0")  # so that the log names every page that changes

    def begin(self) -> None:
        """Begin to record the session's changes: a session without changes does not seal."""
        self._changes = self._db.total_changes

    def close(self) -> None:
        """Seal the changes of this session. A ledger that cannot be sealed (a full disk, another reader) stays
        intact, and is checked by its structure only.
        """
        if self._db.total_changes == self._changes:
            return
        with suppress(CouloirError, OSError, sqlite3.Error):
            if _token(self._db):
                return  # what changed was temporary
            _trusted[self._path] = self._state("")
            if not self.brief or self._sums is not None:
                self._seal()

    def _seal(self) -> None:
        token = secrets.token_hex(8)
        with destination_errors(self._path):
            self._db.execute("INSERT INTO seal VALUES (?)", (token,))
            pages = ledger_sums.waiting_pages(self._path)
            is_busy = bool(self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
            size = int(self._db.execute("PRAGMA page_size").fetchone()[0])
        if is_busy:
            return
        if self.brief and self._sums is not None:
            sums = ledger_sums.renew_sums(self._path, token, self._sums, pages)
        else:
            sums = ledger_sums.take_sums(self._path, token, size)
        ledger_sums.write(self._path, sums)
        _trusted[self._path] = self._state(token)

    def _state(self, token: str) -> tuple[str, int, int]:
        if not token:
            return "", 0, 0
        with writing(self._path):
            status = self._path.stat()
        return token, status.st_size, status.st_mtime_ns
