"""The plan of a night: which photo is matched next, so that stopping at any moment leaves the best library.

A photo's turn is worth its own expected gain, times its weight, and what it teaches: a correction that serves the
others of its group or family. The plan takes the photo that is worth most for a second of rendering (a greedy index
rule, as J. C. Gittins, "Bandit processes and dynamic allocation indices", Journal of the Royal Statistical Society B
41, 1979).

A correction is given to others only after trials: TRIALS members are drawn with it and without it, and those who were
not needed to find it must come nearer. So no group gets a correction that its own members did not confirm. A group that
refuses is split by days where it has several.

One turn in LOT is drawn by lot among all that are left: from these `forecast` learns how far its expectations hold.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from couloir.refine.night.estimates import Hierarchy, fit_correction
from couloir.refine.night.forecast import START_SPREAD, Standing, bound_mean, expect
from couloir.refine.night.model import (
    NO_CORRECTION,
    Candidates,
    Expectation,
    Gift,
    Level,
    Numbers,
    Record,
    Turn,
    TurnResult,
    Vector,
)

TRIALS: Final = {Level.FAMILY: 6, Level.GROUP: 3}
"""Members that must confirm a correction, at least, before others get it; of a family each from another group."""

SAMPLE: Final = 30
"""Unedited RAW photos of a camera that are judged, at most, each by one rendering."""

LOT: Final = 10

_TAUGHT: Final = {Level.FAMILY: 5, Level.GROUP: 2}  # members whose changes make a correction
_HOPE: Final = {Level.FAMILY: 0.4, Level.GROUP: 0.15}  # share of a match's gain that a correction gives, before trials
_ODDS: Final = 0.25  # of a node that has refused a correction, to want another one
_HOPES: Final = 5.0  # nodes that the hope is worth
_MOST_TRIALS: Final = {Level.FAMILY: 12, Level.GROUP: 5}
_LEAST: Final = 0.1  # CIEDE2000 that photos must come nearer
_LEFT: Final = 8  # photos of a node that get a correction, at least
_SURE, _HOPELESS = 2.0, 0.3  # deviations of the estimate above, and below, which a correction is given, or refused
_TRIAL_SPREAD, _TRIALS_WORTH = (
    0.5,
    10.0,
)  # CIEDE2000 by which members' gains differ, before trials, and what that is worth
_EFFECT: Final = 0.7  # CIEDE2000 by which corrections' true gains differ from none
_AWAY: Final = 0.3  # normalised units below which a correction is none
_APART: Final = 2.0  # normalised units by which members differ that need different corrections
_SOON, _ANEW = 10, 250  # turns after which all that is worth something is reckoned anew: at first, and later
_LOTS: Final = 400  # turns that the width of the intervals is learnt from
_CURIOSITY: Final = 0.15  # CIEDE2000 that knowing a camera's base rendering is worth, for each photo
_START, _GAIN, _GAIN_SPREAD = 0.9, 0.8, 0.8  # before anything is measured: log, and CIEDE2000
_RENDERINGS: Final = (3.0, 2.0, 2.0, 1.0)  # by level, before anything is measured


@dataclass(slots=True)
class _Node:
    """A family or a group on the way to a correction. `heard`: the groups that have had a say, of a family."""

    changes: list[Vector] = field(default_factory=list)
    heard: set[int] = field(default_factory=set)
    offered: Vector | None = None
    trials: list[tuple[float, float, Vector]] = field(default_factory=list)
    given: Vector | None = None
    refused: int = 0


class NightPlan:
    """Deterministic: the same candidates, seed and measurements give the same turns."""

    def __init__(self, candidates: Candidates, seed: int = 0) -> None:
        self._weights, self._days = candidates.weights, candidates.days
        self._group_of = candidates.groups.copy()
        self._family_of = candidates.family_of.copy()
        self._bases = candidates.bases.copy()
        count, groups = len(self._group_of), len(self._family_of)
        self._families = int(self._family_of.max()) + 1 if groups else 0
        self._lots = np.random.Generator(np.random.PCG64([seed, 31])).permutation(count)
        self._next_lot = 0
        luck = np.empty(count)
        luck[self._lots] = np.arange(count)
        order = np.lexsort((luck, -self._weights, self._group_of))
        cuts = np.searchsorted(self._group_of[order], np.arange(1, groups))
        self._members = np.split(order, cuts) if groups else []
        self._at = np.zeros(groups, dtype=np.int64)
        self._head = np.array([self._weights[members[0]] if len(members) else 0.0 for members in self._members])
        self.is_measured = np.zeros(count, dtype=np.bool_)
        self._left = np.bincount(self._group_of, minlength=groups).astype(np.float64)
        self._left_weight = np.bincount(self._group_of, self._weights, minlength=groups)
        self._family_left, self._family_weight = (
            np.bincount(self._family_of, sums * ~self._bases, minlength=self._families)
            for sums in (self._left, self._left_weight)
        )
        self._is_heard = np.zeros(groups, dtype=np.bool_)
        self._level = np.where(self._bases, Level.BASE, Level.PLAIN).astype(np.int64)
        self._starts = [Hierarchy(self._family_of, _START, START_SPREAD) for _ in Level]
        self._gains = [Hierarchy(self._family_of, _GAIN, _GAIN_SPREAD) for _ in Level]
        self._renderings = [[worth * 10, 10.0] for worth in _RENDERINGS]
        self._nodes: dict[tuple[Level, int], _Node] = {}
        self._odds = {Level.FAMILY: np.ones(self._families), Level.GROUP: np.ones(groups)}
        self._steps = {
            level: np.full(count, float(_TAUGHT[level] + TRIALS[level]))
            for level, count in ((Level.FAMILY, self._families), (Level.GROUP, groups))
        }
        self._hopes = {level: [hope * _HOPES, _HOPES] for level, hope in _HOPE.items()}
        self._records: dict[int, list[Record]] = {}
        self._judged: dict[tuple[bool, bool], deque[Record]] = {
            (base, lot): deque(maxlen=_LOTS) for base in (False, True) for lot in (False, True)
        }
        self._scatter = [_TRIAL_SPREAD**2 * _TRIALS_WORTH, _TRIALS_WORTH]
        self._heap: list[tuple[float, int, int]] = []
        self._stamps = np.zeros(groups, dtype=np.int64)
        self._is_reckoned = False
        self._turns = self._reckon_at = 0

    # Turns

    def turn(self) -> Turn | None:
        """The next turn, the same until `tell` takes its measurement; None when nothing is left."""
        if self._turns % LOT == LOT - 1:
            photo = self._draw_lot()
            if photo is not None:
                return self._turn_of(photo, by_lot=True)
        group = self._best_group()
        return None if group is None else self._turn_of(self._next_member(group), by_lot=False)

    def tell(self, turn: Turn, found: TurnResult) -> Gift | None:
        """Take what a turn gave; the correction that this confirms, for others to get."""
        photo = turn.photo
        group = int(self._group_of[photo])
        self._reckon()  # so that an earlier night's turns, told again, find the worths that they had
        self._turns += 1
        self._mark(photo)
        gift, groups = None, len(self._members)
        if found.before is not None and found.after is not None and found.change is not None:
            gift = self._learn(turn, found, group)
        if self._turns >= self._reckon_at:
            self._is_reckoned = False
        else:
            served = () if gift is None else gift.groups
            self._push(np.array(sorted({group, *served, *range(groups, len(self._members))})))
        return gift

    def drop(self, photo: int) -> None:
        """A photo that is not to be measured, and of which nothing is learnt."""
        self._mark(photo)

    def correction_of(self, photo: int) -> Vector:
        """The confirmed correction that serves a photo: its group's, else its family's, else none."""
        return self._given(int(self._group_of[photo]))

    def _mark(self, photo: int) -> None:
        if self.is_measured[photo]:
            return
        group, weight = int(self._group_of[photo]), self._weights[photo]
        self.is_measured[photo] = True
        self._left[group] -= 1
        self._left_weight[group] -= weight
        if not self._bases[group]:
            self._family_left[self._family_of[group]] -= 1
            self._family_weight[self._family_of[group]] -= weight
        self._head[group] = self._weights[self._next_member(group)] if self._left[group] else 0.0

    def _turn_of(self, photo: int, *, by_lot: bool) -> Turn:
        group = int(self._group_of[photo])
        node = self._on_trial(group)
        return Turn(photo, self._given(group), None if node is None else node.offered, by_lot, bool(self._bases[group]))

    def _given(self, group: int) -> Vector:
        if self._bases[group]:
            return NO_CORRECTION
        for key in self._path(group):
            node = self._nodes.get(key)
            if node is not None and node.given is not None:
                return node.given
        return NO_CORRECTION

    def _path(self, group: int) -> tuple[tuple[Level, int], tuple[Level, int]]:
        return (Level.GROUP, group), (Level.FAMILY, int(self._family_of[group]))

    def _on_trial(self, group: int) -> _Node | None:
        """The node whose correction the next member of a group tries; the family's goes first."""
        if self._bases[group]:
            return None
        for key in reversed(self._path(group)):
            node = self._nodes.get(key)
            if node is not None and node.offered is not None and group not in node.heard:
                return node
        return None

    def _draw_lot(self) -> int | None:
        while self._next_lot < len(self._lots):
            photo = int(self._lots[self._next_lot])
            if not self.is_measured[photo] and not self._is_sampled(int(self._group_of[photo])):
                return photo
            self._next_lot += 1
        return None

    def _is_sampled(self, group: int) -> bool:
        return bool(self._bases[group]) and self._starts[Level.BASE].photos[group] >= SAMPLE

    def _next_member(self, group: int) -> int:
        members = self._members[group]
        while self.is_measured[members[self._at[group]]]:
            self._at[group] += 1
        return int(members[self._at[group]])

    # What turns teach

    def _learn(self, turn: Turn, found: TurnResult, group: int) -> Gift | None:
        assert found.before is not None
        assert found.after is not None
        assert found.change is not None
        level = Level(int(self._level[group]))
        start = float(np.log(max(found.before, 0.05)))
        record = Record(turn.photo, level, start, found.before - found.after, found.change, turn.by_lot)
        self._judged[level is Level.BASE, turn.by_lot].append(record)
        self._records.setdefault(group, []).append(record)
        self._count(group, record)
        self._renderings[level][0] += found.renderings - (turn.trial is not None)
        self._renderings[level][1] += 1
        if self._bases[group]:
            return None
        gift = None
        trying = self._on_trial(group)
        for key in self._path(group):
            node = self._nodes.setdefault(key, _Node())
            if key[0] is Level.FAMILY:
                if group in node.heard:
                    continue  # one group, however large, does not speak for a camera
                node.heard.add(group)
                self._is_heard[group] = True
            if node is trying and found.tried is not None:
                node.trials.append((found.before, found.tried, found.change))
                gift = self._settle(key, node) or gift
            else:
                node.changes.append(found.change)
        for key in self._path(int(self._group_of[turn.photo])):
            self._offer(key)
        return gift

    def _count(self, group: int, record: Record) -> None:
        self._starts[record.level].add(group, record.start)
        self._gains[record.level].add(group, record.gain)

    def _offer(self, key: tuple[Level, int]) -> None:
        """Let a node offer a correction, where its members' changes suffice and others are left to get it."""
        level, number = key
        node = self._nodes.setdefault(key, _Node())
        taught, trials = _TAUGHT[level], TRIALS[level]
        if node.given is None and node.offered is None and len(node.changes) >= max(taught, 2 * node.refused):
            parent = NO_CORRECTION
            if level is Level.GROUP:
                above = self._nodes.get((Level.FAMILY, int(self._family_of[number])))
                parent = NO_CORRECTION if above is None or above.given is None else above.given
            offered = fit_correction(np.array(node.changes), parent)
            is_wanted = self._left_of(key) >= trials + _LEFT
            if is_wanted and np.linalg.norm(offered - parent) > _AWAY:
                node.offered, node.trials = offered, []
            else:
                node.refused = len(node.changes)
                apart = float(np.linalg.norm(np.array(node.changes) - offered, axis=1).mean())
                if is_wanted and level is Level.GROUP and apart > _APART and self._split(number):
                    return
        missing = max(max(taught, 2 * node.refused) - len(node.changes), 0) if node.offered is None else 0
        steps = np.inf if node.given is not None else missing + trials - len(node.trials)
        self._steps[level][number] = steps

    def _left_of(self, key: tuple[Level, int]) -> float:
        level, number = key
        return float(self._left[number] if level is Level.GROUP else self._family_left[number])

    def _settle(self, key: tuple[Level, int], node: _Node) -> Gift | None:
        """Decide as soon as trials are sure that others gain, or that they do not, or after the last of them."""
        level, number = key
        gains = np.array([plain - tried for plain, tried, _ in node.trials])
        # A normal estimate: members' gains scatter alike everywhere, and nothing is gained until trials say so.
        precision = len(gains) * self._scatter[1] / self._scatter[0] + 1 / _EFFECT**2
        gain, error = float(gains.sum()) * self._scatter[1] / self._scatter[0] / precision, precision**-0.5
        sure = len(gains) >= TRIALS[level] and gain - _SURE * error > _LEAST
        failing = len(gains) >= TRIALS[Level.GROUP] and gain + _HOPELESS * error < _LEAST
        if not sure and not failing and len(gains) < _MOST_TRIALS[level]:
            return None
        self._scatter[0] += float(((gains - gains.mean()) ** 2).sum())
        self._scatter[1] += len(gains) - 1
        self._hopes[level][0] += max(float(gains.mean()), 0.0) / _GAIN if sure else 0.0
        self._hopes[level][1] += 1
        offered = node.offered
        node.offered = None
        if not sure or offered is None:
            self._odds[level][number] *= _ODDS
            node.changes += [change for _, _, change in node.trials]
            node.refused, node.trials = len(node.changes), []
            if level is Level.GROUP:
                self._split(number)
            return None
        node.given = offered
        served = np.array([number]) if level is Level.GROUP else self._served_by_family(number)
        self._level[served] = level
        for _, tried, _ in node.trials:
            self._starts[level].add(int(served[0]), float(np.log(max(tried, 0.05))))
        return self._gift(level, served, offered)

    def _gift(self, level: Level, served: Numbers, correction: Vector) -> Gift:
        members = np.concatenate([self._members[group] for group in served]) if len(served) else np.array([], np.int64)
        return Gift(level, tuple(served.tolist()), np.sort(members[~self.is_measured[members]]), correction)

    def _served_by_family(self, family: int) -> Numbers:
        return np.flatnonzero((self._family_of == family) & (self._level == Level.PLAIN))

    def _split(self, group: int) -> bool:
        """Make a group of each day's photos, where two days at least are large enough to teach their own."""
        members = self._members[group]
        days, count = np.unique(self._days[members], return_counts=True)
        need = _TAUGHT[Level.GROUP] + TRIALS[Level.GROUP] + 1
        if len(days) < 2 or (count >= need).sum() < 2:
            return False
        records = self._records.pop(group, [])
        for record in records:
            self._starts[record.level].take_back(group, record.start)
            self._gains[record.level].take_back(group, record.gain)
        self._nodes.pop((Level.GROUP, group), None)
        for day in days[1:]:
            self._found(group, members[self._days[members] == day])
        self._members[group] = members[self._days[members] == days[0]]
        self._at[group] = 0
        for hierarchy in (*self._starts, *self._gains):
            hierarchy.grow(self._family_of)
        for each in {group, *range(len(self._left) - len(days) + 1, len(self._left))}:
            self._sum_up(each)
        for record in records:
            now = int(self._group_of[record.photo])
            self._records.setdefault(now, []).append(record)
            self._count(now, record)
            self._nodes.setdefault((Level.GROUP, now), _Node()).changes.append(record.change)
        return True

    def _found(self, like: int, members: Numbers) -> None:
        """A new group of these members of another one."""
        number = len(self._members)
        self._members.append(members)
        self._group_of[members] = number
        self._family_of = np.append(self._family_of, self._family_of[like])
        self._bases = np.append(self._bases, self._bases[like])
        self._level = np.append(self._level, self._level[like])
        self._is_heard = np.append(self._is_heard, self._is_heard[like])
        for name in ("_at", "_stamps"):
            setattr(self, name, np.append(getattr(self, name), 0))
        for name in ("_left", "_left_weight", "_head"):
            setattr(self, name, np.append(getattr(self, name), 0.0))
        first = float(_TAUGHT[Level.GROUP] + TRIALS[Level.GROUP])
        self._steps[Level.GROUP] = np.append(self._steps[Level.GROUP], first)
        self._odds[Level.GROUP] = np.append(self._odds[Level.GROUP], 1.0)

    def _sum_up(self, group: int) -> None:
        left = self._members[group][~self.is_measured[self._members[group]]]
        self._left[group], self._left_weight[group] = len(left), self._weights[left].sum()
        self._head[group] = self._weights[left[0]] if len(left) else 0.0

    # What turns are worth

    def _best_group(self) -> int | None:
        self._reckon()
        while self._heap:
            _, group, stamp = self._heap[0]
            if stamp == self._stamps[group] and self._left[group] > 0 and not self._is_sampled(group):
                return group
            heapq.heappop(self._heap)
        return None

    def _reckon(self) -> None:
        """What every group is worth, anew, where it is time."""
        if self._is_reckoned:
            return
        for hierarchy in (*self._starts, *self._gains):
            hierarchy.fit()
        self._heap, self._is_reckoned = [], True
        self._reckon_at = self._turns + min(max(self._turns // 4, _SOON), _ANEW)
        self._push(np.flatnonzero(self._left > 0))

    def _push(self, groups: Numbers) -> None:
        groups = groups[self._left[groups] > 0]
        if not len(groups):
            return
        worth = self._worth(groups)
        self._stamps[groups] += 1
        entries = zip((-worth).tolist(), groups.tolist(), self._stamps[groups].tolist(), strict=True)
        if self._heap:
            for entry in entries:
                heapq.heappush(self._heap, entry)
        else:
            self._heap = list(entries)
            heapq.heapify(self._heap)

    def _worth(self, groups: Numbers) -> Vector:
        """What the next member of each group is worth for a rendering."""
        level = self._level[groups]
        families = self._family_of[groups]
        gains = np.stack([np.maximum(each.of_groups(groups).mean, 0.0) for each in self._gains])
        gain = np.take_along_axis(gains, level[np.newaxis], axis=0)[0]
        worth = self._head[groups] * gain
        for of, numbers in ((Level.GROUP, groups), (Level.FAMILY, families)):
            steps = self._steps[of][numbers]
            is_group = of is Level.GROUP
            left = (self._left if is_group else self._family_left)[numbers]
            weights = (self._left_weight if is_group else self._family_weight)[numbers]
            after = weights * np.maximum(1 - steps / np.maximum(left, 1), 0)
            is_heard = self._is_heard[groups] & (not is_group)
            hope = self._hopes[of][0] / self._hopes[of][1] * self._odds[of][numbers]
            worth += np.where((level < of) & ~is_heard, hope * gain * after / np.maximum(steps, 1), 0.0)
        seen = self._starts[Level.BASE].photos[groups]
        curious = _CURIOSITY * self._left_weight[groups] * (1 / np.sqrt(seen + 1) - 1 / np.sqrt(seen + 2))
        renderings = np.array([total / count for total, count in self._renderings])[level]
        return np.asarray(np.where(self._bases[groups], curious, worth) / renderings)

    # What is expected

    def expect(self) -> Expectation:
        """What is expected of the photos that were not measured, as they are now, with their groups' corrections."""
        return expect(self._standing())

    def bounds(self, found: Expectation) -> tuple[float | None, float | None]:
        """Between which the mean of all photos of which `found` expects something lies four times of five."""
        return bound_mean(self._standing(), found)

    def _standing(self) -> Standing:
        return Standing(
            self._group_of,
            self._family_of,
            self._level,
            self.is_measured,
            self._bases,
            self._starts,
            self._records,
            {key: tuple(records) for key, records in self._judged.items()},
        )

    def gifts(self) -> Iterator[Gift]:
        """Every correction that was confirmed, families first."""
        for (level, number), node in sorted(self._nodes.items()):
            if node.given is not None:
                is_family = level is Level.FAMILY
                here = (self._family_of == number) & (self._level == level)
                yield self._gift(level, np.flatnonzero(here) if is_family else np.array([number]), node.given)
