"""Matches a library by plan until the time is spent; killed at any moment, everything so far stays.

Each photo is one transaction, and so is each correction that another photo gets. A later night tells the plan what the
earlier ones measured, in the order in which they did, and continues with the turn that would have been next.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from couloir.aperture.library import Library
from couloir.lightroom.settings import DevelopSettings
from couloir.migrate.files.own import make_folder
from couloir.migrate.ledger.expectations import ExpectationRecord, expectation_of, put_correction
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.rounds import end_round
from couloir.migrate.ledger.verdicts import PICTURES, MatchRecord, match_of
from couloir.migrate.match_library import (
    FoundPhoto,
    PhotoResult,
    Progress,
    Way,
    find_pair,
    find_photo,
    keep_match,
)
from couloir.migrate.night.candidates import NightPhotos, Scope, gather, recall
from couloir.migrate.night.expected import name_correction, note_expectations
from couloir.migrate.night.turns import GiftTask, TurnRun, TurnTask, camera_of, work
from couloir.migrate.run import OWN_FOLDER
from couloir.refine.night.model import Gift, Turn, TurnResult
from couloir.refine.night.plan import NightPlan
from couloir.refine.order import KnownResult, Steps, work_in_order
from couloir.refine.shared import SharedSlopes
from couloir.workers import ONE_WORKER, Crew, Workers

SEED: Final = 1
_PACE: Final = 20  # turns whose mean duration is that of the next one
_WITHOUT: Final = 1 / 16  # of the turns so far: what the newest ones gave is done without


@dataclass(slots=True)
class Budget:
    """The time that a night may take, in seconds from now; None without an end. `clock` counts seconds."""

    seconds: float | None = None
    clock: Callable[[], float] = time.monotonic
    _begun: float = field(init=False)
    _turns: deque[float] = field(default_factory=lambda: deque(maxlen=_PACE))

    def __post_init__(self) -> None:
        self._begun = self.clock()

    def allows_turn(self) -> bool:
        """Whether another photo is expected to end in time."""
        if self.seconds is None:
            return True
        pace = sum(self._turns) / len(self._turns) if self._turns else 0.0
        return self.clock() - self._begun + pace < self.seconds

    def time(self) -> Callable[[], None]:
        """Call what this returns when the turn that begins now has ended."""
        begun = self.clock()
        return lambda: self._turns.append(self.clock() - begun)


def match_by_plan(
    library: Library,
    ledger: Ledger,
    destination: Path,
    way: Way,
    budget: Budget,
    scope: Scope = Scope.ALL,
    progress: Progress = lambda _done, _total: None,
    workers: Workers = ONE_WORKER,
) -> Generator[MatchRecord]:
    """Match the photos that are worth most, one after the other; each result is in the ledger before it is yielded.

    Corrections that trials confirm are recorded for the photos that were not measured, and at the end what is expected
    of each. The number of workers changes nothing but the time. Close the iterator. Raises DestinationErrors, and
    WorkersErrors.
    """
    make_folder(destination / OWN_FOLDER / PICTURES)
    way = way.begin(ledger, scope)
    photos = gather(library, ledger, way, scope)
    night = _Night(library, ledger, destination, way, budget, photos, progress)
    try:
        with workers.limited_to(len(photos.uuids)).open(work, way) as crew:
            yield from night.run(crew)
    finally:
        night.note_expectations()


class _Night:
    def __init__(
        self,
        library: Library,
        ledger: Ledger,
        destination: Path,
        way: Way,
        budget: Budget,
        photos: NightPhotos,
        progress: Progress,
    ) -> None:
        self._library, self._ledger, self._destination = library, ledger, destination
        self._way, self._budget, self._photos, self._progress = way, budget, photos, progress
        self._weights = photos.candidates.weights
        self._plan = NightPlan(photos.candidates, SEED)
        bases = photos.candidates.bases[photos.candidates.groups]
        for place in photos.unusable:
            self._plan.drop(place)
        self._recalled = deque(
            (each, recall(place, each, only_judged=bool(bases[place]))) for place, each in photos.earlier
        )
        self._number = max((each.turn for _, each in photos.earlier), default=0)
        self._shared: dict[str, SharedSlopes] = {}
        self._begun: deque[Turn] = deque()  # of which the plan has not been told
        self._finished: deque[TurnRun] = deque()  # of these, those that are recorded
        self._ended: deque[Callable[[], None]] = deque()
        self._has_given = False

    def run(self, crew: Crew[Any]) -> Iterator[MatchRecord]:
        def learn(run: TurnRun) -> None:
            self._finished.popleft()
            gift = self._plan.tell(self._begun.popleft(), run.result)
            if run.match.lessons is not None:
                shared = self._shared.get(run.camera)
                self._shared[run.camera] = run.match.lessons if shared is None else shared.join(run.match.lessons)
            if gift is not None and self._has_given:
                self._give(gift, crew)

        def propose() -> TurnTask | KnownResult[TurnRun] | None:
            self._advance()
            if self._recalled:
                return self._recall()
            if not self._has_given:
                self._has_given = True
                for earlier in list(self._plan.gifts()):  # what an earlier night was stopped in giving
                    self._give(earlier, crew)
            return self._begin()

        steps = Steps(propose, self._keep, learn, self._advance)
        yield from work_in_order(crew, steps, _WITHOUT, self._is_asked)
        if self._plan.turn() is None:
            end_round(self._ledger, self._way.round)
        self._advance()

    def _advance(self) -> None:
        self._progress(int(self._plan.is_measured.sum()), len(self._photos.uuids))

    def _is_asked(self) -> bool:
        return bool(self._recalled) or self._budget.allows_turn()

    def _recall(self) -> KnownResult[TurnRun] | None:
        """A turn of an earlier night, begun when it was begun then."""
        if self._plan.turn() is None and self._begun:
            return None  # as then: nothing was left before more was known
        record, (turn, result) = self._recalled.popleft()
        self._take(turn)
        found = TurnRun(PhotoResult(record), result)
        self._finished.append(found)
        return KnownResult(found)

    def _begin(self) -> TurnTask | KnownResult[TurnRun] | None:
        turn = self._plan.turn()
        if turn is None:
            return None
        self._take(turn)
        self._number += 1
        self._ended.append(self._budget.time())
        found = find_photo(self._library, *find_pair(self._library, self._photos.uuids[turn.photo]), self._way)
        if isinstance(found, FoundPhoto):
            return TurnTask(found, turn, self._number, self._shared.get(camera_of(found)))
        record = replace(found, turn=self._number, by_lot=turn.by_lot)
        return KnownResult(TurnRun(PhotoResult(record), TurnResult()), is_kept=False)

    def _take(self, turn: Turn) -> None:
        self._plan.take(turn.photo)
        self._begun.append(turn)

    def _keep(self, run: TurnRun) -> MatchRecord:
        keep_match(self._ledger, self._destination, run.match)
        self._ended.popleft()()
        self._finished.append(run)
        return run.match.record

    def _give(self, gift: Gift, crew: Crew[Any]) -> None:
        """Record a correction for each photo that it serves and that does not have it yet, the best rated first."""
        changes = name_correction(gift.correction)
        places = deque(gift.photos[np.argsort(-self._weights[gift.photos], kind="stable")].tolist())
        served: deque[FoundPhoto] = deque()

        def propose() -> GiftTask | None:
            self._advance()
            while places:
                uuid = self._photos.uuids[places.popleft()]
                known = expectation_of(self._ledger, uuid)
                if (known is not None and known.correction == changes) or self._was_measured(uuid):
                    continue
                found = find_photo(self._library, *find_pair(self._library, uuid), self._way)
                if isinstance(found, FoundPhoto):
                    served.append(found)
                    return GiftTask(found, gift.correction)
            return None

        def keep(settings: DevelopSettings) -> None:
            photo = served.popleft()
            given = settings.as_dict()
            record = ExpectationRecord(photo.version.uuid, settings=given, correction=changes, source=photo.source)
            with self._ledger.transaction():
                put_correction(self._ledger, record)

        steps = Steps(propose, keep, lambda _settings: None, self._advance)
        for _ in work_in_order(crew, steps, 1.0, self._budget.allows_turn):
            pass

    def _was_measured(self, uuid: str) -> bool:
        """In an earlier round, too: a measured photo keeps what it has until it is measured anew."""
        known = match_of(self._ledger, uuid)
        return known is not None and known.after is not None

    def note_expectations(self) -> None:
        """Write what is expected of every photo that was not measured."""
        while self._finished:  # recorded, and not told of when the run was stopped
            self._plan.tell(self._begun.popleft(), self._finished.popleft().result)
        note_expectations(self._ledger, self._plan, self._photos)
