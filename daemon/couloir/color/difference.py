"""The CIEDE2000 difference of two colours or two pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from couloir.color.arrays import Floats
from couloir.color.spaces import srgb_to_lab

_CHROMA_PIVOT: Final = 25.0**7


@dataclass(frozen=True, slots=True)
class Difference:
    """CIEDE2000 over a picture's pixels: the mean and the 95th percentile."""

    mean: float
    p95: float


def difference(srgb_a: Floats, srgb_b: Floats) -> Difference:
    """Compare two sRGB-encoded pictures, pixel by pixel.

    Both are float arrays of one shape (height, width, 3), nominally 0..1. They must already be aligned, and small
    enough (96 to about 1024 px) that grain and one-pixel shifts have been averaged away. Raises ValueError when the
    shapes differ or there are no pixels.

    >>> grey, lighter = np.full((2, 3, 3), 0.5), np.full((2, 3, 3), 0.6)
    >>> found = difference(grey, lighter)
    >>> round(found.mean, 1), round(found.p95, 1)
    (8.9, 8.9)
    """
    if srgb_a.shape != srgb_b.shape:
        raise ValueError(f"pictures of different shape: {srgb_a.shape} and {srgb_b.shape}")
    if srgb_a.size == 0:
        raise ValueError("pictures without pixels cannot be compared")
    delta = ciede2000(srgb_to_lab(srgb_a), srgb_to_lab(srgb_b))
    return Difference(mean=float(delta.mean(dtype=np.float64)), p95=float(np.percentile(delta, 95)))


def ciede2000(lab1: Floats, lab2: Floats) -> Floats:
    """CIEDE2000 between two (..., 3) arrays of L*a*b*, with kL = kC = kH = 1; the result has the shape (...).

    Follows Sharma, Wu, Dalal, "The CIEDE2000 color-difference formula: implementation notes, supplementary test data,
    and mathematical observations" (Color Res. Appl. 30, 2005), whose equation numbers stand beside the lines.
    """
    l1, a1, b1 = np.moveaxis(lab1, -1, 0)
    l2, a2, b2 = np.moveaxis(lab2, -1, 0)

    mean_c = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2  # (2), (3)
    grey_axis = 1.5 - 0.5 * _chroma_weight(mean_c)  # (4): 1 + G
    a1p, a2p = grey_axis * a1, grey_axis * a2  # (5)
    c1, c2 = np.hypot(a1p, b1), np.hypot(a2p, b2)  # (6)
    h1 = np.degrees(np.arctan2(b1, a1p)) % 360  # (7)
    h2 = np.degrees(np.arctan2(b2, a2p)) % 360
    no_hue = c1 * c2 == 0

    # (10): the shorter way round. A modulo would do it in one step, but rounds hues that lie half a turn apart to the
    # same side whichever comes first, and the difference from a to b would not be that from b to a.
    turn = h2 - h1
    dh = np.where(turn > 180, turn - 360, np.where(turn < -180, turn + 360, turn))
    dh = np.where(no_hue, 0, dh)
    d_lightness = l2 - l1  # (8)
    d_chroma = c2 - c1  # (9)
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(dh / 2))  # (11)

    mean_l = (l1 + l2) / 2  # (12)
    mean_cp = (c1 + c2) / 2  # (13)
    # (14): where the hues lie more than half a turn apart, their mean is on the far side.
    far = np.abs(turn) > 180
    total = h1 + h2
    mean_h = np.where(far, np.where(total < 360, total + 360, total - 360), total) / 2
    mean_h = np.where(no_hue, total, mean_h)

    t = (  # (15)
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )
    d_theta = 30 * np.exp(-(((mean_h - 275) / 25) ** 2))  # (16)
    rotation_c = 2 * _chroma_weight(mean_cp)  # (17)
    from_mid = (mean_l - 50) ** 2
    s_l = 1 + 0.015 * from_mid / np.sqrt(20 + from_mid)  # (18)
    s_c = 1 + 0.045 * mean_cp  # (19)
    s_h = 1 + 0.015 * mean_cp * t  # (20)
    r_t = -np.sin(np.radians(2 * d_theta)) * rotation_c  # (21)

    lightness, chroma, hue = d_lightness / s_l, d_chroma / s_c, d_hue / s_h
    # Rounding can take a sum that is exactly zero just below it.
    squared = lightness**2 + chroma**2 + hue**2 + r_t * chroma * hue
    return np.asarray(np.sqrt(np.maximum(squared, 0)))  # (22)


def _chroma_weight(chroma: Floats) -> Floats:
    """sqrt(C^7 / (C^7 + 25^7)), which (4) and (17) share."""
    seventh = chroma**7
    return np.asarray(np.sqrt(seventh / (seventh + _CHROMA_PIVOT)))
