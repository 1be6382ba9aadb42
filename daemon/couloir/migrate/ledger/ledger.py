"""The journal of one migration: one row for every row of the library, in exactly one state, with a reason.

It is a SQLite file in FOLDER/.couloir. One transaction is one unit of work, made after the unit's files are in place: a
process that ends in between leaves files without rows, which the next run finds, compares and takes over.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from couloir.aperture.model import Finding, LibraryInfo, Severity
from couloir.derive.model import Fidelity
from couloir.errors import DestinationError, DestinationForeign, LedgerDamaged, LedgerNewer, NotAMigration
from couloir.json_text import to_json
from couloir.migrate.files.own import refuse_shared
from couloir.migrate.ledger import seal as ledger_seal
from couloir.migrate.ledger import sums as ledger_sums
from couloir.migrate.ledger.file import LedgerSnapshot, connect, destination_errors, is_file
from couloir.migrate.ledger.overlay import MEMORY, Overlay, select_told
from couloir.migrate.ledger.reasons import LOST, OFFLINE, ORIGINAL_RECORD, OUT_OF_SCOPE, Reason, State, common
from couloir.migrate.ledger.rows import Entry, Kind, KindBalance, Row
from couloir.migrate.ledger.schema import STEPS, check, upgrade
from couloir.migrate.ledger.seal import Seal
from couloir.migrate.ledger.shared_texts import SharedTexts, split_detail

_UPSERT = """
INSERT INTO main.item_row VALUES (:kind, :uuid, :name, :state, :reason, :shared, :own, :run)
ON CONFLICT DO UPDATE SET
    name = excluded.name, state = excluded.state, reason = excluded.reason, shared = excluded.shared,
    own = excluded.own, run = CASE WHEN item_row.state = excluded.state THEN item_row.run ELSE excluded.run END
WHERE :code <> :scope AND NOT (
    excluded.state = 'waiting' AND :code <> :offline AND (
        item_row.state = 'done' OR EXISTS (
            SELECT 1 FROM main.item_reason AS before
            WHERE before.id = item_row.reason AND (before.code = :lost OR before.code GLOB 'lightroom.*')
        )
    )
)
"""
# A row that is only out of the chosen scope never replaces a known state. Nor does one that only waits for the plug-in
# replace a finished one, from an earlier run with other options or from the plug-in itself.


class Ledger:
    """One migration's journal. `open` for a folder, `temporary` for a dry run; use as a context manager.

    `run` is the number of the run in progress; `begin_run` sets it. One thread uses a ledger.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        seal: Seal | None = None,
        look: LedgerSnapshot | None = None,
        overlay: Overlay | None = None,
        *,
        brief: bool = False,
        temporary: bool = False,
    ) -> None:
        self._is_temporary = temporary
        self._gathers = False
        self._connection = connection
        self._seal = seal
        self._look = look
        self._overlay = overlay
        self._is_brief = brief
        self._texts = SharedTexts(connection)
        self.path = path
        self.run = 0

    @classmethod
    def open(cls, path: Path, *, brief: bool = False) -> Self:
        """Open or create the ledger in this file, and upgrade its schema; `brief` for one batch of the
        plug-in. Raises LedgerDamaged when its seal or its structure is broken.
        """
        for suffix in ("", "-wal", "-shm"):
            refuse_shared(path.with_name(path.name + suffix))
        connection = connect(path, path)
        seal = Seal(connection, path, brief=brief)
        # NORMAL does not wait for the disk at each commit: a power cut may lose the last units, but never damages the
        # file, and the files of a lost unit are found and taken over like those of a killed process.
        return cls._prepared(connection, path, "PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", seal=seal)

    @classmethod
    def open_to_read(cls, path: Path) -> Self:
        """The ledger in this file, to read while others may write it; raises NotAMigration when there is none.

        No file beside it is changed: a normal opening writes into a database that another process left
        unclean. Raises LedgerDamaged as `open` does.
        """
        if not is_file(path):
            raise NotAMigration(path=path.parent.parent)
        look, connection = _looked_at(path)
        return cls(connection, path, look=look)

    @classmethod
    def temporary(cls, like: Path, *, brief: bool = False) -> Self:
        """A dry run's ledger, in memory, over the ledger in the file `like`, if it exists.

        A `brief` one keeps only the details of its rows that a plan reports. Raises LedgerDamaged as `open` does.
        """
        memory = connect("", like, uri=True)
        look = None
        try:
            for pragma in ("journal_mode = MEMORY", f"cache_size = -{MEMORY}", f"temp.cache_size = -{MEMORY}"):
                memory.execute(f"PRAGMA {pragma}")
            upgrade(memory, like)
            if not is_file(like):
                return cls(memory, like, brief=brief, temporary=True)
            look, known = _looked_at(like)
            known.close()
            with destination_errors(like):
                return cls(memory, like, look=look, overlay=Overlay(memory, look), brief=brief, temporary=True)
        except BaseException:
            memory.close()
            if look is not None:
                look.close()
            raise

    @classmethod
    def _prepared(cls, connection: sqlite3.Connection, path: Path, *pragmas: str, seal: Seal | None = None) -> Self:
        try:
            with destination_errors(path):
                version = _check(connection, path, path)  # before a pragma changes a file that is not ours
                for pragma in pragmas:
                    connection.execute(pragma)
                if seal is not None:
                    seal.check()
                    if version:
                        seal.begin()  # an older ledger's new tables are a change, an empty one's are none
                upgrade(connection, path)
        except DestinationError:
            connection.close()
            raise
        if seal is not None and not version:
            seal.begin()
        return cls(connection, path, seal)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._seal is not None and kind is None:
                self._seal.close()
        finally:
            self._connection.close()
            if self._look is not None:
                self._look.close()

    @property
    def _db(self) -> sqlite3.Connection:
        if self._overlay is not None:
            self._overlay.renew()
        elif self._look is not None and self._look.has_changed():
            self._connection.close()
            self._look.renew()
            self._connection = connect(self._look.uri, self.path, uri=True)
        return self._connection

    def seal_all(self) -> None:
        """At the end of an import: texts that no row has any more go, and this session takes the sums of every page,
        though it is a brief one.
        """
        with self.transaction():
            self._texts.drop_unused()
        if self._seal is not None:
            self._seal.brief = False

    @property
    def connection(self) -> sqlite3.Connection:
        """For `ReservedNames`, which keeps its places in the same file and the same transactions."""
        return self._db

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """In a dry run, the transactions inside are one, because nothing that they leave half outlives the run; in any
        other, each is one of its own.
        """
        if not self._is_temporary:
            yield
            return
        with self.transaction():
            self._gathers = True
            try:
                yield
            finally:
                self._gathers = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One transaction: all or nothing, not nested."""
        if self._gathers:
            yield
            return
        with destination_errors(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                # SQLite rolls back by itself after some errors, such as a full disk.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                self._texts.forget()
                raise

    # The library of the migration

    def belongs_to(self, info: LibraryInfo) -> None:
        """Record the library at the first run; at later runs raise DestinationForeign for another library.

        Libraries are compared by uuid, because a library can be moved; by path when it has no uuid.
        """
        identity = self.check_library(info)
        with self.transaction():
            self.set_fact("library_identity", identity)
            self.set_fact("library_path", printable(str(info.path)))
            self.set_fact("library_path_bytes", os.fsencode(info.path).hex())
            self.set_fact("library_name", printable(info.name))

    def check_library(self, info: LibraryInfo) -> str:
        """The identity of a library; raises DestinationForeign when the ledger is of another one."""
        identity = info.uuid or printable(str(info.path))
        known = self.fact("library_identity")
        if known is not None and known != identity:
            raise DestinationForeign(path=self.path.parent.parent, library=self.fact("library_path"))
        return identity

    @property
    def library_path(self) -> Path:
        """The library's path at the last run; stored as bytes, because not every path is text."""
        stored = self.fact("library_path_bytes")
        return Path(self.fact("library_path") or "") if stored is None else Path(os.fsdecode(bytes.fromhex(stored)))

    def fact(self, key: str) -> str | None:
        row = self._db.execute("SELECT value FROM fact WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_fact(self, key: str, value: str) -> None:
        self._db.execute(
            "INSERT INTO fact VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (key, value)
        )

    def begin_run(self, options: Mapping[str, object]) -> int:
        """Start a run, or resume the last one if it did not finish and had the same options."""
        wanted = to_json(options, sort_keys=True)
        with self.transaction():
            last = self._db.execute("SELECT id, options, finished FROM run ORDER BY id DESC LIMIT 1").fetchone()
            if last is not None and last[2] is None and last[1] == wanted:
                self.run = int(last[0])
            else:
                cursor = self._db.execute("INSERT INTO run (options, started) VALUES (?, ?)", (wanted, _now()))
                self.run = int(cursor.lastrowid or 0)
        return self.run

    def end_run(self) -> None:
        with self.transaction():
            self._db.execute("UPDATE run SET finished = ? WHERE id = ?", (_now(), self.run))
            if self._overlay is None:
                self._texts.drop_unused()

    def last_run(self) -> tuple[int, Mapping[str, object], bool]:
        """The newest run's number, options, and whether it finished; (0, {}, True) when there was none."""
        row = self._db.execute("SELECT id, options, finished FROM run ORDER BY id DESC LIMIT 1").fetchone()
        return (0, {}, True) if row is None else (int(row[0]), json.loads(row[1]), row[2] is not None)

    # Rows

    def put(self, rows: Iterable[Row]) -> None:
        """Write rows, inside a transaction. A row that is out of scope, or waits, never replaces a finished one."""
        parameters: Iterable[Mapping[str, object]] = map(self._parameters, rows)
        if self._overlay is not None:
            parameters = self._overlay.bring(parameters, self._texts)
        self._db.executemany(_UPSERT, parameters)

    def release(self, rows: Iterable[Row]) -> None:
        """Discard the state of these rows, inside a transaction, so that `put` may write any state."""
        for row in rows:
            if self._overlay is not None:
                self._overlay.hide(row.kind, row.uuid)
            self._db.execute("DELETE FROM main.item_row WHERE kind = ? AND uuid = ?", (row.kind, row.uuid))

    def _parameters(self, row: Row) -> dict[str, object]:
        members, own = split_detail(select_told(row.detail) if self._is_brief else row.detail)
        reason = Reason(row.reason.code, printable(row.reason.sentence), printable(row.reason.advice))
        return {
            "kind": row.kind,
            "uuid": row.uuid,
            "name": printable(row.name),
            "state": row.state,
            "reason": self._texts.number_reason(reason),
            "shared": self._texts.number_members(members),
            "own": own,
            "code": reason.code,
            "run": self.run,
            "scope": OUT_OF_SCOPE.code,
            "offline": OFFLINE,
            "lost": LOST,
        }

    def get(self, kind: Kind, uuid: str) -> Entry | None:
        found = self._db.execute(f"{_SELECT} WHERE kind = ? AND uuid = ?", (kind, uuid)).fetchone()
        return None if found is None else _entry(found, self.path)

    def find(self, kind: Kind, uuids: Sequence[str]) -> dict[str, Entry]:
        """As `get`, of many: those that are there, by uuid."""
        found: dict[str, Entry] = {}
        for start in range(0, len(uuids), _PAGE):
            page = uuids[start : start + _PAGE]
            query = f"{_SELECT} WHERE kind = ? AND uuid IN ({', '.join('?' * len(page))})"
            found |= {cells[1]: _entry(cells, self.path) for cells in self._db.execute(query, [kind, *page]).fetchall()}
        return found

    def entries(self, kind: Kind | None = None, states: Iterable[State] = tuple(State)) -> Iterator[Entry]:
        """Rows of a kind (None: all) in the given states, by kind and uuid. Read in pages, so that writers need not
        wait.
        """
        wanted = [str(state) for state in states]
        marks = ", ".join("?" * len(wanted))
        condition = f"+state IN ({marks})" if kind is None else f"kind = ? AND +state IN ({marks})"
        values = wanted if kind is None else [str(kind), *wanted]
        query = f"{_SELECT} WHERE {condition} {{}} ORDER BY kind, uuid LIMIT {_PAGE}"
        page = self._page(query.format(""), values)
        while page:
            for found in page:
                yield _entry(found, self.path)
            last = page[-1][:2]
            page = self._page(query.format("AND (kind, uuid) > (?, ?)"), [*values, *last]) if len(page) == _PAGE else []

    def _page(self, query: str, values: list[str]) -> list[tuple[str, str, str, str, str, str, str, str, int]]:
        found = self._db.execute(query, values).fetchall()
        for _try in range(_TRIES if self._look is not None else 0):
            if self._look is None or not self._look.has_changed():
                break
            found = self._db.execute(query, values).fetchall()
        return found

    def is_in_lightroom(self, version: str) -> bool:
        """Whether the plug-in has taken this version."""
        query = "SELECT 1 FROM handover WHERE kind = 'version' AND uuid = ? AND outcome IN ('done', 'already there')"
        return self._db.execute(query, (version,)).fetchone() is not None

    def has_written(self) -> bool:
        """Whether this migration has written any file."""
        query = (
            "SELECT 1 FROM item WHERE kind IN ('master', 'version') AND state = 'done'"
            " AND coalesce(detail ->> '$.path', detail ->> '$.sidecar') IS NOT NULL"
        )
        return self._db.execute(query).fetchone() is not None

    def forget(self, is_known: Callable[[str, str], bool]) -> None:
        """Drop the rows for whose kind and uuid `is_known` is false: the library no longer has them.

        Their written files stay where they are, and a finding says so.
        """
        found = self._db.execute(_SELECT)
        gone = [_entry(cells, self.path).row for cells in found if not is_known(cells[0], cells[1])]
        with self.transaction():
            self.release(gone)
            self.add_findings(_gone(row) for row in gone if row.state is State.DONE and row.detail.get("path"))

    def mark(self, kind: Kind, uuids: Iterable[str]) -> None:
        """Note rows that belong to the chosen project, for sums over these alone, until the ledger is closed."""
        self._db.execute(_MARKS)
        self._db.executemany("INSERT OR IGNORE INTO temp.marked VALUES (?, ?)", ((kind, uuid) for uuid in uuids))

    def reasons(self, *, marked: bool = False) -> list[tuple[Kind, State, Reason, int]]:
        """How often each reason was given, per kind and state; over the rows that `mark` has noted, or over all.

        Where the rows' sentences differ, the sentence is what they have in common (`reasons.common`); where the advice
        differs, there is none.
        """
        told = "min(sentence), max(sentence), min(advice), max(advice)"
        query = f"SELECT kind, state, code, {told}, count(*) FROM {_of(marked)} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"  # noqa: S608
        rows = self._db.execute(query)
        return [
            (
                *self.parse_place(kind, state),
                Reason(code, common(code, {first, last}), advice if advice == other else ""),
                int(count),
            )
            for kind, state, code, first, last, advice, other, count in rows
        ]

    def parse_place(self, kind: str, state: str) -> tuple[Kind, State]:
        """A row's kind and state from their stored texts. Raises LedgerDamaged for unknown ones."""
        try:
            return Kind(kind), State(state)
        except ValueError as error:
            raise LedgerDamaged(path=self.path, why=f"a row in it cannot be read ({error})") from error

    def fidelity(self, *, marked: bool = False) -> dict[str, int]:
        """Operations by fidelity, over the versions that were translated; `marked` as in `reasons`."""
        rows = self._db.execute(
            f"SELECT detail ->> '$.fidelity', count(*) FROM {_of(marked)} WHERE kind = ? GROUP BY 1",  # noqa: S608
            (Kind.OPERATION,),
        )
        found: Counter[str] = Counter()
        for stored, number in rows:
            if (fidelity := Fidelity.read(stored)) is not None:
                found[fidelity] += int(number)
        return {str(fidelity): found[fidelity] for fidelity in Fidelity if found[fidelity]}

    def set_totals(self, totals: Mapping[Kind, int]) -> None:
        """Set the library's own counts, against which the rows are balanced; other kinds keep theirs."""
        with self.transaction():
            self._db.executemany("INSERT OR REPLACE INTO total VALUES (?, ?)", totals.items())

    def balance(self, *, marked: bool = False) -> tuple[KindBalance, ...]:
        """One line per kind, in the order of Kind; `marked` as in `reasons`, and then only of kinds with a row."""
        totals = dict(
            self._db.execute(
                "SELECT kind, count(*) FROM temp.marked GROUP BY 1" if marked else "SELECT kind, total FROM total"
            )
        )
        newest = self.run or self.last_run()[0]
        records = dict(
            self._db.execute(
                f"SELECT kind, count(*) FROM {_of(marked)} WHERE code = ? GROUP BY 1",  # noqa: S608
                (ORIGINAL_RECORD.code,),
            )
        )
        counted: dict[tuple[str, str, bool], int] = {}
        for kind, state, fresh, number in self._db.execute(
            f"SELECT kind, state, run = ?, count(*) FROM {_of(marked)} GROUP BY 1, 2, 3",  # noqa: S608
            (newest,),
        ):
            counted[kind, state, bool(fresh)] = number

        def every(kind: Kind, state: State) -> int:
            return counted.get((kind, state, True), 0) + counted.get((kind, state, False), 0)

        return tuple(
            KindBalance(
                kind=kind,
                total=int(totals.get(kind, 0)),
                done=counted.get((kind, State.DONE, True), 0),
                already_there=counted.get((kind, State.DONE, False), 0),
                skipped=every(kind, State.SKIPPED) - int(records.get(kind, 0)),
                waiting=every(kind, State.WAITING),
                failed=every(kind, State.FAILED),
                own_records=int(records.get(kind, 0)),
            )
            for kind in Kind
            if kind in totals or not marked
        )

    # Findings

    def add_findings(self, findings: Iterable[Finding]) -> None:
        """Write findings, inside a transaction; duplicates are stored once."""
        self._db.executemany(
            "INSERT OR REPLACE INTO finding (code, kind, item, severity, message, advice) VALUES (?, ?, ?, ?, ?, ?)",
            (tuple(printable(t) for t in (f.code, f.kind, f.item, f.severity, f.message, f.advice)) for f in findings),
        )

    def count_copied(self) -> int:
        """The number of originals in the destination that are full copies."""
        query = "SELECT count(*) FROM item WHERE kind = 'master' AND state = 'done' AND detail ->> '$.method' = 'copy'"
        return int(self._db.execute(query).fetchone()[0])

    def retract(self, code: str) -> None:
        """Drop the findings of a code, because their cause is about to be checked again."""
        with self.transaction():
            self._db.execute("DELETE FROM finding WHERE code = ?", (code,))

    def renew_findings(self, findings: Iterable[Finding], *, whole: bool) -> None:
        """Write the findings from reading the library.

        Findings of an earlier run are dropped when the `whole` library was read now: a disk may be connected again.
        Findings about a translation or a written file stay, because finished photos are not checked again.
        """
        with self.transaction():
            if whole:
                self._db.execute(
                    "DELETE FROM finding WHERE code NOT GLOB 'geometry.*' AND code NOT GLOB 'time.*'"
                    " AND code NOT GLOB 'ledger.*' AND code NOT GLOB 'metadata.kept-*'"
                    " AND code <> 'plist.unread'"
                )
            self.add_findings(findings)

    def findings(self) -> Iterator[Finding]:
        for code, kind, item, severity, message, advice in self._db.execute(
            "SELECT code, kind, item, severity, message, advice FROM finding ORDER BY code, kind, item, message"
        ):
            yield Finding(code, Severity(severity), kind, item, message, advice)


_MARKS = "CREATE TEMP TABLE IF NOT EXISTS marked (kind TEXT, uuid TEXT, PRIMARY KEY (kind, uuid)) WITHOUT ROWID"


def _of(marked: bool) -> str:
    return "item JOIN temp.marked USING (kind, uuid)" if marked else "item"


_PAGE = 500
_TRIES = 5  # of a page that another process wrote meanwhile
_SELECT = "SELECT kind, uuid, name, state, code, sentence, advice, detail, run FROM item"


def _looked_at(path: Path) -> tuple[LedgerSnapshot, sqlite3.Connection]:
    """A ledger's file and a connection that reads it, checked. Raises DestinationErrors."""
    sums = ledger_sums.read(path)
    look = LedgerSnapshot(path)
    connection = connect(look.uri, path, uri=True)
    try:
        with destination_errors(path):
            version = _check(connection, look.file, path)
            ledger_seal.check(connection, look.file, sums, path)
            if version < len(STEPS):  # an older Couloir's
                connection.close()
                look.close()
                look = LedgerSnapshot(path, own=True)
                connection = connect(look.uri, path, uri=True)
                upgrade(connection, path)
    except BaseException:
        connection.close()
        look.close()
        raise
    return look, connection


def _check(connection: sqlite3.Connection, file: Path, named: Path) -> int:
    """As `schema.check`, but reports damage of the page that identifies a ledger: it would pass for
    another program's database, or for one of a newer Couloir.
    """
    try:
        version = check(connection, named)
    except (LedgerDamaged, LedgerNewer):
        sums = ledger_sums.read(named)
        if sums is not None and file.is_file() and ledger_sums.first_differs(file, sums):
            raise LedgerDamaged(path=named, why="page 1 of it has changed since it was written") from None
        raise
    if version == 0 and ledger_sums.sums_of(named).exists():
        raise LedgerDamaged(path=named, why="it is empty and was not before")
    return version


def _entry(found: tuple[str, str, str, str, str | None, str, str, str, int], path: Path) -> Entry:
    kind, uuid, name, state, code, sentence, advice, detail, run = found
    if code is None:
        raise LedgerDamaged(path=path, why=f"the reason of its row of {kind} {uuid} is gone")
    try:
        row = Row(Kind(kind), uuid, name, State(state), Reason(code, sentence, advice), json.loads(detail))
    except (ValueError, TypeError) as error:
        raise LedgerDamaged(path=path, why=f"its row of {kind} {uuid} cannot be read ({error})") from error
    return Entry(row, run)


def _gone(row: Row) -> Finding:
    return Finding(
        code="ledger.gone",
        severity=Severity.NOTE,
        kind=str(row.kind),
        item=row.uuid,
        message=f"{row.name} is no longer in the library; its written file is still there: {row.detail['path']}",
        advice="It may be the last copy: keep it until you know that you have another. Couloir leaves it in place.",
    )


def printable(text: str) -> str:
    """The text without lone surrogates, which text of a broken library may contain and SQLite and JSON refuse."""
    return text.encode("utf-8", "replace").decode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
