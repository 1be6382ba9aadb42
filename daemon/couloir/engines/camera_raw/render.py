"""Camera Raw's rendering of develop settings, stage by stage in the Sieve model's order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

import numpy as np

from couloir.color.arrays import Floats, apply_matrix
from couloir.color.spaces import srgb_encode
from couloir.engines.camera_raw import color, curves, detail, presence, tone
from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.camera_raw.grading import Grade, Wheel, grade
from couloir.engines.geometry import cut, orient
from couloir.engines.incremental_white_balance import to_matrix
from couloir.engines.pixels import fitted
from couloir.engines.protocol import Picture
from couloir.lightroom.crop import Crop
from couloir.lightroom.keys import COLOURS
from couloir.lightroom.settings import CROP_KEYS, LINEAR_CURVE, DevelopSettings

_CHANNEL_CURVES: Final = ("ToneCurvePV2012Red", "ToneCurvePV2012Green", "ToneCurvePV2012Blue")
_SPLITS: Final = (("ParametricShadowSplit", 25), ("ParametricMidtoneSplit", 50), ("ParametricHighlightSplit", 75))
_PRIMARIES: Final = ("Red", "Green", "Blue")

# Fifteen stops above white nothing comes back, but several extreme edits in a row would leave float32's range.
_BRIGHTEST: Final = np.float32(2.0**15)


def render(
    linear: Picture,
    settings: DevelopSettings,
    *,
    orientation: int = 1,
    size: int | None = None,
    scale: float = 1.0,
    constants: Constants = NOMINAL,
) -> Picture:
    """Draw a photo with develop settings: sRGB-encoded, 0..1, long edge at most `size`.

    `linear` is the whole photo in its own frame (not turned by its EXIF orientation), linear sRGB, at any resolution,
    which `orientation` (EXIF 1..8) turns at the end: a rendered file's pixels, or a RAW file's after the baseline,
    which holds its exposure and white balance already. `scale` is how many of the photo's own pixels one of `linear`
    is. Not drawn are grain and lens corrections.
    """
    rows, columns = linear.shape[:2]
    cropped = _cropped(linear, settings, size)
    if cropped is not linear:
        scale *= max(crop_of(settings).pixel_size(columns, rows)) / max(cropped.shape[:2])
    return orient(_develop(cropped, settings, scale, constants), orientation)


def render_many(
    linear: Picture, settings: Iterable[DevelopSettings], *, scale: float = 1.0, constants: Constants = NOMINAL
) -> Picture:
    """One photo, uncropped and unturned, with many settings: n x height x width x 3, each as `render` would draw it."""
    return np.stack([_develop(linear, each, scale, constants) for each in settings])


def crop_of(settings: DevelopSettings) -> Crop:
    """The crop that settings state; the whole frame where they state none."""
    if CROP_KEYS[0] not in settings:
        return Crop(0.0, 0.0, 1.0, 1.0, 0.0)
    return Crop(*(_number(settings, key) for key in CROP_KEYS))


def _develop(linear: Picture, settings: DevelopSettings, scale: float, constants: Constants) -> Picture:
    picture = _light(linear, settings, scale, constants)
    picture = _colors(picture, settings, constants)
    picture = _vignette(picture, settings, constants)
    encoded = np.clip(srgb_encode(picture), 0, 1)
    encoded = _curves(encoded, settings, constants)
    encoded = grade(encoded, _grade(settings), constants)
    if amount := _number(settings, "Sharpness"):
        encoded = detail.sharpened(encoded, amount, _number(settings, "SharpenRadius", 1.0), scale, constants)
    return encoded.astype(np.float32, copy=False)


def _light(picture: Floats, settings: DevelopSettings, scale: float, constants: Constants) -> Floats:
    """White balance, noise, and everything that is a gain by luminance."""
    if settings.get("WhiteBalance") == "Custom" and "IncrementalTemperature" in settings:
        temperature, tint = (_number(settings, f"Incremental{name}") for name in ("Temperature", "Tint"))
        picture = apply_matrix(to_matrix(temperature, tint), picture)
    light, chroma = _number(settings, "LuminanceSmoothing"), _number(settings, "ColorNoiseReduction")
    if light or chroma:
        picture = detail.smoothed(picture, light, chroma, scale, constants)
    amounts = {name: _number(settings, name) for name in (*tone.LOCAL, *tone.POINTWISE)}
    local = any(amounts[name] for name in tone.LOCAL)
    clarity, texture = _number(settings, "Clarity2012"), _number(settings, "Texture")
    if any(amounts.values()) or clarity or texture:
        stops = tone.stops_of(picture)
        added = np.zeros_like(stops)
        if local:
            base = presence.surroundings(stops, constants)
            added = added + tone.local_tone(stops, base, amounts, tone.key(stops), constants)
        if clarity:
            added = added + presence.clarity(stops, clarity, constants)
        if texture:
            added = added + presence.texture(stops, texture, constants)
        added = added + tone.pointwise(stops + added, amounts, constants)
        picture = np.clip(picture * np.exp2(added)[..., np.newaxis], -_BRIGHTEST, _BRIGHTEST)
    if haze := _number(settings, "Dehaze"):
        picture = presence.dehaze(picture, haze, constants)
    return picture


def _colors(picture: Floats, settings: DevelopSettings, constants: Constants) -> Floats:
    if tint := _number(settings, "ShadowTint"):
        picture = color.shadow_tint(picture, tint, constants)
    hue = [_number(settings, f"{name}Hue") for name in _PRIMARIES]
    saturated = [_number(settings, f"{name}Saturation") for name in _PRIMARIES]
    if any(hue) or any(saturated):
        picture = color.calibration(picture, hue, saturated, constants)
    if settings.get("ConvertToGrayscale"):
        return color.grayscale(picture, [_number(settings, f"GrayMixer{name}") for name in COLOURS], constants)
    turned, wider, lighter = (
        [_number(settings, f"{kind}Adjustment{name}") for name in COLOURS]
        for kind in ("Hue", "Saturation", "Luminance")
    )
    if any((*turned, *wider, *lighter)):
        picture = color.bands(picture, turned, wider, lighter, constants)
    if amount := _number(settings, "Vibrance"):
        picture = color.vibrance(picture, amount, constants)
    if amount := _number(settings, "Saturation"):
        picture = color.saturation(picture, amount)
    return picture


def _vignette(picture: Floats, settings: DevelopSettings, constants: Constants) -> Floats:
    if not (amount := _number(settings, "PostCropVignetteAmount")):
        return picture
    midpoint, feather = (_number(settings, f"PostCropVignette{name}", 50) for name in ("Midpoint", "Feather"))
    roundness = _number(settings, "PostCropVignetteRoundness")
    return detail.vignette(picture, amount, midpoint, roundness, feather, constants)


def _curves(encoded: Floats, settings: DevelopSettings, constants: Constants) -> Floats:
    amounts = tuple(_number(settings, name) for name in curves.REGIONS)
    tables = []
    if any(amounts):
        splits = tuple(_number(settings, name, default) for name, default in _SPLITS)
        tables.append(curves.parametric_table(amounts, splits, constants))
    master = cast("tuple[float, ...]", settings.get("ToneCurvePV2012", LINEAR_CURVE))
    if master != LINEAR_CURVE:
        tables.append(curves.point_table(master))
    if tables:
        encoded = curves.keeping_hue(encoded, tables)
    channels = [cast("tuple[float, ...]", settings.get(key, LINEAR_CURVE)) for key in _CHANNEL_CURVES]
    if any(points != LINEAR_CURVE for points in channels):
        by_channel = [None if points == LINEAR_CURVE else curves.point_table(points) for points in channels]
        encoded = curves.by_channel(encoded, by_channel)
    return encoded


def _grade(settings: DevelopSettings) -> Grade:
    def wheel(hue: str, saturation: str, light: str) -> Wheel:
        return Wheel(_number(settings, hue), _number(settings, saturation), _number(settings, light))

    return Grade(
        shadows=wheel("SplitToningShadowHue", "SplitToningShadowSaturation", "ColorGradeShadowLum"),
        middle=wheel("ColorGradeMidtoneHue", "ColorGradeMidtoneSat", "ColorGradeMidtoneLum"),
        highlights=wheel("SplitToningHighlightHue", "SplitToningHighlightSaturation", "ColorGradeHighlightLum"),
        overall=wheel("ColorGradeGlobalHue", "ColorGradeGlobalSat", "ColorGradeGlobalLum"),
        balance=_number(settings, "SplitToningBalance"),
        blending=_number(settings, "ColorGradeBlending", 50),
    )


def _cropped(linear: Picture, settings: DevelopSettings, size: int | None) -> Picture:
    rows, columns = linear.shape[:2]
    center_x, center_y, width, height, angle = crop_of(settings).rectangle(columns, rows)
    target = fitted(max(1, round(width)), max(1, round(height)), size)
    return cut(linear, (center_x, center_y), (width, height), angle, target)


def _number(settings: DevelopSettings, key: str, default: float = 0.0) -> float:
    """A slider's value; its neutral value when it is not stated."""
    return float(cast("float", settings.get(key, default)))
