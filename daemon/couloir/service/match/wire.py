"""The structs of matching: sessions, renderings, steps, results."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from couloir.language.fields import Sentence
from couloir.migrate.handover.choice import MatchScope
from couloir.service.http.wire import Count, Incoming, JobId, LibraryId, Outgoing, Timestamp, Uuid
from couloir.service.match.pace import RoundTimes

MOST_PHOTOS: Final = 20_000  # in a session that names its photos
MOST_AT_ONCE: Final = 16  # photos in a round
Text = Annotated[str, Meta(max_length=4096)]
Position = Annotated[float, Meta(ge=0, le=1_000_000)]  # Lua has no whole numbers
LightroomId = Annotated[str, Meta(min_length=1, max_length=256)]


class Finish(StrEnum):
    """How far a match goes: `sliders` moves a few sliders only, `look` adds point curves where they reduce the
    difference.
    """

    SLIDERS = "sliders"
    LOOK = "look"


class SessionState(StrEnum):
    """`open`: rounds continue. `stopped`: photos that had begun are settled, the others can be resumed. `done`: nothing
    is left.
    """

    OPEN = "open"
    STOPPED = "stopped"
    DONE = "done"


class MatchVerdict(StrEnum):
    """The verdict of a measurement, as in Lightroom's metadata field. `unmeasured`: the reason says why."""

    SAME = "same"
    MATCHED = "matched"
    CLOSE = "close"
    REVIEW = "review"
    UNMEASURED = "unmeasured"


class RefinementPhoto(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A photo in Lightroom, by Lightroom's own uuid, and the version that it was in Aperture."""

    library: LibraryId
    version: Uuid
    lightroom: LightroomId
    name: Text = ""


class RefinementRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to match: the photos that an import brought and that were not matched yet, and `photos`.

    Of an import these are the photos of its `match`; with `only` those of another scope (`project` names it), which
    replaces the import's. For an import whose last session is not done, that session is resumed unchanged.
    `catalog` is the identity of the Lightroom catalog that holds them, "" when it is not known: a session continues in
    its own catalog only.
    """

    import_id: JobId | None = None
    photos: Annotated[list[RefinementPhoto], Meta(max_length=MOST_PHOTOS)] = msgspec.field(default_factory=list)
    finish: Finish = Finish.SLIDERS
    only: MatchScope | None = None
    project: Uuid | None = None
    catalog: Annotated[str, Meta(max_length=64)] = ""


class RefinementView(Outgoing, frozen=True, kw_only=True):
    """A session. `queued` photos have not begun, `begun` ones may have trial settings, `settled` ones
    have their verdict, and `left` ones were not begun when the user stopped. `waiting` photos of its catalog can come
    nearer with an enhanced profile that Lightroom reads at its next start; a session `with_profiles` tries these.
    `seconds_left`: how long Lightroom needs for the photos that are left, by what it has taken on this computer so far.
    `not_installed` says why the profiles of an ended session could not be put there, "" where they could."""

    id: JobId
    state: SessionState
    created: Timestamp
    import_id: JobId | None
    finish: Finish
    catalog: str
    total: Count
    queued: Count
    begun: Count
    settled: Count
    left: Count
    waiting: Count
    with_profiles: bool
    not_installed: Sentence
    seconds_left: float


class RefinementList(Outgoing, frozen=True, kw_only=True):
    """The sessions that are not done, newest first."""

    sessions: list[RefinementView]


class Rendered(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The result of a step: `settings` as Lightroom has them now, and `rendering`, a JPEG in base64 (sRGB, cropped and
    turned, about 768 pixels). Without a rendering, `why` says what went wrong."""

    photo: Position
    number: Position
    settings: dict[str, Any] = msgspec.field(default_factory=dict)
    rendering: Annotated[str, Meta(max_length=3_000_000)] = ""
    why: Text = ""


class Settled(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A photo has been given a look, the one after `number` renderings. `why` names the settings that
    Lightroom did not apply. If a newer look was found meanwhile, the photo is sent again."""

    photo: Position
    number: Position
    why: Text = ""


class DeliveryReport(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The result of a correction for a photo that is not matched: it was given, unless `why` says that Lightroom
    refused it. `changed`: the photo was left as it is, because its settings are no longer those that Couloir gave it.
    """

    photo: Position
    why: Text = ""
    changed: bool = False


class RoundRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The results of the last round, and the most photos for the next one. `given`: the results of the corrections of
    the last round; null from a client that gives none."""

    photos: Annotated[float, Meta(ge=1, le=MOST_AT_ONCE)] = 8
    rendered: Annotated[list[Rendered], Meta(max_length=MOST_AT_ONCE)] = msgspec.field(default_factory=list)
    settled: Annotated[list[Settled], Meta(max_length=4 * MOST_AT_ONCE)] = msgspec.field(default_factory=list)
    given: Annotated[list[DeliveryReport], Meta(max_length=4 * MOST_AT_ONCE)] | None = None
    took: RoundTimes | None = None


class StopRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Stop a session. `settled` are photos that have their best look; `drop`: queued photos will not be matched."""

    settled: Annotated[list[Settled], Meta(max_length=4 * MOST_AT_ONCE)] = msgspec.field(default_factory=list)
    drop: bool = False


class LookView(Outgoing, frozen=True, kw_only=True):
    """A final look of a photo. `settings` are absolute and hold every key that the match has touched, null when
    it has touched none. `before`, `difference` (means) and `p95` are CIEDE2000, null where nothing was compared.
    """

    settings: dict[str, Any] | None
    verdict: MatchVerdict
    before: float | None
    difference: float | None
    p95: float | None
    fidelity: str
    reason: Sentence
    renderings: Count


class StepView(Outgoing, frozen=True, kw_only=True):
    """Apply these `settings` (null: none), render the photo, send the rendering with `photo` and `number`.

    `best` is the look to apply when the user stops before that, null as long as no settings were applied.
    """

    photo: Count
    lightroom: str
    version: str
    library: str
    name: str
    number: Count
    settings: dict[str, Any] | None
    best: LookView | None


class FinishedView(Outgoing, frozen=True, kw_only=True):
    """The photo's final look: apply it, and confirm it with the next round."""

    photo: Count
    lightroom: str
    version: str
    library: str
    name: str
    look: LookView


class CorrectionView(Outgoing, frozen=True, kw_only=True):
    """A correction for a photo that is not matched now: others like it have confirmed it. Apply the `settings`, unless
    the photo's are no longer those that Couloir gave it, and say so with the next round. `reason` says what is expected
    of the photo: a mean CIEDE2000 between `low` and `high` four times of five, null where that is not known."""

    photo: Count
    lightroom: str
    version: str
    library: str
    name: str
    settings: dict[str, Any]
    low: float | None
    high: float | None
    reason: Sentence


class RoundView(Outgoing, frozen=True, kw_only=True):
    """The next round. Requested again without results, it is the same. `done`: nothing is left."""

    done: bool
    steps: list[StepView]
    finished: list[FinishedView]
    corrected: list[CorrectionView]
    session: RefinementView
