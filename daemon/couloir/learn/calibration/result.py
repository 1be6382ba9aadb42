"""What a calibration found, as a file of numbers: it is kept for the library, and may be contributed.

It holds no pixels, names, times or places: families and fields of the Aperture engine, numbers, and how many photos.
Files are not trusted: every name and number is checked when one is read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Annotated, Final

import msgspec

from couloir import __version__
from couloir.derive.strengths import Strengths
from couloir.engines.aperture import Constants
from couloir.engines.constants import list_constants
from couloir.errors import BadCalibration
from couloir.learn.calibration.calibrate import CalibrationFit
from couloir.learn.calibration.families import FAMILIES
from couloir.learn.calibration.findings import CalibrationVerdict
from couloir.learn.calibration.fit import choices

SUFFIX: Final = ".calibration.json"
CALIBRATION_SCHEMA: Final = 1

_MAX_BYTES: Final = 1024 * 1024
_DECIMALS: Final = 6
_BY_NAME: Final = {family.name: family for family in FAMILIES}
_STRONGEST: Final = 400.0  # of a slider, or of a factor
_NOTE: Final = (
    "What Couloir found out about Aperture's formulas from a library of edited photos. It holds no pixels, no file "
    "names, no times, no places and no people."
)

Name = Annotated[str, msgspec.Meta(max_length=60)]


class ConstantEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One constant of the Aperture engine: `low` to `high` is its 80 % interval. Of a table all are factors."""

    name: Name
    guess: float
    found: float
    low: float
    high: float
    at_end: bool
    photos: int


class FormEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One formula's form, and the others that fit as well."""

    name: Name
    guess: Name
    found: Name
    as_good: Annotated[list[Name], msgspec.Meta(max_length=10)]
    photos: int


class FamilyEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`before` and `after`: mean CIEDE2000 on held-out photos by the guesses and by what was found."""

    name: Name
    photos: int
    before: float
    after: float
    certainty: float
    verdict: CalibrationVerdict
    constants: Annotated[list[ConstantEntry], msgspec.Meta(max_length=10)]
    forms: Annotated[list[FormEntry], msgspec.Meta(max_length=10)]


class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole document. `strengths` has those of `couloir.derive.strengths` that follow from it."""

    couloir_calibration: int
    couloir: Name
    note: Annotated[str, msgspec.Meta(max_length=400)]
    photos: int
    families: Annotated[list[FamilyEntry], msgspec.Meta(max_length=len(FAMILIES))]
    untold: Annotated[list[Name], msgspec.Meta(max_length=len(FAMILIES))]
    strengths: Annotated[dict[Name, float], msgspec.Meta(max_length=len(fields(Strengths)))]

    def as_strengths(self) -> Strengths:
        """The strengths of translations for this library; those that were not measured are the usual ones."""
        return Strengths(**self.strengths)


def make(found: CalibrationFit, photos: int, strengths: dict[str, float]) -> Calibration:
    """The document of a fit to so many photos."""
    families = [
        FamilyEntry(
            name=fit.family.name,
            photos=fit.photos,
            before=_short(fit.before),
            after=_short(fit.after),
            certainty=_short(fit.certainty),
            verdict=fit.verdict,
            constants=[
                ConstantEntry(
                    name=each.name,
                    guess=_short(each.guess),
                    found=_short(each.found),
                    low=_short(each.low),
                    high=_short(each.high),
                    at_end=each.at_end,
                    photos=each.photos,
                )
                for each in fit.constants
            ],
            forms=[FormEntry(each.name, each.guess, each.found, list(each.as_good), each.photos) for each in fit.forms],
        )
        for fit in found.fits
    ]
    return Calibration(
        CALIBRATION_SCHEMA,
        __version__,
        _NOTE,
        photos,
        families,
        [family.name for family in found.untold],
        {name: _short(value) for name, value in strengths.items()},
    )


def to_bytes(calibration: Calibration) -> bytes:
    """The text of the file, which can be read before it is sent."""
    return msgspec.json.format(msgspec.json.encode(calibration), indent=1) + b"\n"


def read(path: Path) -> Calibration:
    """The calibration in a file. Raises BadCalibration for one that no calibration could have written."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise BadCalibration(path=path, why=f"it is larger than {_MAX_BYTES} bytes")
        found = msgspec.json.decode(path.read_bytes(), type=Calibration)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadCalibration(path=path, why=str(error)) from error
    if found.couloir_calibration != CALIBRATION_SCHEMA:
        raise BadCalibration(path=path, why="it was made by another version of Couloir")
    for why in _faults(found):
        raise BadCalibration(path=path, why=why)
    return found


def _faults(found: Calibration) -> Iterable[str]:
    ranges = list_constants(Constants)
    if found.photos < 0 or not {*found.untold} <= _BY_NAME.keys():
        yield "it names what no calibration has"
    for each in found.families:
        family = _BY_NAME.get(each.name)
        if family is None or {c.name for c in each.constants} - {*family.constants}:
            yield f"there is no family {each.name!r} with such constants"
            return
        if not all(0 <= value <= 200 for value in (each.before, each.after)) or not math.isfinite(each.certainty):
            yield f"a difference of {each.name} is impossible"
        for constant in each.constants:
            known = ranges[constant.name]
            if not known.low - 1e-6 <= constant.found <= known.high + 1e-6 or not (
                constant.low <= constant.found <= constant.high and math.isfinite(constant.guess)
            ):
                yield f"{constant.name} is out of its range"
        for form in each.forms:
            named = {form.found, form.guess, *form.as_good}
            if form.name not in family.forms or named - {*map(str, choices(family, form.name))}:
                yield f"{form.name} has no such form"
    known_strengths = asdict(Strengths())
    if not all(name in known_strengths and abs(value) <= _STRONGEST for name, value in found.strengths.items()):
        yield "a strength in it is unknown or impossible"


def _short(value: float) -> float:
    """Rounded for reading; beyond these digits a calibration says nothing."""
    return float(f"{value:.{_DECIMALS}g}")
