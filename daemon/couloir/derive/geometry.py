"""Straighten, then crop, then rotation: Aperture's geometry in Lightroom's five crop numbers.

Aperture turns the master about its centre (positive is counter-clockwise); the canvas grows to the bounding box; the
crop rectangle is written in that canvas with its origin bottom-left; the result is then rotated by the version's
rotation. All steps act in the frame that the file stores, before the rotation or mirroring of its EXIF orientation:
Photos, which still writes Aperture's crops, does so (seen on an original of orientation 3). A straightened version
without a crop row is cropped, centred, to the processed size. Lightroom describes the same rectangle as one turned
clockwise by CropAngle in the un-oriented frame. The sign of straightening rests on one independent reader; the
processed size of every version is the oracle for the rest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from couloir.aperture.adjustments import Crop, Straighten
from couloir.aperture.model import PixelSize
from couloir.derive.contribution import PhotoFacts
from couloir.derive.manifest import NEUTRAL, Carries, Carry
from couloir.derive.model import Anomaly, Fidelity
from couloir.derive.rectangles import fit_inside
from couloir.lightroom.crop import Crop as LightroomCrop
from couloir.lightroom.settings import PhotoKind

CROP_IDENTIFIER, CROP_TITLE = "RKCropOperation", "Crop"
STRAIGHTEN_IDENTIFIER, STRAIGHTEN_TITLE = "RKStraightenCropOperation", "Straighten"

_CROP_SETTINGS = ("CropLeft", "CropTop", "CropRight", "CropBottom", "CropAngle")

_CROPPED = Carry(Fidelity.EXACT, "The same rectangle.", _CROP_SETTINGS)
CROP_CARRIES: Carries = {"x": _CROPPED, "y": _CROPPED, "width": _CROPPED, "height": _CROPPED}
_STRAIGHTENED = Carry(
    Fidelity.EXACT,
    "The same angle; that Aperture counts it counter-clockwise is known from one other program only.",
    _CROP_SETTINGS,
)
STRAIGHTEN_CARRIES: Carries = {"rotation": _STRAIGHTENED}

CUT_AT_EDGE = Carry(
    Fidelity.APPROXIMATE,
    "The stored crop reaches outside the photo, which Lightroom does not allow; it is cut at the edge.",
    _CROP_SETTINGS,
)
RAW_FRAME = Carry(
    Fidelity.APPROXIMATE,
    "Adobe and Apple trim the edge of a RAW file by a few pixels more or less, so the frame may move by that much.",
    _CROP_SETTINGS,
)
NO_SIZE = Carry(
    Fidelity.LOST, "Neither Aperture nor the file states the size of this photo, so its crop cannot be placed."
)
UNUSABLE = Carry(Fidelity.LOST, "The stored crop leaves nothing of the photo.")
SIDELESS = Carry(Fidelity.LOST, "The stored crop has a side of length zero, so it is not used.")
TOO_STEEP = Carry(Fidelity.LOST, "Lightroom straightens by 45 degrees at most.")
ANOTHER_CROP = Carry(
    Fidelity.LOST,
    "The photo has another crop, which is used: Lightroom has only one, and how Aperture combined two is not known.",
)
SAME_CROP = Carry(Fidelity.EXACT, "Another crop of the photo is identical and is used.")
ADDED_ANGLES = Carry(
    Fidelity.APPROXIMATE,
    "The photo was straightened more than once: the angles are added up; where Aperture placed its crop is inferred.",
    _CROP_SETTINGS,
)

MAX_ANGLE = 45.0
SIZE_TOLERANCE = 1.0  # pixels; Aperture rounds the processed size


@dataclass(frozen=True, slots=True)
class Frame:
    """The outcome: the crop (None keeps the whole frame), the size after rotation, the contradictions found, and one
    row for each operation.
    """

    crop: LightroomCrop | None
    expected_size: tuple[int, int] | None
    anomalies: tuple[Anomaly, ...]
    crop_rows: tuple[Carry, ...]
    straighten_rows: tuple[Carry, ...]


def frame(crops: list[Crop], straightens: list[Straighten], photo: PhotoFacts) -> Frame:
    """The geometry of one version from its enabled crop and straighten operations; the rows are in their order.

    Of several crops the last one is used, unless its size differs from the stored processed size and another one's
    does not. Angles are added. A size that differs from the stored processed size is reported as an anomaly, and so are
    several crops.
    """
    crop = _counting(crops, photo)
    # A whole turn more or less is the same picture in the same canvas.
    angle = math.remainder(math.fsum(straighten.rotation for straighten in straightens), 360.0)

    def rows(crop_row: Carry, straighten_row: Carry) -> tuple[tuple[Carry, ...], tuple[Carry, ...]]:
        turned = sum(straighten.rotation != 0 for straighten in straightens)
        joined = ADDED_ANGLES if turned > 1 and straighten_row.fidelity is not Fidelity.LOST else straighten_row
        return (
            tuple(_crop_row(each, crop, crop_row) for each in crops),
            tuple(joined if straighten.rotation else NEUTRAL for straighten in straightens),
        )

    master = photo.master_size
    if master is None or min(master.width, master.height) <= 0:
        return Frame(None, None, (), *rows(NO_SIZE, NO_SIZE))
    whole = (float(master.width), float(master.height))
    if abs(angle) > MAX_ANGLE:
        return Frame(None, *_checked(whole, photo), *rows(TOO_STEEP, TOO_STEEP))
    is_raw = photo.kind is PhotoKind.RAW
    carried = rows(RAW_FRAME if is_raw else _CROPPED, RAW_FRAME if is_raw else _STRAIGHTENED)
    if crop is None and not angle:
        return Frame(None, *_checked(whole, photo), *carried)
    wanted = _rectangle(crop, angle, photo, master)
    inside = fit_inside(wanted, angle, whole, SIZE_TOLERANCE)
    if inside is None:
        nothing = Anomaly("geometry.outside", "The stored crop leaves nothing of the photo; the whole frame is kept.")
        size, anomalies = _checked(whole, photo)
        return Frame(None, size, (nothing, *anomalies), *rows(UNUSABLE, UNUSABLE))
    size, anomalies = _checked(inside[2:], photo)
    if max(before - after for before, after in zip(wanted[2:], inside[2:], strict=True)) > SIZE_TOLERANCE:
        reaches_out = Anomaly(
            "geometry.outside",
            f"The crop of {wanted[2]:.0f} x {wanted[3]:.0f} pixels reaches outside the photo of {master.width} x "
            f"{master.height}; it was cut at the photo's edge.",
        )
        anomalies = (reaches_out, *anomalies)
        carried = rows(CUT_AT_EDGE, CUT_AT_EDGE)
    if any(row is ANOTHER_CROP for row in carried[0]):
        several = "The version has several crops; only one of them is used. Compare this photo with its preview."
        anomalies = (*anomalies, Anomaly("geometry.several-crops", several))
    result = LightroomCrop.from_rectangle(*inside, angle, master.width, master.height)
    return Frame(result, size, anomalies, *carried)


def _counting(crops: list[Crop], photo: PhotoFacts) -> Crop | None:
    own = [crop for crop in crops if not crop.is_empty]
    stored = photo.processed_size
    if stored is None or not own:
        return own[-1] if own else None
    shown = _unrotated(stored, photo.rotation)
    fits = [c for c in own if max(abs(c.width - shown[0]), abs(c.height - shown[1])) <= SIZE_TOLERANCE]
    return (fits or own)[-1]


def _crop_row(crop: Crop, counting: Crop | None, row: Carry) -> Carry:
    if crop.is_empty:
        return SIDELESS if crop.width or crop.height else NEUTRAL
    if crop is counting:
        return row
    return SAME_CROP if crop == counting else ANOTHER_CROP


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
    """The size after rotation, and an anomaly if it contradicts the size that Aperture stored."""
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
