"""Paths as plug-in code sees them, on a fake macOS or Windows, and the real files behind them."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Literal

Platform = Literal["mac", "win"]


class Paths:
    """On the fake Windows of a Unix machine the root folder is drive C."""

    def __init__(self, platform: Platform, home: Path, *, posix: bool, version: tuple[int, int] = (15, 0)) -> None:
        self.windows = platform == "win" and not posix
        self.separator = "\\" if self.windows else "/"
        self._folders = {
            "home": home,
            "temp": Path(tempfile.gettempdir()),
            "desktop": home / "Desktop",
            "documents": home / "Documents",
            "pictures": home / "Pictures",
            "appPrefs": home / "Library" / "Preferences" / "Adobe" / "Lightroom",
            "appData": home / "Library" / "Application Support" / "Adobe" / "Lightroom",
        }
        if platform == "win":
            roaming = home / "AppData" / "Roaming" / "Adobe" / "Lightroom"
            self._folders |= {"appPrefs": roaming / "Preferences", "appData": roaming}
        # Adobe's reference of 14.3 names these; before, all logs went into the user's documents.
        log_folder: tuple[str, ...] = ("Library", "Logs", "Adobe", "Lightroom", "LrClassicLogs")
        if version < (14, 0):
            log_folder = ("Documents", "LrClassicLogs")
        elif platform == "win":
            log_folder = ("AppData", "Local", "Adobe", "Lightroom", "Logs", "LrClassicLogs")
        self.logs = home.joinpath(*log_folder)

    def standard(self, which: str) -> str | None:
        folder = self._folders.get(which)
        return None if folder is None else self.to_sdk(folder)

    def to_sdk(self, path: Path | str) -> str:
        """A real path in the form that plug-in code expects."""
        text = str(path)
        if self.windows:
            return text.replace("/", "\\") if os.name == "nt" else "C:" + text.replace("/", "\\")
        return "/" + text.replace("\\", "/") if os.name == "nt" else text

    def to_host(self, path: str) -> Path:
        """The real file behind a path of plug-in code."""
        if self.windows and os.name != "nt":
            path = re.sub(r"^[A-Za-z]:", "", path).replace("\\", "/")
        if not self.windows and os.name == "nt":
            path = re.sub(r"^/(?=[A-Za-z]:)", "", path)
        return Path(path)

    # The functions of LrPathUtils, on text alone ------------------------------------------------------------------

    def is_absolute(self, path: str) -> bool:
        return bool(re.match(r"[A-Za-z]:[\\/]|\\\\", path)) if self.windows else path.startswith("/")

    def parts(self, path: str) -> list[str]:
        return [part for part in re.split(r"[\\/]" if self.windows else "/", path) if part]

    def child(self, path: str, name: str) -> str:
        return path.rstrip("/\\" if self.windows else "/") + self.separator + name.lstrip(self.separator)

    def leaf(self, path: str) -> str:
        parts = self.parts(path)
        return parts[-1] if parts else path

    def parent(self, path: str) -> str | None:
        """None for a root and for a bare name."""
        parts = self.parts(path)
        if len(parts) < (1 if path.startswith("/") and not self.windows else 2):
            return None
        stem = self.separator.join(parts[:-1])
        if self.windows:
            return stem + (self.separator if len(parts) == 2 else "")
        return ("/" if path.startswith("/") else "") + stem

    def extension(self, path: str) -> str:
        name = self.leaf(path)
        stem, dot, extension = name.rpartition(".")
        return extension if dot and stem else ""

    def without_extension(self, path: str) -> str:
        extension = self.extension(path)
        return path[: -len(extension) - 1] if extension else path

    def standardize(self, path: str) -> str:
        if path.startswith("~") and not self.windows:
            path = (self.standard("home") or "") + path[1:]
        kept: list[str] = []
        for part in self.parts(path):
            if part == "..":
                kept = kept[:-1]
            elif part != ".":
                kept.append(part)
        joined = self.separator.join(kept)
        if self.windows:
            return joined + (self.separator if len(kept) == 1 else "")
        return ("/" if path.startswith("/") else "") + joined
