"""Whether two pictures with different looks show the same frame, and how one is placed on the other.

Looks are removed first: what is compared is lightness, normalised by the mean and contrast of its surroundings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from couloir.color.spaces import srgb_to_lab
from couloir.engines.local_contrast import blur
from couloir.engines.protocol import Picture

Structure = NDArray[np.float32]
"""(height, width): lightness normalised by its surroundings, about -2 to 2; 0 where there is no contrast."""

COARSE: Final = 64
"""Long edge on which structures are searched for."""

_SURROUNDINGS: Final = 1 / 12  # of the long edge
_FLAT: Final = 1.5  # L* of local contrast that is no more than noise
_STEPS: Final = 12
_NEAR: Final = 0.9  # likeness from which the shift is less than a pixel
_SCALES: Final = tuple(float(scale) for scale in np.geomspace(0.4, 1.0, 15)[:-1])


@dataclass(frozen=True, slots=True)
class Lie:
    """The placement of the second picture on the first: moved by (x, y) as shares of its width and height, `scale`
    times as large, turned clockwise by `angle` degrees about the middle. `likeness` is that of the placed pictures.
    """

    x: float
    y: float
    scale: float
    angle: float
    likeness: float


def structure(encoded: Picture) -> Structure:
    """The structure of an sRGB-encoded picture."""
    lightness = srgb_to_lab(encoded)[..., 0].astype(np.float32)
    sigma = _SURROUNDINGS * max(lightness.shape)
    around = lightness - blur(lightness, sigma)
    contrast = np.sqrt(np.maximum(blur(around**2, sigma), 0))
    return np.asarray(around / (contrast + np.float32(_FLAT)), dtype=np.float32)


def likeness(one: Structure, other: Structure) -> float:
    """The correlation of two structures of one shape, -1 to 1; 0 if one of them has no contrast."""
    first, second = one - one.mean(), other - other.mean()
    size = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / size if size > 1e-6 else 0.0


def lie(one: Structure, other: Structure) -> Lie:
    """The placement of `other` on `one`, both of one shape and nearly aligned: robust Gauss-Newton in four parameters.

    It goes from a blurred to the full picture and gives disagreeing pixels less weight. Shifts up to about 5 % of the
    frame are found.
    """
    rows, columns = one.shape
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    across, down = (x - (columns - 1) / 2) / columns, (y - (rows - 1) / 2) / columns
    at = np.zeros(4)  # shift x and y in widths, scale - 1, angle in radians
    blurs = (0.0,) if likeness(one, other) > _NEAR else (0.03 * columns, 0.012 * columns, 0.0)
    for sigma in blurs:
        base, moving = blur(one, sigma), blur(other, sigma)
        for _ in range(_STEPS):
            warped = resample(moving, at)
            slope_y, slope_x = np.gradient(warped)
            slope_x, slope_y = slope_x * columns, slope_y * columns
            columns_of = np.stack(
                [slope_x, slope_y, slope_x * across + slope_y * down, slope_y * across - slope_x * down], axis=-1
            ).reshape(-1, 4)
            missing = (base - warped).reshape(-1)
            robust = 1 / (1 + (missing / 0.5) ** 2)
            weighted = columns_of * robust[:, None]
            step = np.linalg.solve(weighted.T @ columns_of + 1e-3 * np.eye(4), weighted.T @ missing)
            at = at + step
            if np.abs(step).max() < 2e-4:
                break
    final = likeness(one, resample(other, at))
    return Lie(float(at[0]), float(at[1] * columns / rows), float(1 + at[2]), float(np.degrees(at[3])), final)


def resample(values: NDArray[np.float32], at: NDArray[np.float64]) -> NDArray[np.float32]:
    """Resample a picture (height, width) or (height, width, channels) at the placement `at`: shift x and y in widths,
    scale minus 1, angle in radians. Bilinear, edges repeated.
    """
    return _sampled(values, at, (0, 1), lambda share: (1 - share, share))


def resample_sharply(values: NDArray[np.float32], at: NDArray[np.float64]) -> NDArray[np.float32]:
    """As `resample`, but sharper: cubic convolution (R. Keys, IEEE Trans. ASSP 29, 1981, a = -1/2)."""
    return _sampled(
        values,
        at,
        (-1, 0, 1, 2),
        lambda t: (
            ((2 - t) * t - 1) * t / 2,
            ((3 * t - 5) * t * t + 2) / 2,
            ((4 - 3 * t) * t + 1) * t / 2,
            (t - 1) * t * t / 2,
        ),
    )


def _sampled(
    values: NDArray[np.float32],
    at: NDArray[np.float64],
    taps: Sequence[int],
    weights: Callable[[NDArray[np.float64]], Sequence[NDArray[np.float64]]],
) -> NDArray[np.float32]:
    """Compute each output pixel from its neighbours at `taps`, weighted by its position between them."""
    rows, columns = values.shape[:2]
    middle_x, middle_y = (columns - 1) / 2, (rows - 1) / 2
    y, x = np.mgrid[0:rows, 0:columns]
    cos, sin = (1 + at[2]) * np.cos(at[3]), (1 + at[2]) * np.sin(at[3])
    source_x = np.clip(middle_x + cos * (x - middle_x) - sin * (y - middle_y) + at[0] * columns, 0, columns - 1)
    source_y = np.clip(middle_y + sin * (x - middle_x) + cos * (y - middle_y) + at[1] * columns, 0, rows - 1)
    left, top = np.floor(source_x).astype(np.intp), np.floor(source_y).astype(np.intp)
    across = [weight.reshape((rows, columns) + (1,) * (values.ndim - 2)) for weight in weights(source_x - left)]
    down = [weight.reshape((rows, columns) + (1,) * (values.ndim - 2)) for weight in weights(source_y - top)]
    total = np.zeros(values.shape)
    for y_tap, y_weight in zip(taps, down, strict=True):
        line = np.clip(top + y_tap, 0, rows - 1)
        for x_tap, x_weight in zip(taps, across, strict=True):
            total += y_weight * x_weight * values[line, np.clip(left + x_tap, 0, columns - 1)]
    return total.astype(np.float32)


def part_of(one: Structure, other: Structure) -> float:
    """The best correlation, -1 to 1, of `other` at some smaller scale with a part of `one`.

    It recognises crops: a picture that shows a part of another's frame correlates with that part.
    """
    best = 0.0
    for scale in _SCALES:
        rows, columns = (max(8, round(extent * scale)) for extent in other.shape)
        if rows > one.shape[0] or columns > one.shape[1]:
            continue
        image = Image.fromarray(other).resize((columns, rows), Image.Resampling.BOX)
        best = max(best, _best_fit(one, np.asarray(image, dtype=np.float32)))
    return best


def _best_fit(large: Structure, small: Structure) -> float:
    """The largest normalised correlation of `small` with a part of `large`, by the Fourier transform."""
    pattern = small - small.mean()
    shape = large.shape
    spectrum = np.fft.rfft2(large)
    found = np.fft.irfft2(spectrum * np.conj(np.fft.rfft2(pattern, shape)), shape)
    ones = np.conj(np.fft.rfft2(np.ones_like(small), shape))
    total = np.fft.irfft2(spectrum * ones, shape)
    squares = np.fft.irfft2(np.fft.rfft2(large**2) * ones, shape)
    variance = np.maximum(squares - total**2 / small.size, 1e-3)
    rows, columns = shape[0] - small.shape[0] + 1, shape[1] - small.shape[1] + 1
    fits = found / np.sqrt(variance * float((pattern**2).sum()) + 1e-9)
    return float(fits[:rows, :columns].max())
