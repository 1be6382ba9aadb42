"""What travels while looks are matched: sessions, renderings, what to try next, what was reached."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from couloir.service.http.wire import Count, Incoming, JobId, LibraryId, Outgoing, Timestamp, Uuid

MOST_PHOTOS: Final = 20_000  # in a session that names its photos
MOST_AT_ONCE: Final = 16  # photos in a round
Text = Annotated[str, Meta(max_length=4096)]
Position = Annotated[float, Meta(ge=0, le=1_000_000)]  # Lua has no whole numbers
LightroomId = Annotated[str, Meta(min_length=1, max_length=256)]


class Finish(StrEnum):
    """How far a match goes: `sliders` leaves few and plain settings, `look` adds point curves where they gain."""

    SLIDERS = "sliders"
    LOOK = "look"


class SessionState(StrEnum):
    """`open`: rounds go on. `stopped`: what had begun is settled, the rest can be taken up again. `done`: nothing is
    left."""

    OPEN = "open"
    STOPPED = "stopped"
    DONE = "done"


class MatchVerdict(StrEnum):
    """How near a photo came, in the words of Lightroom's metadata field. `unmeasured`: the reason says why."""

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

    For an import whose last session is not done, that session is taken up as it is. `catalog` is the identity of the
    Lightroom catalog that they lie in, "" when it is not known: a session goes on in its own catalog alone.
    """

    import_id: JobId | None = None
    photos: Annotated[list[RefinementPhoto], Meta(max_length=MOST_PHOTOS)] = msgspec.field(default_factory=list)
    finish: Finish = Finish.SLIDERS
    catalog: Annotated[str, Meta(max_length=64)] = ""


class RefinementView(Outgoing, frozen=True, kw_only=True):
    """A session. `queued` photos have not begun, `begun` ones may have settings that are being tried, `settled` ones
    have their verdict, of those that are `left` the user wanted no more before their turn came."""

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


class RefinementList(Outgoing, frozen=True, kw_only=True):
    """The sessions that are not done, newest first."""

    sessions: list[RefinementView]


class Rendered(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer to a step: `settings` as Lightroom has them now, and `rendering`, a JPEG in base64 (sRGB, cropped and
    turned, about 640 pixels). Without a rendering, `why` says what went wrong."""

    photo: Position
    number: Position
    settings: dict[str, Any] = msgspec.field(default_factory=dict)
    rendering: Annotated[str, Meta(max_length=3_000_000)] = ""
    why: Text = ""


class Settled(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A photo has been given a look, the one after `number` renderings. `why` names the settings that
    Lightroom did not apply. When a newer look was found meanwhile, the photo comes again."""

    photo: Position
    number: Position
    why: Text = ""


class RoundRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of the last round, and how many photos the next one may have."""

    photos: Annotated[float, Meta(ge=1, le=MOST_AT_ONCE)] = 8
    rendered: Annotated[list[Rendered], Meta(max_length=MOST_AT_ONCE)] = msgspec.field(default_factory=list)
    settled: Annotated[list[Settled], Meta(max_length=4 * MOST_AT_ONCE)] = msgspec.field(default_factory=list)


class StopRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The user stops. `settled` are photos that were given their best look; `drop`: what is queued will not go on."""

    settled: Annotated[list[Settled], Meta(max_length=4 * MOST_AT_ONCE)] = msgspec.field(default_factory=list)
    drop: bool = False


class LookView(Outgoing, frozen=True, kw_only=True):
    """A look to leave a photo with. `settings` are absolute and hold every key that the match has touched, null when
    it has touched none. `before`, `difference` (means) and `p95` are CIEDE2000, null where nothing was compared.
    """

    settings: dict[str, Any] | None
    verdict: MatchVerdict
    before: float | None
    difference: float | None
    p95: float | None
    fidelity: str
    reason: str
    renderings: Count


class StepView(Outgoing, frozen=True, kw_only=True):
    """Set these `settings` (null: leave it as it is), draw the photo, send the rendering with `photo` and `number`.

    `best` is what to give the photo when the user stops before that, null as long as nothing was set.
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
    """Give the photo this look for good, and say so with the next round."""

    photo: Count
    lightroom: str
    version: str
    library: str
    name: str
    look: LookView


class RoundView(Outgoing, frozen=True, kw_only=True):
    """What to do next. Asked again without an answer, it is the same. `done`: nothing is left."""

    done: bool
    steps: list[StepView]
    finished: list[FinishedView]
    session: RefinementView
