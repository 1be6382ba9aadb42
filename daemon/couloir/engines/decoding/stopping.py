"""Whether the work that a picture is decoded for is still wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

CHECK: Final[ContextVar[Callable[[], None] | None]] = ContextVar("CHECK", default=None)


@contextmanager
def stopped_by(check: Callable[[], None]) -> Iterator[None]:
    """While it lasts, decoding in this thread ends soon after `check` raises, with what it raised.

    `check` is called from other threads, too.
    """
    before = CHECK.set(check)
    try:
        yield
    finally:
        CHECK.reset(before)
