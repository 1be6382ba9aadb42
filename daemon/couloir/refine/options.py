"""What a photographer chooses about matching."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Finish(StrEnum):
    """How far matching may go: sliders that one can go on working with, or point curves besides."""

    SLIDERS = "few sliders"
    LOOK = "closest look"


@dataclass(frozen=True, slots=True)
class Options:
    """`renderings`: how many at most, the one that measures the start included, one for the curves besides.

    `target`: the CIEDE2000 (mean) that is near enough; `least_gain`: what a further rendering must promise.
    """

    renderings: int = 5
    target: float = 0.8
    least_gain: float = 0.1
    finish: Finish = Finish.SLIDERS

    def as_dict(self) -> dict[str, object]:
        """Plain data for a journal."""
        return {
            "renderings": self.renderings,
            "target": self.target,
            "least_gain": self.least_gain,
            "finish": str(self.finish),
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, object]) -> Options:
        """The inverse of `as_dict`. Raises ValueError for anything else."""
        try:
            return cls(
                int(str(kept["renderings"])),
                float(str(kept["target"])),
                float(str(kept["least_gain"])),
                Finish(str(kept["finish"])),
            )
        except KeyError as error:
            raise ValueError(f"not options of a journal: {error}") from error


MOVED: Final = (
    *("temperature", "tint", "exposure", "contrast", "highlights", "shadows", "whites", "blacks"),
    *("clarity", "dehaze", "saturation", "vibrance"),
)
"""The parameters that one photo's match moves. Texture cannot be seen at the size that is compared; HSL and calibration
belong to a camera; colour toning is taken up by the finisher's channel curves."""

_SIGMA: Final = {"clarity": 3.0, "dehaze": 2.0}
_USUAL: Final = 4.0
_TIGHTEST, _WIDEST = 0.5, 6.0


def deviation(name: str, expected: float | None, size: float) -> float:
    """How far a parameter may reasonably be from its start, one standard deviation in normalised units.

    `expected` is the learned model's, in units of which `size` make a normalised one; None where it was not trained.
    """
    if expected is None:
        return _SIGMA.get(name, _USUAL)
    return min(max(expected / size, _TIGHTEST), _WIDEST)
