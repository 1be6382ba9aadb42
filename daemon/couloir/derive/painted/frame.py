"""Moves what was painted on a picture as it is shown into the frame that the file stores, where Lightroom keeps masks.

A shown picture is a turned rectangle of that frame, rotated by quarter turns and mirrored (`engines.geometry`); all of
it keeps round dabs round, so a stroke is moved dab by dab.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from couloir.aperture.model import Version
from couloir.engines.camera_raw.masks import Alpha, draw_masks
from couloir.engines.geometry import TURNS, cut, orient
from couloir.engines.protocol import Picture
from couloir.lightroom.crop import Crop
from couloir.lightroom.local.masks import Brush, Dab, LocalAdjustment, Mask, Stroke
from couloir.lightroom.local.repairs import RetouchedArea

_DRAWN: Final = 384  # long edge in pixels of a stored frame on which masks are drawn
_TURNED_FROM: Final = 5  # of EXIF's orientations those that lie on their side
_WHOLE: Final = Crop(0.0, 0.0, 1.0, 1.0, 0.0)
_UNTURNED: Final[Mapping[int, Callable[[float, float], tuple[float, float]]]] = {
    0: lambda x, y: (x, y),
    90: lambda x, y: (y, 1 - x),
    180: lambda x, y: (1 - x, 1 - y),
    270: lambda x, y: (1 - y, x),
}
_TURNED: Final[Mapping[int, Callable[[float, float], tuple[float, float]]]] = {
    0: lambda x, y: (x, y),
    90: lambda x, y: (1 - y, x),
    180: lambda x, y: (1 - x, 1 - y),
    270: lambda x, y: (y, 1 - x),
}


@dataclass(frozen=True, slots=True)
class ShownFrame:
    """What of a file is shown: its stored size in pixels, the crop (None for all of it), and EXIF's orientation."""

    width: float
    height: float
    crop: Crop | None = None
    orientation: int = 1

    def store(self, adjustment: LocalAdjustment) -> LocalAdjustment:
        """A local adjustment of brushes on the shown picture, in the stored frame."""
        masks = (replace(mask, shape=self._store_brush(mask)) for mask in adjustment.masks)
        return replace(adjustment, masks=tuple(masks))

    def show_area(self, area: RetouchedArea) -> RetouchedArea:
        """A retouched area of the stored frame, on the shown picture; its source, too."""
        places = tuple(self.show(*place) for place in area.places)
        radius = min(area.radius * self.width / self.shown_width, 1.0)
        return replace(area, places=places, source=self.show(*area.source), radius=radius)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A place of the shown picture, both as fractions from the top left."""
        mirrored, turn = TURNS[self.orientation]
        across, down = _UNTURNED[turn](x, y)
        if mirrored:
            across = 1 - across
        center_x, center_y, width, height, angle = self._rectangle
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        to_right, to_bottom = (across - 0.5) * width, (down - 0.5) * height
        return (
            (center_x + to_right * cos - to_bottom * sin) / self.width,
            (center_y + to_right * sin + to_bottom * cos) / self.height,
        )

    def show(self, x: float, y: float) -> tuple[float, float]:
        """The inverse of `place`: a place of the stored frame on the shown picture, beyond 0..1 where it is cut off."""
        center_x, center_y, width, height, angle = self._rectangle
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        to_right, to_bottom = x * self.width - center_x, y * self.height - center_y
        across = (to_right * cos + to_bottom * sin) / width + 0.5
        down = (to_bottom * cos - to_right * sin) / height + 0.5
        mirrored, turn = TURNS[self.orientation]
        return _TURNED[turn](1 - across if mirrored else across, down)

    def cover(self, local: Sequence[LocalAdjustment], rows: int, columns: int) -> Alpha:
        """How strongly stored local adjustments act on the shown picture at most, (rows, columns)."""
        wide = _DRAWN / max(self.width, self.height)
        stored = max(1, round(self.height * wide)), max(1, round(self.width * wide))
        total = np.zeros(stored, dtype=np.float32)
        for each in local:
            total = np.maximum(total, draw_masks(each.masks, stored[1], stored[0]))
        center_x, center_y, width, height, angle = self._rectangle
        center, extent = (center_x * wide, center_y * wide), (width * wide, height * wide)
        across, down = (columns, rows) if self.orientation < _TURNED_FROM else (rows, columns)
        three = np.repeat(total[..., np.newaxis], 3, axis=-1)
        inside = cut(three, center, extent, angle, (across, down))
        return np.ascontiguousarray(orient(inside, self.orientation)[..., 0])

    @property
    def shown_width(self) -> float:
        """What the shown picture is wide in pixels of the stored frame."""
        _, _, width, height, _ = self._rectangle
        return height if TURNS[self.orientation][1] in (90, 270) else width

    @property
    def _rectangle(self) -> tuple[float, float, float, float, float]:
        return (self.crop or _WHOLE).rectangle(self.width, self.height)

    def _store_brush(self, mask: Mask) -> Brush:
        if not isinstance(mask.shape, Brush):
            raise TypeError(f"{type(mask.shape).__name__} is no brush")
        scale = self.shown_width / self.width
        return Brush(tuple(self._store_stroke(stroke, scale) for stroke in mask.shape.strokes))

    def _store_stroke(self, stroke: Stroke, scale: float) -> Stroke:
        dabs = tuple(Dab(*self.place(dab.x, dab.y), dab.flow) for dab in stroke.dabs)
        return replace(stroke, dabs=dabs, radius=min(stroke.radius * scale, 1.0))


def frame_of(version: Version, crop: Crop | None, orientation: int, shown: Picture) -> ShownFrame:
    """The frame of a version; `shown` is a picture of it, whose shape serves where no size is stored."""
    size = version.master_size
    if size is not None and min(size.width, size.height) > 0:
        return ShownFrame(size.width, size.height, crop, orientation)
    rows, columns = shown.shape[:2]
    turned = TURNS[orientation][1] in (90, 270)
    return ShownFrame(*((rows, columns) if turned else (columns, rows)), None, orientation)
