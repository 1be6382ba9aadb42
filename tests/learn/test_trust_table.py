"""The trust table: a class that the model harms gets less trust, others keep theirs, and intervals hold."""

from __future__ import annotations

from dataclasses import replace
from math import comb

import numpy as np
import pytest

from couloir.derive.residual.classes import CLASSES, STATES, PhotoClass, flags, mask_of
from couloir.derive.residual.outputs import OUTPUT_NAMES, OUTPUTS
from couloir.derive.residual.trust import ASSUMED
from couloir.learn.dataset import Pairs, upper
from couloir.learn.solve import INVISIBLE
from couloir.learn.trust_table import (
    MOST,
    QUANTILE,
    WORSE,
    UnseenAnswers,
    UnseenPairs,
    difference,
    learn_trust,
    most_harmed,
)

K = len(OUTPUTS)
C = PhotoClass
VISIBLE = np.array([name not in INVISIBLE for name in OUTPUT_NAMES])
RENDERED, BLACK_WHITE, CURVES = (
    mask_of(each) for each in ({C.RENDERED}, {C.RENDERED, C.BLACK_WHITE}, {C.RENDERED, C.CURVES})
)


def unseen(count: int, seed: int = 1, rare: int = 30) -> UnseenPairs:
    """Pairs that need a change of deviation 1 in every slider; each slider shows by itself."""
    random = np.random.default_rng(seed)
    change = random.normal(0, 1, (count, K)).astype(np.float32)
    masks = np.full(count, RENDERED, dtype=np.int32)
    masks[count // 3 :] = BLACK_WHITE
    masks[:rare] = CURVES
    zeros = np.zeros((count, 1), dtype=np.float32)
    pairs = Pairs(
        features=zeros,
        shifted=zeros,
        offset=np.zeros_like(change),
        change=change,
        metric=np.repeat(upper(np.eye(K))[np.newaxis], count, axis=0),
        before=zeros[:, 0],
        after=np.ones(count, dtype=np.float32),
        world=np.zeros(count, dtype=np.int32),
        classes=masks,
    )
    return UnseenPairs(pairs, np.zeros_like(change), random.random(count) < 0.2)


def answers_for(found: UnseenPairs, seed: int, harmed: int, noise: float) -> UnseenAnswers:
    """Good answers of a stated deviation of 1; for photos of one class (a mask) wrong ones."""
    random = np.random.default_rng([seed, 7])
    bad = (found.pairs.classes == harmed)[:, np.newaxis]
    error = random.normal(0, 1, found.pairs.change.shape) * np.where(bad, noise, 0.3)
    return UnseenAnswers((found.pairs.change + error).astype(np.float32), np.zeros_like(found.pairs.change))


@pytest.fixture(scope="module")
def case():
    found = unseen(1500)
    answers = [answers_for(found, state, BLACK_WHITE, noise=0.3 if state == 0 else 1.6) for state in range(len(STATES))]
    alone = [UnseenAnswers(a.mean[found.validates], a.log_variance[found.validates]) for a in answers]
    return found, answers, learn_trust(found, answers, alone)


def test_only_the_class_that_is_harmed_is_trusted_less(case) -> None:
    _, _, trust = case
    black_white, rendered = CLASSES.index(C.BLACK_WHITE), CLASSES.index(C.RENDERED)
    assert trust.factors[0, black_white] == trust.factors[0, rendered] == 1.0
    assert (trust.factors[1:, black_white] < 1).all()
    assert (trust.factors[1:, rendered] == 1).all()
    assert trust.learnt


def test_no_more_than_two_photos_of_a_hundred_of_any_class_get_worse(case) -> None:
    found, answers, trust = case
    classes, metric = flags(found.pairs.classes), found.pairs.metrics()
    before = difference(found.pairs, metric, found.base)
    for state, each in enumerate(answers):
        settled = trust.settle(each.mean, each.log_variance, classes, np.full(len(classes), state))
        worse = difference(found.pairs, metric, settled.mean) - before > WORSE
        for place in np.flatnonzero(classes.sum(axis=0) >= 69):
            assert worse[classes[:, place]].mean() <= MOST


def test_a_class_with_too_few_photos_keeps_what_is_assumed(case) -> None:
    _, _, trust = case
    for each in (C.CURVES, C.COLOR, C.LEVELS):
        np.testing.assert_array_equal(trust.factors[:, CLASSES.index(each)], ASSUMED.factors[:, CLASSES.index(each)])


def test_the_intervals_hold_in_every_class_on_fresh_photos(case) -> None:
    _, _, trust = case
    fresh = unseen(1500, seed=9)
    classes = flags(fresh.pairs.classes)
    for state in range(len(STATES)):
        each = answers_for(fresh, 50 + state, BLACK_WHITE, noise=0.3 if state == 0 else 1.6)
        settled = trust.settle(each.mean, each.log_variance, classes, np.full(len(classes), state))
        error = np.abs(settled.mean - fresh.pairs.change)[:, VISIBLE]
        held = error <= QUANTILE * np.exp(settled.log_variance[:, VISIBLE] / 2)
        for mask in (RENDERED, BLACK_WHITE):
            assert 0.75 < held[fresh.pairs.classes == mask].mean() < 0.85


def test_members_that_harm_more_than_the_ensemble_are_not_held_against_it() -> None:
    found = unseen(1500)
    found = replace(found, validates=np.random.default_rng(3).random(1500) < 0.5)
    bad = answers_for(found, 1, BLACK_WHITE, noise=1.6)
    good = answers_for(found, 1, BLACK_WHITE, noise=1.25)
    mixed = UnseenAnswers(np.where(found.validates[:, np.newaxis], good.mean, bad.mean), bad.log_variance)
    tables = [
        learn_trust(
            found, [mixed] * 4, [UnseenAnswers(each.mean[found.validates], each.log_variance[found.validates])] * 4
        )
        for each in (mixed, bad)
    ]
    equal, harsher = (table.factors[1, CLASSES.index(C.BLACK_WHITE)] for table in tables)
    assert equal < harsher


def test_a_class_that_is_harmed_with_new_formulas_alone_is_trusted_less_all_the_same() -> None:
    found = unseen(1500)
    new = found.validates & (np.random.default_rng(5).random(1500) < 0.8)
    found = replace(found, pairs=replace(found.pairs, world=np.where(new, -10, 0).astype(np.int32)))
    good, bad = (answers_for(found, 1, BLACK_WHITE, noise=noise) for noise in (0.3, 1.6))
    mixed = UnseenAnswers(np.where(new[:, np.newaxis], bad.mean, good.mean), good.log_variance)
    trust = learn_trust(
        found, [mixed] * 4, [UnseenAnswers(mixed.mean[found.validates], mixed.log_variance[found.validates])] * 4
    )
    assert trust.factors[1, CLASSES.index(C.BLACK_WHITE)] < 1
    assert trust.factors[1, CLASSES.index(C.RENDERED)] == 1
    settled = trust.settle(mixed.mean, mixed.log_variance, flags(found.pairs.classes), np.ones(1500, dtype=np.intp))
    held = (np.abs(settled.mean - found.pairs.change) <= QUANTILE * np.exp(settled.log_variance / 2))[:, VISIBLE]
    assert (held[new].mean() + held[~new].mean()) / 2 == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize("photos", [1, 68, 69, 150, 1000])
def test_how_many_may_get_worse_is_the_exact_binomial_bound(photos: int) -> None:
    def chance(most: int) -> float:
        return sum(comb(photos, k) * MOST**k * (1 - MOST) ** (photos - k) for k in range(most + 1))

    most = most_harmed(photos)
    assert chance(most) <= 0.25 < chance(most + 1)
