"""The disks that referenced originals are on."""

from __future__ import annotations

from couloir.aperture.cells import Cells
from couloir.aperture.findings import Findings
from couloir.aperture.model import Volume
from couloir.aperture.safe_sqlite import Database

COLUMNS = ("uuid", "name", "diskUuid", "isOffline")


def read_volumes(database: Database, findings: Findings) -> tuple[Volume, ...]:
    """All volumes in modelId order."""
    cells = (Cells(row, findings, "volume") for page in database.pages("RKVolume", COLUMNS) for row in page)
    return tuple(Volume(c.item, c.name("name"), c.key("diskUuid"), c.flag("isOffline")) for c in cells)
