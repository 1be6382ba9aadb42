"""Noise and edges at the scale of single pixels, between a preview as large as its photo and a rendering.

Both are cut into tiles. Those with the strongest structure show how steep edges are, those with the least how much
noise there is. The figure is the ratio of amplitudes by spatial frequency (preview over rendering, as logarithms). For
edges that is the ratio of the two modulation transfers. The rendering goes through the preview's own JPEG compression
first, so that both have lost alike; where compression has left no noise to compare, no figure is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats
from couloir.color.difference import difference
from couloir.derive.details.bands import TILE, cut_tiles, energies, log_ratio, spectra, weighted_mean
from couloir.derive.details.color_map import fit_color_map, to_planes
from couloir.engines.decoding.coding import JpegCoding
from couloir.engines.protocol import Picture
from couloir.language import mark

TOO_SMALL: Final = mark("The preview is too small to show noise and edges.")
TOO_FEW: Final = mark("The preview has too few edges and even parts to compare.")
NOT_THE_SAME: Final = mark("The preview and the rendering do not lie on each other pixel by pixel.")
OTHER_TONES: Final = mark("Tones and colours still differ too much to compare details.")

_LEAST_EDGE: Final = 256  # pixels
_LEAST_TILES: Final = 24
_SIGMA: Final = 6.0  # pixels: coarser than all that is measured
_STRONGEST, _EVENEST = 0.8, 0.25  # quantiles of tiles
_DARKEST, _BRIGHTEST = 0.06, 0.94  # mean brightness of a tile that is not clipped
_COMMON: Final = 0.8  # coherence of a tile that shows the same
_MOST_APART: Final = 0.5  # share of edge tiles that may show something else
_MOST_LEFT: Final = 0.03  # encoded, median
_NOISE_KEPT: Final = 0.35  # share of amplitude that compression must leave of a rendering's noise
_APART: Final = 3  # every so many rows and columns tell how far all pixels are apart
_LEAST_NOISE: Final = 0.0015  # encoded: below it the steps of 8 bits are measured

EDGE_BANDS: Final = (1, 2)
NOISE_BANDS: Final = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Reading:
    """Logarithms of ratios, preview over rendering, with their standard deviations: one for each band."""

    values: NDArray[np.float64]
    deviations: NDArray[np.float64]

    def mean(self, bands: tuple[int, ...]) -> tuple[float, float]:
        """Of some bands, with its deviation."""
        return weighted_mean(self.values, self.deviations, bands)


@dataclass(frozen=True, slots=True)
class FineGap:
    """By how much the preview differs from a rendering. `noise` and `color_noise` are None where compression or the
    picture leaves nothing to compare. `apart` is the mean CIEDE2000 of all pixels, the rendering compressed as the
    preview is, and in its colours.
    """

    edges: Reading
    noise: Reading | None
    color_noise: Reading | None
    apart: float


class FineScale:
    """Measures renderings against one preview, on tiles that the first rendering chose."""

    def __init__(self, preview: Picture, rendering: Picture, coding: JpegCoding | None) -> None:
        """Both encoded sRGB, of one size, pixel for pixel, one pixel of which is one of the photo. Raises ValueError
        with a reason for the photographer where they cannot be compared.
        """
        if preview.shape != rendering.shape:
            raise ValueError(NOT_THE_SAME)
        if min(preview.shape[:2]) < _LEAST_EDGE:
            raise ValueError(TOO_SMALL)
        self._preview, self._coding = preview, coding
        shown = self.compress(rendering)
        self._map = fit_color_map(preview, shown, _SIGMA)
        if self._map.left > _MOST_LEFT:
            raise ValueError(OTHER_TONES)
        wanted = to_planes(preview)
        self._edges, self._even = self._choose(rendering, shown, wanted[..., 0])
        self._wanted = self._energies(wanted)
        self._has_noise, self._has_color_noise = self._noise_is_left(rendering, shown)

    def compress(self, rendering: Picture) -> Picture:
        """A rendering as the preview's compression shows it."""
        return rendering if self._coding is None else self._coding.compress(rendering)

    def measure(self, rendering: Picture) -> FineGap:
        """The gap to a rendering of the size of the first."""
        shown = self.compress(rendering)
        own = self._energies(self._map.carry(shown))
        edges, noise, color_noise = (
            Reading(*log_ratio(wanted, given)) for wanted, given in zip(self._wanted, own, strict=True)
        )
        step = slice(None, None, _APART)
        return FineGap(
            edges=edges,
            noise=noise if self._has_noise else None,
            color_noise=color_noise if self._has_color_noise else None,
            apart=difference(self._preview[step, step], self._map.recolor(shown[step, step])).mean,
        )

    def _energies(self, planes: Floats) -> list[NDArray[np.float64]]:
        """(tiles, bands): of the tiles with edges, and of the even ones in brightness and in colour."""
        bright, *colors = (cut_tiles(planes[..., channel]) for channel in range(3))
        tinted = sum(energies(spectra(each[self._even])) for each in colors)
        return [energies(spectra(bright[self._edges])), energies(spectra(bright[self._even])), np.asarray(tinted)]

    def _choose(self, rendering: Picture, shown: Picture, wanted: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The tiles with edges and the even ones, by the rendering before it is compressed."""
        plain = cut_tiles(to_planes(rendering)[..., 0])
        own = energies(spectra(plain))
        level = plain.mean(axis=(1, 2))
        good = (level > _DARKEST) & (level < _BRIGHTEST)
        if good.sum() < 4 * _LEAST_TILES:
            raise ValueError(TOO_FEW)
        one, other = (spectra(cut_tiles(plane)) for plane in (wanted, self._map.carry(shown)[..., 0]))
        common = energies(one, other)[:, 0]
        both = np.sqrt(energies(one)[:, 0] * energies(other)[:, 0]) + 1e-9
        structure = own[:, list(EDGE_BANDS)].sum(axis=1)
        strong = good & (structure >= np.quantile(structure[good], _STRONGEST))
        same = strong & (common / both > _COMMON)
        if strong.sum() - same.sum() > _MOST_APART * strong.sum():
            raise ValueError(NOT_THE_SAME)
        even = good & (own[:, 0] <= np.quantile(own[good, 0], _EVENEST))
        if min(same.sum(), even.sum()) < _LEAST_TILES:
            raise ValueError(TOO_FEW)
        return np.flatnonzero(same), np.flatnonzero(even)

    def _noise_is_left(self, rendering: Picture, shown: Picture) -> tuple[bool, bool]:
        """Whether the rendering has noise of brightness and of colour, and compression leaves enough of it."""
        before, after = (
            [energies(spectra(cut_tiles(planes[..., channel])[self._even])).sum(axis=0) for channel in range(3)]
            for planes in (to_planes(rendering), to_planes(shown))
        )
        found = []
        for old, new in ((before[0], after[0]), (before[1] + before[2], after[1] + after[2])):
            kept = np.sqrt(new[list(NOISE_BANDS)].sum() / max(old[list(NOISE_BANDS)].sum(), 1e-12))
            found.append(kept > _NOISE_KEPT and _amplitude(old, len(self._even)) > _LEAST_NOISE)
        return found[0], found[1]


def _amplitude(energy: NDArray[np.float64], tiles: int) -> float:
    """The standard deviation of a pixel, encoded, of energies summed over tiles."""
    window = TILE**2 * TILE**2 * (0.375**2)  # the mean of the window's square, and Parseval's theorem
    return float(np.sqrt(energy[list(NOISE_BANDS)].sum() / tiles / window))
