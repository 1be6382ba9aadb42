"""What a part of an evaluation gives: figures and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import figures
from benchmarks.rows import Row


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
