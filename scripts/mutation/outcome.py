"""What a run of mutations says in the end: how many of the changes the tests noticed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from benchmarks.rows import Row, write_rows

TARGET: Final = 0.85


def conclude(language: str, tried: int, survived: int, of_all: int, file: Path | None) -> int:
    """Print and write the share of noticed changes; gives the exit code, 1 below TARGET."""
    caught = (tried - survived) / tried
    print(f"{tried} of {of_all} changes tried, {tried - survived} noticed: {caught:.1%}")
    name = f"changes of pure {language} noticed, of {tried} of {of_all}"
    write_rows(file, [Row(name, caught, "share", f"at least {TARGET:g}", caught >= TARGET)])
    return 0 if caught >= TARGET else 1
