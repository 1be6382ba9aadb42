"""Measured figures: docs/figures/PAGE.json holds every row, and tables in docs/PAGE.md show the rows that matter.

A page is prose, written by hand, with tables between START and END. The first column of such a table names rows of the
page's JSON file; the other columns are filled in from there, by each run that measures and by make_docs.py. To show
another row, write `| its name |` into the table and run make_docs.py.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.rows import Row

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
PAGES: Final = ("matching", "engines", "profiles", "performance")
START: Final = "<!-- figures: filled in by scripts/make_docs.py from docs/figures -->"
END: Final = "<!-- end of figures -->"
KEYS: Final = ("name", "value", "unit", "target", "holds")

_HEAD = "| what | figure | unit | target | holds |\n|---|---:|---|---|---|"
_TABLE = re.compile(re.escape(START) + r"\n(.*?)" + re.escape(END), re.DOTALL)


class BadFigures(ValueError):
    """A page names a row that was not measured, or two rows of a page have one name."""


def record(page: str, part: str, rows: Sequence[Row], command: str, docs: Path = DOCS) -> None:
    """Put the rows of one part of an evaluation in place of its last ones, and fill in the page's tables.

    `command` is what measured them. They may have taken hours: where the page cannot be filled in with them, they are
    kept all the same, and the reason is printed.
    """
    file = docs / "figures" / f"{page}.json"
    parts: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    today = datetime.now(UTC).date().isoformat()
    parts[part] = {"command": command, "date": today, "commit": _commit(), "rows": [row.as_dict() for row in rows]}
    file.parent.mkdir(exist_ok=True)
    file.write_text(as_text(parts), encoding="utf-8", newline="\n")
    try:
        (docs / f"{page}.md").write_text(current(page, docs), encoding="utf-8", newline="\n")
    except BadFigures as error:
        print(f"docs/{page}.md is not filled in. {error}")


def rows_of(page: str, part: str, docs: Path = DOCS) -> list[Row]:
    """The rows of one part as they were measured last; none where it was never measured."""
    file = docs / "figures" / f"{page}.json"
    parts: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return [Row(**row) for row in parts.get(part, {"rows": []})["rows"]]


def current(page: str, docs: Path = DOCS) -> str:
    """The page as its figures are now."""
    parts = json.loads((docs / "figures" / f"{page}.json").read_text(encoding="utf-8"))
    return filled_in((docs / f"{page}.md").read_text(encoding="utf-8"), by_name(parts))


def by_name(parts: Mapping[str, Any]) -> dict[str, Row]:
    """Every row of a page's JSON file by its name. Raises BadFigures when two have one name."""
    rows = [Row(**row) for part in parts.values() for row in part["rows"]]
    twice = [name for name, count in Counter(row.name for row in rows).items() if count > 1]
    if twice:
        raise BadFigures(f"Two rows have one name: {', '.join(twice)}. Name them apart where they are measured.")
    return {row.name: row for row in rows}


def filled_in(text: str, rows: Mapping[str, Row]) -> str:
    """A page with the tables between START and END drawn anew. Raises BadFigures for a name that no row has."""

    def table(found: re.Match[str]) -> str:
        lines = [_line(rows, name) for name in names_in(found[1])]
        return "\n".join((START, _HEAD, *lines, END))

    return _TABLE.sub(table, text)


def names_in(table: str) -> Iterator[str]:
    """The first column of a Markdown table without its head."""
    for line in table.splitlines():
        name = line.strip().removeprefix("|").partition("|")[0].strip()
        if name and name != "what" and not name.startswith("---"):
            yield name


def as_text(parts: Mapping[str, Any]) -> str:
    """The JSON file with one row a line, so that a new run is readable as a change."""
    told = []
    for name, part in parts.items():
        facts = [f"    {json.dumps(key)}: {json.dumps(part[key])},\n" for key in part if key != "rows"]
        rows = ",\n".join(f"      {json.dumps(row, ensure_ascii=False, allow_nan=False)}" for row in part["rows"])
        told.append(f'  {json.dumps(name)}: {{\n{"".join(facts)}    "rows": [\n{rows}\n    ]\n  }}')
    return "{\n" + ",\n".join(told) + "\n}\n"


def shown(value: float) -> str:
    """Four digits that count; whole numbers from a thousand on."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _line(rows: Mapping[str, Row], name: str) -> str:
    row = rows.get(name)
    if row is None:
        raise BadFigures(f"No row is named {name!r}: measure it, or take it out of the page's table.")
    verdict = "-" if row.holds is None else "yes" if row.holds else "**no**"
    return f"| {row.name} | {shown(row.value)} | {row.unit} | {row.target or '-'} | {verdict} |"


def _commit() -> str:
    """The commit of this tree, with a + where something was changed since; "unknown" outside a checkout."""
    words = ["git", "-C", str(DOCS), "describe", "--always", "--dirty=+", "--exclude=*", "--abbrev=8"]
    try:
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
