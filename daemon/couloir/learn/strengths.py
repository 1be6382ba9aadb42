"""How strong a slider of Lightroom's must be for one of Aperture's, over all forms that Aperture's formula may have.

The strength that a formula of the translation has is the one that leaves the least difference on average over random
Apertures and random Camera Raws: the middle of what they need, not what one guess needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from couloir.aperture.adjustments import Adjustment, Enhance, Exposure, HighlightsShadows
from couloir.color.arrays import Floats
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_decode, srgb_encode, srgb_shown, srgb_to_lab
from couloir.derive.curves import fit_points, sample
from couloir.engines import aperture, camera_raw, constants
from couloir.engines.protocol import Picture
from couloir.learn.formulas import Formulas, forms_of
from couloir.lightroom.settings import DevelopSettings

_STEPS: Final = 33
_SPREAD: Final = (10, 90)  # percentiles


@dataclass(frozen=True, slots=True)
class Parameter:
    """One control of Aperture's: `edit` makes its adjustment, `settings` Lightroom's of an amount and a strength.

    `amounts` are what photographers set; `strongest` bounds the search.
    """

    edit: Callable[[float], Adjustment]
    settings: Callable[[float, float], Mapping[str, object]]
    amounts: tuple[float, ...]
    strongest: float


def _slider(key: str, neutral: float = 0.0) -> Callable[[float, float], Mapping[str, object]]:
    return lambda amount, strength: {key: float(np.clip(round(strength * (amount - neutral)), -100, 100))}


def _curve(stage: Callable[[Floats, float], Floats]) -> Callable[[float, float], Mapping[str, object]]:
    """The point curve of a nominal stage of Aperture's, which acts on light."""

    def settings(amount: float, strength: float) -> Mapping[str, object]:
        drawn = sample(lambda encoded: srgb_encode(stage(srgb_decode(encoded), strength * amount)))
        return {} if drawn is None else {"ToneCurvePV2012": fit_points(drawn)[0]}

    return settings


PARAMETERS: Final[Mapping[str, Parameter]] = {
    "recovery": Parameter(lambda a: Exposure(recovery=a), _slider("Highlights2012"), (0.3, 0.7, 1.2), -120.0),
    "black_point": Parameter(lambda a: Exposure(black_point=a), _curve(aperture.black_point), (3.0, 8.0, 20.0), 2.5),
    "brightness": Parameter(
        lambda a: Exposure(brightness=a), _curve(aperture.brightness), (-0.3, -0.12, 0.12, 0.3), 1.5
    ),
    "contrast": Parameter(lambda a: Enhance(contrast=a), _slider("Contrast2012"), (-0.3, -0.12, 0.12, 0.3), 200.0),
    "definition": Parameter(lambda a: Enhance(definition=a), _slider("Clarity2012"), (0.15, 0.4, 0.8), 200.0),
    "saturation": Parameter(lambda a: Enhance(saturation=a), _slider("Saturation", 1.0), (0.7, 0.88, 1.12, 1.3), 200.0),
    "vibrancy": Parameter(lambda a: Enhance(vibrancy=a), _slider("Vibrance"), (-0.4, 0.2, 0.5), 150.0),
    "highlights": Parameter(
        lambda a: HighlightsShadows(highlights=a), _slider("Highlights2012"), (15.0, 40.0, 75.0), -1.5
    ),
    "shadows": Parameter(lambda a: HighlightsShadows(shadows=a), _slider("Shadows2012"), (8.0, 17.0, 35.0), 4.0),
    "midtone_contrast": Parameter(
        lambda a: HighlightsShadows(midtone_contrast=a), _slider("Contrast2012"), (8.0, 15.0, 30.0), 2.0
    ),
}


@dataclass(frozen=True, slots=True)
class Strength:
    """The strength for all; between which ones four of five instances need theirs; the mean CIEDE2000 that the one for
    all leaves, and that doing nothing leaves; `costs` along the `grid` of strengths.
    """

    best: float
    low: float
    high: float
    left: float
    nothing: float
    grid: tuple[float, ...]
    costs: tuple[float, ...]

    def cost_of(self, strength: float) -> float:
        """What a strength leaves on average, CIEDE2000."""
        order = np.argsort(self.grid)
        return float(np.interp(strength, np.array(self.grid)[order], np.array(self.costs)[order]))


def fit(
    parameter: Parameter,
    pictures: Sequence[Picture],
    instances: int,
    seed: int = 5,
    own: aperture.Constants | None = None,
) -> Strength:
    """The middle over random pairs of an Aperture with a training form and a Camera Raw, one picture each; with `own`
    over random Camera Raws alone, for that Aperture.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    grid = np.linspace(0.0, parameter.strongest, _STEPS)
    forms = forms_of(Formulas.SAME)
    costs = []
    for number in range(instances):
        drawn = constants.draw(aperture.NOMINAL, random, forms)
        other = constants.draw(camera_raw.NOMINAL, random)
        picture = pictures[number % len(pictures)]
        cost = np.zeros(len(grid))
        for amount in parameter.amounts:
            wanted = srgb_to_lab(srgb_shown(aperture.apply(picture, parameter.edit(amount), constants=own or drawn)))
            many = [DevelopSettings(dict(parameter.settings(amount, float(strength)))) for strength in grid]
            shown = srgb_to_lab(camera_raw.render_many(picture, many, constants=other))
            delta = ciede2000(shown, np.broadcast_to(wanted, shown.shape))
            cost += delta.reshape(len(grid), -1).mean(axis=1) / len(parameter.amounts)
        costs.append(cost)
    each = np.array(costs)
    low, high = np.percentile(grid[each.argmin(axis=1)], _SPREAD)
    mean = each.mean(axis=0)
    at = int(mean.argmin())
    ends = (float(low), float(high))
    return Strength(
        _between(grid, mean, at), *ends, float(mean[at]), float(mean[0]), tuple(grid.tolist()), tuple(mean.tolist())
    )


def _between(grid: np.ndarray, cost: np.ndarray, at: int) -> float:
    """The lowest point of the parabola through three steps."""
    if not 0 < at < len(grid) - 1:
        return float(grid[at])
    left, middle, right = cost[at - 1 : at + 2]
    curved = left - 2 * middle + right
    return float(grid[at] + (grid[1] - grid[0]) * (left - right) / (2 * curved)) if curved > 0 else float(grid[at])
