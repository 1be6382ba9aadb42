"""Local contrast by radius and the falloff towards the corners, of a whole preview beside a rendering of its size.

What both programs did to tones and colours alone is taken off by a map of colours that is fitted on blurred pictures.
Local contrast is then the slope of the preview's details on the rendering's, band by band: compression adds to the
preview what the rendering does not have, and leaves a slope as it is. The falloff is fitted in stops together with a
curve of tones, in each quarter of the picture: what one corner alone has is no vignette.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats
from couloir.color.spaces import luminance, srgb_decode
from couloir.derive.details.color_map import fit_color_map, to_planes
from couloir.derive.details.fine import NOT_THE_SAME, TOO_FEW, TOO_SMALL, Reading
from couloir.engines.local_contrast import blur
from couloir.engines.protocol import Picture

RADII: Final = (0.002, 0.004, 0.008, 0.016, 0.032)
"""Sigmas, as shares of the long edge, between which bands of local contrast lie."""

RINGS: Final = (0.5, 0.65, 0.8, 0.92, 1.0)
"""Distances from the middle, in halves of the diagonal, at which the falloff is told."""

INSIDE: Final = 0.35
"""The distance within which it counts as 0."""

_LEAST_EDGE: Final = 192
_LEAST_LONG: Final = 600  # from there on the finest band is wider than a pixel
_SIGMA: Final = 0.06  # of the long edge: coarser than all that counts as local contrast
_BLOCKS: Final = 6  # each way, that are left out in turn
_FLAT: Final = 0.005  # of the logarithm: a band of less has nothing to compare
_BLACK: Final = 0.05  # encoded: what is darker hardly counts
_COMMON: Final = 0.7  # the least correlation of pictures that lie on each other
_SURE_BAND: Final = 1
_SEEN: Final = 0.012  # of the long edge: the blur at which the falloff is fitted
_GRID: Final = 64
_DARK: Final = 0.003  # linear light below which stops are noise
_CLIPPED: Final = 0.97
_ROUNDS: Final = 6
_USUAL: Final = 0.08  # stops
_LEAST_PLACES: Final = 60  # of a quarter


@dataclass(frozen=True, slots=True)
class Falloff:
    """Stops by which the preview is brighter than the rendering at each of RINGS, beside the middle, with standard
    deviations; `alike` says that all four quarters have it.
    """

    stops: NDArray[np.float64]
    deviations: NDArray[np.float64]
    alike: bool

    @property
    def corner(self) -> tuple[float, float]:
        """Of the two outer rings together."""
        return float(self.stops[-2:].mean()), float(np.sqrt(np.square(self.deviations[-2:]).mean()))


def measure_contrast(preview: Picture, rendering: Picture) -> Reading:
    """The logarithm of the ratio of local contrast, preview over rendering, in each band of RADII.

    Both are encoded sRGB of one size. Raises ValueError with a reason for the photographer.
    """
    _check(preview, rendering)
    edge = max(rendering.shape[:2])
    if edge < _LEAST_LONG:
        raise ValueError(TOO_SMALL)
    carried = fit_color_map(preview, rendering, _SIGMA * edge).carry(rendering)
    wanted, given = (_bands(plane[..., 0], edge) for plane in (to_planes(preview), carried))
    if any(float(np.sqrt(np.square(band).mean())) < _FLAT for band in given):
        raise ValueError(TOO_FEW)
    common, own, other = (
        np.stack([_by_block(one * two) for one, two in zip(*pair, strict=True)])
        for pair in ((wanted, given), (given, given), (wanted, wanted))
    )
    if (common.sum(axis=1) < _COMMON * np.sqrt(own.sum(axis=1) * other.sum(axis=1)))[_SURE_BAND]:
        raise ValueError(NOT_THE_SAME)
    parts = _log_slope(*(each.sum(axis=1, keepdims=True) - each for each in (common, own)))
    count = parts.shape[1]
    spread = (count - 1) / count * np.square(parts - parts.mean(axis=1, keepdims=True)).sum(axis=1)
    return Reading(_log_slope(common.sum(axis=1), own.sum(axis=1)), np.sqrt(spread))


def measure_falloff(preview: Picture, rendering: Picture) -> Falloff:
    """The falloff of the preview beside that of the rendering; arguments and errors as for `measure_contrast`."""
    _check(preview, rendering)
    wanted, given = (_sampled(each) for each in (preview, rendering))
    rows, columns = wanted.shape[:2]
    y, x = np.linspace(-1, 1, rows)[:, np.newaxis], np.linspace(-1, 1, columns)[np.newaxis]
    tall = rendering.shape[0] / rendering.shape[1]
    distance = np.hypot(x, y * tall) / np.hypot(1, tall)
    stops = np.log2(np.maximum(luminance(wanted), _DARK)), np.log2(np.maximum(luminance(given), _DARK))
    good = (luminance(given) > _DARK) & (given.max(axis=-1) < _CLIPPED) & (wanted.max(axis=-1) < _CLIPPED)
    quarter = (y > 0) * 2 + (x > 0)
    if min(int((good & (quarter == each)).sum()) for each in range(4)) < _LEAST_PLACES:
        raise ValueError(TOO_FEW)
    rings = at_rings(distance[good])
    own = quarter[good]
    terms = np.concatenate(
        [_tones(given[good], stops[1][good]), *(rings * (own == each)[:, None] for each in range(4))], 1
    )
    found = _fit(terms, (stops[0] - stops[1])[good])[-4 * len(RINGS) :].reshape(4, len(RINGS))
    mean = found.mean(axis=0)
    outer = found[:, -2:].mean(axis=1)
    return Falloff(mean, found.std(axis=0, ddof=1) / 2, bool((np.sign(outer) == np.sign(outer.mean())).all()))


def _check(preview: Picture, rendering: Picture) -> None:
    if preview.shape != rendering.shape:
        raise ValueError(NOT_THE_SAME)
    if min(preview.shape[:2]) < _LEAST_EDGE:
        raise ValueError(TOO_SMALL)


def _log_slope(common: NDArray[np.float64], own: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.log(np.maximum(common, 1e-9) / np.maximum(own, 1e-9)))


def _bands(bright: Floats, edge: int) -> list[Floats]:
    """Differences of blurs of brightness on a logarithmic scale, on which a falloff of light changes none of them."""
    scaled = np.log(np.maximum(np.ascontiguousarray(bright), 0) + _BLACK)
    blurred = [blur(scaled, share * edge) for share in RADII]
    return [one - other for one, other in pairwise(blurred)]


def _by_block(values: Floats) -> NDArray[np.float64]:
    rows, columns = values.shape[0] // _BLOCKS, values.shape[1] // _BLOCKS
    kept = values[: rows * _BLOCKS, : columns * _BLOCKS].reshape(_BLOCKS, rows, _BLOCKS, columns)
    return np.asarray(kept.sum(axis=(1, 3), dtype=np.float64).ravel())


def _sampled(encoded: Picture) -> Floats:
    """A blurred picture in linear light, at about _GRID places on the long edge."""
    linear = np.asarray(srgb_decode(encoded), dtype=np.float32)
    edge = max(linear.shape[:2])
    step = max(1, edge // _GRID)
    blurred = [blur(np.ascontiguousarray(linear[..., each]), _SEEN * edge) for each in range(3)]
    return np.stack([each[step // 2 :: step, step // 2 :: step] for each in blurred], axis=-1)


def at_rings(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """(places, rings): straight lines between RINGS, which begin at INSIDE."""
    knots = [INSIDE, *RINGS]
    return np.stack([np.interp(distance, knots, one) for one in np.eye(len(knots))[1:]], axis=-1)


def _tones(linear: Floats, stops: Floats) -> NDArray[np.float64]:
    """What a change of the whole picture can do to the light of a place, in stops."""
    share = linear / np.maximum(linear.sum(axis=-1, keepdims=True), 1e-4) - 1 / 3
    lifted = stops / 4 + 1
    parts = [
        np.ones_like(stops),
        lifted,
        lifted**2,
        share[:, 0],
        share[:, 2],
        share[:, 0] ** 2,
        share[:, 2] ** 2,
    ]
    return np.stack(parts, axis=-1).astype(np.float64)


def _fit(terms: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coefficients of terms, fitted robustly."""
    weight = np.ones(len(terms))
    found: Floats = np.zeros(terms.shape[1])
    for _ in range(_ROUNDS):
        weighted = terms * weight[:, np.newaxis]
        found = np.linalg.solve(weighted.T @ terms + 1e-3 * np.eye(terms.shape[1]), weighted.T @ wanted)
        weight = 1 / (1 + ((terms @ found - wanted) / _USUAL) ** 2)
    return np.asarray(found, dtype=np.float64)
