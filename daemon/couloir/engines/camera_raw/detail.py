"""Sharpening, noise reduction and the post-crop vignette: the stages that depend on a pixel's place or its neighbours.

Pictures are (n, height, width, 3), sliders (n, 1, 1). `scale` is the size of one pixel in pixels of the full-size
photo, in which radii are stated. At the sizes at which pictures are compared most radii are below one pixel. The
strengths are guesses (see `Constants`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats, join_channels
from couloir.color.spaces import luminance
from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.local_contrast import blur, reach_of


def sharpen(encoded: Floats, amount: Floats, radius: Floats, scale: float, constants: Constants = NOMINAL) -> Floats:
    """Sharpness 0..150 at SharpenRadius 0.5..3: an unsharp mask of brightness, on sRGB-encoded colours 0..1."""
    bright = (encoded[..., 0] + encoded[..., 1] + encoded[..., 2]) / 3
    edges = bright - _blurred(bright, radius / scale)
    strength = np.float32(constants.sharpness / 100) * amount
    return np.asarray(np.clip(encoded + (strength * edges)[..., np.newaxis], 0, 1))


def smooth(linear: Floats, light: Floats, color: Floats, scale: float, constants: Constants = NOMINAL) -> Floats:
    """LuminanceSmoothing and ColorNoiseReduction, 0..100 each, on linear light."""
    bright = luminance(linear)
    reach = constants.smoothing / 100 / scale
    mean = _softened(bright, 2.0 * reach * light)
    spread = np.abs(bright - mean) / np.maximum(mean, 1e-4)
    kept = np.where(spread < 0.5, mean + (bright - mean) * np.minimum(spread * 2, 1), bright)
    kept = np.where(light > 0, kept, bright)
    return join_channels([kept + _softened(linear[..., i] - bright, 4.0 * reach * color) for i in range(3)])


@dataclass(frozen=True, slots=True)
class SomePixels:
    """Pixels of a picture of so many rows and columns: their places, row by row. Where only these are drawn, a stage
    has them as a picture of one row.
    """

    rows: int
    columns: int
    places: NDArray[np.intp]


def vignette(
    linear: Floats,
    amount: Floats,
    midpoint: Floats,
    roundness: Floats,
    feather: Floats,
    constants: Constants = NOMINAL,
    some: SomePixels | None = None,
) -> Floats:
    """PostCropVignette: Amount and Roundness -100..100, Midpoint and Feather 0..100.

    It is a gain by the distance from the middle; the picture within the midpoint does not change. `some`: where the
    pixels of `linear` are, if it is not a whole picture.
    """
    rows, columns = linear.shape[-3:-1] if some is None else (some.rows, some.columns)
    y = np.abs((np.arange(rows, dtype=np.float32) + 0.5) / rows * 2 - 1)[:, np.newaxis]
    x = np.abs((np.arange(columns, dtype=np.float32) + 0.5) / columns * 2 - 1)[np.newaxis, :]
    if some is not None:
        y, x = y[some.places // columns].T, x[:, some.places % columns]
    # A positive roundness goes from the frame's ellipse to a circle, a negative one towards a rectangle.
    longer, shorter = max(rows, columns), min(rows, columns)
    stretch = 1 + (longer / shorter - 1) * np.maximum(roundness, 0) / 100
    x, y = (x, y / stretch) if columns > rows else (x / stretch, y)
    power = 2 + 6 * np.maximum(-roundness, 0) / 100
    distance = _power((_power(x, power) + _power(y, power)) / 2, 1 / power)
    begins = 0.9 * midpoint / 100
    width = np.maximum(0.02, (1 - begins) * (0.1 + 0.9 * feather / 100))
    share = np.clip((distance - begins) / width, 0, 1)
    stops = constants.vignette * 4 * amount / 100 * share * share * (3 - 2 * share)
    return np.asarray(linear * np.exp2(stops)[..., np.newaxis], dtype=linear.dtype)


def _power(base: Floats, exponent: Floats) -> Floats:
    """A power by logarithms, because the last bit of numpy's power differs between one exponent and several."""
    return np.asarray(np.exp2(exponent * np.log2(np.maximum(base, np.float32(1e-6)))))


def _blurred(values: Floats, sigmas: Floats) -> Floats:
    """The values of n pictures or 1, each blurred by its own sigma, (n, 1, 1)."""
    reaches = np.array([reach_of(float(sigma)) for sigma in sigmas.ravel()])
    values = np.broadcast_to(values, (len(reaches), *values.shape[1:]))
    if (reaches == reaches[0]).all():
        return blur(values, float(sigmas.flat[0]))
    result = np.empty_like(values)
    for reach in np.unique(reaches):
        chosen = reaches == reach
        result[chosen] = blur(values[chosen], float(sigmas[chosen].flat[0]))
    return result


def _softened(values: Floats, sigmas: Floats) -> Floats:
    """As `_blurred`, but for every sigma, also below a pixel: two blurs mixed by their variances, which are r * (r + 1)
    for a reach of r.
    """
    exact = (np.sqrt(4 * np.square(sigmas, dtype=np.float32) + 1) - 1) / 2
    least = np.floor(exact)
    share = (np.square(sigmas, dtype=np.float32) - least * (least + 1)) / (2 * (least + 1))
    near, far = (_blurred(values, np.sqrt(each * (each + 1))) for each in (least, least + 1))
    return np.asarray(near + np.asarray(share, dtype=np.float32) * (far - near), dtype=np.float32)
