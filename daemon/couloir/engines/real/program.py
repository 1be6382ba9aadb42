"""Common functions of the renderers by other programs: running one, and refusing settings that it would not draw."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from couloir.color.spaces import srgb_encode
from couloir.engines.pixels import load_pixels
from couloir.engines.protocol import Picture
from couloir.errors import CannotRender
from couloir.lightroom.keys import LINEAR_CURVE, SETTINGS, SettingType
from couloir.lightroom.settings import DevelopSettings

TIMEOUT: Final = 120.0
_LAST_WORDS: Final = 200

# Keys that do not affect the look, or that every renderer draws: the settings of an untouched photo.
_WITHOUT_LOOK: Final = frozenset(
    {"ProcessVersion", "Version", "WhiteBalance", "HasCrop", "ToneCurveName2012", "CameraProfile", "Look"}
)


def list_changes(settings: DevelopSettings) -> frozenset[str]:
    """The keys whose values differ from what Lightroom gives an untouched file."""
    return frozenset(
        key
        for key, value in settings.items()
        if key not in _WITHOUT_LOOK and SETTINGS[key].type is not SettingType.TEXT and value != _untouched(key)
    )


def require(item: Path, renderer: str, settings: DevelopSettings, drawn: Collection[str]) -> None:
    """Raise CannotRender naming the settings that this renderer would leave out."""
    beyond = sorted(list_changes(settings) - set(drawn))
    if beyond:
        raise CannotRender(item=item, renderer=renderer, why=f"it does not draw {', '.join(beyond)}")


def run(command: Sequence[str], item: Path, renderer: str, home: Path) -> None:
    """Run a renderer with `home` as its home folder, so that the user's own presets have no effect.

    Raises CannotRender with the end of its output when it fails, is not installed or takes more than two minutes.
    """
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home)}
    try:
        done = subprocess.run(  # noqa: S603 - a list of words that this package put together, no shell
            command, capture_output=True, timeout=TIMEOUT, check=False, env=environment
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotRender(item=item, renderer=renderer, why=str(error)) from error
    if done.returncode:
        words = (done.stderr or done.stdout).decode("utf-8", errors="replace").strip()[-_LAST_WORDS:]
        raise CannotRender(item=item, renderer=renderer, why=f"it ended with {done.returncode}: {words}")


def read_rendering(path: Path, item: Path, renderer: str, size: int) -> Picture:
    """The picture that a renderer wrote, reduced to `size`. Raises CannotRender when it wrote none."""
    if not path.exists():
        raise CannotRender(item=item, renderer=renderer, why="it wrote no picture")
    return np.clip(srgb_encode(load_pixels(path, size, orient=True)), 0, 1).astype(np.float32)


def _untouched(key: str) -> object:
    setting = SETTINGS[key]
    return LINEAR_CURVE if setting.type is SettingType.CURVE else setting.default
