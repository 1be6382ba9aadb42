"""One photo's match with Aperture's preview in the service: begin it, give it renderings, store it as plain data.

Imported when first needed, because it takes numpy.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from couloir.aperture.model import Version
from couloir.color.spaces import srgb_encode
from couloir.derive import analytic, photo_kind
from couloir.derive.model import Fidelity
from couloir.derive.pictures.nearness import Nearness
from couloir.derive.pictures.preview import Reference, load_reference
from couloir.derive.translator import Translator
from couloir.engines.protocol import Picture
from couloir.json_text import to_json
from couloir.lightroom.keys import SETTINGS, WHITE_BALANCE_NUMBERS, PhotoKind
from couloir.lightroom.live import read_as_shot, read_live
from couloir.lightroom.settings import DevelopSettings
from couloir.migrate.night.turns import correct
from couloir.refine.match import Match
from couloir.refine.night.model import Vector
from couloir.refine.options import MOVED, Finish, Options
from couloir.refine.outcome import Outcome
from couloir.refine.shared import SharedSlopes
from couloir.refine.verdict import LIGHTROOM, Verdict, verdict
from couloir.service.http.pictures import pixels_of
from couloir.service.libraries.identify import MatchedBy
from couloir.service.libraries.open import OpenLibrary
from couloir.service.match import wire as shapes
from couloir.service.match.wire import LookView, MatchVerdict

SIZE: Final = 1024  # pixels, the longest edge at which a rendering is compared
STOPPED: Final = "It was stopped before its end."

_WHITE_BALANCE: Final = WHITE_BALANCE_NUMBERS | {"WhiteBalance"}
_FINISHES: Final = {shapes.Finish.SLIDERS: Finish.SLIDERS, shapes.Finish.LOOK: Finish.LOOK}
_WORDS: Final = {
    Verdict.SAME: MatchVerdict.SAME,
    Verdict.MATCHED: MatchVerdict.MATCHED,
    Verdict.CLOSE: MatchVerdict.CLOSE,
    Verdict.REVIEW: MatchVerdict.REVIEW,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """The input of a match: Aperture's preview, and the translation of the photo.

    `plain` is the analytic translation, without model and offset: changes of a solved photo are relative to it.
    `is_painted` says that a brush was placed from the preview, `orientation` is EXIF's code of the file's frame.
    `translated` is the whole one, to which corrections are added; `as_shot` are a RAW file's own (kelvin, tint).
    """

    version: Version
    kind: PhotoKind
    plain: DevelopSettings
    reference: Reference
    fidelity: str
    uncertainty: Mapping[str, float] | None
    translated: DevelopSettings
    as_shot: tuple[float, float] | None
    is_painted: bool = False
    orientation: int = 1

    def correct(self, correction: Vector) -> DevelopSettings:
        """The translation with a correction."""
        return correct(self.translated, correction, self.kind, self.as_shot)

    def correct_table(self, correction: Vector, moved: Collection[str] = ()) -> dict[str, object]:
        """The absolute values of the keys that a correction moves, and of those that an earlier one `moved`."""
        settings = self.correct(correction)
        return table_of(settings, {*moved, *list_touched(settings, self.translated.as_dict())})


def subject_of(
    library: OpenLibrary, uuid: str, translator: Translator, *, profile: str = "", pictures: bool = True
) -> Subject | str:
    """The input for matching a version, or a sentence that says why it cannot be matched. `profile` is the learnt one
    that the photo has in Lightroom.
    """
    from couloir.service.deriving import DerivedVersion, Target, derive

    target = Target(library, uuid, MatchedBy.UUID, current={"CameraProfile": profile} if profile else None)
    [found] = derive([target], lambda _library: translator, pictures=pictures)
    if not isinstance(found, DerivedVersion):
        return found.message
    version, master = library.versions([uuid])[uuid]
    return Subject(
        version=version,
        kind=photo_kind(master),
        plain=analytic(version, master).settings,
        reference=_reference(library, version) if found.seen is None else found.seen.reference,
        fidelity=str(found.translation.fidelity),
        uncertainty=found.translation.uncertainty,
        is_painted=bool(found.translation.local),
        orientation=1 if found.seen is None else found.seen.orientation,
        translated=found.translation.settings,
        as_shot=None if found.seen is None else found.seen.as_shot,
    )


def _reference(library: OpenLibrary, version: Version) -> Reference:
    state = library.ask(lambda opened: opened.preview_state(version))
    brushed = any(each.enabled and each.mask_uuid is not None for each in version.operations)
    return load_reference(state.path, state.status, brushed=brushed)


def begin(
    subject: Subject,
    table: Mapping[str, object],
    finish: shapes.Finish,
    shared: Mapping[str, object] | None,
    *,
    only_judged: bool = False,
) -> Match:
    """Begin a match of a photo whose settings in Lightroom are `table`; `shared` is what its camera's matches
    taught. One that is `only_judged` is measured as it is.
    """
    start, _ = read_live(table, subject.kind)
    return Match.begin(
        subject.reference,
        start,
        subject.kind,
        Options(renderings=1) if only_judged else Options(finish=_FINISHES[finish]),
        prior=subject.uncertainty,
        as_shot=read_as_shot(table) if subject.kind is PhotoKind.RAW else None,
        shared=_shared(shared),
    )


def tell(match: Match, jpeg: bytes, item: str, table: Mapping[str, object], kind: PhotoKind) -> None:
    """Give a match the rendering of the settings that it asked for. Raises BadImage"""
    match.tell(decode(jpeg, item), read_live(table, kind)[0].as_dict())


def decode(jpeg: bytes, item: str) -> Picture:
    """A rendering's pixels, sRGB-encoded. Raises BadImage"""
    return np.asarray(srgb_encode(pixels_of(jpeg, item, SIZE)), dtype=np.float32)


def dump(match: Match) -> str:
    """A match as JSON text."""
    return to_json(match.as_dict())


def load(text: str) -> Match:
    """The counterpart of `dump`."""
    return Match.from_dict(json.loads(text))


def teach(match: Match, latest: Mapping[str, object] | None) -> Mapping[str, object]:
    """Merge this match into what the camera's matches taught: others may have ended since it began."""
    with_this = match.lessons()
    before = _shared(match.as_dict()["shared"]) or SharedSlopes.empty(with_this.names)
    own = SharedSlopes(
        with_this.names,
        with_this.gram - before.gram,
        with_this.moment - before.moment,
        with_this.photos - before.photos,
    )
    known = _shared(latest)
    return (own if known is None else known.join(own)).as_dict()


def _shared(kept: object) -> SharedSlopes | None:
    """What a camera's matches taught; None when there is nothing, or when another version of Couloir stored it."""
    if not isinstance(kept, Mapping):
        return None
    found = SharedSlopes.from_dict(kept)
    return found if found.names == MOVED else None


def look_of(outcome: Outcome, touched: Collection[str], fidelity: str, number: int, why: str = "") -> LookView:
    """The look of a photo after `number` renderings; `why` precedes the loop's own reason.

    What Lightroom's renderings have brought nearer is no formula's any more, so its fidelity is the preview's.
    """
    reason = " ".join(text for text in (why, outcome.reason) if text)
    if touched and fidelity == Fidelity.APPROXIMATE and outcome.before is not None and outcome.after is not None:
        nearness = Nearness(outcome.before.mean, outcome.after.mean, is_measured=True)
        fidelity = Fidelity.TAKEN if nearness.is_nearer else fidelity
    return LookView(
        settings=table_of(outcome.settings, touched) if touched else None,
        verdict=_WORDS.get(verdict(outcome.after, LIGHTROOM), MatchVerdict.UNMEASURED),
        before=None if outcome.before is None else outcome.before.mean,
        difference=None if outcome.after is None else outcome.after.mean,
        p95=None if outcome.after is None else outcome.after.p95,
        fidelity=fidelity,
        reason=reason,
        renderings=number,
    )


def leave_unmeasured(
    fidelity: str,
    why: str,
    *,
    start: Mapping[str, object] | None = None,
    touched: Collection[str] = (),
    number: int = 0,
) -> LookView:
    """The look of a photo that cannot be compared: it keeps the settings it began with, or gets them back."""
    return LookView(
        settings=table_of(DevelopSettings(start), touched) if start and touched else None,
        verdict=MatchVerdict.UNMEASURED,
        before=None,
        difference=None,
        p95=None,
        fidelity=fidelity,
        reason=why,
        renderings=number,
    )


def list_touched(asked: DevelopSettings, start: Mapping[str, object]) -> set[str]:
    """The keys whose value differs from the photo's first settings; the white balance keys count as one."""
    values = asked.as_dict()
    keys = {key for key, value in values.items() if value != start.get(key)}
    keys |= {key for key in start if key not in values}
    return keys | _WHITE_BALANCE if keys & _WHITE_BALANCE else keys


def table_of(settings: DevelopSettings, touched: Collection[str]) -> dict[str, object]:
    """The absolute values of these keys, so that nothing of another try remains. A key that is not stated gets
    Lightroom's default."""
    values = settings.as_dict()
    table: dict[str, object] = {}
    for key in SETTINGS:
        if key not in touched:
            continue
        if key in values:
            table[key] = values[key]
        elif key not in WHITE_BALANCE_NUMBERS and SETTINGS[key].default is not None:
            table[key] = DevelopSettings({key: SETTINGS[key].default}).as_dict()[key]
    if "WhiteBalance" in touched and "WhiteBalance" not in table:
        table["WhiteBalance"] = "As Shot"
    return table
