"""The sums of the report: photos first, no reason empty, advice for each item."""

from __future__ import annotations

from dataclasses import replace

import pytest

from couloir.derive import Fidelity
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.reasons import Reason, State, common, offline, read_disk
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.report.sums import LISTED, LOOKS, PhotoSums


def version(number: int, state: State, reason: Reason, **detail: object) -> Row:
    return Row(Kind.VERSION, f"uuid-{number}", f"IMG_{number}", state, reason, detail)


def test_the_head_names_the_outcome_of_the_photos() -> None:
    sums = PhotoSums()
    rows = [version(n, State.DONE, reasons.WRITTEN) for n in range(206)]
    disks = ("Archive",) * 12 + ("Old Drive",) * 8 + ("Vacances",) * 4
    rows += [version(n, State.WAITING, offline(disk)) for n, disk in enumerate(disks)]
    rows += [version(n, State.SKIPPED, reasons.IN_TRASH) for n in range(35)]
    for row in rows:
        sums.add(row)
    assert " ".join(sums.tell()) == (
        "206 of 265 photos carried. 24 wait for 3 disks (Archive, Old Drive, ...). 35 are in the trash."
    )
    assert [(part.count, part.advice.partition(" and ")[0]) for part in sums.disks.parts] == [
        (12, "Connect the disk Archive"),
        (8, "Connect the disk Old Drive"),
        (4, "Connect the disk Vacances"),
    ]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([(State.DONE, reasons.WRITTEN)], "1 of 1 photo carried."),
        ([(State.WAITING, offline("A: B."))], "0 of 1 photo carried. 1 waits for a disk (A: B.)."),
        (
            [(State.WAITING, reasons.unnamed_disk("x/y.jpg", None)), (State.WAITING, reasons.behind_link("z"))],
            "0 of 2 photos carried. 2 wait for a disk (a disk without a name).",
        ),
        ([(State.FAILED, reasons.missing("x"))], "0 of 1 photo carried. 1 failed."),
        ([(State.SKIPPED, reasons.HIDDEN), (State.SKIPPED, reasons.DUPLICATE)],
         "0 of 2 photos carried. 1 is hidden in Aperture. 1 was left out."),
        ([], "0 of 0 photos carried."),
    ],
)  # fmt: skip
def test_every_number_of_photos_has_its_sentence(rows: list[tuple[State, Reason]], told: str) -> None:
    sums = PhotoSums()
    for number, (state, reason) in enumerate(rows):
        sums.add(version(number, state, reason))
    assert " ".join(sums.tell()) == told


def test_items_with_different_reasons_keep_their_own_advice() -> None:
    sums = PhotoSums()
    for number, reason in enumerate((reasons.unnamed_disk("a", "U-1"), reasons.unnamed_disk("b", None))):
        sums.add(version(number, State.WAITING, reason))
    [part] = sums.disks.parts
    assert (part.sentence, part.advice) == ("The original is on a disk that the library does not name.", "")
    assert [("U-1" in item.advice, bool(item.sentence)) for item in part.items] == [(True, True), (False, True)]


def test_what_is_not_listed_is_counted() -> None:
    sums = PhotoSums()
    for number in range(LISTED + 7):
        sums.add(version(number, State.SKIPPED, reasons.IN_TRASH))
    [part] = sums.left_out.parts
    assert (part.count, len(part.items), part.more) == (LISTED + 7, LISTED, 7)


@pytest.mark.parametrize("name", ["Archive", "A: B.", ".", ": ", "Vacances d'été", "the original is on a disk"])
def test_the_name_of_a_disk_is_read_from_its_reason(name: str) -> None:
    assert read_disk(offline(name)) == name
    assert read_disk(reasons.missing(name)) == ""


def test_the_looks_of_carried_photos_add_up_whichever_word_a_ledger_has() -> None:
    words = ["exact", "approximate", "taken from the preview", "lost", "dropped", None, "a word of nobody's"]
    sums = PhotoSums()
    for number, word in enumerate(words):
        row = version(number, State.DONE, reasons.WRITTEN)
        sums.add(replace(row, detail={**row.detail, "edited": True, "fidelity": word}))
    assert dict(sums.looks) == {**dict.fromkeys(map(str, Fidelity), 1), "lost": 2, "untranslated": 2}
    assert set(sums.looks) <= {name for name, _ in LOOKS}
    assert sum(sums.looks.values()) == len(words) == sums.carried.count


@pytest.mark.parametrize("code", [reasons.OFFLINE, reasons.LOST, "content.image"])
@pytest.mark.parametrize("sentences", [{""}, {"", "One."}, {"One.", "Two."}, {"It is: one.", "It is: two."}])
def test_no_reason_is_ever_empty(code: str, sentences: set[str]) -> None:
    assert common(code, sentences).strip()
