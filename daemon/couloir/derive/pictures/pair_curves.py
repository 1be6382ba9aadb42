"""A tone curve from a photo's own pair of pictures, for the tones that its sliders do not carry.

Only rendered files get one: there the original's pixels are what Lightroom draws from, while under a RAW file lies a
profile that our engine does not know exactly, and three photos in a hundred came out worse. A curve must pay: fitted on
every other tile of the picture, it must bring the tiles between them nearer. `scripts/evaluate_loop.py SAMPLES --only
pairs` has the figures.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_to_lab
from couloir.derive.baseline import CURVES
from couloir.derive.pictures.curve_fit import fit_curves, with_curves
from couloir.derive.pictures.evidence import Plane, lay, shrink
from couloir.derive.pictures.local import local_region
from couloir.derive.prior import draw_expected
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import DevelopSettings, PhotoKind

LEAST_GAIN: Final = 0.1
"""CIEDE2000, on average, that a curve must gain on tiles that it was not fitted on."""

_TILE: Final = 8  # pixels of the picture that our engine draws, whose long edge is 64
_WORSE_P95: Final = 0.3  # CIEDE2000 by which the 95th percentile may rise
_HALF: Final = 0.5
_GREY: Final = 4.0  # chroma that nine tenths of a grey or toned picture's pixels do not reach


@dataclass(frozen=True, slots=True)
class _Promise:
    """What curves gain, CIEDE2000: on average on unseen tiles, at least on one half of them, and at the 95th percentile
    of all.
    """

    mean: float
    least: float
    p95: float

    @property
    def holds(self) -> bool:
        return self.mean >= LEAST_GAIN and self.least > 0 and self.p95 > -_WORSE_P95


def add_curves(
    settings: DevelopSettings,
    original: Picture,
    preview: Picture,
    kind: PhotoKind,
    as_shot: tuple[float, float] | None,
    fixed: Collection[str] = (),
    seen: Plane | None = None,
) -> DevelopSettings:
    """The settings with the curve that the pair shows, after their own; unchanged where none pays.

    First one curve for all channels; with one for each channel besides where these pay once more. Pictures as in
    `settle_by_pair`; `fixed` has the develop keys of curves that must stay. A part of the picture that differs from the
    rest, as under a brush, does not count, and neither does what `seen`, as `counted` there, counts by less than half.
    """
    grey = bool(settings.get("ConvertToGrayscale"))
    if kind is not PhotoKind.RENDERED or CURVES["master"] in fixed:
        return settings
    drawn = draw_expected(original, settings, as_shot)
    target = lay(preview, drawn)
    if target is None or _is_grey(drawn) != _is_grey(target):
        return settings
    there, wanted = srgb_to_lab(drawn), srgb_to_lab(target)
    counted = ~local_region(wanted, there)
    if seen is not None:
        counted &= shrink(seen, *counted.shape) > _HALF
    before = ciede2000(there, wanted)
    best, gained = settings, 0.0
    for by_channel in (False,) if grey or CURVES["red"] in fixed else (False, True):
        promise = _held_out(drawn, target, counted, before, by_channel=by_channel)
        if not promise.holds or promise.mean < gained + LEAST_GAIN:
            continue
        curves, _ = fit_curves(drawn, target, counted, by_channel=by_channel)
        found = with_curves(settings, curves)
        after = ciede2000(srgb_to_lab(draw_expected(original, found, as_shot)), wanted)
        # Drawn as settings: grading acts after the curve, and points are whole numbers.
        if float((before - after)[counted].mean()) >= LEAST_GAIN:
            best, gained = found, promise.mean
    return best


def _held_out(
    drawn: Picture, target: Picture, counted: NDArray[np.bool_], before: NDArray[np.float32], *, by_channel: bool
) -> _Promise:
    """Fit on each half of the tiles, and judge on the other."""
    rows, columns = np.indices(counted.shape) // _TILE
    white = (rows + columns) % 2 == 0
    after, gains = before.copy(), []
    wanted = srgb_to_lab(target)
    for half in (white, ~white):
        _, expected = fit_curves(drawn, target, counted & half, by_channel=by_channel)
        unseen = counted & ~half
        if not unseen.any():
            return _Promise(0.0, 0.0, 0.0)
        after[unseen] = ciede2000(srgb_to_lab(expected)[unseen], wanted[unseen])
        gains.append(float((before - after)[unseen].mean()))
    p95 = np.percentile(before[counted], 95) - np.percentile(after[counted], 95)
    return _Promise(float((before - after)[counted].mean()), min(gains), float(p95))


def _is_grey(encoded: Picture) -> bool:
    lab = srgb_to_lab(encoded)
    return bool(np.percentile(np.hypot(lab[..., 1], lab[..., 2]), 90) < _GREY)
