"""What a benchmark says."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `target` says in words what was promised, `holds` whether it is kept; None where nothing was."""

    name: str
    value: float
    unit: str
    target: str | None = None
    holds: bool | None = None

    def as_dict(self) -> dict[str, object]:
        """JSON-ready."""
        return asdict(self)

    def __str__(self) -> str:
        verdict = "" if self.holds is None else f"   {'holds' if self.holds else 'MISSED'}: {self.target}"
        return f"{self.name:<62} {self.value:>12,.2f} {self.unit}{verdict}"


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """What every script that measures takes: `--json FILE`."""
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write rows {name, value, unit, target, holds} to this file, too"
    )


def write_rows(file: Path | None, rows: Sequence[Row]) -> None:
    """The rows as a JSON list at `file`; nothing without one. Raises ValueError for a value that is not finite."""
    if file is not None:
        content = json.dumps([row.as_dict() for row in rows], indent=2, ensure_ascii=False, allow_nan=False)
        file.write_text(content + "\n", encoding="utf-8")
