"""Means over photos, groups and families, each shrunk towards the one above it.

The estimate is a normal one with three levels (photo in group in family), as in D. R. Cox and P. J. Solomon,
"Components of Variance" (2002), chapter 2: a mean of n photos has the weight n against a prior that is worth as many
photos as the variance within is larger than the variance between. Both variances come from the photos measured so far
(analysis of variance), and from PRIOR_SPREAD as long as these are few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Numbers = NDArray[np.int64]

_FEW: Final = 20.0  # degrees of freedom that the prior of a variance is worth
_LEAST_SHARE, _MOST_SHARE = 0.02, 4.0  # variance between, in units of the variance within


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of some groups: the mean that is expected of a photo, the variance of that mean, and that of a photo about it."""

    mean: Vector
    of_mean: Vector
    within: float


class Hierarchy:
    """The running sums of one quantity. `prior`: its mean before anything was measured, `spread` its deviation."""

    def __init__(self, family_of: Numbers, prior: float, spread: float) -> None:
        self._family_of = family_of
        self._prior, self._spread = prior, spread
        self.photos = np.zeros(len(family_of))
        self._sum = np.zeros(len(family_of))
        self._squares = 0.0
        families = int(family_of.max()) + 1 if len(family_of) else 0
        self.of_family = np.zeros(families)
        self._family_sum = np.zeros(families)
        self.fit()

    def add(self, group: int, value: float) -> None:
        """Count a photo of a group."""
        family = self._family_of[group]
        self.photos[group] += 1
        self._sum[group] += value
        self._squares += value * value
        self.of_family[family] += 1
        self._family_sum[family] += value

    def take_back(self, group: int, value: float) -> None:
        """Undo `add`."""
        family = self._family_of[group]
        self.photos[group] -= 1
        self._sum[group] -= value
        self._squares -= value * value
        self.of_family[family] -= 1
        self._family_sum[family] -= value

    def grow(self, family_of: Numbers) -> None:
        """New groups, at the end, of families that are known."""
        more = np.zeros(len(family_of) - len(self.photos))
        self._family_of = family_of
        self.photos, self._sum = np.concatenate([self.photos, more]), np.concatenate([self._sum, more])

    def fit(self) -> None:
        """Estimate the variances anew from everything that was added."""
        total = float(self.photos.sum())
        seen, there = self.photos > 0, self.of_family > 0
        means, family_means = self._sum[seen] / self.photos[seen], self._family_sum[there] / self.of_family[there]
        inner = self._squares - float((self.photos[seen] * means**2).sum())
        free = total - float(seen.sum())
        self._within = (max(inner, 0.0) + _FEW * self._spread**2) / (free + _FEW)
        middle = np.zeros(len(self.of_family))
        middle[there] = family_means
        apart = means - middle[self._family_of[seen]]
        groups = float(max(seen.sum() - there.sum(), 0))
        noise = self._within / self.photos[seen]
        self._groups = self._bounded(float((apart**2 - noise).sum()), groups)
        overall = float((self._sum.sum() + self._prior) / (total + 1))
        noise_of_family = (self._within + self._groups) / np.maximum(self.of_family[there], 1)
        self._families = self._bounded(
            float(((family_means - overall) ** 2 - noise_of_family).sum()), float(there.sum())
        )
        own = self.of_family / (self._within + self._groups)
        above = 1 / self._families
        self._family_mean = (own * np.where(there, middle, 0) + above * overall) / (own + above)
        self._family_variance = 1 / (own + above)

    def of_groups(self, groups: Numbers) -> Estimate:
        """What is expected of a photo of each of these groups."""
        own, above = self.photos[groups] / self._within, 1 / self._groups
        families = self._family_of[groups]
        mean = (self._sum[groups] / self._within + above * self._family_mean[families]) / (own + above)
        share = above / (own + above)
        return Estimate(mean, 1 / (own + above) + share**2 * self._family_variance[families], self._within)

    def _bounded(self, squares: float, free: float) -> float:
        """A variance between, from its sum of squares; a quarter of that within is expected before."""
        found = (squares + _FEW / 2 * self._within / 4) / (free + _FEW / 2)
        return float(np.clip(found, _LEAST_SHARE * self._within, _MOST_SHARE * self._within))


def fit_correction(changes: NDArray[np.float64], parent: Vector, photos_worth: float = 1.0) -> Vector:
    """The correction of a node from its members' changes, shrunk towards its parent's, which is worth so many photos.

    Each parameter is the mean of the middle: changes beyond the median by three deviations count as lying there.
    """
    if not len(changes):
        return parent
    middle = np.median(changes, axis=0)
    spread = np.maximum(1.4826 * np.median(np.abs(changes - middle), axis=0), 0.5)
    mean = np.clip(changes, middle - 3 * spread, middle + 3 * spread).mean(axis=0)
    return np.asarray((len(changes) * mean + photos_worth * parent) / (len(changes) + photos_worth))
