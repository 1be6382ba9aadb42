"""Loads a candidate's pixels: the RAW file and its preview, reduced and aligned."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from couloir.color.arrays import Floats
from couloir.color.spaces import luminance, srgb_decode, srgb_encode
from couloir.engines import aperture
from couloir.engines.dng import baseline
from couloir.engines.dng.raw import MIRRORED, load_raw
from couloir.engines.pixels import load_pixels, resize
from couloir.engines.protocol import Picture
from couloir.errors import CannotRender
from couloir.profiles.candidates import Candidate
from couloir.profiles.samples import Pair

SIZE: Final = 400
"""Long edge in pixels: noise, sharpening and compression have been averaged away."""

_LARGE: Final = 8 * SIZE  # from there the preview is reduced to the camera picture's very frame

_LEAST_LIKENESS: Final = 0.5
_FARTHEST: Final = 0.03  # of the long edge: borders differ by some sensor pixels, crops by more
_SHAPE_TOLERANCE: Final = 0.02
_CLIPPED: Final = 0.985


def load(candidate: Candidate) -> Pair:
    """Decode both, crop and rotate the RAW file like the version, and align them. Raises BadImage or CannotRender."""
    version = candidate.version
    assert version.master_size is not None
    assert version.processed_size is not None
    # Half the sensor's size, which LibRaw decodes best: the frame is cut and reduced in one step.
    raw = load_raw(candidate.original, lambda columns, rows: max(SIZE, max(columns, rows) // 2))
    camera = aperture.frame_pixels(
        raw.camera,
        [each.adjustment for each in version.operations if each.enabled],
        version.master_size,
        version.processed_size,
        version.rotation,
        SIZE,
        mirrored=raw.orientation in MIRRORED,
    )
    shown = load_pixels(candidate.preview, _LARGE, orient=True)
    rows, columns = camera.shape[:2]
    if abs(shown.shape[1] / shown.shape[0] / (columns / rows) - 1) > _SHAPE_TOLERANCE:
        raise CannotRender(
            item=version.name, renderer="LibRaw", why="its preview shows a different crop from the stored one"
        )
    shown = resize(shown, columns, rows)
    drawn = baseline(camera, raw.model)
    down, across, likeness = align(drawn, srgb_encode(shown).astype(np.float32))
    if likeness < _LEAST_LIKENESS:
        raise CannotRender(
            item=candidate.preview, renderer="LibRaw", why="it shows a different photo from the original"
        )
    camera, shown = _overlap(camera, shown, down, across)
    seen = np.clip(srgb_encode(shown), 0, 1).astype(np.float32)
    pair = Pair(version.name, camera, raw.model, seen, default=raw.profile)
    return pair if candidate.stops == 0 else without_exposure(pair, candidate.stops)


def without_exposure(pair: Pair, stops: float) -> Pair:
    """The pair without Aperture's exposure edit; pixels that the edit clipped are not certain."""
    shown = np.clip(srgb_encode(srgb_decode(pair.shown) * 2.0**-stops), 0, 1).astype(np.float32)
    return replace(pair, shown=shown, certain=pair.shown.max(axis=-1) < _CLIPPED if stops > 0 else None)


def align(one: Picture, other: Picture) -> tuple[int, int, float]:
    """(down, across, likeness): the shift of `other` from `one` in pixels, and the correlation of their edges (-1..1).

    It is the phase correlation of edges, which depends on neither curves nor colours.
    """
    a, b = _edges(one), _edges(other)
    cross = np.fft.rfft2(a) * np.conj(np.fft.rfft2(b))
    peaks = np.fft.irfft2(cross / np.maximum(np.abs(cross), 1e-12), s=a.shape)
    far = max(1, round(_FARTHEST * max(a.shape)))
    shifts = [(y, x) for y in range(-far, far + 1) for x in range(-far, far + 1)]
    y, x = max(shifts, key=lambda shift: float(peaks[shift[0] % a.shape[0], shift[1] % a.shape[1]]))
    left, right = _overlap(a[..., np.newaxis], b[..., np.newaxis], -y, -x)
    return -y, -x, float(np.corrcoef(left.ravel(), right.ravel())[0, 1])


def _edges(encoded: Picture) -> Floats:
    light = np.asarray(srgb_encode(luminance(srgb_decode(encoded.astype(np.float64)))))
    y, x = np.gradient(light)
    size = np.hypot(y, x)
    return np.asarray(np.sqrt(size) - np.sqrt(size).mean())


def _overlap(one: Picture, other: Picture, down: int, across: int) -> tuple[Picture, Picture]:
    """The common parts of both pictures when `other` is shifted by `down` and `across` from `one`."""
    rows, columns = one.shape[:2]
    top, left = max(0, -down), max(0, -across)
    height, width = rows - abs(down), columns - abs(across)
    return (
        one[top : top + height, left : left + width],
        other[top + down : top + down + height, left + across : left + across + width],
    )
