"""Opens the ledger of a destination for handing over, which nobody else may write to meanwhile, or for reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from couloir.errors import CouloirError, NotAMigration
from couloir.migrate.files.lock import take_lock
from couloir.migrate.handover.queue import Handover
from couloir.migrate.ledger import backup as ledger_backup
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.run import LEDGER, OWN_FOLDER

LOCK_PATIENCE = 2.0  # seconds; another request holds the lock for milliseconds, a migration for hours


@contextmanager
def handing_over(destination: Path) -> Iterator[Handover]:
    """The handover of the migration in `destination`, locked for this process.

    Raises NotAMigration, and DestinationInUse when a migration runs there.
    """
    if not (destination / LEDGER).is_file():
        raise NotAMigration(path=destination)
    lock = take_lock(destination, destination / OWN_FOLDER, LOCK_PATIENCE)
    try:
        with Ledger.open(destination / LEDGER, brief=True) as ledger:
            handover = Handover(ledger)
            yield handover
            if handover.has_ended:
                ledger.seal_all()
        if handover.has_ended:
            with suppress(CouloirError):  # the previous backup still exists
                ledger_backup.back_up(destination / LEDGER)
    finally:
        lock.release()


@contextmanager
def reading_ledger(destination: Path) -> Iterator[Ledger]:
    """The ledger of `destination`, read-only, also while a migration writes to it. Raises NotAMigration"""
    if not (destination / LEDGER).is_file():
        raise NotAMigration(path=destination)
    with Ledger.open(destination / LEDGER) as ledger:
        yield ledger
