"""The folders of profiles: Couloir's own for learnt ones, and Adobe's for those that Camera Raw lists."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from couloir.disk import writing
from couloir.errors import AccessDenied, BadProfile
from couloir.profiles.camera_profile import CameraProfile
from couloir.profiles.dcp import profile_bytes, read_profile

RESTART: Final = "Restart Lightroom: it reads the folder of profiles only when it starts."

_SUFFIX: Final = ".dcp"


class ProfileFolder:
    """The learnt profiles in one folder, one for each camera. The folder need not exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def profiles(self) -> dict[str, CameraProfile]:
        """The profiles by camera. Files that cannot be read as profiles are left out; `read` returns their errors."""
        return self.read()[0]

    def read(self) -> tuple[dict[str, CameraProfile], list[BadProfile]]:
        """The profiles by camera, and the error of each file that cannot be read as a profile."""
        found: dict[str, CameraProfile] = {}
        refused: list[BadProfile] = []
        for path in sorted(self.folder.glob(f"*{_SUFFIX}")):
            try:
                profile = read_profile(path)
            except BadProfile as error:
                refused.append(error)
            else:
                found[profile.camera] = profile
        return found, refused

    def put(self, profile: CameraProfile) -> Path:
        """Write a profile; it replaces the one of its camera. Raises what `couloir.disk.writing` does."""
        return _written(profile, self.folder)

    def path(self, camera: str) -> Path:
        """The path of a camera's profile, whether it exists or not."""
        return self.folder / file_name(camera)


def file_name(camera: str) -> str:
    """The file name of a camera's profile, of characters that every file system accepts."""
    return f"Aperture {re.sub(r'[^A-Za-z0-9 _.-]+', '_', camera).strip(' .')}{_SUFFIX}"


def install(profile: CameraProfile, folder: Path) -> Path:
    """Write a profile into Camera Raw's folder. Raises BadProfile if the file there is not Couloir's."""
    _check_ours(folder / file_name(profile.camera))
    return _written(profile, folder)


def is_installed(profile: CameraProfile, folder: Path) -> bool:
    """Whether Camera Raw's folder holds exactly this profile, not an earlier one of its camera."""
    path = folder / file_name(profile.camera)
    try:
        return path.read_bytes() == profile_bytes(profile)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise AccessDenied(path=path) from error


def uninstall(camera: str, folder: Path) -> Path | None:
    """Remove Couloir's profile of a camera; None when there is none. Raises BadProfile if the file is not Couloir's."""
    path = folder / file_name(camera)
    if not path.exists():
        return None
    _check_ours(path)
    with writing(path):
        path.unlink()
    return path


def _check_ours(path: Path) -> None:
    if path.exists() and read_profile(path).learnt is None:
        raise BadProfile(item=path, why="it was not written by Couloir and is left unchanged")


def _written(profile: CameraProfile, folder: Path) -> Path:
    path = folder / file_name(profile.camera)
    half = path.with_name(f".{path.name}.half")
    with writing(path):
        folder.mkdir(parents=True, exist_ok=True)
        half.write_bytes(profile_bytes(profile))
        os.replace(half, path)  # noqa: PTH105 - on every system in one step
    return path
