"""What of the difference between two pictures a change of the whole picture explains, and what is left.

A change of the whole picture is a function of the rendering's own tone, of its surroundings' tone (operators of shadows
and highlights), of the place (vignettes) and of colour. It is fitted robustly, because the painted part must not count:
where a third or more is painted, least squares is no start, so the fit is begun from several, and the one that leaves
least to its nearer third is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from couloir.color.difference import ciede2000
from couloir.color.spaces import luminance, srgb_decode, srgb_encode, srgb_to_lab
from couloir.derive.painted.quantities import Channel
from couloir.engines.local_contrast import blur
from couloir.engines.protocol import Picture

Plane: TypeAlias = NDArray[np.float32]
"""(height, width)."""
Planes: TypeAlias = NDArray[np.float32]
"""(height, width, n): one plane of light in stops, or a* and b*."""

RELATED: Final = 0.6
"""Correlation of the two pictures' tones below which they show different things."""

_FLOOR: Final = 0.004  # of linear light, added to both sides: noise in black is no ratio
_DARK, _BRIGHT = 0.006, 0.93
_USABLE: Final = 0.1  # share of the picture below which it is not examined
_WIDE: Final = 0.04  # of the long edge: surroundings
_FITTED, _TRIED = 12_000, 3_000  # pixels, evenly chosen: more of them cost time and change nothing
_ROUNDS, _ROUNDS_OF_TRIALS = 12, 14
_TUKEY: Final = 4.0
_LEAST_SPREAD: Final = {Channel.LIGHT: 0.03, Channel.COLOR: 0.5}
_RIDGE: Final = 1e-5
_PEAK: Final = 0.25  # stops
_WRONG: Final = 6.0  # what the share of pixels on the side that no brush took costs


@dataclass(frozen=True, slots=True)
class Residue:
    """The target over the rendering in one channel: what the whole picture explains, and what is left; 0 where not
    usable.
    """

    usable: NDArray[np.bool_]
    whole: Planes
    left: Planes


class PicturePair:
    """A target and a rendering, aligned, both sRGB-encoded, and the functions that a change of the whole picture is
    made of.
    """

    def __init__(self, target: Picture, rendering: Picture) -> None:
        self.target_lab, self.lab = srgb_to_lab(target), srgb_to_lab(rendering)
        self.linear = srgb_decode(rendering)
        self._shown = luminance(self.linear)
        wanted = luminance(srgb_decode(target))
        self.usable = (wanted > _DARK) & (wanted < _BRIGHT) & (self._shown > _DARK) & (self._shown < _BRIGHT)
        self.tone = np.log2((self._shown + _FLOOR) / 0.18).astype(np.float32)
        self._light = np.log2((wanted + _FLOOR) / (self._shown + _FLOOR)).astype(np.float32)
        tones = np.log2((wanted[self.usable] + _FLOOR) / 0.18), self.tone[self.usable]
        self.correlation = float(np.corrcoef(*tones)[0, 1]) if self.usable.sum() > 100 else 0.0

    def residue(self, channel: Channel, sign: int = 0) -> Residue | None:
        """What is left in a channel; None where too little can be compared. `sign` is that of all changes that a brush
        may have made there, 0 where it may have made both.
        """
        ratio, usable = self._measured(channel), self.usable
        if usable.sum() < _USABLE * usable.size:
            return None
        whole = self._explain(channel, ratio, usable, sign)
        kept = usable[..., np.newaxis]
        return Residue(usable, np.where(kept, whole, 0), np.where(kept, ratio - whole, 0).astype(np.float32))

    def compare(self, channel: Channel, drawn: Picture) -> Planes:
        """What another drawing of the rendering changed, in the measure of a channel."""
        if channel is Channel.LIGHT:
            light = luminance(srgb_decode(drawn))
            return np.log2((light + _FLOOR) / (self._shown + _FLOOR)).astype(np.float32)[..., np.newaxis]
        return np.asarray(srgb_to_lab(drawn)[..., 1:] - self.lab[..., 1:], dtype=np.float32)

    def difference(self, channel: Channel, change: Planes) -> float:
        """The mean CIEDE2000 to the target of the rendering with a change."""
        if channel is Channel.LIGHT:
            changed = srgb_to_lab(srgb_encode(np.clip(self.linear * np.exp2(change), 0, 1)))
        else:
            changed = self.lab.copy()
            changed[..., 1:] += change
        return float(ciede2000(changed, self.target_lab).mean())

    def _measured(self, channel: Channel) -> Planes:
        if channel is Channel.LIGHT:
            return self._light[..., np.newaxis]
        return np.asarray(self.target_lab[..., 1:] - self.lab[..., 1:], dtype=np.float32)

    def _terms(self, channel: Channel) -> NDArray[np.float32]:
        """(height, width, n): hats of the tone and of its surroundings, the distance from the centre, and colour."""
        rows, columns = self.tone.shape
        around = blur(self.tone, _WIDE * max(rows, columns))
        y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
        distance = np.hypot((x - columns / 2) / (columns / 2), (y - rows / 2) / (columns / 2))
        parts = [_hats(self.tone, -6, 2, 7), _hats(around, -5, 1.5, 5)[..., 1:]]
        parts.append(np.stack([distance**2, distance**4], axis=-1))
        if channel is Channel.COLOR:
            colors = self.lab[..., 1:] / np.float32(40)
            parts += [colors, colors * self.tone[..., np.newaxis], colors * np.abs(colors)]
        else:
            colors = self.linear / (self._shown[..., np.newaxis] + 0.02)
            parts.append(np.clip(colors[..., ::2], 0, 3) - 1)
        return np.concatenate(parts, axis=-1).astype(np.float32)

    def _explain(self, channel: Channel, ratio: Planes, usable: NDArray[np.bool_], sign: int) -> Planes:
        """The ratio that a change of the whole picture gives, at all pixels."""
        every = self._terms(channel)
        count = int(usable.sum())
        coarse, fine = (max(1, count // pixels) for pixels in (_TRIED, _FITTED))
        terms, seen = (each[usable][::coarse].astype(np.float64) for each in (every, ratio))
        places = np.argwhere(usable)[::coarse] / usable.shape
        least = _LEAST_SPREAD[channel]
        fits = [_fit_robustly(terms, seen, start, least, _ROUNDS_OF_TRIALS) for start in _starts(terms, seen, places)]
        best = min(fits, key=lambda found: _cost(seen - terms @ found, sign, least))
        terms, seen = (each[usable][::fine].astype(np.float64) for each in (every, ratio))
        weights = _weights(seen - terms @ best, least)
        best = _fit_robustly(terms, seen, weights, least, _ROUNDS)
        return np.asarray(every @ best.astype(np.float32))


def spread_of(off: NDArray[np.floating]) -> float:
    """The standard deviation of the nearer third of (n, planes), taken for a normal distribution's: the rest may be
    anything.
    """
    if off.shape[-1] == 1:
        return float(np.percentile(np.abs(off), 33)) / 0.4261 + 1e-3
    return float(np.percentile(np.hypot(off[..., 0], off[..., 1]), 33)) / 0.8949 + 1e-3


def _starts(
    terms: NDArray[np.float64], seen: NDArray[np.float64], places: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Weights to begin with: all pixels, those of the most frequent ratios, those on either side of least squares, and
    each half of the picture.
    """
    all_of_them = np.ones(len(seen))
    starts = [all_of_them, *((sign * (each - 0.5) > 0) for each in places.T for sign in (1, -1))]
    if seen.shape[-1] == 1:
        ratio = seen[:, 0]
        starts += [np.exp(-np.square((ratio - peak) / _PEAK)) for peak in _peaks(ratio)]
        off = ratio - terms @ _solve(terms, ratio, all_of_them)
        starts += [off < np.percentile(off, 40), off > np.percentile(off, 60)]
    return [np.asarray(each, dtype=np.float64) for each in starts]


def _cost(off: NDArray[np.float64], sign: int, least: float) -> float:
    spread = spread_of(off)
    if sign == 0:
        return spread
    wrong = float((-sign * off > max(3 * spread, least)).mean())
    return spread * (1 + _WRONG * wrong)


def _fit_robustly(
    terms: NDArray[np.float64], seen: NDArray[np.float64], weights: NDArray[np.float64], least: float, rounds: int
) -> NDArray[np.float64]:
    """Coefficients by Tukey's biweight, iterated from these weights."""
    found = _solve(terms, seen, weights)
    for _ in range(rounds):
        found = _solve(terms, seen, _weights(seen - terms @ found, least))
    return found


def _solve(terms: NDArray[np.float64], seen: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    weighted = terms * weights[:, np.newaxis]
    gram = terms.T @ weighted + _RIDGE * len(seen) * np.eye(terms.shape[1])
    return np.asarray(np.linalg.solve(gram, weighted.T @ seen), dtype=np.float64)


def _weights(off: NDArray[np.float64], least: float) -> NDArray[np.float64]:
    far = np.minimum(np.sqrt(np.square(off).sum(axis=-1)) / (_TUKEY * max(spread_of(off), least)), 1)
    return np.asarray(np.square(1 - far**2))


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
