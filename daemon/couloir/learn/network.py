"""The residual network: an ensemble of small multi-layer perceptrons, in numpy.

Each member standardises the features, passes them through hidden layers with ReLU, and ends in two linear heads, the
mean and the log-variance of every output. The ensemble's answer is that of a mixture of equal Gaussians
(B. Lakshminarayanan, A. Pritzel, C. Blundell, "Simple and scalable predictive uncertainty estimation using deep
ensembles", NeurIPS 2017, section 2.4): the mean of the means; the mean of the variances plus the variance of the means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.derive.residual.model import HIGHEST, LOWEST, Prediction
from couloir.derive.residual.outputs import OUTPUTS
from couloir.derive.residual.trust import ASSUMED, Trust

Weights = NDArray[np.float32]

LIMIT: Final = 8.0
"""Standardised features are clipped to +-LIMIT, so that an unusual photo stays near the range of the training data."""

MEMBERS: Final = 5
LOG_VARIANCE_RANGE: Final = (-12.0, 12.0)
"""The range to which a member's log-variance is clipped, so that its exponential stays finite."""


@dataclass(frozen=True, slots=True)
class Layer:
    """x @ weight + bias; weight (inputs, outputs), bias (outputs), float32."""

    weight: Weights
    bias: Weights

    def __call__(self, values: Weights) -> Weights:
        return values @ self.weight + self.bias


@dataclass(frozen=True, slots=True)
class Member:
    """One perceptron: hidden layers with ReLU, then a head for the means and one for the log-variances."""

    hidden: tuple[Layer, ...]
    mean: Layer
    log_variance: Layer

    def __call__(self, values: Weights) -> tuple[Weights, Weights]:
        for layer in self.hidden:
            values = np.maximum(layer(values), np.float32(0))
        return self.mean(values), np.clip(self.log_variance(values), *LOG_VARIANCE_RANGE)


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Members behind one standardisation: (features - centre) * gain, both of shape (features,), float32.

    `trust` is what is made of their answers where they are used.
    """

    centre: Weights
    gain: Weights
    members: tuple[Member, ...]
    trust: Trust = ASSUMED

    def standard(self, features: Weights) -> Weights:
        """The standardised and clipped features (n, k), the input of the members."""
        return np.asarray(np.clip((features - self.centre) * self.gain, np.float32(-LIMIT), np.float32(LIMIT)))

    def answers(self, features: Weights) -> tuple[Weights, Weights]:
        """Each member's means and log-variances: two arrays (members, n, outputs)."""
        standard = self.standard(features)
        answers = [member(standard) for member in self.members]
        means, log_variances = (np.stack(side) for side in zip(*answers, strict=True))
        return means, log_variances

    def __call__(self, features: Weights) -> Prediction:
        """The answers in normalised units, computed as the model file computes them. Features (n, k) float32."""
        means, log_variances = self.answers(features)
        mean = means.mean(axis=0)
        variance = np.exp(log_variances).mean(axis=0) + np.square(means - mean).mean(axis=0)
        return Prediction(mean.astype(np.float32), np.log(variance).astype(np.float32))


def initial(seed: int, *, hidden: Sequence[int], deviation: float, members: int = MEMBERS) -> Ensemble:
    """The network before its first training step.

    Hidden layers are drawn uniformly with He's variance. Both heads start with weight 0, so that an untrained network
    answers no correction, with the standard deviation `deviation` (normalised units) for every output. Features are
    standardised by the ranges of their schema, which training replaces. The same seed gives the same bits.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    return Ensemble(
        centre=((LOWEST + HIGHEST) / 2).astype(np.float32),
        gain=(2 / (HIGHEST - LOWEST)).astype(np.float32),
        members=tuple(_member(generator, hidden, deviation) for _ in range(members)),
    )


def _member(generator: np.random.Generator, hidden: Sequence[int], deviation: float) -> Member:
    sizes = (len(LOWEST), *hidden)
    layers = tuple(_drawn(generator, *pair) for pair in pairwise(sizes))
    mean = _constant(sizes[-1], 0.0)
    return Member(layers, mean, _constant(sizes[-1], 2 * float(np.log(deviation))))


def _drawn(generator: np.random.Generator, inputs: int, outputs: int) -> Layer:
    # Variance 2 / inputs, K. He et al., "Delving deep into rectifiers", ICCV 2015, eq. 10; uniform on +-sqrt(3 var).
    limit = np.sqrt(6 / inputs)
    weight = (2 * generator.random((inputs, outputs)) - 1) * limit
    return Layer(weight.astype(np.float32), np.zeros(outputs, dtype=np.float32))


def _constant(inputs: int, value: float) -> Layer:
    return Layer(np.zeros((inputs, len(OUTPUTS)), dtype=np.float32), np.full(len(OUTPUTS), value, dtype=np.float32))
