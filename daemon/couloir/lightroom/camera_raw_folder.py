"""Camera Raw's folders of the user. Lightroom reads them when it starts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from couloir.errors import NoProfileFolder

PRESETS: Final = "Settings"
"""The user's own presets and enhanced profiles."""

CAMERA_PROFILES: Final = "CameraProfiles"


def camera_raw_folder(part: str, system: str, home: Path, environment: Mapping[str, str]) -> Path:
    """Camera Raw's folder of the user's PRESETS or CAMERA_PROFILES on "darwin" or "win32".

    Raises NoProfileFolder elsewhere.
    """
    rest = Path("Adobe") / "CameraRaw" / part
    if system == "darwin":
        return home / "Library" / "Application Support" / rest
    if system == "win32" and environment.get("APPDATA"):
        return Path(environment["APPDATA"]) / rest
    raise NoProfileFolder(item=system, why="Lightroom runs on macOS and Windows only")
