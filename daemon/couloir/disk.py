"""Turns errors of the operating system about a file into errors with advice."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from couloir.errors import AccessDenied, ContentError, DestinationDisk, DiskFull

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
# This file system refuses the name or the size of this file; the next file may be fine.
_THIS_FILE = frozenset({errno.ENAMETOOLONG, errno.EILSEQ, errno.EFBIG, errno.EINVAL, errno.EEXIST, errno.ENOTDIR})


# The same call would give the same answer. Errors of decoders that are OSErrors have no number, and are of this kind.
_LASTING: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EISDIR, errno.ELOOP, errno.EINVAL})

T = TypeVar("T")


def try_twice(read: Callable[[], T]) -> T:
    """What `read` returns; it is called a second time after an error of the operating system that may have passed.

    A network disk that hesitates once must not cost a photo its pictures: the photo would be written without them, and
    count as done. Raises what the second call raises.
    """
    try:
        return read()
    except OSError as error:
        if error.errno is None or error.errno in _LASTING:
            raise
    return read()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise operating system errors of the block, which writes `path`, as errors with advice.

    DiskFull, AccessDenied and other DestinationErrors concern every file and stop a run; ContentError concerns this
    one.
    """
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise DiskFull(path=path, why=error.strerror or "no space left") from error
        if error.errno in _DENIED:
            raise AccessDenied(path=path) from error
        why = error.strerror or type(error).__name__
        if error.errno in _THIS_FILE:
            raise ContentError(item=path, why=why) from error
        raise DestinationDisk(path=path, why=why) from error


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Raise operating system errors of the block, which reads `path`, as ContentError; a run then goes on."""
    try:
        yield
    except OSError as error:
        raise ContentError(item=path, why=error.strerror or type(error).__name__) from error
