"""The page's data of one photo: its outcome and, where it was measured, its difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from couloir.color.difference import Difference
from couloir.language import mark
from couloir.migrate.ledger.verdicts import MatchRecord
from couloir.migrate.report.look_pictures import NO_PICTURES, PairPictures
from couloir.refine.verdict import Program, Verdict, verdict


@dataclass(frozen=True, slots=True)
class ComparedPhoto:
    """`before` is the original only cropped and turned, `after` the translation, whose develop settings are `settings`.

    Each operation has "title", "fidelity", "reason" and "lost", the parts that are lost. `local` are the local
    adjustments that were drawn, as `lightroom.local.fields` has them, and `inside` the mean CIEDE2000 without and with
    each of them, where it acts; empty for a renderer that draws none.
    """

    uuid: str
    name: str
    path: str
    fidelity: str
    before: Difference
    after: Difference
    drawn: PairPictures
    settings: Mapping[str, object]
    operations: tuple[Mapping[str, object], ...]
    local: Sequence[Mapping[str, object]]
    inside: Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class PlacedMask:
    """A mask of a photo. `file` is its picture with a transparent ground, relative to the report's folder; `sliders`
    are the words and the value of each; `before` and `after` are the mean CIEDE2000 where it acts, without it and with
    it, None where nothing drew both.
    """

    file: str
    sliders: tuple[tuple[str, str], ...]
    before: float | None = None
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """A difference to Aperture's preview. `start` says in a word what `before` compares; where nothing could
    be compared both are None, and `reason` says why. `settings` are the develop settings that `renderer` drew.
    """

    verdict: Verdict
    start: str
    before: Difference | None
    after: Difference | None
    renderer: str
    renderings: int
    reason: str
    settings: Mapping[str, object]
    drawn: PairPictures


@dataclass(frozen=True, slots=True)
class PhotoEntry:
    """One photo of the page. `why` says why there is no figure, "" where there is one; `thumbnail` is a file in
    `thumbs/`, "" for none, and `is_drawn` where our own engine drew it, for want of a preview; each operation has
    "title", "fidelity", "reason" and "lost", the parts that are lost. `kind` is the file's, as photographers call it,
    `rating` Aperture's from -1 (rejected) to 5, `fidelity` that of the photo's worst adjustment, "" where none was
    translated. `masks` are the places where Lightroom's brush acts; `loses_places` says that something which was
    painted or retouched is not carried.
    """

    uuid: str
    name: str
    project: str
    camera: str
    verdict: Verdict
    why: str
    path: str
    outcome: str
    advice: str
    thumbnail: str
    operations: Sequence[Mapping[str, object]]
    kind: str = ""
    rating: int = 0
    fidelity: str = ""
    is_edited: bool = False
    is_drawn: bool = False
    decision: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)
    look: Look | None = None
    masks: Sequence[PlacedMask] = ()
    loses_places: bool = False


def look_of_match(match: MatchRecord, program: Program, drawn: PairPictures = NO_PICTURES) -> Look:
    """What the matching has measured."""
    return Look(
        verdict=verdict(match.after, match.renderer, program),
        start=mark("as translated"),
        before=match.before,
        after=match.after,
        renderer=match.renderer,
        renderings=match.renderings,
        reason=match.reason,
        settings=match.settings,
        drawn=drawn,
    )


def look_of_comparison(photo: ComparedPhoto, renderer: str) -> Look:
    """The look of a photo that the report itself has rendered and compared."""
    return Look(
        verdict=verdict(photo.after, renderer),
        start=mark("without the translation"),
        before=photo.before,
        after=photo.after,
        renderer=renderer,
        renderings=1,
        reason="",
        settings=photo.settings,
        drawn=photo.drawn,
    )
