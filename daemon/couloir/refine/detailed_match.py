"""What a match ends with: the vignette and local contrast, what was painted, and the details of single pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from couloir.aperture.model import Version
from couloir.color.difference import Difference
from couloir.derive.details.pairing import Draw
from couloir.derive.pictures.gather import SeenPhoto, is_edited
from couloir.derive.pictures.working_copy import DRAWN_EDGE
from couloir.engines.protocol import PaintingRenderer, Photo, Picture, Renderer
from couloir.errors import ContentError
from couloir.lightroom.crop import Crop
from couloir.lightroom.local.masks import LocalAdjustment
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.refine.details import DetailMatch, DetailRecord, DetailSubject, match_details
from couloir.refine.painted import PaintedMatch, measure_whole, paint_match
from couloir.refine.presence import match_presence
from couloir.refine.run import MatchRun
from couloir.refine.verdict import is_adobe

# CIEDE2000 by which the whole may be farther than after the match, at its size, where that is not beyond its start.
_HARDLY: Final = 0.02


@dataclass(frozen=True, slots=True)
class DetailedMatch:
    """The settings, the difference and the picture at the end, the sentences on them, and the renderings that this took
    beyond the match's own. `record` is None where no details were looked at.
    """

    painted: PaintedMatch
    settings: DevelopSettings
    reason: str
    after: Difference | None
    picture: Picture | None
    renderings: int = 0
    record: DetailRecord | None = None


def finish_match(
    version: Version,
    photo: Photo,
    preview: Path | None,
    crop: Crop | None,
    seen: SeenPhoto,
    driven: MatchRun,
    renderer: Renderer,
) -> DetailedMatch:
    """Set what 96 pixels do not show, after a match: the vignette and local contrast of the whole picture, what was
    painted, then sharpening and noise reduction. `preview` is the file, `crop` that of the photo's translation. Never
    raises for what a photo holds.
    """
    done = _finish(version, photo, preview, crop, seen, driven, renderer)
    before = driven.match.outcome.settings
    changed = {key for key in (*before, *done.settings) if before.get(key) != done.settings.get(key)}
    if done.record is None or not changed:
        return done
    return replace(done, record=replace(done.record, replaced={key: before.get(key) for key in sorted(changed)}))


def _finish(
    version: Version,
    photo: Photo,
    preview: Path | None,
    crop: Crop | None,
    seen: SeenPhoto,
    driven: MatchRun,
    renderer: Renderer,
) -> DetailedMatch:
    wide = match_presence(version, preview, driven, photo, renderer)
    painted = paint_match(version, crop, seen, wide.run, photo, renderer)
    settings = wide.run.match.outcome.settings
    reason = " ".join([painted.reason, *wide.told])
    record = None
    if wide.contrast is not None or wide.corners is not None:
        record = DetailRecord(renderings=wide.renderings, contrast=wide.contrast, corners=wide.corners)
    done = DetailedMatch(painted, settings, reason, painted.after, painted.picture, wide.renderings, record)
    if preview is None or painted.after is None:
        return done
    subject = DetailSubject(version, photo, preview, settings)
    if not subject.is_named and (photo.kind is PhotoKind.RAW or not is_edited(version)):
        return done
    draw = _drawing(renderer, photo, painted.placement.local)
    found = match_details(subject, draw, of_camera=is_adobe(renderer.name))
    fine = replace(
        found.record,
        renderings=found.record.renderings + wide.renderings,
        contrast=wide.contrast,
        corners=wide.corners,
    )
    why = (fine.why,) if subject.is_named and fine.why else ()
    done = replace(done, reason=" ".join([reason, *why]), renderings=fine.renderings, record=fine)
    if found.settings == settings:
        return done
    first = driven.match.outcome.before
    start = painted.after.mean if first is None else first.mean
    most = max(painted.after.mean, min(painted.after.mean + _HARDLY, start))
    return _confirmed(replace(found, record=fine), done, seen, draw, most)


def _confirmed(found: DetailMatch, untouched: DetailedMatch, seen: SeenPhoto, draw: Draw, most: float) -> DetailedMatch:
    """With the details, unless the whole photo is farther than `most` with them."""
    taken_back = replace(untouched, record=found.record.take_back())
    try:
        picture = draw(found.settings, DRAWN_EDGE)
    except ContentError:
        return taken_back  # the same file was drawn a moment ago
    after = measure_whole(seen, picture)
    if after is None or after.mean > most:
        return taken_back
    reason = " ".join([untouched.reason, *found.told])
    renderings = untouched.renderings + 1
    return replace(
        untouched, settings=found.settings, reason=reason, after=after, picture=picture, renderings=renderings
    )


def _drawing(renderer: Renderer, photo: Photo, local: Sequence[LocalAdjustment]) -> Draw:
    if local and isinstance(renderer, PaintingRenderer):
        painting = renderer
        return lambda settings, size: painting.render_painted(photo, settings, local, size)
    return lambda settings, size: renderer.render(photo, settings, size)
