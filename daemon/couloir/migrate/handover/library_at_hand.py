"""What a batch asks of an open library: the service keeps versions in memory, and asks on the library's own thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from couloir.aperture.library import Library
from couloir.aperture.model import Master, Version

T = TypeVar("T")


class LibraryAtHand(Protocol):
    """A library that is open for reading, safe to use from any thread."""

    path: Path

    def ask(self, question: Callable[[Library], T]) -> T:
        """The answer of `question`, which must not take long."""

    def versions(self, uuids: Sequence[str]) -> Mapping[str, tuple[Version, Master]]:
        """Versions with their masters, by uuid; what the library lacks is left out."""

    def ask_once(self, make: Callable[[Library], T]) -> T:
        """What `make` says of the library, remembered until the library changes."""
