"""Camera offsets: the mean change that matched photos of one camera, profile and decoder needed, where it helps.

The estimate is hierarchical: a group's mean is shrunk towards its relatives (the photos of the maker's other cameras,
and those towards all others'), so that a group with few photos follows its maker. Fewer than FEWEST solved photos give
no offset.

An offset is given only if it helps photos that it was not made from. Photos differ for other reasons than their camera;
a mean over such differences is noise, and in simulated libraries the plain mean worsened half of the RAW photos on a
learnt profile. So every mean is cross-validated (M. Stone, "Cross-validatory choice and assessment of statistical
predictions", Journal of the Royal Statistical Society B 36, 1974): a group's on its own photos, five parts in turn; a
maker's on its cameras in turn and that of all photos on the makers in turn, because they serve cameras without photos
of their own. The error is the distance from the photo's solution in normalised units of the sliders. Of the SHARES of
the mean the one with the least error on the held-out photos counts. It is given if the gain exceeds two standard errors
and three of five held-out photos come nearer; otherwise the offset is empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from couloir.aperture.model import Version
from couloir.derive.controls import PARAMETERS
from couloir.profiles.candidates import decoder_of

FEWEST: Final = 10
"""The least number of solved photos, over all groups, from which offsets are estimated."""

UNKNOWN: Final = "unknown camera"
_NAMES: Final = tuple(PARAMETERS)
_NOTHING: Final = np.zeros(len(_NAMES))
_PHOTO: Final = 2.0  # normalised units by which one photo's solution differs from its group's mean
_RELATIVES: Final = 2.0  # normalised units by which a camera differs from its maker's mean, and a maker from all
_OUTLIER: Final = 3.0  # deviations from the median beyond which a value counts as lying there

SHARES: Final = (1.0, 0.75, 0.5, 0.25)
"""The shares of a mean that are tried on held-out photos."""

_PARTS: Final = 5
_ERRORS: Final = 2.0  # standard errors that a gain must exceed
_NEARER: Final = 0.6  # of the held-out photos
_LEAST: Final = 1e-6  # of a gain: rounding errors are none

Group = tuple[str, str, str]
"""Camera, profile, decoder."""

_Key = TypeVar("_Key", str, Group)
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SolvedPhoto:
    """A photo whose match is finished. `change`: from translation to match, by parameter in normalised units."""

    camera: str
    maker: str
    profile: str
    decoder: str
    change: Mapping[str, float]

    @property
    def group(self) -> Group:
        return self.camera, self.profile, self.decoder

    @classmethod
    def of(cls, version: Version, profile: str, change: Mapping[str, float] | None = None) -> SolvedPhoto:
        """A photo of this version on a camera profile. Without `change` it serves to look up an offset only."""
        camera, maker = (str(version.exif.get(key) or UNKNOWN) for key in ("Model", "Make"))
        return cls(camera, maker, profile, decoder_of(version), change or {})


@dataclass(frozen=True, slots=True)
class Offsets:
    """Offsets in normalised units, by parameter: for all photos, by maker, and by group."""

    photos: int
    overall: Mapping[str, float]
    makers: Mapping[str, Mapping[str, float]]
    groups: Mapping[Group, Mapping[str, float]]

    def of(self, camera: str, maker: str, profile: str, decoder: str) -> Mapping[str, float]:
        """The offset of a photo: its group's, else its maker's, else that of all. Empty below FEWEST photos."""
        group = self.groups.get((camera, profile, decoder))
        return group if group is not None else self.makers.get(maker, self.overall)

    def for_photo(self, photo: SolvedPhoto) -> Mapping[str, float]:
        """The offset of a photo that is not solved yet."""
        return self.of(photo.camera, photo.maker, photo.profile, photo.decoder)

    def as_dict(self) -> dict[str, object]:
        """Plain data for a file; a group is named by its three parts."""
        told = asdict(self)
        told["groups"] = [[*group, dict(values)] for group, values in self.groups.items()]
        return told

    @classmethod
    def from_dict(cls, kept: Mapping[str, object]) -> Offsets:
        """The inverse of `as_dict`. Raises ValueError for anything else."""
        try:
            groups = {(str(c), str(p), str(d)): _vector(values) for c, p, d, values in kept["groups"]}  # type: ignore[attr-defined]
            makers = {str(maker): _vector(values) for maker, values in kept["makers"].items()}  # type: ignore[attr-defined]
            return cls(int(str(kept["photos"])), _vector(kept["overall"]), makers, groups)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"not offsets: {error}") from error


NO_OFFSETS: Final = Offsets(0, {}, {}, {})
"""The offsets of a library without matched photos."""


def fit(solved: Sequence[SolvedPhoto]) -> Offsets:
    """Estimate the offsets from these photos, empty where held-out photos do not gain; their order does not matter."""
    if len(solved) < FEWEST:
        return Offsets(len(solved), {}, {}, {})
    photos = sorted(solved, key=lambda each: (each.maker, each.group, _row(each)))
    changes = np.array([_row(each) for each in photos])
    makers, of_maker = _numbered([each.maker for each in photos])
    groups, of_group = _numbered([each.group for each in photos])
    others = [_shrunk(changes[of_maker != number], _NOTHING) for number in range(len(makers))]
    by_maker = [
        _helpful(changes[of_maker == number], others[number], of_group[of_maker == number])
        for number in range(len(makers))
    ]
    by_group = []
    for number in range(len(groups)):
        own = of_group == number
        maker = int(of_maker[own][0])
        if own.sum() < _PARTS:  # too few to hold any out
            by_group.append(by_maker[maker])
        else:
            relatives = _shrunk(changes[(of_maker == maker) & ~own], others[maker])
            by_group.append(_helpful(changes[own], relatives, of_group[own]))
    return Offsets(
        len(solved),
        _named(_helpful(changes, _NOTHING, of_maker)),
        {maker: _named(vector) for maker, vector in zip(makers, by_maker, strict=True)},
        {group: _named(vector) for group, vector in zip(groups, by_group, strict=True)},
    )


def _helpful(changes: Vector, parent: Vector, families: NDArray[np.intp]) -> Vector:
    """The share of the photos' shrunk mean that helps held-out photos; zeros if none does.

    Whole families (cameras, or makers) are held out if there are several, otherwise parts of the photos.
    """
    parts = families if len(np.unique(families)) > 1 else np.arange(len(changes)) % _PARTS
    predicted = np.zeros_like(changes)
    for part in np.unique(parts):
        predicted[parts == part] = _shrunk(changes[parts != part], parent)
    untouched = np.linalg.norm(changes, axis=1)
    gains = [untouched - np.linalg.norm(changes - share * predicted, axis=1) for share in SHARES]
    best = max(range(len(SHARES)), key=lambda number: float(gains[number].mean()))
    gain = gains[best]
    sure = gain.mean() > max(_ERRORS * float(gain.std()) / len(gain) ** 0.5, _LEAST)
    if not sure or (gain > 0).mean() < _NEARER:
        return _NOTHING
    return SHARES[best] * _shrunk(changes, parent)


def _shrunk(changes: Vector, parent: Vector) -> Vector:
    """The mean without outliers, shrunk towards the parent's mean; the parent's mean if there is no photo.

    It is the posterior mean of a normal distribution with known variances: n photos have the weight n / PHOTO^2, the
    parent 1 / RELATIVES^2.
    """
    if not len(changes):
        return parent
    middle = np.median(changes, axis=0)
    spread = np.maximum(1.4826 * np.median(np.abs(changes - middle), axis=0), 0.1)
    mean = np.clip(changes, middle - _OUTLIER * spread, middle + _OUTLIER * spread).mean(axis=0)
    own, others = len(changes) / _PHOTO**2, 1 / _RELATIVES**2
    return np.asarray((own * mean + others * parent) / (own + others))


def _row(photo: SolvedPhoto) -> tuple[float, ...]:
    return tuple(photo.change.get(name, 0.0) for name in _NAMES)


def _numbered(keys: Sequence[_Key]) -> tuple[list[_Key], NDArray[np.intp]]:
    """The different keys in order, and for each key its number among them."""
    different = sorted(set(keys))
    number = {key: place for place, key in enumerate(different)}
    return different, np.array([number[key] for key in keys], dtype=np.intp)


def _named(vector: NDArray[np.float64]) -> dict[str, float]:
    return {name: float(value) for name, value in zip(_NAMES, vector, strict=True) if value}


def _vector(values: object) -> dict[str, float]:
    return {str(name): float(value) for name, value in dict(values).items()}  # type: ignore[call-overload]
