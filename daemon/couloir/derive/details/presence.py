"""Chooses Clarity, Texture and the post-crop vignette from what is measured on the whole picture.

How much local contrast a slider adds in each band is read from our Camera Raw engine on the rendering at hand. The
first choice is the nearest that both sliders together come; the next one counts with what the first one did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from couloir.color.spaces import srgb_decode
from couloir.derive.details.fine import Reading
from couloir.derive.details.wide import Falloff, at_rings, measure_contrast
from couloir.engines.camera_raw import render_many
from couloir.engines.camera_raw.detail import vignette
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import DevelopSettings, clamp

CLARITY, TEXTURE = PRESENCE = ("Clarity2012", "Texture")
AMOUNT, MIDPOINT, FEATHER, ROUNDNESS = VIGNETTE = tuple(
    f"PostCropVignette{part}" for part in ("Amount", "Midpoint", "Feather", "Roundness")
)

VISIBLE: Final = 0.04
"""The logarithm of local contrast, in any band, from which a gap is visible."""

DARKENED: Final = 0.05
"""Stops of the corners from which a gap is visible."""

_SURE: Final = 3.0  # standard deviations
_TRIED: Final = 25.0
_FLOOR: Final = 0.02  # of a logarithm: what two engines' bands differ in
_USUAL: Final = 60.0  # the standard deviation of a slider's change
_MOST: Final = 80.0  # of a slider at the end: no farther than a person would set it
_MIDPOINTS: Final = tuple(range(0, 91, 10))
_FEATHERS: Final = (25, 50, 75, 100)
_UNIT: Final = -20.0
_SHORT: Final = 48  # pixels of the frame on which a vignette's stops are read

Slopes = NDArray[np.float64]
"""(bands, 2): the logarithm of local contrast that one step of Clarity and of Texture adds."""


def is_off(contrast: Reading) -> bool:
    """Whether local contrast certainly and visibly differs in a band."""
    limits = np.maximum(VISIBLE, _SURE * contrast.deviations)
    return bool((np.abs(contrast.values) > limits).any())


def is_darkened(falloff: Falloff) -> bool:
    """Whether the corners certainly and visibly differ, all of them alike."""
    mean, deviation = falloff.corner
    return falloff.alike and abs(mean) > max(DARKENED, _SURE * deviation)


def misfit(contrast: Reading) -> float:
    """One number for a gap of local contrast: the less the nearer."""
    return float((np.square(contrast.values) / (np.square(contrast.deviations) + _FLOOR**2)).sum())


def find_slopes(rendering: Picture) -> Slopes:
    """What Clarity and Texture do on this rendering, encoded, as our engine draws them. Raises ValueError where it has
    no detail.
    """
    tried = [DevelopSettings({key: _TRIED}) for key in PRESENCE]
    drawn = render_many(np.asarray(srgb_decode(rendering), dtype=np.float32), tried)
    return np.stack([measure_contrast(each, rendering).values / _TRIED for each in drawn], axis=-1)


def choose_presence(contrast: Reading, slopes: Slopes, settings: DevelopSettings) -> dict[str, float | int]:
    """The settings of Clarity and Texture that come nearest to the preview from a rendering with `settings`."""
    weights = 1 / (np.square(contrast.deviations) + _FLOOR**2)
    gram = slopes.T @ (weights[:, np.newaxis] * slopes) + np.eye(2) / _USUAL**2
    pull = slopes.T @ (weights * contrast.values)
    now = np.array([_number(settings, key) for key in PRESENCE])
    clarity = float(np.clip(now[0] + np.linalg.solve(gram, pull)[0], min(now[0], -_MOST), max(now[0], _MOST)))
    texture = now[1] + (pull[1] - gram[1, 0] * (clarity - now[0])) / gram[1, 1]  # what is left where Clarity ends
    texture = float(np.clip(texture, min(now[1], -_MOST), max(now[1], _MOST)))
    return {key: clamp(key, value)[0] for key, value in zip(PRESENCE, (clarity, texture), strict=True)}


def correct_slopes(slopes: Slopes, before: Reading, after: Reading, moved: NDArray[np.float64]) -> Slopes:
    """The slopes of a renderer that went from the gap `before` to `after` when the sliders were moved so far."""
    expected, done = slopes @ moved, before.values - after.values
    size = float(expected @ expected)
    share = float(np.clip(expected @ done / size, 0.3, 3.0)) if size > 0 else 1.0
    rest = done - share * expected
    return np.asarray(share * slopes + np.outer(rest, moved) / max(float(moved @ moved), 1e-9))


def choose_vignette(falloff: Falloff, settings: DevelopSettings, shape: tuple[int, int]) -> dict[str, float | int]:
    """The post-crop vignette whose stops are those of `settings` and what is missing, for a picture of `shape` (rows,
    columns).
    """
    now = _shape_of(settings)
    own = _number(settings, AMOUNT) / _UNIT * _stops(shape, *now) if _number(settings, AMOUNT) else 0.0
    wanted = own + falloff.stops
    best, found = np.inf, (0.0, now)
    for midpoint in sorted({now[0], *_MIDPOINTS}):
        for feather in sorted({now[1], *_FEATHERS}):
            unit = _stops(shape, midpoint, feather, now[2])
            amount = float(unit @ wanted / max(float(unit @ unit), 1e-9))
            left = float(np.square(wanted - amount * unit).sum())
            if left < best - 1e-6:
                best, found = left, (amount, (midpoint, feather, now[2]))
    amount = clamp(AMOUNT, float(np.clip(found[0] * _UNIT, -_MOST, _MOST)))[0]
    if not amount:
        return {AMOUNT: 0}
    return {AMOUNT: amount, **{key: clamp(key, each)[0] for key, each in zip(VIGNETTE[1:], found[1], strict=True)}}


def _shape_of(settings: Mapping[str, object]) -> tuple[float, float, float]:
    midpoint, feather = (float(cast("float", settings.get(key, 50))) for key in (MIDPOINT, FEATHER))
    return midpoint, feather, float(cast("float", settings.get(ROUNDNESS, 0)))


def _stops(shape: tuple[int, int], midpoint: float, feather: float, roundness: float) -> NDArray[np.float64]:
    """The stops at each of RINGS that an Amount of _UNIT makes, by straight lines between them."""
    tall = shape[0] / shape[1]
    rows, columns = (round(_SHORT * tall), _SHORT) if tall > 1 else (_SHORT, round(_SHORT / tall))
    frame = np.ones((1, rows, columns, 3), dtype=np.float32)
    amount, middle, round_, soft = (
        np.full((1, 1, 1), each, np.float32) for each in (_UNIT, midpoint, roundness, feather)
    )
    drawn = vignette(frame, amount, middle, round_, soft)
    y, x = np.linspace(-1, 1, rows)[:, np.newaxis], np.linspace(-1, 1, columns)[np.newaxis]
    distance = (np.hypot(x, y * rows / columns) / np.hypot(1, rows / columns)).ravel()
    found, *_ = np.linalg.lstsq(at_rings(distance), np.log2(np.maximum(drawn[0, ..., 0].ravel(), 1e-6)), rcond=None)
    return np.asarray(found, dtype=np.float64)


def _number(settings: Mapping[str, object], key: str) -> float:
    return float(cast("float", settings.get(key, 0)))
