"""One writer at a time: the lock of a destination, and whether somebody holds it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from filelock import BaseFileLock, FileLock, Timeout

from couloir.disk import writing
from couloir.errors import DestinationError, DestinationInUse
from couloir.migrate.files.own import refuse_shared

NAME: Final = "lock"


def take_lock(destination: Path, own: Path, patience: float = 0.0) -> BaseFileLock:
    """The lock of a destination, taken; release it. `own` is its folder of ours, `patience` in seconds.

    Raises DestinationInUse when another process has it for longer, and other DestinationErrors.
    """
    refuse_shared(own / NAME)  # opening it cuts it to nothing
    lock = FileLock(own / NAME)
    with writing(own):
        try:
            lock.acquire(timeout=patience)
        except Timeout:  # which is an OSError, too
            raise DestinationInUse(path=destination) from None
        except NotImplementedError as error:
            raise DestinationError(path=destination, why="its disk cannot lock files") from error
    return lock


def is_held(own: Path) -> bool:
    """Whether somebody is writing now. Only looks, so that it also answers for a disk that cannot be written to; False
    where it cannot tell.
    """
    place = own / NAME
    if not place.is_file() or place.is_symlink():
        return False
    return _is_held(place)


if sys.platform == "win32":

    def _is_held(place: Path) -> bool:
        lock = FileLock(place)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        except OSError:
            return False
        lock.release()
        return False

else:
    import fcntl

    def _is_held(place: Path) -> bool:
        try:
            descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return False
        try:
            # Shared, and given back by closing: two that look do not see each other.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        else:
            return False
        finally:
            os.close(descriptor)
