"""Develop settings in the words of Lightroom's Develop module, for the page: "Black & white" for ConvertToGrayscale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from couloir.language import mark

_COLORS: Final = ("Red", "Orange", "Yellow", "Green", "Aqua", "Blue", "Purple", "Magenta")

_PANELS: Final = {
    "Calibration": "Calibration",
    "ColorAdjustments": "Color mixer",
    "Detail": "Detail",
    "Effects": "Effects",
    "GrayscaleMix": "Black & white mix",
    "LensCorrections": "Lens corrections",
    "RedEye": "Red eye",
    "Retouch": "Retouch",
    "SplitToning": "Color grading",
    "ToneCurve": "Tone curve",
    "Transform": "Transform",
}

WORDS: Final[Mapping[str, str]] = {
    "WhiteBalance": "White balance",
    "Temperature": "Temperature (kelvin)",
    "Tint": "Tint",
    "IncrementalTemperature": "Temperature",
    "IncrementalTint": "Tint",
    "Exposure2012": "Exposure",
    "Contrast2012": "Contrast",
    "Highlights2012": "Highlights",
    "Shadows2012": "Shadows",
    "Whites2012": "Whites",
    "Blacks2012": "Blacks",
    "Texture": "Texture",
    "Clarity2012": "Clarity",
    "Dehaze": "Dehaze",
    "Vibrance": "Vibrance",
    "Saturation": "Saturation",
    "ParametricShadows": "Tone curve: shadows",
    "ParametricDarks": "Tone curve: darks",
    "ParametricLights": "Tone curve: lights",
    "ParametricHighlights": "Tone curve: highlights",
    "ParametricShadowSplit": "Tone curve: end of the shadows",
    "ParametricMidtoneSplit": "Tone curve: middle",
    "ParametricHighlightSplit": "Tone curve: start of the highlights",
    "ToneCurvePV2012": "Point curve",
    "ToneCurvePV2012Red": "Point curve: red",
    "ToneCurvePV2012Green": "Point curve: green",
    "ToneCurvePV2012Blue": "Point curve: blue",
    **{f"HueAdjustment{color}": f"Hue: {color.lower()}" for color in _COLORS},
    **{f"SaturationAdjustment{color}": f"Saturation: {color.lower()}" for color in _COLORS},
    **{f"LuminanceAdjustment{color}": f"Luminance: {color.lower()}" for color in _COLORS},
    "ConvertToGrayscale": "Black & white",
    **{f"GrayMixer{color}": f"Black & white mix: {color.lower()}" for color in _COLORS},
    "SplitToningShadowHue": "Color grading: hue of the shadows",
    "SplitToningHighlightHue": "Color grading: hue of the highlights",
    "ColorGradeMidtoneHue": "Color grading: hue of the midtones",
    "ColorGradeGlobalHue": "Color grading: hue",
    "SplitToningShadowSaturation": "Color grading: saturation of the shadows",
    "SplitToningHighlightSaturation": "Color grading: saturation of the highlights",
    "ColorGradeMidtoneSat": "Color grading: saturation of the midtones",
    "ColorGradeGlobalSat": "Color grading: saturation",
    "ColorGradeShadowLum": "Color grading: luminance of the shadows",
    "ColorGradeMidtoneLum": "Color grading: luminance of the midtones",
    "ColorGradeHighlightLum": "Color grading: luminance of the highlights",
    "ColorGradeGlobalLum": "Color grading: luminance",
    "SplitToningBalance": "Color grading: balance",
    "ColorGradeBlending": "Color grading: blending",
    "ShadowTint": "Calibration: tint of the shadows",
    "RedHue": "Calibration: hue of red",
    "RedSaturation": "Calibration: saturation of red",
    "GreenHue": "Calibration: hue of green",
    "GreenSaturation": "Calibration: saturation of green",
    "BlueHue": "Calibration: hue of blue",
    "BlueSaturation": "Calibration: saturation of blue",
    "Sharpness": "Sharpening",
    "SharpenRadius": "Sharpening: radius",
    "SharpenDetail": "Sharpening: detail",
    "SharpenEdgeMasking": "Sharpening: masking",
    "LuminanceSmoothing": "Noise reduction: luminance",
    "LuminanceNoiseReductionDetail": "Noise reduction: luminance detail",
    "LuminanceNoiseReductionContrast": "Noise reduction: luminance contrast",
    "ColorNoiseReduction": "Noise reduction: color",
    "ColorNoiseReductionDetail": "Noise reduction: color detail",
    "ColorNoiseReductionSmoothness": "Noise reduction: color smoothness",
    "PostCropVignetteAmount": "Vignette",
    "PostCropVignetteRoundness": "Vignette: roundness",
    "PostCropVignetteMidpoint": "Vignette: midpoint",
    "PostCropVignetteFeather": "Vignette: feather",
    "PostCropVignetteStyle": "Vignette: style",
    "PostCropVignetteHighlightContrast": "Vignette: highlights",
    "GrainAmount": "Grain",
    "GrainSize": "Grain: size",
    "GrainFrequency": "Grain: roughness",
    "LensProfileEnable": "Lens profile corrections",
    "LensProfileSetup": "Lens profile",
    "LensManualDistortionAmount": "Distortion",
    "VignetteAmount": "Lens vignetting",
    "VignetteMidpoint": "Lens vignetting: midpoint",
    "AutoLateralCA": "Remove chromatic aberration",
    "DefringePurpleAmount": "Defringe: purple",
    "DefringePurpleHueLo": "Defringe: purple hue, from",
    "DefringePurpleHueHi": "Defringe: purple hue, to",
    "DefringeGreenAmount": "Defringe: green",
    "DefringeGreenHueLo": "Defringe: green hue, from",
    "DefringeGreenHueHi": "Defringe: green hue, to",
    "PerspectiveUpright": "Upright",
    "PerspectiveVertical": "Transform: vertical",
    "PerspectiveHorizontal": "Transform: horizontal",
    "PerspectiveAspect": "Transform: aspect",
    "PerspectiveRotate": "Transform: rotate",
    "PerspectiveScale": "Transform: scale",
    "PerspectiveX": "Transform: X offset",
    "PerspectiveY": "Transform: Y offset",
    "CropLeft": "Crop: left",
    "CropTop": "Crop: top",
    "CropRight": "Crop: right",
    "CropBottom": "Crop: bottom",
    "CropAngle": "Crop: angle",
    "CameraProfile": "Profile",
    **{f"Enable{panel}": f"{words} panel" for panel, words in _PANELS.items()},
    "Look": "Look",
}
"""The words of each setting: a group, ": " and a part of it, or one word."""

VALUES: Final = ("As Shot", "Auto", "Custom")
"""Values that are words: those of crs:WhiteBalance."""

# What tells a photographer nothing: which process, and switches that are on where what they switch is set.
_UNSAID: Final = frozenset({"ProcessVersion", "Version", "ToneCurveName2012", "HasCrop", "CropConstrainToWarp"})


def tell_settings(settings: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    """The key, the words and the value as text of each setting that says something to a photographer, in the order of
    Lightroom's panels.
    """
    places = {key: place for place, key in enumerate(WORDS)}
    for key in sorted(settings, key=lambda each: (places.get(each, len(places)), each)):
        value = settings[key]
        if key in _UNSAID or (key.startswith("Enable") and value is True) or value in ({}, None, ""):
            continue
        yield key, WORDS.get(key, key), _tell(value)


def _tell(value: object) -> str:
    match value:
        case bool():
            return mark("on") if value else mark("off")
        case float():
            return f"{value:.4g}"
        case Mapping():
            return str(value.get("Name") or mark("on"))
        case str():
            return value
        case Sequence():  # a curve: x and y by turns
            points = [f"{x:g}\u00a0→\u00a0{y:g}" for x, y in zip(value[::2], value[1::2], strict=False)]
            return ", ".join(points)
    return str(value)
