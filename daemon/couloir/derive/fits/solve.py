"""Fits Lightroom's sliders to a chart: Gauss-Newton on the mean of what the doubles draw, then the sliders that pay.

The metric is CIEDE2000 near the wanted colours (`couloir.derive.pictures.metric`). A fit is held to every double: its
sliders bring the chart no farther from any of the Apertures, whichever of the Camera Raws draws it. They are reduced
until that is so, and left out where it never is. What is expected is the mean over all doubles.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.spaces import srgb_to_lab
from couloir.derive.pictures.metric import whitening_matrices
from couloir.engines import camera_raw
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import SETTINGS, DevelopSettings, SettingValue, clamp

Vector = NDArray[np.float64]

REDUCED: Final = (1.0, 0.8, 0.65, 0.5, 0.35, 0.25)
"""The shares of a fit that are tried."""

SMALL: Final = 0.2
"""CIEDE2000 on the chart below which an adjustment needs no slider."""

UNSEEN: Final = 0.1
"""CIEDE2000 that nobody sees: by no more may the chart be farther under any double."""

_ROUNDS: Final = 3
_STEP: Final = 10.0  # of a slider, over which a slope is taken
_RIDGE: Final = 2e-5  # CIEDE2000 squared that a slider at 1 must bring
_PAYS: Final = 0.01  # of the whole gain: what a slider must bring to be moved
_LEAST: Final = 0.15  # of the difference without the sliders: what they must take away
_FARTHEST: Final = 70.0  # of a wheel's two axes: a box inside its circle


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel of Color Grading by its develop keys. It is solved as the point saturation * (cos hue, sin hue)."""

    hue: str
    saturation: str


@dataclass(frozen=True, slots=True)
class Task:
    """A chart in linear sRGB, `wanted` as the Apertures draw it that the fit is made for, sRGB-encoded, and `others` as
    those do that it is only held to. `compare` gives the mean difference of pictures, (...), and `weights` (pixels,)
    what each pixel counts in it. `start` acts with and without the sliders.
    """

    chart: Picture
    weights: Vector
    wanted: Sequence[Picture]
    others: Sequence[Picture]
    compare: Callable[[Picture, Picture], Vector]
    camera_raws: Sequence[camera_raw.Constants]
    start: Mapping[str, SettingValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fit:
    """Sliders, none where they do not help, and the mean CIEDE2000 on the chart without and with them."""

    sliders: Mapping[str, float]
    before: float
    after: float

    @property
    def is_small(self) -> bool:
        """Whether the adjustment changes so little that nothing is missing without a slider."""
        return self.before < SMALL


def fit(task: Task, controls: Sequence[str | Wheel]) -> Fit:
    """The values of the controls: whole numbers within Lightroom's ranges, those at 0 left out."""
    point = _solve(task, controls)
    return hold(task, [_sliders(controls, point * share) for share in REDUCED])


def hold(task: Task, candidates: Sequence[Mapping[str, float]]) -> Fit:
    """The first of the candidates that helps, and harms under none of the doubles."""
    drawn = [_draw(task, [{}, *candidates], own) for own in task.camera_raws]
    left = np.array([[task.compare(each, wanted) for wanted in (*task.wanted, *task.others)] for each in drawn])
    by_double = left.reshape(-1, left.shape[-1])
    before, *after = by_double.mean(axis=0).tolist()
    for place, sliders in enumerate(candidates, 1):
        held = (by_double[:, place] <= by_double[:, 0] + UNSEEN).all()
        if sliders and held and after[place - 1] < (1 - _LEAST) * before:
            return Fit(sliders, before, after[place - 1])
    return Fit({}, before, before)


def _solve(task: Task, controls: Sequence[str | Wheel]) -> Vector:
    """The point of least squares without the controls that bring too little, one number for each axis."""
    mean = np.mean([srgb_to_lab(each).reshape(-1, 3) for each in task.wanted], axis=0)
    white = whitening_matrices(mean) * np.sqrt(task.weights)[:, np.newaxis, np.newaxis]
    low, high = _limits(controls)
    point, ridge = np.zeros(len(low)), _RIDGE * np.eye(len(low))
    for _ in range(_ROUNDS):
        steps = np.where(point + _STEP > high, -_STEP, _STEP)
        points = [point, *(point + step for step in np.diag(steps))]
        drawn = _draw(task, [_sliders(controls, each) for each in points], camera_raw.NOMINAL)
        lab = srgb_to_lab(drawn).reshape(len(points), -1, 3)
        missing = np.einsum("pij,pj->pi", white, mean - lab[0]).ravel().astype(np.float64)
        slopes = np.einsum("pij,npj->npi", white, lab[1:] - lab[0]).reshape(len(low), -1) / steps[:, np.newaxis]
        squares = slopes @ slopes.T
        pull = slopes @ missing + squares @ point
        point = np.clip(_sparse(squares + ridge, pull, _axes(controls)), low, high)
    return point


def _sparse(normal: Vector, pull: Vector, axes: Sequence[slice]) -> Vector:
    """The solution of normal @ x = pull, with 0 for the controls that bring too little."""
    kept = list(axes)
    best, gain = _least(normal, pull, kept)
    whole = gain
    while len(kept) > 1:
        without = [_least(normal, pull, [other for other in kept if other is not each]) for each in kept]
        cheapest = max(range(len(kept)), key=lambda place: without[place][1])
        if gain - without[cheapest][1] > _PAYS * whole:
            break
        del kept[cheapest]
        best, gain = without[cheapest]
    return best


def _least(normal: Vector, pull: Vector, kept: Sequence[slice]) -> tuple[Vector, float]:
    """The solution with the axes of `kept` alone, and what it gains."""
    chosen = np.concatenate([np.arange(each.start, each.stop) for each in kept])
    point = np.zeros(len(pull))
    point[chosen] = np.linalg.solve(normal[np.ix_(chosen, chosen)], pull[chosen])
    return point, float(pull @ point)


def _axes(controls: Sequence[str | Wheel]) -> list[slice]:
    """The place of each control's numbers in a point."""
    ends = np.cumsum([2 if isinstance(each, Wheel) else 1 for each in controls]).tolist()
    return [slice(first, last) for first, last in zip([0, *ends], ends, strict=False)]


def _limits(controls: Sequence[str | Wheel]) -> tuple[Vector, Vector]:
    low: list[float] = []
    high: list[float] = []
    for each in controls:
        if isinstance(each, Wheel):
            low += [-_FARTHEST] * 2
            high += [_FARTHEST] * 2
        else:
            low.append(float(SETTINGS[each].low or 0.0))
            high.append(float(SETTINGS[each].high or 0.0))
    return np.array(low), np.array(high)


def _sliders(controls: Sequence[str | Wheel], point: Vector) -> dict[str, float]:
    """The develop keys of a point; those that stay at 0 are left out."""
    found: dict[str, float] = {}
    for each, own in zip(controls, _axes(controls), strict=True):
        if isinstance(each, Wheel):
            x, y = point[own].tolist()
            if saturation := clamp(each.saturation, math.hypot(x, y))[0]:
                found[each.hue] = clamp(each.hue, math.degrees(math.atan2(y, x)) % 360)[0]
                found[each.saturation] = saturation
        elif value := clamp(each, float(point[own.start]))[0]:
            found[each] = value
    return found


def _draw(task: Task, many: Sequence[Mapping[str, float]], constants: camera_raw.Constants) -> Picture:
    settings = [DevelopSettings({**task.start, **each}) for each in many]
    return camera_raw.render_many(task.chart, settings, constants=constants)
