"""Spaces in which a colour stage may measure chroma, each as lightness and two axes of chroma."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from couloir.color.arrays import Floats, apply_matrix
from couloir.color.ipt import from_ipt, ipt
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.engines.aperture.forms import Space
from couloir.engines.yiq import RGB_TO_YIQ, YIQ_TO_RGB, from_yiq, to_yiq


@dataclass(frozen=True, slots=True)
class ChromaSpace:
    """`to` turns linear sRGB (..., 3) into lightness and two axes, `back` does the inverse.

    `sure`: chroma below which a hue is rounding; `full`: a vivid colour's.
    """

    to: Callable[[Floats], Floats]
    back: Callable[[Floats], Floats]
    sure: float
    full: float


def _squared(root: Floats) -> Floats:
    return np.asarray(np.copysign(root * root, root))


CHROMA_SPACES: Final[Mapping[Space, ChromaSpace]] = {
    Space.LINEAR: ChromaSpace(
        lambda linear: apply_matrix(RGB_TO_YIQ, linear), lambda yiq: apply_matrix(YIQ_TO_RGB, yiq), 0.005, 0.6
    ),
    Space.ENCODED: ChromaSpace(
        lambda linear: apply_matrix(RGB_TO_YIQ, srgb_encode(linear)),
        lambda yiq: np.asarray(srgb_decode(apply_matrix(YIQ_TO_RGB, yiq))),
        0.01,
        0.6,
    ),
    Space.SQUARE_ROOT: ChromaSpace(
        lambda linear: apply_matrix(RGB_TO_YIQ, np.copysign(np.sqrt(np.abs(linear)), linear)),
        lambda yiq: _squared(apply_matrix(YIQ_TO_RGB, yiq)),
        0.01,
        0.6,
    ),
    Space.FOURTH_ROOT: ChromaSpace(to_yiq, from_yiq, 0.01, 0.6),
    Space.IPT: ChromaSpace(ipt, from_ipt, 0.01, 0.7),
}
