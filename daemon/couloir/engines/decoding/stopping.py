"""Stops decoding when the work that it belongs to is cancelled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

CHECK: Final[ContextVar[Callable[[], None] | None]] = ContextVar("CHECK", default=None)


@contextmanager
def stopped_by(check: Callable[[], None]) -> Iterator[None]:
    """Within this context, decoding in this thread ends soon after `check` raises, with the same exception.

    `check` is called from other threads as well.
    """
    before = CHECK.set(check)
    try:
        yield
    finally:
        CHECK.reset(before)
