"""Writes rows into the library's databases in batches, so that memory does not grow with the library."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from sample_library.schema import DATABASES, Table

BATCH = 4000  # rows of one table held in memory
PAGE_SIZE = 16384  # as in real libraries

Row = Mapping[str, object]


class Store:
    """The databases of one library, open for writing; a context manager.

    Rows are mappings from column to value; a missing column is NULL, an unknown one an error. `next_id` numbers the
    rows of a table from 1. Indexes are created on `finish`, after the rows: several times faster than keeping them up
    to date.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._connections: dict[str, sqlite3.Connection] = {}
        self._tables: dict[str, Table] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._owner: dict[str, sqlite3.Connection] = {}
        self._insert: dict[str, str] = {}
        self._known: dict[str, frozenset[str]] = {}
        self._pending: dict[str, list[tuple[object, ...]]] = {}
        self._ids: dict[str, int] = {}
        for file_name, tables in DATABASES.items():
            # isolation_level None: one explicit transaction for the whole build.
            connection = sqlite3.connect(folder / file_name, isolation_level=None)
            self._connections[file_name] = connection
            connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN")
            for table in tables:
                connection.execute(table.create())
                self._tables[table.name] = table
                self._owner[table.name] = connection
                marks = ", ".join("?" * len(table.columns))
                self._insert[table.name] = f"INSERT INTO {table.name} VALUES ({marks})"
                self._names[table.name] = table.names
                self._known[table.name] = frozenset(table.names)
                self._pending[table.name] = []
                self._ids[table.name] = 0

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self._connections.values():
            connection.close()

    def next_id(self, table: str) -> int:
        """The next model id of a table, counted from 1."""
        self._ids[table] += 1
        return self._ids[table]

    def last_id(self, table: str) -> int:
        """The highest model id of a table so far; 0 when it is empty."""
        return self._ids[table]

    def add(self, table: str, row: Row) -> None:
        """Adds a row; `modelId` is filled in when the row has none."""
        known = self._known[table]
        if not row.keys() <= known:
            raise KeyError(f"{table} has no column {sorted(row.keys() - known)}")
        values = tuple(map(row.get, self._names[table]))
        key = values[0]
        if key is None:
            values = (self.next_id(table), *values[1:])
        elif isinstance(key, int) and key > self._ids[table]:
            self._ids[table] = key
        pending = self._pending[table]
        pending.append(values)
        if len(pending) >= BATCH:
            self._flush(table)

    def finish(self) -> None:
        """Writes what is pending, creates the indexes and commits."""
        for name in self._tables:
            self._flush(name)
        for name, table in self._tables.items():
            for statement in table.create_indexes():
                self._owner[name].execute(statement)
        for connection in self._connections.values():
            connection.execute("COMMIT")

    def _flush(self, table: str) -> None:
        pending = self._pending[table]
        if pending:
            self._owner[table].executemany(self._insert[table], pending)
            pending.clear()
