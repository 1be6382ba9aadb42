"""Finds what an earlier run finished and is still in place: it stays done, whatever the options of this run."""

from __future__ import annotations

from pathlib import Path

from couloir.migrate.files.condition import WrittenFile, judge
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import CUT, WRITTEN_TOGETHER, State
from couloir.migrate.ledger.rows import Kind, Row


class Earlier:
    """Judges by the ledger and the disk. A file that was changed since holds Lightroom's work, and counts as present;
    one that was emptied or cut short does not, as far as its size and time show (`verify` reads all of it).

    `stays` is true when originals stay where they are: then a run writes only a sidecar beside one.
    """

    def __init__(self, ledger: Ledger, destination: Path, *, stays: bool) -> None:
        self._ledger = ledger
        self._destination = destination
        self._stays = stays

    def version(self, uuid: str, carrier: str | None) -> State | None:
        """DONE or WAITING (its file is there, without XMP) when nothing is left to do for this version, else None.

        `carrier` is the master whose file it shares, None for an extra version with a clone of its own. Raises
        ContentError.
        """
        entry = self._ledger.get(Kind.VERSION, uuid)
        if entry is None or not self._lies_there(entry.row):
            return None
        if carrier is not None:
            original = self._ledger.get(Kind.MASTER, carrier)
            if original is None or not _is_carried(original.row):
                return None
        return entry.row.state

    def master(self, uuid: str) -> bool:
        """Whether nothing is left to do for a master whose file carries no version's look. Raises ContentError."""
        entry = self._ledger.get(Kind.MASTER, uuid)
        return entry is not None and _is_carried(entry.row) and self._lies_there(entry.row)

    def has_lost(self, kind: Kind, uuid: str) -> bool:
        """Whether an earlier run has written a file for this row, which is no longer there. Raises ContentError."""
        entry = self._ledger.get(kind, uuid)
        if entry is None or entry.row.state is not State.DONE or entry.row.reason.code.startswith("lightroom."):
            return False
        return not self._all_there(entry.row)

    def _lies_there(self, row: Row) -> bool:
        if not (_is_carried(row) or row.state is State.WAITING) or "path" not in row.detail:
            return False
        path, sidecar = row.detail["path"], row.detail.get("sidecar")
        if path is None and not (self._stays and sidecar) and row.reason.code != WRITTEN_TOGETHER.code:
            return False
        return self._all_there(row)

    def _all_there(self, row: Row) -> bool:
        files = WrittenFile.of(row.detail)
        return all(judge(self._destination, file, read=False).condition.lies_there for file in files)


def _is_carried(row: Row) -> bool:
    """Whether its file was put in its place; of a damaged original, its remainder."""
    return row.state is State.DONE or row.reason.code == CUT
