"""Makes a library several times as large from one that is there: for measuring how things grow, in a fifth of the time.

Photographs are copied row by row within the databases, each copy with numbers and uuids of its own; folders, albums,
keywords and texts stay as they are, and so do the plists of the package. There are no picture files and no plists of
photographs. Of the indexes of the tables that grow, only those are made again that rows are looked up by.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

from sample_library.schema import DATABASES, Table

# Of each table that grows: columns with uuids of photographs, and columns with their numbers and whose those are.
_UUIDS = {
    "RKMaster": ("uuid", "alternateMasterUuid", "originalVersionUuid"),
    "RKVersion": ("uuid", "stackUuid", "masterUuid", "rawMasterUuid", "nonRawMasterUuid"),
    "RKImageAdjustment": ("uuid", "versionUuid"),
    "RKStackContent": ("stackUuid", "versionUuid"),
    "RKImageProxyState": ("versionUuid",),
}
_NUMBERS = {
    "RKVersion": {"masterId": "RKMaster"},
    "RKKeywordForVersion": {"versionId": "RKVersion"},
    "RKExifNumberProperty": {"versionId": "RKVersion"},
    "RKExifStringProperty": {"versionId": "RKVersion"},
    "RKIptcProperty": {"versionId": "RKVersion"},
    "RKOtherProperty": {"versionId": "RKVersion"},
    "RKImageProxyState": {"versionId": "RKVersion"},
}
_LOOKED_UP = {"uuid", "masterUuid", "versionUuid", "versionId"}


def multiply(library: Path, destination: Path, times: int) -> None:
    """Write a library of `times` as many photographs to `destination`, which must not exist; at most 100 times."""
    if not 1 <= times <= 100:
        raise ValueError(f"times is {times}, not 1 to 100")
    shutil.copytree(library, destination, symlinks=True)
    folder = destination / "Database" / "apdb"
    last = {}
    with contextlib.closing(sqlite3.connect(folder / "Library.apdb")) as connection:
        for name in ("RKMaster", "RKVersion"):
            [(last[name],)] = connection.execute(f"SELECT max(modelId) FROM {name}")
    for name, tables in DATABASES.items():
        growing = [table for table in tables if table.name in _UUIDS or table.name in _NUMBERS]
        if growing:
            with contextlib.closing(sqlite3.connect(folder / name)) as connection, connection:
                connection.execute("PRAGMA synchronous=OFF")
                connection.execute("PRAGMA journal_mode=OFF")
                for table in growing:
                    _grow(connection, table, times, last)


def _grow(connection: sqlite3.Connection, table: Table, times: int, last: dict[str, int]) -> None:
    indexes = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?", (table.name,))
    for (index,) in indexes.fetchall():
        connection.execute(f"DROP INDEX {index}")
    [(highest,)] = connection.execute(f"SELECT max(modelId) FROM {table.name}")
    numbers = {table.names[0]: highest or 0}
    numbers |= {column: last[owner] for column, owner in _NUMBERS.get(table.name, {}).items()}
    for copy in range(1, times):
        selected = [_copied(table.name, column, numbers, copy) for column in table.names]
        connection.execute(
            f"INSERT INTO {table.name} SELECT {', '.join(selected)} FROM {table.name} "
            f"WHERE modelId <= {numbers[table.names[0]]}"
        )
    for unique, columns in table.indexes:
        if not unique and set(columns) <= _LOOKED_UP:
            connection.execute(f"CREATE INDEX {table.name}_{columns[0]}_index ON {table.name} ({columns[0]})")


def _copied(table: str, column: str, numbers: dict[str, int], copy: int) -> str:
    """What a copied row has in a column. Uuids have 22 characters; their last two tell the copies apart."""
    if column in numbers:
        return f"{column} + {numbers[column] * copy}"
    if column in _UUIDS.get(table, ()):
        return f"CASE WHEN {column} <> '' THEN substr({column}, 1, 20) || '{copy:02d}' ELSE {column} END"
    return column
