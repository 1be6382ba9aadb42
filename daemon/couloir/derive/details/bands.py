"""The energy of detail in tiles of a picture, by spatial frequency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats

TILE: Final = 32
"""Pixels of a tile's side: a multiple of JPEG's blocks of chroma."""

BANDS: Final = ((0.06, 0.12), (0.12, 0.2), (0.2, 0.3), (0.3, 0.5))
"""Cycles a pixel: from structure of about eleven pixels to single ones."""

_GROUPS: Final = 8


def _window() -> Floats:
    one = np.hanning(TILE + 2)[1:-1]
    return np.asarray(np.outer(one, one), dtype=np.float32)


def _masks() -> NDArray[np.float64]:
    """(frequencies, bands): the weight of each Fourier coefficient of a tile."""
    across = np.fft.rfftfreq(TILE)
    radius = np.hypot(np.fft.fftfreq(TILE)[:, np.newaxis], across[np.newaxis])
    # The transform of real values leaves out one of each pair of equal coefficients.
    twice = np.where((across > 0) & (across < 0.5), 2.0, 1.0)
    return np.stack([((radius >= low) & (radius < high)) * twice for low, high in BANDS], axis=-1).reshape(
        -1, len(BANDS)
    )


_WINDOW: Final = _window()
_MASKS: Final = _masks()


def cut_tiles(plane: Floats) -> Floats:
    """(tiles, TILE, TILE) of a plane (height, width), row by row; what is left at the right and below is dropped."""
    rows, columns = plane.shape[0] // TILE, plane.shape[1] // TILE
    tiles = plane[: rows * TILE, : columns * TILE].reshape(rows, TILE, columns, TILE)
    return np.asarray(tiles.swapaxes(1, 2).reshape(-1, TILE, TILE))


def spectra(tiles: Floats) -> NDArray[np.complex128]:
    """(tiles, frequencies): each tile without its mean, under a Hann window."""
    plain = (tiles - tiles.mean(axis=(1, 2), keepdims=True)) * _WINDOW
    return np.asarray(np.fft.rfft2(plain).reshape(len(tiles), -1), dtype=np.complex128)


def energies(one: NDArray[np.complex128], other: NDArray[np.complex128] | None = None) -> NDArray[np.float64]:
    """(tiles, bands): the energy of spectra, or what two have in common."""
    common = (one * np.conj(one if other is None else other)).real
    return np.asarray(common @ _MASKS)


def log_ratio(over: NDArray[np.float64], under: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each band the natural logarithm of the ratio of amplitudes, from the energies (tiles, bands) of two pictures;
    and its standard deviation, by leaving out an eighth of the tiles at a time.
    """
    group = np.arange(len(over)) % _GROUPS
    without = np.stack([_half_log(over[group != each], under[group != each]) for each in range(_GROUPS)])
    spread = (_GROUPS - 1) / _GROUPS * np.square(without - without.mean(axis=0)).sum(axis=0)
    return _half_log(over, under), np.sqrt(spread)


def _half_log(over: NDArray[np.float64], under: NDArray[np.float64]) -> NDArray[np.float64]:
    least = 1e-9
    return np.asarray(np.log((over.sum(axis=0) + least) / (under.sum(axis=0) + least)) / 2)


def weighted_mean(
    values: NDArray[np.float64], deviations: NDArray[np.float64], bands: Sequence[int]
) -> tuple[float, float]:
    """The mean of some bands by their certainty, with its deviation."""
    chosen = list(bands)
    weights = 1 / np.square(np.maximum(deviations[chosen], 1e-3))
    return float((weights @ values[chosen]) / weights.sum()), float(np.sqrt(1 / weights.sum()))
