"""One photo's turn: drawn with the correction of its group and without, then matched from the nearer one.

What a worker does with it, and with a photo that only gets a correction, is here; the databases are not.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from couloir.color.difference import Difference
from couloir.derive import Translation
from couloir.derive.controls import move
from couloir.derive.translator import Translator
from couloir.engines.pixels import encode_jpeg
from couloir.engines.protocol import Photo, Picture, Renderer
from couloir.language import mark
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.migrate.ledger.placements import keep_placement
from couloir.migrate.ledger.verdicts import MatchRecord
from couloir.migrate.match_library import (
    QUALITY,
    FoundPhoto,
    MatchSubject,
    PhotoResult,
    Way,
    picture_place,
    see_photo,
)
from couloir.refine import match as loop
from couloir.refine.detailed_match import finish_match
from couloir.refine.night.model import Turn, TurnResult, Vector
from couloir.refine.options import MOVED, Finish, Options
from couloir.refine.run import MatchRun, drive
from couloir.refine.shared import SharedSlopes

_PLACES: Final = 4

JUDGED: Final = mark("An unedited RAW photo: one of a sample, drawn once to judge its camera's.")


@dataclass(slots=True)
class _Remembering:
    """A renderer that keeps what it has drawn of one photo, so that a match draws nothing twice."""

    renderer: Renderer
    drawn: dict[str, Picture] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.renderer.name

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        key = repr(sorted(settings.as_dict().items()))
        if key not in self.drawn:
            self.drawn[key] = self.renderer.render(photo, settings, size)
        return self.drawn[key]


@dataclass(frozen=True, slots=True)
class TurnTask:
    """A photo's turn, with what its camera has taught; `number` is the turn's in all nights."""

    found: FoundPhoto
    turn: Turn
    number: int
    shared: SharedSlopes | None


@dataclass(frozen=True, slots=True)
class GiftTask:
    """A photo that gets a correction without a turn."""

    found: FoundPhoto
    correction: Vector


@dataclass(frozen=True, slots=True)
class TurnRun:
    """What a turn gave, and what that is to the plan. `camera`: whose slopes it teaches."""

    match: PhotoResult
    result: TurnResult
    camera: str = ""


def correct(
    settings: DevelopSettings, correction: Vector, kind: PhotoKind, as_shot: tuple[float, float] | None
) -> DevelopSettings:
    """A photo's translation with a correction."""
    changes = {name: float(value) for name, value in zip(MOVED, correction, strict=True) if value}
    return move(settings, changes, kind, as_shot) if changes else settings


def translate(subject: MatchSubject, way: Way, *, by_pictures: bool) -> Translation:
    """A photo's translation, without an offset: a correction does what an offset does, and would learn from itself."""
    known = subject.known if by_pictures else replace(subject.known, pictures=(None, None), scene=None)
    translator = Translator(way.models, way.profiles, strengths=way.strengths)
    return translator.translate_one(subject.version, subject.master, known)


def work(way: Way, task: TurnTask | GiftTask) -> TurnRun | DevelopSettings:
    """Carry a task out: it needs the photo's files alone, so it runs anywhere. Of a gift the settings."""
    if isinstance(task, TurnTask):
        return match_turn(way, task)
    subject = see_photo(task.found, way)
    begun = translate(subject, way, by_pictures=way.pictures)
    return correct(begun.settings, task.correction, subject.photo.kind, subject.seen.as_shot)


def match_turn(way: Way, task: TurnTask) -> TurnRun:
    """Match one photo, as its turn says."""
    subject, turn, shared = see_photo(task.found, way), task.turn, task.shared
    begun = translate(subject, way, by_pictures=way.pictures and not turn.only_judged)
    renderer = _Remembering(way.renderer)

    def run(correction: Vector, options: Options) -> MatchRun:
        match = loop.Match.begin(
            subject.seen.reference,
            correct(begun.settings, correction, subject.photo.kind, subject.seen.as_shot),
            subject.photo.kind,
            options,
            prior=begun.uncertainty,
            as_shot=subject.seen.as_shot,
            shared=shared,
            fixed=way.fixed,
        )
        return drive(match, subject.photo, renderer)

    judging = replace(way.options, renderings=1, finish=Finish.SLIDERS)
    correction, before, tried = turn.correction, None, None
    if turn.trial is not None:
        before, tried = (run(each, judging).match.outcome.before for each in (turn.correction, turn.trial))
        if before is not None and tried is not None and tried.mean < before.mean:
            correction = turn.trial
    driven = run(correction, judging if turn.only_judged else way.options)
    outcome = driven.match.outcome
    moved = driven.match.change()
    change = correction + np.array([moved.get(name, 0.0) for name in MOVED])
    first = before or outcome.before
    detailed = finish_match(
        subject.version, subject.photo, subject.preview, subject.plain.crop, subject.seen, driven, way.renderer
    )
    record = MatchRecord(
        version=subject.version.uuid,
        before=first,
        after=detailed.after,
        reason=JUDGED if turn.only_judged and detailed.after is not None else detailed.reason,
        renderer=way.renderer.name,
        renderings=len(renderer.drawn) + detailed.renderings,
        settings=detailed.settings.as_dict(),
        picture="" if driven.picture is None else picture_place(subject.version.uuid),
        source=subject.source,
        failed=driven.failed,
        change={name: round(float(value), _PLACES) for name, value in zip(MOVED, change, strict=True) if value},
        tried=tried,
        turn=task.number,
        round=way.round,
        by_lot=turn.by_lot,
        details=detailed.record,
        **keep_placement(detailed.painted.placement),
        inside=detailed.painted.inside,
    )
    picture = None if detailed.picture is None else encode_jpeg(detailed.picture, QUALITY)
    lessons = None if turn.only_judged else driven.match.own_lessons()
    return TurnRun(PhotoResult(record, picture, lessons), _result(record, first, tried), camera_of(task.found))


def camera_of(found: FoundPhoto) -> str:
    """Whose slopes a turn learns from and teaches."""
    return f"{found.camera} {found.photo.kind}"


def _result(record: MatchRecord, first: Difference | None, tried: Difference | None) -> TurnResult:
    if first is None or record.after is None:
        return TurnResult(renderings=record.renderings)
    change = np.array([record.change.get(name, 0.0) for name in MOVED])
    return TurnResult(first.mean, record.after.mean, None if tried is None else tried.mean, change, record.renderings)
