"""Camera offsets from the finished matches of a library."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from couloir.derive.offsets import Offsets
    from couloir.service.match.journal import MatchJournal


class LibraryOffsets:
    """Camera offsets by library, fitted again after another photo was matched. Safe to use from any thread."""

    def __init__(self, journal: Callable[[], MatchJournal]) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._fitted: dict[str, tuple[int, Offsets]] = {}

    def of(self, library: str) -> Offsets:
        """The offsets of a library; below ten matched photos there are none. Raises StateTooNew"""
        from couloir.derive.offsets import SolvedPhoto, fit

        journal = self._journal()
        with self._lock:
            latest = journal.latest_solved(library)
            known = self._fitted.get(library)
            if known is not None and known[0] == latest:
                return known[1]
            found = fit([SolvedPhoto(**each) for each in journal.read_solved(library)])
            self._fitted[library] = latest, found
            return found
