"""The pages about measurements show what docs/figures holds, and every target that is missed."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import figures
from benchmarks.rows import Row

PROJECT = Path(__file__).resolve().parents[2]
MOST_ROWS = 10
SCRIPTS = {
    "matching": "evaluate_loop.py",
    "engines": "evaluate_engines.py",
    "profiles": "evaluate_profiles.py",
    "performance": "bench.py",
}
BY_ITSELF = {
    "translation": "evaluate_translation.py",
    "night": "evaluate_night.py",
    "painted": "evaluate_local.py",
    "programs": "evaluate_looks.py",
    "worlds": "evaluate_looks.py",
    "unseen": "evaluate_looks.py",
    "apple": "evaluate_looks.py",
    "wide": "evaluate_looks.py",
}
"""Parts that a script of their own measures."""
pages = pytest.mark.parametrize("page", figures.PAGES)


def _parts(page: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((figures.DOCS / "figures" / f"{page}.json").read_text(encoding="utf-8"))
    return found


def _rows(page: str) -> list[dict[str, Any]]:
    return [row for part in _parts(page).values() for row in part["rows"]]


def _tables(page: str) -> list[list[list[str]]]:
    """The cells of each table of figures, read without the code that draws them."""
    tables: list[list[list[str]]] = []
    for line in (figures.DOCS / f"{page}.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| what |"):
            tables.append([])
        elif line.startswith("| "):
            tables[-1].append([cell.strip() for cell in line.strip("|").split("|")])
    return tables


@pages
def test_each_row_of_a_page_is_a_row_of_its_figures(page: str) -> None:
    rows = {row["name"]: row for row in _rows(page)}
    shown = [cells for table in _tables(page) for cells in table]
    assert shown
    for name, value, unit, target, holds in shown:
        row = rows[name]
        assert float(value.replace(",", "")) == pytest.approx(row["value"], rel=1e-3)
        assert unit == row["unit"]
        assert target == (row["target"] or "-")
        assert holds == {None: "-", True: "yes", False: "**no**"}[row["holds"]]


@pages
def test_a_page_is_filled_in_as_its_figures_are_now(page: str) -> None:
    assert figures.current(page) == (figures.DOCS / f"{page}.md").read_text(encoding="utf-8")


@pages
def test_a_table_has_at_most_ten_rows(page: str) -> None:
    assert all(0 < len(table) <= MOST_ROWS for table in _tables(page))


@pages
def test_every_target_that_is_missed_stands_in_the_page(page: str) -> None:
    shown = {cells[0] for table in _tables(page) for cells in table}
    assert [row["name"] for row in _rows(page) if row["holds"] is False and row["name"] not in shown] == []


@pages
def test_every_row_is_whole(page: str) -> None:
    for row in _rows(page):
        assert tuple(row) == figures.KEYS
        assert all((row["name"], row["unit"]))
        assert math.isfinite(row["value"])
        assert (row["target"] is None) == (row["holds"] is None)
        assert not re.search(r"[|\n]", row["name"])


@pages
def test_each_part_says_what_measured_it_and_when(page: str) -> None:
    for part, found in _parts(page).items():
        name = BY_ITSELF.get(part, SCRIPTS[page])
        script = (PROJECT / "scripts" / name).read_text(encoding="utf-8")
        assert f"scripts/{name}" in found["command"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", found["date"])
        assert re.fullmatch(r"[0-9a-f]{8,}\+?", found["commit"])
        assert f'"{part}":' in script or f"def {part}(" in script or f'record("{page}", "{part}"' in script


@pages
def test_a_files_text_is_the_one_that_a_run_writes(page: str) -> None:
    parts = _parts(page)
    assert (figures.DOCS / "figures" / f"{page}.json").read_text(encoding="utf-8") == figures.as_text(parts)


def _docs(folder: Path, *names: str) -> Path:
    table = "\n".join((figures.START, *(f"| {name} |" for name in names), figures.END))
    (folder / "matching.md").write_text(f"# Page\n\nBefore.\n\n{table}\n\nAfter.\n", encoding="utf-8")
    return folder


def test_a_run_fills_in_the_page_and_leaves_other_parts_alone(tmp_path: Path) -> None:
    docs = _docs(tmp_path, "speed")
    figures.record("matching", "first", [Row("speed", 3.14159, "m/s", ">= 3", holds=True)], "measure", docs)
    figures.record("matching", "second", [Row("weight", 2.0, "kg")], "measure", docs)
    figures.record("matching", "first", [Row("speed", 2.5, "m/s", ">= 3", holds=False)], "measure", docs)
    written = json.loads((docs / "figures" / "matching.json").read_text(encoding="utf-8"))
    assert [row["value"] for part in written.values() for row in part["rows"]] == [2.5, 2.0]
    page = (docs / "matching.md").read_text(encoding="utf-8")
    assert "| speed | 2.5 | m/s | >= 3 | **no** |" in page
    assert page.startswith("# Page\n\nBefore.\n\n")
    assert page.endswith("\n\nAfter.\n")


def test_figures_are_kept_where_the_page_names_a_row_that_was_not_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    docs = _docs(tmp_path, "speed", "gone")
    figures.record("matching", "first", [Row("speed", 1.0, "m/s")], "measure", docs)
    assert "gone" in capsys.readouterr().out
    assert "speed" in (docs / "figures" / "matching.json").read_text(encoding="utf-8")
    with pytest.raises(figures.BadFigures, match="gone"):
        figures.current("matching", docs)


def test_two_rows_of_a_page_never_have_one_name() -> None:
    row = Row("speed", 1.0, "m/s").as_dict()
    with pytest.raises(figures.BadFigures, match="speed"):
        figures.by_name({"first": {"rows": [row]}, "second": {"rows": [row]}})


def test_a_figure_that_is_no_number_is_never_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        figures.as_text({"first": {"rows": [Row("speed", math.nan, "m/s").as_dict()]}})


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_shown_of_a_figure_is_near_it(value: float) -> None:
    assert float(figures.shown(value).replace(",", "")) == pytest.approx(value, rel=1e-3)
