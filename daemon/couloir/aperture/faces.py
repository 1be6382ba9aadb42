"""Faces, from Faces.db."""

from __future__ import annotations

from collections.abc import Iterator

from couloir.aperture.cells import Cells
from couloir.aperture.findings import Findings
from couloir.aperture.model import Face
from couloir.aperture.safe_sqlite import Database

TABLE = "RKDetectedFace"
_CORNERS_X = ("topLeftX", "topRightX", "bottomLeftX", "bottomRightX")
_CORNERS_Y = ("topLeftY", "topRightY", "bottomLeftY", "bottomRightY")
NAME_COLUMNS = ("faceKey", "name", "fullName")
COLUMNS = ("uuid", "masterUuid", "faceKey", "rejected", "ignore", *_CORNERS_X, *_CORNERS_Y)


def read_faces(faces: Database, findings: Findings) -> Iterator[Face]:
    """All detected faces in modelId order. One whose corners are unusable has an empty rectangle and a finding."""
    names = dict(_names(faces, findings))
    for page in faces.pages(TABLE, COLUMNS):
        for row in page:
            cell = Cells(row, findings, "face")
            # Faces drawn by hand may have top and bottom exchanged, so only the extremes are used.
            left, right = _extremes(cell, _CORNERS_X)
            bottom, top = _extremes(cell, _CORNERS_Y)
            yield Face(
                uuid=cell.item,
                master_uuid=cell.name("masterUuid"),
                name=names.get(cell.integer("faceKey") or 0),
                left=left,
                bottom=bottom,
                width=right - left,
                height=top - bottom,
                rejected=cell.flag("rejected") or cell.flag("ignore"),
            )


def _names(faces: Database, findings: Findings) -> Iterator[tuple[int, str]]:
    """(faceKey, not modelId; the full name, or the short one where there is none). Key 0 means no person."""
    for page in faces.pages("RKFaceName", NAME_COLUMNS):
        for row in page:
            cell = Cells(row, findings, "face name", f"modelId {row['_rowid']}")
            key, name = cell.integer("faceKey"), cell.name("fullName") or cell.name("name")
            if key and name:
                yield key, name


def _extremes(cell: Cells, columns: tuple[str, ...]) -> tuple[float, float]:
    # A face at the edge of the frame may reach beyond it.
    values = [value for column in columns if (value := cell.within(column, -1, 2)) is not None]
    return (min(values), max(values)) if values else (0.0, 0.0)
