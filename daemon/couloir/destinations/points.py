"""Control points through which a program's own spline draws a given curve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.splines import Curve

Samples = NDArray[np.float64]
Points = tuple[tuple[float, float], ...]

TOLERANCE: Final = 0.5 / 255
_LEAST_STEP: Final = 0.005  # between two points: nearer ones cannot be told apart in the programs


def choose_points(at: Samples, values: Samples, spline: Callable[[Samples, Samples], Curve], most: int) -> Points:
    """Points of the sampled curve (`at` ascending, both 0..1), its ends among them, at most `most`.

    They are added where the spline through the present ones is farthest from the curve, until that is less than half an
    8-bit level. `spline` draws as the program does.
    """
    chosen = [0, len(at) - 1]
    while len(chosen) < most:
        places = np.array(chosen)
        off = np.abs(np.asarray(spline(at[places], values[places])(at)) - values)
        for place in chosen:
            off[np.abs(at - at[place]) < _LEAST_STEP] = 0.0
        worst = int(off.argmax())
        if off[worst] <= TOLERANCE:
            break
        chosen = sorted({*chosen, worst})
    return tuple((float(at[place]), float(np.clip(values[place], 0.0, 1.0))) for place in chosen)
