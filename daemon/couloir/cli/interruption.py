"""Ctrl-C stops a command, whatever runs at that moment.

Python raises KeyboardInterrupt wherever it happens to be. Inside a callback that C code has called (SQLite's progress
handler, authorizer and functions, a finaliser, an import that a library tries and does without) the exception is
dropped, or becomes an error of that library: the command would go on, or end with "the library is damaged". So the
signal is also remembered, and is raised again at the next safe point, and at the end whatever the command said.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_came = threading.Event()


@contextmanager
def watching() -> Iterator[None]:
    """Remember Ctrl-C inside the block. Raises KeyboardInterrupt at its end where it came and nothing raised it.

    Nothing changes in a thread that is not the main one, which cannot set signal handlers, and where the signal is
    ignored on purpose (nohup).
    """
    _came.clear()
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    before = signal.signal(signal.SIGINT, _remember)
    try:
        yield
    except BaseException as error:
        if _came.is_set():
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, before)
    check()


def check() -> None:
    """A safe point: raises KeyboardInterrupt if Ctrl-C was pressed."""
    if _came.is_set():
        raise KeyboardInterrupt


def _remember(_number: int, _frame: FrameType | None) -> None:
    _came.set()
    raise KeyboardInterrupt
