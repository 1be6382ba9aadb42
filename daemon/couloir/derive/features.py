"""Computes the features of a photo for the learned residual (`couloir.derive.feature_schema` has the table).

Aperture's parameters in physical units, products of the exposure group, statistics of the unedited original and of
Aperture's preview, facts about the file and its camera, and how far the preview is from what our Camera Raw engine
makes of the original with the translation as it stands. Never a name, a place or a person.

Only adjustments that are enabled and not brushed in count. Several of one kind are summed where their sliders are; of
white balance, RAW decoding and levels the last one counts. A value that is not a number counts as neutral, and every
feature is clipped to its range, so that all features are finite.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from couloir.aperture.adjustments import (
    Crop,
    Enhance,
    Exposure,
    Flip,
    HighlightsShadows,
    Levels,
    RawFineTuning,
    Straighten,
    WhiteBalance,
    WhiteBalanceMode,
)
from couloir.aperture.model import Master, Version
from couloir.color.spaces import srgb_decode
from couloir.derive.feature_schema import (
    CHANNEL_HANDLES,
    CHANNELS,
    COUNT,
    ENHANCE,
    EXPOSURE,
    HANDLES,
    HIGHLIGHTS_SHADOWS,
    INDEX,
    MAKERS,
    PRODUCTS,
    SCHEMA,
    SOURCES,
    TINT_WHEELS,
    Slider,
)
from couloir.derive.prior import PLAIN, Prior, render_expected
from couloir.derive.residual.outputs import OUTPUTS
from couloir.derive.statistics import STATISTICS, statistics
from couloir.derive.translate import photo_kind
from couloir.engines.protocol import Picture
from couloir.engines.yiq import to_yiq
from couloir.lightroom.settings import PhotoKind

__all__ = ["Pictures", "extract", "extract_many", "under"]

Pictures = tuple[Picture | None, Picture | None]
"""The unedited original in the version's frame, and Aperture's preview: linear sRGB (height x width x 3) or None."""

_Row = list[float]

_LOW: Final = np.array([feature.low for feature in SCHEMA])
_HIGH: Final = np.array([feature.high for feature in SCHEMA])
_FACTORS: Final = tuple(
    np.array([INDEX[pair[side].feature.name] for pair in PRODUCTS], dtype=np.intp) for side in (0, 1)
)
_FIRST_PRODUCT: Final = INDEX[f"product.{PRODUCTS[0][0].attribute}*{PRODUCTS[0][1].attribute}"]
_PREVIEW, _GAP = (
    slice(INDEX[f"{group}.{STATISTICS[0][0]}"], INDEX[f"{group}.{STATISTICS[-1][0]}"] + 1)
    for group in ("preview", "gap")
)
_OFFSET: Final = slice(INDEX[f"offset.{OUTPUTS[0].name}"], INDEX[f"offset.{OUTPUTS[-1].name}"] + 1)
_STATISTIC: Final = {name: index for index, (name, *_) in enumerate(STATISTICS)}

_NEUTRAL_MIRED: Final = 200.0  # 5000 K, where Aperture's temperature slider stands on rendered files
_FLASH_FIRED: Final = 1  # bit 0 of EXIF Flash
_LEAST_SPREAD: Final = 1.0  # L* and C*ab: below that a ratio depends more on noise than on the look


def extract(
    version: Version,
    master: Master,
    *,
    preview: Picture | None = None,
    original: Picture | None = None,
    prior: Prior = PLAIN,
) -> NDArray[np.float32]:
    """The features of one photo: (COUNT,) float32, finite, each within its range. Pure.

    `original` is the photo as Lightroom shows it before any setting (a rendered file as it is, a RAW file under its
    profile) and `preview` Aperture's rendering of this version, in linear sRGB and of any size, as
    `couloir.engines.pixels.load_pixels` gives them; the features of a missing picture are 0. `prior` is the camera
    profile and offset under the translation.
    """
    features: NDArray[np.float32] = extract_many([(version, master)], [(original, preview)], [prior])[0]
    return features


def under(
    features: NDArray[np.float32], version: Version, master: Master, original: Picture, prior: Prior
) -> NDArray[np.float32]:
    """The features under another prior, (COUNT,), from those that were extracted with both pictures of the photo.

    The result equals that of `extract` to the precision of float32, without decoding the pictures again.
    """
    changed = features.copy()
    _stand(changed, prior)
    gap = features[_PREVIEW] - statistics(render_expected(version, master, original, prior))
    changed[_GAP] = np.clip(gap, _LOW[_GAP], _HIGH[_GAP])
    return changed


def extract_many(
    photos: Sequence[tuple[Version, Master]],
    pictures: Iterable[Pictures] | None = None,
    priors: Iterable[Prior] | None = None,
) -> NDArray[np.float32]:
    """The features of many photos: (len(photos), COUNT) float32.

    `pictures` has one (original, preview) for each photo, and `priors` has one prior. Without them the features of the
    pictures are 0, and the prior is plain.
    """
    table = np.array([_row(version, master) for version, master in photos], dtype=np.float64).reshape(-1, COUNT)
    seen = repeat((None, None), len(photos)) if pictures is None else pictures
    for row, photo, pair, prior in zip(
        table, photos, seen, repeat(PLAIN, len(photos)) if priors is None else priors, strict=True
    ):
        _stand(row, prior)
        _see(row, photo, pair, prior)
    table = np.clip(np.nan_to_num(table, nan=0.0), _LOW, _HIGH)
    table[:, _FIRST_PRODUCT : _FIRST_PRODUCT + len(PRODUCTS)] = table[:, _FACTORS[0]] * table[:, _FACTORS[1]]
    return table.astype(np.float32)


def _row(version: Version, master: Master) -> _Row:
    row = [0.0] * COUNT
    for operation in version.operations:
        if not operation.enabled:
            continue
        if operation.mask_uuid is not None:
            row[INDEX["count.brushed"]] += 1.0
            continue
        if isinstance(operation.adjustment, _GEOMETRY):
            continue
        _READERS.get(type(operation.adjustment), _unknown)(row, operation.adjustment)
        if getattr(operation.adjustment, "auto_pending", False):
            row[INDEX["has.auto_pending"]] = 1.0
    _photo(row, version, master)
    return row


def _number(value: object) -> float:
    """The value as a float; NaN for anything that is not a number, which counts as neutral later."""
    if not isinstance(value, int | float):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


def _put(row: _Row, name: str, value: float) -> None:
    row[INDEX[name]] = value


def _add(row: _Row, adjustment: object, sliders: Iterable[tuple[int, Slider]]) -> None:
    for index, slider in sliders:
        row[index] += _number(getattr(adjustment, slider.attribute)) - slider.neutral


def _indexed(sliders: Iterable[Slider]) -> tuple[tuple[int, Slider], ...]:
    return tuple((INDEX[slider.feature.name], slider) for slider in sliders)


_EXPOSURE: Final = _indexed(EXPOSURE)
_ENHANCE: Final = _indexed(ENHANCE)
_HIGHLIGHTS_SHADOWS: Final = _indexed(HIGHLIGHTS_SHADOWS)


def _raw_fine_tuning(row: _Row, adjustment: RawFineTuning) -> None:
    _put(row, "has.raw_fine_tuning", 1.0)
    _put(row, "raw.boost", _number(adjustment.boost) - 1.0)
    _put(row, "raw.hue_boost", _number(adjustment.hue_boost) - 1.0)
    decoder = adjustment.decoder or ""
    known = decoder.isascii() and decoder.isdigit()
    _put(row, "has.decoder", float(known))
    _put(row, "photo.decoder", _number(int(decoder[:9])) if known else 0.0)


def _white_balance(row: _Row, adjustment: WhiteBalance) -> None:
    _put(row, "has.white_balance", 1.0)
    for mode in WhiteBalanceMode:
        _put(row, f"white_balance.{mode.name.lower()}", float(adjustment.mode is mode))
    for picked in ("gray", "face"):
        for part in ("i", "q", "warmth"):
            _put(row, f"white_balance.{picked}_{part}", 0.0)
    _put(row, "white_balance.mired", 0.0)
    _put(row, "white_balance.tint", 0.0)
    # Aperture keeps the numbers of the two modes that are not in use; they say nothing about the look.
    if adjustment.mode is WhiteBalanceMode.NATURAL_GRAY:
        _picked(row, "gray", adjustment.gray_color, adjustment.gray_warmth)
    elif adjustment.mode is WhiteBalanceMode.SKIN_TONE:
        _picked(row, "face", adjustment.face_color, adjustment.face_warmth)
    else:
        temperature = _number(adjustment.temperature)
        _put(row, "white_balance.mired", 1e6 / temperature - _NEUTRAL_MIRED if temperature > 0 else 0.0)
        _put(row, "white_balance.tint", _number(adjustment.tint))


def _picked(row: _Row, name: str, color: tuple[float, float, float], warmth: float) -> None:
    encoded = np.clip(np.nan_to_num([_number(channel) for channel in color]), 0.0, 1.0)
    _, i, q = (float(value) for value in to_yiq(srgb_decode(encoded)))
    _put(row, f"white_balance.{name}_i", i)
    _put(row, f"white_balance.{name}_q", q)
    _put(row, f"white_balance.{name}_warmth", _number(warmth) - 0.5)


def _exposure(row: _Row, adjustment: Exposure) -> None:
    _put(row, "has.exposure", 1.0)
    _add(row, adjustment, _EXPOSURE)


def _enhance(row: _Row, adjustment: Enhance) -> None:
    _put(row, "has.enhance", 1.0)
    _add(row, adjustment, _ENHANCE)
    for wheel in TINT_WHEELS:
        for axis, offset in zip("uv", getattr(adjustment, wheel), strict=True):
            row[INDEX[f"enhance.{wheel}_{axis}"]] += _number(offset)


def _highlights_shadows(row: _Row, adjustment: HighlightsShadows) -> None:
    _put(row, "has.highlights_shadows", 1.0)
    _put(row, "highlights_shadows.old_algorithm", float(adjustment.algorithm == 0))
    _add(row, adjustment, _HIGHLIGHTS_SHADOWS)


def _levels(row: _Row, adjustment: Levels) -> None:
    _put(row, "has.levels", 1.0)
    for place, handle in enumerate(HANDLES):
        source, destination = (_number(end) for end in getattr(adjustment.rgb, handle))
        _put(row, f"levels.rgb.{handle}_source", source - place / 4)
        _put(row, f"levels.rgb.{handle}_lift", destination - source)
    for channel in CHANNELS:
        for handle in CHANNEL_HANDLES:
            source, destination = (_number(end) for end in getattr(getattr(adjustment, channel), handle))
            _put(row, f"levels.{channel}.{handle}_lift", destination - source)


def _unknown(row: _Row, _adjustment: object) -> None:
    """An adjustment without features of its own, typed or not; the schema counts such adjustments."""
    row[INDEX["count.unknown"]] += 1.0


# Left out: geometry is carried exactly, or not at all, and leaves no residual to learn.
_GEOMETRY: Final = (Crop, Flip, Straighten)
_READERS: Final[dict[type, Callable[[_Row, Any], None]]] = {
    RawFineTuning: _raw_fine_tuning,
    WhiteBalance: _white_balance,
    Exposure: _exposure,
    Enhance: _enhance,
    HighlightsShadows: _highlights_shadows,
    Levels: _levels,
}


def _photo(row: _Row, version: Version, master: Master) -> None:
    _put(row, "photo.raw", float(photo_kind(master) is PhotoKind.RAW))
    size = version.master_size
    if size is not None:
        _known(row, "megapixels", _log2(_number(size.width) * _number(size.height) / 1e6))
    exif = version.exif
    if not exif:
        return
    iso = _log2(_number(exif.get("ISOSpeedRating")) / 100)
    _known(row, "iso", iso)
    # EV100 = log2(N^2 / t) - log2(ISO / 100); Aperture stores the f-number and seconds, not APEX values.
    aperture, seconds = _log2(_number(exif.get("ApertureValue"))), _log2(_number(exif.get("ShutterSpeed")))
    _known(row, "ev100", 2 * aperture - seconds - iso)
    flash = _number(exif.get("Flash"))
    _put(row, "photo.flash", float(math.isfinite(flash) and bool(int(flash) & _FLASH_FIRED)))
    make = str(exif.get("Make", "")).lower()
    for maker in MAKERS:
        if maker in make:
            _put(row, f"maker.{maker}", 1.0)


def _known(row: _Row, what: str, value: float) -> None:
    if math.isfinite(value):
        _put(row, f"has.{what}", 1.0)
        _put(row, f"photo.{what}", value)


def _log2(value: float) -> float:
    return math.log2(value) if value > 0 else math.nan


def _see(row: NDArray[np.float64], photo: tuple[Version, Master], pictures: Pictures, prior: Prior) -> None:
    seen = [None if picture is None or picture.size == 0 else statistics(picture) for picture in pictures]
    for source, numbers in zip(SOURCES, seen, strict=True):
        if numbers is not None:
            row[INDEX[f"has.{source}"]] = 1.0
            first = INDEX[f"{source}.{STATISTICS[0][0]}"]
            row[first : first + len(STATISTICS)] = numbers
    original, preview = seen
    if original is not None and preview is not None:
        before, after = ({name: numbers[i] for name, i in _STATISTIC.items()} for numbers in (original, preview))
        row[INDEX["pair.gain"]] = after["key"] - before["key"]
        row[INDEX["pair.contrast"]] = _ratio(after["l95"] - after["l05"], before["l95"] - before["l05"])
        row[INDEX["pair.chroma"]] = _ratio(after["chroma50"], before["chroma50"])
        row[INDEX["has.expected"]] = 1.0
        assert pictures[0] is not None  # its statistics are there
        row[_GAP] = preview - statistics(render_expected(*photo, pictures[0], prior))


def _stand(row: NDArray[Any], prior: Prior) -> None:
    """Fill in the features of the prior."""
    row[INDEX["has.profile"]] = float(prior.profiled)
    row[INDEX["has.offset"]] = float(prior.offset is not None)
    changes = {} if prior.offset is None else prior.offset.changes
    low, high = _LOW[_OFFSET], _HIGH[_OFFSET]
    row[_OFFSET] = np.clip([changes.get(output.name, 0.0) / output.size for output in OUTPUTS], low, high)


def _ratio(after: float, before: float) -> float:
    return math.log2(max(after, _LEAST_SPREAD) / max(before, _LEAST_SPREAD))
