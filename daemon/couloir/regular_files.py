"""Opens regular files only: a read from a pipe may block for ever, and a device may never end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


def open_regular(path: Path) -> BinaryIO:
    """The file, open for reading. Raises OSError as `open` does, and for anything but a regular file."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    file = None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no file", str(path))
        file = os.fdopen(descriptor, "rb")
    finally:
        if file is None:
            os.close(descriptor)
    return file


def read_regular(path: Path, most: int) -> bytes | None:
    """The content of a file of at most `most` bytes, None for a larger one. Raises as `open_regular` does."""
    with open_regular(path) as file:
        if os.fstat(file.fileno()).st_size > most:
            return None
        data = file.read(most + 1)
    return data if len(data) <= most else None
