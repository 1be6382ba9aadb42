"""Camera Raw's rendering of develop settings, stage by stage in the Sieve model's order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from couloir.color.arrays import Floats, apply_matrix, planar
from couloir.color.spaces import srgb_shown
from couloir.engines.camera_raw import color, curves, detail, presence, tone
from couloir.engines.camera_raw.constants import NOMINAL, Constants
from couloir.engines.camera_raw.detail import SomePixels
from couloir.engines.camera_raw.grading import Grade, Wheel, grade
from couloir.engines.camera_raw.sliders import Sliders, any_of, where_away
from couloir.engines.geometry import cut, orient
from couloir.engines.incremental_white_balance import to_matrix
from couloir.engines.lookup import Tables
from couloir.engines.pixels import fit_size
from couloir.engines.protocol import Picture
from couloir.lightroom.crop import Crop
from couloir.lightroom.keys import COLOURS
from couloir.lightroom.settings import CROP_KEYS, LINEAR_CURVE, SETTINGS, DevelopSettings

_CHANNEL_CURVES: Final = ("ToneCurvePV2012Red", "ToneCurvePV2012Green", "ToneCurvePV2012Blue")
_SPLITS: Final = (("ParametricShadowSplit", 25), ("ParametricMidtoneSplit", 50), ("ParametricHighlightSplit", 75))
_PRIMARY_HUES: Final = ("RedHue", "GreenHue", "BlueHue")
_PRIMARY_SATURATIONS: Final = ("RedSaturation", "GreenSaturation", "BlueSaturation")
_BAND_HUES: Final = tuple(f"HueAdjustment{name}" for name in COLOURS)
_BAND_SATURATIONS: Final = tuple(f"SaturationAdjustment{name}" for name in COLOURS)
_BAND_LUMINANCES: Final = tuple(f"LuminanceAdjustment{name}" for name in COLOURS)
_MIXER: Final = tuple(f"GrayMixer{name}" for name in COLOURS)
_GRADING: Final = tuple(
    key
    for key in SETTINGS
    if key.startswith(("SplitToning", "ColorGrade")) and key.endswith(("Saturation", "Sat", "Lum"))
)

# Light fifteen stops above white is beyond recovery, but without a limit several extreme edits would overflow float32.
_MOST: Final = np.float32(2.0**15)

# What `_light` draws by.
_LIGHT: Final = (
    *("IncrementalTemperature", "IncrementalTint", "LuminanceSmoothing", "ColorNoiseReduction"),
    *(*tone.LOCAL, *tone.POINTWISE, "Clarity2012", "Texture", "Dehaze"),
)

_PIXELS_TOGETHER: Final = 24576  # of all pictures of a stage at once: a few arrays fit into the cache


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
    to which `orientation` (EXIF 1..8) is applied at the end: a rendered file's pixels, or a RAW file's after the
    baseline, which includes its exposure and white balance. `scale` is the size of one pixel of `linear` in pixels of
    the photo. Grain and lens corrections are not drawn.
    """
    rows, columns = linear.shape[:2]
    cropped = _cropped(linear, settings, size)
    if cropped is not linear:
        scale *= max(crop_of(settings).pixel_size(columns, rows)) / max(cropped.shape[:2])
    return orient(_develop(cropped, [settings], scale, constants)[0], orientation)


def render_many(
    linear: Picture, settings: Iterable[DevelopSettings], *, scale: float = 1.0, constants: Constants = NOMINAL
) -> Picture:
    """One photo, uncropped and unturned, with many settings: n x height x width x 3, each as `render` would draw it.

    It is meant for small pictures: values that do not depend on the settings are computed once, and every stage draws
    as many settings at a time as fit into the processor's cache.
    """
    asked = list(settings)
    drawn = np.empty((len(asked), *linear.shape), dtype=np.float32)
    together = max(1, _PIXELS_TOGETHER // max(1, linear.shape[0] * linear.shape[1]))
    for first in range(0, len(asked), together):
        drawn[first : first + together] = _develop(linear, asked[first : first + together], scale, constants)
    return drawn


def render_pixels(
    linear: Picture,
    settings: Sequence[DevelopSettings],
    places: NDArray[np.intp],
    *,
    scale: float = 1.0,
    constants: Constants = NOMINAL,
) -> Picture:
    """Some pixels, by their places row by row, of what `render_many` draws: n x pixels x 3.

    Stages that compute a pixel from its surroundings draw the whole picture, once for all settings that agree in them;
    all others draw these pixels alone. Sharpening is not drawn.
    """
    rows, columns = linear.shape[:2]
    some = SomePixels(rows, columns, places)
    numbers: dict[tuple[object, ...], int] = {}
    of_light = np.array([numbers.setdefault(_light_of(each), len(numbers)) for each in settings])
    firsts = [settings[int(np.argmax(of_light == number))] for number in range(len(numbers))]
    lights = np.empty((3, len(firsts), len(places)), dtype=np.float32)
    together = max(1, _PIXELS_TOGETHER // (rows * columns))
    for first in range(0, len(firsts), together):
        few = firsts[first : first + together]
        light = np.moveaxis(_light(planar(linear)[np.newaxis], Sliders(few), scale, constants), -1, 0)
        lights[:, first : first + together] = light.reshape(3, -1, rows * columns)[:, :, places]
    drawn = np.empty((len(settings), len(places), 3), dtype=np.float32)
    together = max(1, _PIXELS_TOGETHER // len(places))
    for first in range(0, len(settings), together):
        sliders = Sliders(settings[first : first + together])
        own = np.moveaxis(lights[:, of_light[first : first + together], np.newaxis], 0, -1)
        drawn[first : first + together] = _finish(own, sliders, scale, constants, some)[:, 0]
    return drawn


def _light_of(settings: DevelopSettings) -> tuple[object, ...]:
    return tuple(settings.get(key) or 0 for key in _LIGHT)


def crop_of(settings: DevelopSettings) -> Crop:
    """The crop that settings state; the whole frame where they state none."""
    if CROP_KEYS[0] not in settings:
        return Crop(0.0, 0.0, 1.0, 1.0, 0.0)
    return Crop(*(_number(settings, key) for key in CROP_KEYS))


def _develop(linear: Picture, many: Sequence[DevelopSettings], scale: float, constants: Constants) -> Picture:
    """n settings' pictures, (n, height, width, 3)."""
    sliders = Sliders(many)
    picture = _light(planar(linear)[np.newaxis], sliders, scale, constants)
    return np.broadcast_to(_finish(picture, sliders, scale, constants, None), (len(many), *linear.shape))


def _finish(picture: Floats, sliders: Sliders, scale: float, constants: Constants, some: SomePixels | None) -> Floats:
    """All stages after `_light`; but for sharpening, which a picture has to be whole for, pixel by pixel."""
    picture = _colors(picture, sliders, constants)
    picture = _vignette(picture, sliders, constants, some)
    encoded = srgb_shown(picture)
    encoded = _curves(encoded, sliders, constants)
    encoded = _graded(encoded, sliders, constants)
    if sliders.some(["Sharpness"]) and some is None:
        amount, radius = sliders.numbers("Sharpness"), sliders.numbers("SharpenRadius", 1.0)
        encoded = where_away(amount, detail.sharpen(encoded, amount, radius, scale, constants), encoded)
    return encoded


def _light(picture: Floats, sliders: Sliders, scale: float, constants: Constants) -> Floats:
    """White balance, noise reduction, and all stages that are gains by luminance.

    One picture serves for all settings until a slider makes them differ.
    """
    picture = _balanced(picture, sliders)
    if sliders.some(["LuminanceSmoothing", "ColorNoiseReduction"]):
        light, chroma = sliders.numbers("LuminanceSmoothing"), sliders.numbers("ColorNoiseReduction")
        smoothed = detail.smooth(picture, light, chroma, scale, constants)
        picture = where_away(np.maximum(light, chroma), smoothed, picture)
    if sliders.some((*tone.LOCAL, *tone.POINTWISE, "Clarity2012", "Texture")):
        picture = np.clip(picture * np.exp2(_stops(picture, sliders, constants))[..., np.newaxis], -_MOST, _MOST)
    if sliders.some(["Dehaze"]):
        haze = sliders.numbers("Dehaze")
        picture = where_away(haze, presence.dehaze(picture, haze, constants), picture)
    return picture


def _balanced(picture: Floats, sliders: Sliders) -> Floats:
    if not sliders.some(["IncrementalTemperature", "IncrementalTint"]):
        return picture
    pairs = sliders.rows(["IncrementalTemperature", "IncrementalTint"])
    if (pairs == pairs[0]).all():
        return apply_matrix(to_matrix(*pairs[0].tolist()), picture)
    return apply_matrix(np.stack([to_matrix(*pair) for pair in pairs.tolist()]), picture)


def _stops(picture: Floats, sliders: Sliders, constants: Constants) -> Floats:
    """The stops that the tone sliders, Clarity and Texture add to each pixel."""
    stops = tone.stops_of(picture)
    amounts = {name: sliders.numbers(name) for name in (*tone.LOCAL, *tone.POINTWISE) if sliders.states(name)}
    added: Floats = np.zeros_like(stops)
    if sliders.some(tone.LOCAL):
        base = presence.surroundings(stops, constants)
        added = added + tone.local_tone(stops, base, amounts, tone.key(stops), constants)
    if sliders.some(["Clarity2012"]):
        added = added + presence.clarity(stops, sliders.numbers("Clarity2012"), constants)
    if sliders.some(["Texture"]):
        added = added + presence.texture(stops, sliders.numbers("Texture"), constants)
    return np.asarray(added + tone.pointwise(stops + added, amounts, constants))


def _colors(picture: Floats, sliders: Sliders, constants: Constants) -> Floats:
    if sliders.some(["ShadowTint"]):
        picture = color.shadow_tint(picture, sliders.numbers("ShadowTint"), constants)
    if sliders.some((*_PRIMARY_HUES, *_PRIMARY_SATURATIONS)):
        hue, saturated = sliders.rows(_PRIMARY_HUES), sliders.rows(_PRIMARY_SATURATIONS)
        turned = color.calibration(picture, hue, saturated, constants)
        picture = where_away(any_of(hue, saturated), turned, picture)
    colored = picture
    if sliders.some((*_BAND_HUES, *_BAND_SATURATIONS, *_BAND_LUMINANCES)):
        hue, wider, light = (sliders.rows(keys) for keys in (_BAND_HUES, _BAND_SATURATIONS, _BAND_LUMINANCES))
        colored = where_away(any_of(hue, wider, light), color.bands(colored, hue, wider, light, constants), colored)
    if sliders.some(["Vibrance"]):
        amount = sliders.numbers("Vibrance")
        colored = where_away(amount, color.vibrance(colored, amount, constants), colored)
    if sliders.some(["Saturation"]):
        amount = sliders.numbers("Saturation")
        colored = where_away(amount, color.saturation(colored, amount), colored)
    if sliders.some(["ConvertToGrayscale"]):
        gray = color.grayscale(picture, sliders.rows(_MIXER), constants)
        colored = where_away(sliders.numbers("ConvertToGrayscale"), gray, colored)
    return colored


def _vignette(picture: Floats, sliders: Sliders, constants: Constants, some: SomePixels | None) -> Floats:
    if not sliders.some(["PostCropVignetteAmount"]):
        return picture
    amount, roundness = (sliders.numbers(f"PostCropVignette{name}") for name in ("Amount", "Roundness"))
    midpoint, feather = (sliders.numbers(f"PostCropVignette{name}", 50) for name in ("Midpoint", "Feather"))
    return detail.vignette(picture, amount, midpoint, roundness, feather, constants, some)


def _curves(encoded: Floats, sliders: Sliders, constants: Constants) -> Floats:
    tables = []
    if sliders.some(curves.REGIONS):
        splits = np.concatenate([sliders.numbers(name, at)[..., 0] for name, at in _SPLITS], axis=1)
        tables.append(curves.parametric_table(sliders.rows(curves.REGIONS), splits, constants))
    if (master := _tables(sliders.curves("ToneCurvePV2012"))) is not None:
        tables.append(master)
    if tables:
        moved = sum(np.abs(table - curves.LINEAR).max(axis=-1) for table in tables)
        encoded = where_away(np.reshape(moved, (-1, 1, 1)), curves.keeping_hue(encoded, tables), encoded)
    channels = [_tables(sliders.curves(key)) for key in _CHANNEL_CURVES]
    if any(table is not None for table in channels):
        encoded = curves.by_channel(encoded, channels)
    return np.clip(encoded, 0, 1)


def _tables(found: Sequence[tuple[float, ...]]) -> Tables | None:
    """Each curve's table; None if all curves are the identity."""
    if all(points == LINEAR_CURVE for points in found):
        return None
    return np.stack([curves.point_table(points) for points in found])


def _graded(encoded: Floats, sliders: Sliders, constants: Constants) -> Floats:
    if not sliders.some(_GRADING):
        return encoded

    def wheel(hue: str, saturation: str, light: str) -> Wheel:
        return Wheel(sliders.numbers(hue), sliders.numbers(saturation), sliders.numbers(light))

    panel = Grade(
        shadows=wheel("SplitToningShadowHue", "SplitToningShadowSaturation", "ColorGradeShadowLum"),
        middle=wheel("ColorGradeMidtoneHue", "ColorGradeMidtoneSat", "ColorGradeMidtoneLum"),
        highlights=wheel("SplitToningHighlightHue", "SplitToningHighlightSaturation", "ColorGradeHighlightLum"),
        overall=wheel("ColorGradeGlobalHue", "ColorGradeGlobalSat", "ColorGradeGlobalLum"),
        balance=sliders.numbers("SplitToningBalance"),
        blending=sliders.numbers("ColorGradeBlending", 50),
    )
    return grade(encoded, panel, constants)


def _cropped(linear: Picture, settings: DevelopSettings, size: int | None) -> Picture:
    rows, columns = linear.shape[:2]
    center_x, center_y, width, height, angle = crop_of(settings).rectangle(columns, rows)
    target = fit_size(max(1, round(width)), max(1, round(height)), size)
    return cut(linear, (center_x, center_y), (width, height), angle, target)


def _number(settings: DevelopSettings, key: str, default: float = 0.0) -> float:
    """A slider's value; its neutral value when it is not stated."""
    return float(cast("float", settings.get(key, default)))
