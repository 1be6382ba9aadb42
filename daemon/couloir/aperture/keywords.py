"""Keywords and their hierarchy."""

from __future__ import annotations

from couloir.aperture.cells import Cells
from couloir.aperture.findings import Findings
from couloir.aperture.model import Keyword
from couloir.aperture.safe_sqlite import Database

COLUMNS = ("uuid", "name", "parentId")
#: Deeper than any real vocabulary; a longer chain would make paths grow with its square.
MAX_DEPTH = 64


def read_keywords(database: Database, findings: Findings) -> tuple[Keyword, ...]:
    """All keywords in modelId order.

    One whose ancestors form a ring, are missing or go on too long starts a path of its own.
    """
    cells = {
        cell.model_id: cell
        for page in database.pages("RKKeyword", COLUMNS)
        for cell in (Cells(row, findings, "keyword") for row in page)
    }
    names = {model_id: cell.name("name") for model_id, cell in cells.items()}
    parents = {model_id: cell.integer("parentId") for model_id, cell in cells.items()}
    return tuple(
        Keyword(cell.item, model_id, tuple(names[step] for step in _chain(model_id, parents, cell, findings)))
        for model_id, cell in cells.items()
    )


def _chain(model_id: int, parents: dict[int, int | None], cell: Cells, findings: Findings) -> list[int]:
    """The modelIds from the root to this keyword."""
    chain = [model_id]
    parent = parents[model_id]
    while parent is not None:
        if parent not in parents or parent in chain or len(chain) == MAX_DEPTH:
            why = "is missing" if parent not in parents else "leads back to itself or too far"
            findings.warn(
                "keyword.no-root",
                "keyword",
                cell.item,
                f"A keyword above this one {why}.",
                "It is kept at the top level.",
            )
            return [model_id]
        chain.append(parent)
        parent = parents[parent]
    return chain[::-1]
