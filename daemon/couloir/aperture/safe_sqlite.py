"""Opens one of a library's SQLite databases for reading, without trusting it and without changing it.

The file is opened immutable, so SQLite takes no lock and creates no file beside it. Where a journal or write-ahead
log lies beside the file, a program crashed: then both are copied to a temporary folder and SQLite recovers the copy
there. On the connection, schema code cannot run, anything but plain reading is refused, and each query has a
deadline (the advice of SQLite's own page on untrusted files).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from couloir.aperture.paths import leads_into
from couloir.aperture.recovery import files_beside, header_problem, recover_copy
from couloir.disk import try_twice
from couloir.errors import AccessDenied, DamagedLibrary

#: The most seconds of one query. A page of rows takes milliseconds; this stops an endless query of a hostile file.
QUERY_SECONDS = 120.0
#: A larger blob is not read at all.
BLOB_BYTES = 4 * 1024 * 1024
#: All columns with blobs that are read.
BLOBS = frozenset({"data", "editListData", "fileAliasData", "queryData"})
#: The most bytes of a path that SQLite opens on every system, and of the suffix that it appends ("-journal").
LONGEST_PATH = 500
#: The number of rows in memory at a time.
PAGE = 500

_SAFE_FUNCTIONS = frozenset({"coalesce", "count", "group_concat", "length", "quote", "typeof"})
# SQLite's messages quote a broken schema, and then cannot be decoded.
_NOT_TEXT = "its schema is not text"
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 64 * 1024 * 1024,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 4,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 8,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_HARDENING = ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "query_only=ON")

Parameter = str | int | float | bytes | None
Value = TypeVar("Value")


def chunks(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    """`values` in pieces of at most PAGE."""
    for start in range(0, len(values), PAGE):
        yield values[start : start + PAGE]


class Database:
    """One database file. Every failure raises DamagedLibrary, which names the file."""

    def __init__(
        self,
        file: Path,
        library: Path,
        seconds: float = QUERY_SECONDS,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """Open `file`, which belongs to `library`. `check` is called before each statement; it may raise to stop.

        Raises DamagedLibrary when it is missing, truncated or not a database, AccessDenied, and DiskFull when there is
        no space for the copy that a recovery needs.
        """
        self._file = file
        self._library = library
        self._seconds = seconds
        self._check = check
        self._expires = 0.0
        self._columns: dict[str, frozenset[str]] = {}
        self._cleanup = contextlib.ExitStack()
        #: How a database that was not closed cleanly is read; None for one that was.
        self.unclean: str | None = None
        try:
            self._connection = self._open()
            self._objects = self._read_schema()
        except BaseException:
            self.close()
            raise

    @property
    def name(self) -> str:
        return self._file.name

    def close(self) -> None:
        """Close the connection and remove the recovered copy. A second call does nothing."""
        self._cleanup.close()

    def has(self, table: str) -> bool:
        """Whether there is a real table of this name. Raises DamagedLibrary for a view in its place."""
        kind = self._objects.get(table.lower())
        if kind not in {None, "table"}:
            raise self._damaged(f"{table} in it is a {kind}, not a table")
        return kind is not None

    def has_columns(self, table: str, columns: Iterable[str]) -> bool:
        """Whether a table exists and has all of these columns: an older library can lack some."""
        return self.has(table) and {column.lower() for column in columns} <= self.columns_of(table)

    def require(self, tables: dict[str, tuple[str, ...]]) -> None:
        """Raise DamagedLibrary unless these tables and these columns of them exist."""
        for table, columns in tables.items():
            if not self.has(table):
                raise self._damaged(f"it has no table {table}")
            missing = [column for column in columns if column.lower() not in self.columns_of(table)]
            if missing:
                raise self._damaged(f"its table {table} has no column {missing[0]}")

    def rows(
        self,
        table: str,
        columns: Sequence[str],
        condition: str = "1",
        parameters: Sequence[Parameter] = (),
        limit: int = -1,
        order: str = "rowid",
    ) -> list[sqlite3.Row]:
        """The rows of a table that meet an SQL condition, in modelId order, `limit` at most unless negative.

        A column that this library's older schema lacks is NULL in every row; a table that it lacks has no rows. A
        column of BLOBS is NULL where it is larger than BLOB_BYTES. Each row also has "_rowid", which is the table's
        modelId.
        """
        if not self.has(table):
            return []
        known = self.columns_of(table)
        selected = ", ".join(_selected(column, known) for column in columns)
        # Table, columns, condition and order are constants of this package; values are passed as parameters.
        return self.query(
            f"SELECT {selected}, rowid AS _rowid FROM {table} WHERE {condition} ORDER BY {order} LIMIT {limit}",  # noqa: S608
            parameters,
        )

    def pages(self, table: str, columns: Sequence[str], condition: str = "1") -> Iterator[list[sqlite3.Row]]:
        """All rows that meet a condition, in modelId order, in pages: memory does not grow with the table."""
        last: int | None = None
        while True:
            where, parameters = (condition, ()) if last is None else (f"({condition}) AND rowid > ?", (last,))
            page = self.rows(table, columns, where, parameters, PAGE)
            if page:
                yield page
            if len(page) < PAGE:
                return
            last = page[-1]["_rowid"]

    def find_rows(
        self, table: str, columns: Sequence[str], column: str, values: Sequence[Parameter]
    ) -> list[sqlite3.Row]:
        """The rows whose `column`, modelId or one of `columns`, is one of up to PAGE values.

        They are sorted by it, rows with the same value in modelId order: the order of an index.
        """
        if not values:
            return []
        order = "rowid" if column == "modelId" else f"{column}, rowid"
        rows = self.rows(table, columns, f"{column} IN ({','.join('?' * len(values))})", values, order=order)
        self.check_index(table, {row["_rowid" if column == "modelId" else column] for row in rows}, values)
        return rows

    def check_index(self, table: str, found: Iterable[object], wanted: Iterable[object]) -> None:
        """Raise DamagedLibrary when rows were found that were not wanted: then an index does not belong to its
        table.
        """
        if isinstance(wanted, range):  # it can be very long: only its ends are compared
            agrees = all(isinstance(each, int | float) and wanted.start <= each < wanted.stop for each in found)
        else:
            agrees = set(found) <= set(wanted)
        if not agrees:
            raise self._damaged(f"an index of {table} does not agree with the table")

    def count(self, table: str, condition: str = "1") -> int:
        """Number of rows of a table that meet a condition; 0 for a table that this library lacks."""
        if not self.has(table):
            return 0
        [[number]] = self.query(f"SELECT count(*) FROM {table} WHERE {condition}")  # noqa: S608 - as above
        return int(number)

    def query(self, sql: str, parameters: Sequence[Parameter] = ()) -> list[sqlite3.Row]:
        """Run one reading statement within the deadline and fetch all its rows."""
        return self._guarded(sql, parameters, sqlite3.Row)

    def tuples(self, sql: str, parameters: Sequence[Parameter] = ()) -> list[Any]:
        """As `query`, with plain tuples, which are faster to unpack."""
        return self._guarded(sql, parameters, None)

    def _guarded(self, sql: str, parameters: Sequence[Parameter], form: type[sqlite3.Row] | None) -> list[Any]:
        self._check()
        self._expires = time.monotonic() + self._seconds
        try:
            return self._fetch(sql, parameters, form)
        except sqlite3.ProgrammingError:
            raise  # used after closing, or in another thread: not an error of the file
        except sqlite3.Error as error:
            if time.monotonic() > self._expires:
                raise self._damaged(f"a query did not end within {self._seconds:g} seconds") from error
            raise self._damaged(str(error)) from error
        except UnicodeDecodeError as error:
            raise self._damaged(_NOT_TEXT) from error

    def _fetch(self, sql: str, parameters: Sequence[Parameter], form: type[sqlite3.Row] | None) -> list[Any]:
        cursor = self._connection.cursor()
        cursor.row_factory = form
        try:
            return cursor.execute(sql, parameters).fetchall()
        except sqlite3.OperationalError as error:
            if "decode to UTF-8" not in str(error):
                raise
        # Some text is not UTF-8. That is rare, so a decoder is called for each text only now; undecodable text stays
        # bytes.
        self._connection.text_factory = _text_or_bytes
        try:
            return cursor.execute(sql, parameters).fetchall()
        finally:
            self._connection.text_factory = str

    def _open(self) -> sqlite3.Connection:
        try:
            try_twice(self._check_place)
            file = self._recovered()
            problem = try_twice(lambda: header_problem(file))
            if problem is not None:
                raise self._damaged(problem)
            try:
                connection = self._connect(file)
            except sqlite3.OperationalError:  # SQLite opens the file itself; what stood in its way may have passed
                connection = self._connect(file)
        except PermissionError as error:
            raise AccessDenied(path=self._file) from error
        except OSError as error:
            raise self._damaged(error.strerror or str(error)) from error
        except sqlite3.Error as error:
            raise self._damaged(str(error)) from error
        except UnicodeDecodeError as error:
            raise self._damaged(_NOT_TEXT) from error
        return connection

    def _connect(self, file: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)
        self._cleanup.callback(connection.close)
        self._harden(connection)
        return connection

    def _check_place(self) -> None:
        if not self._file.is_file():
            raise self._damaged("it is missing")
        if not leads_into(self._file, self._library):
            raise self._damaged("it is a link that leads out of the library")

    def _recovered(self) -> Path:
        """The file to read: the database itself when it was closed cleanly."""
        beside = files_beside(self._file)
        # SQLite opens no longer path (MAX_PATHNAME of its os_unix.c is 512); a copy has a short one.
        is_long = len(os.fsencode(self._file)) > LONGEST_PATH
        if not beside and not is_long:
            return self._file
        folder = self._cleanup.enter_context(tempfile.TemporaryDirectory(prefix="couloir-recover-"))
        copy = recover_copy(self._file, beside, Path(folder))
        if not beside and copy is not None:
            return copy
        self.unclean = (
            "recovery would empty it, so it is read as it is" if copy is None else "a recovered copy of it is read"
        )
        return copy or self._file

    def _harden(self, connection: sqlite3.Connection) -> None:
        for limit, value in _LIMITS.items():
            connection.setlimit(limit, value)
        for pragma in _HARDENING:
            connection.execute(f"PRAGMA {pragma}")
        connection.row_factory = sqlite3.Row
        connection.set_progress_handler(lambda: time.monotonic() > self._expires, 20_000)
        connection.set_authorizer(_authorize)

    def tables(self) -> list[str]:
        """The names of all tables and views, as written."""
        return [
            str(row["name"]) for row in self.query("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        ]

    def _read_schema(self) -> dict[str, str]:
        """The kind of each table and view, by lower-case name."""
        rows = self.query("SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')")
        return {
            str(row["name"]).lower(): "virtual table"
            if str(row["sql"]).upper().startswith("CREATE VIRTUAL")
            else str(row["type"])
            for row in rows
        }

    def columns_of(self, table: str) -> frozenset[str]:
        """The lower-case names of a table's columns."""
        known = self._columns.get(table)
        if known is None:
            known = frozenset(str(row["name"]).lower() for row in self.query(f"PRAGMA table_info({table})"))
            self._columns[table] = known
        return known

    def _damaged(self, what: str) -> DamagedLibrary:
        return DamagedLibrary(path=self._library, why=f"{self._file.relative_to(self._library).as_posix()}: {what}")


def _selected(column: str, known: frozenset[str]) -> str:
    if column.lower() not in known:
        return f"NULL AS {column}"
    if column not in BLOBS:
        return column
    return f"CASE WHEN length({column}) <= {BLOB_BYTES} THEN {column} END AS {column}"


def _authorize(action: int, first: str | None, second: str | None, _database: str | None, origin: str | None) -> int:
    """Allow reading of tables that a statement of the reader names, and nothing that a view or trigger (`origin`)
    reads.
    """
    allowed = origin is None and (
        action in {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
        or (action == sqlite3.SQLITE_PRAGMA and first == "table_info")
        or (action == sqlite3.SQLITE_FUNCTION and second in _SAFE_FUNCTIONS)
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _text_or_bytes(raw: bytes) -> str | bytes:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw
