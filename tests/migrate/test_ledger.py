"""The ledger: one row for every row of the library, transactions, a file of its own, one writer at a time."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.aperture.model import Finding, LibraryInfo, Severity
from couloir.derive import Fidelity
from couloir.errors import (
    AccessDenied,
    DestinationError,
    DestinationForeign,
    DestinationInUse,
    DiskFull,
    LedgerDamaged,
    NotAMigration,
)
from couloir.migrate.handover.queue import Handover
from couloir.migrate.ledger import file as ledger_file
from couloir.migrate.ledger import reasons, shared_texts
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import Reason, State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.ledger.schema import APPLICATION_ID, STEPS
from couloir.migrate.run import LEDGER

if TYPE_CHECKING:
    from conftest import Result, Source

Migrate = Callable[..., "Result"]

DONE = Reason("written", "Written.")
TEXTS_STEP = next(number for number, step in enumerate(STEPS, start=1) if "item_shared" in step)
COUNTED_STEP = next(number for number, step in enumerate(STEPS, start=1) if "handover_count" in step)
FINITE_STEP = next(number for number, step in enumerate(STEPS, start=1) if "finite_json" in step)
STORED = (State.DONE, State.SKIPPED, State.WAITING, State.FAILED)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / ".couloir").mkdir()
    return tmp_path / LEDGER


def _row(uuid: str = "a", state: State = State.DONE, reason: Reason = DONE, **detail: object) -> Row:
    return Row(Kind.VERSION, uuid, f"name of {uuid}", state, reason, detail)


def _put(ledger: Ledger, *rows: Row) -> None:
    with ledger.transaction():
        ledger.put(rows)


def _pragma(path: Path, name: str) -> object:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


# Its file


def test_a_new_ledger_says_what_it_is_and_of_which_schema(path: Path) -> None:
    with Ledger.open(path):
        pass
    assert _pragma(path, "application_id") == APPLICATION_ID
    assert _pragma(path, "user_version") == len(STEPS)
    assert _pragma(path, "journal_mode") == "wal"
    with closing(sqlite3.connect(path)) as connection:
        steps = [number for [number] in connection.execute("SELECT version FROM schema_step ORDER BY version")]
    assert steps == list(range(1, len(STEPS) + 1))


def test_a_ledger_of_a_newer_couloir_is_refused_and_left_as_it_is(path: Path) -> None:
    with Ledger.open(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
        connection.execute("PRAGMA journal_mode = DELETE")
    before = path.read_bytes()
    for open_ in (Ledger.open, Ledger.open_to_read, Ledger.temporary):
        with pytest.raises(DestinationError, match="newer Couloir"):
            open_(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", [0, 1, 99])
def test_a_database_of_another_program_is_refused_and_left_as_it_is(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (a)")
        connection.execute(f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    for open_ in (Ledger.open, Ledger.open_to_read, Ledger.temporary):
        with pytest.raises(DestinationError, match="another program"):
            open_(path)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(path: Path) -> None:
    path.write_bytes(b"not a database, but long enough to look at" * 100)
    for open_ in (Ledger.open, Ledger.open_to_read, Ledger.temporary):
        with pytest.raises(DestinationError, match="cannot be used"):
            open_(path)
    assert path.read_bytes() == b"not a database, but long enough to look at" * 100


def test_where_there_is_no_ledger_there_is_no_migration(path: Path) -> None:
    with pytest.raises(NotAMigration, match="holds no Couloir ledger"):
        Ledger.open_to_read(path)
    assert not path.exists()


def test_a_look_at_a_ledger_sees_what_its_writer_has_not_yet_merged_and_touches_nothing(
    path: Path, tree_of: Callable[[Path], dict[str, str]]
) -> None:
    with Ledger.open(path) as writer:
        _put(writer, _row("a"))
        before = tree_of(path.parent)
        assert any(name.endswith("-wal") for name in before)
        with Ledger.open_to_read(path) as looking:
            assert [entry.row.uuid for entry in looking.entries()] == ["a"]
            _put(looking, _row("b"))
        assert tree_of(path.parent) == before


def test_a_ledger_that_cannot_be_read_is_an_access_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    with Ledger.open(path):
        monkeypatch.setattr(ledger_file.shutil, "copyfile", denied)
        with pytest.raises(AccessDenied):
            Ledger.open_to_read(path)


def test_a_ledger_that_nobody_writes_is_read_without_a_copy_and_left_as_it_is(
    path: Path, monkeypatch: pytest.MonkeyPatch, tree_of: Callable[[Path], dict[str, str]]
) -> None:
    with Ledger.open(path) as ledger:
        _put(ledger, *(_row(f"{number:04}") for number in range(1203)))
    before = tree_of(path.parent)
    monkeypatch.setattr(ledger_file.shutil, "copyfile", None)
    with Ledger.open_to_read(path) as looking:
        assert [entry.row.uuid for entry in looking.entries()] == [f"{number:04}" for number in range(1203)]
    with Ledger.temporary(path) as dry:
        _put(dry, _row("more"), _row("0000"))
        assert len(list(dry.entries())) == 1204
        with dry.transaction():
            dry.release([_row("0000"), _row("more")])
        assert dry.get(Kind.VERSION, "0000") is None
        assert len(list(dry.entries())) == 1202
    assert tree_of(path.parent) == before


def test_what_is_written_while_a_ledger_is_looked_at_is_seen_and_harms_nobody(path: Path) -> None:
    with Ledger.open(path) as ledger:
        _put(ledger, *(_row(f"{number:04}") for number in range(1100)))
    with Ledger.open_to_read(path) as looking, Ledger.temporary(path) as dry:
        seen = looking.entries()
        first = [next(seen).row.uuid for _ in range(500)]
        with Ledger.open(path) as ledger:
            _put(ledger, *(_row(f"{number:04}x") for number in range(1100)))
        # The 500th has a new neighbour behind it.
        assert len({*first, *(entry.row.uuid for entry in seen)}) == 500 + 600 + 601
        assert dry.get(Kind.VERSION, "0007x") is not None


def test_a_full_disk_is_said_to_be_full(path: Path) -> None:
    with Ledger.open(path) as ledger:
        pages = ledger.connection.execute("PRAGMA page_count").fetchone()[0]
        ledger.connection.execute(f"PRAGMA max_page_count = {pages}")
        rows = [_row(str(number), detail="x" * 500) for number in range(100)]
        with pytest.raises(DiskFull):
            _put(ledger, *rows)
        assert list(ledger.entries()) == []


# Whose it is


def _info(path: str, uuid: str | None) -> LibraryInfo:
    return LibraryInfo(Path(path), "Library", "Aperture", "3.6", (110, 226), uuid)


def test_a_moved_library_is_the_same_and_another_one_is_not(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.belongs_to(_info("/old/Library.aplibrary", "one"))
        ledger.belongs_to(_info("/new/Library.aplibrary", "one"))
        assert ledger.fact("library_path") == str(Path("/new/Library.aplibrary"))
        with pytest.raises(DestinationForeign, match=r"Library\.aplibrary"):
            ledger.belongs_to(_info("/new/Library.aplibrary", "two"))


def test_a_library_without_a_uuid_is_known_by_its_path(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.belongs_to(_info("/a/Library.aplibrary", None))
        ledger.belongs_to(_info("/a/Library.aplibrary", None))
        with pytest.raises(DestinationForeign):
            ledger.belongs_to(_info("/b/Library.aplibrary", None))


_HOLD = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_destination_that_another_process_writes_to_is_refused(
    small: Source, migrate: Migrate, tmp_path: Path, tree_of: Callable[..., dict[str, str]]
) -> None:
    migrate(small, tmp_path / "out", only_project="Harbour")
    before = tree_of(tmp_path / "out")
    lock = tmp_path / "out" / ".couloir" / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(DestinationInUse):
            migrate(small, tmp_path / "out")
        other.communicate()
    assert tree_of(tmp_path / "out") == before
    assert migrate(small, tmp_path / "out").outcome.balances


# Rows


def test_a_transaction_is_all_or_nothing(path: Path) -> None:
    with Ledger.open(path) as ledger:
        with pytest.raises(TypeError):
            _put(ledger, _row("a"), _row("b", detail=object()))
        assert list(ledger.entries()) == []
        _put(ledger, _row("a"))
        assert len(list(ledger.entries())) == 1


_TEXT = st.text(st.characters(codec=None), max_size=20)


@given(
    uuid=st.text(max_size=20),
    name=_TEXT,
    sentence=_TEXT,
    detail=st.dictionaries(_TEXT, st.one_of(_TEXT, st.integers(), st.none())),
)
def test_any_text_is_kept_and_a_row_is_read_as_it_was_written(
    uuid: str, name: str, sentence: str, detail: dict[str, object]
) -> None:
    row = Row(Kind.MASTER, uuid, name, State.FAILED, Reason("code", sentence), detail)
    with Ledger.temporary(Path("nowhere")) as ledger:
        _put(ledger, row)
        [entry] = ledger.entries()
    assert entry.row.detail == detail
    assert entry.row.name == name.encode("utf-8", "replace").decode()


@given(st.lists(st.tuples(st.sampled_from(STORED), st.sampled_from(list(Kind))), max_size=40))
def test_the_balance_counts_each_row_once(rows: list[tuple[State, Kind]]) -> None:
    with Ledger.temporary(Path("nowhere")) as ledger:
        ledger.begin_run({})
        _put(ledger, *(Row(kind, str(n), "", state, DONE) for n, (state, kind) in enumerate(rows)))
        ledger.set_totals({kind: sum(k is kind for _, k in rows) for kind in Kind})
        balance = ledger.balance()
        ledger.set_totals({kind: sum(k is kind for _, k in rows) + 1 for kind in Kind})
        assert not any(line.balances for line in ledger.balance())
    assert [line.kind for line in balance] == list(Kind)
    for line in balance:
        assert line.balances
        assert line.done == sum((s, k) == (State.DONE, line.kind) for s, k in rows)
        assert line.already_there == 0
        assert line.failed == sum((s, k) == (State.FAILED, line.kind) for s, k in rows)


def test_what_an_earlier_run_has_done_is_already_there(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.begin_run({})
        _put(ledger, _row("a"), _row("b", State.WAITING))
        ledger.end_run()
        ledger.begin_run({})
        _put(ledger, _row("a"), _row("b", State.DONE), _row("c"))
        [line] = [line for line in ledger.balance() if line.kind is Kind.VERSION]
    assert (line.done, line.already_there) == (2, 1)


def test_out_of_scope_never_replaces_what_is_known(path: Path) -> None:
    with Ledger.open(path) as ledger:
        _put(ledger, _row("a"), _row("b", State.WAITING))
        _put(ledger, *(_row(uuid, State.SKIPPED, reasons.OUT_OF_SCOPE) for uuid in "abc"))
        assert [entry.row.state for entry in ledger.entries()] == [State.DONE, State.WAITING, State.SKIPPED]


@pytest.mark.parametrize("code", ["written", "lightroom.taken", "lightroom.failed", "operation.dropped"])
def test_waiting_for_the_plug_in_never_replaces_what_was_done(path: Path, code: str) -> None:
    state = State.DONE if code in ("written", "lightroom.taken") else State.FAILED
    with Ledger.open(path) as ledger:
        _put(ledger, _row("a", state, Reason(code, "So it is.")))
        _put(ledger, _row("a", State.WAITING, reasons.EXTRA_VERSION))
        [entry] = ledger.entries()
        assert entry.row.reason.code == code
        _put(ledger, _row("a", State.WAITING, reasons.offline("Archive")))
        [entry] = ledger.entries()
        assert entry.row.state is State.WAITING


def test_an_interrupted_run_is_resumed_under_its_number_and_an_ended_one_is_not(path: Path) -> None:
    with Ledger.open(path) as ledger:
        assert ledger.last_run() == (0, {}, True)
        assert ledger.begin_run({"originals": "clone"}) == 1
        assert ledger.last_run() == (1, {"originals": "clone"}, False)
    with Ledger.open(path) as ledger:
        assert ledger.begin_run({"originals": "clone"}) == 1
        assert ledger.begin_run({"originals": "copy"}) == 2
        ledger.end_run()
        assert ledger.begin_run({"originals": "copy"}) == 3


def test_rows_of_what_the_library_lost_are_forgotten_with_a_finding(path: Path) -> None:
    with Ledger.open(path) as ledger:
        _put(ledger, _row("a", path="Harbour/a.jpg"), _row("b"), _row("c", State.SKIPPED))
        ledger.forget(lambda kind, uuid: (kind, uuid) == (Kind.VERSION, "b"))
        assert [entry.row.uuid for entry in ledger.entries()] == ["b"]
        [finding] = ledger.findings()
    assert (finding.code, finding.item, finding.severity) == ("ledger.gone", "a", Severity.NOTE)
    assert "Harbour/a.jpg" in finding.message


def test_a_finding_is_kept_once(path: Path) -> None:
    finding = Finding("code", Severity.WARNING, "version", "a", "It is so.", "Do that.")
    with Ledger.open(path) as ledger:
        for _ in range(2):
            with ledger.transaction():
                ledger.add_findings([finding])
        assert list(ledger.findings()) == [finding]


def test_a_migration_can_be_copied_elsewhere_and_goes_on(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    first = migrate(small, tmp_path / "out", only_project="Harbour")
    shutil.copytree(tmp_path / "out", tmp_path / "copy")
    assert migrate(small, tmp_path / "copy", only_project="Harbour").items == first.items


_OLD_ROW = "INSERT INTO item VALUES ('version', ?, 'A photo', 'done', 'written', 'Written.', 'Look.', ?, 1)"


def _older(path: Path, version: int) -> sqlite3.Connection:
    """A ledger as a Couloir of this schema version left it, without rows."""
    path.parent.mkdir(exist_ok=True)
    connection = sqlite3.connect(path)
    for name, function in (
        ("finite_json", str),
        ("shared_part", shared_texts.shared_part),
        ("own_part", shared_texts.own_part),
    ):
        connection.create_function(name, 1, function)
    for number, step in enumerate(STEPS[:version], start=1):
        connection.executescript(f"{step} PRAGMA user_version = {number};")
        connection.execute("INSERT INTO schema_step VALUES (?, '')", (number,))
    connection.executescript(f"PRAGMA application_id = {APPLICATION_ID}")
    return connection


def test_rows_of_an_older_ledger_say_the_same_after_their_texts_are_stored_once(path: Path) -> None:
    details = {
        "a": {"fidelity": "exact", "path": "a.jpg", "settings": {"Exposure2012": 0.5}, "notes": ['", "x": 1}']},
        "b": {"fidelity": "exact", "path": None, "settings": {"Exposure2012": 0.5}},
        "c": {},
        "d": {"settings": {}},
    }
    with closing(_older(path, TEXTS_STEP - 1)) as connection, connection:
        for uuid, detail in details.items():
            connection.execute(_OLD_ROW, (uuid, json.dumps(detail)))
        connection.execute("INSERT INTO seal VALUES ('0123456789abcdef')")
    for open_ in (Ledger.open_to_read, Ledger.open, Ledger.open_to_read, Ledger.temporary):
        with open_(path) as ledger:
            rows = {entry.row.uuid: entry.row for entry in ledger.entries()}
            assert {uuid: row.detail for uuid, row in rows.items()} == details
            assert {row.reason for row in rows.values()} == {Reason("written", "Written.", "Look.")}
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM item_reason").fetchone() == (1,)


def test_the_word_of_an_older_ledger_for_what_is_lost_is_counted_under_todays(path: Path) -> None:
    words = ["dropped", "lost", "exact", "taken from the preview", "approximate", "dropped"]
    with Ledger.open(path) as ledger:
        rows = [
            Row(Kind.OPERATION, str(at), "", State.DONE, reasons.OPERATION_DONE, {"fidelity": word})
            for at, word in enumerate(words)
        ]
        _put(ledger, *rows, Row(Kind.OPERATION, "x", "", State.WAITING, reasons.EXTRA_VERSION, {}))
    with Ledger.open_to_read(path) as ledger:
        assert ledger.fidelity() == {"exact": 1, "approximate": 1, "taken from the preview": 1, "lost": 3}
        assert list(ledger.fidelity()) == [str(each) for each in Fidelity]


def _gather_and_fail(ledger: Ledger) -> None:
    with ledger.gathering():
        _put(ledger, _row("a"))
        _put_and_fail(ledger, _row("b"))


@pytest.mark.parametrize(("open_", "left"), [(Ledger.open, {"a"}), (Ledger.temporary, set())])
def test_only_a_dry_run_gathers_the_transactions_of_many_units(
    path: Path, open_: Callable[[Path], Ledger], left: set[str]
) -> None:
    with open_(path) as ledger:
        with pytest.raises(KeyError):
            _gather_and_fail(ledger)
        assert {entry.row.uuid for entry in ledger.entries()} == left
        with ledger.gathering():
            _put(ledger, _row("c"))
            _put(ledger, _row("d"))
        assert {entry.row.uuid for entry in ledger.entries()} == left | {"c", "d"}


def test_the_queue_of_an_older_ledger_is_counted_at_its_upgrade(path: Path) -> None:
    queue = [("version", 1, "done"), ("version", 2, None), ("version", 2, None), ("album", 1 << 40, None)]
    with closing(_older(path, COUNTED_STEP - 1)) as connection, connection:
        for number, (kind, position, outcome) in enumerate(queue):
            values = (kind, str(number), str(number), "", position, 0, outcome)
            connection.execute("INSERT INTO handover VALUES (?, ?, ?, ?, ?, ?, NULL, ?, '{}')", values)
    for open_ in (Ledger.open_to_read, Ledger.open):
        with open_(path) as ledger:
            progress = Handover(ledger).progress()
            assert (progress.total, progress.open, progress.others, progress.outcomes["done"]) == (3, 2, 1, 1)


def test_a_reason_and_settings_that_many_rows_have_are_stored_once_and_go_with_the_last_of_them(path: Path) -> None:
    settings = {"Exposure2012": 0.5, "ToneCurvePV2012": [0, 0, 255, 255]}
    rows = [_row(str(number), settings=settings, path=f"{number}.jpg") for number in range(50)]
    with Ledger.open(path) as ledger:
        ledger.begin_run({})
        _put(ledger, *rows)
        assert [entry.row for entry in ledger.entries()] == sorted(rows, key=lambda row: row.uuid)
        assert _count(ledger) == (1, 1)
        _put(ledger, *(_row(str(number), settings={}, path="") for number in range(50)))
        ledger.end_run()
        assert _count(ledger) == (1, 1)
        assert all(entry.row.detail == {"settings": {}, "path": ""} for entry in ledger.entries())


def test_two_texts_of_one_number_are_told_apart(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        shared_texts, "blake2b", lambda _text, digest_size: hashlib.blake2b(b"", digest_size=digest_size)
    )
    rows = [_row(str(number), settings={"Exposure2012": number}) for number in range(5)]
    for _again in range(2):
        with Ledger.open(path) as ledger:
            _put(ledger, *rows)
            assert [entry.row for entry in ledger.entries()] == rows
            assert _count(ledger) == (1, 5)


def _put_and_fail(ledger: Ledger, row: Row) -> None:
    with ledger.transaction():
        ledger.put([row])
        raise KeyError


def test_numbers_of_texts_that_were_rolled_back_are_not_used_again(path: Path) -> None:
    with Ledger.open(path) as ledger:
        with pytest.raises(KeyError):
            _put_and_fail(ledger, _row("a", settings={"Exposure2012": 1}))
        _put(ledger, _row("a", settings={"Exposure2012": 1}))
        assert ledger.get(Kind.VERSION, "a") is not None


@pytest.mark.parametrize("table", ["item_reason", "item_shared"])
def test_a_row_whose_text_is_gone_is_told_as_damage(path: Path, table: str) -> None:
    with Ledger.open(path) as ledger:
        _put(ledger, _row("a", settings={"Exposure2012": 1}))
        ledger.connection.execute(f"DELETE FROM {table}")
        with pytest.raises(LedgerDamaged):
            ledger.get(Kind.VERSION, "a")


def _count(ledger: Ledger) -> tuple[int, int]:
    """How many texts the ledger has: reasons, and shared parts of details."""
    counts = [
        ledger.connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("item_reason", "item_shared")
    ]
    return counts[0], counts[1]


def test_a_ledger_that_an_older_couloir_wrote_numbers_into_that_are_none_can_be_asked_again(path: Path) -> None:
    with closing(_older(path, FINITE_STEP - 1)) as connection, connection:
        connection.execute(_OLD_ROW, ("a", '{"path": "x.jpg", "inputs": [NaN, -Infinity]}'))
        connection.execute(_OLD_ROW, ("b", "{}"))
    with Ledger.open(path) as ledger:
        assert ledger.has_written()
        [entry] = [entry for entry in ledger.entries() if entry.row.uuid == "a"]
        assert entry.row.detail == {"path": "x.jpg", "inputs": ["NaN", "-Infinity"]}
