"""The plan of an import's sessions: which photo is matched next, and which get corrections without being matched.

It is made from the ledger and the library when a session begins or continues, which takes some milliseconds a photo and
so happens on a thread of its own. Imported when first needed, because it takes numpy.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from couloir.aperture.library import Library
from couloir.aperture.model import Master, Version
from couloir.errors import DestinationError, NotAMigration
from couloir.language import mark
from couloir.migrate.handover.session import handing_over, reading_ledger
from couloir.migrate.ledger.expectations import ExpectationRecord, put_correction
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import MatchRecord, list_matchable
from couloir.migrate.night.candidates import Gathering, NightPhotos, is_base, recall
from couloir.migrate.night.expected import note_expectations, round_figures
from couloir.migrate.night.run import SEED
from couloir.profiles.baselines import NO_BASELINES
from couloir.refine.night.model import Expectation, Gift, Turn
from couloir.refine.night.plan import NightPlan
from couloir.refine.verdict import LIGHTROOM
from couloir.service.imports.store import Import
from couloir.service.libraries.open import OpenLibrary, read_versions
from couloir.service.libraries.profiles import learnt_profiles
from couloir.service.match.journal import MatchJournal, PhotoState, Session
from couloir.service.services import Services

log = logging.getLogger(__name__)

UNDRAWN: Final = mark(
    "Not drawn: photos like it were measured, and their differences tell what is expected of it without a rendering."
)

_CHUNK: Final = 200  # photos of one question to the library, which others wait for


class SessionNight:
    """The plan of one session. `positions` of the session's photos that are not over, by version."""

    def __init__(self, photos: NightPhotos, positions: dict[str, int], destination: Path) -> None:
        self.photos = photos
        self.plan = NightPlan(photos.candidates, SEED)
        self._destination = destination
        self._places = {uuid: place for place, uuid in enumerate(photos.uuids)}
        self._bases = photos.candidates.bases[photos.candidates.groups]
        self._positions = positions
        self._begun: set[str] = set()
        for place in photos.unusable:
            self.plan.drop(place)
        for place, record in photos.earlier:
            self.plan.tell(*recall(place, record, only_judged=bool(self._bases[place])))
        self._number = photos.earlier[-1][1].turn if photos.earlier else 0
        for place, uuid in enumerate(photos.uuids):
            if uuid not in positions and not self.plan.is_measured[place]:
                self.plan.hold(place)
        self._strangers = iter([position for uuid, position in positions.items() if uuid not in self._places])
        self._expected: Expectation | None = None

    # Turns

    def turn(self, waiting: Iterable[str] = ()) -> tuple[int, Turn] | None:
        """The position of the photo whose turn it is, and its turn; None for none now. `waiting`: versions whose
        cameras wait for what these teach.
        """
        places = [self._places[version] for version in waiting if version in self._places]
        turn = self.plan.turn({self.plan.family_of(place) for place in places})
        return None if turn is None else (self._positions[self.photos.uuids[turn.photo]], turn)

    def take(self, version: str) -> None:
        """A photo's turn has begun."""
        self._begun.add(version)
        self.plan.take(self._places[version])

    def keep_begun(self, versions: Iterable[str]) -> None:
        """The photos that are begun are these only: what else was, came to nothing and may get another turn."""
        begun = set(versions)
        for version in self._begun - begun:
            self.plan.put_back(self._places[version])
        self._begun &= begun

    def is_on_trial(self, version: str) -> bool:
        """Whether the trial of a photo's turn still counts."""
        return self.plan.is_on_trial(self._places[version])

    def strangers(self, most: int) -> list[int]:
        """The positions of photos that are not in the plan, because they have no preview; each is given once."""
        return list(islice(self._strangers, max(most, 0)))

    def next_number(self) -> int:
        """The number of a turn that ends now, counted over all sessions of the import."""
        self._number += 1
        return self._number

    def tell(self, record: MatchRecord) -> Gift | None:
        """Take what a photo's turn gave; the correction that this confirms. A match that was stopped gives nothing."""
        place = self._places[record.version]
        self._begun.discard(record.version)
        self._expected = None
        if not record.turn:
            self.plan.drop(place)
            return None
        return self.plan.tell(*recall(place, record, only_judged=bool(self._bases[place])))

    def knows(self, version: str) -> bool:
        """Whether a photo is one of the plan's."""
        return version in self._places

    # What others get

    def find_served(self, gift: Gift) -> list[int]:
        """The positions of the photos that a correction is for, as far as they are in this session."""
        uuids = (self.photos.uuids[place] for place in gift.photos.tolist())
        return [self._positions[uuid] for uuid in uuids if uuid in self._positions]

    def expected_of(self, version: str) -> ExpectationRecord:
        """What is expected of a photo that was not measured."""
        self._expected = self._expected or self.plan.expect()
        place = self._places[version]
        found = self._expected
        return ExpectationRecord(
            version, *round_figures(np.array([found.mean[place], found.low[place], found.high[place]]))
        )

    def records_without_rendering(self, versions: Iterable[str]) -> Iterator[MatchRecord]:
        """The records of photos that need no rendering."""
        for version in versions:
            yield MatchRecord(version, None, None, UNDRAWN, LIGHTROOM, 0)

    def note(self) -> bool:
        """Write what is expected of each photo that was not measured; whether the ledger could be written."""
        return self._write(lambda ledger: note_expectations(ledger, self.plan, self.photos))

    def note_given(self, records: Iterable[ExpectationRecord]) -> bool:
        """Write the corrections that Lightroom has given to photos; whether the ledger could be written."""

        def write(ledger: Ledger) -> None:
            with ledger.transaction():
                for record in records:
                    put_correction(ledger, record)

        return self._write(write)

    def _write(self, write: Callable[[Ledger], None]) -> bool:
        try:
            with handing_over(self._destination) as handover:
                write(handover.ledger)
        except DestinationError as error:
            log.warning("what is expected waits for its migration's ledger: %s", error.code)
            return False
        return True


class Nights:
    """The plans of sessions, the newest one in memory. Safe to use from several threads."""

    def __init__(self, services: Services, journal: MatchJournal) -> None:
        self._services, self._journal = services, journal
        self._lock = threading.Lock()
        self._making: tuple[str, threading.Thread] | None = None
        self._made: dict[str, SessionNight | BaseException | None] = {}

    def prepare(self, session: Session, found: Import, place: Path, patience: float) -> bool:
        """Make a session's plan, if it is not there yet; whether it is there after so many seconds at most."""
        with self._lock:
            if session.id in self._made:
                return True
            if self._making is None or self._making[0] != session.id:
                thread = threading.Thread(target=self._make, args=(session, found, place), daemon=True)
                self._making = session.id, thread
                thread.start()
            thread = self._making[1]
        thread.join(patience)
        return session.id in self._made

    def of(self, session: Session) -> SessionNight | None:
        """The plan of a session; None where it has none, or its ledger cannot be read. Raises what making it raised."""
        found = self._made.get(session.id)
        if isinstance(found, BaseException):
            self.forget(session)
            raise found
        return found

    def forget(self, session: Session) -> None:
        """Make a session's plan anew when it is asked for the next time."""
        with self._lock:
            self._made.pop(session.id, None)
            if self._making is not None and self._making[0] == session.id and not self._making[1].is_alive():
                self._making = None

    def _make(self, session: Session, found: Import, place: Path) -> None:
        try:
            made: SessionNight | BaseException | None = self._planned(session, found, place)
        except (DestinationError, NotAMigration) as error:
            log.warning("a session has no plan, because its migration's ledger cannot be read: %s", error.code)
            made = None
        except BaseException as error:  # noqa: BLE001  (raised again by `of`, on the thread of a request)
            made = error
        with self._lock:
            self._made = {session.id: made}

    def _planned(self, session: Session, found: Import, place: Path) -> SessionNight:
        choice = found.choice
        library = self._services.libraries.get(choice.library)
        with reading_ledger(place) as ledger:
            known = dict(list_matchable(ledger))
        for text in self._journal.list_untold(choice.library):
            record = MatchRecord.read(text)
            if record.version in known:
                known[record.version] = record
        gathering = Gathering(learnt_profiles(self._services) if choice.profiles else NO_BASELINES)
        uuids = list(known)
        for start in range(0, len(uuids), _CHUNK):
            _add(gathering, library, uuids[start : start + _CHUNK], known)
        night = SessionNight(gathering.finish(), self._journal.positions(session), place)
        for photo in self._journal.photos(session, PhotoState.OPEN, PhotoState.FINISHING):
            if photo.turn and night.knows(photo.version):
                night.take(photo.version)
        return night


def _add(gathering: Gathering, library: OpenLibrary, uuids: list[str], known: dict[str, MatchRecord | None]) -> None:
    def read(opened: Library) -> list[tuple[Version, Master, bool]]:
        found = read_versions(opened, uuids)
        pairs = (found[uuid] for uuid in uuids if uuid in found)
        previews = ((version, master, opened.preview(version)) for version, master in pairs)
        return [
            (version, master, each.path is not None and (not each.is_master or is_base(version, master)))
            for version, master, each in previews
        ]

    for version, master, has_preview in library.ask(read):
        record = known[version.uuid]
        is_measured = record is not None and (record.after is not None or record.turn or record.failed)
        gathering.add(version, master, record if is_measured else None, has_preview=has_preview)
