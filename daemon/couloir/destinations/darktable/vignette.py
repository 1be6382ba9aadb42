"""Aperture's vignette as darktable's: a straight ramp of light from the middle to the corners, after all curves.

Both darken linear light by the distance from the middle of the cropped photo, in halves of its long edge. How dark
Aperture makes the corners, and by what formula, nobody outside Apple knows: where the photo's preview was read, the
ramp is fitted to it together with the fold, and dropped where it brings the photo no nearer; else it is our engine's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.aperture import adjustments as ap
from couloir.color.difference import ciede2000
from couloir.color.spaces import luminance, srgb_decode, srgb_encode, srgb_to_lab
from couloir.derive.pictures.evidence import lay
from couloir.derive.pictures.nearness import Nearness
from couloir.destinations.door import PhotoVersion
from couloir.destinations.folding import Fold, fold_pictures, fold_version
from couloir.destinations.judging import is_neutral, list_acting
from couloir.engines.aperture.render import apply

Numbers = NDArray[np.float64]

_BEGINS: Final = np.linspace(0.0, 1.0, 21)
_WIDTHS: Final = np.linspace(0.2, 2.0, 19)
_ROUNDS: Final = 3
_BINS: Final = 24
_FEWEST: Final = 20  # pixels of a bin that counts
_TONES: Final = (0.01, 0.9)  # linear light in which a ratio says something
_LEAST_GAIN: Final = 0.1  # CIEDE2000, as for a fold
_PATCHES: Final = 32  # along the long edge, for deciding
_LEAST: Final = 0.02  # a ramp that darkens less is none
_FRAME: Final = (32, 48)


@dataclass(frozen=True, slots=True)
class Ramp:
    """Light times 1 up to the distance `begins`, and 1 + `brightness` (-1 to 0) from `begins + width` on."""

    begins: float
    width: float
    brightness: float

    def at(self, distance: Numbers) -> Numbers:
        """The factors of light at these distances."""
        return 1 + self.brightness * np.clip((distance - self.begins) / self.width, 0, 1)

    def darken(self, encoded: Numbers) -> Numbers:
        """An encoded picture (height, width, 3) with its corners darkened."""
        light = np.asarray(srgb_decode(encoded), dtype=np.float64)
        shares = self.at(_distances(encoded.shape[:2]))[..., np.newaxis]
        return np.asarray(srgb_encode(light * shares), dtype=np.float64)


def fold_and_darken(shown: PhotoVersion) -> tuple[Fold, Ramp | None]:
    """The fold of a version, and the ramp of its vignettes where there are some and the ramp comes nearer."""
    acting = [each.adjustment for each in list_acting(shown.version.operations)]
    vignettes = [each for each in acting if isinstance(each, ap.Vignette) and each.intensity and not is_neutral(each)]
    fold = fold_version(shown)
    drawn = _of_engine(vignettes) if vignettes else None
    if drawn is None:
        return fold, None
    original, preview = shown.pictures
    if original is None or preview is None:
        return fold, drawn
    linear = np.asarray(original, dtype=np.float64)
    # The preview is laid upon what each is expected to show: a wrong expectation lays it askew.
    undarkened = lay(preview, fold.apply(linear).astype(np.float32))
    target = lay(preview, drawn.darken(fold.apply(linear)).astype(np.float32))
    if undarkened is None or target is None:
        return fold, drawn
    plain, with_it = _miss(fold.apply(linear), undarkened), _miss(drawn.darken(fold.apply(linear)), target)
    seen, ramp = _fitted(linear, target, drawn)
    if _miss(ramp.darken(seen.apply(linear)), target) < min(plain, with_it) - _LEAST_GAIN:
        by_formulas = fold_version(replace(shown, pictures=(None, None)))
        before = _difference(drawn.darken(by_formulas.apply(linear)), target)
        found = Nearness(before, _difference(ramp.darken(seen.apply(linear)), target))
        return replace(seen, taken=found if found.is_nearer else None), ramp
    return fold, drawn if with_it < plain - _LEAST_GAIN else None


def _fitted(linear: Numbers, target: NDArray[np.float32], ramp: Ramp) -> tuple[Fold, Ramp]:
    """A fold and a ramp by turns: the fold to the preview without the ramp, the ramp to what that leaves."""
    away = _distances(linear.shape[:2])
    wanted: Numbers = np.asarray(srgb_decode(np.asarray(target, dtype=np.float64)), dtype=np.float64)
    fold = fold_pictures(linear, _lightened(wanted, ramp, away))
    for _ in range(_ROUNDS):
        drawn = luminance(np.asarray(srgb_decode(fold.apply(linear)), dtype=np.float64))
        told = (drawn > _TONES[0]) & (drawn < _TONES[1])
        found = _fit_bins(away[told], (luminance(wanted)[told]) / drawn[told])
        if found is None:
            break
        ramp = found
        fold = fold_pictures(linear, _lightened(wanted, ramp, away))
    return fold, ramp


def _fit_bins(distance: Numbers, ratio: Numbers) -> Ramp | None:
    place = np.minimum((distance / distance.max() * _BINS).astype(np.intp), _BINS - 1) if len(distance) else distance
    full = [number for number in range(_BINS) if (place == number).sum() >= _FEWEST]
    if len(full) < _BINS // 3:
        return None
    at = np.array([distance[place == number].mean() for number in full])
    gains = np.array([np.median(ratio[place == number]) for number in full])
    counts = np.array([(place == number).sum() for number in full], dtype=np.float64)
    return _fit(at, gains, counts)


def _fit(distance: Numbers, gain: Numbers, weight: Numbers) -> Ramp:
    """The ramp nearest to these factors of light."""
    best, least = Ramp(0.0, 1.0, 0.0), np.inf
    for begins in _BEGINS.tolist():
        for width in _WIDTHS.tolist():
            share = np.clip((distance - begins) / width, 0, 1)
            whole = float((weight * share * share).sum())
            slope = float((weight * share * (gain - 1)).sum()) / whole if whole > 0 else 0.0
            found = Ramp(begins, width, min(max(slope, -1.0), 0.0))
            off = float((weight * (found.at(distance) - gain) ** 2).sum())
            if off < least:
                best, least = found, off
    return best


def _of_engine(vignettes: list[ap.Vignette]) -> Ramp | None:
    """The ramp of what our engine makes of a frame of middle grey."""
    grey = np.full((*_FRAME, 3), 0.18, dtype=np.float32)
    drawn = grey
    for each in vignettes:
        drawn = apply(drawn, each)
    gain = np.asarray(drawn[..., 1] / grey[..., 1], dtype=np.float64).ravel()
    found = _fit(_distances(_FRAME).ravel(), gain, np.ones_like(gain))
    return found if found.brightness < -_LEAST else None


def _distances(shape: tuple[int, ...]) -> Numbers:
    rows, columns = shape
    down = (np.arange(rows) + 0.5 - rows / 2)[:, np.newaxis]
    across = (np.arange(columns) + 0.5 - columns / 2)[np.newaxis, :]
    return np.asarray(np.hypot(down, across) / (max(rows, columns) / 2), dtype=np.float64)


def _lightened(wanted: Numbers, ramp: Ramp, away: Numbers) -> Numbers:
    light = wanted / np.maximum(ramp.at(away), 0.05)[..., np.newaxis]
    return np.asarray(srgb_encode(np.clip(light, 0, 1)), dtype=np.float64)


def _miss(encoded: Numbers, target: NDArray[np.floating]) -> float:
    """The difference of two pictures without what is finer than a vignette: a small JPEG's noise would hide it."""
    step = max(1, max(encoded.shape) // _PATCHES)
    return _difference(_in_patches(encoded, step), _in_patches(np.asarray(target, dtype=np.float64), step))


def _in_patches(encoded: Numbers, step: int) -> Numbers:
    rows, columns = (size // step for size in encoded.shape[:2])
    light = np.asarray(srgb_decode(encoded), dtype=np.float64)[: rows * step, : columns * step]
    means = light.reshape(rows, step, columns, step, 3).mean(axis=(1, 3))
    return np.asarray(srgb_encode(means), dtype=np.float64)


def _difference(encoded: NDArray[np.floating], target: NDArray[np.floating]) -> float:
    return float(ciede2000(srgb_to_lab(encoded), srgb_to_lab(target)).mean())
