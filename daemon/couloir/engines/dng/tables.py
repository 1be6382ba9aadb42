"""Hue/saturation maps and look tables of camera profiles.

Source: DNG specification 1.7.1, "ProfileHueSatMapDims" and "ProfileLookTableData". For each hue, saturation and value a
table has a shift of the hue (degrees) and factors on saturation and value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats, highest, join_channels, lowest
from couloir.color.spaces import srgb_decode, srgb_encode

_TINY: Final = 1e-12


@dataclass(frozen=True, slots=True)
class HueSatMap:
    """`deltas`: value x hue x saturation x 3 (degrees, factor, factor). `encoded`: value is looked up sRGB-encoded.

    At saturation 0 the value factors are 1, whatever a file states, so that greys do not change (DNG SDK).
    """

    deltas: NDArray[np.float32]
    encoded: bool = False

    def __post_init__(self) -> None:
        if self.deltas.ndim != 4 or self.deltas.shape[3] != 3 or self.deltas.shape[2] < 2 or 0 in self.deltas.shape:
            raise ValueError(
                f"a table of shape {self.deltas.shape}: value x hue x saturation (2 or more) x 3 is wanted"
            )
        held = self.deltas.astype(np.float32)
        held[:, :, 0, 2] = 1.0
        object.__setattr__(self, "deltas", held)

    @property
    def is_identity(self) -> bool:
        """Whether the table changes no colour."""
        return bool((self.deltas == np.array([0.0, 1.0, 1.0], dtype=np.float32)).all())


def hue_sat_map(rgb: Floats, table: HueSatMap) -> Floats:
    """Apply a table to (..., 3) linear ProPhoto within 0..1; the result lies there too."""
    if table.is_identity:
        return rgb
    hue, saturation, value = rgb_to_hsv(rgb)
    value = np.asarray(srgb_encode(value)) if table.encoded and len(table.deltas) > 1 else value
    turn, wider, lighter = np.moveaxis(_looked_up(table.deltas, hue, saturation, value), -1, 0)
    shown = np.clip(value * lighter, 0.0, 1.0)
    if table.encoded and len(table.deltas) > 1:
        shown = srgb_decode(shown)
    return hsv_to_rgb(hue + turn / 60.0, np.minimum(saturation * wider, 1.0), shown)


def rgb_to_hsv(rgb: Floats) -> tuple[Floats, Floats, Floats]:
    """Hue in sixths of a turn (0..6), saturation and value of (..., 3) colours that are not negative."""
    value = highest(rgb)
    gap = value - lowest(rgb)
    safe = np.maximum(gap, _TINY)
    r, g, b = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    hue = np.where(r == value, (g - b) / safe, np.where(g == value, 2 + (b - r) / safe, 4 + (r - g) / safe))
    hue = np.where(gap > 0, np.where(hue < 0, hue + 6, hue), 0).astype(rgb.dtype)
    return hue, np.asarray(gap / np.maximum(value, _TINY)), value


def hsv_to_rgb(hue: Floats, saturation: Floats, value: Floats) -> Floats:
    """The inverse of `rgb_to_hsv`; hue may lie outside 0..6."""
    # Each channel is full within one sixth of a turn of its own hue and falls to nothing within the next.
    channels = [
        value * (1 - saturation * np.clip(np.minimum(k, 4 - k), 0, 1)) for k in ((n + hue) % 6 for n in (5.0, 3.0, 1.0))
    ]
    return join_channels([each.astype(value.dtype, copy=False) for each in channels])


def _looked_up(deltas: NDArray[np.float32], hue: Floats, saturation: Floats, value: Floats) -> Floats:
    """Trilinear interpolation, cyclic in hue; (...) coordinates to (..., 3)."""
    values, hues, saturations = deltas.shape[:3]
    h = hue * (hues / 6.0) if hues > 1 else np.zeros_like(hue)
    s = saturation * (saturations - 1)
    h0, s0 = np.minimum(h.astype(np.intp), hues - 1), np.minimum(s.astype(np.intp), saturations - 2)
    h1 = np.where(h0 + 1 >= hues, 0, h0 + 1)
    hf, sf = (h - h0)[..., np.newaxis].astype(np.float32), (s - s0)[..., np.newaxis].astype(np.float32)

    def plane(v: NDArray[np.intp] | int) -> Floats:
        low = (1 - hf) * deltas[v, h0, s0] + hf * deltas[v, h1, s0]
        high = (1 - hf) * deltas[v, h0, s0 + 1] + hf * deltas[v, h1, s0 + 1]
        return np.asarray((1 - sf) * low + sf * high)

    if values == 1:
        return plane(0)
    v = np.clip(value, 0, 1) * (values - 1)
    v0 = np.minimum(v.astype(np.intp), values - 2)
    vf = (v - v0)[..., np.newaxis].astype(np.float32)
    return np.asarray((1 - vf) * plane(v0) + vf * plane(v0 + 1))
