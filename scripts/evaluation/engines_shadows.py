"""The curve of Aperture's Shadows, learnt from one half of the one picture that has it and tried on the other half."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir.aperture.adjustments import Adjustment, HighlightsShadows, Levels
from couloir.aperture.library import Library
from couloir.color.difference import difference
from couloir.color.spaces import luminance, srgb_encode, srgb_shown
from couloir.engines import aperture
from couloir.engines.aperture import NOMINAL, Constants
from couloir.engines.pixels import load_pixels, resize
from couloir.engines.protocol import Picture

_SIZE = 512
_HALVES = (("left", "right", 0), ("right", "left", 1))


def measure(library: Library) -> list[Row]:
    """Of the first version whose only Highlights & Shadows is Shadows and whose crop is the whole picture."""
    for version in library.versions():
        drawn = [each.adjustment for each in version.operations if each.enabled]
        shadows = [each for each in drawn if isinstance(each, HighlightsShadows) and each.shadows]
        master, preview = library.master(version.master_uuid), library.preview(version)
        if (
            shadows
            and master is not None
            and preview.path is not None
            and version.processed_size == version.master_size
        ):
            original = library.original(master).path
            if original is not None:
                return _halves(version.name, drawn, shadows[0].shadows, original, preview.path)
    return []


def _halves(name: str, drawn: Sequence[Adjustment], amount: float, original: Path, preview: Path) -> list[Row]:
    linear = load_pixels(original, _SIZE, orient=False)
    wanted = resize(load_pixels(preview, None, orient=True), linear.shape[1], linear.shape[0])
    at = next(i for i, each in enumerate(drawn) if isinstance(each, HighlightsShadows))
    before, later = _applied(linear, drawn[:at]), drawn[at:]
    lifted = _without_levels(wanted, later)
    rows = []
    for taught, tried, first in _HALVES:
        curve = _curve(_half(before, first), _half(lifted, first), amount)
        for label, constants in (("as in the engine", NOMINAL), (f"taught by the {taught} half", curve)):
            shown = srgb_shown(_half(_applied(before, later, constants), 1 - first))
            found = difference(srgb_encode(_half(wanted, 1 - first)).astype(np.float64), shown.astype(np.float64))
            rows.append(Row(f"{name}, {tried} half at {_SIZE} pixels: Shadows {label}, mean", found.mean, "CIEDE2000"))
    return rows


def _half(picture: Picture, which: int) -> Picture:
    middle = picture.shape[1] // 2
    return picture[:, middle:] if which else picture[:, :middle]


def _applied(picture: Picture, adjustments: Sequence[Adjustment], constants: Constants = NOMINAL) -> Picture:
    for each in adjustments:
        picture = aperture.apply(picture, each, constants=constants)
    return picture


def _without_levels(picture: Picture, adjustments: Sequence[Adjustment]) -> Picture:
    """The light before Levels, whose curve never falls in these versions."""
    light = np.square(np.linspace(0, 1.2, 4097))
    stretched = light[:, np.newaxis, np.newaxis].repeat(3, axis=-1).astype(np.float32)
    for each in adjustments:
        if isinstance(each, Levels):
            stretched = aperture.apply(stretched, each)
    channels = [np.interp(picture[..., i], stretched[:, 0, i], light) for i in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)


def _curve(before: Picture, after: Picture, amount: float) -> Constants:
    """The median stops gained about each level that the engine's curve has, brought into falling order."""
    usable = (after.max(axis=-1) < 0.97) & (after.min(axis=-1) > 0.002)
    light = luminance(before)[usable]
    level = srgb_encode(light)
    gained = np.log2(luminance(after)[usable] / light) * (NOMINAL.shadow_lift_amount / amount)
    levels = np.array([at for at, _ in NOMINAL.shadow_lift])
    edges = np.concatenate([[0.0], (levels[1:] + levels[:-1]) / 2, [1.0]])
    near = [(level >= low) & (level < high) for low, high in pairwise(edges)]
    known = [float(np.median(gained[each])) if each.any() else np.nan for each in near]
    filled = np.interp(levels, levels[np.isfinite(known)], np.array(known)[np.isfinite(known)])
    falling = np.maximum(np.minimum.accumulate(filled), 0)
    return replace(NOMINAL, shadow_lift=tuple(zip(levels.tolist(), falling.tolist(), strict=True)))
