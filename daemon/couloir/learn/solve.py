"""The label of a training photo: the change of Lightroom's sliders that brings a rendering nearest to the preview.

Levenberg-Marquardt on Lab residuals in CIEDE2000's own scale, so that a squared residual is nearly a squared
difference. The Jacobian is taken by finite differences at the start and again at the solution; between them it is
updated by Broyden's rank-one formula. Sliders can compensate each other, so a small penalty on changes decides where
the picture does not: of many solutions the smallest change is the label.

The metric that is returned with it is J'J at the solution: the mean squared difference that a small error of the
sliders makes in this photo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_to_lab
from couloir.derive.controls import limits, move
from couloir.derive.residual.outputs import OUTPUT_NAMES
from couloir.engines.protocol import Picture
from couloir.learn.scenes import Sample
from couloir.lightroom.settings import DevelopSettings

Vector = NDArray[np.float64]

INVISIBLE: Final = frozenset({"texture"})
"""Outputs that pictures of the training size cannot show; they keep the value of the analytic translation."""

_MOVED: Final = tuple(index for index, name in enumerate(OUTPUT_NAMES) if name not in INVISIBLE)
_STEP: Final = 2.0  # normalised units: well above the sliders' own steps
_PULL: Final = np.array([0.02 if name.startswith("toning") else 0.005 for name in OUTPUT_NAMES])
_FARTHEST: Final = 40.0  # normalised units: two hundred of most sliders' own
_TRIES: Final = 5
_REFINED: Final = 1  # tries with the second Jacobian
_CLOSE: Final = 0.15  # mean squared residual at which the search ends: a difference of about 0.4


@dataclass(frozen=True, slots=True)
class Solution:
    """`change` (outputs) in normalised units, on top of the settings that were started from; `metric` (outputs x
    outputs): squared CIEDE2000 per squared unit. `before` and `after`: mean CIEDE2000 without and with the change.
    """

    change: Vector
    metric: Vector
    before: float
    after: float


def apply(sample: Sample, settings: DevelopSettings, change: Vector) -> DevelopSettings:
    """The settings moved by a vector in normalised units, one number an output."""
    changes = {name: float(change[i]) for i, name in enumerate(OUTPUT_NAMES) if change[i]}
    return move(settings, changes, sample.world.kind, sample.scene.as_shot)


def render(sample: Sample, settings: DevelopSettings, changes: Sequence[Vector]) -> Picture:
    """The sample with each change: n x height x width x 3, encoded sRGB."""
    return sample.render([apply(sample, settings, change) for change in changes])


def mean_difference(pictures: Picture, target: Picture) -> Floats:
    """Mean CIEDE2000 of each of n pictures from the target: (n,)."""
    delta = ciede2000(srgb_to_lab(pictures), srgb_to_lab(target)[np.newaxis])
    return np.asarray(delta.reshape(len(pictures), -1).mean(axis=1, dtype=np.float64))


def solve(sample: Sample, settings: DevelopSettings) -> Solution:
    """The label and the metric of a sample; the search starts at its analytic settings."""
    scale = _Scale(sample.preview)
    low, high = limits(settings, OUTPUT_NAMES, sample.world.kind, sample.scene.as_shot)
    bounds = (np.maximum(low, -_FARTHEST), np.minimum(high, _FARTHEST))
    start = state = _linearised(sample, settings, np.zeros(len(OUTPUT_NAMES)), scale, bounds)
    state = _descended(sample, settings, scale, bounds, state, _TRIES)
    if np.any(state[0]):
        state = _linearised(sample, settings, state[0], scale, bounds)
        state = _descended(sample, settings, scale, bounds, state, _REFINED)
    at, _, shown, slopes = state
    metric = (slopes @ slopes.T).astype(np.float64)
    before, after = mean_difference(np.stack([start[2], shown]), sample.preview)
    return Solution(at, metric, float(before), float(after))


_Bounds = tuple[Vector, Vector]
_State = tuple[Vector, Floats, Picture, Floats]
"""The present point, its residual (P,), its picture, and its slopes (outputs x P)."""


def _descended(
    sample: Sample, settings: DevelopSettings, scale: _Scale, bounds: _Bounds, state: _State, tries: int
) -> _State:
    at, residual, shown, slopes = state
    damping = 0.01
    cost = _cost(residual, at)
    for _ in range(tries):
        if float(residual @ residual) < _CLOSE:
            break
        step = _step(slopes, residual, at, damping)
        there = np.clip(at + step, *bounds)
        step = there - at
        if np.abs(step).max() < 0.05:
            break
        picture = render(sample, settings, [there])[0]
        found = scale.residual(picture)
        missed = found - residual - (step @ slopes).astype(np.float32)
        slopes = slopes + np.outer(step / (step @ step), missed).astype(np.float32)
        fresh = _cost(found, there)
        if fresh < cost:
            gained = cost - fresh
            at, residual, shown, cost = there, found, picture, fresh
            damping /= 4
            if gained < 0.002 * cost:
                break
        else:
            damping *= 8
    return at, residual, shown, slopes


def _step(slopes: Floats, residual: Floats, at: Vector, damping: float) -> Vector:
    normal = (slopes @ slopes.T).astype(np.float64)
    gradient = (slopes @ residual).astype(np.float64) + _PULL * at
    curved = normal + np.diag(_PULL + damping * np.diag(normal))
    return np.asarray(-np.linalg.solve(curved, gradient))


def _cost(residual: Floats, at: Vector) -> float:
    return float(residual @ residual) + float(_PULL @ np.square(at))


def _linearised(sample: Sample, settings: DevelopSettings, at: Vector, scale: _Scale, bounds: _Bounds) -> _State:
    """The state at a point, its slopes by finite differences; at a slider's end the step goes inwards."""
    low, high = bounds
    steps = np.where(at + _STEP <= high, _STEP, np.where(at - _STEP >= low, -_STEP, 0.0))
    moving = [index for index in _MOVED if steps[index]]
    points = [at, *(at + steps[index] * np.eye(len(at))[index] for index in moving)]
    pictures = render(sample, settings, points)
    here = scale.residual(pictures[0])
    slopes = np.zeros((len(at), here.size), dtype=np.float32)
    for index, picture in zip(moving, pictures[1:], strict=True):
        slopes[index] = (scale.residual(picture) - here) / np.float32(steps[index])
    return at, here, pictures[0], slopes


class _Scale:
    """Lab distances from one picture, in CIEDE2000's scale there: lightness, chroma and hue each by its own divisor.

    Equations (15) and (18) to (20) of Sharma, Wu and Dalal at the target's own colours; the rotation term is left out.
    The squares of a residual add up to the mean squared difference.
    """

    def __init__(self, target: Picture) -> None:
        self._lab = srgb_to_lab(target)
        lightness, a, b = np.moveaxis(self._lab, -1, 0)
        chroma, hue = np.hypot(a, b), np.arctan2(b, a)
        self._cos, self._sin = np.cos(hue), np.sin(hue)
        degrees = np.degrees(hue)
        from_mid = np.square(lightness - 50)
        t = 1 - 0.17 * np.cos(np.radians(degrees - 30)) + 0.24 * np.cos(np.radians(2 * degrees))
        t = t + 0.32 * np.cos(np.radians(3 * degrees + 6)) - 0.20 * np.cos(np.radians(4 * degrees - 63))
        share = np.float32(lightness.size**-0.5)
        self._by = np.stack(
            [
                share / (1 + 0.015 * from_mid / np.sqrt(20 + from_mid)),
                share / (1 + 0.045 * chroma),
                share / (1 + 0.015 * chroma * t),
            ],
            axis=-1,
        ).astype(np.float32)

    def residual(self, picture: Picture) -> Floats:
        """(P,) with P = 3 x pixels."""
        light, a, b = np.moveaxis(srgb_to_lab(picture) - self._lab, -1, 0)
        along, across = a * self._cos + b * self._sin, b * self._cos - a * self._sin
        return np.asarray((np.stack([light, along, across], axis=-1) * self._by).ravel(), dtype=np.float32)
