"""Whether two pictures of different looks show the same frame: not another photo, another crop or another side up.

Settings that make a preview of something else less different would be nonsense, and so would what a model makes of it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.derive.pictures.preview import Trap
from couloir.derive.pictures.registration import COARSE, lie, likeness, part_of, structure
from couloir.derive.pictures.working_copy import reduce_picture
from couloir.engines.geometry import orient
from couloir.engines.pixels import fit_size
from couloir.engines.protocol import Picture

OTHER_PHOTO: Final = Trap(
    "other-photo",
    "Aperture's preview shows another photo, so the settings stay as they were translated. Restore it from a backup or "
    "a vault if one has the right one.",
)
OTHER_CROP: Final = Trap(
    "other-crop",
    "Aperture's preview shows another crop than the one that was carried over; compare the two, and crop by hand.",
)
TURNED: Final = Trap(
    "turned",
    "Aperture's preview is rotated or mirrored against the rendering; rotate the photo in Lightroom, then match it.",
)

_SAME_SHAPE: Final = 0.025  # by how much aspect ratios may differ: rounding, and edges of RAW files
_CERTAIN: Final = 0.9  # likeness that a symmetrical picture's mirror image does not reach
_SURE, _UNLIKE = 0.6, 0.45  # likeness that only one frame has; that two photos never reach
_PART: Final = 0.55  # likeness of a part that two photos do not reach
_FARTHEST: Final = 0.02  # shift, as a share of the frame, and change of scale, that are still the same frame
_FARTHEST_ANGLE: Final = 0.6  # degrees
_NOTICED: Final = 0.004
_STAYS: Final = 0.8  # likeness of one frame under a strong vignette
_LIKER: Final = 0.001  # likeness that moving the preview must gain, or it stays where it is
_FLAT: Final = 0.1  # standard deviation of a structure that shows nothing


def find_other_frame(preview: Picture, shown: Picture) -> Trap | None:
    """The trap if the two do not show the same frame in the same orientation, else None."""
    wanted, given = _coarse(preview), _coarse(shown)
    own, other = structure(given), structure(wanted)
    if min(float(own.std()), float(other.std())) < _FLAT:
        return None if _same_shape(preview, shown) else OTHER_CROP
    same = _likeness(own, wanted) if _same_shape(preview, shown) else 0.0
    if abs(same) >= _CERTAIN:  # negative where a curve turned the tones over
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


def find_placement(there: Picture, shown: Picture) -> tuple[NDArray[np.float64], bool] | Trap:
    """The placement of `there` on `shown` (of one shape, nearly aligned), as `registration.resample` takes it, and
    whether a person would notice the shift; zeros where moving gains nothing. A Trap where it lies too far off.
    """
    own, other = structure(shown), structure(there)
    if min(float(own.std()), float(other.std())) < _FLAT:
        return np.zeros(4), False
    before = likeness(own, other)
    found = lie(own, other * np.float32(np.sign(before)))
    if abs(before) >= _STAYS and found.likeness <= abs(before):  # another crop is liker where it lies
        return np.zeros(4), False
    farthest = max(abs(found.x), abs(found.y), abs(found.scale - 1))
    if farthest > _FARTHEST or abs(found.angle) > _FARTHEST_ANGLE:
        return OTHER_CROP
    if found.likeness <= abs(before) + _LIKER:
        return np.zeros(4), False
    rows, columns = own.shape
    at = np.array([found.x, found.y * rows / columns, found.scale - 1, np.radians(found.angle)])
    return at, farthest > _NOTICED


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
