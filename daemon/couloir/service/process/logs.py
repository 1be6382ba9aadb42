"""The service's log: five files of 2 MB, one line per event, without anything that a bug report must not show.

A line is `time level request logger message`. Messages use ids, never names from a library. Of an
error the line has its kind and its place in the code, not its message: messages name files, photos and keywords.
The home folder is written as `~` and the token as `[token]`, wherever they occur; control characters are escaped,
so that no client can forge a line.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final

from couloir.errors import CouloirError

MAX_BYTES: Final = 2_000_000
FILES: Final = 5
LOGGER: Final = "couloir"

current_request: ContextVar[str] = ContextVar("current_request", default="-")
"""The id of the current thread's request (or job); every line contains it."""

_ABOUT_CODE: Final = (TypeError, AttributeError, NameError, ZeroDivisionError, RecursionError, ImportError, MemoryError)

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def redact(text: str, home: Path, secrets: tuple[str, ...] = ()) -> str:
    """`text` without the home folder's name and without any of `secrets`."""
    for secret in secrets:
        text = text.replace(secret, "[token]")
    if home.parent == home:
        return text
    spellings = {str(home), home.as_posix(), str(home).replace("\\", "\\\\")}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = re.sub(re.escape(spelling) + r"(?![\w-])", "~", text, flags=re.IGNORECASE)
    return text


class LineFormatter(logging.Formatter):
    """One redacted line per record."""

    def __init__(self, home: Path, secrets: tuple[str, ...]) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(request)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime
        self._home = home
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        record.request = current_request.get()
        record.exc_text = None  # another handler may have stored the full text
        text = super().format(record).replace("\n", " | ")
        record.exc_text = None
        text = _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", text)
        return redact(text, self._home, self._secrets)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name that `logging` calls
        """The chain of errors, the first cause first, without their messages."""
        error, chain = ei[1], []
        while error is not None and error not in chain:
            chain.append(error)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(line for each in reversed(chain) for line in [*_frames(each), describe_error(each)])


def describe_error(error: BaseException) -> str:
    """An error for the log: its code or class, and the message only of errors whose messages concern code alone."""
    if isinstance(error, CouloirError):
        return error.code
    if isinstance(error, OSError):
        return f"{type(error).__name__}: {error.strerror or error.errno}"
    name = type(error).__name__
    return f"{name}: {error}" if type(error) in _ABOUT_CODE else name


def _frames(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{_short(frame.filename)}:{frame.lineno} in {frame.name}"


def _short(file: str) -> str:
    """A module's file relative to its packages' folder: the log does not show where Python is installed."""
    path = Path(file)
    roots = [Path(entry) for entry in sys.path if entry]
    below = [path.relative_to(root).as_posix() for root in roots if path.is_relative_to(root)]
    return min(below, key=len, default=path.name)


def start_log(path: Path, secrets: tuple[str, ...], home: Path | None = None) -> logging.Handler:
    """Send everything that Couloir and waitress log to `path`, redacted. The caller gives the handler to `stop_log`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=FILES - 1, encoding="utf-8", delay=True)
    handler.setFormatter(LineFormatter(home or Path.home(), secrets))
    for name in (LOGGER, "waitress"):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.propagate = False
    logging.getLogger(LOGGER).setLevel(logging.INFO)
    # With many clients the queue is full at times, which is normal, and waitress warns each time.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    return handler


def stop_log(handler: logging.Handler) -> None:
    for name in (LOGGER, "waitress"):
        logger = logging.getLogger(name)
        logger.removeHandler(handler)
        logger.propagate = True
    handler.close()


def log_files(path: Path) -> list[Path]:
    """The log and its older parts that exist, newest first."""
    parts = [path, *(path.with_name(f"{path.name}.{number}") for number in range(1, FILES))]
    return [part for part in parts if part.is_file()]
