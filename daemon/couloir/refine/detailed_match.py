"""What a match ends with: its sliders and brushes, and the details that were set by the preview's single pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from couloir.aperture.model import Version
from couloir.color.difference import Difference
from couloir.derive.pictures.gather import SeenPhoto, is_edited
from couloir.derive.pictures.working_copy import DRAWN_EDGE
from couloir.engines.protocol import PaintingRenderer, Photo, Picture, Renderer
from couloir.errors import ContentError
from couloir.lightroom.local.masks import LocalAdjustment
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.details import DetailMatch, DetailRecord, DetailSubject, Draw, match_details
from couloir.refine.painted import PaintedMatch, measure_whole
from couloir.refine.run import MatchRun
from couloir.refine.verdict import is_adobe

_HARDLY: Final = 0.02  # CIEDE2000 by which the whole may be farther at the size of a match: rounding, not details


@dataclass(frozen=True, slots=True)
class DetailedMatch:
    """The settings, the difference and the picture at the end, the sentences on them, and the renderings that this took
    beyond the match's own. `record` is None where single pixels were not looked at.
    """

    settings: DevelopSettings
    reason: str
    after: Difference | None
    picture: Picture | None
    renderings: int = 0
    record: DetailRecord | None = None


def set_details(
    version: Version,
    photo: Photo,
    preview: Path | None,
    seen: SeenPhoto,
    driven: MatchRun,
    painted: PaintedMatch,
    renderer: Renderer,
) -> DetailedMatch:
    """Measure details after a match and what it painted, of a photo whose rows sharpen it or reduce its noise, and of
    any other edited photo that is not RAW. Never raises for what a photo holds.
    """
    settings = driven.match.outcome.settings
    plain = DetailedMatch(settings, painted.reason, painted.after, painted.picture)
    if preview is None or painted.after is None:
        return plain
    subject = DetailSubject(version, photo, preview, settings)
    if not subject.is_named and (photo.kind is PhotoKind.RAW or not is_edited(version)):
        return plain
    draw = _drawing(renderer, photo, painted.placement.local)
    found = match_details(subject, draw, of_camera=is_adobe(renderer.name))
    untouched = DetailedMatch(
        settings,
        " ".join([painted.reason, *((found.record.why,) if subject.is_named and found.record.why else ())]),
        painted.after,
        painted.picture,
        found.record.renderings,
        found.record,
    )
    return untouched if found.settings == settings else _confirmed(found, untouched, seen, draw)


def _confirmed(found: DetailMatch, untouched: DetailedMatch, seen: SeenPhoto, draw: Draw) -> DetailedMatch:
    """With the details, unless the whole photo is farther with them."""
    taken_back = replace(untouched, record=found.record.take_back())
    try:
        picture = draw(found.settings, DRAWN_EDGE)
    except ContentError:
        return taken_back  # the same file was drawn a moment ago
    after, before = measure_whole(seen, picture), untouched.after
    if after is None or before is None or after.mean > before.mean + _HARDLY:
        return taken_back
    reason = " ".join([untouched.reason, *found.told])
    return DetailedMatch(found.settings, reason, after, picture, untouched.renderings + 1, found.record)


def _drawing(renderer: Renderer, photo: Photo, local: Sequence[LocalAdjustment]) -> Draw:
    if local and isinstance(renderer, PaintingRenderer):
        painting = renderer
        return lambda settings, size: painting.render_painted(photo, settings, local, size)
    return lambda settings, size: renderer.render(photo, settings, size)
