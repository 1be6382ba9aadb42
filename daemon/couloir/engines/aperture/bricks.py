"""Aperture's bricks of several controls, in the order in which these act (an assumption, see `forms`)."""

from __future__ import annotations

from typing import Final

from couloir.aperture.adjustments import Enhance, Exposure
from couloir.engines.aperture import color, tone
from couloir.engines.aperture.constants import Constants
from couloir.engines.aperture.forms import EnhanceOrder, ExposureOrder
from couloir.engines.local_contrast import local_contrast
from couloir.engines.protocol import Picture

_EXPOSURE_ORDERS: Final = {
    ExposureOrder.GAIN_FIRST: ("exposure", "recovery", "black_point", "brightness"),
    ExposureOrder.RECOVERY_LAST: ("exposure", "black_point", "brightness", "recovery"),
    ExposureOrder.BRIGHTNESS_FIRST: ("brightness", "exposure", "recovery", "black_point"),
    ExposureOrder.BLACK_FIRST: ("black_point", "exposure", "recovery", "brightness"),
}


def exposure(linear: Picture, adjustment: Exposure, constants: Constants) -> Picture:
    """Gain, recovery, black point and brightness, those that are set."""
    for control in _EXPOSURE_ORDERS[constants.exposure_order]:
        amount = getattr(adjustment, control)
        if not amount:
            continue
        match control:
            case "exposure":
                linear = tone.exposure(linear, amount)
            case "recovery":
                linear = tone.recovery(linear, amount, constants)
            case "black_point":
                linear = tone.black_point(linear, amount, constants)
            case _:
                linear = tone.brightness(linear, amount, constants)
    return linear


def enhance(linear: Picture, adjustment: Enhance, constants: Constants) -> Picture:
    """Contrast and definition, saturation and vibrancy, tint wheels."""
    for stage in _ENHANCE_ORDERS[constants.enhance_order]:
        linear = stage(linear, adjustment, constants)
    return linear


def _tones_enhanced(linear: Picture, adjustment: Enhance, constants: Constants) -> Picture:
    if adjustment.contrast:
        linear = tone.contrast_colors(linear, adjustment.contrast, constants)
    if adjustment.definition:
        linear = local_contrast(linear, constants.definition * adjustment.definition, constants.definition_radius)
    return linear


def _colors_enhanced(linear: Picture, adjustment: Enhance, constants: Constants) -> Picture:
    if adjustment.saturation != 1:
        linear = color.saturation(linear, adjustment.saturation, constants)
    if adjustment.vibrancy:
        linear = color.vibrancy(linear, adjustment.vibrancy, constants)
    return linear


def _tinted(linear: Picture, adjustment: Enhance, constants: Constants) -> Picture:
    wheels = (adjustment.black_tint, adjustment.gray_tint, adjustment.white_tint)
    return color.tint_wheels(linear, *wheels, constants) if any(map(any, wheels)) else linear


_ENHANCE_ORDERS: Final = {
    EnhanceOrder.TONE_FIRST: (_tones_enhanced, _colors_enhanced, _tinted),
    EnhanceOrder.COLOR_FIRST: (_colors_enhanced, _tinted, _tones_enhanced),
    EnhanceOrder.TINT_FIRST: (_tinted, _tones_enhanced, _colors_enhanced),
    EnhanceOrder.TONE_LAST: (_tinted, _colors_enhanced, _tones_enhanced),
}
