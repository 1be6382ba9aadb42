"""Aperture's stages that depend on a pixel's neighbours or its place: noise, sharpening, vignettes. Height x width x 3.

`scale` is the size of one pixel in pixels of the master, in which radii are stated. No rendering by Aperture with these
stages was available: the forms are those of Photos where they are public, the strengths are guesses (see `Constants`).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from couloir.aperture.adjustments import Devignette, EdgeSharpen, NoiseReduction, RawNoiseReduction, Sharpen, Vignette
from couloir.color.arrays import Floats, join_channels
from couloir.color.spaces import luminance
from couloir.engines.aperture.constants import NOMINAL, Constants
from couloir.engines.aperture.forms import VignetteForm
from couloir.engines.local_contrast import blur

_WIDEST: Final = 50.0  # pixels of the master; no radius here is larger
_STRONGEST: Final = 4.0
_PASSES: Final = (1.0, 2.0, 4.0)
_FALLOFF: Final = 0.55  # between the .4 and .7 that Apple calls typical
_GAMMA_KIND: Final = 1
_NEAREST: Final = 0.5  # halves of the long edge: the shortest focal length that a cosine's vignette stands for
_FULL: Final = 1.25  # of a vignette's strength, in the corners of a square one


def noise_reduction(linear: Floats, adjustment: NoiseReduction, scale: float, constants: Constants = NOMINAL) -> Floats:
    """Edge-preserving mean over the radius, in the square root of light; more Edge Detail keeps finer edges."""
    radius = _held(adjustment.radius, _WIDEST)
    edge = constants.noise_edge * 2.0 ** -_held(adjustment.edge_detail, _STRONGEST)
    return _smoothed(linear, radius / scale, edge)


def raw_noise_reduction(
    linear: Floats, adjustment: RawNoiseReduction, scale: float, constants: Constants = NOMINAL
) -> Floats:
    """Reduce luminance and colour noise of a raw file, 0..1 each."""
    light, tint = _held(adjustment.luminance, 1.0), _held(adjustment.color, 1.0)
    bright = luminance(linear)
    kept = _smoothed(bright, 2 * light / scale, constants.noise_edge)
    return join_channels([kept + blur(linear[..., i] - bright, 4 * tint / scale) for i in range(3)])


def sharpen(linear: Floats, adjustment: Sharpen, scale: float, constants: Constants = NOMINAL) -> Floats:
    """The older Sharpen: an unsharp mask of brightness."""
    root = _root(luminance(linear))
    detail = root - blur(root, _held(adjustment.radius, _WIDEST, 1.0) / scale)
    return _added(linear, root, constants.sharpen * _held(adjustment.intensity, _STRONGEST) * detail)


def edge_sharpen(linear: Floats, adjustment: EdgeSharpen, scale: float, constants: Constants = NOMINAL) -> Floats:
    """Sharpen brightness in three passes of 1, 2 and 4 pixels, weights 1, f and f squared; Edges spares faint ones."""
    root = _root(luminance(linear))
    falloff = _held(adjustment.falloff, 1.0, _FALLOFF)
    weights = np.array([falloff**i for i in range(len(_PASSES))])
    shares = weights / weights.sum()
    detail = np.zeros_like(root)
    for share, width in zip(shares.tolist(), _PASSES, strict=True):
        detail = detail + share * (root - blur(root, width / scale))
    threshold = constants.edge_range * _held(adjustment.edges, 1.0)
    found = np.abs(detail)
    strong = found / (found + threshold) if threshold > 0 else np.ones_like(found)
    strong = np.nan_to_num(strong)
    return _added(linear, root, constants.edge_sharpen * _held(adjustment.intensity, _STRONGEST) * strong * detail)


def vignette(linear: Floats, adjustment: Vignette, constants: Constants = NOMINAL) -> Floats:
    """Darken the corners. `kind` 1 is taken for Gamma, which keeps white, any other for Exposure, which does not."""
    stops = _corners(linear, adjustment.intensity, adjustment.radius, adjustment.falloff, constants)
    if adjustment.kind == _GAMMA_KIND:
        inside = np.clip(linear, 0, 1)
        return np.asarray(inside ** (1 + stops[..., np.newaxis] / 2) + (linear - inside), dtype=linear.dtype)
    return np.asarray(linear * np.exp2(-stops)[..., np.newaxis])


def devignette(linear: Floats, adjustment: Devignette, constants: Constants = NOMINAL) -> Floats:
    """Lighten the corners: the inverse of `vignette`."""
    stops = _corners(linear, adjustment.intensity, adjustment.radius, None, constants)
    return np.asarray(linear * np.exp2(stops)[..., np.newaxis])


def _corners(
    linear: Floats, intensity: float | None, radius: float | None, falloff: float | None, constants: Constants
) -> Floats:
    """Stops by the distance from the middle in halves of the long edge, with Photos' exponent 0.6 of the intensity."""
    rows, columns = linear.shape[:2]
    half = max(rows, columns) / 2
    y = ((np.arange(rows, dtype=np.float32) + 0.5) - rows / 2)[:, np.newaxis] / np.float32(half)
    x = ((np.arange(columns, dtype=np.float32) + 0.5) - columns / 2)[np.newaxis, :] / np.float32(half)
    reach = _held(radius, 2.0, 1.0)
    begins = np.float32(constants.vignette_begins * reach)
    width = np.float32(max(0.1, 0.2 + _held(falloff, 2.0, 0.5)))
    strength = np.float32(constants.vignette_stops * _held(intensity, 1.0) ** 0.6)
    away = x * x + y * y
    match constants.vignette_form:
        case VignetteForm.SQUARE:
            return np.asarray(strength * np.minimum(away / (begins + width) ** 2, _FULL))
        case VignetteForm.COSINE:
            # cos^4 of the angle whose tangent is the distance is 1 / (1 + d^2)^2; its shape is taken, not its strength.
            nearest = np.float32(max(2 * constants.vignette_begins * reach, _NEAREST))
            return np.asarray(strength * np.log2(1 + away / nearest**2))
        case VignetteForm.BELL:
            return np.asarray(strength * (1 - np.exp(-away / (2 * (begins + width / 2) ** 2))))
        case _:
            share = np.clip((np.sqrt(away) - begins) / width, 0, 1)
            return np.asarray(strength * share * share * (3 - 2 * share))


def _smoothed(values: Floats, sigma: float, edge: float) -> Floats:
    """A guided filter of each channel, in the square root of light, where noise is uniform."""
    if values.ndim == 3:
        return join_channels([_smoothed(values[..., i], sigma, edge) for i in range(3)])
    root = _root(values)
    mean = blur(root, sigma)
    variance = np.maximum(blur(root * root, sigma) - mean * mean, 0)
    own = variance / (variance + np.float32(edge**2))
    kept = own * root + (1 - own) * mean if mean is not root else root
    return np.asarray(np.copysign(kept * kept, kept))


def _root(values: Floats) -> Floats:
    return np.copysign(np.sqrt(np.abs(values)), values)


def _added(linear: Floats, root: Floats, detail: Floats) -> Floats:
    """The colours with `detail` added to the square root of their brightness; none becomes negative."""
    bright = np.maximum(root, np.float32(1e-3))
    gain = np.clip(1 + detail / bright, 0, _STRONGEST)
    return np.asarray(linear * (gain * gain)[..., np.newaxis])


def _held(value: float | None, most: float, default: float = 0.0) -> float:
    """A stored amount, clamped to 0..`most` in case no slider could have made it."""
    return default if value is None or not math.isfinite(value) else min(max(value, 0.0), most)
