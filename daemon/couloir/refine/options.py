"""The options of matching that a photographer chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Finish(StrEnum):
    """How far matching may go: sliders only, which stay easy to edit, or point curves as well."""

    SLIDERS = "few sliders"
    LOOK = "closest look"


@dataclass(frozen=True, slots=True)
class Options:
    """The limits of one match.

    `renderings`: the most of them, including the one that measures the start; curves at the end, or curves that the
    renderer does not draw, may take one more. `target`: the mean CIEDE2000 that is near enough; `least_gain`: the gain
    that must be expected from a further rendering, mean CIEDE2000.
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
"""The parameters that one photo's match changes. Texture is invisible at the size that is compared; HSL and calibration
belong to a camera; the finisher's channel curves do what colour toning would."""

_SIGMA: Final = {"clarity": 3.0, "dehaze": 2.0}
_USUAL: Final = 4.0
_TIGHTEST, _WIDEST = 0.5, 6.0


def deviation(name: str, expected: float | None, size: float) -> float:
    """The prior's standard deviation of a parameter from its start, in normalised units.

    `expected` is the learned model's deviation, in the unit of which `size` make one normalised unit; None where it was
    not trained.
    """
    if expected is None:
        return _SIGMA.get(name, _USUAL)
    return min(max(expected / size, _TIGHTEST), _WIDEST)
