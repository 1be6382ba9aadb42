"""Camera Raw's tone sliders as gains in stops by luminance, and its tone curves. Each is the identity at 0.

Whites, Exposure, Contrast and Blacks depend on a pixel's luminance alone, so they are put together into one table.
Shadows and Highlights follow the tone of the surroundings (`local_tone`), as Lightroom's do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats
from couloir.color.spaces import luminance
from couloir.color.splines import monotone_spline
from couloir.engines.camera_raw import responses
from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.camera_raw.responses import BASE_STOPS, Response

DARKEST: Final = -14.0
"""Stops below white where the logarithm of luminance ends: under the darkest tone that was measured."""

_BRIGHTEST: Final = 6.0
_STEP: Final = 1 / 64
_GRID: Final = np.arange(DARKEST, _BRIGHTEST + _STEP, _STEP)

_RESPONSES: Final[Mapping[str, Response]] = {
    "Shadows2012": responses.SHADOWS,
    "Highlights2012": responses.HIGHLIGHTS,
    "Whites2012": responses.WHITES,
    "Contrast2012": responses.CONTRAST,
    "Blacks2012": responses.BLACKS,
}
POINTWISE: Final = ("Whites2012", "Exposure2012", "Contrast2012", "Blacks2012")
"""In the Sieve model's order."""
LOCAL: Final = ("Shadows2012", "Highlights2012")


def stops_of(linear: Floats) -> Floats:
    """Luminance in stops relative to white, not below DARKEST: (..., 3) to (...)."""
    return np.asarray(np.log2(np.maximum(luminance(linear), np.float32(2.0**DARKEST))))


def key(stops: Floats) -> float:
    """How bright a picture is as a whole: the mean of its stops."""
    return float(stops.mean(dtype=np.float64))


def gained(slider: str, amount: float, constants: Constants = NOMINAL) -> Callable[[Floats], Floats]:
    """The stops that a tone slider adds, by the stops that a tone has. Exposure2012 adds its own amount everywhere.

    Amounts that were not measured lie on straight lines between the measured ones; where only one direction was
    measured the other one mirrors it.
    """
    if slider == "Exposure2012":
        return lambda stops: np.full_like(stops, amount)
    gain = float(getattr(constants, slider.removesuffix("2012").lower()))
    return monotone_spline(BASE_STOPS, gain * _row(slider, amount))


def pointwise(stops: Floats, amounts: Mapping[str, float], constants: Constants = NOMINAL) -> Floats:
    """The stops that Whites, Exposure, Contrast and Blacks add together, each to what the one before left."""
    asked = tuple((name, float(amounts[name])) for name in POINTWISE if amounts.get(name))
    return _interpolated(_composed(asked, constants), stops) if asked else np.zeros_like(stops)


def local_tone(
    stops: Floats, base: Floats, amounts: Mapping[str, float], picture_key: float, constants: Constants = NOMINAL
) -> Floats:
    """The stops that Shadows and Highlights add to pixels whose surroundings have the tone `base`.

    Highlights begins higher on brighter pictures (finding of the Sieve model), by the distance between `picture_key`
    and the measured scene's.
    """
    driven = constants.local_share * base + (1 - constants.local_share) * stops
    added = np.zeros_like(stops)
    for name in LOCAL:
        if amounts.get(name):
            shift = picture_key - constants.key if name == "Highlights2012" else 0.0
            added = added + _interpolated(_composed(((name, float(amounts[name])),), constants), driven + added - shift)
    return added


@lru_cache(maxsize=256)
def _composed(asked: tuple[tuple[str, float], ...], constants: Constants) -> NDArray[np.float32]:
    now = _GRID.copy()
    for name, amount in asked:
        now = now + gained(name, amount, constants)(now)
    return (now - _GRID).astype(np.float32)


def _interpolated(table: NDArray[np.float32], stops: Floats) -> Floats:
    """Straight lines between the table's equal steps: much faster than `np.interp`, and float32 all the way."""
    place = np.clip((stops - np.float32(DARKEST)) * np.float32(1 / _STEP), 0, len(table) - 1.001)
    left = place.astype(np.intp)
    share = place - left
    low = table[left]
    return np.asarray(low + share * (table[left + 1] - low), dtype=stops.dtype)


def _row(slider: str, amount: float) -> Floats:
    """Stops at BASE_STOPS for any amount: straight lines between 0 and the measured amounts, and on beyond the last."""
    response = _RESPONSES[slider]
    known = {0: (0.0,) * len(BASE_STOPS), **response}
    if max(known) == 0 or min(known) == 0:  # one direction was measured: the other one mirrors it
        known = {**known, **{-at: tuple(-stop for stop in row) for at, row in response.items()}}
    amounts = sorted(known)
    table = np.array([known[at] for at in amounts])
    if not amounts[0] <= amount <= amounts[-1]:
        nearest = amounts[0] if amount < amounts[0] else amounts[-1]
        return np.asarray(np.array(known[nearest]) * (amount / nearest))
    return np.array([np.interp(amount, amounts, column) for column in table.T])
