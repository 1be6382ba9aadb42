"""Sharpening, noise reduction and the post-crop vignette: what depends on a pixel's place or its neighbours.

Height x width x 3; `scale` is how many pixels of the full-size photo one of these is, since radii are stated there. At
the sizes at which pictures are compared most of it lies below one pixel. The strengths are guesses (see `Constants`).
"""

from __future__ import annotations

import numpy as np

from couloir.color.arrays import Floats
from couloir.color.spaces import luminance
from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.local_contrast import blur


def sharpened(encoded: Floats, amount: float, radius: float, scale: float, constants: Constants = NOMINAL) -> Floats:
    """Sharpness 0..150 at SharpenRadius 0.5..3: an unsharp mask of brightness, on sRGB-encoded colours 0..1."""
    bright = encoded.mean(axis=-1)
    edges = bright - blur(bright, radius / scale)
    strength = np.float32(constants.sharpness * amount / 100)
    return np.asarray(np.clip(encoded + strength * edges[..., np.newaxis], 0, 1))


def smoothed(linear: Floats, light: float, color: float, scale: float, constants: Constants = NOMINAL) -> Floats:
    """LuminanceSmoothing and ColorNoiseReduction, 0..100 each, on linear light."""
    bright = luminance(linear)
    kept = bright
    if light:
        mean = blur(bright, 2.0 * constants.smoothing * light / 100 / scale)
        spread = np.abs(bright - mean) / np.maximum(mean, 1e-4)
        kept = np.where(spread < 0.5, mean + (bright - mean) * np.minimum(spread * 2, 1), bright)
    tint = linear - bright[..., np.newaxis]
    if color:
        sigma = 4.0 * constants.smoothing * color / 100 / scale
        tint = np.stack([blur(tint[..., i], sigma) for i in range(3)], axis=-1)
    return np.asarray(kept[..., np.newaxis] + tint, dtype=linear.dtype)


def vignette(
    linear: Floats, amount: float, midpoint: float, roundness: float, feather: float, constants: Constants = NOMINAL
) -> Floats:
    """PostCropVignette: Amount and Roundness -100..100, Midpoint and Feather 0..100.

    A gain by the distance from the middle, which stays as it is with all that lies within the midpoint.
    """
    rows, columns = linear.shape[:2]
    y = np.abs((np.arange(rows) + 0.5) / rows * 2 - 1)[:, np.newaxis]
    x = np.abs((np.arange(columns) + 0.5) / columns * 2 - 1)[np.newaxis, :]
    if roundness > 0:  # from the frame's ellipse to a circle
        longer, shorter = max(rows, columns), min(rows, columns)
        stretch = 1 + (longer / shorter - 1) * roundness / 100
        x, y = (x, y / stretch) if columns > rows else (x / stretch, y)
    power = 2.0 if roundness >= 0 else 2.0 + 6.0 * -roundness / 100  # towards a rectangle
    distance = ((x**power + y**power) / 2) ** (1 / power)
    begins = 0.9 * midpoint / 100
    width = max(0.02, (1 - begins) * (0.1 + 0.9 * feather / 100))
    share = np.clip((distance - begins) / width, 0, 1)
    stops = constants.vignette * 4 * amount / 100 * share**2 * (3 - 2 * share)
    return np.asarray(linear * np.exp2(stops)[..., np.newaxis], dtype=linear.dtype)
