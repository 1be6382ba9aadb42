"""Tone curves, for all channels together and for each one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from couloir.aperture.adjustments.certainty import Certainty


@dataclass(frozen=True, slots=True)
class ToneCurve:
    """Two or more control points (x, y), x ascending by 1/1024 or more. 0..1 is black to white; the "extended range"
    extends to 2, and y may range from -1 to 3.
    """

    points: tuple[tuple[float, float], ...]

    @property
    def is_identity(self) -> bool:
        return all(x == y for x, y in self.points)


@dataclass(frozen=True, slots=True)
class Curves:
    """RKCurvesOperation: a curve for all channels together, for each one, and for luminance; None where none is stored.

    `unread` names the channels whose stored data has an unknown layout.
    """

    certainty: ClassVar[Certainty] = Certainty.INFERRED

    rgb: ToneCurve | None = None
    red: ToneCurve | None = None
    green: ToneCurve | None = None
    blue: ToneCurve | None = None
    luminance: ToneCurve | None = None
    unread: tuple[str, ...] = ()

    @property
    def is_neutral(self) -> bool:
        stored = (self.rgb, self.red, self.green, self.blue, self.luminance)
        return not self.unread and all(curve is None or curve.is_identity for curve in stored)
