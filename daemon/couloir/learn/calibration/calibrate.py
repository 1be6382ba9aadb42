"""Calibrates the Aperture engine to photos: every family in turn, twice, because one's fit changes another's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from couloir.engines.aperture import NOMINAL, Constants
from couloir.learn.calibration.evidence import PhotoEvidence
from couloir.learn.calibration.families import FAMILIES, Family
from couloir.learn.calibration.findings import FamilyFit
from couloir.learn.calibration.fit import fit_family, pick_photos

PASSES = 2


@dataclass(frozen=True, slots=True)
class CalibrationFit:
    """`constants` are the engine's with what was found where a guess was wrong; `untold` are the families that too few
    photos exercise.
    """

    constants: Constants
    fits: tuple[FamilyFit, ...]
    untold: tuple[Family, ...]


def fit_all(
    photos: Sequence[PhotoEvidence], told: Callable[[int, int], None] = lambda _done, _of: None
) -> CalibrationFit:
    """Fit every family that enough photos exercise. `told` is called with the families done and their number.

    Where only one family is exercised, or none depends on another, the second pass confirms the first.
    """
    constants = NOMINAL
    found: dict[str, FamilyFit] = {}
    chosen = {family.name: pick_photos(photos, family, FAMILIES) for family in FAMILIES}
    for turn in range(PASSES):
        for number, family in enumerate(FAMILIES):
            known = found.get(family.name)
            if known is None or known.used != constants:  # else nothing that it stands on has changed
                fit = fit_family(chosen[family.name], family, constants) if turn == 0 or known else None
                if fit is not None:
                    found[family.name], constants = fit, fit.used
            told(turn * len(FAMILIES) + number + 1, PASSES * len(FAMILIES))
    untold = tuple(family for family in FAMILIES if family.name not in found)
    return CalibrationFit(constants, tuple(found.values()), untold)
