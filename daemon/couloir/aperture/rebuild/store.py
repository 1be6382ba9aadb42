"""Writes rebuilt databases into a folder of Couloir's own."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from couloir.aperture.audit.knowledge import DATABASES
from couloir.errors import DiskFull

_EPOCH = datetime(2001, 1, 1)  # noqa: DTZ001 - dates of property lists are UTC without saying so
_LOW, _HIGH = -(2**63), 2**63 - 1
_TEXTS = "RKUniqueString"  # property lists hold the texts themselves: their numbers are chosen here
_BEYOND = 2**40  # more rows than any library has; a JSON number still holds it
_HOME = {table: database for database, tables in DATABASES.items() for table in tables}
#: The columns by which the readers look up rows.
_INDEXES = (
    ("RKMaster", "uuid"),
    ("RKVersion", "uuid"),
    ("RKImageAdjustment", "versionUuid"),
    ("RKKeywordForVersion", "versionId"),
    ("RKAlbumVersion", "albumId"),
    ("RKIptcProperty", "versionId"),
    ("RKExifStringProperty", "versionId"),
    ("RKExifNumberProperty", "versionId"),
    ("RKImageProxyState", "versionUuid"),
)

Value = str | int | float | bytes | None


class Store:
    """The four databases under construction, with every table and column that the readers read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._resources = contextlib.ExitStack()
        self._unnumbered: dict[str, int] = {}
        self._connections = {}
        for name, tables in DATABASES.items():
            connection = sqlite3.connect(folder / name)
            self._resources.callback(connection.close)
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute("PRAGMA synchronous=OFF")
            for table, known in tables.items():
                columns = "".join(f", {column}" for column in sorted(known.parsed - {"modelId"}))
                connection.execute(f"CREATE TABLE {table} (modelId INTEGER PRIMARY KEY{columns})")
            self._connections[name] = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resources.close()

    def add(self, table: str, record: Mapping[str, object], **more: object) -> int | None:
        """Insert the values of a record that have a column; returns the modelId, None when another row has it.

        A row without a usable modelId, such as all of Aperture 3.1, gets one beyond those that Aperture assigns,
        because a later row of the same library may have any of these. Raises DiskFull.
        """
        home = _HOME[table]
        known = DATABASES[home][table].parsed | {"modelId"}
        row = {key: cell(value) for key, value in {**record, **more}.items() if key in known}
        numbered = isinstance(row.get("modelId"), int)
        if not row.keys() - {"modelId"} and not numbered:
            return None
        if not numbered and table != _TEXTS:
            row["modelId"] = self._unnumbered[table] = self._unnumbered.get(table, _BEYOND) + 1
        # Table and columns are this package's own names.
        statement = f"INSERT OR IGNORE INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
        try:
            cursor = self._connections[home].execute(statement, tuple(row.values()))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
                raise
            raise DiskFull(path=self._folder, why=f"the rebuilt {home} needs more space") from error
        return cursor.lastrowid if cursor.rowcount else None

    def finish(self) -> None:
        """Make the indexes, and commit."""
        for table, column in _INDEXES:
            self._connections[_HOME[table]].execute(f"CREATE INDEX {table}_{column} ON {table} ({column})")
        for connection in self._connections.values():
            connection.commit()


def cell(value: object) -> Value:
    """A value of a property list as the database stores it: dates in seconds since 2001; None for containers."""
    if isinstance(value, datetime):
        naive = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return (naive - _EPOCH).total_seconds()
    if isinstance(value, int):
        return int(value) if _LOW <= value <= _HIGH else None
    return value if isinstance(value, str | float | bytes) else None
