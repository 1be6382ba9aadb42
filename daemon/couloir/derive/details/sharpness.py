"""Chooses sharpening and noise reduction from what is measured at single pixels.

Candidates are drawn by our Camera Raw engine on a rendering that has neither, compressed as the preview is, and
measured as renderings are. Edges choose the sharpening; even parts, with it, the noise reduction. Nothing is chosen
where the gap is not certain, or where the preview is less sharp than the plain rendering: that is how the two programs
resample, and no slider's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from couloir.color.spaces import srgb_decode, srgb_shown
from couloir.derive.details.fine import EDGE_BANDS, NOISE_BANDS, FineGap, FineScale, Reading
from couloir.engines.camera_raw.detail import sharpen, smooth
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import clamp

SHARPNESS, RADIUS, SMOOTHING, COLOR_NOISE = KEYS = (
    "Sharpness",
    "SharpenRadius",
    "LuminanceSmoothing",
    "ColorNoiseReduction",
)
"""What is chosen here; a rendering without any of them is plain."""

_AMOUNTS: Final = (20.0, 45.0, 80.0, 120.0)
_RADII: Final = (1.0, 2.0, 3.0)
_SMOOTHINGS: Final = (15.0, 30.0, 50.0, 70.0, 100.0)
_SURE: Final = 3.0  # standard deviations
_NOISY: Final = 0.15  # of the amplitude of noise
_FLOOR: Final = 0.04  # of a logarithm: what two engines' stages differ in, even at equal strength
_NOISE_FLOOR: Final = 0.15
_GAIN: Final = 0.7  # of the start's misfit that a choice must come below
_LESS_APART, _FAR_LESS_APART = 0.95, 0.75  # of the start's difference of pixels
_MOST: Final = {SHARPNESS: 150.0, SMOOTHING: 100.0, COLOR_NOISE: 100.0}

VISIBLE: Final = 0.06
"""The logarithm of the amplitude of edges by which a preview is visibly sharper."""

Amounts = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Candidate:
    """The amounts by key, 0 where not stated, and the gap that is expected under them."""

    amounts: Amounts
    gap: FineGap

    @property
    def misfit(self) -> float:
        return misfit(self.gap)


def misfit(gap: FineGap) -> float:
    """One number for a gap: squared logarithms by how certain each is, the less the nearer."""
    parts = [_squared(gap.edges, _FLOOR)]
    parts += [_squared(each, _NOISE_FLOOR) for each in (gap.noise, gap.color_noise) if each is not None]
    return float(sum(parts))


def is_sharper(gap: FineGap, least: float) -> bool:
    """Whether the preview's edges are certainly steeper, by a logarithm of at least `least`."""
    mean, deviation = gap.edges.mean(EDGE_BANDS)
    return mean > max(least, _SURE * deviation)


def is_off(gap: FineGap) -> bool:
    """Whether edges or noise certainly and visibly differ."""
    mean, deviation = gap.edges.mean(EDGE_BANDS)
    return abs(mean) > max(VISIBLE, _SURE * deviation) or is_cleaner(gap.noise) or is_cleaner(gap.color_noise)


def is_cleaner(reading: Reading | None) -> bool:
    """Whether the preview certainly has less noise."""
    if reading is None:
        return False
    mean, deviation = reading.mean(NOISE_BANDS)
    return mean < -max(_NOISY, _SURE * deviation)


def choose(scale: FineScale, plain: Picture, *, least: float = VISIBLE, with_noise: bool = True) -> Candidate | None:
    """The amounts under which the plain rendering comes nearest; None where nothing is certain to bring it nearer.

    `least`: the logarithm by which edges must be steeper in the preview to be sharpened. `with_noise`: whether noise
    may be reduced; where no row of the photo does it, less of it in the preview is compression's.
    """
    start = Candidate({}, scale.measure(plain))
    best = start
    if is_sharper(start.gap, least):
        best = min([best, *_sharpened(scale, plain, start.gap)], key=lambda each: each.misfit)
    for key in (SMOOTHING, COLOR_NOISE) if with_noise else ():
        if is_cleaner(best.gap.noise if key == SMOOTHING else best.gap.color_noise):
            tried = [_tried(scale, plain, {**best.amounts, key: amount}) for amount in _SMOOTHINGS]
            best = min([best, *tried], key=lambda each: each.misfit)
    return best if best.amounts and is_nearer(best.gap, start.gap, best.amounts) else None


def is_nearer(gap: FineGap, start: FineGap, amounts: Amounts) -> bool:
    """Whether amounts brought a rendering nearer, in its details and pixel by pixel. A noise reduction has to be nearer
    by far: where compression hides as much as it does, a smaller gain may be the compression's.
    """
    most = _FAR_LESS_APART if amounts.get(SMOOTHING) or amounts.get(COLOR_NOISE) else _LESS_APART
    return misfit(gap) <= _GAIN * misfit(start) and gap.apart <= most * start.apart


def _sharpened(scale: FineScale, plain: Picture, start: FineGap) -> list[Candidate]:
    """For each radius the amount whose edges are expected nearest, drawn."""
    found = []
    for radius in _RADII:
        drawn = [scale.measure(draw(plain, {SHARPNESS: amount, RADIUS: radius})) for amount in _AMOUNTS]
        gaps = np.stack([start.edges.values, *(each.edges.values for each in drawn)])
        at = np.array([0.0, *_AMOUNTS])
        weights = 1 / (np.square(drawn[0].edges.deviations) + _FLOOR**2)
        fine = np.linspace(0, _AMOUNTS[-1], 61)
        between = np.stack([np.interp(fine, at, column) for column in gaps.T], axis=-1)
        amount = float(fine[int((np.square(between) @ weights).argmin())])
        if amount:
            found.append(_tried(scale, plain, {SHARPNESS: amount, RADIUS: radius}))
    return found


def _tried(scale: FineScale, plain: Picture, amounts: Amounts) -> Candidate:
    return Candidate(amounts, scale.measure(draw(plain, amounts)))


def draw(plain: Picture, amounts: Amounts) -> Picture:
    """A plain rendering, encoded, with sharpening and noise reduction as our engine draws them at full size."""

    def of(key: str) -> np.ndarray:
        return np.full((1, 1, 1), amounts.get(key, 0.0), dtype=np.float32)

    encoded = plain[np.newaxis]
    if amounts.get(SMOOTHING) or amounts.get(COLOR_NOISE):
        encoded = srgb_shown(smooth(srgb_decode(encoded), of(SMOOTHING), of(COLOR_NOISE), 1.0))
    if amounts.get(SHARPNESS):
        radius = np.full((1, 1, 1), amounts.get(RADIUS, 1.0), dtype=np.float32)
        encoded = sharpen(encoded, of(SHARPNESS), radius, 1.0)
    return np.asarray(encoded[0], dtype=np.float32)


def as_settings(amounts: Amounts) -> dict[str, float | int]:
    """The develop settings of amounts, rounded to Lightroom's steps; without what is 0."""
    return {key: clamp(key, value)[0] for key, value in amounts.items() if value}


def rescale(amounts: Amounts, start: FineGap, reached: FineGap) -> Amounts | None:
    """The amounts for a renderer that went from the gap `start` to `reached` with them: too far, or not far enough;
    None where they were right.
    """
    wanted = {SHARPNESS: start.edges.mean(EDGE_BANDS)[0]}
    left = {SHARPNESS: reached.edges.mean(EDGE_BANDS)}
    noises = {SMOOTHING: (start.noise, reached.noise), COLOR_NOISE: (start.color_noise, reached.color_noise)}
    for key, (one, other) in noises.items():
        if one is not None and other is not None:
            wanted[key], left[key] = one.mean(NOISE_BANDS)[0], other.mean(NOISE_BANDS)
    found = dict(amounts)
    for key, gap in wanted.items():
        if not amounts.get(key):
            continue
        rest, deviation = left[key]
        if abs(rest) < max(_SURE * deviation, _FLOOR if key == SHARPNESS else _NOISE_FLOOR):
            continue
        done = gap - rest
        share = gap / done if done * gap > 0 else 1.0
        found[key] = float(min(amounts[key] * min(max(share, 0.4), 2.5), _MOST[key]))
    return None if found == dict(amounts) else found


def _squared(reading: Reading, floor: float) -> float:
    return float((np.square(reading.values) / (np.square(reading.deviations) + floor**2)).sum())
