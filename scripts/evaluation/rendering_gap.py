"""Takes the difference of two renderings apart: what one tone curve explains, what a matrix explains, what is left."""

from __future__ import annotations

import numpy as np

from couloir.color.arrays import Floats, Matrix, apply_matrix
from couloir.color.difference import Difference, difference
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.engines.protocol import Picture

_BINS = 64
_ROUNDS = 4
_CERTAIN = (0.01, 0.98)  # encoded values between which a channel is neither clipped nor noise


def explain(drawn: Picture, shown: Picture) -> dict[str, Difference]:
    """How far `drawn` is from `shown`, both sRGB-encoded and aligned, by what it is given to come nearer.

    The curve is one monotone curve on each channel, the matrix a 3x3 on linear light before it; both are the best ones
    for this one picture, so that what is left bounds from below what any such engine could reach.
    """
    light, wanted = srgb_decode(drawn.astype(np.float64)), shown.astype(np.float64)
    found = {"as it is": difference(drawn.astype(np.float64), wanted)}
    found["with the best tone curve"] = difference(_bent(light, _curve(light, wanted)), wanted)
    matrix, curve = _matrix_and_curve(light, wanted)
    found["with the best matrix and tone curve"] = difference(
        _bent(np.clip(apply_matrix(matrix, light), 0, 1), curve), wanted
    )
    return found


def _curve(light: Floats, wanted: Floats) -> tuple[Floats, Floats]:
    """Medians of `wanted` over quantiles of all channels' encoded values, in rising order."""
    values, targets = srgb_encode(np.clip(light, 0, 1)).ravel(), wanted.ravel()
    edges = np.unique(np.quantile(values, np.linspace(0, 1, _BINS + 1)))
    places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    order = np.argsort(places, kind="stable")
    parts = np.searchsorted(places[order], np.arange(1, len(edges) - 1))
    at = np.array([np.median(each) for each in np.split(values[order], parts) if each.size])
    to = np.array([np.median(each) for each in np.split(targets[order], parts) if each.size])
    return np.concatenate([[0.0], at, [1.0]]), np.maximum.accumulate(np.concatenate([[0.0], to, [max(1.0, to[-1])]]))


def _bent(light: Floats, curve: tuple[Floats, Floats]) -> Floats:
    return np.asarray(np.clip(np.interp(srgb_encode(np.clip(light, 0, 1)), *curve), 0, 1))


def _matrix_and_curve(light: Floats, wanted: Floats) -> tuple[Matrix, tuple[Floats, Floats]]:
    """Fitted in turns: the matrix to `wanted` with the curve undone, the curve to what the matrix gives."""
    matrix: Matrix = np.eye(3)
    curve = _curve(light, wanted)
    sure = ((wanted > _CERTAIN[0]) & (wanted < _CERTAIN[1])).all(axis=-1)
    if sure.sum() < 100:
        return matrix, curve
    for _ in range(_ROUNDS):
        steps = np.linspace(0, 1, 2049)
        rising = np.interp(steps, *curve) + 1e-9 * steps
        undone = srgb_decode(np.interp(wanted[sure], rising, steps))
        # Weighted as the eye sees: the slope of the encoding falls with the light.
        weight = 1 / (0.02 + undone.mean(axis=-1, keepdims=True))
        solved, *_rest = np.linalg.lstsq(light[sure] * weight, undone * weight, rcond=None)
        matrix = np.asarray(solved.T / solved.T.sum(axis=1).mean(), dtype=np.float64)
        curve = _curve(np.clip(apply_matrix(matrix, light), 0, 1), wanted)
    return matrix, curve
