"""A version's tones as Capture One's curves.

Our Aperture engine draws greys, and the curves repeat what they become: for an operation that acts on each channel by
itself this is all it does, and one that goes by luminance or mixes channels is right for neutral tones and near them.
Where Aperture's preview was read, and curves fitted to it come nearer, these are written: where the engine is wrong
about Aperture, a photo's own pictures are right. (Of tones edited in a world with other formulas, 2.2 CIEDE2000 on
average were left by the engine's greys and 1.2 by the pictures.) Curves fitted to all colours instead of greys, as
`folding` has them, leave more: 1.7 where the greys leave 1.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from couloir.aperture import adjustments as ap
from couloir.aperture.adjustments import Adjustment
from couloir.color.arrays import Floats
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_decode, srgb_shown, srgb_to_lab
from couloir.derive.curves import GRID, Samples, fit_points
from couloir.derive.features import Pictures
from couloir.derive.pictures.evidence import lay
from couloir.derive.pictures.nearness import Nearness
from couloir.destinations.capture_one.keys import Setting
from couloir.destinations.capture_one.laws import draw
from couloir.destinations.folding import fold_pictures
from couloir.destinations.judging import is_neutral
from couloir.engines.aperture import apply
from couloir.lightroom.settings import PhotoKind

_CHANNELS: Final = ("Red", "Green", "Blue")
_SAME: Final = 0.5 / 255  # half a step of an 8-bit picture
_BRIGHTEST: Final = 2.0**20  # as the engine limits its pictures
_LEAST_GAIN: Final = 0.1  # CIEDE2000 by which curves from the pictures must be nearer than those of the engine


def curves(acting: Iterable[Adjustment], kind: PhotoKind) -> Mapping[str, Setting]:
    """The curves for the adjustments that act on the whole photo, in pipeline order; empty where tones stay.

    One curve for all channels where greys stay grey, else one for each. Of a RAW file the gain of Exposure and the
    white balance are left out: they act before the picture has tones.
    """
    return _spell(_draw_greys([each for one in acting if (each := _tonal(one, kind)) is not None]))


class ToneCurves(NamedTuple):
    """The settings of curves. `taken` says how much nearer than the engine's the photo's own pictures bring it, None
    where the engine gave them.
    """

    settings: Mapping[str, Setting]
    taken: Nearness | None = None


def nearest_curves(acting: Sequence[Adjustment], kind: PhotoKind, pictures: Pictures) -> ToneCurves:
    """As `curves`, or those that bring the unedited original nearest to Aperture's preview where that is nearer.

    `pictures` are both, linear and in the version's frame, or None. Only of a rendered file, which Capture One shows as
    it is, whose tones were edited.
    """
    by_engine = curves(acting, kind)
    original, preview = pictures
    edited = any((each := _tonal(one, kind)) is not None and not is_neutral(each) for one in acting)
    if kind is PhotoKind.RAW or original is None or preview is None or not edited:
        return ToneCurves(by_engine)
    shown = srgb_shown(original)
    expected = np.asarray(draw(shown, by_engine), dtype=np.float32)
    target = lay(preview, expected)
    if target is None:
        return ToneCurves(by_engine)
    by_pictures = _spell(np.stack(fold_pictures(original, target, mixing=False).curves, axis=-1))
    found = Nearness(_difference(expected, target), _difference(draw(shown, by_pictures), target))
    return ToneCurves(by_pictures, found) if found.before - found.after > _LEAST_GAIN else ToneCurves(by_engine)


def _difference(one: Floats, other: Floats) -> float:
    return float(ciede2000(srgb_to_lab(one), srgb_to_lab(other)).mean())


def _spell(drawn: Samples) -> Mapping[str, Setting]:
    """The settings for curves (256, 3) on GRID."""
    if np.abs(drawn - GRID[:, np.newaxis]).max() < _SAME:
        return {}
    if np.abs(drawn - drawn[:, 1:2]).max() < _SAME:
        return {"GradationCurve": _points(drawn[:, 1])}
    return {f"GradationCurve{name}": _points(drawn[:, place]) for place, name in enumerate(_CHANNELS)}


def changes_tones(adjustment: Adjustment) -> bool:
    """Whether the curves of a rendered file carry it."""
    return _tonal(adjustment, PhotoKind.RENDERED) is not None


def _tonal(adjustment: Adjustment, kind: PhotoKind) -> Adjustment | None:
    """The part of an adjustment that changes the tones of a grey by itself, None where there is none."""
    match adjustment:
        case ap.Exposure() if kind is PhotoKind.RAW:
            return replace(adjustment, exposure=0.0)
        case ap.Enhance():
            return replace(adjustment, definition=0.0, saturation=1.0, vibrancy=0.0)
        case ap.WhiteBalance() if kind is PhotoKind.RAW:
            return None
        case ap.Exposure() | ap.WhiteBalance() | ap.HighlightsShadows() | ap.Levels() | ap.Curves() | ap.Gamma():
            return adjustment
        case _:
            return None


def _draw_greys(adjustments: Iterable[Adjustment]) -> Samples:
    """(256, 3): what the greys of GRID become, encoded."""
    # A picture of its own for each grey: adjustments that look at the surroundings find the same grey there.
    greys = [np.full((1, 1, 3), level, dtype=np.float32) for level in srgb_decode(GRID)]
    for adjustment in adjustments:
        greys = [np.clip(apply(grey, adjustment), -_BRIGHTEST, _BRIGHTEST) for grey in greys]
    return np.stack([srgb_shown(grey)[0, 0] for grey in greys]).astype(np.float64)


def _points(samples: Floats) -> tuple[tuple[float, float], ...]:
    """The points of the natural spline nearest to the samples; that of Lightroom's point curve is the same."""
    flat, _ = fit_points(np.ascontiguousarray(samples, dtype=np.float64))
    return tuple((x / 255, y / 255) for x, y in zip(flat[0::2], flat[1::2], strict=True))
