"""The classes of photos by which the learned residual is trusted, calibrated and judged.

A photo has one kind of file and one state of pictures, and belongs to every class of edits that it has. Only operations
count that are enabled, not brushed in and not neutral. A class of edits has a name that a photographer knows: a brick
of Aperture's inspector, or an end of its range where our formulas are least accurate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from couloir.aperture import adjustments as ap
from couloir.aperture.model import Master, Version
from couloir.derive.translate import photo_kind
from couloir.lightroom.settings import PhotoKind


class PhotoClass(StrEnum):
    """One class. The first three are the kinds of file; a photo may belong to any number of the others."""

    RENDERED = "rendered"
    RAW_LEARNT = "raw, learnt profile"
    RAW_ADOBE = "raw, Adobe's profile"
    UNTOUCHED = "nothing edited"
    WHITE_BALANCE = "white balance"
    EXTREME_WHITE_BALANCE = "extreme white balance"
    EXPOSURE = "exposure"
    STRONG_EXPOSURE = "strong exposure"
    ENHANCE = "enhance"
    NO_SATURATION = "saturation 0"
    TINT_WHEELS = "tint wheels"
    HIGHLIGHTS_SHADOWS = "highlights and shadows"
    LEVELS = "levels"
    CURVES = "curves"
    COLOR = "color"
    BLACK_WHITE = "black and white"
    VIGNETTE = "vignette"
    DEFINITION = "definition"
    OTHER = "other adjustments"


CLASSES: Final = tuple(PhotoClass)
"""Every class in the order of the columns and bits below."""

KINDS: Final = CLASSES[:3]


class PictureState(StrEnum):
    """The pictures of a photo that are available: the unedited original, Aperture's preview."""

    BOTH = "both pictures"
    PREVIEW = "preview only"
    ORIGINAL = "original only"
    NEITHER = "no picture"

    @classmethod
    def of(cls, *, original: bool, preview: bool) -> PictureState:
        """The state of pictures."""
        if original:
            return cls.BOTH if preview else cls.ORIGINAL
        return cls.PREVIEW if preview else cls.NEITHER


STATES: Final = tuple(PictureState)

_DAYLIGHT: Final = 5000.0  # kelvin: where a rendered file's slider stands, and a RAW file's of unknown white balance
_FAR_MIRED: Final = 70.0  # two standard deviations of the corrections that `couloir.learn.edits` cites
_FAR_TINT: Final = 25.0
_FAR_STOPS: Final = 1.5
_FAR_BRIGHTNESS: Final = 0.4
_GREY: Final = 0.1  # of the gain of saturation, below which hardly a colour is left

_NOT_A_LOOK: Final = (
    ap.RawFineTuning,
    ap.Crop,
    ap.Straighten,
    ap.Flip,
    ap.NoiseReduction,
    ap.RawNoiseReduction,
    ap.Sharpen,
    ap.EdgeSharpen,
    ap.Devignette,
    ap.ChromaticAberration,
    ap.Retouch,
    ap.SpotPatch,
    ap.RedEye,
)
"""What leaves a photo's tones and colours as they are, but for a spot or an edge."""


def classes_of(
    version: Version, master: Master, *, profiled: bool, as_shot: tuple[float, float] | None = None
) -> frozenset[PhotoClass]:
    """The classes of a photo: its kind of file and every class of edits that it has.

    `profiled`: a learnt camera profile is under it. `as_shot`: a RAW file's own (kelvin, tint) where it is known, from
    which its white balance departs.
    """
    edits = frozenset(_edits(version, as_shot))
    return edits | {_kind(master, profiled)} | (frozenset() if edits else {PhotoClass.UNTOUCHED})


def mask_of(classes: Iterable[PhotoClass]) -> int:
    """The classes as one number: bit i stands for `CLASSES[i]`."""
    found = frozenset(classes)
    return sum(1 << place for place, each in enumerate(CLASSES) if each in found)


def flags(masks: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """The classes of n photos, from their numbers: (n, len(CLASSES))."""
    return np.asarray((masks[:, np.newaxis] >> np.arange(len(CLASSES))) & 1 == 1)


def _kind(master: Master, profiled: bool) -> PhotoClass:
    if photo_kind(master) is PhotoKind.RENDERED:
        return PhotoClass.RENDERED
    return PhotoClass.RAW_LEARNT if profiled else PhotoClass.RAW_ADOBE


def _edits(version: Version, as_shot: tuple[float, float] | None) -> Iterator[PhotoClass]:
    for operation in version.operations:
        adjustment = operation.adjustment
        if not operation.enabled or operation.mask_uuid is not None or isinstance(adjustment, _NOT_A_LOOK):
            continue
        if not _is_neutral(adjustment):
            if isinstance(adjustment, ap.WhiteBalance):
                yield PhotoClass.WHITE_BALANCE
                if _is_far(adjustment, as_shot):
                    yield PhotoClass.EXTREME_WHITE_BALANCE
            else:
                yield from _READERS.get(type(adjustment), _other)(adjustment)


def _is_neutral(adjustment: ap.Adjustment) -> bool:
    if isinstance(adjustment, ap.WhiteBalance):
        return False  # where it stands is not where the file's own white balance is
    if hasattr(adjustment, "is_neutral"):
        return bool(adjustment.is_neutral)
    return not isinstance(adjustment, ap.UnknownAdjustment) and adjustment == type(adjustment)()


def _is_far(balance: ap.WhiteBalance, as_shot: tuple[float, float] | None) -> bool:
    if balance.mode is not ap.WhiteBalanceMode.TEMPERATURE_TINT:
        return False
    kelvin, tint = as_shot or (_DAYLIGHT, 0.0)
    mired = abs(1e6 / max(balance.temperature, 1.0) - 1e6 / max(kelvin, 1.0))
    return mired > _FAR_MIRED or abs(balance.tint - tint) > _FAR_TINT


def _exposure(adjustment: ap.Exposure) -> Iterator[PhotoClass]:
    yield PhotoClass.EXPOSURE
    if abs(adjustment.exposure) > _FAR_STOPS or abs(adjustment.brightness) > _FAR_BRIGHTNESS:
        yield PhotoClass.STRONG_EXPOSURE


def _enhance(adjustment: ap.Enhance) -> Iterator[PhotoClass]:
    yield PhotoClass.ENHANCE
    if adjustment.saturation <= _GREY:
        yield PhotoClass.NO_SATURATION
    if adjustment.definition:
        yield PhotoClass.DEFINITION
    if any((*adjustment.black_tint, *adjustment.gray_tint, *adjustment.white_tint)):
        yield PhotoClass.TINT_WHEELS


def _other(_adjustment: object) -> Iterator[PhotoClass]:
    yield PhotoClass.OTHER


def _plainly(found: PhotoClass) -> Callable[[Any], Iterator[PhotoClass]]:
    return lambda _adjustment: iter((found,))


_READERS: Final[dict[type, Callable[[Any], Iterator[PhotoClass]]]] = {
    ap.Exposure: _exposure,
    ap.Enhance: _enhance,
    ap.HighlightsShadows: _plainly(PhotoClass.HIGHLIGHTS_SHADOWS),
    ap.Levels: _plainly(PhotoClass.LEVELS),
    ap.Curves: _plainly(PhotoClass.CURVES),
    ap.Color: _plainly(PhotoClass.COLOR),
    ap.BlackWhite: _plainly(PhotoClass.BLACK_WHITE),
    ap.Monochrome: _plainly(PhotoClass.BLACK_WHITE),
    ap.Sepia: _plainly(PhotoClass.BLACK_WHITE),
    ap.Vignette: _plainly(PhotoClass.VIGNETTE),
    ap.Definition: _plainly(PhotoClass.DEFINITION),
}
