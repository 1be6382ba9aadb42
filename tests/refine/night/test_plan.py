"""The plan of a night on small made-up libraries, whose photos' true solutions are known here and not to the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from couloir.refine.night.model import NO_CORRECTION, Candidates, Gift, Level, Turn, TurnResult, Vector
from couloir.refine.night.plan import SAMPLE, NightPlan
from couloir.refine.order import MOST_UNDER_WAY, count_known

SLIDERS = len(NO_CORRECTION)


@dataclass
class World:
    """Photos with a true solution each; a difference grows with the distance from it."""

    candidates: Candidates
    solutions: Vector
    stale: frozenset[int] = frozenset()

    def differ(self, photo: int, correction: Vector) -> float:
        return float(np.sqrt(1 + 0.15 * ((correction - self.solutions[photo]) ** 2).sum()))

    def match(self, turn: Turn) -> TurnResult:
        if turn.photo in self.stale:
            return TurnResult()
        before = self.differ(turn.photo, turn.correction)
        if turn.only_judged:
            return TurnResult(before, before, None, NO_CORRECTION, 1)
        tried = None if turn.trial is None else self.differ(turn.photo, turn.trial)
        return TurnResult(before, 1.0, tried, self.solutions[turn.photo], 3)

    def spend(self, plan: NightPlan, turns: int) -> tuple[list[tuple[Turn, TurnResult]], list[Gift]]:
        told, gifts = [], []
        for _ in range(turns):
            turn = plan.turn()
            if turn is None:
                break
            found = self.match(turn)
            gift = plan.tell(turn, found)
            told.append((turn, found))
            gifts += [] if gift is None else [gift]
        return told, gifts

    def left(self, plan: NightPlan) -> float:
        """The mean difference of all photos that are corrected, as things stand."""
        edited = ~self.candidates.bases[self.candidates.groups]
        now = [
            1.0 if plan.is_measured[photo] else self.differ(photo, plan.correction_of(photo))
            for photo in np.flatnonzero(edited).tolist()
        ]
        return float(np.mean(now))


def world(
    *,
    cameras: int = 3,
    groups: int = 12,
    members: int = 10,
    by_camera: float = 2.0,
    by_group: float = 2.0,
    by_photo: float = 0.5,
    bases: int = 0,
    seed: int = 0,
) -> World:
    """`by_...`: deviations of the solutions, of each slider, by what they share."""
    random = np.random.default_rng(seed)
    per_camera = groups + (bases > 0)
    family_of = np.repeat(np.arange(cameras), per_camera)
    is_base = np.tile(np.r_[np.zeros(groups), np.ones(per_camera - groups)] > 0, cameras)
    sizes = np.where(is_base, bases, members)
    of_photo = np.repeat(np.arange(len(family_of)), sizes)
    days = np.concatenate([np.arange(size) * 2 // size for size in sizes])
    solutions = (
        random.normal(0, by_camera, (cameras, SLIDERS))[family_of[of_photo]]
        + random.normal(0, by_group, (len(family_of), SLIDERS))[of_photo]
        + random.normal(0, by_photo, (len(of_photo), SLIDERS))
    )
    weights: Vector = 1 + 0.2 * random.integers(0, 6, len(of_photo)).astype(np.float64)
    return World(Candidates(of_photo, weights, days, family_of, is_base), solutions)


def test_the_same_seed_gives_the_same_turns_and_another_one_others() -> None:
    library = world()
    first, second, other = (library.spend(NightPlan(library.candidates, seed), 60)[0] for seed in (4, 4, 5))
    assert [turn.photo for turn, _ in first] == [turn.photo for turn, _ in second]
    assert [turn.photo for turn, _ in first] != [turn.photo for turn, _ in other]


@pytest.mark.parametrize("turns", [1, 17, 90])
def test_a_plan_that_was_stopped_continues_from_its_measurements(turns: int) -> None:
    library = world(bases=20)
    plan = NightPlan(library.candidates, 2)
    told, _ = library.spend(plan, turns)
    again = NightPlan(library.candidates, 2)
    for turn, found in told:
        again.tell(turn, found)
    rest, rest_again = (library.spend(each, 40)[0] for each in (plan, again))
    assert [turn.photo for turn, _ in rest] == [turn.photo for turn, _ in rest_again]
    assert all(np.array_equal(a.correction, b.correction) for (a, _), (b, _) in zip(rest, rest_again, strict=True))


def test_what_photos_share_is_given_to_the_unmeasured_once_others_have_confirmed_it() -> None:
    library = world(members=20, by_photo=0.3)
    plan = NightPlan(library.candidates)
    before = library.left(plan)
    told, gifts = library.spend(plan, 150)
    assert library.left(plan) < 0.6 * before
    assert {gift.level for gift in gifts} == {Level.FAMILY, Level.GROUP}
    for gift in gifts:
        confirmed = [
            found for turn, found in told if turn.trial is not None and np.array_equal(turn.trial, gift.correction)
        ]
        assert len(confirmed) >= 2
        assert sum(found.before - found.tried for found in confirmed if found.before and found.tried) > 0
        assert not plan.is_measured[gift.photos].all()


@pytest.mark.parametrize("seed", range(4))
def test_where_photos_share_nothing_nobody_gets_a_correction_that_harms(seed: int) -> None:
    library = world(by_camera=0, by_group=0, by_photo=2.0, seed=seed)
    plan = NightPlan(library.candidates, seed)
    _, gifts = library.spend(plan, 150)
    for gift in gifts:
        plain, given = (
            np.mean([library.differ(photo, correction) for photo in gift.photos.tolist()])
            for correction in (NO_CORRECTION, gift.correction)
        )
        assert given < plain + 0.05


def test_a_group_that_does_not_hold_together_is_split_by_days() -> None:
    library = world(cameras=1, groups=2, members=40, by_camera=0, by_group=3.0, by_photo=0.2, seed=1)
    library.solutions[library.candidates.days == 1] *= -1
    plan = NightPlan(library.candidates)
    _, gifts = library.spend(plan, 40)
    days = [set(library.candidates.days[gift.photos].tolist()) for gift in gifts if gift.level is Level.GROUP]
    assert days
    assert all(len(each) == 1 for each in days)


def test_more_time_leaves_a_better_library_and_choice_more_than_the_librarys_order() -> None:
    library = world(groups=25, members=16)
    plan = NightPlan(library.candidates)
    course = []
    for _ in range(6):
        library.spend(plan, 40)
        course.append(library.left(plan))
    assert course == sorted(course, reverse=True)
    plain = np.array([library.differ(photo, NO_CORRECTION) for photo in range(len(library.solutions))])
    plain[:240] = 1.0
    assert course[-1] < plain.mean() - 0.5


def test_every_photo_has_its_turn_but_unedited_raw_photos_beyond_a_sample() -> None:
    library = world(bases=SAMPLE + 15)
    library.stale = frozenset({3, 4, 50})
    plan = NightPlan(library.candidates)
    told, _ = library.spend(plan, 10_000)
    photos = [turn.photo for turn, _ in told]
    assert len(photos) == len(set(photos))
    is_base = library.candidates.bases[library.candidates.groups]
    assert set(np.flatnonzero(~is_base).tolist()) <= set(photos)
    assert is_base[photos].sum() == 3 * SAMPLE
    for turn, _ in told:
        if is_base[turn.photo]:
            assert turn.only_judged
            assert turn.trial is None
            assert not turn.correction.any()
    assert plan.turn() is None


def test_a_higher_rating_comes_first_where_nothing_else_differs() -> None:
    library = world(cameras=1, groups=1, members=30, by_camera=0, by_group=0)
    plan = NightPlan(library.candidates)
    told, _ = library.spend(plan, 8)
    chosen = [library.candidates.weights[turn.photo] for turn, _ in told if not turn.by_lot]
    assert chosen == sorted(chosen, reverse=True)


def test_four_of_five_intervals_hold_the_true_difference() -> None:
    held = []
    for seed in range(3):
        library = world(groups=60, by_group=1.0, bases=80, seed=seed)
        plan = NightPlan(library.candidates, seed)
        library.spend(plan, 600)
        found = plan.expect()
        for photo in np.flatnonzero(np.isfinite(found.mean)).tolist():
            true = library.differ(photo, plan.correction_of(photo))
            held.append(found.low[photo] <= true <= found.high[photo])
    assert len(held) > 2000
    assert 0.7 < np.mean(held) < 0.9


def test_nothing_is_expected_of_a_camera_of_which_nothing_was_measured() -> None:
    library = world(cameras=2)
    plan = NightPlan(library.candidates)
    found = plan.expect()
    assert np.isnan(found.mean).all()
    for photo in range(5):
        turn = Turn(photo, NO_CORRECTION, None, by_lot=False)
        plan.tell(turn, library.match(turn))
    found = plan.expect()
    second = library.candidates.family_of[library.candidates.groups] == 1
    assert np.isnan(found.mean[second]).all()
    assert np.isfinite(found.mean[~second]).sum() == (~second).sum() - 5


def test_photos_that_are_in_work_at_once_come_once_and_again_where_they_came_to_nothing() -> None:
    library = world(members=20, bases=12)
    plan, seen = NightPlan(library.candidates), list[int]()
    while len(seen) < 160:
        in_work = []
        for _ in range(8):
            turn = plan.turn()
            assert turn is not None
            plan.take(turn.photo)
            in_work.append(turn)
        lost, kept = in_work[1:3], [*in_work[:1], *in_work[3:]]
        for turn in reversed(kept):
            plan.tell(turn, library.match(turn))
        for turn in lost:
            plan.put_back(turn.photo)
        seen += [turn.photo for turn in kept]
    assert len(seen) == len(set(seen)) == int(plan.is_measured.sum())


def test_a_family_that_waits_gets_no_turn_now() -> None:
    library = world(bases=12)
    plan = NightPlan(library.candidates)
    for _ in range(30):
        turn = plan.turn(waiting={0, 2})
        assert turn is not None
        assert plan.family_of(turn.photo) == 1
        plan.tell(turn, library.match(turn))
    assert plan.turn(waiting={0, 1, 2}) is None
    assert plan.turn() is not None


def test_a_group_of_which_four_gained_nothing_gets_no_more_turns_and_is_expected() -> None:
    library = world(cameras=1, groups=3, members=30, by_camera=0, by_group=0, by_photo=0)
    library.solutions[library.candidates.groups == 2] += 3.0  # its photos are worth their renderings
    plan = NightPlan(library.candidates)
    told, _ = library.spend(plan, 90)
    measured = np.bincount(library.candidates.groups[plan.is_measured], minlength=3)
    assert plan.turn() is None
    assert measured[2] == 30
    assert 4 <= max(measured[:2]) < 12  # some are drawn by lot
    assert np.isfinite(plan.expect().mean[~plan.is_measured]).all()
    assert len(told) == measured.sum()


def test_a_photo_that_is_held_gets_no_turn_but_what_the_others_taught() -> None:
    library = world(members=20, by_photo=0.3)
    plan = NightPlan(library.candidates)
    held = [photo for photo in range(len(library.candidates.groups)) if photo % 3 == 0]
    for photo in held:
        plan.hold(photo)
    told, gifts = library.spend(plan, 150)
    assert not {turn.photo for turn, _ in told} & set(held)
    assert set(held) & set(np.concatenate([gift.photos for gift in gifts]).tolist())
    assert np.isfinite(plan.expect().mean[held]).all()


def test_the_first_turns_know_all_that_came_before_and_the_later_ones_all_but_the_newest() -> None:
    known = [count_known(begun, 1 / 16) for begun in range(2_000)]
    assert known == sorted(known)
    assert known[:16] == list(range(16))
    assert max(begun - each for begun, each in enumerate(known)) == MOST_UNDER_WAY


def spend_together(library: World, plan: NightPlan, most: int, known: Sequence[Turn] = ()) -> list[Turn]:
    """As with many workers: a turn begins when `count_known` of those before it are told of. `known`: turns of an
    earlier night.
    """
    begun: list[Turn] = []
    told = 0
    while len(begun) < most:
        while told < count_known(len(begun), 1 / 16):
            plan.tell(begun[told], library.match(begun[told]))
            told += 1
        turn = known[len(begun)] if len(begun) < len(known) else plan.turn()
        if turn is None and told == len(begun):
            break
        if turn is None:
            plan.tell(begun[told], library.match(begun[told]))
            told += 1
            continue
        plan.take(turn.photo)
        begun.append(turn)
    for turn in begun[told:]:
        plan.tell(turn, library.match(turn))
    return begun


@pytest.mark.parametrize("turns", [6, 90, 170])
def test_turns_that_are_under_way_together_are_the_same_after_a_stop(turns: int) -> None:
    library = world(bases=20)
    whole = spend_together(library, NightPlan(library.candidates, 2), 200)
    first = spend_together(library, NightPlan(library.candidates, 2), turns)
    again = spend_together(library, NightPlan(library.candidates, 2), 200, first)
    assert [turn.photo for turn in again] == [turn.photo for turn in whole]
    assert all(np.array_equal(a.correction, b.correction) for a, b in zip(again, whole, strict=True))
    assert len({turn.photo for turn in whole}) == 200


def test_turns_under_way_together_cost_little_of_what_the_plan_gains() -> None:
    library = world(groups=25, members=16)
    left = []
    for spend in (library.spend, lambda plan, most: spend_together(library, plan, most)):
        plan = NightPlan(library.candidates)
        spend(plan, 240)
        left.append(library.left(plan))
    assert left[1] < 1.06 * left[0]


def test_every_photo_has_its_turn_when_many_are_under_way_together() -> None:
    library = world(bases=SAMPLE + 15)
    library.stale = frozenset({3, 4, 50})
    photos = [turn.photo for turn in spend_together(library, NightPlan(library.candidates), 10_000)]
    is_base = library.candidates.bases[library.candidates.groups]
    assert set(np.flatnonzero(~is_base).tolist()) <= set(photos)
    assert is_base[photos].sum() == 3 * SAMPLE
