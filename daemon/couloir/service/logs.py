"""The service's log: five files of 2 MB, one line per event, nothing in it that a bug report should not show.

A line is `time level request logger message`. A traceback is folded into its event's line. The home folder is written
as `~` and the token as `[token]`, wherever they come from; control characters are escaped, so that no client can forge
a line.
"""

from __future__ import annotations

import logging
import re
import time
from contextvars import ContextVar
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 2_000_000
FILES: Final = 5
LOGGER: Final = "couloir"

current_request: ContextVar[str] = ContextVar("current_request", default="-")
"""The id of the request (or job) that the current thread works for; it stands in every line."""

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
        text = super().format(record).replace("\n", " | ")
        text = _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", text)
        return redact(text, self._home, self._secrets)


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
    # A full queue for a moment is normal with many clients, and waitress warns of each.
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
