"""The plan of a night: which photo is matched next, so that stopping at any moment leaves the best library.

A photo's turn is worth its own expected gain, times its weight, and what it teaches: a correction that serves the
others of its group or family. The plan takes the photo that is worth most for a second of rendering (a greedy index
rule, as J. C. Gittins, "Bandit processes and dynamic allocation indices", Journal of the Royal Statistical Society B
41, 1979).

A correction is given to others only after trials: TRIALS members are drawn with it and without it, and those who were
not needed to find it must come nearer. So no group gets a correction that its own members did not confirm. A group that
refuses is split by days where it has several.

One turn in LOT is drawn by lot among all that are left: from these `forecast` learns how far its expectations hold.

No turn goes to a group whose last SURE members, measured as its photos are now, gained less than SURE_GAIN: the next
one gains less, too, SURE times of SURE + 1 (they are exchangeable).
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Collection, Iterator
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

SURE: Final = 4
SURE_GAIN: Final = 0.2
"""CIEDE2000: less of the mean than anybody sees."""

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


@dataclass(frozen=True, slots=True)
class _Begun:
    """What a turn was when it began: its photo's level, and the node whose correction it tries."""

    level: Level
    trying: _Node | None
    offered: Vector | None


class NightPlan:
    """Deterministic: the same candidates, seed and measurements give the same turns. Several turns may be under way at
    a time: then their order and that of the measurements, together, decide.
    """

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
        self._is_begun = np.zeros(count, dtype=np.bool_)
        self._begun: dict[int, _Begun] = {}
        self._is_held = np.zeros(count, dtype=np.bool_)
        self._is_sure = np.zeros(groups, dtype=np.bool_)
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
        self._turns = self._told = self._reckon_at = 0

    # Turns

    def turn(self, waiting: Collection[int] = ()) -> Turn | None:
        """The next turn, the same until it is begun or told of; None when nothing is left to begin that is worth it.
        Families that are `waiting` get none now.
        """
        group = self._best_group(waiting)
        best = None if group is None else self._next_member(group)
        if best is None:
            return None
        if self._turns % LOT == LOT - 1:
            drawn = self._draw_lot()
            if drawn is not None and self.family_of(drawn) not in waiting:
                return self._turn_of(drawn, by_lot=True)
        return self._turn_of(best, by_lot=False)

    def take(self, photo: int) -> None:
        """A photo whose turn has begun: others may be taken before `tell` has its measurement."""
        self._begin(photo)
        self._push(np.array([self._group_of[photo]]))

    def tell(self, turn: Turn, found: TurnResult) -> Gift | None:
        """Take what a turn gave; the correction that this confirms, for others to get."""
        photo = turn.photo
        if photo not in self._begun:
            self._begin(photo)
        self._reckon()
        begun = self._begun.pop(photo)
        self.is_measured[photo] = True
        self._told += 1
        group = int(self._group_of[photo])
        gift, groups = None, len(self._members)
        if found.before is not None and found.after is not None and found.change is not None:
            gift = self._learn(turn, found, group, begun)
        if self._told >= self._reckon_at:
            self._is_reckoned = False
        else:
            served = () if gift is None else gift.groups
            self._push(np.array(sorted({group, *served, *range(groups, len(self._members))})))
        return gift

    def drop(self, photo: int) -> None:
        """A photo that is not to be measured, and of which nothing is learnt."""
        self._mark(photo)
        self.is_measured[photo] = True

    def _begin(self, photo: int) -> None:
        self._reckon()  # so that an earlier night's turns, begun again, find the worths that they had
        group = int(self._group_of[photo])
        node = self._on_trial(group)
        self._turns += 1
        self._mark(photo)
        self._begun[photo] = _Begun(Level(int(self._level[group])), node, None if node is None else node.offered)

    def _under_way(self, group: int) -> int:
        return sum(self._group_of[photo] == group for photo in self._begun)

    def put_back(self, photo: int) -> None:
        """A photo whose turn has begun and comes to nothing: it may get another one."""
        if self._begun.pop(photo, None) is None:
            return
        group, weight = int(self._group_of[photo]), self._weights[photo]
        self._turns -= 1
        self._is_begun[photo] = False
        self._left[group] += 1
        self._left_weight[group] += weight
        if not self._bases[group]:
            self._family_left[self._family_of[group]] += 1
            self._family_weight[self._family_of[group]] += weight
        self._at[group] = self._next_lot = 0
        self._take_heads(np.array([group]))
        self._push(np.array([group]))

    def hold(self, photo: int) -> None:
        """A photo that gets no turn; corrections serve it, and something is expected of it."""
        self._is_held[photo] = True
        self._take_heads(np.array([self._group_of[photo]]))

    def is_on_trial(self, photo: int) -> bool:
        """Whether the trial of a photo whose turn has begun still counts: its group may offer another one since."""
        begun = self._begun.get(photo)
        node = None if begun is None else begun.trying
        return begun is not None and node is not None and node.offered is begun.offered

    def family_of(self, photo: int) -> int:
        """The family of a photo."""
        return int(self._family_of[self._group_of[photo]])

    def correction_of(self, photo: int) -> Vector:
        """The confirmed correction that serves a photo: its group's, else its family's, else none."""
        return self._given(int(self._group_of[photo]))

    def _mark(self, photo: int) -> None:
        if self._is_begun[photo]:
            return
        group, weight = int(self._group_of[photo]), self._weights[photo]
        self._is_begun[photo] = True
        self._left[group] -= 1
        self._left_weight[group] -= weight
        if not self._bases[group]:
            self._family_left[self._family_of[group]] -= 1
            self._family_weight[self._family_of[group]] -= weight
        self._take_heads(np.array([group]))

    def _take_heads(self, groups: Numbers) -> None:
        for group in groups.tolist():
            member = self._next_member(group)
            self._head[group] = 0.0 if member is None else self._weights[member]

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
            if node is None or node.offered is None or group in node.heard:
                continue
            if key[0] is Level.GROUP or not self._under_way(group):  # a group speaks once for its family
                return node
        return None

    def _draw_lot(self) -> int | None:
        while self._next_lot < len(self._lots):
            photo = int(self._lots[self._next_lot])
            if not (self._is_begun[photo] or self._is_held[photo] or self._is_over(int(self._group_of[photo]))):
                return photo
            self._next_lot += 1
        return None

    def _is_over(self, group: int) -> bool:
        """Whether a group's photos need no more turns: a camera's sample is drawn, or they are sure to gain nothing."""
        if not self._bases[group]:
            return bool(self._is_sure[group])
        return bool(self._starts[Level.BASE].photos[group] + self._under_way(group) >= SAMPLE)

    def _next_member(self, group: int) -> int | None:
        members = self._members[group]
        while self._at[group] < len(members):
            member = int(members[self._at[group]])
            if not (self._is_begun[member] or self._is_held[member]):
                return member
            self._at[group] += 1
        return None

    def _judge_sureness(self, group: int) -> None:
        gains = [record.gain for record in self._records.get(group, ()) if record.level == self._level[group]]
        is_sure = len(gains) >= SURE and max(gains[-SURE:]) < SURE_GAIN
        self._is_sure[group] = is_sure and not self._bases[group] and self._on_trial(group) is None

    # What turns teach

    def _learn(self, turn: Turn, found: TurnResult, group: int, begun: _Begun) -> Gift | None:
        assert found.before is not None
        assert found.after is not None
        assert found.change is not None
        level = begun.level
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
        for key in self._path(group):
            node = self._nodes.setdefault(key, _Node())
            if key[0] is Level.FAMILY:
                if group in node.heard:
                    continue  # one group, however large, does not speak for a camera
                node.heard.add(group)
                self._is_heard[group] = True
            is_trial = node is begun.trying and node.offered is begun.offered  # and not settled since
            if is_trial and found.tried is not None:
                node.trials.append((found.before, found.tried, found.change))
                gift = self._settle(key, node) or gift
            else:
                node.changes.append(found.change)
        for key in self._path(int(self._group_of[turn.photo])):
            self._offer(key)
        self._judge_sureness(int(self._group_of[turn.photo]))
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
        self._is_sure[served] = False
        for _, tried, _ in node.trials:
            self._starts[level].add(int(served[0]), float(np.log(max(tried, 0.05))))
        return self._gift(level, served, offered)

    def _gift(self, level: Level, served: Numbers, correction: Vector) -> Gift:
        members = np.concatenate([self._members[group] for group in served]) if len(served) else np.array([], np.int64)
        return Gift(level, tuple(served.tolist()), np.sort(members[~self._is_begun[members]]), correction)

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
        self._is_sure = np.append(self._is_sure, np.False_)
        for name in ("_at", "_stamps"):
            setattr(self, name, np.append(getattr(self, name), 0))
        for name in ("_left", "_left_weight", "_head"):
            setattr(self, name, np.append(getattr(self, name), 0.0))
        first = float(_TAUGHT[Level.GROUP] + TRIALS[Level.GROUP])
        self._steps[Level.GROUP] = np.append(self._steps[Level.GROUP], first)
        self._odds[Level.GROUP] = np.append(self._odds[Level.GROUP], 1.0)

    def _sum_up(self, group: int) -> None:
        left = self._members[group][~self._is_begun[self._members[group]]]
        self._left[group], self._left_weight[group] = len(left), self._weights[left].sum()
        self._take_heads(np.array([group]))

    # What turns are worth

    def _best_group(self, waiting: Collection[int]) -> int | None:
        self._reckon()
        passed, found = [], None
        while self._heap and found is None:
            _, group, stamp = self._heap[0]
            if stamp == self._stamps[group] and self._head[group] > 0 and not self._is_over(group):
                if self._family_of[group] not in waiting:
                    found = group
                    continue
                passed.append(self._heap[0])
            heapq.heappop(self._heap)
        for entry in passed:
            heapq.heappush(self._heap, entry)
        return found

    def _reckon(self) -> None:
        """What every group is worth, anew, where it is time."""
        if self._is_reckoned:
            return
        for hierarchy in (*self._starts, *self._gains):
            hierarchy.fit()
        self._heap, self._is_reckoned = [], True
        self._reckon_at = self._told + min(max(self._told // 4, _SOON), _ANEW)
        self._push(np.flatnonzero(self._head > 0))

    def _push(self, groups: Numbers) -> None:
        groups = groups[self._head[groups] > 0]
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
        under_way = np.zeros(len(self._left))
        for photo in self._begun:
            under_way[self._group_of[photo]] += 1
        begun = under_way[groups]
        gains = np.stack([np.maximum(each.of_groups(groups).mean, 0.0) for each in self._gains])
        gain = np.take_along_axis(gains, level[np.newaxis], axis=0)[0]
        worth = self._head[groups] * gain
        for of, numbers in ((Level.GROUP, groups), (Level.FAMILY, families)):
            steps = self._steps[of][numbers]
            is_group = of is Level.GROUP
            left = (self._left if is_group else self._family_left)[numbers]
            weights = (self._left_weight if is_group else self._family_weight)[numbers]
            after = weights * np.maximum(1 - steps / np.maximum(left, 1), 0)
            # Of what is under way nothing is known yet; of a group more than it needs would teach nothing.
            is_taught = begun >= np.maximum(steps, 1) if is_group else self._is_heard[groups] | (begun > 0)
            hope = self._hopes[of][0] / self._hopes[of][1] * self._odds[of][numbers]
            worth += np.where((level < of) & ~is_taught, hope * gain * after / np.maximum(steps, 1), 0.0)
        seen = self._starts[Level.BASE].photos[groups] + begun
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
