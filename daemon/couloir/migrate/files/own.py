"""Writes and removes Couloir's own files, all in `.couloir` and `couloir-report`.

Anyone who can write into a destination can put a link where Couloir writes next, for example into the library or to
documents. So each folder below the two is entered by its descriptor and never through a link, a file gets its name by
renaming, which replaces a link instead of following it, and what is opened in place (the ledger, the lock) is refused
when it is a link or has a second name. Where a system has no descriptors of folders (Windows), each part of the path is
checked instead.

Operating system errors are raised as by `writing`; a link raises DestinationError.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from couloir.disk import writing
from couloir.errors import DestinationError
from couloir.migrate.files.originals import sync_folder

OWN_NAMES: Final = (".couloir", "couloir-report")
"""The names of what Couloir itself writes into the destination; no project gets them."""

_DESCRIPTORS: Final = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class _Folder:
    """An entered folder of Couloir's. `descriptor` is None on a system without folder descriptors."""

    path: Path
    descriptor: int | None

    def place(self, name: str) -> str | Path:
        """The path argument for functions of `os` for a name in this folder, together with its descriptor."""
        return self.path / name if self.descriptor is None else name

    def remove(self, name: str) -> None:
        with suppress(FileNotFoundError):
            os.unlink(self.place(name), dir_fd=self.descriptor)

    def rename(self, name: str, new: str) -> None:
        os.replace(self.place(name), self.place(new), src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)

    def sync(self) -> None:
        if self.descriptor is None:
            sync_folder(self.path)
        else:
            os.fsync(self.descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder of Couloir's, with its parents."""
    with _entered(folder, make=True):
        pass


def write_whole(target: Path, content: bytes) -> None:
    """Write or replace a small file of Couloir's atomically: a reader never sees half of one."""
    with _entered(target.parent) as folder, writing(target):
        temporary = f".{target.name}.new"
        folder.remove(temporary)
        descriptor = os.open(folder.place(temporary), _WRITE, 0o666, dir_fd=folder.descriptor)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            folder.rename(temporary, target.name)
        except BaseException:
            with suppress(OSError):
                folder.remove(temporary)
            raise
        folder.sync()


def remove(target: Path) -> None:
    """Remove a file of Couloir's, if it exists; of a link, only the link."""
    with _entered(target.parent) as folder, writing(target):
        folder.remove(target.name)


def rename(old: Path, new: str) -> None:
    """Rename a file or folder of Couloir's within its folder, replacing a file of that name."""
    with _entered(old.parent) as folder, writing(old):
        folder.rename(old.name, new)
        folder.sync()


def clear(folder: Path) -> None:
    """Remove a folder of Couloir's with its content; what cannot be removed stays."""
    with _entered(folder.parent) as parent:
        _refuse(folder)
        shutil.rmtree(parent.place(folder.name), ignore_errors=True, dir_fd=parent.descriptor)


def names(folder: Path) -> list[str]:
    """The names of the files in a folder of Couloir's."""
    with (
        _entered(folder) as entered,
        writing(folder),
        os.scandir(entered.path if entered.descriptor is None else entered.descriptor) as entries,
    ):
        return [entry.name for entry in entries]


def refuse_links(destination: Path) -> None:
    """Raise when Couloir's two folders hold a link or anything but files and folders; called before work begins."""
    for own in OWN_NAMES:
        _refuse_below(destination / own)
        for file in _in_place(destination / own):
            refuse_shared(file)


def refuse_shared(file: Path) -> None:
    """Raise when a file that is opened in place is a link or has a second name: another file would be changed."""
    status = _refuse(file)
    if status is not None and (status.st_nlink > 1 or not stat.S_ISREG(status.st_mode)):
        raise DestinationError(
            path=file, why="it is a link or has a second name, and writing to it would change another file"
        )


def _in_place(own: Path) -> list[Path]:
    if not own.is_dir():
        return []
    return [place for place in own.iterdir() if place.name == "lock" or place.name.startswith("ledger.")]


def _refuse_below(folder: Path) -> None:
    status = _refuse(folder)
    if status is None:
        return
    if not stat.S_ISDIR(status.st_mode):
        raise DestinationError(path=folder, why="it is a file, and Couloir needs a folder of this name")
    with writing(folder), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                _refuse_below(folder / entry.name)
            elif not entry.is_file(follow_symlinks=False):
                _refuse(folder / entry.name)
                why = "it is neither a file nor a folder, and Couloir keeps its own files here"
                raise DestinationError(path=folder / entry.name, why=why)


def _refuse(place: Path) -> os.stat_result | None:
    """Raise when this is a link; returns its status, None where nothing exists."""
    with writing(place):
        try:
            status = place.lstat()
        except FileNotFoundError:
            return None
    if stat.S_ISLNK(status.st_mode) or _is_junction(status):
        raise DestinationError(path=place, why="it is a link, and Couloir keeps its own files here")
    return status


def _is_junction(status: os.stat_result) -> bool:
    """Whether this is a junction, Windows' second kind of link to a folder, which needs no privilege."""
    return sys.platform == "win32" and status.st_reparse_tag == stat.IO_REPARSE_TAG_MOUNT_POINT


@contextmanager
def _entered(folder: Path, *, make: bool = False) -> Iterator[_Folder]:
    base, parts = _split(folder)
    place = base
    opened: list[int] = []
    try:
        if _DESCRIPTORS:
            with writing(base):
                if make:
                    base.mkdir(parents=True, exist_ok=True)
                opened.append(os.open(base, os.O_RDONLY | os.O_DIRECTORY))
        for part in parts:
            above = _Folder(place, opened[-1] if opened else None)
            place = place / part
            with writing(place):
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(above.place(part), dir_fd=above.descriptor)
                        above.sync()
                if not opened:
                    _refuse(place)
                    continue
                try:
                    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
                    opened.append(os.open(part, flags, dir_fd=above.descriptor))
                except OSError:
                    _refuse(place)
                    raise
        yield _Folder(place, opened[-1] if opened else None)
    finally:
        for descriptor in opened:
            os.close(descriptor)


def _split(folder: Path) -> tuple[Path, tuple[str, ...]]:
    """The destination, which a person chose and which may be reached through links, and the rest of the path."""
    last = max((n for n, part in enumerate(folder.parts) if part in OWN_NAMES), default=len(folder.parts))
    return Path(*folder.parts[:last]), folder.parts[last:]
