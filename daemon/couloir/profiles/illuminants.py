"""A second illuminant: the difference of another engine under tungsten light, as a hue/saturation map of the profile.

The look is learnt under the light of most photos. The other light gets a map on the scene's colours, before exposure
and look. Camera Raw interpolates between the two by temperature, as it does with the matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from couloir.color.arrays import Floats, Matrix
from couloir.color.spaces import srgb_encode
from couloir.color.temperature import planckian_temperature
from couloir.engines.dng import ColorModel, HueSatMap
from couloir.engines.dng.tables import rgb_to_hsv
from couloir.profiles.descent import minimise
from couloir.profiles.fit import WEIGHTS, Gains, Look, measure_folding, roughness, weights_of
from couloir.profiles.pipeline import Places, Rendering, decode_slope, place
from couloir.profiles.samples import Pair, Samples

BETWEEN: Final = 3900.0
"""Kelvin between the two lights: tungsten is below, daylight, shade and flash are above."""

_WARM_LIGHTS: Final = (2850.0, 3200.0)
_COOL_LIGHTS: Final = (6500.0, 5500.0, 5000.0)

FEWEST: Final = 3
"""The least number of photos under each light."""

_HUES, _SATURATIONS = 18, 5
_SCALE: Final = np.array([30.0, 0.5, 0.25])
_STEPS: Final = 120


def kelvin_of(pair: Pair) -> float:
    """The as-shot colour temperature of a photo."""
    return planckian_temperature(pair.model.as_shot).kelvin


def in_two_lights(pairs: Sequence[Pair]) -> list[Pair] | None:
    """The photos with colour models of two calibrations; None if nearly all were taken under one light.

    A single matrix is used for both lights. Their temperatures are chosen so that most photos are beyond them, where
    only one light counts. Two calibrations of a camera's own (DNG) are kept.
    """
    warm, cool = (
        [kelvin_of(each) for each in pairs if (kelvin_of(each) < BETWEEN) is below] for below in (True, False)
    )
    if min(len(warm), len(cool)) < FEWEST:
        return None
    if any(len(each.model.calibrations) > 1 for each in pairs):
        return list(pairs)
    low = next((k for k in _WARM_LIGHTS if k >= np.median(warm)), _WARM_LIGHTS[-1])
    high = next((k for k in _COOL_LIGHTS if k <= np.median(cool)), _COOL_LIGHTS[-1])
    return [replace(each, model=_with_both(each.model, low, high)) for each in pairs]


def _with_both(model: ColorModel, low: float, high: float) -> ColorModel:
    (only,) = model.calibrations
    return replace(model, calibrations=(replace(only, kelvin=low), replace(only, kelvin=high)))


def fit_map(photos: Sequence[Samples], look: Look, gains: Gains, *, for_warm: bool) -> HueSatMap:
    """Fit the map of one light for a look that was learnt under the other."""
    problem = _Problem(photos, look, gains, for_warm=for_warm)
    found = minimise(problem.both, np.zeros(_HUES * _SATURATIONS * 3), _STEPS)
    deltas = problem.unpack(found).reshape(1, _HUES, _SATURATIONS, 3)
    deltas[..., 1:] = np.maximum(deltas[..., 1:], 0)
    return HueSatMap(deltas.astype(np.float32))


def identity_map() -> HueSatMap:
    """The map of the light under which the look was learnt: it changes nothing."""
    return HueSatMap(np.tile(np.array([0, 1, 1], np.float32), (1, _HUES, _SATURATIONS, 1)))


class _Problem:
    """The loss of a map, with its slope; the look is fixed."""

    def __init__(self, photos: Sequence[Samples], look: Look, gains: Gains, *, for_warm: bool) -> None:
        self._look = look
        self._lab = np.concatenate([each.lab for each in photos])
        self._metric = weights_of(self._lab)
        counted = np.concatenate([each.weight / each.weight.sum() for each in photos])
        self._counted = counted / len(photos)
        self._stops = np.concatenate([np.full(len(each.lab), each.stops) for each in photos])
        counts = [each.warm if for_warm else 1 - each.warm for each in photos]
        self._mix = np.concatenate([np.full(len(each.lab), c) for each, c in zip(photos, counts, strict=True)])
        scene = np.concatenate([gains.apply(each) for each in photos])
        self._hue, self._saturation, self._value = rgb_to_hsv(scene)
        self._nodes, self._shares = _bilinear(self._hue, self._saturation)
        self._scale = np.tile(_SCALE, (_HUES * _SATURATIONS, 1))
        self._scale[::_SATURATIONS, 2] = 0.0  # a table leaves greys as light as they are

    def unpack(self, packed: Matrix) -> Matrix:
        return np.asarray(np.array([0.0, 1.0, 1.0]) + packed.reshape(-1, 3) * self._scale)

    def both(self, packed: Matrix) -> tuple[float, Matrix]:
        """Loss and slope."""
        deltas = self.unpack(packed)
        places, with_inputs = self._placed(deltas)
        drawn = Rendering(places, self._look.table, self._look.curve)
        off = np.einsum("nij,nj->ni", self._metric, drawn.lab - self._lab)
        size = np.sqrt((off**2).sum(axis=1) + 0.25)
        with_lab = np.einsum("nij,ni->nj", self._metric, off * (self._counted / size)[:, np.newaxis])
        slopes = drawn.slopes_of_places(with_lab) * with_inputs * self._mix
        columns = [
            np.bincount(self._nodes.ravel(), (self._shares * each[:, np.newaxis]).ravel(), minlength=len(deltas))
            for each in slopes
        ]
        grid = packed.reshape(1, _HUES, _SATURATIONS, 3)
        bent, with_bend = roughness(grid)
        fold, with_fold = measure_folding(deltas.reshape(grid.shape))
        value = float(self._counted @ size) + WEIGHTS.smooth * bent + WEIGHTS.fold * fold
        slope = (np.stack(columns, axis=1) + WEIGHTS.fold * with_fold.reshape(-1, 3)) * self._scale
        return value, slope.ravel() + WEIGHTS.smooth * with_bend.ravel()

    def _placed(self, deltas: Matrix) -> tuple[Places, Floats]:
        """The places of pixels in the look's table after the map, and their slopes with the map's deltas, 3 x n."""
        turned, wider, lighter = np.einsum("nk,nkc->cn", self._shares, deltas[self._nodes])
        turned, wider, lighter = (
            neutral + self._mix * (each - neutral) for each, neutral in ((turned, 0.0), (wider, 1.0), (lighter, 1.0))
        )
        saturation = self._saturation * wider
        gain = np.exp2(np.maximum(self._stops, 0.0))
        value = self._value * lighter * gain
        encoded = np.asarray(srgb_encode(np.clip(value, 0, 1)))
        moves = np.stack(
            [
                np.full_like(turned, 1 / 60),
                np.where(saturation < 1, self._saturation, 0.0),
                np.where(value < 1, self._value * gain / decode_slope(encoded), 0.0),
            ]
        )
        at = place(
            self._hue + turned / 60,
            np.minimum(saturation, 1.0),
            encoded,
            np.minimum(self._stops, 0.0),
            self._look.shape,
        )
        return at, moves


def _bilinear(hue: Floats, saturation: Floats) -> tuple[Matrix, Floats]:
    """Each pixel's four nodes in a map, and their shares."""
    h = hue * (_HUES / 6)
    h0 = np.minimum(h.astype(np.intp), _HUES - 1)
    s = saturation * (_SATURATIONS - 1)
    s0 = np.minimum(s.astype(np.intp), _SATURATIONS - 2)
    nodes = [((h0 + dh) % _HUES) * _SATURATIONS + s0 + ds for dh in (0, 1) for ds in (0, 1)]
    shares = [np.abs(1 - dh - (h - h0)) * np.abs(1 - ds - (s - s0)) for dh in (0, 1) for ds in (0, 1)]
    return np.stack(nodes, axis=1), np.stack(shares, axis=1)
