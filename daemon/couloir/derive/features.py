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
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from couloir.aperture.model import Master, Version
from couloir.derive.feature_readers import GEOMETRY, READERS, Row, count_unknown, number, put
from couloir.derive.feature_schema import (
    COUNT,
    INDEX,
    MAKERS,
    PRODUCTS,
    SCHEMA,
    SOURCES,
)
from couloir.derive.prior import PLAIN, Prior, render_expected
from couloir.derive.residual.outputs import OUTPUTS
from couloir.derive.statistics import STATISTICS, statistics
from couloir.derive.translate import photo_kind
from couloir.engines.protocol import Picture
from couloir.lightroom.settings import PhotoKind

__all__ = ["Pictures", "extract", "extract_many", "under"]

Pictures = tuple[Picture | None, Picture | None]
"""The unedited original in the version's frame, and Aperture's preview: linear sRGB (height x width x 3) or None."""

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


def _row(version: Version, master: Master) -> Row:
    row = [0.0] * COUNT
    for operation in version.operations:
        if not operation.enabled:
            continue
        if operation.mask_uuid is not None:
            row[INDEX["count.brushed"]] += 1.0
            continue
        if isinstance(operation.adjustment, GEOMETRY):
            continue
        READERS.get(type(operation.adjustment), count_unknown)(row, operation.adjustment)
        if getattr(operation.adjustment, "auto_pending", False):
            row[INDEX["has.auto_pending"]] = 1.0
    _photo(row, version, master)
    return row


def _photo(row: Row, version: Version, master: Master) -> None:
    put(row, "photo.raw", float(photo_kind(master) is PhotoKind.RAW))
    size = version.master_size
    if size is not None:
        _known(row, "megapixels", _log2(number(size.width) * number(size.height) / 1e6))
    exif = version.exif
    if not exif:
        return
    iso = _log2(number(exif.get("ISOSpeedRating")) / 100)
    _known(row, "iso", iso)
    # EV100 = log2(N^2 / t) - log2(ISO / 100); Aperture stores the f-number and seconds, not APEX values.
    aperture, seconds = _log2(number(exif.get("ApertureValue"))), _log2(number(exif.get("ShutterSpeed")))
    _known(row, "ev100", 2 * aperture - seconds - iso)
    flash = number(exif.get("Flash"))
    put(row, "photo.flash", float(math.isfinite(flash) and bool(int(flash) & _FLASH_FIRED)))
    make = str(exif.get("Make", "")).lower()
    for maker in MAKERS:
        if maker in make:
            put(row, f"maker.{maker}", 1.0)


def _known(row: Row, what: str, value: float) -> None:
    if math.isfinite(value):
        put(row, f"has.{what}", 1.0)
        put(row, f"photo.{what}", value)


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
