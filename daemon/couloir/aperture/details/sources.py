"""The databases from which details are read, and helpers that their readers share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from couloir.aperture.cells import Cells
from couloir.aperture.findings import Findings
from couloir.aperture.package import Package
from couloir.aperture.safe_sqlite import Database, chunks


@dataclass(frozen=True, slots=True)
class Sources:
    """The databases of one open library. Faces is None where it cannot be read."""

    library: Database
    properties: Database
    faces: Database | None
    package: Package
    findings: Findings


def cells(
    at: Sources, table: str, columns: tuple[str, ...], kind: str, database: Database | None = None
) -> Iterator[Cells]:
    """The rows of a table of Library.apdb, or of another given database."""
    for page in (database or at.library).pages(table, columns):
        for row in page:
            item = None if "uuid" in columns else f"modelId {row['_rowid']}"
            yield Cells(row, at.findings, kind, item)


def uuids(at: Sources, table: str, numbers: list[object]) -> dict[object, str]:
    """Uuids by modelId of the rows that exist."""
    wanted = [number for number in dict.fromkeys(numbers) if isinstance(number, int)]
    return {
        row["_rowid"]: Cells(row, at.findings, "version").item
        for chunk in chunks(wanted)
        for row in at.library.find_rows(table, ("uuid",), "modelId", chunk)
    }
