"""Sessions that match looks with Aperture's previews, in rounds: the work behind the routes of refinements.

The plug-in requests a round, applies its settings, renders the photos, and sends the renderings with the next request;
the loop of `couloir.refine` says what to try next. A try is recorded in the journal before it is made, and every answer
states each photo's best look, so that every photo has a finished look wherever the session ends.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Final

import msgspec

from couloir.errors import AccessDenied, DestinationOfOtherCatalog
from couloir.migrate.cost.model import Work, estimate
from couloir.migrate.handover.choice import Choice, Looks, MatchScope
from couloir.service.http.problems import IdempotencyConflict, ImportConflict, OutsideRoots, UnknownImport
from couloir.service.imports.store import Import, Imports, Stage
from couloir.service.libraries.roots import Purpose
from couloir.service.libraries.tally import STARS
from couloir.service.match.journal import RAW, Delivery, MatchJournal, NewPhoto, Photo, PhotoState, Session
from couloir.service.match.wire import (
    MOST_AT_ONCE,
    CorrectionView,
    DeliveryReport,
    RefinementRequest,
    RefinementView,
    RoundRequest,
    RoundView,
    SessionState,
    Settled,
    StopRequest,
)
from couloir.service.services import Services

if TYPE_CHECKING:
    from couloir.migrate.ledger.verdicts import MatchRecord
    from couloir.refine.night.model import Gift
    from couloir.service.match.nights import Nights, SessionNight
    from couloir.service.match.session import SessionRunner

PAGE: Final = 100
PATIENCE: Final = 20.0  # seconds that a round waits for its session's plan; then the client asks again


class MatchDesk:
    """The work of the routes. One request at a time: a round is short, and one session must not have two at once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._imports = Imports(services.settings.imports_folder)
        self._lock = threading.RLock()
        self._made: SessionRunner | None = None
        self._made_nights: Nights | None = None

    # Sessions

    def begin(self, body: RefinementRequest, key: str | None) -> RefinementView:
        """Begin a session, or return the one that the same key or import already has.

        Raises IdempotencyConflict, UnknownImport, ImportConflict, UnknownLibrary, LibraryNotOpen, and
        what reading a ledger raises.
        """
        with self._lock:
            self._tell_ledgers()  # photos that ledgers do not have as matched yet must not be matched again
            request = hashlib.sha256(msgspec.json.encode(body)).hexdigest()
            earlier = None if key is None else self._journal.by_key(key)
            if earlier is not None:
                if earlier[1] != request:
                    raise IdempotencyConflict(item=key)
                return self.view(earlier[0])
            catalog = self._catalog(body)
            if body.import_id is not None:
                going_on = self._journal.unfinished_sessions(body.import_id)
                if going_on:
                    return self.view(going_on[0])
            photos = [*self._named(body), *(self._brought(body) if body.import_id is not None else ())]
            session = self._journal.add(
                token_hex(16),
                photos,
                finish=body.finish,
                import_id=body.import_id or "",
                catalog=catalog,
                key=key,
                request=request,
            )
            if not photos:
                self._journal.become(session, SessionState.DONE)
            return self.view(self._journal.session(session.id))

    def all(self) -> list[RefinementView]:
        """The sessions that are not done, newest first."""
        return [self.view(session) for session in self._journal.unfinished_sessions()]

    def show(self, session_id: str) -> RefinementView:
        """Raises UnknownRefinement"""
        return self.view(self._journal.session(session_id))

    def view(self, session: Session) -> RefinementView:
        counts = self._journal.counts(session)
        return RefinementView(
            id=session.id,
            state=session.state,
            created=session.created,
            import_id=session.import_id or None,
            finish=session.finish,
            catalog=session.catalog,
            total=sum(counts.values()),
            queued=counts[PhotoState.QUEUED],
            begun=counts[PhotoState.OPEN] + counts[PhotoState.FINISHING],
            settled=counts[PhotoState.SETTLED],
            left=counts[PhotoState.LEFT],
            waiting=self._journal.count_with_profiles(catalog=session.catalog),
            with_profiles=self._journal.has_profiles(session),
            seconds_left=self._seconds(counts[PhotoState.QUEUED] + counts[PhotoState.OPEN]),
            not_installed="" if self._made is None else self._made.not_installed.get(session.id, ""),
        )

    def _seconds(self, photos: int) -> float:
        """How long Lightroom needs to match so many photos, by what it has taken on this computer so far."""
        return round(estimate(Work(matched=photos), 1, self._services.pace.durations()).matching, 1)

    def _catalog(self, body: RefinementRequest) -> str:
        """The catalog that holds the photos. Raises UnknownImport, DestinationOfOtherCatalog"""
        if body.import_id is None:
            return body.catalog
        choice = self._imports.get(body.import_id).choice
        if choice.catalog is None:
            return body.catalog
        if body.catalog not in ("", choice.catalog.id):
            raise DestinationOfOtherCatalog(path=choice.destination, catalog=choice.catalog.path)
        return choice.catalog.id

    def _named(self, body: RefinementRequest) -> Iterator[NewPhoto]:
        for photo in body.photos:
            camera = self._camera(photo.library, photo.version)
            yield NewPhoto(photo.library, photo.version, photo.lightroom, photo.name, camera)

    def _brought(self, body: RefinementRequest) -> list[NewPhoto]:
        """The photos of an import that are to be matched, the best rated first: those of its scope, of a camera's
        unedited photos a sample."""
        from couloir.migrate.base_renderings import SAMPLED, choose
        from couloir.migrate.handover.session import reading_ledger
        from couloir.migrate.ledger.verdicts import MatchRecord, list_unmatched
        from couloir.refine.verdict import LIGHTROOM
        from couloir.service.match.nights import UNDRAWN
        from couloir.service.match.verdicts import write_verdicts

        import_id = str(body.import_id)
        found = self._imports.get(import_id)
        if found.stage is not Stage.HANDOVER:
            raise ImportConflict(item=import_id, state=found.stage.value, action="matched")
        if body.only is not None:
            looks = Looks(str(body.finish))
            wanted = msgspec.structs.replace(
                found.choice, looks=looks, match=body.only, match_project=body.project or ""
            )
            found = self._imports.change(import_id, choice=wanted)
        library = found.choice.library
        place = self._services.roots.admit(found.choice.destination, Purpose.DESTINATION)
        with reading_ledger(place) as ledger:
            unmatched = list_unmatched(ledger)
        if found.choice.match is not MatchScope.ALL:
            self._imports.change(import_id, match_begun=True)
            unmatched = [each for each in unmatched if self._is_in_scope(found.choice, each[0], edited=each[3])]
        photos = [
            (NewPhoto(library, version, lightroom, name, self._camera(library, version)), edited)
            for version, name, lightroom, edited in unmatched
        ]
        chosen = choose(photos, lambda each: None if each[1] else each[0].camera)
        sample = {photo.version for photo, _ in chosen}
        # They are done with, too: else the import would have photos left to be matched for ever.
        beyond = [photo for photo, _ in photos if photo.version not in sample]
        if beyond:
            why = {True: SAMPLED, False: UNDRAWN}
            left = (MatchRecord(each.version, None, None, why[each.is_raw], LIGHTROOM, 0) for each in beyond)
            write_verdicts(place, ((record, b"") for record in left))
        # The journal keeps this order within a camera: a session that is stopped has matched the best rated photos.
        return sorted((photo for photo, _ in chosen), key=lambda photo: -self._stars(library, photo.version))

    def _stars(self, library: str, version: str) -> int:
        """Raises UnknownLibrary, LibraryNotOpen, and what opening a library raises."""
        known = self._services.libraries.get(library).require_index().photo(version)
        return 0 if known is None else known.rating

    def _is_in_scope(self, choice: Choice, version: str, *, edited: bool) -> bool:
        """Raises UnknownLibrary, LibraryNotOpen, and what opening a library raises."""
        if choice.match is MatchScope.EDITED:
            return edited
        known = self._services.libraries.get(choice.library).require_index().photo(version)
        if known is None:
            return False  # in the trash, or hidden
        return known.rating >= STARS if choice.match is MatchScope.RATED else known.project == choice.match_project

    def _camera(self, library: str, version: str) -> str:
        """The name under which photos of a camera share what matches taught; RAW and rendered files have different
        names.

        Raises UnknownLibrary, LibraryNotOpen, and what opening a library raises.
        """
        known = self._services.libraries.get(library).require_index().photo(version)
        if known is None:
            return "unknown"
        return f"{known.camera or 'unknown'}, {RAW if known.raw else 'rendered'}"

    # Rounds

    def round(self, session_id: str, body: RoundRequest) -> RoundView:
        """Record the results of the last round, and return the next one. Raises UnknownRefinement, and what opening a
        library raises."""
        if body.took is not None:
            self._services.pace.add(body.took)
        with self._lock:
            session = self._journal.session(session_id)
            plan = self._plan_of(session)
        if plan is not None and not self._nights.prepare(session, *plan, PATIENCE):
            with self._lock:
                return self._answer(session, steps=False, is_ready=False)
        with self._lock:
            session = self._journal.session(session_id)
            if session.state is SessionState.STOPPED:
                self._journal.become(session, SessionState.OPEN)
            self._runner.recall(session)
            self._settle(session, body.settled)
            for rendered in body.rendered:
                photo = self._journal.photo(session, int(rendered.photo))
                if photo is not None:
                    self._runner.take(session, photo, rendered)
            night = self._nights.of(session)
            due: list[CorrectionView] = []
            if night is None:
                self._fill(session, min(int(body.photos), MOST_AT_ONCE))
            else:
                if body.given is not None:
                    self._note_given(session, night, body.given)
                    due = self._due(session, night)
                if not due:  # a correction takes a tenth of a turn's time, and others wait for it
                    self._fill_by_plan(session, night, min(int(body.photos), MOST_AT_ONCE))
            return self._answer(session, steps=True, due=due)

    def stop(self, session_id: str, body: StopRequest) -> RoundView:
        """Stop a session. The answer has the photos that still need their best look. Raises UnknownRefinement"""
        with self._lock:
            session = self._journal.session(session_id)
            self._runner.recall(session)
            self._settle(session, body.settled)
            for photo in self._journal.photos(session, PhotoState.OPEN):
                self._runner.give_up(photo)
            night = self._nights.of(session)
            if night is not None:
                night.note()
                self._nights.forget(session)
            if body.drop:
                for photo in self._journal.photos(session, PhotoState.QUEUED):
                    self._runner.leave(photo)
            if session.state is SessionState.OPEN:
                self._journal.become(session, SessionState.STOPPED)
            return self._answer(session, steps=False)

    def _settle(self, session: Session, settled: Iterable[Settled]) -> None:
        for each in settled:
            photo = self._journal.photo(session, int(each.photo))
            if photo is not None:
                night = self._nights.of(session)
                record = self._runner.settle(photo, int(each.number), each.why, night)
                if record is not None and night is not None and photo.turn:
                    self._give(session, night, night.tell(record))

    # The plan of an import

    def _plan_of(self, session: Session) -> tuple[Import, Path] | None:
        """The import whose plan a session follows, and where its ledger is; None for photos that were named, or that
        are only tried with profiles, and where the ledger may not be read now: then they go camera by camera."""
        if not session.import_id or self._journal.has_profiles(session):
            return None
        try:
            found = self._imports.get(session.import_id)
            return found, self._services.roots.admit(found.choice.destination, Purpose.DESTINATION)
        except (UnknownImport, OutsideRoots, AccessDenied):
            return None

    def _fill_by_plan(self, session: Session, night: SessionNight, most: int) -> None:
        """Begin the photos that are worth most now. Of a camera about which nothing is known, one photo goes first."""
        from couloir.service.match.turns import TurnState

        begun = self._journal.photos(session, PhotoState.OPEN, PhotoState.FINISHING)
        night.keep_begun(photo.version for photo in begun)
        waiting = [photo.version for photo in begun if photo.state is PhotoState.OPEN and not self._is_known(photo)]
        count = len(begun)
        while count < most:
            found = night.turn(waiting)
            if found is None:
                break
            position, turn = found
            photo = self._journal.photo(session, position)
            assert photo is not None
            night.take(photo.version)
            self._runner.open(photo, TurnState.of(turn))
            opened = self._journal.photo(session, position)
            if opened is not None and opened.state is PhotoState.OPEN and not self._is_known(photo):
                waiting.append(photo.version)
            count += 1
        for position in night.strangers(most - count):
            photo = self._journal.photo(session, position)
            if photo is not None and photo.state is PhotoState.QUEUED:
                self._runner.open(photo)
                count += 1
        if count == 0:
            self._leave_undrawn(session, night)

    def _leave_undrawn(self, session: Session, night: SessionNight) -> None:
        """Settle what is queued though nothing is worth a rendering any more."""
        queued = self._journal.photos(session, PhotoState.QUEUED)
        records = night.records_without_rendering(photo.version for photo in queued)
        self._journal.settle_queued(
            session, [(photo.position, each.dump()) for photo, each in zip(queued, records, strict=True)]
        )

    def _give(self, session: Session, night: SessionNight, gift: Gift | None) -> None:
        """Note a correction for the queued photos that it is for."""
        if gift is None:
            return
        for position in night.find_served(gift):
            photo = self._journal.photo(session, position)
            if photo is not None and photo.state is PhotoState.QUEUED:
                given = {"correction": gift.correction.tolist(), "moved": photo.gift.get("moved", [])}
                self._journal.update(photo, gift=given, given=Delivery.DUE)

    def _note_given(self, session: Session, night: SessionNight, given: Iterable[DeliveryReport]) -> None:
        """Record the corrections that Lightroom has given, and tell the ledger of them."""
        for each in given:
            photo = self._journal.photo(session, int(each.photo))
            if photo is not None and photo.gift:
                self._journal.update(photo, given=Delivery.NOT if each.why or each.changed else Delivery.GIVEN)
        known = self._journal.list_given(session, Delivery.GIVEN, PAGE)
        records = [record for photo in known if (record := self._runner.record_given(photo)) is not None]
        if known and night.note_given(records):
            for photo in known:
                self._journal.update(photo, given=Delivery.TOLD)

    def _due(self, session: Session, night: SessionNight) -> list[CorrectionView]:
        due = []
        for photo in self._journal.list_given(session, Delivery.DUE, MOST_AT_ONCE):
            correction = self._runner.due(photo, night)
            if correction is None:
                self._journal.update(photo, given=Delivery.NOT)
            else:
                due.append(correction)
        return due

    def _fill(self, session: Session, most: int) -> None:
        """Begin queued photos. Of a camera about which nothing is known, one photo goes first; the others then
        begin with what its match taught."""
        begun = self._journal.photos(session, PhotoState.OPEN, PhotoState.FINISHING)
        strange = {photo.camera for photo in begun if photo.state is PhotoState.OPEN and not self._is_known(photo)}
        count = len(begun)
        while count < most:
            photo = self._journal.next_queued(session, sorted(strange))
            if photo is None:
                return
            self._runner.open(photo)
            opened = self._journal.photo(session, photo.position)
            if opened is not None and opened.state is PhotoState.OPEN and not self._is_known(photo):
                strange.add(photo.camera)
            count += 1

    def _is_known(self, photo: Photo) -> bool:
        return self._journal.read_shared(photo.camera) is not None

    def _answer(
        self, session: Session, *, steps: bool, due: Sequence[CorrectionView] = (), is_ready: bool = True
    ) -> RoundView:
        open_ones = self._journal.photos(session, PhotoState.OPEN) if steps else []
        finishing = self._journal.photos(session, PhotoState.FINISHING)
        left = len(open_ones) + len(finishing) + self._journal.counts(session)[PhotoState.QUEUED]
        if left == 0 and is_ready and session.state is not SessionState.DONE:
            night = self._nights.of(session)
            if night is not None:
                night.note()
            self._runner.follow(session)
        self._tell_ledgers()
        return RoundView(
            done=left == 0 and is_ready,
            steps=[self._runner.step(photo) for photo in open_ones],
            finished=[self._runner.finished_view(photo) for photo in finishing],
            corrected=list(due),
            session=self.view(self._journal.session(session.id)),
        )

    # Ledgers

    def _tell_ledgers(self) -> None:
        """Write results into the ledgers of the imports that brought the photos. What cannot be written now is
        written with a later round."""
        from couloir.service.match.profiles import profile_of_photo
        from couloir.service.match.verdicts import write_verdicts

        after, refusing = (0, 0), set[str]()
        imports = [each for each in self._imports.all() if each.stage is Stage.HANDOVER]
        while photos := self._journal.untold_photos(after, PAGE):
            after = photos[-1].session, photos[-1].position
            for library, catalog in {(photo.library, self._journal.catalog_of(photo)) for photo in photos}:
                mine = [p for p in photos if (p.library, self._journal.catalog_of(p)) == (library, catalog)]
                places = {found.choice.destination for found in imports if _brought_into(found, library, catalog)}
                for place in places - refusing:
                    profiles = [each for each in (profile_of_photo(self._journal, p) for p in mine) if each]
                    if not self._admitted(place) or not write_verdicts(Path(place), self._findings(mine), profiles):
                        refusing.add(place)
                if not places & refusing:
                    for photo in mine:
                        self._journal.update(photo, told=1, picture=None)

    def _findings(self, photos: Iterable[Photo]) -> Iterator[tuple[MatchRecord, bytes]]:
        from couloir.migrate.ledger.verdicts import MatchRecord

        for photo in photos:
            yield MatchRecord.read(photo.found), self._journal.picture(photo)

    def _admitted(self, destination: str) -> bool:
        try:
            self._services.roots.admit(destination, Purpose.DESTINATION)
        except (OutsideRoots, AccessDenied):
            return False
        return True

    @property
    def _journal(self) -> MatchJournal:
        return self._services.match_journal()

    @property
    def _nights(self) -> Nights:
        if self._made_nights is None:
            from couloir.service.match.nights import Nights

            self._made_nights = Nights(self._services, self._journal)
        return self._made_nights

    @property
    def _runner(self) -> SessionRunner:
        if self._made is None:
            from couloir.service.match.session import SessionRunner

            self._made = SessionRunner(self._journal, self._services)
        return self._made


def _brought_into(found: Import, library: str, catalog: str) -> bool:
    """Whether an import brought this library into this Lightroom catalog; an unknown catalog counts as the same."""
    own = found.choice.catalog
    return found.choice.library == library and (not catalog or own is None or own.id == catalog)
