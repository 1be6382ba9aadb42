"""Collects the findings of readers, once for each item and up to a limit for each code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import overload

from couloir.aperture.model import Finding, Severity

#: Beyond this number, findings of one code are not kept: a hostile or very broken library must not fill the memory.
MAX_PER_CODE = 100_000


class Findings(Sequence[Finding]):
    """A growing, read-only list of findings.

    The same code about the same item is kept once.
    """

    def __init__(self, limit: int = MAX_PER_CODE) -> None:
        self._limit = limit
        self._list: list[Finding] = []
        self._known: set[tuple[str, str, str]] = set()
        self._per_code: Counter[str] = Counter()

    def add(self, code: str, severity: Severity, kind: str, item: str, message: str, advice: str = "") -> None:
        """Keep one finding; beyond the limit for its code, one last entry says that there are more."""
        key = (code, kind, item)
        if key in self._known or self._per_code[code] > self._limit:
            return
        self._per_code[code] += 1
        if self._per_code[code] > self._limit:
            what = f"There are more than {self._limit} findings of the kind {code}; the rest is not listed."
            self._list.append(Finding("findings.truncated", severity, "library", code, what))
            return
        self._known.add(key)
        self._list.append(Finding(code, severity, kind, item, message, advice))

    def note(self, code: str, kind: str, item: str, message: str, advice: str = "") -> None:
        self.add(code, Severity.NOTE, kind, item, message, advice)

    def warn(self, code: str, kind: str, item: str, message: str, advice: str = "") -> None:
        self.add(code, Severity.WARNING, kind, item, message, advice)

    def error(self, code: str, kind: str, item: str, message: str, advice: str = "") -> None:
        self.add(code, Severity.ERROR, kind, item, message, advice)

    def __len__(self) -> int:
        return len(self._list)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        return self._list[index]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._list)
