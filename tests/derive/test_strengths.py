"""The strength of each translated slider is the middle of what the forms of Aperture's formulas need, derived again."""

from __future__ import annotations

import math

import numpy as np
import pytest

from couloir.aperture.adjustments import Adjustment
from couloir.derive.bricks import BRICKS
from couloir.derive.contribution import PhotoFacts
from couloir.derive.strengths import MIDDLE
from couloir.engines.protocol import Picture
from couloir.learn.strengths import PARAMETERS, Parameter, fit
from couloir.lightroom.settings import PhotoKind

INSTANCES = 8
FACTS = PhotoFacts(PhotoKind.RENDERED, None, None, 0)
CURVED = {"black_point": MIDDLE.black_point, "brightness": MIDDLE.brightness}


def _pictures() -> list[Picture]:
    """Dull and lively colours around mid-grey, light and dark ones, in even areas."""
    random = np.random.default_rng(3)
    pictures = []
    for _ in range(4):
        light = np.exp2(random.normal(-2.7, 1.6, (5, 8, 1)))
        colors = light * np.exp2(random.normal(0, 0.35, (5, 8, 3)))
        pictures.append(np.clip(colors, 0, 1).repeat(3, axis=0).repeat(3, axis=1).astype(np.float32))
    return pictures


def _chosen(name: str, parameter: Parameter) -> float:
    """The strength that the translation has."""
    if name in CURVED:
        return CURVED[name]
    amount = parameter.amounts[-1]
    adjustment: Adjustment = parameter.edit(amount)
    translate = BRICKS[type(adjustment)].translate
    assert translate is not None
    [value] = translate(adjustment, FACTS).sliders.values()
    return float(value) / (amount - 1 if name == "saturation" else amount)


@pytest.mark.parametrize("name", [name for name in PARAMETERS if name != "definition"])  # needs large pictures
def test_a_strength_lies_within_what_most_forms_need_and_leaves_less_than_nothing(name: str) -> None:
    parameter = PARAMETERS[name]
    found = fit(parameter, _pictures(), INSTANCES)
    chosen = _chosen(name, parameter)
    low, high = sorted((found.low, found.high))
    slack = 0.15 * abs(parameter.strongest)
    assert low - slack <= chosen <= high + slack
    assert not math.isnan(found.cost_of(chosen))
    assert found.cost_of(chosen) <= found.nothing
    assert found.cost_of(chosen) <= found.left + 0.6 * (found.nothing - found.left) + 0.1
