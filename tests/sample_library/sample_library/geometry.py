"""Aperture's geometry: straighten, then crop, then turn; sizes in pixels, y upwards, origin bottom-left.

Straightening turns the picture about its centre by `degrees` (positive is counter-clockwise) on a canvas that grows
to the bounding box; the crop rectangle is expressed in that canvas; the rotation in quarter turns clockwise comes
last.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle by its lower left corner and size; pixels or fractions, as its user says."""

    x: float
    y: float
    width: float
    height: float


def canvas(size: Size, degrees: float) -> tuple[float, float]:
    """Width and height of the bounding box of a picture turned by `degrees`."""
    cosine, sine = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    width, height = size
    return width * cosine + height * sine, width * sine + height * cosine


def inscribed(size: Size, degrees: float) -> tuple[float, float]:
    """The largest rectangle of the picture's own proportions, centred, with no corner outside the turned picture."""
    cosine, sine = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    width, height = size
    scale = 1 / max(cosine + height / width * sine, cosine + width / height * sine)
    return width * scale, height * scale


def framed(size: Size, degrees: float, crop: Rectangle | None) -> Rectangle:
    """The part of the straightened canvas that stays: the crop, or Aperture's automatic centred one.

    Rounding: Aperture renders whole pixels; the automatic crop is rounded down so that no empty corner shows.
    """
    if crop is not None:
        return crop
    if degrees == 0:
        return Rectangle(0, 0, *size)
    full_width, full_height = canvas(size, degrees)
    width, height = (max(1, math.floor(side + 1e-6)) for side in inscribed(size, degrees))
    return Rectangle((full_width - width) / 2, (full_height - height) / 2, width, height)


def processed_size(size: Size, degrees: float, crop: Rectangle | None, rotation: int) -> Size:
    """The size Aperture renders and stores as processedWidth and processedHeight."""
    frame = framed(size, degrees, crop)
    width, height = round(frame.width), round(frame.height)
    return (height, width) if rotation in (90, 270) else (width, height)


def to_processed(area: Rectangle, size: Size, degrees: float, crop: Rectangle | None, rotation: int) -> Rectangle:
    """A rectangle given as fractions of the unrotated master, as fractions of the processed picture (bounding box)."""
    width, height = size
    full_width, full_height = canvas(size, degrees)
    frame = framed(size, degrees, crop)
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    points = []
    for u in (area.x, area.x + area.width):
        for v in (area.y, area.y + area.height):
            x, y = (u - 0.5) * width, (v - 0.5) * height
            across = (x * cosine - y * sine + full_width / 2 - frame.x) / frame.width
            up = (x * sine + y * cosine + full_height / 2 - frame.y) / frame.height
            points.append(_turned(across, up, rotation))
    left, bottom = min(p[0] for p in points), min(p[1] for p in points)
    return Rectangle(left, bottom, max(p[0] for p in points) - left, max(p[1] for p in points) - bottom)


def _turned(across: float, up: float, rotation: int) -> tuple[float, float]:
    match rotation:
        case 90:
            return up, 1 - across
        case 180:
            return 1 - across, 1 - up
        case 270:
            return 1 - up, across
        case _:
            return across, up
