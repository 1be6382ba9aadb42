"""Camera Raw's tone sliders as gains in stops by luminance, and its tone curves. Each is the identity at 0.

Whites, Exposure, Contrast and Blacks depend on a pixel's luminance alone, so they are combined into one table.
Shadows and Highlights follow the tone of the surroundings (`local_tone`), as Lightroom's do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from couloir.color.arrays import Floats
from couloir.color.spaces import luminance
from couloir.color.splines import monotone_pieces, monotone_spline
from couloir.engines.camera_raw import responses
from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.camera_raw.responses import BASE_STOPS, Response
from couloir.engines.camera_raw.sliders import Amount
from couloir.engines.lookup import Tables, interpolate

DARKEST: Final = -14.0
"""Stops relative to white at which the logarithm of luminance is cut off, below the darkest measured tone."""

_BRIGHTEST: Final = 6.0
_STEP: Final = 1 / 64
_GRID: Final = np.arange(DARKEST, _BRIGHTEST + _STEP, _STEP, dtype=np.float32)

# By whole stops above the first knot of a response's cubic: the piece that a tone lies in. Each piece's place in it,
# 0 to 1, is its stops times a share less a start.
_KNOTS: Final = np.array(BASE_STOPS)
_KNOTS32: Final = _KNOTS.astype(np.float32)
_PIECE_AT: Final = np.clip(
    np.searchsorted(_KNOTS, np.arange(_KNOTS[0], _KNOTS[-1] + 1), side="right") - 1, 0, len(_KNOTS) - 2
)
_PIECE_SHARE: Final = (1 / np.diff(_KNOTS)).astype(np.float32)
_PIECE_START: Final = ((_KNOTS[:-1] - _KNOTS[0]) / np.diff(_KNOTS)).astype(np.float32)

_RESPONSES: Final[Mapping[str, Response]] = {
    "Shadows2012": responses.SHADOWS,
    "Highlights2012": responses.HIGHLIGHTS,
    "Whites2012": responses.WHITES,
    "Contrast2012": responses.CONTRAST,
    "Blacks2012": responses.BLACKS,
}
POINTWISE: Final = ("Whites2012", "Exposure2012", "Contrast2012", "Blacks2012")
"""The sliders that act on single pixels, in the Sieve model's order."""
LOCAL: Final = ("Shadows2012", "Highlights2012")


def stops_of(linear: Floats) -> Floats:
    """Luminance in stops relative to white, not below DARKEST: (..., 3) to (...)."""
    return np.asarray(np.log2(np.maximum(luminance(linear), np.float32(2.0**DARKEST))))


def key(stops: Floats) -> Floats:
    """The key of a picture: the mean of its stops, (..., height, width) to (..., 1, 1)."""
    return np.asarray(stops.mean(axis=(-2, -1), keepdims=True, dtype=np.float64), dtype=stops.dtype)


def compute_gain(slider: str, amount: float, constants: Constants = NOMINAL) -> Callable[[Floats], Floats]:
    """The stops that a tone slider adds, as a function of a tone's stops. Exposure2012 adds its amount everywhere.

    Between measured amounts the response is interpolated linearly; where only one direction was measured, the other one
    mirrors it.
    """
    if slider == "Exposure2012":
        return lambda stops: np.full_like(stops, amount)
    return monotone_spline(BASE_STOPS, _rows(slider, np.array([amount]), constants)[0])


def pointwise(stops: Floats, amounts: Mapping[str, Amount], constants: Constants = NOMINAL) -> Floats:
    """The stops that Whites, Exposure, Contrast and Blacks add in all, each to the result of the one before."""
    asked = {name: amounts[name] for name in POINTWISE if np.any(amounts.get(name, 0))}
    return _looked_up(_composed(asked, constants), stops) if asked else np.zeros_like(stops)


def local_tone(
    stops: Floats, base: Floats, amounts: Mapping[str, Amount], picture_key: Amount, constants: Constants = NOMINAL
) -> Floats:
    """The stops that Shadows and Highlights add to pixels whose surroundings have the tone `base`.

    Highlights begins higher on brighter pictures (finding of the Sieve model), by the distance between `picture_key`
    and the measured scene's.
    """
    driven = constants.local_share * base + (1 - constants.local_share) * stops
    added = np.zeros_like(stops)
    for name in LOCAL:
        if np.any(amounts.get(name, 0)):
            shift = picture_key - constants.key if name == "Highlights2012" else 0.0
            added = added + _looked_up(_composed({name: amounts[name]}, constants), driven + added - shift)
    return added


def _composed(asked: Mapping[str, Amount], constants: Constants) -> Tables:
    """The stops that the sliders add in turn, at the steps of the grid: one row for each of n pictures."""
    amounts = {name: np.reshape(np.asarray(amount, dtype=np.float32), -1) for name, amount in asked.items()}
    measured = [name for name in asked if name != "Exposure2012"]
    pieces = {}
    if measured:  # all at once, because a call on a few numbers costs as much as one on many
        rows = np.stack([_rows(name, amounts[name], constants) for name in measured])
        pieces = dict(zip(measured, monotone_pieces(_KNOTS, rows).astype(np.float32), strict=True))
    added = np.zeros((1, len(_GRID)), dtype=np.float32)
    for name in asked:
        more = _gains(pieces[name], _GRID + added) if name in pieces else amounts[name][:, np.newaxis]
        added = added + more
    return added


def _gains(pieces: Tables, stops: Floats) -> Tables:
    """`compute_gain` for n responses' pieces, at (n or 1, m) stops. Knots are whole stops, so no search is needed."""
    held = np.clip(stops, _KNOTS32[0], _KNOTS32[-1]) - _KNOTS32[0]
    piece = _PIECE_AT.take(held.astype(np.intp))
    u = held * _PIECE_SHARE.take(piece) - _PIECE_START.take(piece)
    at = piece + (np.arange(len(pieces)) * (len(_KNOTS) - 1))[:, np.newaxis]
    flat = [np.ascontiguousarray(pieces[..., i]).reshape(-1) for i in range(4)]
    value = flat[3].take(at)
    for each in flat[2::-1]:
        value = value * u
        value += each.take(at)
    return np.asarray(value)


def _looked_up(tables: Tables, stops: Floats) -> Floats:
    """Linear interpolation between the grid's steps."""
    place = np.clip((stops - np.float32(DARKEST)) * np.float32(1 / _STEP), 0, np.float32(len(_GRID) - 1.001))
    return interpolate(tables, place)


def _rows(slider: str, amounts: Floats, constants: Constants) -> Floats:
    """Stops at BASE_STOPS for n amounts, (n, 10), interpolated linearly between 0 and measured amounts, and beyond."""
    measured, table = _MEASURED[slider]
    held = np.clip(amounts, measured[0], measured[-1])
    left = np.clip(np.searchsorted(measured, held, side="right") - 1, 0, len(measured) - 2)
    share = ((held - measured[left]) / (measured[left + 1] - measured[left]))[:, np.newaxis]
    beyond = np.divide(amounts, held, out=np.ones_like(held), where=held != 0)[:, np.newaxis]
    gain = float(getattr(constants, slider.removesuffix("2012").lower()))
    return np.asarray(gain * beyond * (table[left] * (1 - share) + table[left + 1] * share))


def _measured_rows(response: Response) -> tuple[Floats, Floats]:
    """The measured amounts in ascending order, and the stops of each."""
    known = {0: (0.0,) * len(BASE_STOPS), **response}
    if max(known) == 0 or min(known) == 0:  # one direction was measured: the other one mirrors it
        known = {**known, **{-at: tuple(-stop for stop in row) for at, row in response.items()}}
    amounts = sorted(known)
    return np.array(amounts, dtype=np.float64), np.array([known[at] for at in amounts])


_MEASURED: Final = {slider: _measured_rows(response) for slider, response in _RESPONSES.items()}
