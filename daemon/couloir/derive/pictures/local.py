"""Finds the region in which two pictures differ by more than a change of the whole picture explains."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats
from couloir.derive.pictures.metric import whitening_matrices
from couloir.engines.local_contrast import blur

_ROUNDS: Final = 6
_FITTED: Final = 1000  # least number of pixels on which the polynomial is fitted
_CAUCHY: Final = 3.0  # CIEDE2000
_LEAST: Final = 6.0  # CIEDE2000: the least residue of a region
_BEYOND_USUAL: Final = 5.0  # and as a multiple of the picture's usual residue
_SMALLEST, _LARGEST = 0.015, 0.5  # shares of the picture
_VIGNETTE: Final = 0.85  # of each quarter's residue that a vignette leaves at most
_MIDDLE: Final = 0.4  # of the way to a corner: as far as a vignette leaves a picture alone
_SIGMA: Final = 0.015  # of the long edge: single pixels at edges do not count


def local_region(target: Floats, rendering: Floats) -> NDArray[np.bool_]:
    """A mask (height, width) of what a brush or retouching changed. Both pictures are (height, width, 3) in L*a*b*.

    The rendering's colours are mapped to the target's by one polynomial, fitted robustly, so that a minority of
    outlying pixels has no influence; and by one with a vignette, which counts if it explains more in all four quarters
    of the picture. Pixels with a large residue that form a region, not single edges, are local. The mask is empty if
    they are less than 1.5 % of the picture, or more than half, because then the whole picture differs.
    """
    rows, columns = target.shape[:2]
    wanted = target.reshape(-1, 3).astype(np.float64)
    white = whitening_matrices(wanted)
    terms = _terms(rendering.reshape(-1, 3))
    residue = _unexplained(terms, wanted, white).reshape(rows, columns)
    vignetted = _unexplained(np.concatenate([terms, _corners(rendering)], axis=-1), wanted, white)
    vignetted = vignetted.reshape(rows, columns)
    if (_by_quarter(vignetted) < _VIGNETTE * _by_quarter(residue)).all():
        residue = vignetted
    smooth = blur(residue.astype(np.float32), _SIGMA * max(rows, columns))
    region = smooth > max(_LEAST, _BEYOND_USUAL * float(np.median(residue)))
    share = float(region.mean())
    if not _SMALLEST <= share <= _LARGEST:
        return np.zeros_like(region)
    # The region is widened, because a brush has a soft edge.
    return np.asarray(blur(region.astype(np.float32), 2 * _SIGMA * max(rows, columns)) > 0.1)


def _unexplained(terms: Floats, wanted: Floats, white: Floats) -> Floats:
    """Each pixel's residue, about CIEDE2000, beside the best sum of terms, fitted robustly."""
    seen = slice(None, None, max(1, len(wanted) // _FITTED))
    weight: Floats = np.ones(len(wanted[seen]))
    coefficients: Floats = np.zeros((terms.shape[1], 3))
    for _ in range(_ROUNDS):
        weighted = terms[seen] * weight[:, None]
        gram = weighted.T @ terms[seen] + 1e-6 * np.eye(terms.shape[1])
        coefficients = np.linalg.solve(gram, weighted.T @ wanted[seen])
        weight = 1 / (1 + (_residue(white[seen], terms[seen] @ coefficients - wanted[seen]) / _CAUCHY) ** 2)
    return _residue(white, terms @ coefficients - wanted)


def _by_quarter(residue: Floats) -> Floats:
    """The mean residue of each quarter of the picture."""
    rows, columns = (extent // 2 for extent in residue.shape)
    return np.array(
        [part.mean() for half in (residue[:rows], residue[rows:]) for part in (half[:, :columns], half[:, columns:])]
    )


def _corners(lab: Floats) -> NDArray[np.float64]:
    """(pixels, 6): what a gain of light towards the corners of (height, width, 3) changes, which multiplies a colour's
    place beside black in L*a*b* (L* + 16, a*, b*), since these are cube roots of light.

    A brush in the middle lies where all are 0, and one at an edge is not on all sides.
    """
    rows, columns = lab.shape[:2]
    y, x = np.linspace(-1, 1, rows)[:, None], np.linspace(-1, 1, columns)[None, :]
    outside = (np.clip(np.sqrt((x**2 + y**2) / 2) - _MIDDLE, 0, None) / (1 - _MIDDLE)).reshape(-1, 1) ** 2
    colors = (lab.reshape(-1, 3).astype(np.float64) + np.array([16.0, 0.0, 0.0])) / np.array([116.0, 60.0, 60.0])
    return np.concatenate([outside * colors, outside**2 * colors], axis=-1)


def _residue(white: Floats, off: Floats) -> Floats:
    """The length of each pixel's difference in about CIEDE2000."""
    return np.asarray(np.sqrt((np.matmul(white, off[..., None])[..., 0] ** 2).sum(-1)))


def _terms(lab: Floats) -> NDArray[np.float64]:
    """(pixels, 15): lightness to the fourth power, chromatic parts to the second, and products."""
    lightness, a, b = np.moveaxis(lab.astype(np.float64) / np.array([100.0, 60.0, 60.0]), -1, 0)
    parts = [np.ones_like(lightness), *(lightness**power for power in (1, 2, 3, 4))]
    parts += [a, b, a * a, b * b, a * b, lightness * a, lightness * b, lightness**2 * a, lightness**2 * b]
    return np.stack([*parts, lightness * np.hypot(a, b)], axis=-1)
