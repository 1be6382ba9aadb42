"""What the operating system says about a file, as an error that tells a person what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from couloir.errors import AccessDenied, ContentError, DestinationDisk, DiskFull

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
# The name or the size is what this file system cannot take: the next file may be fine.
_THIS_FILE = frozenset({errno.ENAMETOOLONG, errno.EILSEQ, errno.EFBIG, errno.EINVAL, errno.EEXIST, errno.ENOTDIR})


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Operating system errors while writing `path`, as errors that say what to do.

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
    """Operating system errors while reading `path`, as a ContentError: one bad file never ends a run."""
    try:
        yield
    except OSError as error:
        raise ContentError(item=path, why=error.strerror or type(error).__name__) from error
