"""What each adjustment tells the learned residual: its own features, written into a photo's row."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np

from couloir.aperture.adjustments import (
    BlackWhite,
    Color,
    Crop,
    Curves,
    Definition,
    Enhance,
    Exposure,
    Flip,
    HighlightsShadows,
    Levels,
    Monochrome,
    RawFineTuning,
    Sepia,
    Straighten,
    ToneCurve,
    Vignette,
    WhiteBalance,
    WhiteBalanceMode,
)
from couloir.color.spaces import srgb_decode
from couloir.color.splines import natural_spline
from couloir.derive.feature_schema import (
    CHANNEL_HANDLES,
    CHANNELS,
    CURVE_PLACES,
    ENHANCE,
    EXPOSURE,
    HANDLES,
    HIGHLIGHTS_SHADOWS,
    INDEX,
    RANGES,
    TINT_WHEELS,
    Slider,
)
from couloir.engines.yiq import to_yiq

Row = list[float]
"""A photo's features in the schema's order."""

_NEUTRAL_MIRED: Final = 200.0  # 5000 K, where Aperture's temperature slider stands on rendered files


def number(value: object) -> float:
    """The value as a float; NaN for anything that is not a number, which counts as neutral later."""
    if not isinstance(value, int | float):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


def put(row: Row, name: str, value: float) -> None:
    row[INDEX[name]] = value


def _add(row: Row, adjustment: object, sliders: Iterable[tuple[int, Slider]]) -> None:
    for index, slider in sliders:
        row[index] += number(getattr(adjustment, slider.attribute)) - slider.neutral


def _indexed(sliders: Iterable[Slider]) -> tuple[tuple[int, Slider], ...]:
    return tuple((INDEX[slider.feature.name], slider) for slider in sliders)


_EXPOSURE: Final = _indexed(EXPOSURE)
_ENHANCE: Final = _indexed(ENHANCE)
_HIGHLIGHTS_SHADOWS: Final = _indexed(HIGHLIGHTS_SHADOWS)


def _raw_fine_tuning(row: Row, adjustment: RawFineTuning) -> None:
    put(row, "has.raw_fine_tuning", 1.0)
    put(row, "raw.boost", number(adjustment.boost) - 1.0)
    put(row, "raw.hue_boost", number(adjustment.hue_boost) - 1.0)
    decoder = adjustment.decoder or ""
    known = decoder.isascii() and decoder.isdigit()
    put(row, "has.decoder", float(known))
    put(row, "photo.decoder", number(int(decoder[:9])) if known else 0.0)


def _white_balance(row: Row, adjustment: WhiteBalance) -> None:
    put(row, "has.white_balance", 1.0)
    for mode in WhiteBalanceMode:
        put(row, f"white_balance.{mode.name.lower()}", float(adjustment.mode is mode))
    for picked in ("gray", "face"):
        for part in ("i", "q", "warmth"):
            put(row, f"white_balance.{picked}_{part}", 0.0)
    put(row, "white_balance.mired", 0.0)
    put(row, "white_balance.tint", 0.0)
    # Aperture keeps the numbers of the two modes that are not in use; they say nothing about the look.
    if adjustment.mode is WhiteBalanceMode.NATURAL_GRAY:
        _picked(row, "gray", adjustment.gray_color, adjustment.gray_warmth)
    elif adjustment.mode is WhiteBalanceMode.SKIN_TONE:
        _picked(row, "face", adjustment.face_color, adjustment.face_warmth)
    else:
        temperature = number(adjustment.temperature)
        put(row, "white_balance.mired", 1e6 / temperature - _NEUTRAL_MIRED if temperature > 0 else 0.0)
        put(row, "white_balance.tint", number(adjustment.tint))


def _picked(row: Row, name: str, color: tuple[float, float, float], warmth: float) -> None:
    encoded = np.clip(np.nan_to_num([number(channel) for channel in color]), 0.0, 1.0)
    _, i, q = (float(value) for value in to_yiq(srgb_decode(encoded)))
    put(row, f"white_balance.{name}_i", i)
    put(row, f"white_balance.{name}_q", q)
    put(row, f"white_balance.{name}_warmth", number(warmth) - 0.5)


def _exposure(row: Row, adjustment: Exposure) -> None:
    put(row, "has.exposure", 1.0)
    _add(row, adjustment, _EXPOSURE)


def _enhance(row: Row, adjustment: Enhance) -> None:
    put(row, "has.enhance", 1.0)
    _add(row, adjustment, _ENHANCE)
    for wheel in TINT_WHEELS:
        for axis, offset in zip("uv", getattr(adjustment, wheel), strict=True):
            row[INDEX[f"enhance.{wheel}_{axis}"]] += number(offset)


def _highlights_shadows(row: Row, adjustment: HighlightsShadows) -> None:
    put(row, "has.highlights_shadows", 1.0)
    put(row, "highlights_shadows.old_algorithm", float(adjustment.algorithm == 0))
    _add(row, adjustment, _HIGHLIGHTS_SHADOWS)


def _levels(row: Row, adjustment: Levels) -> None:
    put(row, "has.levels", 1.0)
    for place, handle in enumerate(HANDLES):
        source, destination = (number(end) for end in getattr(adjustment.rgb, handle))
        put(row, f"levels.rgb.{handle}_source", source - place / 4)
        put(row, f"levels.rgb.{handle}_lift", destination - source)
    for channel in CHANNELS:
        for handle in CHANNEL_HANDLES:
            source, destination = (number(end) for end in getattr(getattr(adjustment, channel), handle))
            put(row, f"levels.{channel}.{handle}_lift", destination - source)


def _curves(row: Row, adjustment: Curves) -> None:
    put(row, "has.curves", 1.0)
    for place in CURVE_PLACES:
        for curve in (adjustment.rgb, adjustment.luminance):
            row[INDEX[f"curves.all_{place:g}"]] += _lift(curve, place)
    for channel in CHANNELS:
        row[INDEX[f"curves.{channel}"]] += _lift(getattr(adjustment, channel), 0.5)


def _lift(curve: ToneCurve | None, place: float) -> float:
    if curve is None or curve.is_identity:
        return 0.0
    points = np.array(curve.points, dtype=np.float64)
    if not np.isfinite(points).all():
        return math.nan
    return float(natural_spline(points[:, 0], points[:, 1])(np.array([place]))[0]) - place


def _color(row: Row, adjustment: Color) -> None:
    put(row, "has.color", 1.0)
    for each in adjustment.ranges:
        row[INDEX["color.hue"]] += number(each.hue_shift or 0.0) / 60
        row[INDEX["color.luminance"]] += number(each.luminance or 0.0) / 70
        if each.name in RANGES:
            row[INDEX[f"color.{each.name}_saturation"]] += number(each.saturation or 0.0) / 100


def _black_white(row: Row, adjustment: BlackWhite) -> None:
    put(row, "has.black_white", 1.0)
    for channel in CHANNELS:
        share = getattr(adjustment, channel)
        put(row, f"black_white.{channel}", 0.0 if share is None else number(share) - 1 / 3)


def _toning(row: Row, adjustment: Monochrome | Sepia) -> None:
    put(row, "has.toning", 1.0)
    row[INDEX["toning.intensity"]] += 1.0 if adjustment.intensity is None else number(adjustment.intensity)


def _vignette(row: Row, adjustment: Vignette) -> None:
    put(row, "has.vignette", 1.0)
    row[INDEX["vignette.intensity"]] += number(adjustment.intensity or 0.0)


def _definition(row: Row, adjustment: Definition) -> None:
    """Twice Enhance's, as the engine has it."""
    row[INDEX["enhance.definition"]] += 2 * number(adjustment.intensity or 0.0)


def count_unknown(row: Row, _adjustment: object) -> None:
    """An adjustment without features of its own, typed or not; the schema counts such adjustments."""
    row[INDEX["count.unknown"]] += 1.0


# Left out: geometry is carried exactly, or not at all, and leaves no residual to learn.
GEOMETRY: Final = (Crop, Flip, Straighten)
READERS: Final[dict[type, Callable[[Row, Any], None]]] = {
    RawFineTuning: _raw_fine_tuning,
    WhiteBalance: _white_balance,
    Exposure: _exposure,
    Enhance: _enhance,
    HighlightsShadows: _highlights_shadows,
    Levels: _levels,
    Curves: _curves,
    Color: _color,
    BlackWhite: _black_white,
    Monochrome: _toning,
    Sepia: _toning,
    Vignette: _vignette,
    Definition: _definition,
}
