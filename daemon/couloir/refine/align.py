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
from couloir.derive.pictures.frame import find_other_frame, find_placement
from couloir.derive.pictures.local import local_region
from couloir.derive.pictures.preview import Reference, Trap
from couloir.derive.pictures.registration import resample_sharply
from couloir.derive.pictures.working_copy import reduce_picture, round_picture
from couloir.engines.pixels import resize
from couloir.engines.protocol import Picture

BLANK: Final = Trap("blank", "The rendering is black: the photo could not be drawn. Its settings stay as they were.")
LOCAL: Final = (
    "A part of the picture was changed locally, as by a brush or retouching; the rest was matched without that part."
)
NOT_PAINTED: Final = (
    "What was painted with a brush in Aperture is not matched; where it has no place in Lightroom, it shows as a "
    "difference."
)
MOVED: Final = "The two frames differ by a few pixels; they were aligned."

_COVERED: Final = 0.1  # of a brush's full strength
_MOST_COVERED: Final = 0.6  # of the picture
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
    if trap := find_other_frame(preview, shown):
        return trap
    rows, columns = shown.shape[:2]
    there = reduce_picture(preview, columns, rows) if preview.shape != shown.shape else preview
    notes = list(reference.notes)
    found = find_placement(there, shown)
    if isinstance(found, Trap):
        return found
    at, is_noticed = found
    if is_noticed:
        notes.append(MOVED)
    target = round_picture(resample_sharply(there, at)) if at.any() else there
    whole = _whole(target.shape[:2], at)
    region = _without_painted(local_region(srgb_to_lab(target), srgb_to_lab(shown)), reference.painted)
    if region.any():
        notes.append(LOCAL)
    elif reference.brushed:
        notes.append(NOT_PAINTED)
    return Alignment(target, whole & ~region, whole, tuple(notes))


def _without_painted(region: NDArray[np.bool_], painted: Picture | None) -> NDArray[np.bool_]:
    """The region that does not count, and with it what is known to be painted, unless too little were left."""
    if painted is None:
        return region
    rows, columns = region.shape
    covered = region | (resize(np.repeat(painted, 3, axis=-1), columns, rows)[..., 0] > _COVERED)
    return np.asarray(covered if covered.mean() <= _MOST_COVERED else region)


def _whole(shape: tuple[int, ...], at: NDArray[np.float64]) -> NDArray[np.bool_]:
    """All pixels except the border and those that the shift took from beyond the preview's edge."""
    rows, columns = shape
    edge = _BORDER + int(np.ceil((float(np.abs(at[:2]).max()) + abs(at[2]) / 2 + abs(at[3]) / 2) * max(rows, columns)))
    inside = np.zeros((rows, columns), dtype=np.bool_)
    edge_y, edge_x = min(edge, (rows - 1) // 2), min(edge, (columns - 1) // 2)
    inside[edge_y : rows - edge_y, edge_x : columns - edge_x] = True
    return inside
