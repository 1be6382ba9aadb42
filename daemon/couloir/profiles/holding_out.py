"""Chooses which photos judge a profile: photos that resemble each other are held out together.

A library holds the same motif many times. A profile that was learnt from one photo of a series fits the others of it
better than photos of another motif, so that a single photo of a series is no judge of what new photos will gain.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from couloir.color.arrays import Floats
from couloir.engines.dng import scene_colors
from couloir.profiles.samples import Pair

ALIKE: Final = 0.85
"""The overlap of two photos' chromaticities (Bhattacharyya, 0..1) from which they count as one scene.

Of all pairs of 60 photographs of different motifs 1 % exceed 0.84; 99 % of the pairs of two crops of one photograph,
exposed differently, exceed 0.92.
"""

FOLDS: Final = 4
_BINS: Final = 24
_FROM, _TO = 0.1, 0.7  # red's and green's share of a colour: what cameras' colours in ProPhoto lie between
_DARK: Final = 1e-4

Round = tuple[list[Pair], list[Pair]]
"""The photos that are learnt from, and those that judge."""


def scenes(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """The photos by scene: each one resembles another one of its scene. The largest scene first."""
    shares = np.sqrt(np.array([_chromaticities(pair) for pair in pairs]).reshape(len(pairs), -1))
    near = shares @ shares.T >= ALIKE
    label = list(range(len(pairs)))
    for i in range(len(pairs)):
        for j in range(i):
            if near[i, j] and label[i] != label[j]:
                old, new = label[i], label[j]
                label = [new if each == old else each for each in label]
    found = [[pair for pair, own in zip(pairs, label, strict=True) if own == each] for each in dict.fromkeys(label)]
    return sorted(found, key=len, reverse=True)


def rounds(pairs: Sequence[Pair]) -> list[Round]:
    """Up to four rounds, in which every scene is held out once; none where all photos show one scene."""
    found = scenes(pairs)
    parts: list[list[Pair]] = [[] for _ in range(min(FOLDS, len(found)))]
    for scene in found:
        min(parts, key=len).extend(scene)
    if len(parts) < 2:
        return []
    return [([pair for other in parts if other is not part for pair in other], part) for part in parts]


def _chromaticities(pair: Pair) -> Floats:
    """The share of a photo's pixels in each cell of red's and green's share of its colour: exposure changes none."""
    colors = scene_colors(pair.camera.reshape(-1, 3)[::2].astype(np.float64), pair.model) + _DARK
    red, green = (colors[:, channel] / colors.sum(axis=1) for channel in (0, 1))
    cells = [np.clip((share - _FROM) / (_TO - _FROM) * _BINS, 0, _BINS - 1).astype(np.intp) for share in (red, green)]
    counted = np.bincount(cells[0] * _BINS + cells[1], minlength=_BINS * _BINS)
    return np.asarray(counted / counted.sum())
