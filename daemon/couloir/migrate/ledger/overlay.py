"""A dry run's ledger: its rows are in memory, over the ledger of earlier runs, which is only read.

A plan of half a million photos must need less space than the ledger that it plans: of the ledger below only the names
of files are copied, and a brief dry run keeps only the details of its rows that a plan reports (see `select_told`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from couloir.migrate.ledger.file import LedgerSnapshot
from couloir.migrate.ledger.reasons import Reason
from couloir.migrate.ledger.shared_texts import SharedTexts

MEMORY = 128 * 1024  # KiB that SQLite keeps in memory before it uses an unnamed file: enough for 100,000 photos

_COPIED = ("fact", "run", "total", "finding", "place", "claim")  # small, and written by a dry run, too
_SEEN_THROUGH = (
    *("handover", "handover_count", "handover_batch", "promise", "match", "decision", "enhanced_profile"),
    "expected",
)
_COLUMNS = "kind, uuid, name, state, code, sentence, advice, detail, run"
_TOLD = ("fidelity", "version", "path", "sidecar", "embedded")

_ITEMS = f"""
CREATE TEMP TABLE hidden (kind TEXT NOT NULL, uuid TEXT NOT NULL, PRIMARY KEY (kind, uuid)) WITHOUT ROWID;
CREATE TEMP VIEW item AS
    SELECT {_COLUMNS} FROM main.item
    UNION ALL
    SELECT {_COLUMNS} FROM known.item AS k
    WHERE NOT EXISTS (SELECT 1 FROM temp.hidden AS h WHERE h.kind = k.kind AND h.uuid = k.uuid);
"""  # noqa: S608  (constants of this module)
_BELOW = """
SELECT name, state, code, sentence, advice, detail, run FROM known.item AS k
WHERE kind = :kind AND uuid = :uuid
    AND NOT EXISTS (SELECT 1 FROM temp.hidden AS h WHERE h.kind = k.kind AND h.uuid = k.uuid)
"""
_BRING = "INSERT INTO main.item_row VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_HIDE = "INSERT OR IGNORE INTO temp.hidden VALUES (:kind, :uuid)"


class Overlay:
    """An overlay over the ledger that `look` reads. `connection` is a new ledger in memory."""

    def __init__(self, connection: sqlite3.Connection, look: LedgerSnapshot) -> None:
        self._db = connection
        self._look = look
        self._attach()
        connection.execute("BEGIN")
        for table in _COPIED:
            connection.execute(f"INSERT INTO main.{table} SELECT * FROM known.{table}")  # noqa: S608
        for table in _SEEN_THROUGH:
            connection.execute(f"CREATE TEMP VIEW {table} AS SELECT * FROM known.{table}")  # noqa: S608
        for statement in filter(str.strip, _ITEMS.split(";")):
            connection.execute(statement)
        connection.execute("COMMIT")

    def renew(self) -> None:
        """Read the ledger below again, if it has changed and no transaction is open."""
        if not self._db.in_transaction and self._look.has_changed():
            self._db.execute("DETACH known")
            self._look.renew()
            self._attach()

    def _attach(self) -> None:
        self._db.execute("ATTACH ? AS known", (self._look.uri,))

    def bring(self, rows: Iterable[Mapping[str, object]], texts: SharedTexts) -> Iterator[Mapping[str, object]]:
        """The rows; before each is given, the one of the same kind and uuid below comes up, to be judged beside it.

        `texts` are those of the ledger in memory.
        """
        for row in rows:
            for name, state, code, sentence, advice, detail, run in self._db.execute(_BELOW, row).fetchall():
                reason = texts.number_reason(Reason(code, sentence, advice))
                brought = (row["kind"], row["uuid"], name, state, reason, None, detail, run)
                self._db.execute(_BRING, brought)
            self._db.execute(_HIDE, row)
            yield row

    def hide(self, kind: str, uuid: str) -> None:
        """Hide the row below."""
        self._db.execute(_HIDE, {"kind": kind, "uuid": uuid})


def select_told(detail: Mapping[str, object]) -> dict[str, object]:
    """The parts of a row's detail that a plan reports."""
    return {name: detail[name] for name in _TOLD if name in detail}
