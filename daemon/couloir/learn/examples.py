"""Training examples from pairs: with or without a camera offset, and with inputs removed that may be missing in use.

A library without previews, a plug-in that sent no rendering and a file without metadata are ordinary cases. Features of
a missing input are 0, exactly as `couloir.derive.features` leaves them, so one pair serves as several examples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.derive.feature_schema import NAMES
from couloir.derive.residual.classes import PictureState
from couloir.learn.dataset import Numbers, Pairs

OFFSET_SHARE: Final = 0.5
NEITHER_SHARE: Final = 0.25
"""The share of examples without any picture, as in a translation for which Lightroom was asked for no rendering."""
NO_PREVIEW_SHARE: Final = 0.15
NO_ORIGINAL_SHARE: Final = 0.1


def columns(*beginnings: str) -> NDArray[np.intp]:
    """The columns of all features whose names begin with one of these texts."""
    return np.array([i for i, name in enumerate(NAMES) if name.startswith(beginnings)], dtype=np.intp)


_BOTH: Final = ("pair.", "gap.", "has.expected")
WITHOUT_PREVIEW: Final = columns("preview.", "has.preview", *_BOTH)
WITHOUT_ORIGINAL: Final = columns("original.", "has.original", *_BOTH)


@dataclass(frozen=True, slots=True)
class Examples:
    """`features` (n, COUNT), `wanted` (n, K) in normalised units, `metric` (n, K, K)."""

    features: Numbers
    wanted: Numbers
    metric: Numbers

    def __len__(self) -> int:
        return len(self.features)


def draw_examples(pairs: Pairs, metric: Numbers, random: np.random.Generator) -> Examples:
    """Each pair once, with or without an offset, a preview and an original by chance."""
    count = len(pairs)
    offset = random.random(count) < OFFSET_SHARE
    features = np.where(offset[:, np.newaxis], pairs.shifted, pairs.features)
    wanted = pairs.change - np.where(offset[:, np.newaxis], pairs.offset, np.float32(0))
    chance = random.random(count)
    neither = chance < NEITHER_SHARE
    no_preview = neither | ((chance >= NEITHER_SHARE) & (chance < NEITHER_SHARE + NO_PREVIEW_SHARE))
    features = without(features, WITHOUT_PREVIEW, no_preview)
    features = without(features, WITHOUT_ORIGINAL, neither | (chance >= 1 - NO_ORIGINAL_SHARE))
    return Examples(features, wanted, metric)


def whole(pairs: Pairs, metric: Numbers, *, shifted: bool) -> Examples:
    """Each pair once, with nothing removed."""
    if shifted:
        return Examples(pairs.shifted, pairs.change - pairs.offset, metric)
    return Examples(pairs.features, pairs.change, metric)


def in_state(features: Numbers, state: PictureState) -> Numbers:
    """The features of photos that have both pictures, as if only those of this state were there."""
    every = np.ones(len(features), dtype=bool)
    if state in (PictureState.ORIGINAL, PictureState.NEITHER):
        features = without(features, WITHOUT_PREVIEW, every)
    if state in (PictureState.PREVIEW, PictureState.NEITHER):
        features = without(features, WITHOUT_ORIGINAL, every)
    return features


def without(features: Numbers, missing: NDArray[np.intp], where: NDArray[np.bool_]) -> Numbers:
    """The features with the columns `missing` set to 0 in the rows `where`."""
    gone = np.zeros(features.shape[1], dtype=bool)
    gone[missing] = True
    return np.where(where[:, np.newaxis] & gone, np.float32(0), features)
