"""Fits point curves that bring a rendering's tones to a target's: rising, smooth, and nearest in mean CIEDE2000.

A curve is a natural cubic spline through a few evenly spaced knots. Its heights are those that minimise the
Cauchy-weighted, whitened difference in L*a*b*, with the straight line as prior: Gauss-Newton steps, each followed by a
projection on the curves that rise neither too little nor too steeply.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.spaces import srgb_to_lab
from couloir.color.splines import natural_table
from couloir.derive.baseline import CURVES
from couloir.derive.curves import GRID, Curves, Samples, evaluate_points, fit_points
from couloir.derive.pictures.metric import whitening_matrices
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import LINEAR_CURVE, DevelopSettings, SettingValue

KNOTS: Final = 9
STEEPEST: Final = 4.0
FLATTEST: Final = 0.1
"""The bounds of a fitted curve's slope between two knots."""

_AT: Final = np.linspace(0.0, 1.0, KNOTS)
_SPLINES: Final = np.stack([natural_table(_AT, one, len(GRID) - 1) for one in np.eye(KNOTS)], axis=-1)
_STEP: Final = 1.0 / (KNOTS - 1)
_EVIDENCE: Final = 300.0  # independent pixels that a picture counts for: neighbours are correlated
_FARTHEST: Final = 0.1  # standard deviation of a knot from the straight line, encoded
_BEND: Final = 0.02  # and of a second difference of knots
_BALANCE: Final = 0.03  # of a knot of one channel's curve from the curve for all channels
_CAUCHY: Final = 8.0  # CIEDE2000 beyond which a pixel's weight decreases
_EVEN: Final = 1.0  # CIEDE2000 beyond which a pixel counts by its difference, not its square
_ROUNDS: Final = 4
_SETTLED: Final = 5e-4  # encoded
_FITTED: Final = 1700  # pixels that a fit uses
_NUDGE: Final = 0.004  # encoded, for the slopes of L*a*b*


def fit_curves(
    rendering: Picture, target: Picture, counted: NDArray[np.bool_], *, by_channel: bool
) -> tuple[Curves, Picture]:
    """Fit a curve for all channels, which keeps hues, and after it one for each channel if `by_channel`.

    Both pictures are sRGB-encoded (height, width, 3); only `counted` pixels (height, width) are fitted. Returns the
    curves and the picture that is expected from them.
    """
    places = np.flatnonzero(counted)
    if not len(places):
        return Curves(), rendering
    seen = places[:: max(1, -(-len(places) // _FITTED))]
    shown = np.clip(rendering.reshape(-1, 3), 0, 1).astype(np.float64)
    wanted = _lab(target.reshape(-1, 3)[seen])
    bends = np.diff(np.eye(KNOTS), 2, axis=0)
    smooth: Samples = bends.T @ bends / _BEND**2
    near: Samples = np.eye(KNOTS)
    heights = _fitted(shown[seen], _design(shown[seen]), wanted, smooth + near / _FARTHEST**2)
    master = _samples(heights)
    after = _keep_hue(shown, master)
    channels: list[Samples | None] = [None, None, None]
    if by_channel:
        precision = np.asarray(np.kron(np.eye(3), smooth + near / _BALANCE**2), dtype=np.float64)
        found = _fitted(after[seen], _channel_design(after[seen]), wanted, precision)
        tables = [_samples(found[part * KNOTS : (part + 1) * KNOTS]) for part in range(3)]
        after = np.stack([np.interp(after[..., part], GRID, tables[part]) for part in range(3)], axis=-1)
        channels = [*tables]
    return Curves(master, *channels), after.reshape(rendering.shape).astype(np.float32)


def with_curves(settings: DevelopSettings, curves: Curves) -> DevelopSettings:
    """The settings with these curves after their own: one curve for each key, as Lightroom has it."""
    own = Curves(*(_own(settings, CURVES[channel]) for channel in ("master", "red", "green", "blue")))
    both = own.then(curves)
    values: dict[str, SettingValue] = {"ToneCurveName2012": "Custom"}
    for channel, key in CURVES.items():
        if (samples := getattr(both, channel)) is not None:
            values[key] = fit_points(samples)[0]
    return settings.merge(values)


def _own(settings: DevelopSettings, key: str) -> Samples | None:
    points = settings.get(key, LINEAR_CURVE)
    if not isinstance(points, tuple) or points == LINEAR_CURVE:
        return None
    return evaluate_points(points)


def _keep_hue(encoded: Samples, curve: Samples) -> Samples:
    """Apply a curve for all channels to a colour's highest and lowest channel; the middle one keeps its relative
    position.
    """
    low, high = encoded.min(axis=-1, keepdims=True), encoded.max(axis=-1, keepdims=True)
    share = (encoded - low) / np.maximum(high - low, 1e-9)
    new_low, new_high = np.interp(low, GRID, curve), np.interp(high, GRID, curve)
    return np.asarray(new_low + share * (new_high - new_low))


def _design(shown: Samples) -> Samples:
    """(pixels, 3, knots): how the colours change with the heights of the curve for all channels."""
    low, high = shown.min(axis=-1), shown.max(axis=-1)
    share = ((shown - low[:, None]) / np.maximum(high - low, 1e-9)[:, None])[..., None]
    return np.asarray((1 - share) * _at(low)[:, None] + share * _at(high)[:, None])


def _channel_design(shown: Samples) -> Samples:
    """(pixels, 3, 3 knots): the same of one curve for each channel."""
    design = np.zeros((len(shown), 3, 3 * KNOTS))
    for part in range(3):
        design[:, part, part * KNOTS : (part + 1) * KNOTS] = _at(shown[:, part])
    return design


def _at(values: Samples) -> Samples:
    """(pixels, knots): how much each knot's height counts at these values, 0..1."""
    return np.asarray(_SPLINES[np.rint(values * (len(GRID) - 1)).astype(np.intp)])


def _samples(heights: Samples) -> Samples:
    return np.clip(GRID + _SPLINES @ heights, 0.0, 1.0)


def _fitted(shown: Samples, design: Samples, wanted: Samples, precision: Samples) -> Samples:
    """The knots' heights above the straight line: `shown` + `design` @ heights is nearest to `wanted` (L*a*b*)."""
    white = whitening_matrices(wanted).astype(np.float64)
    best = np.zeros(design.shape[-1])
    least, heights = np.inf, best
    for _ in range(_ROUNDS):
        encoded = np.clip(shown + design @ heights, 0, 1)
        lab = _lab(encoded)
        missing = np.matmul(white, (wanted - lab)[..., None])[..., 0]
        length = np.square(missing).sum(axis=-1)
        off = float(np.sqrt(length).mean())
        if off >= least:
            break
        least, best = off, heights
        slopes = np.matmul(np.matmul(white, _lab_slopes(encoded, lab)), design)
        share = np.sqrt(_EVIDENCE / len(shown) / ((1 + length / _CAUCHY**2) * np.sqrt(1 + length / _EVEN**2)))
        flat = (slopes * share[:, None, None]).reshape(-1, design.shape[-1])
        pull = flat.T @ (missing * share[:, None]).reshape(-1) - precision @ heights
        moved = heights + np.linalg.solve(flat.T @ flat + precision, pull)
        heights = np.concatenate([_rising(part) for part in moved.reshape(-1, KNOTS)])
        if np.abs(heights - best).max() < _SETTLED:
            break
    return best


def _lab(encoded: NDArray[np.floating[Any]]) -> Samples:
    return np.asarray(srgb_to_lab(encoded), dtype=np.float64)


def _lab_slopes(encoded: Samples, lab: Samples) -> Samples:
    """(pixels, 3, 3): how L*a*b* changes with each encoded channel."""
    slopes = np.empty((len(encoded), 3, 3))
    for channel in range(3):
        nudge = np.where(encoded[:, channel] > 0.5, -_NUDGE, _NUDGE)
        moved = encoded.copy()
        moved[:, channel] += nudge
        slopes[..., channel] = (_lab(moved) - lab) / nudge[:, None]
    return slopes


def _rising(change: Samples) -> Samples:
    """The nearest heights that never fall (pool adjacent violators), with slopes from FLATTEST to STEEPEST."""
    blocks: list[tuple[float, int]] = []
    for height in np.clip(_AT + change, 0, 1).tolist():
        blocks.append((height, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (one, n), (other, m) = blocks[-2:]
            blocks[-2:] = [((one * n + other * m) / (n + m), n + m)]
    level = np.concatenate([np.full(count, height) for height, count in blocks])
    steps = np.clip(np.diff(level), FLATTEST * _STEP, STEEPEST * _STEP)
    return np.asarray(np.clip(level[0] + np.concatenate([[0.0], np.cumsum(steps)]), 0, 1) - _AT)
