"""Camera offsets: the mean change that matched photos of one camera, profile and decoder needed.

The estimate is hierarchical: a group's mean is shrunk towards the mean of the camera's maker, and that towards the mean
of all photos, so that a group with few photos follows its maker. Fewer than FEWEST solved photos give no offset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
_PHOTO: Final = 2.0  # normalised units by which one photo's solution differs from its group's mean
_RELATIVES: Final = 1.0  # normalised units by which a camera differs from its maker's mean, and a maker from all
_OUTLIER: Final = 3.0  # deviations from the median beyond which a value counts as lying there

Group = tuple[str, str, str]
"""Camera, profile, decoder."""

_Key = TypeVar("_Key", str, Group)


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
    """Estimate the offsets from these photos; their order does not matter."""
    if len(solved) < FEWEST:
        return Offsets(len(solved), {}, {}, {})
    nothing = np.zeros(len(_NAMES))
    overall = _shrunk(_changes(solved), nothing)
    makers = {
        maker: _shrunk(_changes(photos), overall) for maker, photos in _grouped(solved, lambda each: each.maker).items()
    }
    groups = {
        group: _shrunk(_changes(photos), makers[photos[0].maker])
        for group, photos in _grouped(solved, lambda each: each.group).items()
    }
    return Offsets(
        len(solved),
        _named(overall),
        {maker: _named(vector) for maker, vector in makers.items()},
        {group: _named(vector) for group, vector in groups.items()},
    )


def _shrunk(changes: NDArray[np.float64], parent: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean without outliers, shrunk towards the parent's mean.

    It is the posterior mean of a normal distribution with known variances: n photos have the weight n / PHOTO^2, the
    parent 1 / RELATIVES^2.
    """
    middle = np.median(changes, axis=0)
    spread = np.maximum(1.4826 * np.median(np.abs(changes - middle), axis=0), 0.1)
    mean = np.clip(changes, middle - _OUTLIER * spread, middle + _OUTLIER * spread).mean(axis=0)
    own, others = len(changes) / _PHOTO**2, 1 / _RELATIVES**2
    return np.asarray((own * mean + others * parent) / (own + others))


def _changes(photos: Iterable[SolvedPhoto]) -> NDArray[np.float64]:
    rows = sorted(tuple(photo.change.get(name, 0.0) for name in _NAMES) for photo in photos)
    return np.array(rows)


def _grouped(solved: Iterable[SolvedPhoto], key: Callable[[SolvedPhoto], _Key]) -> dict[_Key, list[SolvedPhoto]]:
    found: dict[_Key, list[SolvedPhoto]] = {}
    for each in solved:
        found.setdefault(key(each), []).append(each)
    return dict(sorted(found.items()))


def _named(vector: NDArray[np.float64]) -> dict[str, float]:
    return {name: float(value) for name, value in zip(_NAMES, vector, strict=True) if value}


def _vector(values: object) -> dict[str, float]:
    return {str(name): float(value) for name, value in dict(values).items()}  # type: ignore[call-overload]
