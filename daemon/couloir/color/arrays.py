"""The two array types that the colour mathematics speaks."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]
"""A float32 or float64 array; functions keep the precision they are given."""

Matrix: TypeAlias = NDArray[np.float64]
"""A 3x3 matrix that acts on column vectors; `apply_matrix` applies it to (..., 3) arrays."""


def apply_matrix(matrix: Matrix, colors: Floats) -> Floats:
    """Multiply every colour of a (..., 3) array by a 3x3 matrix, in the array's own precision."""
    return np.asarray(colors @ matrix.T.astype(colors.dtype))


def invert(matrix: Matrix) -> Matrix:
    """The inverse of a 3x3 matrix."""
    return np.linalg.inv(matrix).astype(np.float64)
