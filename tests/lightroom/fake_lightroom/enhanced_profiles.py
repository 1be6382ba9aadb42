"""Enhanced profiles: what Lightroom knows of them since it started, and what it draws.

Reported by several makers of profiles: Camera Raw's Settings folder is read at launch only. A Look that names a
profile's UUID and its RGBTable is drawn where the profile is known; by its UUID alone, or without the profile,
Lightroom shows a name and changes no colour (a user of Lightroom Classic with Camera Raw 18.3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDERS = {
    "mac": ("Library", "Application Support", "Adobe", "CameraRaw", "Settings"),
    "win": ("AppData", "Roaming", "Adobe", "CameraRaw", "Settings"),
}
_UUID = re.compile(r'crs:UUID="([0-9A-F]{32})"')
_TABLE = re.compile(r'crs:RGBTable="([0-9A-F]{32})"')


@dataclass(frozen=True, slots=True)
class KnownProfile:
    """A profile by its file: the table's MD5 and its text."""

    fingerprint: str
    text: str


def known_at_start(home: Path, platform: str) -> dict[str, KnownProfile]:
    """The profiles in the user's folder, by UUID."""
    found = {}
    for path in sorted(home.joinpath(*FOLDERS[platform]).glob("*.xmp")):
        content = path.read_text("utf-8")
        uuid, table = _UUID.search(content), _TABLE.search(content)
        if 'crs:PresetType="Look"' in content and uuid and table:
            text = re.search(rf'crs:Table_{table[1]}="([^"]*)"', content)
            if text:
                found[uuid[1]] = KnownProfile(table[1], text[1])
    return found


def table_drawn(settings: Mapping[str, Any], known: Mapping[str, KnownProfile]) -> str:
    """The text of the table with which a photo is drawn, "" for none."""
    look = settings.get("Look")
    if not isinstance(look, Mapping) or not isinstance(look.get("Parameters"), Mapping):
        return ""
    profile = known.get(str(look.get("UUID")))
    return profile.text if profile and look["Parameters"].get("RGBTable") == profile.fingerprint else ""
