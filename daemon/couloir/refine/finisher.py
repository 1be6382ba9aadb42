"""The curve finisher: point curves correct the differences in tone and balance that sliders leave.

Curves of nine knots are fitted in closed form to the last rendering: a master curve that keeps hues, and one for each
channel. They are composed with the curves that the settings already have.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.derive.baseline import CURVES
from couloir.derive.curves import GRID, Curves, evaluate_points, fit_points
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import LINEAR_CURVE, DevelopSettings, SettingValue

KNOTS: Final = 9
_AT: Final = np.linspace(0.0, 1.0, KNOTS)
_SMOOTH: Final = 2e-3  # penalty on a bend between neighbouring knots, relative to the mean square error
_NEAR: Final = 2e-4  # penalty on leaving the straight line, for tones that the picture does not have
_STEEPEST: Final = 4.0
_STEP: Final = 1.0 / (KNOTS - 1)

Samples = NDArray[np.float64]


def finishing_curves(
    rendering: Picture, target: Picture, counted: NDArray[np.bool_], *, grey: bool
) -> tuple[Curves, Picture]:
    """Fit the curves that bring the rendering nearest to the target, both encoded (height, width, 3).

    Returns the curves and the picture that is expected from them. Only `counted` pixels are used. A `grey` photo gets a
    master curve alone.
    """
    shown, wanted = rendering[counted].astype(np.float64), target[counted].astype(np.float64)
    ends = np.concatenate([shown.min(axis=-1), shown.max(axis=-1)])
    wanted_ends = np.concatenate([wanted.min(axis=-1), wanted.max(axis=-1)])
    master = _fitted(ends, wanted_ends)
    after = _keeping_hue(rendering.astype(np.float64), master)
    if grey:
        return Curves(master), after.astype(np.float32)
    channels = [_fitted(after[counted][..., i], wanted[..., i]) for i in range(3)]
    finished = np.stack([np.interp(after[..., i], GRID, channels[i]) for i in range(3)], axis=-1)
    return Curves(master, *channels), finished.astype(np.float32)


def with_curves(settings: DevelopSettings, curves: Curves) -> DevelopSettings:
    """The settings with these curves after their own."""
    own = Curves(*(_samples(settings, CURVES[channel]) for channel in ("master", "red", "green", "blue")))
    both = own.then(curves)
    values: dict[str, SettingValue] = {"ToneCurveName2012": "Custom"}
    for channel, key in CURVES.items():
        if (samples := getattr(both, channel)) is not None:
            values[key] = fit_points(samples)[0]
    return settings.merge(values)


def _samples(settings: DevelopSettings, key: str) -> Samples | None:
    points = settings.get(key, LINEAR_CURVE)
    if not isinstance(points, tuple) or points == LINEAR_CURVE:
        return None
    return evaluate_points(points)


def _fitted(shown: Samples, wanted: Samples) -> Samples:
    """256 samples of the smooth, rising curve that brings `shown` nearest to `wanted`."""
    place = np.clip(shown, 0, 1) / _STEP
    left = np.minimum(place.astype(np.intp), KNOTS - 2)
    share = place - left
    hats = np.zeros((len(shown), KNOTS))
    rows = np.arange(len(shown))
    hats[rows, left], hats[rows, left + 1] = 1 - share, share
    bends = np.diff(np.eye(KNOTS), 2, axis=0)
    gram = hats.T @ hats / len(shown) + _SMOOTH * bends.T @ bends + _NEAR * np.eye(KNOTS)
    change = np.linalg.solve(gram, hats.T @ (wanted - shown) / len(shown))
    heights = _rising(np.clip(_AT + change, 0, 1))
    return evaluate_points(tuple(float(v) for pair in zip(_AT * 255, heights * 255, strict=True) for v in pair))


def _rising(heights: Samples) -> Samples:
    """The nearest heights that never fall (pool adjacent violators), nor rise more steeply than four to one."""
    blocks: list[tuple[float, int]] = []
    for height in heights.tolist():
        blocks.append((height, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (one, n), (other, m) = blocks[-2:]
            blocks[-2:] = [((one * n + other * m) / (n + m), n + m)]
    level = np.concatenate([np.full(count, height) for height, count in blocks])
    steps = np.clip(np.diff(level), 0, _STEEPEST * _STEP)
    return np.asarray(np.clip(level[0] + np.concatenate([[0.0], np.cumsum(steps)]), 0, 1))


def _keeping_hue(encoded: NDArray[np.float64], curve: Samples) -> NDArray[np.float64]:
    """Apply a master curve to a colour's highest and lowest channel; the middle one keeps its relative position."""
    low, high = encoded.min(axis=-1, keepdims=True), encoded.max(axis=-1, keepdims=True)
    share = (encoded - low) / np.maximum(high - low, 1e-9)
    new_low, new_high = np.interp(low, GRID, curve), np.interp(high, GRID, curve)
    return np.asarray(new_low + share * (new_high - new_low))
