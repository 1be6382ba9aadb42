"""The rows of the ledger that follow from the plug-in's answers. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from couloir.json_text import to_json
from couloir.language import mark
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import Reason, State
from couloir.migrate.ledger.rows import Kind, Row


class Outcome(StrEnum):
    """The plug-in's result for one item."""

    DONE = "done"
    ALREADY_THERE = "already there"  # it was in the catalog before
    SKIPPED = "skipped"  # the user did not want it
    FAILED = "failed"

    @property
    def is_good(self) -> bool:
        return self in (Outcome.DONE, Outcome.ALREADY_THERE)


class Part(StrEnum):
    """The parts that the plug-in may have to leave out of a photo that it has added."""

    SETTINGS = "settings"
    METADATA = "metadata"
    KEYWORDS = "keywords"
    COLLECTIONS = "collections"
    STACK = "stack"
    FACES = "faces"


@dataclass(frozen=True, slots=True)
class Answer:
    """The plug-in's answer about one item. `left_out` says for a part why it was left out, `lightroom` is Lightroom's
    own id of the photo."""

    outcome: Outcome
    why: str = ""
    left_out: Mapping[Part, str] = field(default_factory=dict)
    lightroom: str = ""

    def dump(self) -> str:
        """The answer without the outcome, as JSON."""
        return to_json({"why": self.why, "left_out": self.left_out, "lightroom": self.lightroom}, sort_keys=True)

    @classmethod
    def read(cls, outcome: str, text: str) -> Answer:
        """The counterpart of `dump`."""
        stored = json.loads(text)
        left_out = {Part(part): why for part, why in stored["left_out"].items()}
        return cls(Outcome(outcome), stored["why"], left_out, stored["lightroom"])


TAKEN = Reason("lightroom.taken", "It is in Lightroom.")
ALREADY_TAKEN = Reason("lightroom.already", "The same photo was already in the Lightroom catalog.")
_PARTS = {
    Part.SETTINGS: mark("its develop settings"),
    Part.METADATA: mark("its metadata"),
    Part.KEYWORDS: mark("its keywords"),
    Part.COLLECTIONS: mark("its albums"),
    Part.STACK: mark("its stack"),
    Part.FACES: mark("its faces"),
}
# A photo that is in Lightroom is not brought again: what it lacks is made good there.
_BY_HAND = {
    Part.SETTINGS: "Select the photo and choose Re-derive adjustments from Aperture.",
    Part.METADATA: "Set it by hand in the Metadata panel.",
    Part.KEYWORDS: "Add them by hand in the Keywording panel.",
    Part.COLLECTIONS: "Drag the photo into the collection.",
    Part.STACK: "Stack the photos by hand: Photo > Stacking.",
    Part.FACES: "Lightroom finds faces itself: View > People.",
}
_AGAIN = "Correct the cause, then choose Import from Aperture, which offers to try these items again."

STACK_MADE = Reason("lightroom.stacked", "Its photos are in Lightroom, stacked.")
STACK_LOST = Reason(
    "lightroom.not-stacked",
    "Not all of its photos could be stacked in Lightroom.",
    "Stack them by hand: Photo > Stacking.",
)
FACE_KEYWORD = Reason(
    "lightroom.face", "The person's name is a keyword of the photo; Lightroom accepts no face areas from plug-ins."
)
FACE_UNNAMED = Reason(
    "lightroom.face.unnamed",
    "A face without a name; Lightroom accepts no face areas from plug-ins and finds faces itself.",
)
SMART_ALBUM = Reason(
    "lightroom.smart-album",
    "A smart collection cannot express all of this smart album's rule, and part of it would show other photos.",
    "Create a smart collection by hand, or a collection of the photos that it should show.",
)


def refuse(answer: Answer) -> tuple[State, Reason]:
    """The state and reason of an item that Lightroom did not accept."""
    if answer.outcome is Outcome.SKIPPED:
        return State.SKIPPED, Reason("lightroom.skipped", _sentence("Left out in Lightroom", answer.why))
    return State.FAILED, Reason("lightroom.failed", _sentence("Lightroom did not accept it", answer.why), _AGAIN)


def take(answer: Answer) -> Reason:
    """The reason of an item that is in Lightroom, with the parts that it lacks there."""
    reason = TAKEN if answer.outcome is Outcome.DONE else ALREADY_TAKEN
    if not answer.left_out:
        return reason
    lacks = "; ".join(_sentence(_PARTS[part], why).rstrip(".") for part, why in sorted(answer.left_out.items()))
    by_hand = " ".join(_BY_HAND[part] for part in sorted(answer.left_out))
    return Reason("lightroom.partly", f"It is in Lightroom, but without {lacks}.", by_hand)


def version_rows(
    known: Mapping[tuple[Kind, str], Row], version: str, master: Row | None, answer: Answer, promised: Sequence[Row]
) -> Iterator[Row]:
    """The rows of a version, of what was promised with it, and of its master where the version's file stands for it.

    `known` are the rows as the ledger has them, `master` is one of them.
    """
    row = known.get((Kind.VERSION, version))
    if row is None:
        return  # the library no longer has it
    if not answer.outcome.is_good:
        state, reason = refuse(answer)
        yield replace(row, state=state, reason=reason)
        yield from _not_taken(known, promised, state, reason)
    else:
        state, reason = State.DONE, take(answer)
        own = next((each.detail for each in promised if each.kind is Kind.VERSION), {})
        lightroom = {"lightroom": answer.lightroom} if answer.lightroom else {}
        yield replace(row, state=state, reason=reason, detail={**own, **row.detail, **lightroom})
        yield from _come_true(answer, promised)
    if master is not None and master.state is State.WAITING:
        yield replace(master, state=state, reason=reason)


def _come_true(answer: Answer, promised: Sequence[Row]) -> Iterator[Row]:
    parts = {Kind.OPERATION: Part.SETTINGS, Kind.FACE: Part.FACES, Kind.KEYWORD: Part.KEYWORDS}
    for row in promised:
        if row.kind not in parts:
            continue
        part = parts[row.kind]
        if part not in answer.left_out:
            yield row
        elif row.kind is not Kind.KEYWORD and row.state is State.DONE:  # another photo may still bring the keyword
            why = _sentence("The photo is in Lightroom without it", answer.left_out[part])
            yield replace(row, state=State.FAILED, reason=Reason("lightroom.left-out", why, _BY_HAND[part]))


def _not_taken(
    known: Mapping[tuple[Kind, str], Row], promised: Sequence[Row], state: State, reason: Reason
) -> Iterator[Row]:
    for row in promised:
        if row.kind in (Kind.OPERATION, Kind.FACE):
            yield replace(known.get((row.kind, row.uuid), row), state=state, reason=reason)


def own_row(row: Row | None, answer: Answer) -> Iterator[Row]:
    """The row of an album, of a keyword, or of an original that no version shows; none where the ledger has none."""
    if row is not None:
        state, reason = (State.DONE, take(answer)) if answer.outcome.is_good else refuse(answer)
        yield replace(row, state=state, reason=reason)


def stack_row(row: Row, members: Sequence[Answer | State | None]) -> Iterator[Row]:
    """The row of a stack, once the state of each of its versions in Lightroom is known.

    A member is Lightroom's answer, or the state of a version that did not go there, or None while it is open. One that
    was left out on purpose (the trash) does not count.
    """
    counting = [member for member in members if member is not State.SKIPPED]
    if None in counting:
        return
    stacked = len(counting) > 1 and all(
        isinstance(member, Answer) and member.outcome.is_good and Part.STACK not in member.left_out
        for member in counting
    )
    yield replace(row, state=State.DONE if stacked else State.SKIPPED, reason=STACK_MADE if stacked else STACK_LOST)


def fate(state: str, code: str, sentence: str, advice: str) -> tuple[State, Reason]:
    """A row's cells as its state and reason."""
    return State(state), Reason(code, sentence, advice)


def version_sharing(ledger: Ledger, version: str, state: State, reason: Reason) -> Iterator[Row]:
    """The rows of a version and of its operations, in the state of its photo."""
    entry = ledger.get(Kind.VERSION, version)
    if entry is not None:
        yield replace(entry.row, state=state, reason=reason)
    found = ledger.connection.execute(
        "SELECT uuid FROM item WHERE kind = 'operation' AND detail ->> '$.version' = ?", (version,)
    ).fetchall()
    for (uuid,) in found:
        operation = ledger.get(Kind.OPERATION, uuid)
        if operation is not None:
            yield replace(operation.row, state=state, reason=reason)


def face_sharing(ledger: Ledger, face: str, state: State, reason: Reason) -> Iterator[Row]:
    """The row of a face, in the state of its photo."""
    entry = ledger.get(Kind.FACE, face)
    if entry is not None and entry.row.state is State.WAITING:
        yield replace(entry.row, state=state, reason=reason)


def out_of_reach(ledger: Ledger) -> Iterator[Row]:
    """The items that wait for the plug-in and can never reach it, when the whole library was to be migrated."""
    for entry in list(ledger.entries(Kind.ALBUM, (State.WAITING,))):
        queued = ledger.connection.execute(
            "SELECT 1 FROM handover WHERE kind = 'album' AND uuid = ?", (entry.row.uuid,)
        ).fetchone()
        if entry.row.reason.code == reasons.SMART_ALBUM_WAITS.code and queued is None:
            yield replace(entry.row, state=State.SKIPPED, reason=SMART_ALBUM)


def dump_row(row: Row) -> str:
    """A promised row as JSON."""
    return to_json(
        [row.kind, row.uuid, row.name, row.state, row.reason.code, row.reason.sentence, row.reason.advice, row.detail]
    )


def load_row(text: str) -> Row:
    """The counterpart of `dump`."""
    kind, uuid, name, state, code, sentence, advice, detail = json.loads(text)
    checked: Mapping[str, Any] = detail
    return Row(Kind(kind), uuid, name, State(state), Reason(code, sentence, advice), checked)


def _sentence(beginning: str, why: str) -> str:
    return f"{beginning}: {why.strip().rstrip('.')}." if why.strip() else f"{beginning}."
