"""Sums the ledger for the report, photos first. Every total is the sum of the parts that are listed below it.

A photo is a version that Aperture shows; its own records of untouched originals are nobody's photos.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from couloir.derive.model import Fidelity
from couloir.language import count, mark
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import (
    HIDDEN,
    IN_TRASH,
    OFFLINE,
    ORIGINAL_RECORD,
    OUT_OF_SCOPE,
    OUT_OF_VIEW,
    Reason,
    State,
    common,
    read_disk,
)
from couloir.migrate.ledger.rows import Kind, Row

LISTED: Final = 500
"""Items of a part that the page lists; report.json lists all."""

_NAMED: Final = 2  # disks in the head; all are below it


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a part. `sentence` and `advice` are "" where they are the part's own."""

    name: str
    sentence: str = ""
    advice: str = ""


@dataclass(slots=True)
class Part:
    """The rows of a total that have one reason. `advice` is for all of them, "" where each item has its own."""

    sentence: str
    advice: str
    count: int
    items: list[Item]

    @property
    def more(self) -> int:
        """The number of rows that are not listed."""
        return self.count - len(self.items)


@dataclass(slots=True)
class _Rows:
    """Rows with one reason code, as they are counted."""

    count: int = 0
    reasons: set[tuple[str, str]] = field(default_factory=set)
    listed: list[tuple[str, Reason]] = field(default_factory=list)

    def add(self, row: Row) -> None:
        self.count += 1
        self.reasons.add((row.reason.sentence, row.reason.advice))
        if len(self.listed) < LISTED:
            self.listed.append((row.name or row.uuid, row.reason))

    def as_part(self) -> Part:
        sentences, advices = ({each[at] for each in self.reasons} for at in (0, 1))
        sentence = common(self.listed[0][1].code, sentences)
        advice = next(iter(advices)) if len(advices) == 1 else ""
        items = [
            Item(
                name,
                reason.sentence if len(sentences) > 1 else "",
                reason.advice if len(advices) > 1 else "",
            )
            for name, reason in self.listed
        ]
        return Part(sentence, advice, self.count, items)


class Grouping:
    """Groups rows by the code of their reasons, the most frequent first."""

    def __init__(self) -> None:
        self._groups: dict[str, _Rows] = {}

    def add(self, row: Row, key: str | None = None) -> None:
        """Count a row below its reason's code, or below `key`."""
        self._groups.setdefault(row.reason.code if key is None else key, _Rows()).add(row)

    @property
    def count(self) -> int:
        return sum(rows.count for rows in self._groups.values())

    @property
    def keys(self) -> list[str]:
        """The most frequent first."""
        return sorted(self._groups, key=lambda key: (-self._groups[key].count, key))

    @property
    def parts(self) -> list[Part]:
        return [self._groups[key].as_part() for key in self.keys]

    def count_of(self, key: str) -> int:
        return self._groups[key].count if key in self._groups else 0


@dataclass(slots=True)
class PhotoSums:
    """The photos of a library by their outcome. `disks` are grouped by the disk's name, the others by reason."""

    carried: Grouping = field(default_factory=Grouping)
    disks: Grouping = field(default_factory=Grouping)
    waiting: Grouping = field(default_factory=Grouping)
    failed: Grouping = field(default_factory=Grouping)
    left_out: Grouping = field(default_factory=Grouping)
    looks: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(each.count for each in (self.carried, self.disks, self.waiting, self.failed, self.left_out))

    def add(self, row: Row) -> None:
        """Count a version's row."""
        match row.state:
            case State.DONE | State.ALREADY_THERE:
                self.carried.add(row)
                self.looks[_look(row)] += 1
            case State.WAITING if row.reason.code == OFFLINE:
                self.disks.add(row, read_disk(row.reason))
            case State.WAITING:
                self.waiting.add(row)
            case State.FAILED:
                self.failed.add(row)
            case State.SKIPPED:
                self.left_out.add(row)

    def tell(self) -> list[str]:
        """The head of the report, a sentence for each state that a photo has."""
        total, carried = self.total, self.carried.count
        told = [count(total, f"{carried:,} of {total:,} photo carried.", f"{carried:,} of {total:,} photos carried.")]
        told += [self._tell_disks()] if self.disks.count else []
        if photos := self.waiting.count:
            told.append(
                count(
                    photos,
                    f"{photos:,} waits for the Lightroom plug-in.",
                    f"{photos:,} wait for the Lightroom plug-in.",
                )
            )
        if photos := self.failed.count:
            told.append(count(photos, f"{photos:,} failed.", f"{photos:,} failed."))
        if photos := self._left_out(IN_TRASH):
            told.append(count(photos, f"{photos:,} is in the trash.", f"{photos:,} are in the trash."))
        if photos := self._left_out(HIDDEN, OUT_OF_VIEW):
            told.append(count(photos, f"{photos:,} is hidden in Aperture.", f"{photos:,} are hidden in Aperture."))
        if photos := self._left_out(OUT_OF_SCOPE):
            told.append(count(photos, f"{photos:,} is in another project.", f"{photos:,} are in other projects."))
        if photos := self.left_out.count - self._left_out(IN_TRASH, HIDDEN, OUT_OF_VIEW, OUT_OF_SCOPE):
            told.append(count(photos, f"{photos:,} was left out.", f"{photos:,} were left out."))
        return told

    def _tell_disks(self) -> str:
        photos, names = self.disks.count, self.disks.keys
        disks = len(names)
        named = ", ".join(name or mark("a disk without a name") for name in names[:_NAMED])
        if disks > _NAMED:
            named += ", ..."
        if disks == 1:
            return count(photos, f"{photos:,} waits for a disk ({named}).", f"{photos:,} wait for a disk ({named}).")
        return mark(f"{photos:,} wait for {disks:,} disks ({named}).")

    def _left_out(self, *reasons: Reason) -> int:
        return sum(self.left_out.count_of(reason.code) for reason in reasons)

    def groups(self) -> Iterator[tuple[str, str, Sequence[Part]]]:
        """The name, the title and the parts of each state; the parts of all of them sum to `total`."""
        for name, title, group in (
            ("carried", mark("Carried"), self.carried),
            ("disks", mark("Waiting for a disk"), self.disks),
            ("waiting", mark("Waiting for the Lightroom plug-in"), self.waiting),
            ("failed", mark("Failed"), self.failed),
            ("left_out", mark("Left out"), self.left_out),
        ):
            if group.count:
                yield name, title, group.parts

    def as_dict(self) -> dict[str, object]:
        """JSON-ready, with counts only: `not_done` of the report lists the items."""
        return {
            "total": self.total,
            "told": self.tell(),
            "looks": dict(self.looks),
            **{
                name: [{"sentence": part.sentence, "advice": part.advice, "count": part.count} for part in parts]
                for name, _, parts in self.groups()
            },
        }


UNEDITED: Final = "unedited"
UNTRANSLATED: Final = "untranslated"


def _look(row: Row) -> str:
    """What a carried photo's look is worth: UNEDITED, a fidelity, or UNTRANSLATED."""
    if not row.detail.get("edited"):
        return UNEDITED
    return Fidelity.read(row.detail.get("fidelity")) or UNTRANSLATED


LOOKS: Final = (
    (UNEDITED, "not edited in Aperture: there is no look to translate"),
    (str(Fidelity.EXACT), "edited, and every adjustment is carried exactly"),
    (str(Fidelity.APPROXIMATE), "edited, and at least one adjustment is approximate"),
    (str(Fidelity.TAKEN), "edited, with values that were taken from Aperture's preview and are no formula's"),
    (str(Fidelity.LOST), "edited, with an adjustment that is lost: only Aperture's preview shows it"),
    (UNTRANSLATED, "edited, and its look is in no file that was written"),
)
"""What a carried photo's look is worth, and how the report says it."""

FIDELITIES: Final = (
    (str(Fidelity.EXACT), "exact"),
    (str(Fidelity.APPROXIMATE), "approximate"),
    (str(Fidelity.TAKEN), "taken from the preview: it gave their values, and no formula did"),
    (str(Fidelity.LOST), "lost: only Aperture's preview shows them"),
)
"""How far single adjustments are carried, and how the report says it."""


def sum_photos(ledger: Ledger) -> PhotoSums:
    """The photos of a ledger."""
    sums = PhotoSums()
    for entry in ledger.entries(Kind.VERSION):
        if entry.row.reason.code != ORIGINAL_RECORD.code:
            sums.add(entry.row)
    return sums


def sum_rows(ledger: Ledger) -> Iterator[tuple[State, Kind, Part]]:
    """The rows of every kind that are not done, by reason: failed first, then waiting, then skipped."""
    for state in (State.FAILED, State.WAITING, State.SKIPPED):
        for kind in Kind:
            group = Grouping()
            for entry in ledger.entries(kind, (state,)):
                if entry.row.reason.code != ORIGINAL_RECORD.code:
                    group.add(entry.row)
            for part in group.parts:
                yield state, kind, part
