"""What a plan expects of the photos that were not measured, from those that were.

What is expected of the turns that were drawn by lot from all others, against what was measured, sets the width of the
intervals (conformal prediction: V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World", 2005): they
are the only turns that the plan did not choose for a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.refine.night.estimates import Hierarchy
from couloir.refine.night.model import Expectation, Level, Numbers, Record

START_SPREAD: Final = 0.5  # of the logarithm of a difference, before anything is measured

_TENTH: Final = 1.2816  # deviations of a normal distribution that leave out a tenth at each end
_DOUBT: Final = 1.25  # factor on the width as long as few turns were drawn by lot
_FEWEST_LOTS, _OWN_SAMPLE = 30, 20
_KNOWN: Final = 3  # photos of a family without which nothing is expected of it


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a plan stands. `group_of` and `is_measured` have an entry for each photo; `family_of`, `level` and `bases`
    for each group. `starts`: by level, the logarithms of what measured photos differed by; `records`: these photos by
    group; `judged`: the latest of them by whether they are unedited RAW photos, and whether drawn by lot.
    """

    group_of: Numbers
    family_of: Numbers
    level: Numbers
    is_measured: NDArray[np.bool_]
    bases: NDArray[np.bool_]
    starts: Sequence[Hierarchy]
    records: Mapping[int, Sequence[Record]]
    judged: Mapping[tuple[bool, bool], Sequence[Record]]


def expect(at: Standing) -> Expectation:
    """What is expected of the photos that were not measured, as they are now, with their groups' corrections."""
    for hierarchy in at.starts:
        hierarchy.fit()
    groups = np.arange(len(at.family_of))
    sums = np.full((3, len(groups)), np.nan)
    for level, hierarchy in zip(Level, at.starts, strict=True):
        here = (at.level == level) & (hierarchy.of_family[at.family_of] >= _KNOWN)
        found = hierarchy.of_groups(groups[here])
        spread = np.sqrt(found.of_mean + found.within)
        low, high, more = _calibrate(at, base=level is Level.BASE)
        sums[:, here] = np.exp(np.stack([found.mean + more, found.mean + low * spread, found.mean + high * spread]))
    for group in np.flatnonzero(at.bases).tolist():
        sample = np.exp(np.sort([record.start for record in at.records.get(group, ())]))
        if len(sample) >= _OWN_SAMPLE:  # a camera's own sample needs no other's
            cut = _rank_of_tenth(len(sample))
            sums[:, group] = sample.mean(), sample[cut], sample[-1 - cut]
    each = sums[:, at.group_of]
    each[:, at.is_measured] = np.nan
    return Expectation(*each)


def bound_mean(at: Standing, found: Expectation) -> tuple[float | None, float | None]:
    """Four times of five, the mean of all photos of which `found` expects something lies between these; None for none.

    What the photos of a camera share counts for all of them at once.
    """
    told = np.isfinite(found.mean)
    if not told.any():
        return None, None
    groups = np.arange(len(at.family_of))
    per_group = np.bincount(at.group_of[told], found.mean[told], minlength=len(groups))
    families = int(at.family_of.max()) + 1
    shared = np.zeros(families)
    alone = 0.0
    for level, hierarchy in zip(Level, at.starts, strict=True):
        here = at.level == level
        estimate = hierarchy.of_groups(groups[here])
        deviation = per_group[here] * np.sqrt(estimate.of_mean)
        shared += np.bincount(at.family_of[here], deviation, minlength=families)
        of_level = told & (at.level[at.group_of] == level)
        alone += float((found.mean[of_level] ** 2).sum()) * estimate.within
    error = _TENTH * float((shared**2).sum() + alone) ** 0.5 / told.sum()
    mean = float(found.mean[told].mean())
    return max(mean - error, 0.0), mean + error


def _calibrate(at: Standing, *, base: bool) -> tuple[float, float, float]:
    """The deviations that leave out a tenth at each end, and the logarithm by which a mean exceeds a median."""
    drawn, chosen = at.judged[base, True], at.judged[base, False]
    records = [*drawn, *chosen] if base or len(drawn) < _FEWEST_LOTS else drawn
    judged = [(record.start, *found) for record in records if (found := _foresee(at, record)) is not None]
    if len(judged) < _FEWEST_LOTS:
        return -_DOUBT * _TENTH, _DOUBT * _TENTH, START_SPREAD**2 / 2
    starts, means, spreads = np.array(judged).T
    errors = np.sort((starts - means) / spreads)
    cut = _rank_of_tenth(len(errors))
    return float(errors[cut]), float(errors[-1 - cut]), float(np.log(np.exp(starts).sum() / np.exp(means).sum()))


def _foresee(at: Standing, record: Record) -> tuple[float, float] | None:
    """The mean and the deviation that are expected of a measured photo from all others."""
    group, hierarchy = int(at.group_of[record.photo]), at.starts[record.level]
    if hierarchy.of_family[at.family_of[group]] <= _KNOWN:
        return None
    hierarchy.take_back(group, record.start)
    found = hierarchy.of_groups(np.array([group]))
    hierarchy.add(group, record.start)
    return float(found.mean[0]), float(found.of_mean[0] + found.within) ** 0.5


def _rank_of_tenth(count: int) -> int:
    """The place, from 0, of the value in so many sorted ones that leaves out a tenth of further ones (conformal)."""
    return max(int(0.1 * (count + 1)) - 1, 0)
