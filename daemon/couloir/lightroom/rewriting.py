"""Rewrites a file through a temporary file beside it, which replaces it only when it is complete."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def rewriting(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content replaces the file at the end of the block; an error leaves the file unchanged.

    Close the file inside the block: Windows does not replace an open file. The temporary name depends on the file's
    name only, so the next try overwrites what a killed process left; it is short where the file's name is long.
    """
    fresh = path.with_name(f".couloir-{hashlib.sha256(path.name.encode()).hexdigest()[:16]}.part")
    try:
        with fresh.open("wb") as stream:
            yield stream
        shutil.copystat(path, fresh)
        fresh.replace(path)
    except BaseException:
        with suppress(OSError):  # the first error is the one to report; the next try overwrites the rest
            fresh.unlink(missing_ok=True)
        raise


def copy_bytes(source: BinaryIO, target: BinaryIO, count: int) -> None:
    """Copies `count` bytes, a megabyte at a time; fewer when the source ends."""
    while count > 0:
        block = source.read(min(count, 1 << 20))
        if not block:
            return
        target.write(block)
        count -= len(block)
