"""A simulated library of many photos, each of which behaves as a real run of the bank does.

Drawn from real runs (`night_bank`): what a photo's translation lacks, how its picture answers to sliders, where its
match ends, after how many renderings. Assumed here, with the numbers below: how many photos are edited, stamped,
painted or stale, the cameras' shares, the sizes of stamped sets, and by how much a photo's solution differs from the
run that it repeats (`SMOOTH` of the spread that the runs have, so that no two photos are alike). Nothing is shared with
the plan: it knows neither the runs nor which of them a photo repeats.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.refine.night.groups import Edit, Grouper
from couloir.refine.night.model import NO_CORRECTION, Candidates, Numbers, Turn, TurnResult, Vector
from couloir.refine.options import MOVED
from evaluation.night_bank import Run

EDITED: Final = 0.25
STAMPED: Final = 2 / 3  # of the edited ones
SMOOTH: Final = 0.35
_SET: Final = 10.0  # photos of a stamped set, on average
_CAMERA_DECAY: Final = 0.75  # each camera has so much of the photos of the one before
_PAINTED, _STALE = 0.04, 0.03  # of the edited ones
_PAINTED_LEFT: Final = (0.5, 3.0)  # CIEDE2000 that a brush leaves, whatever sliders do
_RATINGS: Final = (0, 0, 0, 0, 0, 1, 2, 3, 4, 5)
_PROJECT: Final = 400  # photos
_DAYS: Final = 3  # of a project
_CHANGED: Final = 0.5  # of stamped photos, by 0.15 stops and 2 of Contrast: 1.5 and 0.4 normalised units
_NOISE: Final = 1e-3

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Library:
    """`runs`, `shift`, `left`: of each photo the run that it repeats, how its solution differs, what a brush leaves.

    `edited`, `stale`: of each photo. Photos are in the library's order. `untouched` further photos are rendered files
    that nobody edited, which look in Lightroom as in Aperture.
    """

    candidates: Candidates
    untouched: int
    edited: NDArray[np.bool_]
    stale: NDArray[np.bool_]
    runs: Numbers
    shift: Floats
    left: Vector
    kinds: tuple[str, ...]
    _table: _Table

    def differences(self, photos: Numbers, corrections: Floats) -> tuple[Vector, Vector]:
        """The true mean and p95 of these photos, with their translation and these corrections."""
        table, runs = self._table, self.runs[photos]
        away = corrections - table.moved[runs] - self.shift[photos]
        square = table.square[runs] - 2 * (table.pull[runs] * away).sum(axis=1)
        square = square + np.einsum("ni,nij,nj->n", away, table.curve[runs], away)
        more = table.slope[runs] * (np.sqrt(np.maximum(square, _NOISE)) - np.sqrt(table.square[runs]))
        mean = np.maximum(table.after[runs, 0] + more, 0.1)
        p95 = mean * table.after[runs, 1] / table.after[runs, 0]
        return mean + self.left[photos], p95 + 2 * self.left[photos]

    def match(self, turn: Turn) -> tuple[TurnResult, float, float]:
        """What a turn measures, and the photo's mean and p95 after it. The loop ends where the run ended, or where it
        began if that was nearer; the number of renderings is that of the run whose gain was most like it.
        """
        photo = np.array([turn.photo])
        (before,), (before_p95,) = self.differences(photo, turn.correction[np.newaxis])
        if self.stale[turn.photo]:
            return TurnResult(), float(before), float(before_p95)
        if turn.only_judged:
            return TurnResult(float(before), float(before), None, NO_CORRECTION, 1), float(before), float(before_p95)
        tried = None
        start, start_p95 = float(before), float(before_p95)
        if turn.trial is not None:
            (mean,), (p95,) = self.differences(photo, turn.trial[np.newaxis])
            tried = float(mean)
            if tried < start:
                start, start_p95 = tried, float(p95)
        run = self.runs[turn.photo]
        end, end_p95 = self._table.after[run] + self.left[turn.photo] * np.array([1.0, 2.0])
        gain = start - float(end)
        renderings = self._table.renderings_for(gain) + (tried is not None)
        change = self._table.moved[run] + self.shift[turn.photo]
        if gain <= 0:
            end, end_p95 = start, start_p95
            change = turn.correction if tried is None or start != tried or turn.trial is None else turn.trial
        return TurnResult(float(before), float(end), tried, change, renderings), float(end), float(end_p95)

    def end(self, photos: Numbers) -> tuple[Vector, Vector]:
        """Mean and p95 of these photos where each is matched; stale ones stay as they are."""
        mean, p95 = self.differences(photos, np.zeros((len(photos), len(MOVED))))
        after = self._table.after[self.runs[photos]] + self.left[photos, np.newaxis] * np.array([1.0, 2.0])
        nearer = (after[:, 0] < mean) & ~self.stale[photos]
        return np.where(nearer, after[:, 0], mean), np.where(nearer, after[:, 1], p95)

    def renderings(self, photo: int) -> int:
        """The renderings of a match that begins with the translation."""
        photos = np.array([photo])
        (before,), _ = self.differences(photos, np.zeros((1, len(MOVED))))
        (after,), _ = self.end(photos)
        return 0 if self.stale[photo] else self._table.renderings_for(float(before - after))


@dataclass(frozen=True, slots=True)
class _Table:
    """The runs as arrays."""

    moved: Floats
    square: Vector
    pull: Floats
    curve: Floats
    after: Floats
    slope: Vector
    _gains: Vector
    _renderings: Numbers

    @classmethod
    def of(cls, runs: Sequence[Run]) -> _Table:
        moved, pull = (np.array([getattr(run, name) for run in runs]) for name in ("moved", "pull"))
        curve, square = np.array([run.curve for run in runs]), np.array([run.square for run in runs])
        before, after = (np.array([getattr(run, name) for run in runs]) for name in ("before", "after"))
        begun = square + 2 * (pull * moved).sum(axis=1) + np.einsum("ni,nij,nj->n", moved, curve, moved)
        apart = np.sqrt(np.maximum(begun, _NOISE)) - np.sqrt(square)
        # Mean CIEDE2000 for the root of the mean square in Lab: from the run's own two renderings where they differ.
        slope = np.where(
            np.abs(apart) > 0.3,
            (before[:, 0] - after[:, 0]) / np.where(apart == 0, 1, apart),
            after[:, 0] / np.sqrt(square),
        )
        gains = before[:, 0] - after[:, 0]
        order = np.argsort(gains, kind="stable")
        made = np.array([run.renderings for run in runs])
        return cls(moved, square, pull, curve, after, np.clip(slope, 0.3, 1.5), gains[order], made[order])

    def renderings_for(self, gain: float) -> int:
        """Those of the run whose gain was most like this one."""
        at = min(int(np.searchsorted(self._gains, max(gain, 0.0))), len(self._gains) - 1)
        return max(int(self._renderings[at]), 1)


def draw(runs: Sequence[Run], count: int, seed: int) -> Library:
    """A library of so many photos. `runs`: the bank's, all translated in the same way."""
    random = np.random.Generator(np.random.PCG64([seed, 41]))
    by_world: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, run in enumerate(runs):
        by_world[run.world][run.edit].append(place)
    worlds = [world for world, found in by_world.items() if any(edit >= 0 for edit in found)]
    random.shuffle(worlds)
    shares = _CAMERA_DECAY ** np.arange(len(worlds))
    grouper = Grouper()
    spread = _spread(runs)
    groups, days, chosen = list[int](), list[int](), list[int]()
    weights, left, shift = list[float](), list[float](), list[Vector]()
    edited, stale = list[bool](), list[bool]()
    project = untouched = 0
    while len(groups) + untouched < count:
        # A project: one or two cameras, some days, some stamped sets, the rest unedited or edited alone.
        project += 1
        cameras = random.choice(len(worlds), size=2, p=shares / shares.sum())
        size = min(_PROJECT, count - len(groups) - untouched)
        plan: list[tuple[int, int, int]] = []  # camera, edit, stamped set
        while len(plan) < size:
            camera = int(cameras[int(random.random() < 0.3)])
            world = by_world[worlds[camera]]
            edits = [edit for edit in world if edit >= 0]
            which = random.random() * (1 - EDITED * STAMPED * (1 - 1 / _SET))
            if which < EDITED * STAMPED / _SET:
                many = 2 + int(random.geometric(1 / (_SET - 2)))
                plan += [(camera, int(random.choice(edits)), len(plan))] * many
            elif which < EDITED * STAMPED / _SET + EDITED * (1 - STAMPED):
                plan.append((camera, int(random.choice(edits)), len(plan)))
            else:
                plan.append((camera, -1, -1))
        sets: dict[int, tuple[Vector, Vector]] = {}
        for camera, edit, stamped in plan[:size]:
            world = by_world[worlds[camera]]
            rows = world.get(edit) or [-1]
            repeated = int(rows[int(random.integers(len(rows)))])
            kind = runs[next(iter(world.values()))[0]].kind
            painted = edit >= 0 and random.random() < _PAINTED
            made: Edit | None = None
            away = np.zeros(len(MOVED))
            if edit >= 0:
                if stamped not in sets:
                    sets[stamped] = (random.normal(0, 4, 20), random.normal(0, SMOOTH, len(MOVED)) * spread[0])
                values, away = sets[stamped]
                away = away + random.normal(0, SMOOTH, len(MOVED)) * spread[1]
                values = values + (random.random() < _CHANGED) * np.r_[random.normal(0, (1.5, 0.4)), np.zeros(18)]
                made = Edit((f"edit {edit}", *(("brushed",) if painted else ())), values.astype(np.float32))
            elif kind == "rendered":
                untouched += 1
                continue
            else:
                away = random.normal(0, SMOOTH, len(MOVED)) * spread[1]
            groups.append(grouper.add((camera, kind, painted), project, made))
            weights.append(1.0 + 0.2 * float(random.choice(_RATINGS)))
            days.append(int(random.integers(_DAYS)))
            edited.append(edit >= 0)
            stale.append(edit >= 0 and random.random() < _STALE)
            chosen.append(repeated)
            shift.append(away)
            left.append(random.uniform(*_PAINTED_LEFT) if painted else 0.0)
    bases = np.zeros(len(grouper.family_of), dtype=np.bool_)
    bases[[group for group, own in zip(groups, edited, strict=True) if not own]] = True
    candidates = Candidates(np.array(groups), np.array(weights), np.array(days), np.array(grouper.family_of), bases)
    return Library(
        candidates, untouched, np.array(edited), np.array(stale), np.array(chosen), np.array(shift), np.array(left),
        tuple(run.kind for run in runs), _Table.of(runs),
    )  # fmt: skip


def _spread(runs: Sequence[Run]) -> tuple[Vector, Vector]:
    """Deviations of the solutions: of an edit's mean within its world, and of a photo within its edit."""
    by_edit = defaultdict(list)
    for run in runs:
        if run.edit >= 0:
            by_edit[run.world, run.edit].append(run.moved)
    within = np.sqrt(np.mean([np.var(each, axis=0) for each in by_edit.values()], axis=0))
    by_world = defaultdict(list)
    for (world, _), each in by_edit.items():
        by_world[world].append(np.mean(each, axis=0))
    between = np.sqrt(np.mean([np.var(each, axis=0) for each in by_world.values()], axis=0))
    return between, within
