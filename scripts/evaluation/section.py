"""What a part of an evaluation gives, and how the parts are measured one after another."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import figures
from benchmarks.rows import Row, write_rows


@dataclass(frozen=True, slots=True)
class Section:
    """`pictures` are files' contents by the name under which the page shows them."""

    rows: Sequence[Row]
    pictures: dict[str, bytes] = field(default_factory=dict)

    def record(self, page: str, part: str, command: str) -> None:
        """Put the figures into docs/figures and the page, and the pictures beside it."""
        figures.record(page, part, self.rows, command)
        for name, content in self.pictures.items():
            (figures.DOCS / "pictures" / name).write_bytes(content)


def measure_parts(
    page: str,
    command: str,
    parts: Mapping[str, Callable[[], Section]],
    file: Path | None,
    *,
    record: bool = True,
) -> int:
    """Measure the parts in turn: print, record and write each as soon as it is there, since they take hours.

    `command` measures the part whose name is filled in for {}. `file` gets the rows of all parts so far as JSON, and
    docs/figures gets them unless `record` is False.
    The exit code: 1 when a target is missed.
    """
    rows: list[Row] = []
    for name, measure in parts.items():
        begun = time.process_time()
        section = measure()
        print(*section.rows, sep="\n", flush=True)
        print(f"{name}: {time.process_time() - begun:.0f} CPU seconds, other programs apart", file=sys.stderr)
        if record:
            section.record(page, name, command.format(name))
        rows += section.rows
        write_rows(file, rows)
    return 1 if any(row.holds is False for row in rows) else 0
