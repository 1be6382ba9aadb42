"""What was painted, judged by Lightroom's own rendering: a brush that came by XMP or by a derivation stays where the
rendering is nearer with it. Imported when first needed, because it takes numpy.

When a photo's match ends, its best rendering is compared where the brush acts and elsewhere. Where it is as near there,
it holds; else one more rendering is made with the masks switched off, which touches none of them, and decides. Only
masks of Couloir's own are judged: a photographer's stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from couloir.aperture.model import PixelSize
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_to_lab
from couloir.derive.painted.inside import ACTS, WHOLE
from couloir.engines.camera_raw.local import show_masks
from couloir.language import mark
from couloir.lightroom.crop import Crop
from couloir.lightroom.keys import CROP_KEYS
from couloir.lightroom.local.fields import KEY, from_fields
from couloir.lightroom.local.masks import LocalAdjustment
from couloir.refine.color_pair import ColorPair

ASKED: Final = "asked"  # the rendering that is awaited has no mask
HOLDS, KEPT, TAKEN_BACK, MISSING = "holds", "kept", "taken back", "missing"

SWITCH: Final = "EnableMaskGroupBasedCorrections"
_OURS: Final = "Aperture: "  # how the names of adjustments begin that Couloir places
_NEAR: Final = 2.5  # CIEDE2000
_AS_NEAR: Final = 1.5  # as a multiple of the difference elsewhere
_LEAST: Final = 0.1  # CIEDE2000 that taking it back must gain where it acts

Painted = Mapping[str, Any]
"""What came of the judgement, as the journal keeps it: "state", and the mean CIEDE2000 "inside" and "outside" of where
the brush acts, and "without" it inside.
"""


def masks_of(table: Mapping[str, object]) -> tuple[LocalAdjustment, ...]:
    """The masks in Lightroom's `table` of a photo, where all of them are Couloir's."""
    fields = table.get(KEY)
    if not isinstance(fields, Sequence) or isinstance(fields, str) or not fields:
        return ()
    try:
        found = from_fields(fields)
    except (ValueError, KeyError, TypeError, AttributeError):
        return ()  # of another kind: not ours
    return tuple(found) if all(each.name.startswith(_OURS) for each in found) else ()


def judge_with(
    pair: ColorPair,
    masks: Sequence[LocalAdjustment],
    table: Mapping[str, object],
    orientation: int,
    size: PixelSize | None,
) -> Painted:
    """The first judgement, of a rendering with the masks; {} where they act nowhere in what is shown."""
    where = _acting(pair, masks, table, orientation, size)
    if not where.any() or where.all():
        return {}
    off = _differences(pair)
    inside, outside = float(off[where].mean()), float(off[~where & pair.whole].mean())
    state = HOLDS if inside <= max(_NEAR, _AS_NEAR * outside) else ASKED
    return {"state": state, "inside": round(inside, 3), "outside": round(outside, 3)}


def judge_without(
    before: Painted,
    pair: ColorPair,
    drawn: ColorPair,
    masks: Sequence[LocalAdjustment],
    table: Mapping[str, object],
    orientation: int,
    size: PixelSize | None,
) -> Painted:
    """The second judgement: `drawn` is the rendering with the masks switched off, `pair` that with them."""
    where = _acting(drawn, masks, table, orientation, size)
    without = float(_differences(drawn)[where].mean()) if where.any() else float("inf")
    nearer = without <= float(before["inside"]) - _LEAST and drawn.shown.mean < pair.shown.mean
    return {**before, "state": TAKEN_BACK if nearer else KEPT, "without": round(without, 3) if where.any() else None}


def settings_after(painted: Painted) -> dict[str, Any]:
    """What a photo's last settings state of its masks: after a try they are switched on again, or none are left."""
    match painted.get("state"):
        case "asked" | "kept":
            return {SWITCH: True}
        case "taken back":
            return {SWITCH: True, KEY: []}
    return {}


def tell_painted(painted: Painted) -> str:
    """What came of it, for the photo's reason."""
    match painted.get("state"):
        case "holds":
            inside, outside = painted["inside"], painted["outside"]
            return mark(
                f"What was painted holds in Lightroom: where the brush acts the difference is {inside:.1f}, elsewhere "
                f"{outside:.1f}."
            )
        case "kept" if painted["without"] is not None:
            inside, without = painted["inside"], painted["without"]
            return mark(
                f"What was painted stays: where the brush acts, Lightroom's difference is {inside:.1f} with it and "
                f"{without:.1f} without it."
            )
        case "taken back":
            inside, without = painted["inside"], painted["without"]
            return mark(
                f"What was painted was taken back: where the brush acted, Lightroom's difference is {without:.1f} "
                f"without it and {inside:.1f} with it."
            )
        case "missing":
            return mark(
                "Lightroom shows no brush where one was placed from the preview. Where Couloir wrote the photo's XMP, "
                "choose Metadata > Read Metadata from Files, then match it again."
            )
    return ""


def _acting(
    pair: ColorPair,
    masks: Sequence[LocalAdjustment],
    table: Mapping[str, object],
    orientation: int,
    size: PixelSize | None,
) -> NDArray[np.bool_]:
    """Where any mask acts in what the pair shows of a photo."""
    rows, columns = pair.rendering.shape[:2]
    if size is None or min(size.width, size.height) <= 0:
        return np.zeros((rows, columns), dtype=bool)
    clear = np.ones((rows, columns), dtype=np.float32)
    for each in masks:
        alpha = show_masks(each.masks, _crop_of(table), orientation, (size.width, size.height), max(rows, columns))
        down = np.arange(rows) * alpha.shape[0] // rows  # its edges may be rounded otherwise
        across = np.arange(columns) * alpha.shape[1] // columns
        clear *= 1 - alpha[down][:, across]
    return np.asarray((1 - clear > ACTS) & pair.whole)


def _crop_of(table: Mapping[str, object]) -> Crop:
    numbers = [table.get(key) for key in CROP_KEYS]
    found = [float(each) for each in numbers if isinstance(each, int | float)]
    return Crop(*found) if len(found) == len(CROP_KEYS) else WHOLE


def _differences(pair: ColorPair) -> NDArray[np.floating]:
    return np.asarray(ciede2000(srgb_to_lab(pair.rendering), srgb_to_lab(pair.target)))
