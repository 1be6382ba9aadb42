"""The table of doors. A new one takes a module or a folder in this room and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from couloir.destinations.apple_photos.photos import ApplePhotos
from couloir.destinations.capture_one.capture_one import CaptureOne
from couloir.destinations.darktable.darktable import Darktable
from couloir.destinations.door import Door
from couloir.destinations.dxo.photolab import PhotoLab
from couloir.destinations.lightroom import Lightroom
from couloir.destinations.rawtherapee import RawTherapee

LIGHTROOM: Final = Lightroom()
_OTHERS: Final[tuple[Door, ...]] = (CaptureOne(), ApplePhotos(), PhotoLab(), Darktable(), RawTherapee())

DOORS: Final[Mapping[str, Door]] = {door.name: door for door in (LIGHTROOM, *_OTHERS)}
"""Each door by its name; Lightroom, the default, is first."""
