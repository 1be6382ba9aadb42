"""What one photo says about the Aperture engine: its original and Aperture's preview of it, at a few hundred points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.aperture.adjustments import (
    Adjustment,
    BlackWhite,
    Color,
    Crop,
    Curves,
    Definition,
    Enhance,
    Exposure,
    Flip,
    Gamma,
    HighlightsShadows,
    Levels,
    Monochrome,
    RawFineTuning,
    Sepia,
    Straighten,
    WhiteBalance,
)
from couloir.color.arrays import planar
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_encode, srgb_shown, srgb_to_lab
from couloir.derive.pictures.metric import whitening_matrices
from couloir.engines.aperture import Constants, apply
from couloir.engines.pixels import fit_size, resize
from couloir.engines.protocol import Picture

EDGE: Final = 64
"""Long edge in pixels at which photos are compared."""

DETAIL_EDGE: Final = 192
"""The same where Definition acts, whose blur is a hundredth of it."""

POINTS: Final = 400
"""Pixels of a photo that count, at most: neighbours tell the same."""

_FLATTEST: Final = 0.4  # the share of the pixels that count in a photo full of detail
_FLAT: Final = 0.03  # standard deviation of encoded light within a pixel, up to which it counts anyway
_POINTWISE: Final = (
    WhiteBalance, Exposure, Curves, Levels, Color, BlackWhite, Monochrome, Sepia, Gamma, RawFineTuning,
)  # fmt: skip
_GEOMETRY: Final = (Crop, Straighten, Flip)

Lab = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class PhotoEvidence:
    """`adjustments` act in this order on `original`, linear sRGB, of which one pixel is `scale` pixels of the master.

    `points` are the pixels of it that count, () where it holds only those. `target` (n, 3): the preview's L*a*b* there;
    `whitening` (n, 3, 3) turns a difference from it into about CIEDE2000.
    """

    adjustments: tuple[Adjustment, ...]
    original: Picture
    scale: float
    points: NDArray[np.intp] | None
    target: Lab
    whitening: NDArray[np.float32]

    @classmethod
    def of(cls, original: Picture, preview: Picture, adjustments: Sequence[Adjustment], scale: float) -> PhotoEvidence:
        """From both pictures in the version's frame, upright, linear sRGB, of any sizes; one pixel of `original` is
        `scale` pixels of the master.

        What a tone curve makes of a reduced picture is not the reduced picture of what it makes, where light varies
        within a pixel. So the flattest pixels count; of Definition, which acts on detail, all do, at a larger size.
        """
        acting = tuple(each for each in adjustments if not _is_idle(each))
        detailed = any(map(_acts_on_detail, acting))
        rows, columns = original.shape[:2]
        width, height = fit_size(columns, rows, DETAIL_EDGE if detailed else EDGE)
        small = _reduced(original, width, height)
        wanted = srgb_to_lab(srgb_shown(_reduced(preview, width, height)))
        counted = np.arange(width * height) if detailed else _flat_pixels(original, width, height)
        points = counted[:: max(1, -(-len(counted) // POINTS))]
        target = wanted.reshape(-1, 3)[points].astype(np.float32)
        alone = all(map(_acts_on_points, acting))
        return cls(
            adjustments=acting,
            original=planar(small.reshape(1, -1, 3)[:, points] if alone else small),
            scale=scale * max(rows, columns) / max(width, height),
            points=None if alone else points,
            target=target,
            whitening=whitening_matrices(target),
        )

    def draw(self, constants: Constants) -> Lab:
        """What this Aperture makes of the original, at the points: (n, 3) in L*a*b*."""
        picture = self.original
        for adjustment in self.adjustments:
            picture = apply(picture, adjustment, scale=self.scale, constants=constants)
        flat = picture.reshape(-1, 3)
        return srgb_to_lab(srgb_shown(flat if self.points is None else flat[self.points])).astype(np.float32)

    def residual(self, constants: Constants) -> NDArray[np.float64]:
        """The difference from the preview, (n, 3), whose length is about CIEDE2000."""
        delta = self.draw(constants) - self.target
        return np.asarray(np.einsum("nij,nj->ni", self.whitening, delta), dtype=np.float64)

    def difference(self, constants: Constants) -> float:
        """The mean CIEDE2000 from the preview."""
        return float(ciede2000(self.draw(constants), self.target).mean(dtype=np.float64))


def _is_idle(adjustment: Adjustment) -> bool:
    return isinstance(adjustment, _GEOMETRY) or bool(getattr(adjustment, "is_neutral", False))


def _acts_on_detail(adjustment: Adjustment) -> bool:
    return isinstance(adjustment, Definition) or (isinstance(adjustment, Enhance) and bool(adjustment.definition))


def _flat_pixels(original: Picture, width: int, height: int) -> NDArray[np.intp]:
    """The pixels of the reduced picture within which light varies least."""
    encoded = np.asarray(srgb_encode(np.clip(original, 0, 1)), dtype=np.float32)
    means = _reduced(encoded, width, height)
    spread = np.sqrt(np.maximum(_reduced(encoded**2, width, height) - means**2, 0)).max(axis=-1).reshape(-1)
    return np.flatnonzero(spread <= max(_FLAT, float(np.quantile(spread, _FLATTEST))))


def _acts_on_points(adjustment: Adjustment) -> bool:
    """Whether each pixel's result depends on that pixel alone, in every form of the formulas."""
    match adjustment:
        case Enhance():
            return not adjustment.definition
        case HighlightsShadows():
            return not adjustment.shadows and adjustment.algorithm != 0
        case _:
            return isinstance(adjustment, _POINTWISE)


def _reduced(picture: Picture, width: int, height: int) -> Picture:
    return np.ascontiguousarray(resize(picture, width, height), dtype=np.float32)
