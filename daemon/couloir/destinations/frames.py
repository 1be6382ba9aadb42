"""A crop in the frame that programs show: the stored one, turned and mirrored as the EXIF orientation says."""

from __future__ import annotations

from typing import Final

from couloir.lightroom.crop import Crop

_TURNS: Final = {1: 0, 2: 0, 3: 180, 4: 180, 5: 270, 6: 90, 7: 90, 8: 270}
"""Clockwise degrees of each EXIF code (Exif 2.32, tag 0x0112), after the mirroring of the even ones and 5 and 7."""
_MIRRORED: Final = frozenset({2, 4, 5, 7})


def show_size(width: int, height: int, orientation: int) -> tuple[int, int]:
    """The size of the oriented frame."""
    return (height, width) if _TURNS.get(orientation, 0) % 180 else (width, height)


def show_rectangle(crop: Crop, width: int, height: int, orientation: int) -> tuple[float, float, float, float, float]:
    """(center x, center y, width, height, angle) in pixels of the oriented frame, y down, the angle clockwise.

    `crop` and the size are of the stored frame.
    """
    center_x, center_y, across, down, angle = crop.rectangle(width, height)
    if orientation in _MIRRORED:
        center_x, angle = width - center_x, -angle
    match _TURNS.get(orientation, 0):
        case 90:
            return height - center_y, center_x, down, across, angle
        case 180:
            return width - center_x, height - center_y, across, down, angle
        case 270:
            return center_y, width - center_x, down, across, angle
    return center_x, center_y, across, down, angle


def turn_between(stored: int, wanted: int) -> tuple[bool, int]:
    """What takes a picture that is shown as `stored` says to what `wanted` says: mirrored left to right, then turned by
    clockwise degrees.
    """
    mirrored = (stored in _MIRRORED) != (wanted in _MIRRORED)
    turn = _TURNS.get(wanted, 0) + (_TURNS.get(stored, 0) if mirrored else -_TURNS.get(stored, 0))
    return mirrored, turn % 360
