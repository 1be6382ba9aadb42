"""What a part of an evaluation gives: figures, text and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.rows import Row


@dataclass(frozen=True, slots=True)
class Section:
    """`text` is Markdown; `pictures` are files' contents by the name under which the text shows them."""

    title: str
    text: str
    rows: Sequence[Row]
    pictures: dict[str, bytes] = field(default_factory=dict)

    def markdown(self) -> str:
        """The section with its figures as a table."""
        lines = "\n".join(
            f"| {row.name} | {row.value:.4g} | {row.unit} | {row.target or '-'} | "
            f"{'-' if row.holds is None else 'yes' if row.holds else '**no**'} |"
            for row in self.rows
        )
        table = f"| what | figure | unit | target | holds |\n|---|---|---|---|---|\n{lines}\n" if lines else ""
        return f"## {self.title}\n\n{self.text.strip()}\n\n{table}"
