"""The DNG rendering of training pixels with its derivatives: a second implementation of engines.dng, for learning only.

It goes from scene colours after exposure to L*a*b*: look table, tone curve, output. `tests/profiles` compares it with
engines.dng, which is compared with Adobe's SDK.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.adaptation import white_xyz
from couloir.color.arrays import Floats, Matrix
from couloir.color.spaces import D65, PROPHOTO_TO_SRGB, SRGB_TO_XYZ, srgb_decode, srgb_encode
from couloir.engines.dng.tables import rgb_to_hsv
from couloir.profiles.tone_curve import STEPS, slope_of_parameters, tabulate

_OUT: Final = np.asarray(SRGB_TO_XYZ / white_xyz(D65)[:, np.newaxis])
_EPSILON: Final = (6 / 29) ** 3
_KAPPA: Final = (29 / 3) ** 3


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of a look table."""

    values: int = 8
    hues: int = 12
    saturations: int = 6

    @property
    def nodes(self) -> int:
        """The number of nodes."""
        return self.values * self.hues * self.saturations


COARSE: Final = Shape()
"""The size that was best on held-out photos; finer tables overfit the gaps of the training photos."""


@dataclass(frozen=True, slots=True)
class Places:
    """The places of n pixels: hue (0..6), saturation, encoded value, and the 8 surrounding table nodes with weights.

    `fractions`, 3 x n, are the positions between nodes along value, hue and saturation. `stops` are n numbers of 0 or
    less: the exposure that is left to the curve.
    """

    hue: Floats
    saturation: Floats
    value: Floats
    nodes: NDArray[np.intp]
    shares: Floats
    fractions: Floats
    stops: Floats
    shape: Shape


def expose(scene: Floats, stops: Floats) -> Floats:
    """n x 3 scene colours after `stops` (n) of exposure, except the part that is left to the curve."""
    return np.asarray(np.clip(scene * np.exp2(np.maximum(stops, 0.0))[:, np.newaxis], 0.0, 1.0))


def places_of(scene: Floats, stops: Floats, shape: Shape) -> Places:
    """`scene`: n x 3 linear ProPhoto within 0..1, before `stops` (n) of exposure."""
    hue, saturation, value = rgb_to_hsv(expose(scene, stops))
    return place(hue, saturation, np.asarray(srgb_encode(value)), np.minimum(stops, 0.0), shape)


def place(hue: Floats, saturation: Floats, value: Floats, stops: Floats, shape: Shape) -> Places:
    """The places of pixels of a hue (any number of sixths), saturation and encoded value."""
    h = (hue % 6) * (shape.hues / 6)
    h0 = np.minimum(h.astype(np.intp), shape.hues - 1)
    s = saturation * (shape.saturations - 1)
    s0 = np.minimum(s.astype(np.intp), shape.saturations - 2)
    v = np.clip(value, 0, 1) * (shape.values - 1)
    v0 = np.minimum(v.astype(np.intp), shape.values - 2)
    fractions = np.stack([v - v0, h - h0, s - s0])
    nodes, shares = [], []
    for dv in (0, 1):
        for dh in (0, 1):
            for ds in (0, 1):
                nodes.append(((v0 + dv) * shape.hues + (h0 + dh) % shape.hues) * shape.saturations + s0 + ds)
                sides = [np.abs(1 - d - each) for d, each in zip((dv, dh, ds), fractions, strict=True)]
                shares.append(sides[0] * sides[1] * sides[2])
    return Places(hue, saturation, value, np.stack(nodes, axis=1), np.stack(shares, axis=1), fractions, stops, shape)


class Rendering:
    """Pixels under one table and curve: `lab` n x 3, and its derivatives by both.

    `table` is nodes x 3 (degrees, saturation factor, value factor), value-major, then hue, then saturation.
    """

    def __init__(self, places: Places, table: Matrix, curve: Matrix) -> None:
        self._places = places
        self._curve = curve
        self._table = table
        self._count = len(table)
        turned, wider, lighter = np.einsum("nk,nkc->cn", places.shares, table[places.nodes])
        self._wider, self._lighter = wider, lighter
        self._hue = places.hue + turned / 60
        self._saturation = np.minimum(places.saturation * wider, 1.0)
        self._shown = np.clip(places.value * lighter, 0.0, 1.0)
        self._light = np.asarray(srgb_decode(self._shown))
        entries = tabulate(curve)
        self._high, self._high_slope, self._high_place = _looked_up(entries, *_darkened(self._light, places.stops))
        low_at = _darkened(self._light * (1 - self._saturation), places.stops)
        self._low, self._low_slope, self._low_place = _looked_up(entries, *low_at)
        angle = (np.array([[5.0], [3.0], [1.0]]) + self._hue) % 6
        ramp = np.minimum(angle, 4 - angle)
        self._share = 1 - np.clip(ramp, 0, 1)
        self._share_slope = np.where((ramp > 0) & (ramp < 1), np.where(angle < 4 - angle, -1.0, 1.0), 0.0)
        rgb = self._low + self._share * (self._high - self._low)
        linear = PROPHOTO_TO_SRGB @ rgb
        self._inside = (linear > 0) & (linear < 1)
        xyz = _OUT @ np.clip(linear, 0, 1)
        above = xyz > _EPSILON
        root = np.where(above, np.cbrt(xyz), (_KAPPA * xyz + 16) / 116)
        self._root_slope = np.where(above, 1 / (3 * np.maximum(root, 1e-9) ** 2), _KAPPA / 116)
        self.lab = np.stack([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])], axis=1)

    def slopes(self, with_lab: Floats) -> tuple[Matrix, Matrix]:
        """A value's derivatives by the table and by the curve's parameters, from those by `lab`."""
        with_curve, with_parts, _ = self._back(with_lab)
        columns = [
            np.bincount(
                self._places.nodes.ravel(),
                (self._places.shares * each[:, np.newaxis]).ravel(),
                minlength=self._count,
            )
            for each in with_parts
        ]
        return np.stack(columns, axis=1), slope_of_parameters(self._curve, with_curve)

    def slopes_of_places(self, with_lab: Floats) -> Matrix:
        """3 x n: a value's derivatives by each pixel's hue, saturation and encoded value."""
        _, with_parts, (with_hue, with_saturation, with_value) = self._back(with_lab)
        along = np.einsum("anc,cn->an", self._along, np.stack(with_parts))
        direct = np.stack([with_hue, with_saturation * self._wider, with_value * self._lighter])
        return np.asarray(direct + along)

    @cached_property
    def _along(self) -> Floats:
        """3 x n x 3: the derivatives of the table's deltas along hue, saturation and encoded value."""
        places, shape = self._places, self._places.shape
        corners = self._table[places.nodes].reshape(-1, 2, 2, 2, 3)
        v, h, s = (np.stack([1 - each, each], axis=1) for each in places.fractions)
        by_hue = np.einsum("nv,ns,nvsc->nc", v, s, corners[:, :, 1] - corners[:, :, 0]) * (shape.hues / 6)
        by_saturation = np.einsum("nv,nh,nvhc->nc", v, h, corners[..., 1, :] - corners[..., 0, :])
        by_value = np.einsum("nh,ns,nhsc->nc", h, s, corners[:, 1] - corners[:, 0])
        return np.stack([by_hue, by_saturation * (shape.saturations - 1), by_value * (shape.values - 1)])

    def _back(self, with_lab: Floats) -> tuple[Matrix, tuple[Floats, Floats, Floats], tuple[Floats, Floats, Floats]]:
        """Back-propagation: a value's derivatives by the tabulated curve, by the three numbers that each pixel gets
        from the table, and by its hue, saturation and encoded value after the table.
        """
        lightness, a, b = with_lab.T
        with_root = np.stack([500 * a, 116 * lightness - 500 * a + 200 * b, -200 * b])
        with_linear = (_OUT.T @ (with_root * self._root_slope)) * self._inside
        with_rgb = PROPHOTO_TO_SRGB.T @ with_linear
        with_high = (with_rgb * self._share).sum(axis=0)
        with_low = with_rgb.sum(axis=0) - with_high
        with_hue = (with_rgb * self._share_slope).sum(axis=0) * (self._high - self._low)
        with_curve = _scattered(self._high_place, with_high) + _scattered(self._low_place, with_low)
        with_low_at = with_low * self._low_slope
        with_light = with_high * self._high_slope + with_low_at * (1 - self._saturation)
        free = self._places.saturation * self._wider < 1
        with_saturation = np.where(free, -with_low_at * self._light, 0.0)
        lifted = self._places.value * self._lighter
        with_value = np.where((lifted > 0) & (lifted < 1), with_light * decode_slope(self._shown), 0.0)
        parts = (with_hue / 60, with_saturation * self._places.saturation, with_value * self._places.value)
        return with_curve, parts, (with_hue, with_saturation, with_value)


def _darkened(at: Floats, stops: Floats) -> tuple[Floats, Floats]:
    """Tones 0..1 after exposure of 0 or fewer stops, before the curve, and the slope (`exposure_tone`)."""
    if not stops.any():
        return at, np.ones_like(at)
    gain = np.exp2(stops)
    a = 16 / 9 * (1 - gain)
    b = gain - a / 2
    dark = at <= 0.25
    return np.where(dark, gain * at, (a * at + b) * at + 1 - a - b), np.where(dark, gain, 2 * a * at + b)


def _looked_up(
    entries: Matrix, at: Floats, inner_slope: Floats
) -> tuple[Floats, Floats, tuple[NDArray[np.intp], Floats]]:
    """The table's value at 0..1, its slope there, and the place: the left entry and the weight of the right one."""
    place = at * STEPS
    left = np.minimum(place.astype(np.intp), STEPS - 1)
    share = place - left
    step = entries[left + 1] - entries[left]
    return entries[left] + share * step, step * STEPS * inner_slope, (left, share)


def _scattered(place: tuple[NDArray[np.intp], Floats], values: Floats) -> Matrix:
    left, share = place
    low = np.bincount(left, values * (1 - share), minlength=STEPS + 1)
    return np.asarray(low + np.bincount(left + 1, values * share, minlength=STEPS + 1))


def decode_slope(encoded: Floats) -> Floats:
    """The slope of `srgb_decode`."""
    steep = 2.4 / 1.055 * ((np.maximum(encoded, 0.04045) + 0.055) / 1.055) ** 1.4
    return np.asarray(np.where(encoded <= 0.04045, 1 / 12.92, steep))
