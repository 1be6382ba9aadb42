"""Finds the file that a stored path names, within one folder only."""

from __future__ import annotations

import os
import stat
import unicodedata
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from couloir.disk import try_twice


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
    found, status = os.fspath(root), None
    has_link = _may_lead_elsewhere(root, boundary)
    for part in _parts(stored):
        step = _step_into(found, part)
        if step is None:
            return FileLocation()
        found, status = step
        has_link = has_link or stat.S_ISLNK(status.st_mode)
    path = Path(found)
    # Asking for every part of every path, whether or not there is a link, took longer than all else.
    if has_link and not leads_into(path, boundary):
        return FileLocation(unsafe="it leads, by a link, out of the folder it belongs to")
    is_file = path.is_file() if has_link else status is not None and stat.S_ISREG(status.st_mode)
    return FileLocation(path=path) if is_file else FileLocation()


def _may_lead_elsewhere(root: Path, boundary: Path) -> bool:
    """Whether `root` lies in `boundary` by its name alone only. Raises OSError.

    Windows has folders that lead elsewhere and are no links.
    """
    if os.name == "nt":
        return True
    place, end = os.fspath(root), os.fspath(boundary)  # texts: the steps of a Path take longer than the disk
    while place != end:
        if stat.S_ISLNK(try_twice(partial(os.lstat, place)).st_mode):
            return True
        below, place = place, os.path.dirname(place)  # noqa: PTH120  (the same)
        if place == below:
            return True  # not in `boundary` at all
    return False


def _step_into(folder: str, name: str) -> tuple[str, os.stat_result] | None:
    """The path and status of what has this name, in either form, in a folder; None where nothing has.

    Raises OSError for a folder that may not be looked into, which os.path.lexists takes for an empty one.
    """
    for form in _forms(name):
        path = os.path.join(folder, form)  # noqa: PTH118  (a Path for each step takes longer than the disk)
        try:
            return path, try_twice(partial(os.lstat, path))
        except (FileNotFoundError, NotADirectoryError):
            continue
    return None


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


def _forms(name: str) -> tuple[str, ...]:
    if name.isascii():
        return (name,)
    return tuple(dict.fromkeys((name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name))))
