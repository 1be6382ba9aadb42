"""The lock of a destination: one writer at a time."""

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
    """Take the lock of a destination; release it afterwards. `own` is Couloir's folder in it, `patience` in seconds.

    Raises DestinationInUse when another process has it for longer, and other DestinationErrors.
    """
    refuse_shared(own / NAME)  # opening it truncates it
    lock = FileLock(own / NAME)
    with writing(own):
        try:
            lock.acquire(timeout=patience)
        except Timeout:  # Timeout is an OSError, too
            raise DestinationInUse(path=destination) from None
        except NotImplementedError as error:
            raise DestinationError(path=destination, why="its disk cannot lock files") from error
    return lock


def is_held(own: Path) -> bool:
    """Whether another process is writing now. Works on a read-only disk, too; False
    where that is not known.
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
            # A shared lock, released by closing: two readers do not see each other.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        else:
            return False
        finally:
            os.close(descriptor)
