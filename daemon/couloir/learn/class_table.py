"""The class table of an evaluation: what the model does to each class of photos, by the pictures that it sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from couloir.derive.residual.classes import CLASSES, STATES, flags
from couloir.learn.evaluate import ANALYTIC, BY_STATE, Outcome
from couloir.learn.trust_table import MOST, WORSE

ENOUGH: Final = 100
"""Photos of a class from which its shares are held to their targets; below, chance decides too much."""

ALL, SAME, NEW = "all", "same formulas", "new formulas"
EVERY: Final = "all photos"


class ClassStanding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One class of photos in one state of pictures, without a camera offset.

    `formulas` is SAME or NEW for the test worlds whose formulas training worlds have or have not, ALL for both.
    `before` and `after` are mean CIEDE2000 of the analytic translation and of the model's; `worse` is the share of
    photos that get worse by more than WORSE; `coverage` the share of slider errors within the 80 % intervals.
    """

    formulas: str
    photo_class: str
    pictures: str
    photos: int
    before: float
    after: float
    worse: float
    coverage: float


def class_standings(names: Sequence[str], outcome: Outcome) -> list[ClassStanding]:
    """The standings of all classes that the test photos have, by formulas and pictures."""
    every = np.ones(len(outcome.classes), dtype=bool)
    own = flags(outcome.classes)
    classes = {EVERY: every, **{str(each): own[:, place] for place, each in enumerate(CLASSES)}}
    return [
        _standing(names, outcome, (formulas, name), state, among & chosen)
        for formulas, among in ((ALL, every), (SAME, ~outcome.new_formulas), (NEW, outcome.new_formulas))
        for state in range(len(STATES))
        for name, chosen in classes.items()
        if (among & chosen).any()
    ]


def most_worse(rows: Sequence[ClassStanding]) -> ClassStanding | None:
    """The class with most photos that get worse in any state without both pictures; None where all are too small."""
    blind = [row for row in _judged(rows) if row.pictures != STATES[0]]
    return max(blind, key=lambda row: row.worse, default=None)


def farthest_from_interval(rows: Sequence[ClassStanding]) -> ClassStanding | None:
    """The class whose intervals hold farthest from 80 % of the errors; None where all are too small."""
    return max(_judged(rows), key=lambda row: abs(row.coverage - 0.8), default=None)


def class_targets(rows: Sequence[ClassStanding]) -> list[tuple[str, str, bool]]:
    """The targets by class: the aim, what came, and whether it holds."""
    found = []
    if (worst := most_worse(rows)) is not None:
        aim = f"without both pictures at most {MOST:.0%} of any class worse by {WORSE:g}"
        found.append((aim, f"{worst.worse:.1%} ({worst.photo_class}, {worst.pictures})", worst.worse <= MOST))
    if (off := farthest_from_interval(rows)) is not None:
        held = f"{off.coverage:.1%} ({off.photo_class}, {off.pictures})"
        found.append(("80 % intervals hold 75 to 85 % in every class", held, 0.75 <= off.coverage <= 0.85))
    return found


def class_tables(rows: Sequence[ClassStanding]) -> str:
    """Markdown: a table for each state of pictures, the same and new formulas beside each other."""
    return "\n\n".join(_table(rows, state) for state in STATES if any(row.pictures == state for row in rows))


def _table(rows: Sequence[ClassStanding], state: str) -> str:
    found = {(row.formulas, row.photo_class): row for row in rows if row.pictures == state}
    lines = [
        f"### {state.capitalize()}",
        "",
        "| class | photos | before | after | worse by 1 | within 80 % | new: photos | before | after | worse | held |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name in (EVERY, *CLASSES):
        cells = [cell for formulas in (SAME, NEW) for cell in _cells(found.get((formulas, name)))]
        if any(cells):
            lines.append(f"| {' | '.join([name, *cells])} |")
    return "\n".join(lines)


def _cells(row: ClassStanding | None) -> list[str]:
    if row is None:
        return [""] * 5
    figures = (f"{row.before:.2f}", f"{row.after:.2f}", f"{row.worse:.1%}", f"{row.coverage:.0%}")
    return [str(row.photos), *figures]


def _judged(rows: Sequence[ClassStanding]) -> Iterator[ClassStanding]:
    return (row for row in rows if row.formulas == ALL and row.photos >= ENOUGH)


def _standing(
    names: Sequence[str], outcome: Outcome, of: tuple[str, str], state: int, chosen: NDArray[np.bool_]
) -> ClassStanding:
    before, after = (
        outcome.mean[chosen, names.index(contestant)] for contestant in (ANALYTIC, BY_STATE[STATES[state]])
    )
    return ClassStanding(
        *of,
        pictures=str(STATES[state]),
        photos=int(chosen.sum()),
        before=float(before.mean()),
        after=float(after.mean()),
        worse=float((after - before > WORSE).mean()),
        coverage=float(outcome.within[chosen, state].mean()),
    )
