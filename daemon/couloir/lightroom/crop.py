"""Lightroom's crop: five numbers, and the rectangle on the photo that they describe.

The four fractions are not the sides of an upright box. They are two opposite corners of the crop rectangle after it has
been turned by `angle`, in fractions of the file's own frame, before any EXIF orientation. With the corners' distance in
pixels dx = (right - left) * W and dy = (bottom - top) * H,

    width  = dx * cos(angle) + dy * sin(angle)
    height = dy * cos(angle) - dx * sin(angle)

and the centre is the middle of the two corners. Checked against a crop whose pixel size Lightroom itself reported, one
whose aspect ratio is known, and renderings by darktable, whose Lightroom import uses the same model.
"""

from __future__ import annotations

import math
import sys
from dataclasses import astuple, dataclass

MAX_ANGLE = 45.0


@dataclass(frozen=True, slots=True)
class Crop:
    """Top-left and bottom-right corner of the turned rectangle, as fractions; `angle` in degrees, -45 to 45.

    A positive angle turns the rectangle clockwise as seen on the screen. Raises ValueError for a number that is not
    finite, and for an angle beyond 45 degrees. Whether the rectangle lies inside the photo depends on its frame: see
    `fits`.
    """

    left: float
    top: float
    right: float
    bottom: float
    angle: float

    def __post_init__(self) -> None:
        # Not math.isfinite, which fails for a whole number that no float can hold.
        if not all(abs(number) <= sys.float_info.max for number in astuple(self)):
            raise ValueError(f"the crop {astuple(self)} has a number that is not finite")
        if abs(self.angle) > MAX_ANGLE:
            raise ValueError(f"the crop angle {self.angle} is beyond {MAX_ANGLE} degrees")

    @classmethod
    def from_rectangle(
        cls,
        center_x: float,
        center_y: float,
        width: float,
        height: float,
        angle: float,
        frame_width: float,
        frame_height: float,
    ) -> Crop:
        """The crop for a rectangle in pixels of the un-oriented frame, y down, turned by `angle` about its centre.

        Raises ValueError for a size that is not positive.
        """
        if not min(width, height, frame_width, frame_height) > 0:
            raise ValueError(f"a crop of {width} x {height} in a frame of {frame_width} x {frame_height} has no area")
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        half_dx = (width * cos - height * sin) / 2
        half_dy = (width * sin + height * cos) / 2
        return cls(
            left=(center_x - half_dx) / frame_width,
            top=(center_y - half_dy) / frame_height,
            right=(center_x + half_dx) / frame_width,
            bottom=(center_y + half_dy) / frame_height,
            angle=angle,
        )

    def pixel_size(self, frame_width: float, frame_height: float) -> tuple[float, float]:
        """Width and height of the cropped photo in pixels, before orientation; not positive when it has no area."""
        dx = (self.right - self.left) * frame_width
        dy = (self.bottom - self.top) * frame_height
        cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        return dx * cos + dy * sin, dy * cos - dx * sin

    def rectangle(self, frame_width: float, frame_height: float) -> tuple[float, float, float, float, float]:
        """(center_x, center_y, width, height, angle) in pixels: the inverse of `from_rectangle`."""
        width, height = self.pixel_size(frame_width, frame_height)
        center_x = (self.left + self.right) / 2 * frame_width
        center_y = (self.top + self.bottom) / 2 * frame_height
        return center_x, center_y, width, height, self.angle

    def corners(self, frame_width: float, frame_height: float) -> tuple[tuple[float, float], ...]:
        """The four corners in pixels: top-left, top-right, bottom-right, bottom-left of the turned rectangle."""
        center_x, center_y, width, height, angle = self.rectangle(frame_width, frame_height)
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
        return tuple(
            (
                center_x + (sx * width * cos - sy * height * sin) / 2,
                center_y + (sx * width * sin + sy * height * cos) / 2,
            )
            for sx, sy in signs
        )

    def fits(self, frame_width: float, frame_height: float, tolerance: float = 0.5) -> bool:
        """True when the rectangle has an area and no corner leaves the frame by more than `tolerance` pixels."""
        if min(self.pixel_size(frame_width, frame_height)) <= 0:
            return False
        return all(
            -tolerance <= x <= frame_width + tolerance and -tolerance <= y <= frame_height + tolerance
            for x, y in self.corners(frame_width, frame_height)
        )

    def settings(self) -> dict[str, float]:
        """The five develop settings. Lightroom applies all five together or none."""
        return {
            "CropLeft": self.left,
            "CropTop": self.top,
            "CropRight": self.right,
            "CropBottom": self.bottom,
            "CropAngle": self.angle,
        }
