"""Installs enhanced profiles in Camera Raw's folder of presets and profiles (`couloir.lightroom.camera_raw_folder`).

A profile's file has its UUID as its name: another library's profile of the same name lies beside it. Files go directly
into the folder, because nobody has seen whether Lightroom reads folders in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from couloir.disk import reading, writing
from couloir.errors import BadXmp, CannotInstall
from couloir.lightroom.enhanced.look import EnhancedProfile
from couloir.lightroom.enhanced.profile_file import read_profile_file, write_profile_file

_PREFIX: Final = "Couloir "
_SUFFIX: Final = ".xmp"


def file_name(profile: EnhancedProfile) -> str:
    """The name of a profile's file."""
    return f"{_PREFIX}{profile.uuid}{_SUFFIX}"


def install_profiles(profiles: Iterable[EnhancedProfile], folder: Path) -> list[Path]:
    """Write the profiles that are not there yet, and return their files. Raises CannotInstall."""
    written = []
    for profile in profiles:
        path, content = folder / file_name(profile), write_profile_file(profile)
        try:
            if _read(path) == content:
                continue
            half = path.with_name(f".{path.name}.half")
            folder.mkdir(parents=True, exist_ok=True)
            half.write_bytes(content)
            os.replace(half, path)  # noqa: PTH105 - on every system in one step
        except OSError as error:
            raise CannotInstall(path=folder, why=error.strerror or type(error).__name__) from error
        written.append(path)
    return written


def is_installed(profile: EnhancedProfile, folder: Path) -> bool:
    """Whether the folder holds this profile: its table, under its name. Raises what `couloir.disk.reading` does."""
    return _content(folder / file_name(profile)) == write_profile_file(profile)


def uninstall_profiles(profiles: Iterable[EnhancedProfile], folder: Path) -> list[Path]:
    """Remove the files of these profiles, and return them; a file that is no longer one of Couloir's stays."""
    gone = []
    for profile in profiles:
        path = folder / file_name(profile)
        content = _content(path)
        if content is None or not _is_of(content, profile):
            continue
        with writing(path):
            path.unlink(missing_ok=True)
        gone.append(path)
    return gone


def _content(path: Path) -> bytes | None:
    with reading(path):
        return _read(path)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _is_of(content: bytes, profile: EnhancedProfile) -> bool:
    try:
        return read_profile_file(content, profile.name).table.fingerprint == profile.table.fingerprint
    except BadXmp:
        return False
