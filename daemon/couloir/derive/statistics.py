"""Twenty statistics of a picture: tones, clipping, colour by tone, local contrast.

They are computed on the picture reduced to `LONG_EDGE` by averaging in linear light, so that a thumbnail, a preview and
an original of one scene give nearly the same values.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.spaces import luminance, srgb_encode, srgb_to_lab
from couloir.engines.pixels import fit_size, resize
from couloir.engines.protocol import Picture

LONG_EDGE: Final = 64
"""Pixels. The same as for the pictures that a model is trained with, because local contrast depends on it."""

_PERCENTILES: Final = (1, 5, 25, 50, 75, 95, 99)
_ZONES: Final = (("shadow", 0.0, 100 / 3), ("mid", 100 / 3, 200 / 3), ("highlight", 200 / 3, np.inf))
_BLOCKS: Final = (4, 16)
_BLACK: Final = 2.0**-10
_CLIPPED_LOW, _CLIPPED_HIGH = 0.02, 0.98

STATISTICS: Final[tuple[tuple[str, str, float, float], ...]] = (
    *((f"l{percent:02d}", "L*", 0.0, 100.0) for percent in _PERCENTILES),
    ("clipped_low", "share", 0.0, 1.0),
    ("clipped_high", "share", 0.0, 1.0),
    ("key", "stops below white", -10.0, 0.0),
    ("chroma50", "C*ab", 0.0, 150.0),
    ("chroma95", "C*ab", 0.0, 150.0),
    *((f"{axis}_{zone}", f"{axis}*", -100.0, 100.0) for zone, _, _ in _ZONES for axis in "ab"),
    *((f"contrast_{block}px", "L*", 0.0, 50.0) for block in _BLOCKS),
)
"""(name, unit, low, high) of each number, in the order of `statistics`."""


def statistics(picture: Picture) -> NDArray[np.float64]:
    """The numbers of STATISTICS for a picture in linear sRGB (height x width x 3, white 1.0), as `load_pixels` gives.

    - `l..`: percentiles of L*. `clipped_..`: share of pixels with a channel (sRGB-encoded) beyond 0.02 or 0.98.
    - `key`: the geometric mean of luminance, in stops below white, floor at ten stops.
    - `chroma..`: percentiles of C*ab. `a_..`, `b_..`: mean a* and b* in three zones of L*, 0 where a zone is empty.
    - `contrast_..`: mean standard deviation of L* within square blocks of the reduced picture.

    A reduced pixel that is not finite counts as black. The picture must have at least one pixel.
    """
    rows, columns = picture.shape[:2]
    reduced = resize(_roughly(picture), *fit_size(columns, rows, LONG_EDGE))
    linear = np.clip(np.nan_to_num(reduced, nan=0.0, posinf=0.0, neginf=0.0), 0.0, 1.0)
    encoded = srgb_encode(linear)
    lab = srgb_to_lab(encoded).astype(np.float64)
    lightness = lab[..., 0]
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    zones = [lab[..., 1:][(lightness >= low) & (lightness < high)] for _, low, high in _ZONES]
    return np.array(
        [
            *np.percentile(lightness, _PERCENTILES),
            np.mean(encoded.min(axis=-1) < _CLIPPED_LOW),
            np.mean(encoded.max(axis=-1) > _CLIPPED_HIGH),
            np.mean(np.log2(np.maximum(luminance(linear), _BLACK))),
            *np.percentile(chroma, (50, 95)),
            *(value for zone in zones for value in (zone.mean(axis=0) if len(zone) else (0.0, 0.0))),
            *(_block_contrast(lightness, block) for block in _BLOCKS),
        ]
    )


def _roughly(picture: Picture) -> Picture:
    """Reduce a large picture by whole blocks of pixels to at least twice LONG_EDGE, several times faster than exactly.

    Pixels at the far edges that do not fill a block are left out: fewer than one in 128.
    """
    block = max(picture.shape[:2]) // (2 * LONG_EDGE)
    if block < 2 or min(picture.shape[:2]) < 2 * block:
        return picture
    rows, columns = (extent // block for extent in picture.shape[:2])
    whole = np.ascontiguousarray(picture[: rows * block, : columns * block])
    by_row = whole.reshape(rows, block, columns * block * 3).sum(axis=1, dtype=np.float32)
    sums = by_row.reshape(rows, columns, block, 3).sum(axis=2, dtype=np.float32)
    return np.asarray(sums * np.float32(1 / block**2))


def _block_contrast(lightness: NDArray[np.float64], block: int) -> float:
    """Mean standard deviation within block x block squares; 0 for a picture smaller than one."""
    rows, columns = (extent // block for extent in lightness.shape)
    if not rows or not columns:
        return 0.0
    whole = lightness[: rows * block, : columns * block].reshape(rows, block, columns, block)
    return float(whole.std(axis=(1, 3)).mean())
