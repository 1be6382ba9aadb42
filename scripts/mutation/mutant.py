"""One small change of a source file, which a test should notice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A change in the text from `start` to `end`; `line` is counted from 1."""

    line: int
    start: int
    end: int
    replacement: str
    what: str

    def applied(self, source: str) -> str:
        return source[: self.start] + self.replacement + source[self.end :]
