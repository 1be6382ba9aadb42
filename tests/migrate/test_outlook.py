"""A library of which nothing is imported never counts as a success."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from couloir.aperture.library import Library
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import Reason, State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.outlook import nothing_comes, sentences
from couloir.migrate.survey import survey
from couloir.migrate.verify import verify

if TYPE_CHECKING:
    from conftest import Result, Source

LIBRARY = Path("Some.aplibrary")
SHOWING_ALL = (
    "UPDATE RKVersion SET isHidden = 0, isInTrash = 0",
    "UPDATE RKMaster SET isInTrash = 0",
    "UPDATE RKFolder SET isInTrash = 0",
)
WAYS = {
    "hidden": ("UPDATE RKVersion SET isHidden = 1", "Marked as hidden in Aperture"),
    "in the trash": ("UPDATE RKVersion SET isInTrash = 1", "In Aperture's trash"),
    "out of view": ("UPDATE RKVersion SET showInLibrary = isOriginal", "marks it as not shown"),
}


def fate(state: State, reason: Reason, count: int = 1, kind: Kind = Kind.VERSION) -> tuple[Kind, State, Reason, int]:
    return kind, state, reason, count


@pytest.mark.parametrize(
    "other",
    [
        fate(State.DONE, reasons.WRITTEN),
        fate(State.ALREADY_THERE, reasons.WRITTEN),
        fate(State.WAITING, reasons.EXTRA_VERSION),
        fate(State.WAITING, reasons.INSIDE_LIBRARY),
    ],
)
def test_one_version_that_comes_over_is_something(other: tuple[Kind, State, Reason, int]) -> None:
    skipped = fate(State.SKIPPED, reasons.HIDDEN, 90_000)
    assert nothing_comes(LIBRARY, [skipped]) is not None
    assert nothing_comes(LIBRARY, [skipped, other]) is None


def told(*rows: tuple[str, str], most: int = 20) -> list[tuple[str, str, int]]:
    """Sentence, advice and count of operations that were left out for these reasons."""
    with Ledger.temporary(Path("none.sqlite3")) as ledger, ledger.transaction():
        ledger.put(
            Row(Kind.OPERATION, str(number), "o", State.SKIPPED, Reason(reasons.LOST, *reason), {})
            for number, reason in enumerate(rows)
        )
        return [(reason.sentence, reason.advice, count) for _, _, reason, count in sentences(ledger, most)]


def test_each_sentence_is_told_with_its_count_the_most_frequent_first() -> None:
    rare, usual = ("Lightroom has no Flip.", "Flip it."), ("Lightroom has no Skin Smoothing.", "Compare it.")
    assert told(rare, usual, usual) == [(*usual, 2), (*rare, 1)]


def test_too_many_sentences_of_one_code_are_told_by_how_they_begin() -> None:
    files = [(f"Missing: {name}.jpg", "Look in the backup.") for name in "abcdef"]
    assert told(*files, files[3], most=2) == [
        ("Missing.", "Look in the backup.", 4),
        ("Missing: d.jpg", "Look in the backup.", 2),
        ("Missing: a.jpg", "Look in the backup.", 1),
    ]
    unlike = told(*[(f"{number} is wrong.", str(number)) for number in range(5)], most=1)
    assert [row[1:] for row in unlike] == [("", 4), ("0", 1)]
    assert unlike[0][0]


def test_a_library_without_versions_has_nothing_to_lose() -> None:
    assert nothing_comes(LIBRARY, []) is None
    assert nothing_comes(LIBRARY, [fate(State.SKIPPED, reasons.ORIGINAL_RECORD, 3)]) is None
    assert nothing_comes(LIBRARY, [fate(State.SKIPPED, reasons.HIDDEN, kind=Kind.MASTER)]) is None


def test_the_reasons_are_told_with_their_counts_the_most_frequent_first() -> None:
    fates = [
        fate(State.WAITING, reasons.offline("Disk A"), 20),
        fate(State.WAITING, reasons.offline("Disk B"), 20),
        fate(State.SKIPPED, reasons.IN_TRASH, 2),
        fate(State.SKIPPED, reasons.ORIGINAL_RECORD, 42),
    ]
    told = nothing_comes(LIBRARY, fates)
    assert told is not None
    assert told.message == (
        "Nothing in the library Some.aplibrary can be migrated: 40 of 42 versions: The original is on a disk that is"
        " not connected; 2 of 42 versions: In Aperture's trash. Leave it there, or run again with --trash to include"
        " it; the plug-in's import can include the trash, too."
    )


@pytest.mark.parametrize("way", WAYS)
def test_a_library_that_is_all_left_out_for_one_reason_says_so_wherever_it_is_asked(
    small: Source, migrate: Callable[..., Result], tmp_path: Path, way: str
) -> None:
    statement, sentence = WAYS[way]
    for each in (*SHOWING_ALL, statement):
        small.change(each)
    [[versions]] = small.ask("SELECT count(*) FROM RKVersion WHERE isOriginal = 0")
    with Library.open(small.path, small.volumes) as library:
        found = survey(library)
    result = migrate(small, tmp_path / "out")
    told = (found.nothing, nothing_comes(small.path, [fate(r.state, r.reason) for r in result.rows(Kind.VERSION)]))
    for nothing in told:
        assert nothing is not None
        assert f"all {versions:,} versions: " in nothing.message
        assert sentence in nothing.message
    assert any(note.startswith("Nothing in the library") for note in verify(tmp_path / "out", small.volumes).notes)
    assert result.outcome.balances


def test_a_shown_library_is_no_nothing(small: Source) -> None:
    with Library.open(small.path, small.volumes) as library:
        found = survey(library)
    assert found.nothing is None
    assert sum(found.left_out.values()) == sum(
        not version["original"] if "original" in version else version["number"] > 0
        for version in small.manifest.versions
        if version["hidden"] or version["in_trash"]
    )
