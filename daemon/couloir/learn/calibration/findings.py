"""What a fit of one family found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from couloir.engines.aperture import Constants
from couloir.learn.calibration.families import Family


@dataclass(frozen=True, slots=True)
class ConstantFinding:
    """One constant: the engine's guess, what was found, and the ends of the 80 % interval. Of a table, its factor.

    `at_end`: the range ends there, and the truth may lie beyond. `photos` exercise it.
    """

    name: str
    guess: float
    found: float
    low: float
    high: float
    at_end: bool
    photos: int


@dataclass(frozen=True, slots=True)
class FormFinding:
    """One formula: the form that was guessed, the one that was found, and others that fit as well."""

    name: str
    guess: str
    found: str
    as_good: tuple[str, ...]
    photos: int


class CalibrationVerdict(StrEnum):
    """The outcome of a calibration for a guess."""

    WRONG = "wrong"
    HOLDS = "holds"
    UNDECIDED = "undecided"
    """Not shown to be wrong, but photos are too few, or show too little of it, to confirm it."""


@dataclass(frozen=True, slots=True)
class FamilyFit:
    """`before` and `after`: mean CIEDE2000 on held-out photos with the guesses and with what was found; `certainty`: by
    how many standard errors the ranks of their differences exceed chance. `used`: the engine's constants from now on.
    """

    family: Family
    constants: tuple[ConstantFinding, ...]
    forms: tuple[FormFinding, ...]
    photos: int
    before: float
    after: float
    certainty: float
    verdict: CalibrationVerdict
    used: Constants
