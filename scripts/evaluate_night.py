"""What a night of matching makes of a library: renderings spent against the differences of all photos.

    python3 scripts/evaluate_night.py PHOTOGRAPHS [--bank FILE] [--photos 100000] [--seed 1] [--record] [--json FILE]

PHOTOGRAPHS is a folder of camera JPEGs. First a bank of real runs is made of them: translated and matched in hidden
worlds (`scripts/evaluation/night_bank.py`, some ten minutes). --bank keeps it for a later run. A simulated library
repeats those runs (`scripts/evaluation/night_library.py`), and three ways to spend renderings are compared on it: in
the library's order, group by group, and group by group with active choice, which is what `couloir match --budget` does.
The plan's numbers were chosen on the worlds before FIRST, which are not used here. Ends with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np

from benchmarks.rows import Row, add_json_option, write_rows
from couloir.migrate.cost.model import PUBLISHED
from couloir.refine.night.model import NO_CORRECTION, Gift, Level, Numbers, Turn, TurnResult, Vector
from couloir.refine.night.plan import NightPlan
from evaluation.night_bank import Run, gather
from evaluation.night_library import Library, draw
from evaluation.night_plot import draw_courses
from evaluation.section import Section

SPENT: Final = (0, 1_000, 5_000, 10_000, 20_000)
FIRST: Final = 16
_WORLDS, _STAMPED, _MEMBERS = 16, 6, 5
_WITHIN: Final = 1.15
_HELD: Final = (0.75, 0.85)  # what counts as 80 %
_WORSE: Final = 0.05  # CIEDE2000
_WAYS: Final = {True: "translated by pictures", False: "translated by adjustments alone"}


class ByGroup(NightPlan):
    """Group after group in the library's order, each taught and tried before others get anything; then the rest."""

    def _worth(self, groups: Numbers) -> Vector:
        teaching = np.isfinite(self._steps[Level.GROUP][groups]) & (self._left[groups] > 4) & ~self._bases[groups]
        return np.where(teaching, 1e9, 1.0) - groups

    def _draw_lot(self) -> int | None:
        return None


@dataclass(slots=True)
class Course:
    """One way of spending: the figures of all photos and of the edited ones, by renderings spent."""

    spent: list[int] = field(default_factory=list)
    all: list[tuple[float, float, float]] = field(default_factory=list)
    edited: list[tuple[float, float, float]] = field(default_factory=list)


class Night:
    """The photos' true differences while renderings are spent on them."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.photos = np.arange(len(library.runs))
        none = np.zeros((len(self.photos), len(NO_CORRECTION)))
        self.plain, p95 = library.differences(self.photos, none)
        self.mean, self.p95 = self.plain.copy(), p95.copy()
        self.course = Course()
        self._stops = iter(SPENT)
        self._next: int | None = next(self._stops)
        self.gifts: list[Gift] = []

    def note(self, spent: int, *, last: bool = False) -> None:
        while self._next is not None and spent >= self._next:
            self._take(self._next)
            self._next = next(self._stops, None)
        if last and spent > 1.01 * self.course.spent[-1]:
            self._take(spent)

    def _take(self, spent: int) -> None:
        self.course.spent.append(spent)
        zeros = np.zeros(self.library.untouched)
        self.course.all.append(_figures(np.r_[self.mean, zeros], np.r_[self.p95, zeros]))
        edited = self.library.edited
        self.course.edited.append(_figures(self.mean[edited], self.p95[edited]))

    def give(self, gift: Gift) -> None:
        corrections = np.repeat(gift.correction[np.newaxis], len(gift.photos), axis=0)
        self.mean[gift.photos], self.p95[gift.photos] = self.library.differences(gift.photos, corrections)
        self.gifts.append(gift)


def _figures(mean: Vector, p95: Vector) -> tuple[float, float, float]:
    return float(mean.mean()), float(p95.mean()), float((mean < 2.5).mean())


def spend_in_order(library: Library) -> Night:
    """As today: camera by camera, each photo to its end; of unedited RAW photos a sample."""
    night = Night(library)
    families = library.candidates.family_of[library.candidates.groups]
    luck = np.random.Generator(np.random.PCG64(5)).permutation(len(families))  # within a camera by uuid
    spent, sampled = 0, np.zeros(len(library.candidates.family_of))
    for photo in np.lexsort((luck, families)).tolist():
        group = library.candidates.groups[photo]
        if library.candidates.bases[group]:
            sampled[group] += 1
            if sampled[group] > 10:
                continue
        night.note(spent)
        spent += library.renderings(photo)
        one = np.array([photo])
        night.mean[one], night.p95[one] = library.end(one)
    night.note(spent, last=True)
    return night


def spend_by_plan(library: Library, plan: NightPlan, most: int) -> Night:
    """The plan's turns, until nothing is left or `most` renderings are spent."""
    night, spent = Night(library), 0
    while spent < most and (turn := plan.turn()) is not None:
        night.note(spent)
        found, mean, p95 = library.match(turn)
        spent += found.renderings
        gift = plan.tell(turn, found)
        if found.after is not None:
            night.mean[turn.photo], night.p95[turn.photo] = mean, p95
        if gift is not None:
            night.give(gift)
    night.note(spent, last=True)
    return night


def judge_plan(name: str, library: Library, plan: NightPlan, night: Night, reach: float) -> Iterator[Row]:
    """Rows about a plan that has stopped: groups made worse, and how its intervals hold."""
    worse, groups = 0, 0
    for gift in night.gifts:
        groups += 1
        left = gift.photos[~plan.is_measured[gift.photos]]
        if len(left):
            worse += bool((night.mean[left] - night.plain[left]).mean() > _WORSE)
    yield Row(f"{name}: corrections given to groups and cameras", float(groups), "corrections")
    yield Row(f"{name}: of them made their photos worse by {_WORSE:g}", float(worse), "groups", "0", worse == 0)
    expected = plan.expect()
    told = np.isfinite(expected.mean)
    true = night.mean
    held = (true >= expected.low) & (true <= expected.high)
    for title, which in (
        ("all expected photos", told),
        ("edited", told & library.edited),
        ("unedited RAW", told & ~library.edited),
    ):
        if which.any():
            share = float(held[which].mean())
            target, holds = (None, None) if which is not told else ("0.75 to 0.85", _HELD[0] <= share <= _HELD[1])
            yield Row(f"{name}: 80 % intervals hold, {title}", share, "share", target, holds)
    yield Row(
        f"{name}: width of an interval, median", float(np.median((expected.high - expected.low)[told])), "CIEDE2000"
    )
    yield Row(f"{name}: expected mean", float(expected.mean[told].mean()), "CIEDE2000")
    yield Row(f"{name}: true mean of the same photos", float(true[told].mean()), "CIEDE2000")
    yield Row(f"{name}: photos of which nothing is known", float((~told & ~plan.is_measured).sum()), "photos")
    if night.course.spent[-1] == 10_000:
        share = night.course.edited[-1][0] / reach
        yield Row(f"{name}: edited photos at 10,000 renderings, beside matching every photo", share, "times",
                  f"at most {_WITHIN}", share <= _WITHIN)  # fmt: skip


def measure(runs: Sequence[Run], photos: int, seed: int) -> Section:
    """Both ways of translating, and all three ways of spending."""
    rows: list[Row] = []
    courses: dict[str, dict[str, list[tuple[int, float]]]] = {}
    per = PUBLISHED.rendering + PUBLISHED.apply + PUBLISHED.read_back
    for seen, way in _WAYS.items():
        library = draw([run for run in runs if run.seen is seen], photos, seed)
        rows += _fit_rows(way, [run for run in runs if run.seen is seen])
        rows.append(Row(f"{way}: edited photos", float(library.edited.sum()), "photos"))
        rows.append(Row(f"{way}: groups", float(len(library.candidates.family_of)), "groups"))
        in_order = spend_in_order(library)
        reach = in_order.course.edited[-1][0]
        rows += _course_rows(f"{way}, library order", in_order.course)
        courses[way] = {"library order": _points(in_order.course)}
        hours = in_order.course.spent[-1] * per / 3600 * 80_000 / photos
        rows.append(Row(f"{way}: 80,000 photos, every edited one matched, by the published costs", hours, "hours"))
        for name, make in (("by group", ByGroup), ("by group with active choice", NightPlan)):
            plan = make(library.candidates, seed)
            night = spend_by_plan(library, plan, SPENT[-1])
            rows += _course_rows(f"{way}, {name}", night.course)
            courses[way][name] = _points(night.course)
            if make is NightPlan:
                stopped = NightPlan(library.candidates, seed)
                rows += judge_plan(way, library, stopped, spend_by_plan(library, stopped, 10_000), reach)
    rows += stop_at_random(draw([run for run in runs if not run.seen], photos // 5, seed), seed, 2_000)
    rows.append(Row("80,000 photos, 0.1 renderings a photo, by the published costs", 8_000 * per / 3600, "hours"))
    return Section(rows, {"matching-night.svg": draw_courses(courses, SPENT[-1]).encode()})


def _points(course: Course) -> list[tuple[int, float]]:
    return [(spent, edited[0]) for spent, edited in zip(course.spent, course.edited, strict=True)]


def stop_at_random(library: Library, seed: int, most: int) -> Iterator[Row]:
    """A night that is killed at five random moments, each time continued from its measurements alone."""
    whole = NightPlan(library.candidates, seed)
    end = spend_by_plan(library, whole, most)
    random = np.random.Generator(np.random.PCG64([seed, 51]))
    kills = sorted(random.integers(1, int(whole.is_measured.sum()), 5).tolist())
    told: list[tuple[Turn, TurnResult]] = []
    spent = 0
    for last in [*kills, None]:
        plan = NightPlan(library.candidates, seed)
        for turn, found in told:
            plan.tell(turn, found)
        while last is None or len(told) < last:
            following = plan.turn()
            if spent >= most or following is None:
                break
            found, _, _ = library.match(following)
            spent += found.renderings
            plan.tell(following, found)
            told.append((following, found))
    differing = int((plan.is_measured != whole.is_measured).sum())
    yield Row("killed at five random moments: photos whose turn differs from a night that was not", float(differing),
              "photos", "0", differing == 0)  # fmt: skip
    given = sum(
        not np.array_equal(a.correction, b.correction) for a, b in zip(plan.gifts(), whole.gifts(), strict=True)
    )
    yield Row("killed at five random moments: corrections that differ", float(given), "corrections", "0", given == 0)
    yield Row("killed at five random moments: corrections given", float(len(end.gifts)), "corrections")


def _course_rows(name: str, course: Course) -> Iterator[Row]:
    for spent, every, edited in zip(course.spent, course.all, course.edited, strict=True):
        for title, (mean, p95, share) in (("all photos", every), ("edited", edited)):
            yield Row(f"{name}, {spent:,} renderings, {title}: mean", mean, "CIEDE2000")
            yield Row(f"{name}, {spent:,} renderings, {title}: p95", p95, "CIEDE2000")
            yield Row(f"{name}, {spent:,} renderings, {title}: under 2.5", share, "share")


def _fit_rows(way: str, runs: Sequence[Run]) -> Iterator[Row]:
    """How near the simulated differences come to real renderings that they were not made from."""
    library = draw(runs, 200, 0)
    table = library._table
    told, drawn = [], []
    for place, run in enumerate(runs):
        for added, mean, _ in run.lent:
            away = added - run.moved
            square = float(run.square - 2 * run.pull @ away + away @ run.curve @ away)
            more = float(table.slope[place]) * (max(square, 1e-3) ** 0.5 - run.square**0.5)
            told.append(max(run.after[0] + more, 0.1))
            drawn.append(mean)
    error = np.abs(np.array(told) - drawn) / np.array(drawn)
    yield Row(f"{way}: runs in the bank", float(len(runs)), "runs")
    yield Row(f"{way}: simulated beside {len(drawn):,} real renderings, median error", float(np.median(error)), "share")
    yield Row(f"{way}: simulated beside real renderings, correlation", float(np.corrcoef(told, drawn)[0, 1]), "of 1")


def load_bank(file: Path | None, photographs: Path) -> list[Run]:
    """The bank at `file`, made now where it is not there."""
    if file is not None and file.exists():
        return [Run.from_dict(json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
    runs = list(gather(photographs, _WORLDS, _STAMPED, _MEMBERS, FIRST))
    if file is not None:
        file.write_text("".join(json.dumps(run.as_dict()) + "\n" for run in runs), encoding="utf-8")
    return runs


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("photographs", type=Path)
    options.add_argument("--bank", type=Path, metavar="FILE", help="where the runs are kept")
    options.add_argument("--photos", type=int, default=100_000, help="photos of the simulated library")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--record", action="store_true", help="put them into docs/figures and docs/matching.md")
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    section = measure(load_bank(options.bank, options.photographs), options.photos, options.seed)
    print(*section.rows, sep="\n")
    write_rows(options.json, section.rows)
    if options.record:
        section.record("matching", "night", "python3 scripts/evaluate_night.py PHOTOGRAPHS")
    return 1 if any(row.holds is False for row in section.rows) else 0


if __name__ == "__main__":
    sys.exit(main())
