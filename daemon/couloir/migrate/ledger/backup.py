"""Backs up the ledger after a successful run, and restores the last complete state from the backup.

Files written after the backup are not lost: the next run finds them, compares them and takes them over, as it does
after a killed process. The damaged ledger is kept beside it.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from couloir.disk import writing
from couloir.errors import DestinationError
from couloir.migrate.files.originals import clone_file, copy_file, discard, settle
from couloir.migrate.files.own import remove, rename, write_whole
from couloir.migrate.ledger import sums as ledger_sums
from couloir.migrate.ledger.schema import APPLICATION_ID

NAME: Final = "ledger-backup.sqlite3"
_NEW: Final = "ledger-backup.new"


def back_up(ledger: Path) -> None:
    """Copy a closed and sealed ledger; one that is not sealed is not copied, because it may be damaged.

    Raises DestinationErrors; then the previous backup still exists.
    """
    sums = ledger_sums.read(ledger)
    backup = ledger.with_name(NAME)
    if sums is None or ledger_sums.find_difference(ledger, sums) is not None:
        return
    known = ledger_sums.read(backup)
    if known is not None and known.token == sums.token:
        return
    _copy(ledger, backup, _NEW)
    ledger_sums.write(backup, sums)


def is_needed(ledger: Path) -> bool:
    """Whether there is a backup of a ledger that no longer exists. Raises DestinationErrors."""
    with writing(ledger):
        return not ledger.exists() and ledger.with_name(NAME).is_file()


def restore(ledger: Path) -> bool:
    """Replace a damaged ledger by its backup; False, without a change, when there is no sound backup.

    Raises DestinationErrors.
    """
    backup = ledger.with_name(NAME)
    if not backup.is_file() or not _is_sound(backup):
        return False
    number = 1
    while os.path.lexists(kept := ledger.with_name(f"{ledger.stem}-damaged-{number}{ledger.suffix}")):
        number += 1
    for suffix in ("-wal", ""):
        if os.path.lexists(ledger.with_name(ledger.name + suffix)):
            rename(ledger.with_name(ledger.name + suffix), kept.name + suffix)
    remove(ledger.with_name(f"{ledger.name}-shm"))
    _copy(backup, ledger, _NEW)
    content = ledger_sums.sums_of(backup)
    with suppress(FileNotFoundError):
        write_whole(ledger_sums.sums_of(ledger), content.read_bytes())
    return True


def _copy(source: Path, target: Path, temporary: str) -> None:
    new = target.with_name(temporary)
    remove(new)
    try:
        if not clone_file(source, new):
            copy_file(source, new)
        settle(new)
        rename(new, target.name)
    except BaseException:
        discard(new)
        raise


def _is_sound(backup: Path) -> bool:
    sums = ledger_sums.read(backup)
    if sums is not None:
        return ledger_sums.find_difference(backup, sums) is None
    try:
        with writing(backup), closing(sqlite3.connect(f"{backup.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            whole = [row[0] for row in database.execute("PRAGMA quick_check(1)")] == ["ok"]
            return whole and database.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    except (sqlite3.DatabaseError, DestinationError):
        return False
