"""Which differences between fits on held-out photos chance does not explain."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

PARTS: Final = 5
"""The parts of the photos that are held out in turn."""

SURE: Final = 2.5
"""Standard errors that a gain must exceed."""

LEAST: Final = 0.03
"""CIEDE2000 on average: a smaller gain is none."""

_TIE: Final = 2e-3  # CIEDE2000

Vector = NDArray[np.float64]


def choose_form(held_out: Vector) -> int:
    """The form with the least difference on held-out photos, if that is less than the guess's by more than chance."""
    best = int(held_out.mean(axis=1).argmin())
    gain = held_out[0] - held_out[best]
    return best if gain.mean() > LEAST / 3 and certainty_of(gain) > SURE else 0


def choose_by_part(held_out: Vector) -> NDArray[np.intp]:
    """The form that the other parts of the photos choose, for each part."""
    parts = parts_of(held_out.shape[1])
    return np.array([choose_form(held_out[:, parts != part]) for part in range(PARTS)], dtype=np.intp)


def find_equals(best: int, held_out: Vector) -> list[int]:
    """The other combinations of forms that chance could have put behind the best one."""
    losses = held_out - held_out[best]
    return [
        number
        for number, loss in enumerate(losses)
        if number != best and (loss.mean() <= LEAST / 3 or certainty_of(loss) <= SURE)
    ]


def certainty_of(gain: Vector) -> float:
    """Wilcoxon's signed-rank statistic in its standard deviations under chance; gains too small to see are ties."""
    seen = gain[np.abs(gain) > _TIE]
    if not len(seen):
        return 0.0
    ranks = np.argsort(np.argsort(np.abs(seen))) + 1.0
    return float((np.sign(seen) * ranks).sum() / np.sqrt((ranks**2).sum()))


def parts_of(count: int) -> NDArray[np.intp]:
    """The part of each of so many photos."""
    return np.arange(count) % PARTS
