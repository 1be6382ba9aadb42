"""Carries a rendering's tones and colours over to the preview's, so that only details still differ.

A polynomial of colour, fitted robustly on blurred pictures: what is finer than the blur has no part in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats
from couloir.engines.local_contrast import blur
from couloir.engines.protocol import Picture

_TO_PLANES: Final = np.array(
    [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], dtype=np.float32
)
"""Brightness and two differences of colour of encoded RGB, as JPEG has them (ITU-T T.871)."""

_TO_RGB: Final = np.linalg.inv(_TO_PLANES)
_ROUNDS: Final = 5
_USUAL: Final = 0.02  # encoded: beyond it a pixel counts less
_FITTED: Final = 4000
_RIDGE: Final = 1e-4


def to_planes(encoded: Picture) -> Floats:
    """(height, width, 3): brightness 0..1, and two differences of colour about 0, of encoded sRGB."""
    return np.asarray(encoded @ _TO_PLANES.T, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class ColorMap:
    """From encoded RGB to the other picture's planes; `left` is the median difference of brightness that stays."""

    coefficients: Floats
    left: float

    def carry(self, encoded: Picture) -> Floats:
        """The planes, (height, width, 3), that the picture has in the other one's tones and colours."""
        return np.asarray(_terms(encoded.reshape(-1, 3)) @ self.coefficients, dtype=np.float32).reshape(encoded.shape)

    def recolor(self, encoded: Picture) -> Picture:
        """The picture itself in the other one's tones and colours, encoded sRGB."""
        return np.asarray(np.clip(self.carry(encoded) @ _TO_RGB.T, 0, 1), dtype=np.float32)


def fit_color_map(preview: Picture, rendering: Picture, sigma: float) -> ColorMap:
    """The map from the rendering to the preview, both encoded and of one size, fitted at `sigma` pixels of blur."""
    rows, columns = rendering.shape[:2]
    step = max(1, int(np.sqrt(rows * columns / _FITTED)))
    shown, wanted = (_sampled(each, sigma, step) for each in (rendering, to_planes(preview)))
    terms = _terms(shown).astype(np.float64)
    weight = np.ones(len(terms))
    found: Floats = np.zeros((terms.shape[1], 3))
    for _ in range(_ROUNDS):
        weighted = terms * weight[:, np.newaxis]
        gram = weighted.T @ terms + _RIDGE * len(terms) * 1e-3 * np.eye(terms.shape[1])
        found = np.linalg.solve(gram, weighted.T @ wanted)
        off = np.abs(terms @ found - wanted)[:, 0]
        weight = 1 / (1 + (off / _USUAL) ** 2)
    return ColorMap(found.astype(np.float32), float(np.median(np.abs(terms @ found - wanted)[:, 0])))


def _sampled(planes: Floats, sigma: float, step: int) -> NDArray[np.float64]:
    """(pixels, 3): every so many pixels of a blurred picture."""
    blurred = [blur(np.ascontiguousarray(planes[..., channel]), sigma) for channel in range(3)]
    return np.stack([each[step // 2 :: step, step // 2 :: step].ravel() for each in blurred], axis=-1).astype(
        np.float64
    )


def _terms(rgb: Floats) -> Floats:
    red, green, blue = rgb[:, 0], rgb[:, 1], rgb[:, 2]
    bright = rgb @ _TO_PLANES[0]
    return np.stack(
        [np.ones_like(bright), red, green, blue, bright**2, bright**3, red * red, blue * blue, red * blue], axis=-1
    )
