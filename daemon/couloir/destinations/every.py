"""The table of doors. A new one takes a module or a folder in this room and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from couloir.destinations.apple_photos.photos import ApplePhotos
from couloir.destinations.capture_one.capture_one import CaptureOne
from couloir.destinations.door import Door
from couloir.destinations.dxo.photolab import PhotoLab
from couloir.destinations.lightroom import Lightroom

LIGHTROOM: Final = Lightroom()

DOORS: Final[Mapping[str, Door]] = {door.name: door for door in (LIGHTROOM, ApplePhotos(), CaptureOne(), PhotoLab())}
"""Each door by its name; Lightroom, the default, is first."""
