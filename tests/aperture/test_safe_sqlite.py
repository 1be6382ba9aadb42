"""Databases are opened read-only, and hostile ones cannot harm the process."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couloir.aperture.safe_sqlite import BLOB_BYTES, PAGE, Database
from couloir.errors import DamagedLibrary

Maker = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    """Writes a database by SQL statements."""

    def write(*statements: str, name: str = "Library.apdb") -> Path:
        file = tmp_path / name
        with contextlib.closing(sqlite3.connect(file)) as connection, connection:
            for statement in statements:
                connection.execute(statement)
        return file

    return write


@contextlib.contextmanager
def opened(file: Path, **arguments: float) -> Iterator[Database]:
    with contextlib.closing(Database(file, file.parent, **arguments)) as database:
        yield database


COUNT = PAGE * 2 + 7
NUMBERS = (
    "CREATE TABLE numbers (modelId integer primary key, value)",
    f"""INSERT INTO numbers (value)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {COUNT}) SELECT i * 3 FROM n""",
)


def test_pages_give_every_row_once_in_order(make: Maker) -> None:
    with opened(make(*NUMBERS)) as database:
        pages = list(database.pages("numbers", ["value"]))
        assert [len(page) for page in pages] == [PAGE, PAGE, 7]
        assert [row["value"] for page in pages for row in page] == [3 * i for i in range(1, COUNT + 1)]
        even = [row["value"] for page in database.pages("numbers", ["value"], "value % 2 = 0") for row in page]
        assert even == [3 * i for i in range(1, COUNT + 1) if i % 2 == 0]
        assert database.count("numbers") == COUNT
        assert database.count("numbers", "value < 4") == 1


def test_ids_at_the_ends_of_their_range_are_read(make: Maker) -> None:
    values = "(-9223372036854775808), (0), (9223372036854775807)"
    with opened(make("CREATE TABLE t (modelId integer primary key)", f"INSERT INTO t VALUES {values}")) as database:
        [page] = database.pages("t", ["modelId"])
        assert [row["_rowid"] for row in page] == [-(2**63), 0, 2**63 - 1]


def test_missing_tables_and_columns_are_empty(make: Maker) -> None:
    with opened(make(*NUMBERS)) as database:
        assert database.rows("nothing", ["x"]) == list(database.pages("nothing", ["x"])) == []
        assert database.count("nothing") == 0
        assert [tuple(row) for row in database.rows("numbers", ["value", "other"], limit=1)] == [(3, None, 1)]


def test_a_database_that_was_closed_well_is_not_touched(make: Maker) -> None:
    file = make(*NUMBERS)
    before = (file.read_bytes(), file.stat().st_mtime_ns, sorted(file.parent.iterdir()))
    with opened(file) as database:
        assert database.unclean is None
        assert sorted(file.parent.iterdir()) == before[2]
    assert (file.read_bytes(), file.stat().st_mtime_ns, sorted(file.parent.iterdir())) == before


def test_names_with_characters_of_addresses_are_opened(make: Maker) -> None:
    with opened(make(*NUMBERS, name="a#b?c%20d&mode=rwc.apdb")) as database:
        assert database.has("numbers")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO numbers (value) VALUES (1)",
        "UPDATE numbers SET value = 0",
        "DELETE FROM numbers",
        "DROP TABLE numbers",
        "CREATE TABLE other (x)",
        "CREATE TEMP TABLE other (x)",
        "ATTACH ':memory:' AS other",
        "PRAGMA user_version = 7",
        "PRAGMA journal_mode = WAL",
        "PRAGMA trusted_schema = ON",
        "SELECT load_extension('x')",
        "SELECT randomblob(1000000000)",
        "VACUUM INTO 'copy.db'",
        "BEGIN IMMEDIATE",
    ],
)
def test_everything_but_reading_is_refused(make: Maker, statement: str) -> None:
    file = make(*NUMBERS)
    before = file.read_bytes()
    with opened(file) as database, pytest.raises(DamagedLibrary):
        database.query(statement)
    assert file.read_bytes() == before


def test_a_view_cannot_be_read(make: Maker) -> None:
    file = make(*NUMBERS, "CREATE VIEW all_numbers AS SELECT modelId, value FROM numbers")
    with opened(file) as database:
        with pytest.raises(DamagedLibrary, match=r"(not authorized|prohibited)"):
            database.query("SELECT value FROM all_numbers")
        with pytest.raises(DamagedLibrary, match="is a view"):
            database.has("all_numbers")


def test_a_query_without_end_is_stopped(make: Maker) -> None:
    join = "SELECT count(*) FROM numbers a, numbers b, numbers c, numbers d, numbers e, numbers f"
    with (
        opened(make(*NUMBERS), seconds=0.05) as database,
        pytest.raises(DamagedLibrary, match=r"within 0\.05"),
    ):
        database.query(join)


def test_a_column_that_would_be_computed_counts_as_missing_and_cannot_be_searched(make: Maker) -> None:
    table = "CREATE TABLE t (modelId integer primary key, data AS (zeroblob(900000000)))"
    with opened(make(table, "INSERT INTO t (modelId) VALUES (1)")) as database:
        assert [row["data"] for row in database.rows("t", ["data"])] == [None]
        with pytest.raises(DamagedLibrary):
            database.find_rows("t", ["modelId"], "data", [1])


def test_rows_that_were_not_asked_for_mean_that_an_index_is_broken(make: Maker) -> None:
    with opened(make(*NUMBERS)) as database:
        database.check_index("numbers", [1, 2], [1, 2, 3])
        with pytest.raises(DamagedLibrary, match="does not agree"):
            database.check_index("numbers", [1, 4], [1, 2, 3])


def test_text_that_is_not_utf_8_stays_bytes(make: Maker) -> None:
    file = make("CREATE TABLE t (modelId integer primary key, name)", "INSERT INTO t (name) VALUES ('good')")
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO t (name) VALUES (CAST(x'ff41' AS TEXT))")
    with opened(file) as database:
        assert [row["name"] for row in database.rows("t", ["name"])] == ["good", b"\xffA"]
        assert [row["name"] for row in database.rows("t", ["name"], limit=1)] == ["good"]


def test_a_blob_beyond_the_limit_is_not_read(make: Maker) -> None:
    file = make("CREATE TABLE t (modelId integer primary key, data)")
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        for size in (BLOB_BYTES, BLOB_BYTES + 1):
            connection.execute("INSERT INTO t (data) VALUES (?)", (b"x" * size,))
    with opened(file) as database:
        assert [row["data"] and len(row["data"]) for row in database.rows("t", ["data"])] == [BLOB_BYTES, None]


def test_a_write_ahead_log_that_was_left_behind_is_read_from_a_copy(make: Maker, tmp_path: Path) -> None:
    file = make(*NUMBERS)
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("INSERT INTO numbers (value) VALUES ('late')")
        connection.commit()
        for path in tmp_path.glob("Library.apdb*"):
            shutil.copy(path, crashed)
    before = {path.name: path.read_bytes() for path in crashed.iterdir()}
    assert set(before) == {"Library.apdb", "Library.apdb-wal", "Library.apdb-shm"}
    with opened(crashed / "Library.apdb") as database:
        assert database.count("numbers", "value = 'late'") == 1
        assert "recovered" in str(database.unclean)
    assert {path.name: path.read_bytes() for path in crashed.iterdir()} == before


def test_a_hot_journal_rolls_back_a_copy_and_not_the_file(make: Maker, tmp_path: Path) -> None:
    file = make(*NUMBERS, "UPDATE numbers SET value = hex(zeroblob(500))")
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size=1")
        connection.execute("BEGIN")
        connection.execute("UPDATE numbers SET value = 'half done'")
        for path in tmp_path.glob("Library.apdb*"):
            shutil.copy(path, crashed)
        connection.execute("ROLLBACK")
    before = {path.name: path.read_bytes() for path in crashed.iterdir()}
    assert set(before) == {"Library.apdb", "Library.apdb-journal"}
    assert b"half done" in before["Library.apdb"]
    with opened(crashed / "Library.apdb") as database:
        assert database.count("numbers", "value = 'half done'") == 0
        assert database.count("numbers") == COUNT
    assert {path.name: path.read_bytes() for path in crashed.iterdir()} == before


def test_a_journal_that_would_empty_the_database_is_not_followed(make: Maker) -> None:
    file = make(*NUMBERS)
    # The journal of a transaction that began on an empty file: no pages to put back, length 0.
    magic = bytes.fromhex("d9d505f920a163d7")
    journal = file.with_name("Library.apdb-journal")
    journal.write_bytes((magic + struct.pack(">IIIII", 0, 1, 0, 512, 4096)).ljust(512, b"\0"))
    with opened(file) as database:
        assert database.count("numbers") == COUNT
        assert "as it is" in str(database.unclean)
    assert file.stat().st_size > 4096
    assert journal.exists()


@pytest.mark.parametrize("suffix", ["-journal", "-wal", "-shm"])
@pytest.mark.parametrize("content", [b"", b"garbage" * 1000])
def test_meaningless_files_beside_the_database_do_no_harm(make: Maker, suffix: str, content: bytes) -> None:
    file = make(*NUMBERS)
    beside = file.with_name(file.name + suffix)
    beside.write_bytes(content)
    with opened(file) as database:
        assert database.count("numbers") == COUNT
    assert beside.read_bytes() == content


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=30))
def test_a_damaged_database_is_read_or_refused_and_never_hangs(
    sound: Path, tmp_path: Path, changes: list[tuple[float, int]]
) -> None:
    content = bytearray(sound.read_bytes())
    for place, value in changes:
        # Not the header: that is checked before anything else.
        content[100 + int(place * (len(content) - 100))] = value
    file = tmp_path / "Library.apdb"
    file.write_bytes(content)
    with contextlib.suppress(DamagedLibrary), opened(file, seconds=5) as database:
        for page in database.pages("RKVersion", ["uuid", "name", "mainRating"]):
            assert all(len(tuple(row)) == 4 for row in page)


@pytest.fixture
def sound(tiny: Any) -> Path:
    for number in range(5):
        tiny.photo(f"v{number}", name="x" * 300)
    return Path(tiny.databases / "Library.apdb")
