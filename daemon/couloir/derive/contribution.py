"""What one adjustment contributes to a translation, before contributions are combined and clamped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from couloir.aperture.model import PixelSize
from couloir.derive.curves import Curves
from couloir.derive.manifest import NEUTRAL, Carries, Carry
from couloir.derive.strengths import MIDDLE, Strengths
from couloir.lightroom.local.repairs import NO_REPAIRS, Repairs
from couloir.lightroom.settings import PhotoKind


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """The facts about a photo that a translation may depend on. Sizes as in `couloir.aperture.model.Version`."""

    kind: PhotoKind
    master_size: PixelSize | None
    processed_size: PixelSize | None
    rotation: int
    strengths: Strengths = MIDDLE


@dataclass(frozen=True, slots=True)
class Contribution:
    """The contribution of one adjustment. `sliders` are added over the adjustments of one version, except Saturation,
    which is a gain and is multiplied; `curves` are composed; `couloir.derive.repeated` joins white balances.

    `white_balance` is (Temperature, Tint) for RAW files and (IncrementalTemperature, IncrementalTint) for rendered
    ones. `grayscale` makes the whole photo black and white. `repairs` are retouched places. `carries` are the manifest
    rows of the parameters that were moved.
    """

    carries: tuple[Carry, ...]
    sliders: Mapping[str, float] = field(default_factory=dict)
    curves: Curves | None = None
    white_balance: tuple[float, float] | None = None
    grayscale: bool = False
    repairs: Repairs = NO_REPAIRS


NOTHING = Contribution(carries=(NEUTRAL,))


def from_sliders(carries: Carries, moved: Mapping[str, Mapping[str, float]], *more: Carry) -> Contribution:
    """A contribution of sliders only. `moved` maps each moved parameter to the slider values it asks for.

    `more` are further rows that apply to the whole adjustment. Nothing moved and no more rows is a neutral
    contribution.
    """
    sliders: dict[str, float] = {}
    for wanted in moved.values():
        for key, value in wanted.items():
            sliders[key] = sliders.get(key, 0.0) + value
    rows = (*(carries[name] for name in moved), *more)
    return Contribution(carries=rows or (NEUTRAL,), sliders=sliders)
