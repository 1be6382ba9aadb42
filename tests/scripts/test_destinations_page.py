"""The table of what carries each adjustment: rows all adjustments, columns all programs, and no loss without a why."""

from __future__ import annotations

import destinations_page
from couloir.derive.bricks import BRICKS
from couloir.derive.model import Fidelity
from couloir.destinations.every import DOORS


def _cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_every_adjustment_has_a_row_and_every_program_a_column() -> None:
    head, _, *rows = _cells(destinations_page.table({"Vignette": "3.5, 1.9"}))
    assert head[1:-1] == [door.title for door in DOORS.values()]
    assert [row[0] for row in rows][:-1] == [brick.title for brick in BRICKS.values()]
    assert {cell for row in rows for cell in row[1:-1]} <= set(map(str, Fidelity))
    assert {row[0]: row[-1] for row in rows}["Vignette"] == "3.5, 1.9"


def test_whatever_is_lost_in_the_table_has_its_reason_and_its_picture() -> None:
    head, _, *rows = _cells(destinations_page.table({}))
    lost = {(title, row[0]) for row in rows for title, cell in zip(head[1:], row[1:], strict=True) if cell == "lost"}
    _, _, *told = _cells(destinations_page.list_lost())
    assert {(row[0], name) for row in told for name in row[1].split(", ")} >= {
        (title, name) for title, name in lost if "," not in name
    }
    assert all(row[2] and "picture" in row[3] for row in told)
