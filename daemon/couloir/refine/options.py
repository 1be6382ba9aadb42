"""The options of matching that a photographer chooses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from couloir.derive.controls import COLOUR, MIXER, VIGNETTE
from couloir.lightroom.settings import PhotoKind


class Finish(StrEnum):
    """How far matching may go: sliders only, which stay easy to edit, or point curves as well."""

    SLIDERS = "few sliders"
    LOOK = "closest look"


USUAL: Final = 5
MORE: Final = 3
STILL_GAINING: Final = 0.25
"""CIEDE2000 that a rendering has gained which promises that the next one gains, too."""


@dataclass(frozen=True, slots=True)
class Options:
    """The limits of one match.

    `renderings`: the most of them, including the one that measures the start; curves at the end, or curves that the
    renderer does not draw, may take one more. `target`: the mean CIEDE2000 that is near enough; `least_gain`: the gain
    that must be expected from a further rendering, mean CIEDE2000. `more`: renderings beyond the limit as long as each
    gains STILL_GAINING or more; without a number MORE where the limit is the usual one, none where somebody chose it.
    """

    renderings: int = USUAL
    target: float = 0.8
    least_gain: float = 0.1
    finish: Finish = Finish.SLIDERS
    more: int = -1

    def __post_init__(self) -> None:
        if self.more < 0:
            object.__setattr__(self, "more", _more_than(self.renderings))

    def as_dict(self) -> dict[str, object]:
        """Plain data for a journal."""
        return {
            "renderings": self.renderings,
            "target": self.target,
            "least_gain": self.least_gain,
            "finish": str(self.finish),
            **({} if self.more == _more_than(self.renderings) else {"more": self.more}),
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
                int(str(kept.get("more", -1))),
            )
        except KeyError as error:
            raise ValueError(f"not options of a journal: {error}") from error


def _more_than(renderings: int) -> int:
    return MORE if renderings == USUAL else 0


MOVED: Final = (
    *("temperature", "tint", "exposure", "contrast", "highlights", "shadows", "whites", "blacks"),
    *("clarity", "dehaze", "saturation", "vibrance"),
)
"""The parameters of tone and colour, which every photo's match may change, and whose slopes a camera's photos share.
Texture is invisible at the size that is compared.
"""

_TINTS: Final = tuple(f"toning_{zone}_{axis}" for zone in ("shadow", "midtone", "highlight") for axis in "xy")
_HSL: Final = tuple(each.name for each in COLOUR if each.name.startswith(("hue", "saturation", "luminance")))
_PRIMARIES: Final = tuple(each.name for each in COLOUR if each.name.startswith("primary"))
MIX: Final = tuple(each.name for each in MIXER)
"""The parameters of the black and white mix."""

_VIGNETTE: Final = tuple(each.name for each in VIGNETTE)

BY_EDIT: Final = (*_TINTS, *_HSL, *_PRIMARIES, *MIX, *_VIGNETTE)
"""The parameters that a match changes only where a photo's edit needs them: tints of shadows, midtones and highlights,
HSL, calibration, the black and white mix, the vignette.
"""


def names_for(settings: Mapping[str, object], kind: PhotoKind) -> tuple[str, ...]:
    """The parameters that a match of a photo with these settings may change, MOVED first.

    A black and white photo has a mix instead of HSL. Calibration is a RAW file's: what two decoders disagree in.
    """
    if settings.get("ConvertToGrayscale"):
        return (*MOVED, *_TINTS, *MIX, *_VIGNETTE)
    return (*MOVED, *_TINTS, *_HSL, *(_PRIMARIES if kind is PhotoKind.RAW else ()), *_VIGNETTE)


def held_in(settings: Mapping[str, object]) -> frozenset[str]:
    """The parameters that stay in a photo with these settings: they mean nothing in a black and white one, where white
    balance would do what the mix does.
    """
    return frozenset(("temperature", "tint", "saturation", "vibrance") if settings.get("ConvertToGrayscale") else ())


def groups_of(names: Sequence[str]) -> list[tuple[list[int], float]]:
    """The places of the parameters of each slider that has to pay, and what it must pay (see `Solver`); both axes of
    one tint belong together.
    """
    found: dict[str, tuple[list[int], float]] = {}
    for place, name in enumerate(names):
        if name in _PLAIN:
            continue
        pays = _PAYS_BY_EDIT if name in BY_EDIT else _PAYS
        found.setdefault(name.removesuffix("_x").removesuffix("_y"), ([], pays))[0].append(place)
    return list(found.values())


def reach(name: str) -> float:
    """How far a match moves a parameter from its start at most, in normalised units: no farther than a person would."""
    return next((far for start, far in _REACH.items() if name.startswith(start)), np.inf)


# A name has the first of these that it begins with. Tints are counted in 2, the amount of a vignette in 5, all others
# in 10 steps of a slider.
_REACH: Final = {
    "hue": 4.0,
    "saturation_": 7.0,
    "luminance": 5.0,
    "primary": 4.0,
    "grey": 8.0,
    "toning": 30.0,
    "vignette_": 4.0,
    "vignette": 20.0,
}
_PLAIN: Final = ("temperature", "tint", "exposure", "contrast", "saturation")  # what a person reaches for first
_PAYS: Final = 1.0
_PAYS_BY_EDIT: Final = 6.0  # the log of the independent pixels that a picture counts for
_SIGMA: Final = {
    "clarity": 3.0,
    "dehaze": 2.0,
    **dict.fromkeys(_TINTS, 6.0),
    **dict.fromkeys(_HSL, 2.0),
    **dict.fromkeys(_PRIMARIES, 2.0),
    **dict.fromkeys(MIX, 3.0),
    "vignette": 6.0,
    "vignette_midpoint": 2.0,
    "vignette_feather": 2.0,
}
_USUAL: Final = 4.0
_TIGHTEST, _WIDEST = 0.5, 6.0


def deviation(name: str, expected: float | None, size: float) -> float:
    """The prior's standard deviation of a parameter from its start, in normalised units.

    `expected` is the learned model's deviation, in the unit of which `size` make one normalised unit; None where it was
    not trained. It says nothing of BY_EDIT: the model does not see what was not translated.
    """
    if expected is None or name in BY_EDIT:
        return _SIGMA.get(name, _USUAL)
    return min(max(expected / size, _TIGHTEST), _WIDEST)
