"""A preview as large as its photo, and how the same part of the photo is rendered beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from couloir.color.spaces import srgb_encode
from couloir.derive.details.color_map import to_planes
from couloir.derive.details.fine import NOT_THE_SAME
from couloir.derive.details.part import Part, choose_part
from couloir.derive.painted.frame import ShownFrame
from couloir.engines.decoding.coding import JpegCoding, read_coding
from couloir.engines.pixels import frame_size, load_pixels
from couloir.engines.protocol import Picture
from couloir.language import mark
from couloir.lightroom.crop import Crop
from couloir.lightroom.settings import DevelopSettings

REDUCED: Final = mark("The preview is smaller than the photo, so sharpening and noise cannot be compared.")
STRAIGHTENED: Final = mark("The photo is straightened, so sharpening and noise cannot be compared.")

_OF_WHOLE: Final = "PostCropVignetteAmount"  # it would be drawn about the middle of the part
_TURNED: Final = 5  # EXIF's orientations from here on exchange width and height

Draw = Callable[[DevelopSettings, int], Picture]
"""Renders a photo with settings, their crop included, and a long edge: encoded sRGB."""


class CannotTellError(Exception):
    """Why details cannot be compared, for the photographer."""


@dataclass(frozen=True, slots=True)
class PartPair:
    """A part of the preview (encoded sRGB), its place in the file's frame, and the preview's compression."""

    preview: Picture
    part: Part
    crop: Crop
    coding: JpegCoding | None

    def render(self, settings: DevelopSettings, draw: Draw) -> Picture:
        """The part alone; the vignette of the whole photo is left out. Raises CannotTellError."""
        own = {key: value for key, value in settings.items() if key != _OF_WHOLE}
        asked = DevelopSettings({**own, **self.crop.settings()})
        drawn = draw(asked, max(self.part.width, self.part.height))
        if drawn.shape != self.preview.shape:
            raise CannotTellError(NOT_THE_SAME)
        return drawn


def load_pair(original: Path, preview: Path, crop: Crop, orientation: int) -> PartPair:
    """The pair of a photo that is shown with this crop and EXIF orientation. Raises CannotTellError, BadImage."""
    if crop.angle:
        raise CannotTellError(STRAIGHTENED)
    width, height = frame_size(original)
    kept = [round(side) for side in crop.pixel_size(width, height)]
    shown = (kept[1], kept[0]) if orientation >= _TURNED else (kept[0], kept[1])
    if frame_size(preview) != shown:
        raise CannotTellError(REDUCED)
    encoded = np.asarray(srgb_encode(load_pixels(preview, None, orient=True)), dtype=np.float32)
    part = choose_part(to_planes(encoded)[..., 0])
    frame = ShownFrame(width, height, crop, orientation)
    return PartPair(part.cut(encoded), part, part.crop(frame, shown), read_coding(preview))
