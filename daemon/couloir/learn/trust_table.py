"""Learns a model's trust table and the width of its intervals, on photos that it did not see.

Trust. A class of photos passes, in one state of pictures, if the photos that the answers make worse than the prior by
more than WORSE CIEDE2000 are so few that no more than that would be seen in one sample of four from a class of which
MOST get worse (a one-sided exact binomial test: C. Clopper, E. Pearson, Biometrika 26, 1934). All classes begin with
full trust. As long as one fails, a failing class goes down a step of STEPS: the one that takes most harmed photos away
for the gain that it costs. Then each goes up again as far as all pass, so that none could be larger. Where a class has
too few photos to pass with a single harmed one, chance would decide, and what is assumed of untried models stands.

A class must pass twice: on worlds that have the formulas of the training, and on the validation worlds, whose formulas
no training world has. Nobody knows Aperture's, so a model that only helps with formulas that it knows would harm in
life. With both pictures the model sees what is missing, whatever the formulas; there all worlds count together.

Most photos were answered by one member that did not see them, which harms more photos than the ensemble does. By how
much is seen on the photos that no member saw, all classes and states together: harmed photos are counted by that ratio.

A photo's difference is taken to second order: the squares of what the best sliders leave (`after`) and of the metric's
distance from them add up. On 192 photos that were rendered, this counted a quarter more harmed photos than there were.

Intervals. For each state the classes' widenings are found in turn until the central 80 % intervals hold 80 % of the
sliders' errors in every class: iterative proportional fitting, since a photo has several classes and their widenings
add up. Known and new formulas weigh the same. A class with few photos is drawn towards none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.derive.residual.classes import CLASSES, KINDS, STATES, PictureState, flags
from couloir.derive.residual.outputs import OUTPUT_NAMES
from couloir.derive.residual.trust import ASSUMED, WIDEST, SettledAnswers, Trust
from couloir.learn.dataset import Numbers, Pairs
from couloir.learn.solve import INVISIBLE

WORSE: Final = 1.0
"""CIEDE2000 by which a photo that gets worse is harmed."""

MOST: Final = 0.02
"""The share of a class's photos that may be harmed."""

STEPS: Final = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0)
"""The factors that are tried, from full trust to silence."""

INTERVAL: Final = 0.8
QUANTILE: Final = 1.2815515655446004  # of the standard normal, for a central interval of INTERVAL

_RISK: Final = 0.25
_LEAST_RATIO: Final = 0.4
_LEAST_ALLOWED: Final = 1  # harmed photos that a class must be able to have, or chance decides
_SWEEPS: Final = 15
_PHOTOS: Final = 6000  # at most of those that widths are found on: sorting their errors takes the time
_FEW: Final = 15  # photos of a class that weigh as much as the assumption that it needs no widening
_VISIBLE: Final = np.array([name not in INVISIBLE for name in OUTPUT_NAMES])


@dataclass(frozen=True, slots=True)
class UnseenAnswers:
    """Raw answers for pairs that a model did not train on, in one state of pictures: both (n, outputs)."""

    mean: Numbers
    log_variance: Numbers


@dataclass(frozen=True, slots=True)
class UnseenPairs:
    """n pairs with both pictures. `base` (n, outputs) is the prior that answers stand on: the pairs' offsets, or zeros.

    `validates` are those that no member saw and the ensemble answered; the others' answers are of one member each.
    Those of worlds with new formulas are among them (`Pairs.world`).
    """

    pairs: Pairs
    base: Numbers
    validates: NDArray[np.bool_]


def learn_trust(unseen: UnseenPairs, answers: Sequence[UnseenAnswers], by_member: Sequence[UnseenAnswers]) -> Trust:
    """The table of a model, from its answers in each of STATES.

    `by_member` are answers of single members for the pairs that validate, in the states' order.
    """
    pairs, validates = unseen.pairs, unseen.validates
    classes, metric = flags(pairs.classes), pairs.metrics()
    before = difference(pairs, metric, unseen.base)
    stepped = [_left(unseen, metric, each, classes) for each in answers]
    alone = UnseenPairs(pairs.take(validates), unseen.base[validates], validates[validates])
    harsh = [_left(alone, metric[validates], each, classes[validates])[:, 0] for each in by_member]
    ratio = _ratio([each[validates, 0] for each in stepped], harsh, before[validates])
    new = (pairs.world < 0)[:, np.newaxis]
    together, apart = classes, np.concatenate([classes & ~new, classes & new], axis=1)
    weight = np.where(validates, 1.0, ratio)
    factors, widening = np.ones_like(ASSUMED.factors), np.zeros_like(ASSUMED.widening)
    for state, left in enumerate(stepped):
        assumed = [STEPS.index(factor) for factor in ASSUMED.factors[state].tolist()]
        harm = np.where(left - before[:, np.newaxis] > WORSE, weight[:, np.newaxis], 0.0)
        held_to = together if STATES[state] is PictureState.BOTH else apart
        steps = _Choice.among(classes, held_to, left, harm).settle(np.array(assumed))
        factors[state] = [STEPS[step] for step in steps]
        settled = _settle(Trust(factors, widening), answers[state], classes, state)
        error = (unseen.base + settled.mean - pairs.change)[:, _VISIBLE].astype(np.float64)
        deviation = np.exp(settled.log_variance[:, _VISIBLE].astype(np.float64) / 2)
        widening[state] = _widening(np.abs(error) / deviation, classes, validates, new[:, 0])
    return Trust(factors, widening)


def _ratio(together: Sequence[Numbers], alone: Sequence[Numbers], before: Numbers) -> float:
    """How many photos the ensemble harms for one that a member harms, not above 1; 1 where too few say so."""
    ensemble, member = (sum(int((each - before > WORSE).sum()) for each in side) for side in (together, alone))
    return float(np.clip((ensemble + 1) / (member + 1), _LEAST_RATIO, 1.0))


def _left(
    unseen: UnseenPairs, metric: Numbers, answers: UnseenAnswers, classes: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """The difference that each of STEPS leaves as the factor of all classes: (n, steps)."""
    found = np.empty((len(classes), len(STEPS)), dtype=np.float32)
    for step, factor in enumerate(STEPS):
        alike = Trust(np.full_like(ASSUMED.factors, factor), np.zeros_like(ASSUMED.widening))
        settled = _settle(alike, answers, classes, 0)
        found[:, step] = difference(unseen.pairs, metric, unseen.base + settled.mean)
    return found


def most_harmed(photos: int) -> int:
    """How many of so many photos may get worse: as few are seen of a class of which MOST do with _RISK; -1 for none.

    Below 69 photos not even none is few enough; from 134 on one is.
    """
    most, chance = -1, (1 - MOST) ** photos
    total = chance
    while total <= _RISK and most < photos:
        most += 1
        chance *= (photos - most) / (most + 1) * MOST / (1 - MOST)
        total += chance
    return most


def difference(pairs: Pairs, metric: Numbers, change: Numbers) -> Numbers:
    """The difference of each photo with a change of its analytic settings, to second order: (n,) CIEDE2000."""
    error = change - pairs.change
    squared = np.einsum("ni,nij,nj->n", error, metric, error, optimize=True)
    return np.asarray(np.sqrt(np.square(pairs.after) + np.maximum(squared, 0)))


def _settle(trust: Trust, answers: UnseenAnswers, classes: NDArray[np.bool_], state: int) -> SettledAnswers:
    states = np.full(len(classes), state, dtype=np.intp)
    return trust.settle(answers.mean, answers.log_variance, classes, states)


@dataclass(frozen=True, slots=True)
class _Choice:
    """The photos among which steps are chosen: their classes, and by step what is left and how much harm it counts.

    `held_to` (n, columns): the classes, or the classes by formulas; `allowed`: how many harmed photos each column of it
    may have, -1 for one with too few photos to tell.
    """

    classes: NDArray[np.bool_]
    held_to: NDArray[np.bool_]
    left: NDArray[np.float32]
    harm: NDArray[np.float64]
    allowed: NDArray[np.intp]

    @classmethod
    def among(
        cls,
        classes: NDArray[np.bool_],
        held_to: NDArray[np.bool_],
        left: NDArray[np.float32],
        harm: NDArray[np.float64],
    ) -> _Choice:
        """The choice, with what is allowed by the number of photos."""
        allowed = np.array([most_harmed(int(count)) for count in held_to.sum(axis=0)])
        return cls(classes, held_to, left, harm, np.where(allowed < _LEAST_ALLOWED, -1, allowed))

    def settle(self, assumed: NDArray[np.intp]) -> NDArray[np.intp]:
        """The first steps at which all classes that can be tried pass, from full trust on; the others as assumed."""
        tried = self._of_classes(self.allowed >= 0)
        steps = np.where(tried, 0, assumed)
        excess, left = self._look(steps)
        while excess.any():
            failing = np.flatnonzero(self._of_classes(excess > 0) & (steps < len(STEPS) - 1)).tolist()
            lower = [self._moved(steps, place, 1) for place in failing]
            looks = [self._look(each) for each in lower]
            worth = [_worth(float(excess.sum() - over.sum()), cost - left) for over, cost in looks]
            best = worth.index(max(worth))
            steps, (excess, left) = lower[best], looks[best]
        for place in np.argsort(-steps, kind="stable").tolist():
            while tried[place] and steps[place] > 0:
                higher = self._moved(steps, place, -1)
                if self._look(higher)[0].any():
                    break
                steps = higher
        return steps

    def _of_classes(self, columns: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether it is so of any column of each class."""
        return np.asarray(columns.reshape(-1, self.classes.shape[1]).any(axis=0))

    def _look(self, steps: NDArray[np.intp]) -> tuple[NDArray[np.float64], float]:
        """The harm beyond what is allowed, by class, and the sum of all differences."""
        own = np.where(self.classes, steps, 0).max(axis=1)  # the least factor is the last step
        rows = np.arange(len(own))
        worse = self.harm[rows, own] @ self.held_to
        excess = np.where(self.allowed >= 0, np.maximum(np.floor(worse) - self.allowed, 0.0), 0.0)
        return excess, float(self.left[rows, own].sum())

    @staticmethod
    def _moved(steps: NDArray[np.intp], place: int, by: int) -> NDArray[np.intp]:
        moved = steps.copy()
        moved[place] += by
        return moved


def _worth(fewer: float, cost: float) -> tuple[bool, float]:
    """Ranks a step down by the harmed photos that it takes away for its cost in differences; a gain ranks first."""
    return (True, -cost) if cost <= 0 else (False, fewer / cost)


def _widening(
    away: NDArray[np.float64], classes: NDArray[np.bool_], validates: NDArray[np.bool_], new: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """What to add to log-variances, by class, so that errors of `away` deviations (n, sliders) are held as often."""
    found = np.zeros(len(CLASSES))
    some = np.arange(len(away)) % (1 + len(away) // _PHOTOS) == 0
    weight = _evenly(new[some])
    for _ in range(_SWEEPS):
        for place in range(len(CLASSES)):
            own = classes[some, place]
            count = int(own.sum())
            if count:
                held = _held(away[some][own] * np.exp(-(classes[some][own] @ found) / 2)[:, np.newaxis], weight[own])
                found[place] = np.clip(found[place] + held * count / (count + _FEW), -WIDEST, WIDEST)
    if validates.any():
        scaled = away[validates] * np.exp(-(classes[validates] @ found) / 2)[:, np.newaxis]
        found[: len(KINDS)] += _held(scaled, _evenly(new[validates]))  # every photo is of one kind
    return np.asarray(np.clip(found, -WIDEST, WIDEST))


def _evenly(new: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights with which known and new formulas count the same, where both are there."""
    share = float(new.mean())
    return np.where(new, 1 / share, 1 / (1 - share)) if 0 < share < 1 else np.ones(len(new))


def _held(away: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """What must be added to the log-variances so that INTERVAL of the errors (n, sliders) of photos (n,) lie within."""
    order = np.argsort(away, axis=None)
    reached = np.cumsum(np.repeat(weight, away.shape[1])[order])
    place = min(int(np.searchsorted(reached, INTERVAL * reached[-1])), len(order) - 1)
    return 2 * log(max(float(away.reshape(-1)[order[place]]) / QUANTILE, 1e-3))
