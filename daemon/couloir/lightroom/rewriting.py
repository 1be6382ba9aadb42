"""Rewriting a file beside itself: the new content takes the old one's place only when it is complete."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def rewriting(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content replaces the file at the end of the block; an error leaves the file as it was.

    Close the file inside the block: Windows does not replace an open one. The name beside it depends on the file's name
    only, so what a killed process leaves is taken up by the next try, and is short where that name is long.
    """
    fresh = path.with_name(f".couloir-{hashlib.sha256(path.name.encode()).hexdigest()[:16]}.part")
    try:
        with fresh.open("wb") as stream:
            yield stream
        shutil.copystat(path, fresh)
        fresh.replace(path)
    except BaseException:
        with suppress(OSError):  # the first error is the one to tell; what is left, the next try takes up
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
