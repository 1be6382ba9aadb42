"""Crop and rotation in Capture One's numbers.

*Rotation* is clockwise degrees and includes the camera's orientation (EXIF 6 is 90, 8 is 270): the file of engine 50,
Duochrome, and c1cmd's measurement of the sign. *Crop* is the centre in pixels of the sensor's frame, y from the top,
and then width and height as the camera was held: fixAperture2CaptureOne, which put right the crops that Capture One's
own importer had spoilt, and Duochrome both have height and width of the sensor in that order for a photo of EXIF
orientation 6 or 8, while the file of engine 50, taken upright and turned by hand, has them unswapped.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from couloir.aperture.model import Version
from couloir.destinations.capture_one.keys import Setting
from couloir.destinations.door import Photograph
from couloir.lightroom.crop import Crop

TURNED: Final = (5, 6, 7, 8)
"""The EXIF codes of a camera held on its side."""


def frame_settings(crop: Crop | None, version: Version, photo: Photograph) -> Mapping[str, Setting]:
    """Rotation, and Crop where there is one and the frame's size is known."""
    angle = 0.0 if crop is None else crop.angle
    found: dict[str, Setting] = {"Rotation": math.fmod(version.rotation - angle, 360.0)}
    if crop is None or not photo.width or not photo.height:
        return found
    middle_x, middle_y, width, height, _ = crop.rectangle(photo.width, photo.height)
    extent = (height, width) if photo.orientation in TURNED else (width, height)
    return {**found, "Crop": (middle_x, middle_y, *extent)}
