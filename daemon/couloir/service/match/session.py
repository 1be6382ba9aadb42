"""Takes the photos of a matching session through the loop, and stores them in the journal. Imported when first needed.

A photo's match is stored in the journal; the newest are also kept in memory, since rebuilding one compares all of its
renderings again.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from secrets import token_hex
from typing import Final, Generic, TypeVar

import msgspec
import numpy as np

from couloir.color.difference import Difference
from couloir.derive.offsets import NO_OFFSETS
from couloir.errors import BadImage, CannotInstall
from couloir.lightroom.local.fields import KEY as LOCAL_KEY
from couloir.lightroom.settings import DevelopSettings
from couloir.migrate.ledger.expectations import ExpectationRecord
from couloir.migrate.ledger.verdicts import MatchRecord
from couloir.migrate.night.expected import PLACES, name_correction
from couloir.refine.match import Match
from couloir.refine.options import MOVED
from couloir.refine.outcome import Outcome
from couloir.refine.painted import tell_local
from couloir.refine.solution import change_from, solved_of
from couloir.service.http.pictures import jpeg_of
from couloir.service.imports.store import Imports
from couloir.service.libraries.translators import translator_of
from couloir.service.match.journal import MatchJournal, Photo, PhotoState, Session
from couloir.service.match.nights import SessionNight
from couloir.service.match.painted import (
    ASKED,
    KEPT,
    MISSING,
    SWITCH,
    TAKEN_BACK,
    Painted,
    judge_with,
    judge_without,
    masks_of,
    settings_after,
    tell_painted,
)
from couloir.service.match.photo import (
    STOPPED,
    Subject,
    begin,
    decode,
    dump,
    leave_unmeasured,
    list_touched,
    load,
    look_of,
    subject_of,
    table_of,
    teach,
    tell,
)
from couloir.service.match.profiles import MOST_TRIES, NOT_INSTALLED, PhotoProfiles
from couloir.service.match.turns import TurnNotes, TurnState
from couloir.service.match.verdicts import as_match
from couloir.service.match.wire import CorrectionView, Finish, FinishedView, LookView, Rendered, StepView
from couloir.service.process.logs import describe_error
from couloir.service.services import Services

log = logging.getLogger(__name__)

IN_MEMORY: Final = 16  # the photos of a round; each takes a few megabytes
UNREADABLE: Final = "Another version of Couloir had begun to match it; match it again."
LEFT: Final = "Its look was not matched: matching was stopped before its turn."

_ASKED: Final = "asked"  # of a photo's profile: the rendering that is awaited has it

Value = TypeVar("Value")


class _Recent(Generic[Value]):
    """A cache of the most recently used values, by photo."""

    def __init__(self) -> None:
        self._values: OrderedDict[tuple[int, int], Value] = OrderedDict()

    def get(self, photo: Photo) -> Value | None:
        return self._values.get((photo.session, photo.position))

    def put(self, photo: Photo, value: Value) -> Value:
        self._values[photo.session, photo.position] = value
        self._values.move_to_end((photo.session, photo.position))
        while len(self._values) > IN_MEMORY:
            self._values.popitem(last=False)
        return value

    def drop(self, photo: Photo) -> None:
        self._values.pop((photo.session, photo.position), None)


class SessionRunner:
    """Takes the photos of one session through the loop. Not to be used from two threads at once."""

    def __init__(self, journal: MatchJournal, services: Services) -> None:
        self._journal = journal
        self._services = services
        self._matches = _Recent[Match]()
        self._subjects = _Recent[Subject]()
        self._profiles = PhotoProfiles(journal, services)
        self.not_installed: dict[str, str] = {}
        """By the session: why the profiles that its photos wait for are not where Lightroom reads them."""

    def recall(self, session: Session) -> None:
        """Check that the matches of photos that have begun can be read.

        One that another version of Couloir stored is given up, and its photo gets back its first settings.
        """
        for photo in self._journal.photos(session, PhotoState.OPEN, PhotoState.FINISHING):
            if photo.match:
                try:
                    self._match(photo)
                except ValueError as error:
                    log.warning("the match of %s cannot be read: %s", photo.version, describe_error(error))
                    self._journal.update(photo, state=PhotoState.FINISHING, match="", why=UNREADABLE)

    def open(self, photo: Photo, turn: TurnState | None = None) -> None:
        """Begin a queued photo, by its turn where its session has a plan. One that cannot be compared is settled
        without a measurement.

        Raises what opening its library raises.
        """
        if turn is not None:
            self._journal.update(photo, turn=turn.dump())
            photo = replace(photo, turn=turn.dump())
        subject = self._subject(photo)
        if isinstance(subject, str):
            self._journal.update(photo, state=PhotoState.FINISHING, why=subject)
        elif subject.reference.trap is not None:
            why = subject.reference.trap.reason
            self._journal.update(photo, state=PhotoState.FINISHING, fidelity=subject.fidelity, why=why)
        else:
            self._journal.update(photo, state=PhotoState.OPEN, fidelity=subject.fidelity)

    def take(self, session: Session, photo: Photo, rendered: Rendered) -> None:
        """Record a rendering. One that was recorded before, or was not asked for, is ignored."""
        if photo.state is not PhotoState.OPEN or rendered.number != photo.number + 1:
            return
        why = rendered.why
        if rendered.rendering:
            try:
                why = self._drawn(session, photo, rendered)
            except BadImage as error:
                why = error.message
        if why and photo.match:
            match = self._match(photo)
            match.stop(why)
            self._journal.update(photo, state=PhotoState.FINISHING, match=dump(match))
        elif why or not rendered.rendering:
            why = why or "Lightroom sent no rendering of it."
            self._journal.update(photo, state=PhotoState.FINISHING, why=why)

    def _drawn(self, session: Session, photo: Photo, rendered: Rendered) -> str:
        """Give the rendering to the match; returns why it cannot continue, "" when it can."""
        subject = self._subject(photo)
        if isinstance(subject, str):
            return subject
        jpeg = jpeg_of(rendered.rendering, photo.version)
        if photo.painted.get("state") == ASKED:
            self._drawn_without_masks(session, photo, subject, jpeg, rendered.settings)
            return ""
        if photo.profile.get("state") == _ASKED:
            self._drawn_with_profile(photo, jpeg)
            return ""
        turn = TurnState.read(photo.turn)
        if turn is not None and turn.awaits_trial:
            return self._drawn_on_trial(session, photo, rendered, jpeg, turn)
        match = self._match(photo) if photo.match else self._begin(session, photo, subject, rendered, turn)
        asked = match.ask()
        if asked is None:
            raise RuntimeError("a match that is over was asked for a rendering")
        start = photo.start if photo.match else asked.as_dict()
        tell(match, jpeg, photo.version, rendered.settings, subject.kind)
        if turn is not None and not photo.match:
            turn = turn.with_first(match.outcome.before)
            self._journal.update(photo, turn=turn.dump())
        if match.outcome.settings == asked:
            self._journal.update(photo, picture=jpeg)
        on_trial = _on_trial(photo, subject, start, turn) if turn is not None and turn.awaits_trial else None
        self._go_on(session, photo, match, subject, start, rendered.settings, on_trial)
        return ""

    def _begin(
        self, session: Session, photo: Photo, subject: Subject, rendered: Rendered, turn: TurnState | None
    ) -> Match:
        shared = self._journal.read_shared(photo.camera)
        only_judged = photo.tries > 0 or (turn is not None and turn.only_judged)
        return begin(subject, rendered.settings, session.finish, shared, only_judged=only_judged)

    def _drawn_on_trial(self, session: Session, photo: Photo, rendered: Rendered, jpeg: bytes, turn: TurnState) -> str:
        """Go on from the rendering with the correction on trial where it is the nearer one. Raises BadImage"""
        subject = self._subject(photo)
        if isinstance(subject, str):
            return subject
        match, on_trial = self._match(photo), self._begin(session, photo, subject, rendered, turn)
        tell(on_trial, jpeg, photo.version, rendered.settings, subject.kind)
        turn = turn.with_trial(on_trial.outcome.before)
        self._journal.update(photo, turn=turn.dump())
        if turn.is_nearer:
            match = on_trial
            self._journal.update(photo, picture=jpeg)
        self._go_on(session, photo, match, subject, photo.start, rendered.settings)
        return ""

    def _go_on(
        self,
        session: Session,
        photo: Photo,
        match: Match,
        subject: Subject,
        start: Mapping[str, object],
        table: Mapping[str, object],
        on_trial: DevelopSettings | None = None,
    ) -> None:
        """Record how far a match is after a rendering, with which Lightroom sent `table`, and end it where it asks for
        no other; `on_trial` are settings that are drawn before that.
        """
        following = on_trial or match.ask()
        touched = set(photo.touched)
        if following is not None:
            touched |= list_touched(following, start)
        self._journal.update(
            photo,
            state=PhotoState.FINISHING if following is None else PhotoState.OPEN,
            number=photo.number + 1,
            match=dump(match),
            touched=sorted(touched),
            start=start,
        )
        self._matches.put(photo, match)
        only_judged = _is_only_judged(photo)
        if following is None and match.outcome.after is not None and not only_judged:
            painted = {} if photo.tries else self._judge_painting(match, subject, table)
            self._journal.update(photo, painted=painted)
            if painted.get("state") == ASKED:
                self._journal.update(photo, state=PhotoState.OPEN)
            else:
                self._go_on_with_profile(session, photo, match, subject, touched)
        if following is None and match.outcome.trap is None and not photo.tries and not only_judged:
            self._journal.share(photo.camera, teach(match, self._journal.read_shared(photo.camera)))
            solved = solved_of(subject.version, subject.plain, subject.kind, match)
            if solved is not None:
                self._journal.solve(photo.library, photo.version, asdict(solved))

    def _judge_painting(self, match: Match, subject: Subject, table: Mapping[str, object]) -> Painted:
        """What Lightroom's best rendering says of the masks that it has; {} for a photo without any."""
        masks, pair = masks_of(table), match.pair()
        if not masks or pair is None:
            return {"state": MISSING} if subject.is_painted and not table.get(LOCAL_KEY) else {}
        shown = {**table, **match.outcome.settings.as_dict()}
        return judge_with(pair, masks, shown, subject.orientation, subject.version.master_size)

    def _drawn_without_masks(
        self, session: Session, photo: Photo, subject: Subject, jpeg: bytes, table: Mapping[str, object]
    ) -> None:
        """Take the masks back where Lightroom's rendering is nearer without them. Raises BadImage"""
        match = self._match(photo)
        pair, drawn = match.pair(), match.beside(decode(jpeg, photo.version))
        found: Painted = {**photo.painted, "state": KEPT, "without": None}
        if pair is not None and drawn is not None:
            size = subject.version.master_size
            found = judge_without(photo.painted, pair, drawn, masks_of(table), table, subject.orientation, size)
        taken_back = found["state"] == TAKEN_BACK
        if taken_back and drawn is not None:
            found = {**found, "mean": drawn.shown.mean, "p95": drawn.shown.p95}
            self._journal.update(photo, picture=jpeg)
        self._journal.update(photo, state=PhotoState.FINISHING, number=photo.number + 1, painted=found)
        if not taken_back:
            self._go_on_with_profile(session, photo, match, subject, photo.touched)

    def _go_on_with_profile(
        self, session: Session, photo: Photo, match: Match, subject: Subject, touched: Collection[str]
    ) -> None:
        """After the sliders: a photo is tried with a profile that is installed already; else it may want one."""
        edit = photo.edit
        if not photo.tries:
            edit = self._profiles.want(photo, match, subject) if session.finish is Finish.LOOK else ""
            self._journal.update(photo, edit=edit)
        known = self._journal.read_edit(photo.library, edit) if edit else None
        if known is not None and known.is_installed:
            asked = sorted({*touched, "Look"})
            self._journal.update(photo, state=PhotoState.OPEN, touched=asked, profile={"state": _ASKED})

    def _drawn_with_profile(self, photo: Photo, jpeg: bytes) -> None:
        """Keep the profile where Lightroom's rendering is nearer by it. Raises BadImage"""
        match = self._match(photo)
        pair = match.beside(decode(jpeg, photo.version))
        found = {"state": "refused"} if pair is None else self._profiles.judge(match, pair)
        if found["state"] == "not drawn" and photo.tries >= MOST_TRIES:
            found = {"state": "refused"}
        if found["state"] == "kept":
            self._journal.update(photo, picture=jpeg)
        self._journal.update(photo, state=PhotoState.FINISHING, number=photo.number + 1, profile=found)

    def _outcome(self, photo: Photo) -> Outcome:
        outcome = self._profiles.outcome(photo, self._match(photo).outcome)
        if not photo.painted:
            return outcome
        told = replace(outcome, reason=tell_local(outcome.reason, tell_painted(photo.painted)))
        if photo.painted["state"] != TAKEN_BACK:
            return told
        return replace(told, after=Difference(float(photo.painted["mean"]), float(photo.painted["p95"])))

    def _with_masks(self, photo: Photo, look: LookView) -> LookView:
        """A look that states, too, what a photo's masks are to be after a try without them."""
        masks = settings_after(photo.painted)
        return msgspec.structs.replace(look, settings={**(look.settings or {}), **masks}) if masks else look

    def follow(self, session: Session) -> None:
        """End a session. The photos that wait for a profile get another one, and Lightroom their profiles."""
        waiting = self._journal.list_waiting(session)
        try:
            if not waiting or not self._profiles.install(waiting):
                waiting = []
        except CannotInstall as error:
            log.warning("enhanced profiles could not be installed: %s", error.code)
            self.not_installed[session.id] = f"{error.message} {NOT_INSTALLED}"
            waiting = []
        self._journal.follow(session, token_hex(16), waiting)

    def step(self, photo: Photo) -> StepView:
        """The settings to try next with an open photo."""
        settings, best = None, None
        if photo.match:
            match = self._match(photo)
            asked = match.ask()
            turn = TurnState.read(photo.turn)
            if turn is not None and turn.awaits_trial:
                subject = self._subject(photo)
                asked = asked if isinstance(subject, str) else _on_trial(photo, subject, photo.start, turn)
            if photo.profile.get("state") == _ASKED:
                asked = self._profiles.settings(photo, match.outcome.settings)
            settings = None if asked is None else table_of(asked, photo.touched)
            if photo.painted.get("state") == ASKED:
                settings = {**table_of(match.outcome.settings, photo.touched), SWITCH: False}
            best = look_of(self._outcome(photo), photo.touched, photo.fidelity, photo.number, STOPPED)
            best = self._with_masks(photo, best)
        return StepView(
            photo=photo.position,
            lightroom=photo.lightroom,
            version=photo.version,
            library=photo.library,
            name=photo.name,
            number=photo.number + 1,
            settings=settings,
            best=best,
        )

    def finished_view(self, photo: Photo) -> FinishedView:
        """The final look of a finished photo."""
        return FinishedView(
            photo=photo.position,
            lightroom=photo.lightroom,
            version=photo.version,
            library=photo.library,
            name=photo.name,
            look=self._look(photo),
        )

    def leave(self, photo: Photo) -> None:
        """Leave a photo that has not begun unchanged: the user has ended this session."""
        self._close(photo, PhotoState.LEFT, leave_unmeasured(photo.fidelity, LEFT))

    def give_up(self, photo: Photo) -> None:
        """Give an open photo its best look, or queue it again if it has no rendering yet: the user has stopped."""
        if photo.state is not PhotoState.OPEN:
            return
        if not photo.match:
            self._journal.update(photo, state=PhotoState.QUEUED, turn={})
            return
        match = self._match(photo)
        match.stop(STOPPED)
        self._journal.update(photo, state=PhotoState.FINISHING, match=dump(match))

    def settle(self, photo: Photo, number: int, why: str, night: SessionNight | None = None) -> MatchRecord | None:
        """Record that Lightroom has the look after `number` renderings; `why` names the settings that it did not apply.

        Returns the ledger's record. A repeated call has no effect, and returns None. A photo that has more renderings
        by now still waits for its look.
        """
        if photo.state not in (PhotoState.OPEN, PhotoState.FINISHING):
            return None
        if photo.number != number:
            self.give_up(photo)
            return None
        if photo.match and photo.state is PhotoState.OPEN:
            self._match(photo).stop(STOPPED)
        return self._close(photo, PhotoState.SETTLED, self._look(photo, why), night)

    def _look(self, photo: Photo, why: str = "") -> LookView:
        said = " ".join(text for text in (photo.why, why) if text)
        if not photo.match:
            return leave_unmeasured(photo.fidelity, said, start=photo.start, touched=photo.touched, number=photo.number)
        look = look_of(self._outcome(photo), photo.touched, photo.fidelity, photo.number, said)
        return self._with_masks(photo, look)

    def _notes(self, photo: Photo, night: SessionNight | None) -> TurnNotes:
        """What a photo's turn gave to the plan; a match that did not come to its end gives nothing."""
        turn = TurnState.read(photo.turn)
        if turn is None or night is None or not night.knows(photo.version):
            return TurnNotes(0)
        match, subject = self._match(photo) if photo.match else None, self._subject(photo)
        if match is None or isinstance(subject, str) or turn.before is None:
            return TurnNotes(night.next_number(), turn.by_lot)
        if match.is_stopped:
            return TurnNotes(0, before=turn.before)
        moved = change_from(subject.translated, subject.kind, match)
        return TurnNotes(
            turn=night.next_number(),
            by_lot=turn.by_lot,
            change={name: round(moved[name], PLACES) for name in MOVED if moved[name]},
            before=turn.before,
            tried=turn.tried if night.is_on_trial(photo.version) else None,
        )

    def _close(self, photo: Photo, state: PhotoState, look: LookView, night: SessionNight | None = None) -> MatchRecord:
        outcome = self._outcome(photo) if photo.match else None
        found = as_match(photo.version, look, outcome, self._notes(photo, night))
        found = replace(found, is_unpainted=photo.painted.get("state") == TAKEN_BACK)
        self._journal.update(photo, state=state, why=look.reason, found=found.dump(), match="", start={})
        self._matches.drop(photo)
        self._subjects.drop(photo)
        return found

    # Corrections without a turn

    def due(self, photo: Photo, night: SessionNight) -> CorrectionView | None:
        """The correction that a photo is due; None where it cannot be translated."""
        subject = self._subject(photo)
        if isinstance(subject, str):
            return None
        table = subject.correct_table(np.array(photo.gift["correction"]), photo.gift["moved"])
        self._journal.update(photo, gift={**photo.gift, "moved": sorted(table)})
        expected = night.expected_of(photo.version)
        return CorrectionView(
            photo=photo.position,
            lightroom=photo.lightroom,
            version=photo.version,
            library=photo.library,
            name=photo.name,
            settings=table,
            low=expected.low,
            high=expected.high,
            reason=replace(expected, settings=table).tell(),
        )

    def record_given(self, photo: Photo) -> ExpectationRecord | None:
        """The ledger's record of a correction that Lightroom has given."""
        subject = self._subject(photo)
        if isinstance(subject, str):
            return None
        correction = np.array(photo.gift["correction"])
        settings = subject.correct(correction).as_dict()
        return ExpectationRecord(photo.version, settings=settings, correction=name_correction(correction))

    def _match(self, photo: Photo) -> Match:
        return self._matches.get(photo) or self._matches.put(photo, load(photo.match))

    def _subject(self, photo: Photo) -> Subject | str:
        known = self._subjects.get(photo)
        if known is not None:
            return known
        found = self._planned_subject(photo) if photo.turn or photo.gift else self._named_subject(photo)
        return found if isinstance(found, str) else self._subjects.put(photo, found)

    def _named_subject(self, photo: Photo) -> Subject | str:
        library = self._services.libraries.get(photo.library)
        return subject_of(library, photo.version, translator_of(self._services, photo.library))

    def _planned_subject(self, photo: Photo) -> Subject | str:
        """Translated as its import did, but without an offset: a correction does what an offset does, and would learn
        from itself.
        """
        library = self._services.libraries.get(photo.library)
        choice = Imports(self._services.settings.imports_folder).get(self._journal.import_of(photo)).choice
        translator = translator_of(self._services, photo.library, profiles=choice.profiles)
        pair = library.versions([photo.version]).get(photo.version)
        profile = translator.profiles.name_for(pair[0]) if pair and pair[1].is_raw else ""
        plain = replace(translator, offsets=NO_OFFSETS)
        return subject_of(library, photo.version, plain, profile=profile, pictures=choice.pictures)


def _on_trial(photo: Photo, subject: Subject, start: Mapping[str, object], turn: TurnState) -> DevelopSettings:
    """The settings that a photo began with, with the correction on trial."""
    moved = photo.gift.get("moved", ())
    return DevelopSettings(start).merge(subject.correct_table(turn.correction, moved))


def _is_only_judged(photo: Photo) -> bool:
    turn = TurnState.read(photo.turn)
    return turn is not None and turn.only_judged
