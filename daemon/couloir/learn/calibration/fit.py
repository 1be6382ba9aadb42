"""Fits one family of constants and forms to photos: robust least squares, held out by photo, with intervals.

For every combination of forms the constants are found by Gauss-Newton on the whitened difference from the previews,
with Cauchy's weights, within the ranges that the engine states. The intervals hold 80 %: they are those of the sandwich
estimate with one cluster a photo (K.-Y. Liang, S. L. Zeger, "Longitudinal data analysis using generalized linear
models", Biometrika 73, 1986), because the pixels of one photo err together. What is claimed of a fit is its difference
on held-out photos (five parts in turn). A guess counts as wrong only where that falls by more than chance explains, by
the signed ranks of the photos' gains (F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1,
1945): most photos hardly use a slider, and a mean's error would be that of the few that do.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from couloir.aperture.adjustments import Adjustment
from couloir.engines.aperture import NOMINAL, Constants
from couloir.engines.constants import list_constants, list_variants
from couloir.learn.calibration.chance import (
    LEAST,
    PARTS,
    SURE,
    certainty_of,
    choose_by_part,
    choose_form,
    find_equals,
    parts_of,
)
from couloir.learn.calibration.evidence import PhotoEvidence
from couloir.learn.calibration.families import Exercises, Family
from couloir.learn.calibration.findings import CalibrationVerdict, ConstantFinding, FamilyFit, FormFinding

FEWEST: Final = 12
"""Photos that must exercise a constant or a form; with fewer it stays as it was guessed."""

MOST: Final = 80
"""Photos that are used for one constant; more would not narrow what systematic differences leave."""

_SCREENED: Final = 24  # photos on which combinations of forms are compared first
_FINALISTS: Final = 3
_OUTLIER: Final = 10.0  # CIEDE2000 that one photo counts for at most
_CAUCHY: Final = 4.0  # CIEDE2000 beyond which a pixel counts less
_STEP: Final = 0.02  # of a range, for slopes
_ROUNDS, _SETTLED = 8, 2e-3
_PRIOR: Final = 1e-4  # curvature of a range's own knowledge, against squared CIEDE2000
_NEAR: Final = 0.25  # of a range: an interval that ends no further from a guess confirms it
_Z80: Final = 1.2816
_SYSTEMATIC: Final = 0.05
"""The standard deviation, as a share of a range, of what reduced pictures, JPEG and other wrong guesses leave.

With 0.02, 26 of 36 intervals in two simulated libraries of 200 photos held the hidden constant, 9 of 17 in the one
with new forms.
"""

Vector = NDArray[np.float64]


class EditedPhoto(Protocol):
    """Anything with adjustments: a photo, or one whose pictures are not read yet."""

    @property
    def adjustments(self) -> tuple[Adjustment, ...]: ...


P = TypeVar("P", bound=EditedPhoto)
_RANGES: Final = list_constants(Constants)
_VARIANTS: Final = list_variants(Constants)


def fit_family(photos: Sequence[PhotoEvidence], family: Family, constants: Constants) -> FamilyFit | None:
    """Fit a family while everything else is as `constants` has it; None where too few photos exercise it."""
    counts = {name: sum(map(_exercised(acts), photos)) for name, acts in {**family.constants, **family.forms}.items()}
    names = tuple(name for name in family.constants if counts[name] >= FEWEST)
    open_forms = tuple(name for name in family.forms if counts[name] >= FEWEST)
    if not names and not open_forms:
        return None
    guess = _with_guesses(family, constants)
    tries = [
        _Fit(photos[:: max(1, len(photos) // _SCREENED)], names, _formed(guess, open_forms, forms)).run(rounds=4)
        for forms in itertools.product(*(choices(family, name) for name in open_forms))
    ]
    finalists = sorted(tries[1:], key=lambda each: each.loss())[:_FINALISTS]
    fits = [each.on(photos).run(_ROUNDS) for each in (tries[0], *finalists)]
    held_out = np.array([fit.held_out() for fit in fits])
    best = choose_form(held_out)
    chosen, parts = choose_by_part(held_out), parts_of(len(photos))
    before = np.array([min(photo.difference(guess), _OUTLIER) for photo in photos])
    after = held_out[chosen[parts], np.arange(len(photos))]
    gain = before - after
    certainty = certainty_of(gain)
    fit = fits[best]
    equal = [best, *find_equals(best, held_out)]
    alike = [fits[number] for number in equal] if family.tried else [fit]
    found = _told(alike, [counts[name] for name in names])
    decided = before.mean() - after.mean() <= LEAST and all(map(_confirms, found))
    verdict = CalibrationVerdict.HOLDS if decided else CalibrationVerdict.UNDECIDED
    if gain.mean() > LEAST and certainty > SURE:
        verdict = CalibrationVerdict.WRONG
    return FamilyFit(
        family=family,
        constants=found,
        forms=tuple(
            FormFinding(
                name,
                str(getattr(guess, name)),
                str(getattr(fit.base, name)),
                _other_forms(name, [fits[number] for number in equal]),
                counts[name],
            )
            for name in open_forms
        ),
        photos=len(photos),
        before=float(before.mean()),
        after=float(after.mean()),
        certainty=certainty,
        verdict=verdict,
        used=fit.constants() if verdict is CalibrationVerdict.WRONG else guess,
    )


def pick_photos(photos: Sequence[P], family: Family, families: Sequence[Family]) -> list[P]:
    """The photos to fit a family on: those that exercise it, up to MOST for each constant and form, the ones with the
    fewest other guesses in them first. Half of MOST must be without any, or others are added up to that number.
    """
    own = {family.name, *family.relies_on}
    others = [each for each in families if each.name not in own and not each.relies_on]
    blurred = [sum(any(map(each.is_exercised_by, photo.adjustments)) for each in others) for photo in photos]
    picked: dict[int, None] = {}
    for acts in {**family.constants, **family.forms}.values():
        exercised = [n for n, photo in enumerate(photos) if _exercised(acts)(photo)]
        fitting = sorted(exercised, key=lambda n: blurred[n])
        clean = sum(blurred[n] == 0 for n in fitting)
        picked.update(dict.fromkeys(fitting[: min(MOST, max(clean, MOST // 2))]))
    return [photos[number] for number in picked]


class _Fit:
    """One combination of forms, and the constants `names` at `at`: shares of their ranges, 0 to 1."""

    def __init__(
        self, photos: Sequence[PhotoEvidence], names: tuple[str, ...], base: Constants, at: Vector | None = None
    ) -> None:
        self.photos, self.names, self.base = photos, names, base
        self.at = np.array([_share(name, value_of(name, base)) for name in names]) if at is None else at

    def on(self, photos: Sequence[PhotoEvidence]) -> _Fit:
        return _Fit(photos, self.names, self.base, self.at)

    def constants(self, at: Vector | None = None) -> Constants:
        values = self.at if at is None else at
        return replace(
            self.base,
            **{name: as_field(name, _unshared(name, share)) for name, share in zip(self.names, values, strict=True)},
        )

    def run(self, rounds: int) -> _Fit:
        """Gauss-Newton with halved steps where a step would not help."""
        if not self.names:
            return self
        loss = self.loss()
        for _ in range(rounds):
            curvature, slope = self._normal()
            step = -np.linalg.solve(curvature.sum(axis=0) + _PRIOR * np.eye(len(self.at)), slope.sum(axis=0))
            for _ in range(4):
                tried = np.clip(self.at + step, 0, 1)
                reached = self.loss(tried)
                if reached < loss:
                    break
                step /= 2
            else:
                return self
            moved, self.at, loss = float(np.abs(tried - self.at).max()), tried, reached
            if moved < _SETTLED:
                break
        return self

    def loss(self, at: Vector | None = None) -> float:
        """Mean over photos of Cauchy's measure of the difference."""
        constants = self.constants(at)
        return float(np.mean([_cauchy(photo.residual(constants)) for photo in self.photos]))

    def held_out(self) -> Vector:
        """The mean CIEDE2000 of each photo with the constants that the other parts of the photos give."""
        parts = parts_of(len(self.photos))
        if not self.names:
            return np.array([min(photo.difference(self.base), _OUTLIER) for photo in self.photos])
        curvature, slope = self._normal()
        prior = _PRIOR * np.eye(len(self.at))
        found = np.zeros(len(self.photos))
        for part in range(PARTS):
            others = parts != part
            step = np.linalg.solve(curvature[others].sum(axis=0) + prior, slope[others].sum(axis=0))
            constants = self.constants(np.clip(self.at - step, 0, 1))
            for number in np.flatnonzero(~others).tolist():
                found[number] = min(self.photos[number].difference(constants), _OUTLIER)
        return found

    def deviations(self) -> Vector:
        """Standard deviations of `at`."""
        if not self.names:
            return self.at
        curvature, slope = self._normal()
        n, count = slope.shape
        bread = np.linalg.inv(curvature.sum(axis=0) + _PRIOR * np.eye(count))
        meat = slope.T @ slope * n / max(n - count, 1)
        return np.sqrt(np.diag(bread @ meat @ bread))

    def _normal(self) -> tuple[Vector, Vector]:
        """J'WJ (photos, n, n) and J'Wr (photos, n) of each photo, each the mean over its pixels."""
        here = self.constants()
        signs = np.where(self.at + _STEP <= 1, 1.0, -1.0)
        there = [self.constants(self.at + step) for step in np.diag(_STEP * signs)]
        curvature, slope = [], []
        for photo in self.photos:
            residual = photo.residual(here)
            weight = _weights(residual)
            slopes = np.stack(
                [(photo.residual(each) - residual) / (_STEP * sign) for each, sign in zip(there, signs, strict=True)]
            ).reshape(len(self.at), -1)
            weighted = slopes * np.repeat(weight, 3) / len(residual)
            curvature.append(weighted @ slopes.T)
            slope.append(weighted @ residual.reshape(-1))
        return np.array(curvature), np.array(slope)


def _told(alike: Sequence[_Fit], photos: Sequence[int]) -> tuple[ConstantFinding, ...]:
    """What the first of some fits found; intervals hold those of the others, which differ in another constant."""
    at = np.array([fit.at for fit in alike])
    halves = np.array([_Z80 * np.hypot(fit.deviations(), _SYSTEMATIC) for fit in alike])
    lowest, highest = (at - halves).min(axis=0), (at + halves).max(axis=0)
    found = []
    for place, name in enumerate(alike[0].names):
        value, low, high = (_unshared(name, float(each[place])) for each in (at[0], lowest, highest))
        guess = 1.0 if _RANGES[name].factor else float(getattr(NOMINAL, name))
        at_end = not _STEP / 2 < at[0][place] < 1 - _STEP / 2
        found.append(ConstantFinding(name, guess, value, low, high, at_end, photos[place]))
    return tuple(found)


def _confirms(found: ConstantFinding) -> bool:
    """Whether the whole interval lies near the guess."""
    near = _NEAR * (_RANGES[found.name].high - _RANGES[found.name].low)
    return max(found.guess - found.low, found.high - found.guess) <= near


def _other_forms(name: str, alike: Sequence[_Fit]) -> tuple[str, ...]:
    """The forms of a formula in some fits, but for that of the first one."""
    forms = dict.fromkeys(str(getattr(fit.base, name)) for fit in alike)
    return tuple(forms)[1:]


def _with_guesses(family: Family, constants: Constants) -> Constants:
    return replace(constants, **{name: getattr(NOMINAL, name) for name in (*family.constants, *family.forms)})


def choices(family: Family, name: str) -> tuple[Any, ...]:
    """The forms that are tried for a formula, the guess first."""
    return family.tried.get(name) or _VARIANTS[name]


def _formed(constants: Constants, names: Sequence[str], forms: tuple[Any, ...]) -> Constants:
    return replace(constants, **dict(zip(names, forms, strict=True)))


def _exercised(acts: Exercises) -> Callable[[EditedPhoto], bool]:
    return lambda photo: any(map(acts, photo.adjustments))


def value_of(name: str, constants: Constants) -> float:
    """A constant's value; of a table, its factor on the nominal one."""
    value = getattr(constants, name)
    return float(value[0] / getattr(NOMINAL, name)[0]) if _RANGES[name].factor else float(value)


def _share(name: str, value: float) -> float:
    return (value - _RANGES[name].low) / (_RANGES[name].high - _RANGES[name].low)


def _unshared(name: str, share: float) -> float:
    return _RANGES[name].low + float(share) * (_RANGES[name].high - _RANGES[name].low)


def as_field(name: str, value: float) -> Any:
    """The field of `Constants` for a value; for a table, whose value is a factor, the table.

    The inverse of `value_of`.
    """
    return tuple(value * each for each in getattr(NOMINAL, name)) if _RANGES[name].factor else value


def _weights(residual: Vector) -> Vector:
    return np.asarray(1 / (1 + (residual**2).sum(axis=1) / _CAUCHY**2))


def _cauchy(residual: Vector) -> float:
    return float(_CAUCHY**2 * np.log1p((residual**2).sum(axis=1) / _CAUCHY**2).mean())
