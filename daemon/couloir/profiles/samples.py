"""Training pixels: camera colours with Aperture's colours for them, sampled where a picture is smooth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats
from couloir.color.spaces import srgb_to_lab
from couloir.engines.dng import PLAIN, ColorModel, Profile, scene_colors
from couloir.engines.dng.tables import rgb_to_hsv
from couloir.engines.protocol import Picture

SMOOTH_SHARE: Final = 0.7
"""The share of a picture, that with the smallest gradients, from which pixels are taken: edges may be misaligned."""

_HUES, _LIGHTS = 24, 12
_EVEN: Final = 0.5  # how much rare colours are weighted up: 0 not at all, 1 until every colour has the same weight


@dataclass(frozen=True, slots=True)
class Pair:
    """One photo to learn from. `camera` is height x width x 3: linear camera colours, 1 = saturated, not balanced.

    `shown` is the preview, sRGB-encoded, of the same shape and aligned; `model` the photo's own colour model.
    `certain`, height x width, says where the preview can be trusted; None everywhere. `default` is the profile that
    Camera Raw draws the photo on without another: the one in the file, if it has one.
    """

    name: str
    camera: Picture
    model: ColorModel
    shown: Picture
    certain: NDArray[np.bool_] | None = None
    default: Profile = PLAIN

    def __post_init__(self) -> None:
        if self.camera.shape != self.shown.shape or self.camera.ndim != 3:
            raise ValueError(f"{self.name}: {self.camera.shape} camera colours beside a preview of {self.shown.shape}")


@dataclass(frozen=True, slots=True)
class Samples:
    """Pixels of one photo: `scene` n x 3 linear ProPhoto before any exposure, `lab` n x 3 of the preview.

    `stops` is the photo's baseline exposure, `weight` n numbers of mean 1, `warm` the weight (0..1) of the warmer of
    the profile's two illuminants under this photo's light.
    """

    name: str
    scene: Floats
    lab: Floats
    weight: Floats
    stops: float
    warm: float

    def some(self, count: int) -> Samples:
        """At most `count` of the pixels, evenly spaced."""
        step = max(1, len(self.lab) // count)
        return replace(self, scene=self.scene[::step], lab=self.lab[::step], weight=self.weight[::step])


def take(pair: Pair, count: int, seed: int = 0) -> Samples:
    """At most `count` pixels of a photo. Deterministic."""
    random = np.random.default_rng(seed)
    smooth = np.flatnonzero(_smooth(pair).ravel())
    lab = srgb_to_lab(pair.shown.reshape(-1, 3)[smooth].astype(np.float64))
    rarity = _rarity(lab)
    chosen = random.choice(len(smooth), min(count, len(smooth)), replace=False, p=rarity / rarity.sum())
    scene = scene_colors(pair.camera.reshape(-1, 3)[smooth[chosen]].astype(np.float64), pair.model)
    # Rare colours are sampled more often than they occur; half of that is undone by weights, so that none dominates.
    weight = rarity[chosen] ** -0.5
    return Samples(
        pair.name,
        scene,
        lab[chosen],
        weight / weight.mean(),
        pair.model.baseline_exposure,
        pair.model.weight_of_warmest(pair.model.as_shot) if len(pair.model.calibrations) > 1 else 0.0,
    )


def colors_of(pair: Pair, hues: int = 12, saturations: int = 6, values: int = 8) -> NDArray[np.bool_]:
    """The cells of hue x saturation x value in which a photo has at least a few smooth pixels."""
    smooth = _smooth(pair)
    hue, saturation, value = rgb_to_hsv(scene_colors(pair.camera[smooth], pair.model))
    cells = np.stack([hue * (hues / 6), saturation * saturations, value ** (1 / 2.2) * values], axis=-1).astype(np.intp)
    cells = np.minimum(cells, np.array([hues, saturations, values]) - 1)
    counted = np.bincount(
        np.ravel_multi_index(tuple(cells.T), (hues, saturations, values)), minlength=hues * saturations * values
    )
    return np.asarray(counted >= max(4, smooth.sum() // 4000))


def most_colorful(pairs: Sequence[Pair], most: int, least_gain: float = 0.01) -> list[Pair]:
    """The photos that cover most colours, the best one first, until a further one adds less than `least_gain`.

    Greedy choice, which is within 1 - 1/e of the best cover (G. Nemhauser and others, 1978).
    """
    cells = {pair.name: colors_of(pair) for pair in pairs}
    left, chosen = list(pairs), list[Pair]()
    covered = np.zeros(next(iter(cells.values())).shape, dtype=np.bool_) if cells else np.zeros(0, dtype=np.bool_)
    while left and len(chosen) < most:
        best = max(left, key=lambda pair: (int((cells[pair.name] & ~covered).sum()), pair.name))
        gain = int((cells[best.name] & ~covered).sum())
        if chosen and gain < least_gain * covered.sum():
            break
        covered |= cells[best.name]
        chosen.append(best)
        left.remove(best)
    return chosen


def _smooth(pair: Pair) -> NDArray[np.bool_]:
    light = pair.shown.mean(axis=-1)
    steps = np.abs(np.diff(light, axis=0, append=light[-1:])) + np.abs(np.diff(light, axis=1, append=light[:, -1:]))
    smooth = steps <= np.quantile(steps, SMOOTH_SHARE)
    return np.asarray(smooth if pair.certain is None else smooth & pair.certain)


def _rarity(lab: Floats) -> Floats:
    """The rarity of each pixel's colour in the picture, to the power `_EVEN`."""
    chroma = np.minimum(np.hypot(lab[:, 1], lab[:, 2]) / 12, 6).astype(np.intp)
    hue = ((np.arctan2(lab[:, 2], lab[:, 1]) / (2 * np.pi)) % 1 * _HUES).astype(np.intp) % _HUES
    light = np.clip(lab[:, 0] / 100 * _LIGHTS, 0, _LIGHTS - 1).astype(np.intp)
    cell = (light * 7 + chroma) * _HUES + np.where(chroma == 0, 0, hue)
    return np.asarray(np.bincount(cell)[cell].astype(np.float64) ** -_EVEN)
