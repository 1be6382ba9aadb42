"""Camera Raw's folder of the user's own presets and enhanced profiles. Lightroom reads it when it starts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from couloir.errors import NoProfileFolder


def presets_folder(system: str, home: Path, environment: Mapping[str, str]) -> Path:
    """Camera Raw's Settings folder of the user on "darwin" or "win32". Raises NoProfileFolder elsewhere."""
    rest = Path("Adobe") / "CameraRaw" / "Settings"
    if system == "darwin":
        return home / "Library" / "Application Support" / rest
    if system == "win32" and environment.get("APPDATA"):
        return Path(environment["APPDATA"]) / rest
    raise NoProfileFolder(item=system, why="Lightroom runs on macOS and Windows only")
