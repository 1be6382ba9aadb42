"""Minimises a smooth function of many variables by limited-memory BFGS.

Profiles are learnt on the photographer's computer; this module saves them a dependency of 40 MB.
Source: J. Nocedal and S. Wright, "Numerical Optimization", 2nd ed., algorithms 7.4 and 7.5, with a backtracking search.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

import numpy as np

from couloir.color.arrays import Matrix

Objective = Callable[[Matrix], tuple[float, Matrix]]
"""Maps variables to the function's value and its gradient."""

_MEMORY: Final = 12
_SUFFICIENT: Final = 1e-4
_SHORTEST: Final = 1e-10
_SETTLED: Final = 5  # the search ends after this many steps in a row with hardly a gain


def minimise(objective: Objective, start: Matrix, steps: int, tolerance: float = 1e-6) -> Matrix:
    """The variables with the least value found from `start` within `steps`.

    The search ends early when five steps in a row gain less than `tolerance` of the value.
    """
    x = np.array(start, dtype=np.float64)
    value, slope = objective(x)
    moves: deque[tuple[Matrix, Matrix]] = deque(maxlen=_MEMORY)
    idle = 0
    for _ in range(steps):
        direction = -_inverse_curvature(slope, moves)
        descent = float(slope @ direction)
        if descent >= 0:
            moves.clear()
            direction, descent = -slope, -float(slope @ slope)
        length = 1.0 if moves else min(1.0, 1.0 / max(float(np.abs(slope).sum()), 1e-12))
        while length > _SHORTEST:
            reached = x + length * direction
            lower, new_slope = objective(reached)
            if lower <= value + _SUFFICIENT * length * descent:
                break
            length *= 0.5
        else:
            return x
        if float((reached - x) @ (new_slope - slope)) > 0:
            moves.append((reached - x, new_slope - slope))
        idle = idle + 1 if value - lower < tolerance * max(abs(lower), 1e-12) else 0
        x, value, slope = reached, lower, new_slope
        if idle >= _SETTLED:
            break
    return x


def _inverse_curvature(slope: Matrix, moves: deque[tuple[Matrix, Matrix]]) -> Matrix:
    """The inverse Hessian, estimated from the moves so far, times the gradient."""
    q = slope.copy()
    shares = []
    for move, change in reversed(moves):
        share = float(move @ q) / float(change @ move)
        q -= share * change
        shares.append(share)
    if moves:
        move, change = moves[-1]
        q *= float(move @ change) / float(change @ change)
    for (move, change), share in zip(moves, reversed(shares), strict=True):
        q += move * (share - float(change @ q) / float(change @ move))
    return q
