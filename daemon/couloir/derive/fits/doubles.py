"""The Apertures and Camera Raws that a fit must hold for: forms of a formula, and ends of the ranges of constants.

Neither program's own formulas are known. A fit is made for the forms that a model's training has
(`couloir.learn.formulas`), and held to every form of the enumeration, those for testing and validation included: what
is seen by no fit can still refuse it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from couloir.aperture.adjustments import Adjustment
from couloir.color.spaces import srgb_shown
from couloir.engines import aperture, camera_raw
from couloir.engines.constants import ConstantRange, list_constants
from couloir.engines.protocol import Picture


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula of Aperture's: the field that has its form, every form, and those that a fit is made for.

    `strengths` are its uncertain constants that act together, and `against` those whose upper end acts as the lower one
    of the others.
    """

    field: str
    forms: tuple[StrEnum, ...]
    fitted: Collection[StrEnum]
    strengths: tuple[str, ...] = ()
    against: tuple[str, ...] = ()

    def draw(self, chart: Picture, adjustment: Adjustment) -> tuple[list[Picture], list[Picture]]:
        """The chart as each double draws it, sRGB-encoded: those that the fit is made for, and the others."""
        drawn = {
            form: [
                srgb_shown(aperture.apply(chart, adjustment, constants=each))
                for each in _ends(
                    replace(aperture.NOMINAL, **{self.field: form}),  # type: ignore[arg-type]
                    self.strengths,
                    self.against,
                )
            ]
            for form in self.forms
        }
        known = [picture for form in self.forms if form in self.fitted for picture in drawn[form]]
        return known, [picture for form in self.forms if form not in self.fitted for picture in drawn[form]]


def camera_raws(strengths: Sequence[str]) -> tuple[camera_raw.Constants, ...]:
    """The nominal Camera Raw, and both ends of the ranges of these constants, which act together."""
    return tuple(_ends(camera_raw.NOMINAL, strengths))


def _ends(nominal: Any, strengths: Sequence[str], against: Sequence[str] = ()) -> list[Any]:
    """The nominal instance, and both ends."""
    if not (strengths or against):
        return [nominal]
    ranges = list_constants(type(nominal))
    found = [nominal]
    for end, other in (("low", "high"), ("high", "low")):
        ends = {name: _at(nominal, name, ranges[name], end) for name in strengths}
        ends |= {name: _at(nominal, name, ranges[name], other) for name in against}
        found.append(replace(nominal, **ends))
    return found


def _at(nominal: Any, name: str, known: ConstantRange, end: str) -> Any:
    value, limit = getattr(nominal, name), getattr(known, end)
    return tuple(each * limit for each in value) if known.factor else limit
