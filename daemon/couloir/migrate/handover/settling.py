"""Enters answers of the plug-in into the ledger's rows. A page of answers is one query and one statement of each kind,
however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from couloir.aperture.safe_sqlite import chunks
from couloir.migrate.handover import rows as settled
from couloir.migrate.handover.items import Item, Sort
from couloir.migrate.handover.rows import Answer
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind, Row

Answered = tuple[Item, Answer]
Known = Mapping[tuple[Kind, str], Row]


class Settling:
    """Everything is done inside a transaction of the caller's."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._db = ledger.connection

    def settle(self, answers: Sequence[Answered]) -> None:
        """Write the rows that follow from these answers, in their order."""
        promised = self._promised([item.uuid for item, _ in answers if item.sort is Sort.VERSION])
        known = self._known(answers, promised)
        written: dict[tuple[Kind, str], Row] = {}  # the last word on each counts: photos share their keywords
        for item, answer in answers:
            for row in self._rows(item, answer, known, promised.get(item.uuid, ())):
                written[row.kind, row.uuid] = row
                if (row.kind, row.uuid) in known:  # a later answer sees what an earlier one has settled
                    known[row.kind, row.uuid] = row
        self._ledger.put(written.values())

    def stacks_of(self, versions: Sequence[str]) -> list[str]:
        """The stacks that were promised with these versions."""
        found = self._find("SELECT DISTINCT uuid FROM promise WHERE kind = 'stack' AND version IN ({})", versions)
        return [uuid for (uuid,) in found]

    def waiting_stacks(self) -> list[str]:
        """The stacks of which it is not known whether they are in Lightroom."""
        found = self._db.execute("SELECT uuid FROM item WHERE kind = 'stack' AND state = 'waiting'")
        return [uuid for (uuid,) in found.fetchall()]

    def settle_stacks(self, stacks: Sequence[str]) -> None:
        """Write the rows of these stacks, once the outcome of each of its versions is known."""
        for page in chunks(stacks):
            rows = [entry.row for entry in self._ledger.find(Kind.STACK, page).values()]
            stacked = [(row, versions) for row in rows if isinstance(versions := row.detail.get("versions"), list)]
            members = self._members([version for _, versions in stacked for version in versions])
            for row, versions in stacked:
                self._ledger.put(settled.stack_row(row, [members.get(version) for version in versions]))

    def _rows(self, item: Item, answer: Answer, known: Known, promised: Sequence[Row]) -> Iterator[Row]:
        if item.sort is not Sort.VERSION:
            return settled.own_row(known.get((Kind(str(item.sort)), item.uuid)), answer)
        master = known.get((Kind.MASTER, item.master)) if item.unit == item.uuid else None
        return settled.version_rows(known, item.uuid, master, answer, promised)

    def _known(self, answers: Sequence[Answered], promised: Mapping[str, Sequence[Row]]) -> dict[tuple[Kind, str], Row]:
        """The rows that the answers are about, as the ledger has them."""
        wanted: dict[Kind, list[str]] = defaultdict(list)
        for item, answer in answers:
            wanted[Kind(str(item.sort))].append(item.uuid)
            if item.sort is Sort.VERSION:
                wanted[Kind.MASTER].append(item.master)
            if not answer.outcome.is_good:
                for row in promised.get(item.uuid, ()):
                    wanted[row.kind].append(row.uuid)
        return {
            (kind, uuid): entry.row
            for kind, uuids in wanted.items()
            for uuid, entry in self._ledger.find(kind, uuids).items()
        }

    def _promised(self, versions: Sequence[str]) -> dict[str, list[Row]]:
        query = "SELECT version, row FROM promise WHERE version IN ({}) ORDER BY version, kind, uuid"
        rows: dict[str, list[Row]] = defaultdict(list)
        for version, text in self._find(query, versions):
            rows[version].append(settled.load_row(text))
        return rows

    def _members(self, versions: Sequence[str]) -> dict[str, Answer | State | None]:
        """The outcomes of versions of stacks: Lightroom's answer, else the state of its row, None while it is open."""
        query = "SELECT uuid, outcome, answer FROM handover WHERE kind = 'version' AND uuid IN ({})"
        members: dict[str, Answer | State | None] = {
            uuid: None if outcome is None else Answer.read(outcome, answer)
            for uuid, outcome, answer in self._find(query, versions)
        }
        others = [uuid for uuid in versions if uuid not in members]
        for uuid, entry in self._ledger.find(Kind.VERSION, others).items():
            left_out = entry.row.state in (State.SKIPPED, State.FAILED)
            if left_out and entry.row.reason.code != reasons.OUT_OF_SCOPE.code:
                members[uuid] = entry.row.state
        return members

    def _find(self, query: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
        """The rows of a query for values, of which a statement takes a limited number."""
        return [
            row
            for page in chunks(list(dict.fromkeys(values)))
            for row in self._db.execute(query.format(", ".join("?" * len(page))), page).fetchall()
        ]
