"""Many sets of develop settings as columns of numbers, so that a stage can draw them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast

import numpy as np

from couloir.color.arrays import Floats
from couloir.lightroom.settings import LINEAR_CURVE, DevelopSettings, SettingValue

Amount: TypeAlias = float | Floats
"""A slider's value: one for all pictures, or (n, 1, 1) for n pictures (n, height, width)."""


class Sliders:
    """The values of n settings by key; a key that one of them does not state has its neutral value there."""

    def __init__(self, many: Sequence[DevelopSettings]) -> None:
        self._many: list[dict[str, SettingValue]] = [dict(each) for each in many]
        self._stated = frozenset().union(*self._many)

    def __len__(self) -> int:
        return len(self._many)

    def states(self, *keys: str) -> bool:
        """Whether any of the keys is stated at all."""
        return not self._stated.isdisjoint(keys)

    def numbers(self, key: str, default: float = 0.0) -> Floats:
        """The values of one key, (n, 1, 1)."""
        if key not in self._stated:
            return np.full((len(self._many), 1, 1), default, dtype=np.float32)
        found = [cast("float", each.get(key, default)) for each in self._many]
        return np.array(found, dtype=np.float32).reshape(-1, 1, 1)

    def rows(self, keys: Sequence[str]) -> Floats:
        """The values of several keys, (n, number of keys)."""
        return np.concatenate([self.numbers(key)[..., 0] for key in keys], axis=1)

    def curves(self, key: str) -> list[tuple[float, ...]]:
        """The point curve of each of the settings, as x1, y1, x2, y2 ..."""
        return [cast("tuple[float, ...]", each.get(key, LINEAR_CURVE)) for each in self._many]

    def some(self, keys: Sequence[str]) -> bool:
        """Whether any of these sliders differs from 0 in any of the settings."""
        return any(each.get(key) for key in keys if key in self._stated for each in self._many)


def where_away(amounts: Floats, changed: Floats, before: Floats) -> Floats:
    """`changed` for the pictures whose slider (n, 1, 1) differs from 0, `before` for the others."""
    active = amounts != 0
    return changed if active.all() else np.where(active[..., np.newaxis], changed, before)


def any_of(*rows: Floats) -> Floats:
    """The largest absolute slider of each picture's rows, (n, 1, 1): 0 where all are 0."""
    return np.asarray(np.max([np.abs(each).max(axis=1) for each in rows], axis=0).reshape(-1, 1, 1))
