"""Places what was painted in Aperture on the last rendering of a match, and draws it there.

The loop moves sliders of the whole picture and leaves regions out that no slider explains; what a brush did is seen
best once the rest fits. A renderer that draws local adjustments judges them itself: they are taken back where its own
rendering is not nearer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from couloir.aperture.model import Version
from couloir.color.difference import Difference
from couloir.color.spaces import srgb_decode, srgb_to_lab
from couloir.derive.painted.find import Draw
from couloir.derive.painted.frame import frame_of
from couloir.derive.painted.inside import measure_places
from couloir.derive.painted.place import NOWHERE, PaintedPair, Placement, list_painted, place_painted
from couloir.derive.pictures.drawing import draw_painted
from couloir.derive.pictures.evidence import lay
from couloir.derive.pictures.gather import SEEN_EDGE, SeenPhoto
from couloir.derive.pictures.preview import Trap
from couloir.derive.pictures.working_copy import DRAWN_EDGE, make_working_copy, reduce_picture
from couloir.derive.prior import without_crop
from couloir.engines.pixels import fit_size, resize
from couloir.engines.protocol import PaintingRenderer, Photo, Picture, Renderer
from couloir.errors import ContentError
from couloir.lightroom.crop import Crop
from couloir.lightroom.local.masks import LocalAdjustment
from couloir.lightroom.settings import DevelopSettings
from couloir.refine.align import LOCAL, NOT_PAINTED, align
from couloir.refine.run import MatchRun
from couloir.refine.solver import measure

PAINTED: Final = "What was painted with a brush was placed from the preview, and painted with Lightroom's."
NOT_DRAWN: Final = "The figure is without it, because this renderer draws no brush."

_PLAIN: Final = DevelopSettings({})


@dataclass(frozen=True, slots=True)
class PaintedMatch:
    """What was placed after a match, its reason, and the difference and the picture with it, where the renderer draws
    it; else those of the match. `inside` is the mean CIEDE2000 without and with each local adjustment, where it acts.
    """

    placement: Placement
    reason: str
    after: Difference | None
    picture: Picture | None
    inside: tuple[tuple[float, ...], ...] = ()


def paint_match(
    version: Version, crop: Crop | None, seen: SeenPhoto, driven: MatchRun, photo: Photo, renderer: Renderer
) -> PaintedMatch:
    """Place what the version's rows say was painted, on the best rendering of a finished match. `crop` is that of the
    photo's translation. Never raises for what a photo holds.
    """
    outcome, preview = driven.match.outcome, seen.pictures[1]
    plain = PaintedMatch(NOWHERE, outcome.reason, outcome.after, driven.picture)
    if driven.picture is None or preview is None or outcome.after is None or not list_painted(version):
        return plain
    shown = driven.picture
    rendering = reduce_picture(shown, *fit_size(shown.shape[1], shown.shape[0], SEEN_EDGE))
    target = lay(preview, rendering)
    if target is None:
        return plain
    frame = frame_of(version, crop, seen.orientation, rendering)
    pair = PaintedPair(target, rendering, _drawing(seen, rendering, outcome.settings))
    placement = place_painted(version, frame, pair)
    if not placement.local:
        return PaintedMatch(placement, outcome.reason, outcome.after, driven.picture)
    if not isinstance(renderer, PaintingRenderer):
        return PaintedMatch(placement, tell_local(outcome.reason, PAINTED, NOT_DRAWN), outcome.after, driven.picture)
    drawn = _drawn(renderer, photo, outcome.settings, placement.local)
    after = None if drawn is None else measure_whole(seen, drawn)
    if drawn is None or after is None or after.mean >= outcome.after.mean:
        return PaintedMatch(placement.take_back(), outcome.reason, outcome.after, driven.picture)
    both = [rendering, reduce_picture(drawn, rendering.shape[1], rendering.shape[0])]
    inside = measure_places(placement.local, frame.crop, frame.orientation, (frame.width, frame.height), target, both)
    return PaintedMatch(placement, tell_local(outcome.reason, PAINTED), after, drawn, inside)


def _drawing(seen: SeenPhoto, rendering: Picture, settings: DevelopSettings) -> Draw:
    """What local adjustments make of the rendering: the change that they make in our engine's drawing of the original
    with the same settings, because they act before these; without an original, that of the rendering as it is.
    """
    original = seen.pictures[0]
    if original is None:
        linear, shown, as_shot = srgb_decode(rendering).astype("f4"), _PLAIN, None
    else:
        linear = np.ascontiguousarray(resize(original, rendering.shape[1], rendering.shape[0]), dtype=np.float32)
        linear, shown, as_shot = (
            np.nan_to_num(linear, nan=0.0, posinf=0.0, neginf=0.0),
            without_crop(settings),
            seen.as_shot,
        )
    plain = draw_painted(linear, shown, (), as_shot)
    return lambda local: np.clip(rendering + draw_painted(linear, shown, local, as_shot) - plain, 0, 1)


def _drawn(
    renderer: PaintingRenderer, photo: Photo, settings: DevelopSettings, local: Sequence[LocalAdjustment]
) -> Picture | None:
    try:
        return renderer.render_painted(photo, settings, local, DRAWN_EDGE)
    except ContentError:
        return None  # the same file was drawn a moment ago; without its picture nothing is painted


def measure_whole(seen: SeenPhoto, drawn: Picture) -> Difference | None:
    """As a match measures its renderings, over the whole picture."""
    copy = make_working_copy(drawn, seen.reference.picture)
    laid = align(seen.reference, copy)
    return None if isinstance(laid, Trap) else measure(srgb_to_lab(copy), srgb_to_lab(laid.target), laid.whole)


def tell_local(reason: str, *sentences: str) -> str:
    """A match's reason without what the brush has made untrue, and with what came of it."""
    for untrue in (NOT_PAINTED, LOCAL):
        reason = reason.replace(untrue, "")
    return " ".join([*reason.split(), *(each for each in sentences if each)])
