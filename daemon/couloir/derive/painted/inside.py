"""How far pictures are from the preview where a brush acts: a mean over the whole picture hides a small place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_to_lab
from couloir.engines.camera_raw.local import show_masks
from couloir.engines.camera_raw.masks import Alpha
from couloir.engines.protocol import Picture
from couloir.lightroom.crop import Crop
from couloir.lightroom.local.masks import LocalAdjustment

WHOLE: Final = Crop(0.0, 0.0, 1.0, 1.0, 0.0)
"""The crop of a photo that has none."""

ACTS: Final = 0.1  # of a mask: from here on it is taken to act


def measure_inside(target: Picture, drawn: Sequence[Picture], alpha: Alpha) -> tuple[float, ...] | None:
    """The mean CIEDE2000 between the target and each of the drawn pictures where a mask acts; None where it does
    nowhere. All of one size, sRGB-encoded.
    """
    where = alpha > ACTS
    if not where.any():
        return None
    wanted = srgb_to_lab(target[where])
    return tuple(float(ciede2000(srgb_to_lab(each[where]), wanted).mean(dtype="f8")) for each in drawn)


def measure_places(
    local: Sequence[LocalAdjustment],
    crop: Crop | None,
    orientation: int,
    frame: tuple[float, float],
    target: Picture,
    drawn: Sequence[Picture],
) -> tuple[tuple[float, ...], ...]:
    """`measure_inside` of each local adjustment of a photo, () for one that acts nowhere in what is shown of it."""
    rows, columns = target.shape[:2]
    found = []
    for each in local:
        alpha = show_masks(each.masks, crop or WHOLE, orientation, frame, max(rows, columns))
        fits = alpha.shape == (rows, columns)
        found.append(measure_inside(target, drawn, alpha if fits else _fit(alpha, columns, rows)) or ())
    return tuple(found)


def _fit(alpha: Alpha, columns: int, rows: int) -> Alpha:
    """At the size of a picture whose edges were rounded otherwise."""
    high, wide = alpha.shape
    down = [row * high // rows for row in range(rows)]
    across = [column * wide // columns for column in range(columns)]
    return alpha[down][:, across]
