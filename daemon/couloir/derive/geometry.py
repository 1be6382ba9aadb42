"""Straighten, then crop, then rotation: Aperture's geometry in Lightroom's five crop numbers.

Aperture turns the master about its centre (positive is counter-clockwise); the canvas grows to the bounding box; the
crop rectangle is written in that canvas with its origin bottom-left; the result is then rotated by the version's
rotation. A straightened version without a crop row is cropped, centred, to the processed size. Lightroom describes
the same rectangle as one turned clockwise by CropAngle in the un-oriented frame. The sign of straightening rests on
one independent reader; the processed size of every version is the oracle for the rest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from couloir.aperture.adjustments import Crop, Straighten
from couloir.aperture.model import PixelSize
from couloir.derive.contribution import PhotoFacts
from couloir.derive.manifest import NEUTRAL, Carries, Carry
from couloir.derive.model import Anomaly, Fidelity
from couloir.lightroom.crop import Crop as LightroomCrop
from couloir.lightroom.settings import PhotoKind

CROP_IDENTIFIER, CROP_TITLE = "RKCropOperation", "Crop"
STRAIGHTEN_IDENTIFIER, STRAIGHTEN_TITLE = "RKStraightenCropOperation", "Straighten"

_CROP_SETTINGS = ("CropLeft", "CropTop", "CropRight", "CropBottom", "CropAngle")

_CROPPED = Carry(Fidelity.EXACT, "The same rectangle.", _CROP_SETTINGS)
CROP_CARRIES: Carries = {"x": _CROPPED, "y": _CROPPED, "width": _CROPPED, "height": _CROPPED}
_STRAIGHTENED = Carry(
    Fidelity.EXACT,
    "The same angle; that Aperture counts it counter-clockwise rests on one other reader of its libraries.",
    _CROP_SETTINGS,
)
STRAIGHTEN_CARRIES: Carries = {"rotation": _STRAIGHTENED}

RAW_FRAME = Carry(
    Fidelity.APPROXIMATE,
    "Adobe and Apple trim the edge of a RAW file by a few pixels more or less, so the frame may move by that much.",
    _CROP_SETTINGS,
)
NO_SIZE = Carry(Fidelity.DROPPED, "Aperture has stored no size for this photo, so its crop cannot be placed.")
UNUSABLE = Carry(Fidelity.DROPPED, "The stored crop leaves nothing of the photo.")
TOO_STEEP = Carry(Fidelity.DROPPED, "Lightroom straightens by 45 degrees at most.")

MAX_ANGLE = 45.0
SIZE_TOLERANCE = 1.0  # pixels; Aperture rounds the processed size


@dataclass(frozen=True, slots=True)
class Frame:
    """The outcome: a crop (None keeps the whole frame), the size it gives after rotation, what contradicts, and the
    rows.
    """

    crop: LightroomCrop | None
    expected_size: tuple[int, int] | None
    anomalies: tuple[Anomaly, ...]
    crop_row: Carry
    straighten_row: Carry


def frame(crops: list[Crop], straightens: list[Straighten], photo: PhotoFacts) -> Frame:
    """The geometry of one version from its enabled crop and straighten operations.

    The last crop counts; angles add up. Never guesses: a size that does not fit the stored processed size is an
    anomaly.
    """
    crop = next((c for c in reversed(crops) if not c.is_empty), None)
    angle = math.fsum(straighten.rotation for straighten in straightens)
    master = photo.master_size
    if master is None or min(master.width, master.height) <= 0:
        return Frame(None, None, (), NO_SIZE if crop else NEUTRAL, NO_SIZE if angle else NEUTRAL)
    whole = (float(master.width), float(master.height))
    if abs(angle) > MAX_ANGLE:
        return Frame(None, *_checked(whole, photo), TOO_STEEP, TOO_STEEP)
    crop_row = (RAW_FRAME if photo.kind is PhotoKind.RAW else _CROPPED) if crop else NEUTRAL
    straighten_row = (RAW_FRAME if photo.kind is PhotoKind.RAW else _STRAIGHTENED) if angle else NEUTRAL
    if crop is None and not angle:
        return Frame(None, *_checked(whole, photo), crop_row, straighten_row)
    wanted = _rectangle(crop, angle, photo, master)
    scale = _largest_scale(wanted, angle, master)
    if min(wanted[2:]) * scale < 1:
        nothing = Anomaly("geometry.outside", "The stored crop leaves nothing of the photo; the whole frame is kept.")
        size, anomalies = _checked(whole, photo)
        return Frame(None, size, (nothing, *anomalies), UNUSABLE, UNUSABLE if angle else straighten_row)
    center_x, center_y, width, height = wanted
    size, anomalies = _checked((width * scale, height * scale), photo)
    if max(width, height) * (1 - scale) > SIZE_TOLERANCE:
        reaches_out = Anomaly(
            "geometry.outside",
            f"The crop of {width:.0f} x {height:.0f} pixels reaches outside the photo of {master.width} x "
            f"{master.height}; it was made smaller until it fits.",
        )
        anomalies = (reaches_out, *anomalies)
    result = LightroomCrop.from_rectangle(
        center_x, center_y, width * scale, height * scale, angle, master.width, master.height
    )
    return Frame(result, size, anomalies, crop_row, straighten_row)


def _largest_scale(rectangle: tuple[float, float, float, float], angle: float, master: PixelSize) -> float:
    """How far the turned rectangle must shrink about its centre to lie in the master: 1 when it does, 0 when it
    cannot.
    """
    center_x, center_y, width, height = rectangle
    cos, sin = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
    reach_x, reach_y = (width * cos + height * sin) / 2, (width * sin + height * cos) / 2
    room_x, room_y = min(center_x, master.width - center_x), min(center_y, master.height - center_y)
    return min(1.0, max(0.0, room_x) / reach_x, max(0.0, room_y) / reach_y)


def _rectangle(
    crop: Crop | None, angle: float, photo: PhotoFacts, master: PixelSize
) -> tuple[float, float, float, float]:
    """(centre x, centre y, width, height) of the crop in the master's frame: pixels, y down."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    canvas_width = master.width * abs(cos) + master.height * abs(sin)
    canvas_height = master.width * abs(sin) + master.height * abs(cos)
    if crop is None:
        width, height = _unrotated(photo.processed_size or master, photo.rotation)
        from_center_x = from_center_y = 0.0
    else:
        width, height = crop.width, crop.height
        from_center_x = crop.x + crop.width / 2 - canvas_width / 2
        from_center_y = canvas_height / 2 - (crop.y + crop.height / 2)
    return (
        master.width / 2 + from_center_x * cos - from_center_y * sin,
        master.height / 2 + from_center_x * sin + from_center_y * cos,
        width,
        height,
    )


def _unrotated(size: PixelSize, rotation: int) -> tuple[float, float]:
    if rotation in (90, 270):
        return float(size.height), float(size.width)
    return float(size.width), float(size.height)


def _checked(size: tuple[float, float], photo: PhotoFacts) -> tuple[tuple[int, int], tuple[Anomaly, ...]]:
    """The size after rotation, and whether it contradicts what Aperture stored."""
    width, height = size if photo.rotation not in (90, 270) else (size[1], size[0])
    expected = (round(width), round(height))
    stored = photo.processed_size
    if stored is None:
        return expected, (
            Anomaly("geometry.no-size", "Aperture has stored no processed size to check the crop against."),
        )
    if abs(width - stored.width) <= SIZE_TOLERANCE and abs(height - stored.height) <= SIZE_TOLERANCE:
        return expected, ()
    told = (
        f"The stored geometry gives {width:.1f} x {height:.1f} pixels where Aperture shows {stored.width} x "
        f"{stored.height}; compare this photo with its preview."
    )
    return expected, (Anomaly("geometry.size", told),)
