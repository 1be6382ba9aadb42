"""Vignette: Lightroom's post-crop vignette, fitted on a grey frame of the photo's shape.

Aperture's grows with the distance from the middle in halves of the long edge, Lightroom's with that in the frame's own
ellipse or a circle. Both act on the cropped photo.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.aperture.adjustments import Vignette
from couloir.color.arrays import Floats
from couloir.color.difference import ciede2000
from couloir.color.spaces import luminance, srgb_decode, srgb_to_lab
from couloir.derive.contribution import NOTHING, Contribution, PhotoFacts
from couloir.derive.fits.doubles import Formula, camera_raws
from couloir.derive.fits.solve import REDUCED, Fit, Task, hold
from couloir.derive.fits.told import ABSURD, is_absurd, tell
from couloir.derive.manifest import Carries, Carry
from couloir.derive.model import Fidelity
from couloir.engines import camera_raw
from couloir.engines.aperture.forms import VignetteForm
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import DevelopSettings, clamp

IDENTIFIER = "RKVignetteOperation"
TITLE = "Vignette"

FORMULA: Final = Formula(
    "vignette_form",
    tuple(VignetteForm),
    (VignetteForm.SMOOTH, VignetteForm.SQUARE),
    ("vignette_stops",),
)
AMOUNT, *_SHAPE = KEYS = tuple(f"PostCropVignette{part}" for part in ("Amount", "Midpoint", "Feather", "Roundness"))

_ROWS: Final = 16
_LEVELS: Final = (0.08, 0.3)  # of linear light: the frame's two greys, in a fine pattern
_SHAPES: Final = tuple(
    (float(midpoint), float(feather), float(roundness))
    for midpoint in range(0, 91, 10)
    for feather in range(10, 101, 15)
    for roundness in (0, 100)
)
_USUAL: Final = 1.5
_WIDEST: Final = 4.0
_UNIT: Final = -20.0  # the Amount at which a shape's stops are read

CARRIED = Carry(
    Fidelity.APPROXIMATE,
    "Vignette becomes the post-crop vignette; how dark an intensity makes the corners is estimated, not measured.",
    KEYS,
)
LOST_VIGNETTE = Carry(
    Fidelity.LOST, "Vignette is not translated: no setting of Lightroom's is sure to come nearer to it."
)
UNKNOWN_INTENSITY = Carry(Fidelity.LOST, "Vignette stores no intensity, and Aperture's default for it is unknown.")

CARRIES: Carries = dict.fromkeys(("kind", "intensity", "radius", "falloff"), CARRIED)


def translate(adjustment: Vignette, photo: PhotoFacts) -> Contribution:
    """The post-crop vignette that darkens a frame of this shape most alike."""
    if adjustment.is_neutral:
        return NOTHING
    if adjustment.intensity is None:
        return Contribution((UNKNOWN_INTENSITY,))
    if is_absurd(adjustment):
        return Contribution((ABSURD,))
    found = _fit(adjustment, _elongation(photo))
    return Contribution(tell(found, CARRIED, LOST_VIGNETTE), sliders=found.sliders)


def _elongation(photo: PhotoFacts) -> float:
    """The frame's long edge over its short one, to a tenth."""
    size = photo.processed_size or photo.master_size
    if size is None or min(size.width, size.height) < 1:
        return _USUAL
    return round(min(max(size.width, size.height) / min(size.width, size.height), _WIDEST), 1)


@lru_cache(maxsize=1024)
def _fit(adjustment: Vignette, elongation: float) -> Fit:
    frame = _frame(elongation)
    wanted, others = FORMULA.draw(frame, adjustment)
    weights = np.full(frame.shape[0] * frame.shape[1], 1 / (frame.shape[0] * frame.shape[1]))
    task = Task(frame, weights, wanted, others, _compare, camera_raws(("vignette",)))
    stops = np.mean([_stops(each, frame) for each in wanted], axis=0)
    amount, shape = _nearest(stops, elongation)
    return hold(task, [_sliders(amount * share, shape) for share in REDUCED])


def _nearest(stops: NDArray[np.float64], elongation: float) -> tuple[float, tuple[float, float, float]]:
    """The Amount and the shape whose stops, which are in proportion to the Amount, come nearest."""
    shapes = _shapes(elongation)
    per_unit = (shapes @ stops) / np.maximum(np.square(shapes).sum(axis=1), 1e-9)
    left = np.square(stops - per_unit[:, np.newaxis] * shapes).sum(axis=1)
    best = int(left.argmin())
    return float(per_unit[best]), _SHAPES[best]


@lru_cache(maxsize=64)
def _shapes(elongation: float) -> NDArray[np.float64]:
    """The stops that a unit of Amount takes off each pixel, a row for each of _SHAPES."""
    frame = _frame(elongation)
    drawn = camera_raw.render_many(frame, [DevelopSettings(_sliders(_UNIT, shape)) for shape in _SHAPES])
    return np.stack([_stops(each, frame) for each in drawn]) / _UNIT


def _stops(shown: Picture, frame: Picture) -> NDArray[np.float64]:
    bright = np.maximum(luminance(srgb_decode(shown)), 1e-5)
    return np.asarray(np.log2(bright / luminance(frame)), dtype=np.float64).ravel()


@lru_cache(maxsize=64)
def _frame(elongation: float) -> Picture:
    """A frame of this shape, linear sRGB: dark and middle greys by turns."""
    columns = round(_ROWS * elongation)
    levels = np.array(_LEVELS, dtype=np.float32)[np.indices((_ROWS, columns)).sum(axis=0) % len(_LEVELS)]
    return np.repeat(levels[..., np.newaxis], 3, axis=-1)


def _sliders(amount: float, shape: tuple[float, float, float]) -> dict[str, float]:
    held = clamp(AMOUNT, amount)[0]
    return {AMOUNT: held, **dict(zip(_SHAPE, shape, strict=True))} if held else {}


def _compare(shown: Floats, wanted: Floats) -> NDArray[np.float64]:
    """The mean CIEDE2000 of a frame, (..., height, width, 3) to (...)."""
    return np.asarray(ciede2000(srgb_to_lab(shown), srgb_to_lab(wanted)).mean(axis=(-2, -1), dtype=np.float64))
