"""Curves as tables of equal steps, for one picture or for each of several."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats

Tables: TypeAlias = NDArray[np.float32]
"""One table (m), or one for each of n pictures, (n, m)."""


def interpolate(tables: Tables, place: Floats) -> Floats:
    """Interpolate linearly between a table's entries at places 0..m-1, in the precision of the places.

    `place` has any shape with one table; with n tables it is (n or 1, height, width).
    """
    rows = tables.reshape(-1, tables.shape[-1])
    left = np.minimum(np.maximum(np.floor(place), 0), rows.shape[1] - 2)
    share = place - left
    at = left.astype(np.intp)
    if len(rows) > 1:
        at = at + (np.arange(len(rows)) * rows.shape[1]).reshape(-1, 1, 1)
    rise = np.zeros_like(rows)
    np.subtract(rows[:, 1:], rows[:, :-1], out=rise[:, :-1])
    return np.asarray(rows.reshape(-1).take(at) + share * rise.reshape(-1).take(at), dtype=place.dtype)
