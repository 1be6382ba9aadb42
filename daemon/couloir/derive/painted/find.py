"""Finds what a brush painted: where Aperture's preview is lighter, darker or more saturated than the rendering, beyond
what any change of the whole picture explains.

The ratio of light (or of colourfulness) in stops is fitted robustly by functions of the rendering's own tone, of its
surroundings' tone, of the place (vignettes) and of colour. What is left is smoothed along the picture's edges; regions
of one sign that stand out are painted with Lightroom's brush, and a region counts only if the brush then explains most
of what is left there and brings the whole picture nearer. Only versions whose rows name a mask may be asked about:
local operators of other kinds leave residue that looks like a faint brush.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from couloir.color.difference import ciede2000
from couloir.color.spaces import luminance, srgb_decode, srgb_encode, srgb_to_lab
from couloir.derive.painted.dabs import Painting, paint
from couloir.engines.camera_raw.masks import Alpha, draw_brush
from couloir.engines.local_contrast import blur
from couloir.engines.protocol import Picture
from couloir.lightroom.local.masks import LocalAdjustment, Mask
from couloir.lightroom.local.settings import LOCAL_SETTINGS

Plane: TypeAlias = NDArray[np.float32]
"""(height, width)."""


class Quantity(StrEnum):
    """What a brush changed."""

    LIGHT = "light"
    SATURATION = "saturation"


@dataclass(frozen=True, slots=True)
class PaintedRegion:
    """A region that was painted, in the frame of the two pictures. `stops`: log2 of the ratio where the brush is full.

    `explained`: the share of the residue's energy where the brush acts, 0..1. `gain`: the share by which the mean
    CIEDE2000 of the whole picture is expected to fall beyond what a change of the whole picture gives.
    """

    quantity: Quantity
    stops: float
    painting: Painting
    alpha: Alpha
    explained: float
    gain: float

    def as_adjustment(self, name: str) -> LocalAdjustment:
        """The local adjustment of Lightroom that does the same, in the frame of the two pictures."""
        if self.quantity is Quantity.LIGHT:
            key, value = "LocalExposure2012", self.stops
        else:
            key, value = "LocalSaturation", 100 * (2**self.stops - 1)
        setting = LOCAL_SETTINGS[key]
        clamped = round(min(max(value, setting.low), setting.high), 2)
        return LocalAdjustment(name, {key: clamped}, (Mask(self.painting.brush),))


LEAST_GAIN: Final = 0.1
LEAST_EXPLAINED: Final = 0.55

_RELATED: Final = 0.6  # correlation of the two pictures' tones below which they show different things
_FLOOR: Final = 0.004  # of linear light, added to both sides: noise in black is no ratio
_DARK, _BRIGHT = 0.006, 0.93
_ROUNDS: Final = 20
_FITTED: Final = 12_000  # pixels, evenly chosen: more of them cost time and change nothing
_TUKEY: Final = 4.0
_LEAST_SPREAD: Final = 0.03  # stops
_RIDGE: Final = 1e-5
_PEAK: Final = 0.25  # stops
_WIDE, _NARROW = 0.04, 0.012  # of the long edge: surroundings, and the smoothing along edges
_EDGE: Final = 0.02  # stops squared between neighbours that count as an edge
_LEAST: Final = {Quantity.LIGHT: 0.10, Quantity.SATURATION: 0.14}  # stops
_FULL: Final = 0.15
_DEVIATIONS: Final = 3.0
_SMALLEST, _LARGEST = 0.004, 0.6  # shares of the picture
_FAINT: Final = 0.02
_REST: Final = 0.04  # stops that are no painting
_FEWEST: Final = 50  # pixels
_USABLE: Final = 0.1  # share of the picture below which it is not examined
_COLORFUL: Final = 4.0  # L*a*b* chroma below which a ratio says nothing


def find_painted(
    target: Picture, rendering: Picture, quantities: tuple[Quantity, ...] = (Quantity.LIGHT,)
) -> tuple[PaintedRegion, ...]:
    """At most one region of each sign for each quantity; both pictures aligned, sRGB-encoded, (height, width, 3).

    A long edge of about 288 pixels is meant. Empty where the two do not show the same thing.
    """
    both = _Pair(target, rendering)
    if both.correlation < _RELATED:
        return ()
    return tuple(region for quantity in quantities for region in both.find(quantity))


@dataclass(frozen=True, slots=True)
class _Residue:
    """Stops of the target over the rendering: what the whole picture explains, and what is left; 0 where not usable."""

    usable: NDArray[np.bool_]
    whole: Plane
    left: Plane


class _Pair:
    """Both pictures, and the functions that a change of the whole picture is made of."""

    def __init__(self, target: Picture, rendering: Picture) -> None:
        self.rendering = rendering
        self.target_lab, self.lab = srgb_to_lab(target), srgb_to_lab(rendering)
        self.linear = srgb_decode(rendering)
        wanted, shown = luminance(srgb_decode(target)), luminance(self.linear)
        self.usable = (wanted > _DARK) & (wanted < _BRIGHT) & (shown > _DARK) & (shown < _BRIGHT)
        self.tone = np.log2((shown + _FLOOR) / 0.18).astype(np.float32)
        self.light = np.log2((wanted + _FLOOR) / (shown + _FLOOR)).astype(np.float32)
        self.terms = self._terms(shown)
        tones = np.log2((wanted[self.usable] + _FLOOR) / 0.18), self.tone[self.usable]
        self.correlation = float(np.corrcoef(*tones)[0, 1]) if self.usable.sum() > 100 else 0.0

    def find(self, quantity: Quantity) -> list[PaintedRegion]:
        """The regions of one quantity, of the lighter sign first."""
        ratio, usable = self._ratio(quantity)
        if usable.sum() < _USABLE * usable.size:
            return []
        whole = self._explain(ratio, usable)
        left = np.where(usable, ratio - whole, 0).astype(np.float32)
        smooth = self._along_edges(left, usable)
        least = max(_LEAST[quantity], _DEVIATIONS * _spread(smooth[usable]))
        residue = _Residue(usable, np.where(usable, whole, 0).astype(np.float32), left)
        tried = (self._region(quantity, sign, residue, _mask(sign * smooth, least)) for sign in (1, -1))
        found = [region for region in tried if region is not None]
        # Of a dodge and a burn each is judged with the other one in its place.
        gains = [self._gain(quantity, residue.whole, region, found) for region in found]
        judged = (replace(region, gain=gain) for region, gain in zip(found, gains, strict=True))
        return [region for region in judged if region.gain >= LEAST_GAIN]

    def _ratio(self, quantity: Quantity) -> tuple[Plane, NDArray[np.bool_]]:
        if quantity is Quantity.LIGHT:
            return self.light, self.usable
        wanted, shown = (np.hypot(lab[..., 1], lab[..., 2]) for lab in (self.target_lab, self.lab))
        ratio = np.log2((wanted + 1) / (shown + 1)).astype(np.float32)
        return ratio, self.usable & (np.maximum(shown, wanted) > _COLORFUL)

    def _terms(self, shown: Plane) -> NDArray[np.float32]:
        """(height, width, n): hats of the tone and of its surroundings, the distance from the centre, and colour."""
        rows, columns = shown.shape
        around = blur(self.tone, _WIDE * max(rows, columns))
        y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
        distance = np.hypot((x - columns / 2) / (columns / 2), (y - rows / 2) / (columns / 2))
        colors = self.linear / (shown[..., np.newaxis] + 0.02)
        parts = [_hats(self.tone, -6, 2, 7), _hats(around, -5, 1.5, 5)[..., 1:]]
        parts.append(np.stack([distance**2, distance**4], axis=-1))
        parts.append(np.clip(colors[..., ::2], 0, 3) - 1)
        return np.concatenate(parts, axis=-1).astype(np.float32)

    def _explain(self, ratio: Plane, usable: NDArray[np.bool_]) -> Plane:
        """The ratio that a change of the whole picture gives, at all pixels.

        Where nearly half is painted, least squares is no start for a robust fit: it is also begun from the ratios that
        are most frequent, and the fit that leaves least to its nearer third is taken.
        """
        step = max(1, int(usable.sum()) // _FITTED)
        terms, seen = (each[usable][::step].astype(np.float64) for each in (self.terms, ratio))
        starts = [np.ones(len(seen)), *(np.exp(-np.square((seen - peak) / _PEAK)) for peak in _peaks(seen))]
        fits = [_fit_robustly(terms, seen, start) for start in starts]
        best = min(fits, key=lambda found: _spread(seen - terms @ found))
        return np.asarray(self.terms @ best.astype(np.float32))

    def _along_edges(self, left: Plane, usable: NDArray[np.bool_]) -> Plane:
        """A guided filter (He, Sun, Tang 2013) along the rendering's tone; unusable pixels take their neighbours'."""
        weight = blur(usable.astype(np.float32), 1.2) + np.float32(1e-3)
        filled = blur(left, 1.2) / weight
        wide = max(2.0, _NARROW * max(left.shape))
        mean_guide, mean = blur(self.tone, wide), blur(filled, wide)
        variance = blur(self.tone**2, wide) - mean_guide**2
        slope = (blur(self.tone * filled, wide) - mean_guide * mean) / (variance + _EDGE)
        return np.asarray(blur(slope, wide) * self.tone + blur(mean - slope * mean_guide, wide))

    def _region(self, quantity: Quantity, sign: int, residue: _Residue, mask: Plane | None) -> PaintedRegion | None:
        painting = None if mask is None else paint(mask)
        if painting is None:
            return None
        rows, columns = residue.left.shape
        alpha = draw_brush(painting.brush, columns, rows)
        acts = residue.usable & (alpha > _FAINT)
        if acts.sum() < _FEWEST:
            return None
        here, left = alpha[acts], residue.left[acts]
        stops = float((here * left).sum() / np.square(here).sum())
        explained = 1 - float(np.square(left - stops * here).sum() / max(float(np.square(left).sum()), 1e-9))
        if stops * sign <= 0 or explained < LEAST_EXPLAINED:
            return None
        return PaintedRegion(quantity, stops, painting, alpha, explained, 0.0)

    def _gain(self, quantity: Quantity, whole: Plane, region: PaintedRegion, found: Sequence[PaintedRegion]) -> float:
        """The share by which the mean CIEDE2000 falls with a region beside the others, where the change of the whole
        picture is corrected as well.
        """
        others = whole + sum((each.stops * each.alpha for each in found if each is not region), np.zeros_like(whole))
        before, after = (self._difference(quantity, each) for each in (others, others + region.stops * region.alpha))
        return 1 - after / max(before, 1e-9)

    def _difference(self, quantity: Quantity, stops: Plane) -> float:
        if quantity is Quantity.LIGHT:
            changed = srgb_to_lab(srgb_encode(np.clip(self.linear * np.exp2(stops)[..., np.newaxis], 0, 1)))
        else:
            changed = self.lab.copy()
            changed[..., 1:] *= np.exp2(stops)[..., np.newaxis]
        return float(ciede2000(changed, self.target_lab).mean())


def _mask(value: Plane, least: float) -> Plane | None:
    """The mask of where a residue in stops stands out, 1 where it is strongest; None where it does nowhere."""
    region = _large_parts(value > least, round(_SMALLEST * value.size))
    if not region.any() or region.mean() > _LARGEST:
        return None
    full = float(np.percentile(value[region], 90))
    if full < _FULL:
        return None
    near = blur(region.astype(np.float32), _NARROW * max(value.shape)) > _FAINT
    return np.where(near, np.clip((value - _REST) / (full - _REST), 0, 1), 0).astype(np.float32)


def _fit_robustly(
    terms: NDArray[np.float64], seen: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Coefficients by Tukey's biweight, iterated from these weights."""
    ridge = _RIDGE * len(seen) * np.eye(terms.shape[1])
    found: NDArray[np.float64] = np.zeros(terms.shape[1])
    for _ in range(_ROUNDS):
        gram = terms.T @ (terms * weights[:, np.newaxis]) + ridge
        found = np.linalg.solve(gram, terms.T @ (weights * seen)).astype(np.float64)
        off = seen - terms @ found
        far = np.minimum(np.abs(off) / (_TUKEY * max(_spread(off), _LEAST_SPREAD)), 1)
        weights = np.square(1 - far**2)
    return found


def _spread(off: NDArray[np.floating]) -> float:
    """The standard deviation of the nearer third, taken for a normal distribution's: the rest may be anything."""
    return float(np.percentile(np.abs(off), 33)) / 0.4261 + 1e-3


def _peaks(seen: NDArray[np.float64]) -> list[float]:
    """The two most frequent ratios, at least `_PEAK` apart."""
    counts, edges = np.histogram(seen, np.arange(-3, 3.01, 0.05))
    smooth = np.convolve(counts, [1, 2, 3, 2, 1], "same")
    middles = (edges[:-1] + edges[1:]) / 2
    first = float(middles[int(np.argmax(smooth))])
    smooth[np.abs(middles - first) < _PEAK] = 0
    return [first, float(middles[int(np.argmax(smooth))])]


def _hats(values: Plane, low: float, high: float, count: int) -> NDArray[np.float32]:
    """A partition of the line into `count` overlapping triangles, (..., count)."""
    centers = np.linspace(low, high, count, dtype=np.float32)
    width = np.float32((high - low) / (count - 1))
    inside = np.clip(values, low, high)[..., np.newaxis]
    return np.asarray(np.clip(1 - np.abs(inside - centers) / width, 0, 1))


def _large_parts(region: NDArray[np.bool_], least: int) -> NDArray[np.bool_]:
    """The connected parts (four neighbours) of at least so many pixels."""
    rows, columns = region.shape
    waiting = region.reshape(-1).copy()
    kept = np.zeros_like(waiting)
    for first in np.flatnonzero(waiting).tolist():
        if not waiting[first]:
            continue
        waiting[first] = False
        part, reached = [first], 0
        while reached < len(part):
            at = part[reached]
            reached += 1
            row, column = divmod(at, columns)
            for near, there in (
                (at - 1, column > 0),
                (at + 1, column < columns - 1),
                (at - columns, row > 0),
                (at + columns, row < rows - 1),
            ):
                if there and waiting[near]:
                    waiting[near] = False
                    part.append(near)
        if len(part) >= least:
            kept[part] = True
    return kept.reshape(region.shape)
