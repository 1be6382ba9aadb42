"""Finds duplicate uuids and rows without an owner, which reading row by row would miss."""

from __future__ import annotations

from couloir.aperture.cells import Cells, report_duplicate
from couloir.aperture.findings import MAX_PER_CODE, Findings
from couloir.aperture.safe_sqlite import Database

# (table, column that names a parent, the parent's table, what the parent is)
_LINKS = (
    ("RKKeywordForVersion", "versionId", "RKVersion", "version"),
    ("RKAlbumVersion", "albumId", "RKAlbum", "album"),
)


def report_duplicates(database: Database, table: str, kind: str, findings: Findings) -> None:
    """Report each uuid that several rows have."""
    sql = f"SELECT uuid FROM {table} GROUP BY uuid HAVING count(*) > 1 LIMIT {MAX_PER_CODE}"  # noqa: S608 - constants
    for row in database.query(sql):
        if row["uuid"]:
            report_duplicate(
                findings, kind, str(row["uuid"]), "All of them are read, but their uuid does not tell them apart."
            )


def report_lost_rows(database: Database, findings: Findings) -> None:
    """Report operations, keyword assignments and album memberships whose version or album does not exist."""
    condition = "versionUuid IS NULL OR versionUuid NOT IN (SELECT uuid FROM RKVersion WHERE uuid IS NOT NULL)"
    for page in database.pages("RKImageAdjustment", ("uuid", "name"), condition):
        for row in page:
            cell = Cells(row, findings, "operation")
            findings.warn(
                "operation.no-version",
                "operation",
                cell.item,
                f"The adjustment {cell.name('name')} belongs to a version that is not in the library.",
                "There is nothing to apply it to.",
            )
    for table, column, parents, what in _LINKS:
        if not database.has(parents):
            continue
        nowhere = f"{column} IS NULL OR {column} NOT IN (SELECT modelId FROM {parents})"  # noqa: S608 - constants
        lost = database.count(table, nowhere)
        if lost:
            findings.note(
                "link.nowhere",
                "library",
                table,
                f"{lost} rows of {table} belong to a {what} that is not in the library.",
                "They are left out.",
            )
