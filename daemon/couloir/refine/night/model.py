"""What the plan of a night takes and gives, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.refine.options import MOVED

Vector = NDArray[np.float64]
Numbers = NDArray[np.int64]

NO_CORRECTION: Final[Vector] = np.zeros(len(MOVED))


class Level(IntEnum):
    """Whose correction a photo's translation has got: of nobody, of its family, of its group. BASE: an unedited RAW
    photo, which gets none.
    """

    PLAIN = 0
    FAMILY = 1
    GROUP = 2
    BASE = 3


@dataclass(frozen=True, slots=True)
class Candidates:
    """The photos that may be measured. `groups`, `weights` and `days` have an entry for each photo, `family_of` and
    `bases` for each group; bases are the groups of unedited RAW photos, of which a sample is measured and none gets a
    correction.

    A weight is what a photo counts: 1 without a rating. `days` tell apart when photos were taken, for a group that must
    be split.
    """

    groups: Numbers
    weights: Vector
    days: Numbers
    family_of: Numbers
    bases: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Turn:
    """The photo whose turn it is, by its place. Its match begins with its translation and `correction`, by MOVED in
    normalised units. With a `trial`, the translation is drawn once with `correction` and once with `trial`, and the
    match begins with the nearer one. With `only_judged`, it is drawn once and not matched.
    """

    photo: int
    correction: Vector
    trial: Vector | None
    by_lot: bool
    only_judged: bool = False


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What a turn gave, mean CIEDE2000: `before` with the turn's correction, `tried` with its trial, `after` the match.

    `change`: from the translation to the match. All are None where the photo could not be compared.
    """

    before: float | None = None
    after: float | None = None
    tried: float | None = None
    change: Vector | None = None
    renderings: int = 0


@dataclass(frozen=True, slots=True)
class Gift:
    """A correction that trials have confirmed, for `photos`: those of the groups that were not measured."""

    level: Level
    groups: tuple[int, ...]
    photos: Numbers
    correction: Vector


@dataclass(frozen=True, slots=True)
class Expectation:
    """Of all photos, by place: the mean CIEDE2000 that is expected of one that was not measured, between `low` and
    `high` four times of five. NaN where a photo was measured, or is not known.
    """

    mean: Vector
    low: Vector
    high: Vector


@dataclass(frozen=True, slots=True)
class Record:
    """A measured photo of a group: its level then, the logarithm of the difference that it began with, its gain, and
    the change to its match. `by_lot` says that chance had chosen it.
    """

    photo: int
    level: Level
    start: float
    gain: float
    change: Vector
    by_lot: bool
