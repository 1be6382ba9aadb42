"""Keywords and their hierarchy."""

from __future__ import annotations

from collections.abc import Mapping

from couloir.aperture.cells import Cells
from couloir.aperture.findings import Findings
from couloir.aperture.model import Keyword
from couloir.aperture.safe_sqlite import Database

COLUMNS = ("uuid", "name", "parentId")
#: Far deeper than any real vocabulary; a longer path keeps its lowest levels.
MAX_DEPTH = 1000
#: The most levels of all paths together: paths of a hostile library could grow with the square of its keywords.
MAX_LEVELS = 5_000_000
#: The levels that every path may have when there are too many in all.
_LEAST_DEPTH = 64


def read_keywords(database: Database, findings: Findings) -> tuple[Keyword, ...]:
    """All keywords in modelId order.

    Where a parent is missing, the path begins below it; a cycle is broken at the keyword at which it is noticed. A path
    that is too long keeps its lowest levels.
    """
    cells = {
        cell.model_id: cell
        for page in database.pages("RKKeyword", COLUMNS)
        for cell in (Cells(row, findings, "keyword") for row in page)
    }
    names = {model_id: cell.name("name") for model_id, cell in cells.items()}
    parents = _sound_parents(cells, findings)
    left = MAX_LEVELS
    keywords = []
    for model_id, cell in cells.items():
        chain, cut = _chain(model_id, parents, MAX_DEPTH if left > 0 else _LEAST_DEPTH)
        left -= len(chain)
        if cut:
            _report(
                findings, cell, "are nested too deeply", f"Only the nearest {len(chain)} levels of its path are kept."
            )
        keywords.append(Keyword(cell.item, model_id, tuple(names[step] for step in chain)))
    return tuple(keywords)


def _sound_parents(cells: Mapping[int, Cells], findings: Findings) -> dict[int, int | None]:
    """Each keyword's parent, None for one that is missing or would close a cycle."""
    parents = {model_id: cell.integer("parentId") for model_id, cell in cells.items()}
    for model_id, parent in parents.items():
        if parent is not None and parent not in cells:
            parents[model_id] = None
            _report(findings, cells[model_id], "are missing", "It is kept at the top level.")
    sound: set[int] = set()
    for start in parents:
        path: set[int] = set()
        step: int | None = start
        while step is not None and step not in sound:
            above = parents[step]
            path.add(step)
            if above in path:
                parents[step] = None
                _report(findings, cells[step], "form a loop", "It is kept at the top level.")
                break
            step = above
        sound |= path
    return parents


def _chain(model_id: int, parents: Mapping[int, int | None], depth: int) -> tuple[list[int], bool]:
    """The modelIds from the root to this keyword, at most `depth`, and whether there are more above."""
    chain = [model_id]
    parent = parents[model_id]
    while parent is not None and len(chain) < depth:
        chain.append(parent)
        parent = parents[parent]
    return chain[::-1], parent is not None


def _report(findings: Findings, cell: Cells, why: str, consequence: str) -> None:
    findings.warn("keyword.no-root", "keyword", cell.item, f"The parent keywords of this one {why}.", consequence)
