"""Aligns Aperture's preview with a rendering: which pixels are compared, and which pictures must not be.

A preview that shows another photo, another crop or another orientation is not matched, because settings that reduce
such a difference mean nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.spaces import srgb_to_lab
from couloir.engines.geometry import orient
from couloir.engines.pixels import fit_size
from couloir.engines.protocol import Picture
from couloir.refine.local import local_region
from couloir.refine.pictures import reduce_picture, round_picture
from couloir.refine.reference import Reference, Trap
from couloir.refine.registration import COARSE, lie, likeness, part_of, resample_sharply, structure

OTHER_PHOTO: Final = Trap(
    "other-photo",
    "Aperture's preview shows another photo, so the settings stay as they were translated. Where Aperture still runs, "
    "Photos > Update Preview makes it again.",
)
OTHER_CROP: Final = Trap(
    "other-crop",
    "Aperture's preview shows another crop than the one that was carried over; compare the two, and crop by hand.",
)
TURNED: Final = Trap(
    "turned",
    "Aperture's preview is rotated or mirrored against the rendering; rotate the photo in Lightroom, then match it.",
)
BLANK: Final = Trap("blank", "The rendering is black: the photo could not be drawn. Its settings stay as they were.")
LOCAL: Final = (
    "A part of the picture was changed locally, as by a brush or retouching; the rest was matched without that part."
)
MOVED: Final = "The two frames differ by a few pixels; they were aligned."

_SAME_SHAPE: Final = 0.025  # relative difference of aspect ratios that is allowed, for rounding and edges of RAW files
_CERTAIN: Final = 0.9  # likeness that the mirror image of a symmetrical picture does not reach
_SURE, _UNLIKE = 0.6, 0.45  # likeness only pictures of one frame reach; that two photos do not reach
_PART: Final = 0.55  # likeness of a part that two photos do not reach
_FARTHEST: Final = 0.02  # shift, as a share of the frame, and change of scale, that are still the same frame
_FARTHEST_ANGLE: Final = 0.6  # degrees
_NOTICED: Final = 0.004
_LIKER: Final = 0.001  # least gain of likeness for which the preview is moved
_FLAT: Final = 0.1  # standard deviation of a structure without contrast
_BORDER: Final = 1  # pixels of the working copy: resampling and lens corrections differ there


@dataclass(frozen=True, slots=True)
class Alignment:
    """A preview aligned with a rendering. `target`: the preview resampled to the rendering's frame and size, encoded.
    `counted`: (height, width), the pixels that are fitted and judged; `whole`: the pixels that both pictures have, for
    the figure that is shown.
    """

    target: Picture
    counted: NDArray[np.bool_]
    whole: NDArray[np.bool_]
    notes: tuple[str, ...]


def align(reference: Reference, rendering: Picture) -> Alignment | Trap:
    """Align the preview with a rendering, which is encoded sRGB, cropped and rotated as it is shown, at the work size.

    Returns the Trap if the two must not be compared. The reference must hold a picture.
    """
    preview, shown = reference.picture, rendering
    assert preview is not None
    if np.percentile(srgb_to_lab(shown)[..., 0], 99) < 1.0:
        return BLANK
    if trap := _another_frame(preview, shown):
        return trap
    rows, columns = shown.shape[:2]
    there = reduce_picture(preview, columns, rows) if preview.shape != shown.shape else preview
    own, other = structure(shown), structure(there)
    notes = list(reference.notes)
    at = np.zeros(4)
    if min(float(own.std()), float(other.std())) >= _FLAT:
        before = likeness(own, other)
        found = lie(own, other * np.float32(np.sign(before)))
        if max(abs(found.x), abs(found.y), abs(found.scale - 1)) > _FARTHEST or abs(found.angle) > _FARTHEST_ANGLE:
            return OTHER_CROP
        if found.likeness > abs(before) + _LIKER:
            at = np.array([found.x, found.y * rows / columns, found.scale - 1, np.radians(found.angle)])
        if max(abs(found.x), abs(found.y), abs(found.scale - 1)) > _NOTICED and at.any():
            notes.append(MOVED)
    target = round_picture(resample_sharply(there, at)) if at.any() else there
    whole = _whole(target.shape[:2], at)
    region = local_region(srgb_to_lab(target), srgb_to_lab(shown))
    if region.any():
        notes.append(LOCAL)
    elif reference.brushed:
        notes.append("Aperture's brushed adjustments were not carried over; what they did shows as a difference.")
    return Alignment(target, whole & ~region, whole, tuple(notes))


def _another_frame(preview: Picture, shown: Picture) -> Trap | None:
    """The trap if the two do not show the same frame in the same orientation, else None."""
    wanted, given = _coarse(preview), _coarse(shown)
    own, other = structure(given), structure(wanted)
    if min(float(own.std()), float(other.std())) < _FLAT:
        return None if _same_shape(preview, shown) else OTHER_CROP
    same = _likeness(own, wanted) if _same_shape(preview, shown) else 0.0
    if abs(same) >= _CERTAIN:  # negative where a curve inverts the tones
        return None
    for code in range(2, 9):
        turned = orient(wanted, code)
        if _same_shape(turned, shown) and _likeness(own, turned) >= max(_SURE, abs(same) + 0.15):
            return TURNED
    if abs(same) >= _SURE:
        return None
    if max(part_of(own, other), part_of(other, own)) >= max(_PART, abs(same)):
        return OTHER_CROP
    if abs(same) >= _UNLIKE:
        return None
    return OTHER_PHOTO


def _likeness(own: NDArray[np.float32], picture: Picture) -> float:
    rows, columns = own.shape
    return likeness(
        own, structure(picture if picture.shape[:2] == own.shape else reduce_picture(picture, columns, rows))
    )


def _coarse(picture: Picture) -> Picture:
    return reduce_picture(picture, *fit_size(picture.shape[1], picture.shape[0], COARSE))


def _same_shape(one: Picture, other: Picture) -> bool:
    """Whether the aspect ratios agree, to a pixel of the smaller picture."""
    ratio = (one.shape[1] / one.shape[0]) / (other.shape[1] / other.shape[0])
    pixel = 1 / min(*one.shape[:2], *other.shape[:2])
    return bool(abs(ratio - 1) <= max(_SAME_SHAPE, pixel))


def _whole(shape: tuple[int, ...], at: NDArray[np.float64]) -> NDArray[np.bool_]:
    """All pixels except the border and those that the shift took from beyond the preview's edge."""
    rows, columns = shape
    edge = _BORDER + int(np.ceil((float(np.abs(at[:2]).max()) + abs(at[2]) / 2 + abs(at[3]) / 2) * max(rows, columns)))
    inside = np.zeros((rows, columns), dtype=np.bool_)
    edge_y, edge_x = min(edge, (rows - 1) // 2), min(edge, (columns - 1) // 2)
    inside[edge_y : rows - edge_y, edge_x : columns - edge_x] = True
    return inside
