"""The features of the learned residual, as a table: names, units, ranges, order, version.

Every feature is 0 when its parameter is neutral or unknown. A change of any name, unit, range, order or meaning is a
new FEATURE_VERSION: a model names the version that it was made for and is refused under another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Final

from couloir.derive.residual.outputs import OUTPUTS
from couloir.derive.statistics import STATISTICS

FEATURE_VERSION: Final = 4


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its name, its unit, and the range that it is clipped to."""

    name: str
    unit: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Slider:
    """A parameter that is summed over its instances: the adjustment's attribute, its neutral value, and its feature."""

    attribute: str
    neutral: float
    feature: Feature


def _slider(name: str, unit: str, low: float, high: float, *, neutral: float = 0.0) -> Slider:
    return Slider(name.partition(".")[2], neutral, Feature(name, unit, low, high))


# Ranges are those of the inspector's fields, widened where a field's end is not known (aperture-format notes, 4.3).
EXPOSURE: Final = (
    _slider("exposure.exposure", "stops", -10.0, 10.0),
    _slider("exposure.recovery", "stops", 0.0, 2.0),
    _slider("exposure.black_point", "Aperture's units", -5.0, 50.0),
    _slider("exposure.brightness", "Aperture's units", -2.0, 2.0),
)
ENHANCE: Final = (
    _slider("enhance.contrast", "Aperture's units", -2.0, 2.0),
    _slider("enhance.definition", "Aperture's units", -2.0, 2.0),
    _slider("enhance.saturation", "gain over 1", -1.0, 4.0, neutral=1.0),
    _slider("enhance.vibrancy", "Aperture's units", -2.0, 2.0),
)
HIGHLIGHTS_SHADOWS: Final = (
    _slider("highlights_shadows.highlights", "Aperture's units", -100.0, 200.0),
    _slider("highlights_shadows.shadows", "Aperture's units", -100.0, 200.0),
    _slider("highlights_shadows.midtone_contrast", "Aperture's units", -100.0, 200.0),
)
TINT_WHEELS: Final = ("black_tint", "gray_tint", "white_tint")
HANDLES: Final = ("black", "shadow", "mid", "highlight", "white")
CHANNELS: Final = ("red", "green", "blue")
CHANNEL_HANDLES: Final = ("black", "mid", "white")
MAKERS: Final = ("apple", "canon", "fuji", "leica", "nikon", "olympus", "panasonic", "pentax", "ricoh", "sony")
SOURCES: Final = ("original", "preview")

PRODUCTS: Final = tuple(combinations_with_replacement(EXPOSURE, 2))
"""The pairs of exposure sliders whose product is a feature, squares included."""


CURVE_PLACES: Final = (0.25, 0.5, 0.75)
"""Where on Aperture's axis the model is told how far a curve lifts."""
RANGES: Final = ("reds", "yellows", "greens", "cyans", "blues", "magentas")


def _flags(*names: str) -> Iterator[Feature]:
    for name in names:
        yield Feature(name, "flag", 0.0, 1.0)


def _adjustments() -> Iterator[Feature]:
    kinds = ("raw_fine_tuning", "white_balance", "exposure", "enhance", "highlights_shadows", "levels")
    yield from _flags(*(f"has.{kind}" for kind in kinds), "has.auto_pending")
    yield Feature("count.unknown", "adjustments", 0.0, 20.0)
    yield Feature("count.brushed", "adjustments", 0.0, 20.0)
    yield Feature("raw.boost", "over 1", -1.0, 1.0)
    yield Feature("raw.hue_boost", "over 1", -1.0, 1.0)
    yield from _flags("white_balance.natural_gray", "white_balance.skin_tone", "white_balance.temperature_tint")
    yield Feature("white_balance.mired", "mired from 5000 K", -190.0, 400.0)
    yield Feature("white_balance.tint", "Aperture's units", -150.0, 150.0)
    for picked in ("gray", "face"):
        yield Feature(f"white_balance.{picked}_i", "I of the fourth root", -1.0, 1.0)
        yield Feature(f"white_balance.{picked}_q", "Q of the fourth root", -1.0, 1.0)
        yield Feature(f"white_balance.{picked}_warmth", "over 0.5", -0.5, 0.5)
    yield from (slider.feature for slider in (*EXPOSURE, *ENHANCE))
    for wheel in TINT_WHEELS:
        yield Feature(f"enhance.{wheel}_u", "wheel", -1.0, 1.0)
        yield Feature(f"enhance.{wheel}_v", "wheel", -1.0, 1.0)
    yield from (slider.feature for slider in HIGHLIGHTS_SHADOWS)
    yield from _flags("highlights_shadows.old_algorithm")
    for handle in HANDLES:
        yield Feature(f"levels.rgb.{handle}_source", "0..1, over its neutral place", -1.0, 1.0)
        yield Feature(f"levels.rgb.{handle}_lift", "0..1, destination over source", -1.0, 1.0)
    for channel in CHANNELS:
        for handle in CHANNEL_HANDLES:
            yield Feature(f"levels.{channel}.{handle}_lift", "0..1, destination over source", -1.0, 1.0)
    yield from _other_bricks()
    for first, second in PRODUCTS:
        ends = [a * b for a in _range(first) for b in _range(second)]
        name = f"product.{first.attribute}*{second.attribute}"
        yield Feature(name, f"{first.feature.unit} x {second.feature.unit}", min(ends), max(ends))


def _other_bricks() -> Iterator[Feature]:
    """Curves, Color, Black & White, toning and vignettes: what shows globally of them."""
    yield from _flags("has.curves", "has.color", "has.black_white", "has.toning", "has.vignette")
    for place in CURVE_PLACES:
        yield Feature(f"curves.all_{place:g}", "lift of the master and luminance curves", -1.0, 1.0)
    for channel in CHANNELS:
        yield Feature(f"curves.{channel}", "lift at the middle", -1.0, 1.0)
    for name in RANGES:
        yield Feature(f"color.{name}_saturation", "as stored, over 100", -2.0, 2.0)
    yield Feature("color.hue", "as stored, over 60, all ranges", -4.0, 4.0)
    yield Feature("color.luminance", "as stored, over 70, all ranges", -4.0, 4.0)
    for channel in CHANNELS:
        yield Feature(f"black_white.{channel}", "share over a third", -1.0, 1.0)
    yield Feature("toning.intensity", "0..1", 0.0, 1.0)
    yield Feature("vignette.intensity", "Aperture's units", 0.0, 2.0)


def _range(slider: Slider) -> tuple[float, float]:
    return slider.feature.low, slider.feature.high


def _photo() -> Iterator[Feature]:
    yield from _flags("photo.raw", "has.decoder", "has.megapixels", "has.iso", "has.ev100", "photo.flash")
    yield Feature("photo.decoder", "Apple's RAW decoder version", 0.0, 20.0)
    yield Feature("photo.megapixels", "log2", -10.0, 10.0)
    yield Feature("photo.iso", "stops over ISO 100", -3.0, 15.0)
    yield Feature("photo.ev100", "EV at ISO 100", -10.0, 25.0)
    yield from _flags(*(f"maker.{maker}" for maker in MAKERS))


def _pictures() -> Iterator[Feature]:
    yield from _flags(*(f"has.{source}" for source in SOURCES))
    for source in SOURCES:
        for name, unit, low, high in STATISTICS:
            yield Feature(f"{source}.{name}", unit, low, high)
    yield Feature("pair.gain", "stops, preview over original", -10.0, 10.0)
    yield Feature("pair.contrast", "log2 of the ratio of L* spreads (p95 - p05)", -6.0, 6.0)
    yield Feature("pair.chroma", "log2 of the ratio of median chroma", -6.0, 6.0)


def _prior() -> Iterator[Feature]:
    yield from _flags("has.profile", "has.offset", "has.expected")
    for name, unit, low, high in STATISTICS:
        yield Feature(f"gap.{name}", f"{unit}, preview over expected rendering", low - high, high - low)
    for output in OUTPUTS:
        yield Feature(f"offset.{output.name}", f"{output.size:g} {output.unit}", -40.0, 40.0)


SCHEMA: Final = (*_adjustments(), *_photo(), *_pictures(), *_prior())
"""Every feature in its fixed order."""

NAMES: Final = tuple(feature.name for feature in SCHEMA)
COUNT: Final = len(SCHEMA)
INDEX: Final = {name: index for index, name in enumerate(NAMES)}
