"""Finds the file that a stored path names, within one folder only."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileLocation:
    """The result of `locate`: the file, or why its path is unsafe.

    At most one of the two fields is set; neither means that the file is missing.
    """

    path: Path | None = None
    unsafe: str | None = None


def locate(root: Path, stored: str, boundary: Path) -> FileLocation:
    """The regular file that `stored` (with /) names below `root`.

    Refused as unsafe: NUL, absolute paths, '..', and links that lead out of `boundary`, which is `root` or above it.
    Mac disks store names decomposed (NFD); copies on other systems may be composed (NFC), so both forms are tried.
    Raises OSError when the disk cannot be read.
    """
    refusal = _refusal(stored)
    if refusal is not None:
        return FileLocation(unsafe=refusal)
    found = root
    for part in _parts(stored):
        step = next((form for form in _forms(found, part) if _is_there(form)), None)
        if step is None:
            return FileLocation()
        found = step
    if not leads_into(found, boundary):
        return FileLocation(unsafe="it leads, by a link, out of the folder it belongs to")
    return FileLocation(path=found) if found.is_file() else FileLocation()


def _is_there(path: Path) -> bool:
    """Like os.path.lexists, but raises where a folder may not be read, instead of returning False."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def leads_into(path: Path, boundary: Path) -> bool:
    """Whether `path`, with all links resolved, lies in the folder `boundary`."""
    # Path.resolve() raises RuntimeError for a link to itself, in some versions of Python.
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(boundary))


def _parts(stored: str) -> list[str]:
    return [part for part in stored.split("/") if part not in {"", "."}]


def _refusal(stored: str) -> str | None:
    if "\0" in stored:
        return "it contains a NUL character"
    if stored.startswith("/"):
        return "it is absolute"
    parts = _parts(stored)
    if not parts:
        return "it names no file"
    if ".." in parts:
        return "it contains '..'"
    # On Windows these two can change the disk or the folder; on a Mac they are ordinary characters.
    if os.name == "nt" and any(character in stored for character in "\\:"):
        return "it contains a character that Windows does not allow in a name"
    return None


def _forms(folder: Path, name: str) -> list[Path]:
    forms = dict.fromkeys((name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)))
    return [folder / form for form in forms]
