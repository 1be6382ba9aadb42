"""The folders that the user has opened to Couloir, and the only check that admits a client's path.

A client may name any path, so every path from a request goes through `Roots.admit`. It is resolved first, including
symbolic links, and must then lie inside an open folder; the checked path is the one that is used. The library is opened
for reading only (nothing in Couloir writes into one), a destination for writing.
"""

from __future__ import annotations

import logging
import threading
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from couloir.errors import AccessDenied
from couloir.migrate.files.foreign import library_around
from couloir.service.http.problems import OutsideRoots, UnsafeDisk, UnsafeRoot
from couloir.service.process.runtime import write_private

if TYPE_CHECKING:  # the start of the service must not wait for the reader's imports
    from couloir.aperture.reading_way import ReadAsHere

log = logging.getLogger(__name__)

MAX_ROOTS: Final = 256
LIBRARY_SUFFIXES: Final = frozenset(
    {".aplibrary", ".apvault", ".photolibrary", ".migratedaplibrary", ".migratedphotolibrary"}
)


_NO_FOLDER: Final = "there is no such folder"


class Purpose(StrEnum):
    """What a folder was opened for."""

    LIBRARY = "library"
    DESTINATION = "destination"


class Root(msgspec.Struct, frozen=True, kw_only=True):
    """An open folder. The user's options for a library are kept with it: whether its property lists are read in place
    of lost databases, whether links in place of its Masters and Previews are followed, and the folders of `disks` with
    originals that are not where the library says, by the disk's name or uuid.
    """

    path: str
    purpose: Purpose
    from_plists: bool = False
    follow_links: bool = False
    disks: dict[str, str] = {}


class Roots:
    """The open folders, kept in a private file so that a job can continue after a restart."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._roots = _read(file)

    def all(self) -> list[Root]:
        with self._lock:
            return list(self._roots)

    def open(self, path: str, purpose: Purpose) -> Root:
        """Open a folder that exists. Doing it again is harmless.

        Raises:
            UnsafeRoot: it is not a folder, too much of the disk, not a library though it is opened as one, or a library
                though it is opened for writing.
            AccessDenied: the operating system refuses access to it.
        """
        resolved = _resolve(path)
        _check_root(resolved, path, purpose)
        root = Root(path=str(resolved), purpose=purpose)
        with self._lock:
            known = next((each for each in self._roots if _is_same(each, root)), None)
            root = known or root
            if known is None:
                if len(self._roots) >= MAX_ROOTS:
                    raise UnsafeRoot(item=path, why=f"{MAX_ROOTS} folders are open already")
                self._save([*self._roots, root])
        return root

    def close(self, root: Root) -> bool:
        """Close a folder; returns whether it was open."""
        with self._lock:
            kept = [known for known in self._roots if not _is_same(known, root)]
            if len(kept) == len(self._roots):
                return False
            self._save(kept)
            return True

    def read_as(self, library: Path, *, from_plists: bool, follow_links: bool) -> None:
        """Store the user's options for a library that is open."""
        with self._lock:
            self._save(
                [
                    msgspec.structs.replace(root, from_plists=from_plists, follow_links=follow_links)
                    if _is_of(root, library)
                    else root
                    for root in self._roots
                ]
            )

    def locate(self, library: Path, disk: str, folder: Path) -> None:
        """Store where a disk of a library that is open is now; `folder` is what `disk_folder` returned."""
        with self._lock:
            self._save(
                [
                    msgspec.structs.replace(root, disks={**root.disks, disk: str(folder)})
                    if _is_of(root, library)
                    else root
                    for root in self._roots
                ]
            )

    def reading_options(self, library: Path) -> ReadAsHere:
        """The options for reading a library, as `Library.open` takes them."""
        for root in self.all():
            if _is_of(root, library):
                volumes = {disk: Path(folder) for disk, folder in root.disks.items()}
                return {"from_plists": root.from_plists, "follow_links": root.follow_links, "volumes": volumes}
        return {}

    def disk_folder(self, path: str) -> Path:
        """The resolved folder that a client gives for a disk, from which only originals are read: the paths in it are
        the library's own.

        Raises:
            UnsafeDisk: it is not a folder, or the user's own folder lies in it.
            OutsideRoots, AccessDenied
        """
        resolved = _resolve(path)
        if not _is_folder(resolved, path):
            raise UnsafeDisk(item=path, why=_NO_FOLDER)
        if _holds_home(resolved):
            raise UnsafeDisk(item=path, why="your own folder lies in it")
        return resolved

    def admit(self, path: str, purpose: Purpose) -> Path:
        """The resolved path, if it lies inside a folder opened for this purpose. It need not exist yet.

        Raises:
            OutsideRoots, AccessDenied
        """
        resolved = _resolve(path)
        for root in self.all():
            if root.purpose is purpose and resolved.is_relative_to(root.path):
                return resolved
        raise OutsideRoots(item=path)

    def _save(self, roots: list[Root]) -> None:
        write_private(self._file, msgspec.json.encode(roots))
        self._roots = roots


def _is_of(root: Root, library: Path) -> bool:
    return root.purpose is Purpose.LIBRARY and root.path == str(library)


def _is_same(one: Root, other: Root) -> bool:
    return (one.path, one.purpose) == (other.path, other.purpose)


def _read(file: Path) -> list[Root]:
    if not file.exists():
        return []
    try:
        return msgspec.json.decode(file.read_bytes(), type=list[Root])
    except msgspec.DecodeError as error:
        log.warning("%s cannot be read (%s); folders have to be chosen again", file.name, error)
        return []


def _resolve(path: str) -> Path:
    if not path or "\x00" in path or ".." in Path(path).parts or not Path(path).is_absolute():
        raise OutsideRoots(item=path)
    try:
        resolved = Path(path).resolve()
        # A path that cannot be resolved is used unchanged, for example with links in a circle.
        unresolved = any(part.is_symlink() for part in (resolved, *resolved.parents))
    except PermissionError as error:
        raise AccessDenied(path=path) from error
    except (OSError, RuntimeError, ValueError) as error:  # links in a circle, a name too long or not encodable
        raise OutsideRoots(item=path) from error
    if unresolved:
        raise OutsideRoots(item=path)
    return resolved


def _is_folder(resolved: Path, path: str) -> bool:
    try:
        return resolved.is_dir()
    except PermissionError as error:
        raise AccessDenied(path=path) from error


def _holds_home(resolved: Path) -> bool:
    return Path.home().resolve().is_relative_to(resolved)


def _check_root(resolved: Path, path: str, purpose: Purpose) -> None:
    if not _is_folder(resolved, path):
        raise UnsafeRoot(item=path, why=_NO_FOLDER)
    if resolved == Path(resolved.anchor) or _holds_home(resolved):
        raise UnsafeRoot(item=path, why="it holds far more than a library or a migration")
    is_library = resolved.suffix.lower() in LIBRARY_SUFFIXES
    if purpose is Purpose.LIBRARY and not is_library:
        raise UnsafeRoot(item=path, why="its name does not end as a library's does")
    if purpose is Purpose.DESTINATION and library_around(resolved) is not None:
        raise UnsafeRoot(item=path, why="nothing is ever written into a library")
