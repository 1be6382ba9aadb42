"""Brings a file from the library into the destination: a clone where the disk can, else a copy; complete or not at
all.

Files are made under a temporary name on the destination's own disk and moved into place when they are complete, so a
reader, a killed process or a power cut never leaves half of one. The source is only opened for reading. Hard
links are never made: Lightroom writes into JPEG and DNG files.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path

from couloir.disk import NO_ROOM, reading, writing
from couloir.errors import ContentError, UnreadableOriginal

CHUNK = 1 << 20  # bytes per read: memory use does not depend on the file's size
FICLONE = 0x40049409  # _IOW(0x94, 9, int) of linux/fs.h
CLONE_NOOWNERCOPY = 0x0002  # of sys/clonefile.h: the clone belongs to whoever makes it


class Method(StrEnum):
    CLONED = "clone"
    COPIED = "copy"


@contextmanager
def reading_original(path: Path) -> Iterator[None]:
    """Raise operating system errors while reading an original as UnreadableOriginal, whose advice is the backup."""
    try:
        yield
    except OSError as error:
        raise UnreadableOriginal(item=path, why=error.strerror or type(error).__name__) from error


def fetch(source: Path, target: Path, *, clone: bool) -> tuple[Method, str]:
    """Make `target` (which must not exist) a clone of `source` when asked and possible, else a copy.

    Returns how, and the BLAKE2b hash of the content. Modification time is kept; the content need not have reached the
    disk yet (see `settle`). Leaves no `target` behind on an error. Raises ContentError when the source cannot be read,
    DestinationErrors as `writing` does.
    """
    if os.path.lexists(target):
        raise ContentError(item=target, why=os.strerror(errno.EEXIST))  # and must not be removed below
    try:
        if clone and clone_file(source, target):
            method, digest = Method.CLONED, hash_file(target)
        else:
            method, digest = Method.COPIED, copy_file(source, target)
        with reading_original(source):
            status = source.stat()
        with writing(target):
            # A clone on macOS also inherits a read-only mode, which would prevent embedding.
            target.chmod(target.stat().st_mode | 0o200)
            os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    except BaseException:
        discard(target)
        raise
    return method, digest


def copy_file(source: Path, target: Path) -> str:
    """Copy the content; returns its BLAKE2b hash, taken from what was read."""
    digest = hashlib.blake2b(digest_size=32)
    with reading_original(source):
        incoming = source.open("rb")
    with incoming, writing(target), target.open("xb") as outgoing:
        while True:
            with reading_original(source):
                chunk = incoming.read(CHUNK)
            if not chunk:
                break
            digest.update(chunk)
            outgoing.write(chunk)
    return digest.hexdigest()


def settle(path: Path) -> None:
    """Wait until the content is on the disk, so that a power cut after the next step cannot empty the file."""
    with writing(path), path.open("r+b") as stream:
        os.fsync(stream.fileno())


def clone_file(source: Path, target: Path) -> bool:
    """Make `target` share the blocks of `source`; False, and no `target`, where this disk or system cannot."""
    if sys.platform == "linux":
        return _clone_linux(source, target)
    if sys.platform == "darwin":
        return _clone_macos(source, target)
    return False


if sys.platform == "linux":
    import fcntl

    def _clone_linux(source: Path, target: Path) -> bool:
        with reading_original(source):
            incoming = source.open("rb")
        with incoming, writing(target), target.open("xb") as outgoing:
            try:
                fcntl.ioctl(outgoing.fileno(), FICLONE, incoming.fileno())
            except OSError as error:
                if error.errno in NO_ROOM:
                    raise
                # Another disk, or a file system without clones: a copy reports any other problem.
                shared = False
            else:
                shared = True
        if not shared:
            with writing(target):
                target.unlink()
        return shared

else:

    def _clone_linux(source: Path, target: Path) -> bool:
        raise NotImplementedError


def _clone_macos(source: Path, target: Path) -> bool:
    library = ctypes.CDLL(None, use_errno=True)
    if library.clonefile(os.fsencode(source), os.fsencode(target), CLONE_NOOWNERCOPY) == 0:
        return True
    code = ctypes.get_errno()
    if code in NO_ROOM:
        with writing(target):
            raise OSError(code, os.strerror(code))
    return False


def hash_file(path: Path) -> str:
    """BLAKE2b (32 bytes, hexadecimal) of a file's content. Raises ContentError."""
    digest = hashlib.blake2b(digest_size=32)
    with reading(path), path.open("rb") as incoming:
        while chunk := incoming.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def write_file(target: Path, content: bytes) -> str:
    """Write a new small file and flush it to the disk; an error leaves nothing. Returns its BLAKE2b hash."""
    with writing(target):
        outgoing = target.open("xb")
    try:
        with writing(target), outgoing:
            outgoing.write(content)
            outgoing.flush()
            os.fsync(outgoing.fileno())
    except BaseException:
        discard(target)
        raise
    return hashlib.blake2b(content, digest_size=32).hexdigest()


def move_into_place(temporary: Path, target: Path) -> None:
    """Give the complete file its name atomically, and flush the name to the disk.

    Raises as `writing` does; on an error `temporary` is removed.
    """
    try:
        with writing(target):
            temporary.replace(target)
            sync_folder(target.parent)
    except BaseException:
        discard(temporary)
        raise


def make_folders(folder: Path) -> None:
    """Make a folder with its parents, and flush their names to the disk. Raises as `writing` does."""
    with writing(folder):
        missing = [place for place in (folder, *folder.parents) if not place.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for place in missing:
            sync_folder(place.parent)


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to its disk: a flushed file keeps its name only then, and the ledger
    must never name a file that a power cut removes. (The practice of SQLite, `unixSync` of os_unix.c, and
    of restic's local backend.) Windows and some network disks do not support it, and keep their own order.
    """
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EBADF):
            raise
    finally:
        os.close(descriptor)


def discard(leftover: Path) -> None:
    """Remove the leftover of an error or a finished step; if the disk refuses that too, the first error is the one to
    report, and the next run clears its temporary folder.
    """
    with suppress(OSError):
        leftover.unlink(missing_ok=True)
