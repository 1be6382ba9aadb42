"""Trains the ensemble, with numpy alone.

The means are trained on picture differences: a photo's squared slider error is weighted by its own metric J'J, which
makes it, to second order, the squared CIEDE2000 that the error causes in that photo. Its root is the loss, so that a
few photos that no slider can reach do not dominate. A small share of the plain squared error decides where a photo's
metric does not. The log-variances are trained by the Gaussian likelihood of the slider errors, with fixed hidden
layers, and are then shifted for each slider until the 80 % intervals hold 80 % of the photos of the validation worlds.

Each member leaves out a fifth of the worlds. Its answers there, and the ensemble's on the validation worlds, are what
the trust table is learnt from (`couloir.learn.trust_table`): a class of photos needs more of them than validate.

Adam with decoupled weight decay: D. Kingma, J. Ba, ICLR 2015; I. Loshchilov, F. Hutter, ICLR 2019.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.derive.residual.classes import STATES, PictureState, flags
from couloir.derive.residual.outputs import OUTPUT_NAMES, OUTPUTS
from couloir.derive.residual.trust import SettledAnswers, Trust, states_of
from couloir.errors import NoDataSet
from couloir.learn import examples
from couloir.learn.dataset import VALIDATION, Numbers, Pairs
from couloir.learn.network import LOG_VARIANCE_RANGE, MEMBERS, Ensemble, Layer, Member, initial
from couloir.learn.solve import INVISIBLE
from couloir.learn.trust_table import INTERVAL, QUANTILE, UnseenAnswers, UnseenPairs, learn_trust

_FOLDS: Final = 5
"""One training world in so many is left out by each member."""

_LEAST_SPREAD: Final = 1e-3
_FIRST_DEVIATION: Final = 2.0
_BETAS: Final = (0.9, 0.999)
_EPSILON: Final = 1e-8
_SMOOTH: Final = 0.05  # CIEDE2000 below which the loss is a square
_UNSEEN: Final = np.array([name in INVISIBLE for name in OUTPUT_NAMES])


@dataclass(frozen=True, slots=True)
class Recipe:
    """The settings of a training. `plain` is the share of the plain squared error in a photo's metric; `by_metric`
    False trains by the plain error alone. `inputs`: columns of features to leave empty throughout.
    """

    seed: int = 1
    hidden: tuple[int, ...] = (160, 80)
    members: int = MEMBERS
    epochs: int = 80
    batch: int = 256
    rate: float = 2e-3
    decay: float = 0.2
    plain: float = 0.02
    by_metric: bool = True
    without: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """The ensemble, and its mean CIEDE2000 to second order on the validation worlds, with all inputs.

    `untouched` is the same without any correction, `coverage` the share of slider errors within the 80 % intervals;
    `left` and `coverage` as the ensemble's trust has it.
    """

    ensemble: Ensemble
    pairs: int
    validated: int
    untouched: float
    left: float
    coverage: float


def train(pairs: Pairs, recipe: Recipe, told: Callable[[int, int, float], None]) -> TrainedModel:
    """Train on all worlds but the validation ones. `told(member, epoch, loss)` after each epoch.

    The same pairs and recipe give the same bits on one machine. Raises NoDataSet when no world is left to validate on.
    """
    validates = pairs.world % VALIDATION == 0
    if not validates.any() or validates.all():
        raise NoDataSet(path="the pairs", why="both training and validation worlds are needed; make more shards")
    training, validation = pairs.take(~validates), pairs.take(validates)
    metric = _metric(training, recipe)
    apart = [_left_out(training, number) for number in range(recipe.members)]
    start = initial(recipe.seed, hidden=recipe.hidden, deviation=_FIRST_DEVIATION, members=recipe.members)
    ensemble = _standardised(start, training, recipe)
    members = tuple(
        _Trainer(ensemble, member, recipe, number).run(training.take(~apart[number]), metric[~apart[number]], told)
        for number, member in enumerate(ensemble.members)
    )
    ensemble = _calibrated(replace(ensemble, members=members), validation, recipe)
    ensemble = replace(ensemble, trust=_find_trust(ensemble, training, apart, validation, recipe))
    return _judged(ensemble, len(training), validation, recipe)


def _left_out(pairs: Pairs, member: int) -> NDArray[np.bool_]:
    """The training pairs that a member does not see; none where nothing would be left."""
    left_out = (pairs.world // VALIDATION + pairs.world) % _FOLDS == member % _FOLDS
    return np.zeros_like(left_out) if left_out.all() else left_out


def image_loss(error: Numbers, metric: Numbers) -> Numbers:
    """CIEDE2000 to second order that slider errors (n, K) make in photos with these metrics: (n,)."""
    squared = np.einsum("ni,nij,nj->n", error, metric, error, optimize=True)
    return np.asarray(np.sqrt(np.maximum(squared, 0)))


def _metric(pairs: Pairs, recipe: Recipe) -> Numbers:
    plain = recipe.plain * np.eye(len(OUTPUTS), dtype=np.float32)
    if not recipe.by_metric:
        return np.broadcast_to(np.eye(len(OUTPUTS), dtype=np.float32) / len(OUTPUTS), (len(pairs), *plain.shape))
    return pairs.metrics() + plain


def _seen(features: Numbers, recipe: Recipe) -> Numbers:
    if not recipe.without:
        return features
    return examples.without(features, np.array(recipe.without), np.ones(len(features), dtype=bool))


def _standardised(ensemble: Ensemble, pairs: Pairs, recipe: Recipe) -> Ensemble:
    features = _seen(np.concatenate([pairs.features, pairs.shifted]), recipe).astype(np.float64)
    centre, spread = features.mean(axis=0), features.std(axis=0)
    gain = np.where(spread > _LEAST_SPREAD, 1 / np.maximum(spread, _LEAST_SPREAD), 0.0)
    return replace(ensemble, centre=centre.astype(np.float32), gain=gain.astype(np.float32))


class _Trainer:
    """Trains one member: its weights as one list of arrays, in the order hidden layers, means, log-variances."""

    def __init__(self, ensemble: Ensemble, member: Member, recipe: Recipe, number: int) -> None:
        self._ensemble, self._recipe, self._number = ensemble, recipe, number
        self._random = np.random.Generator(np.random.PCG64([recipe.seed, number, 11]))
        layers = (*member.hidden, member.mean, member.log_variance)
        self._weights = [array.copy() for layer in layers for array in (layer.weight, layer.bias)]
        self._means = [np.zeros_like(array) for array in self._weights]
        self._squares = [np.zeros_like(array) for array in self._weights]
        self._step = 0

    def run(self, pairs: Pairs, metric: Numbers, told: Callable[[int, int, float], None]) -> Member:
        recipe = self._recipe
        steps = recipe.epochs * max(1, len(pairs) // recipe.batch)
        for epoch in range(recipe.epochs):
            rows = examples.draw_examples(pairs, metric, self._random)
            standard = self._ensemble.standard(_seen(rows.features, recipe))
            order = self._random.permutation(len(pairs))
            losses = []
            for first in range(0, max(1, len(order) - recipe.batch + 1), recipe.batch):
                chosen = order[first : first + recipe.batch]
                rate = recipe.rate * 0.5 * (1 + np.cos(np.pi * min(1.0, self._step / steps)))
                losses.append(self._learn(standard[chosen], rows.wanted[chosen], rows.metric[chosen], float(rate)))
            told(self._number, epoch, float(np.mean(losses)))
        return self.member()

    def member(self) -> Member:
        """The member as it is now; outputs that no training picture shows answer 0 with a deviation of one unit."""
        pairs = list(zip(self._weights[0::2], self._weights[1::2], strict=True))
        hidden = tuple(Layer(weight, bias) for weight, bias in pairs[:-2])
        mean, log_variance = (Layer(weight.copy(), bias.copy()) for weight, bias in pairs[-2:])
        for head in (mean, log_variance):
            head.weight[:, _UNSEEN] = 0
            head.bias[_UNSEEN] = 0
        return Member(hidden, mean, log_variance)

    def _learn(self, standard: Numbers, wanted: Numbers, metric: Numbers, rate: float) -> float:
        count = len(standard)
        values = [standard]
        for place in range(0, len(self._weights) - 4, 2):
            weight, bias = self._weights[place : place + 2]
            values.append(np.maximum(values[-1] @ weight + bias, np.float32(0)))
        mean_weight, mean_bias, log_weight, log_bias = self._weights[-4:]
        error = values[-1] @ mean_weight + mean_bias - wanted
        raw = values[-1] @ log_weight + log_bias
        held = np.clip(raw, *LOG_VARIANCE_RANGE)

        pushed = np.einsum("nij,nj->ni", metric, error, optimize=True)
        loss = np.sqrt(np.maximum(np.sum(pushed * error, axis=1), 0) + np.float32(_SMOOTH**2))
        by_mean = pushed / loss[:, np.newaxis] / np.float32(count)
        by_log = np.float32(0.5) * (1 - np.square(error) * np.exp(-held)) / np.float32(count * len(OUTPUTS))
        by_log = np.where(raw == held, by_log, np.float32(0))

        gradients = [values[-1].T @ by_mean, by_mean.sum(axis=0), values[-1].T @ by_log, by_log.sum(axis=0)]
        back = by_mean @ mean_weight.T
        for place in range(len(self._weights) - 6, -1, -2):
            depth = place // 2
            back = np.where(values[depth + 1] > 0, back, np.float32(0))
            gradients[:0] = [values[depth].T @ back, back.sum(axis=0)]
            if depth:
                back = back @ self._weights[place].T
        self._adam(gradients, rate)
        return float(loss.mean())

    def _adam(self, gradients: Sequence[Numbers], rate: float) -> None:
        self._step += 1
        first, second = (1 - beta**self._step for beta in _BETAS)
        for weight, mean, square, gradient in zip(self._weights, self._means, self._squares, gradients, strict=True):
            mean += np.float32(1 - _BETAS[0]) * (gradient - mean)
            square += np.float32(1 - _BETAS[1]) * (np.square(gradient) - square)
            move = (mean / np.float32(first)) / (np.sqrt(square / np.float32(second)) + np.float32(_EPSILON))
            if weight.ndim == 2:
                move = move + np.float32(self._recipe.decay) * weight
            weight -= np.float32(rate) * move


def _calibrated(ensemble: Ensemble, pairs: Pairs, recipe: Recipe) -> Ensemble:
    """The ensemble with each slider's log-variances shifted until the intervals hold INTERVAL of validation errors."""
    seen, errors = [], []
    for shifted in (False, True):
        rows = examples.whole(pairs, pairs.metrics(), shifted=shifted)
        seen.append(_seen(rows.features, recipe))
        errors.append(rows.wanted)
    means, log_variances = ensemble.answers(np.concatenate(seen))
    mean = means.mean(axis=0)
    error = np.abs(np.concatenate(errors) - mean).astype(np.float64)
    within = np.exp(log_variances.astype(np.float64)).mean(axis=0)
    between = np.square(means - mean).mean(axis=0).astype(np.float64)
    low, high = np.full(len(OUTPUTS), -8.0), np.full(len(OUTPUTS), 8.0)
    for _ in range(40):
        middle = (low + high) / 2
        held = error <= QUANTILE * np.sqrt(np.exp(middle) * within + between)
        enough = held.mean(axis=0) >= INTERVAL
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    move = np.where(_UNSEEN, 0.0, high).astype(np.float32)
    members = tuple(
        replace(member, log_variance=Layer(member.log_variance.weight, member.log_variance.bias + move))
        for member in ensemble.members
    )
    return replace(ensemble, members=members)


def _find_trust(
    ensemble: Ensemble, training: Pairs, apart: Sequence[NDArray[np.bool_]], validation: Pairs, recipe: Recipe
) -> Trust:
    """The trust table, from what each member says of the pairs that it did not see, and the ensemble of the others.

    Only pairs with both pictures count, because they can be seen in every state.
    """
    alone = [replace(ensemble, members=(member,)) for member in ensemble.members]
    sides = [(_pictured(validation), ensemble)]
    sides += [(_pictured(training.take(own)), model) for own, model in zip(apart, alone, strict=True)]
    pairs = Pairs.join(side for side, _ in sides)
    shifted = (np.arange(len(pairs)) % 2 == 1)[:, np.newaxis]
    features = _seen(np.where(shifted, pairs.shifted, pairs.features), recipe)
    ends = np.cumsum([len(side) for side, _ in sides])
    answers, by_member = [], []
    for number, state in enumerate(STATES):
        seen = np.split(examples.in_state(features, state), ends[:-1])
        given = [model(part) for part, (_, model) in zip(seen, sides, strict=True)]
        answers.append(
            UnseenAnswers(
                *(np.concatenate([getattr(each, name) for each in given]) for name in ("mean", "log_variance"))
            )
        )
        one = alone[number % len(alone)](seen[0])
        by_member.append(UnseenAnswers(one.mean, one.log_variance))
    base = np.where(shifted, pairs.offset, np.float32(0))
    return learn_trust(UnseenPairs(pairs, base, np.arange(len(pairs)) < ends[0]), answers, by_member)


def _pictured(pairs: Pairs) -> Pairs:
    return pairs.take(states_of(pairs.features) == STATES.index(PictureState.BOTH))


def settle(ensemble: Ensemble, features: Numbers, classes: NDArray[np.int32]) -> SettledAnswers:
    """An ensemble's answers as they are used, for photos with these features and classes (masks)."""
    answer = ensemble(features)
    return ensemble.trust.settle(answer.mean, answer.log_variance, flags(classes), states_of(features))


def _judged(ensemble: Ensemble, trained_on: int, pairs: Pairs, recipe: Recipe) -> TrainedModel:
    metric = pairs.metrics()
    rows = examples.whole(pairs, metric, shifted=True)
    answer = settle(ensemble, _seen(rows.features, recipe), pairs.classes)
    error = answer.mean - rows.wanted
    held = find_covered(error, answer.log_variance)
    return TrainedModel(
        ensemble=ensemble,
        pairs=trained_on,
        validated=len(pairs),
        untouched=float(image_loss(-pairs.change, metric).mean()),
        left=float(image_loss(error, metric).mean()),
        coverage=float(held[:, ~_UNSEEN].mean()),
    )


def find_covered(error: Numbers, log_variance: Numbers) -> np.ndarray:
    """Which slider errors lie within the central 80 % interval of their Gaussian: booleans (n, K)."""
    return np.abs(error) <= QUANTILE * np.exp(log_variance / 2)
