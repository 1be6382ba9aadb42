"""Where a local adjustment acts: brushes, linear gradients and radial filters, and how they are combined.

All positions are fractions of the whole frame in the orientation in which the file stores it, before crop and lens
correction: x of its width, y of its height. Lengths of a brush are fractions of that width, whichever side is longer
(29 exports of one public study and the bounds of 12 real strokes in another agree).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from couloir.lightroom.local.settings import check_local

MOST_DABS: Final = 600
"""Dabs of one stroke; the longest that was seen in a packet of Lightroom has 645."""

_FARTHEST: Final = 2.0  # of the frame: dabs beyond it reach nothing


class Combination(StrEnum):
    """How a mask goes together with those before it in the same adjustment."""

    ADD = "add"
    SUBTRACT = "subtract"
    INTERSECT = "intersect"


@dataclass(frozen=True, slots=True)
class Dab:
    """One touch of a brush: where, and its flow of 0..1."""

    x: float
    y: float
    flow: float

    def __post_init__(self) -> None:
        _require(abs(self.x) <= _FARTHEST and abs(self.y) <= _FARTHEST, f"a dab at ({self.x}, {self.y})")
        _require(0 <= self.flow <= 1, f"a dab's flow of {self.flow}")


@dataclass(frozen=True, slots=True)
class Stroke:
    """Dabs of one brush. `radius` is a fraction of the frame's width, `hardness` 0..1 (Lightroom's 100 - feather), and
    `density` 0..1 the most that the stroke paints; one of 0 erases what earlier strokes painted.
    """

    dabs: tuple[Dab, ...]
    radius: float
    hardness: float
    density: float = 1.0

    def __post_init__(self) -> None:
        _require(0 < len(self.dabs) <= MOST_DABS, f"a stroke of {len(self.dabs)} dabs")
        _require(0 < self.radius <= 1, f"a radius of {self.radius}")
        _require(0 <= self.hardness <= 1, f"a hardness of {self.hardness}")
        _require(0 <= self.density <= 1, f"a density of {self.density}")


@dataclass(frozen=True, slots=True)
class Brush:
    """Strokes, painted one after the other."""

    strokes: tuple[Stroke, ...]

    def __post_init__(self) -> None:
        _require(len(self.strokes) > 0, "a brush without strokes")


@dataclass(frozen=True, slots=True)
class LinearGradient:
    """Nothing at `zero`, all at `full`, each (x, y)."""

    zero: tuple[float, float]
    full: tuple[float, float]

    def __post_init__(self) -> None:
        _require(all(map(math.isfinite, (*self.zero, *self.full))), "a gradient's end that is no number")
        _require(self.zero != self.full, "a gradient without length")


@dataclass(frozen=True, slots=True)
class RadialGradient:
    """An ellipse in the box left, top, right, bottom, turned by `angle` degrees; `feather` 0..100. All inside."""

    left: float
    top: float
    right: float
    bottom: float
    angle: float = 0.0
    feather: float = 50.0

    def __post_init__(self) -> None:
        numbers = (self.left, self.top, self.right, self.bottom, self.angle)
        _require(all(map(math.isfinite, numbers)), "a radial filter's side that is no number")
        _require(self.left < self.right and self.top < self.bottom, "a radial filter without area")
        _require(0 <= self.feather <= 100, f"a feather of {self.feather}")


Shape: TypeAlias = Brush | LinearGradient | RadialGradient


@dataclass(frozen=True, slots=True)
class Mask:
    """A shape within an adjustment. `inverted` acts where the shape does not; only an added mask states it, because to
    take a shape's outside away is to intersect with the shape.
    """

    shape: Shape
    combination: Combination = Combination.ADD
    inverted: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        _require(self.combination is Combination.ADD or not self.inverted, "an inverted mask that takes away")


@dataclass(frozen=True, slots=True)
class LocalAdjustment:
    """Sliders in the panel's units (stops; -100..100), and the masks where they act.

    `amount` 0..2 scales all sliders together. Raises ValueError for what Lightroom would not show.
    """

    name: str
    settings: Mapping[str, float]
    masks: tuple[Mask, ...]
    amount: float = 1.0
    active: bool = True

    def __post_init__(self) -> None:
        _require(len(self.masks) > 0, "a local adjustment without a mask")
        _require(0 <= self.amount <= 2, f"an amount of {self.amount}")
        _require(self.masks[0].combination is Combination.ADD, "a first mask that takes from nothing")
        object.__setattr__(self, "settings", check_local(self.settings))


def split_dabs(dabs: Sequence[Dab], radius: float, hardness: float) -> tuple[Stroke, ...]:
    """Any number of dabs of one brush as strokes that are short enough."""
    parts = (tuple(dabs[first : first + MOST_DABS]) for first in range(0, len(dabs), MOST_DABS))
    return tuple(Stroke(part, radius, hardness) for part in parts)


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(f"{what} cannot be drawn")
