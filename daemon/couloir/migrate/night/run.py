"""Matches a library by plan until the time is spent; killed at any moment, everything so far stays.

Each photo is one transaction, and so is each correction that another photo gets. A later night tells the plan what the
earlier ones measured, in the order in which they did, and continues with the turn that would have been next.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from couloir.aperture.library import Library
from couloir.aperture.model import Master, Version
from couloir.engines.protocol import Picture
from couloir.migrate.files.own import make_folder
from couloir.migrate.ledger.expectations import ExpectationRecord, expectation_of, put_correction, put_figures
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import PICTURES, MatchRecord
from couloir.migrate.match_library import MatchSubject, Progress, Way, keep_match, prepare
from couloir.migrate.night.candidates import NightPhotos, Scope, gather, recall
from couloir.migrate.night.turns import correct, match_turn, translate
from couloir.migrate.run import OWN_FOLDER
from couloir.refine.night.model import Gift, Turn, TurnResult, Vector
from couloir.refine.night.plan import NightPlan
from couloir.refine.options import MOVED
from couloir.refine.shared import SharedSlopes

SEED: Final = 1
_PACE: Final = 20  # turns whose mean duration is that of the next one
_PLACES: Final = 4


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
) -> Generator[MatchRecord]:
    """Match the photos that are worth most, one after the other; each result is in the ledger before it is yielded.

    Corrections that trials confirm are recorded for the photos that were not measured, and at the end what is expected
    of each. Close the iterator. Raises DestinationErrors.
    """
    make_folder(destination / OWN_FOLDER / PICTURES)
    night = _Night(library, ledger, destination, way, budget, gather(library, ledger, way, scope))
    try:
        yield from night.run(progress)
    finally:
        night.note_expectations()


class _Night:
    def __init__(
        self, library: Library, ledger: Ledger, destination: Path, way: Way, budget: Budget, photos: NightPhotos
    ) -> None:
        assert photos.candidates is not None
        self._library, self._ledger, self._destination = library, ledger, destination
        self._way, self._budget, self._photos = way, budget, photos
        self._weights = photos.candidates.weights
        self._plan = NightPlan(photos.candidates, SEED)
        bases = photos.candidates.bases[photos.candidates.groups]
        for place in photos.unusable:
            self._plan.drop(place)
        for place, record in photos.earlier:
            self._plan.tell(*recall(place, record, only_judged=bool(bases[place])))
        self._number = photos.earlier[-1][1].turn if photos.earlier else 0
        self._shared: dict[str, SharedSlopes | None] = {}

    def run(self, progress: Progress) -> Iterator[MatchRecord]:
        for earlier in list(self._plan.gifts()):  # what an earlier night was stopped in giving
            self._give(earlier)
        total = len(self._photos.uuids)

        def advance() -> None:
            progress(int(self._plan.is_measured.sum()), total)

        while self._budget.allows_turn() and (turn := self._plan.turn()) is not None:
            advance()
            ended = self._budget.time()
            record, picture, result = self._match(turn)
            advance()  # a caller may stop here, before a result that the stop has spoilt is recorded
            keep_match(self._ledger, self._destination, record, picture)
            gift = self._plan.tell(turn, result)
            ended()
            yield record
            if gift is not None:
                self._give(gift)
        advance()

    def _match(self, turn: Turn) -> tuple[MatchRecord, Picture | None, TurnResult]:
        self._number += 1
        version, master = self._pair(turn.photo)
        subject = prepare(self._library, version, master, self._way)
        if isinstance(subject, MatchRecord):
            return subject, None, TurnResult()
        camera = f"{subject.camera} {subject.photo.kind}"
        done = match_turn(subject, turn, self._number, self._way, self._shared.get(camera))
        self._shared[camera] = done.lessons
        return done.record, done.picture, done.result

    def _give(self, gift: Gift) -> None:
        """Record a correction for each photo that it serves and that does not have it yet, the best rated first."""
        changes = _named(gift.correction)
        for place in gift.photos[np.argsort(-self._weights[gift.photos], kind="stable")].tolist():
            if not self._budget.allows_turn():
                return
            uuid = self._photos.uuids[place]
            known = expectation_of(self._ledger, uuid)
            if known is not None and known.correction == changes:
                continue
            subject = prepare(self._library, *self._pair(place), self._way)
            if isinstance(subject, MatchSubject):
                begun = translate(subject, self._way, by_pictures=self._way.pictures)
                settings = correct(subject, begun.settings, gift.correction).as_dict()
                record = ExpectationRecord(uuid, settings=settings, correction=changes, source=subject.source)
                with self._ledger.transaction():
                    put_correction(self._ledger, record)

    def note_expectations(self) -> None:
        """Write what is expected of every photo that was not measured."""
        found = self._plan.expect()
        left = np.flatnonzero(~self._plan.is_measured).tolist()
        each = np.stack([found.mean, found.low, found.high], axis=1)
        figures = ((self._photos.uuids[place], *_stated(each[place])) for place in left)
        put_figures(self._ledger, figures, self._plan.bounds(found))

    def _pair(self, place: int) -> tuple[Version, Master]:
        version = self._library.version(self._photos.uuids[place])
        master = self._library.master(version.master_uuid)
        if master is None:  # cannot happen: the candidates have masters, and the open library does not change
            raise RuntimeError(f"the master of {version.uuid} is gone")
        return version, master


def _named(correction: Vector) -> dict[str, float]:
    return {name: round(float(value), _PLACES) for name, value in zip(MOVED, correction, strict=True) if value}


def _stated(figures: Vector) -> tuple[float | None, float | None, float | None]:
    mean, low, high = (None if np.isnan(each) else round(float(each), _PLACES) for each in figures)
    return mean, low, high
