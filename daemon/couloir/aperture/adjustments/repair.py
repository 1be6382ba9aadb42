"""Retouching: strokes and spots. Positions are pixels of the master as stored, origin bottom-left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from couloir.aperture.adjustments.certainty import Certainty

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stroke:
    """One stroke of the Retouch brush. `repairs` is false for a clone; `source` is the offset to the copied area."""

    points: tuple[Point, ...] = ()
    radius: float | None = None
    softness: float | None = None
    opacity: float | None = None
    repairs: bool | None = None
    source: Point | None = None


@dataclass(frozen=True, slots=True)
class Retouch:
    """RKRetouchOperation: strokes of the Retouch brush."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    strokes: tuple[Stroke, ...] = ()

    @property
    def is_neutral(self) -> bool:
        return not self.strokes


@dataclass(frozen=True, slots=True)
class Spot:
    """One spot. `patch` is the centre of the area that covers it; `sensitivity` belongs to red eyes."""

    center: Point | None = None
    radius: float | None = None
    softness: float | None = None
    opacity: float | None = None
    patch: Point | None = None
    sensitivity: float | None = None


@dataclass(frozen=True, slots=True)
class SpotPatch:
    """DGSpotPatchOperation: spots of Spot & Patch."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    spots: tuple[Spot, ...] = ()

    @property
    def is_neutral(self) -> bool:
        return not self.spots


@dataclass(frozen=True, slots=True)
class RedEye:
    """RKRedEyeOperation, and iPhoto's red-eye correction."""

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    spots: tuple[Spot, ...] = ()

    @property
    def is_neutral(self) -> bool:
        return not self.spots
