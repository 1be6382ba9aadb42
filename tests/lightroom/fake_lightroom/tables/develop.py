"""The develop settings of process version 15.4: type, range, default of each key, and which files take it.

Ranges marked as measured drop an out-of-range value without an error, except the four keys in `CLAMPED`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

CLAMPED = frozenset({"Exposure2012", "Temperature", "Tint", "SharpenRadius"})
RAW_WHITE_BALANCE = ("As Shot", "Auto", "Daylight", "Cloudy", "Shade", "Tungsten", "Fluorescent", "Flash", "Custom")
RENDERED_WHITE_BALANCE = ("As Shot", "Auto", "Custom")
PROCESS_VERSIONS = ("5.0", "5.7", "6.6", "6.7", "10.0", "11.0", "15.4")
COLOURS = ("Red", "Orange", "Yellow", "Green", "Aqua", "Blue", "Purple", "Magenta")
_LINEAR = [0, 0, 255, 255]


@dataclass(frozen=True, slots=True)
class Key:
    """One develop key. `live` says whether getDevelopSettings shows it on an unedited photo."""

    name: str
    type: str  # "number", "boolean", "string", "table", "curve"
    low: float | None = None
    high: float | None = None
    default: object = None
    only: str = ""  # "raw" or "rendered", empty for both
    rendered_default: object = None  # where rendered files start elsewhere
    words: tuple[str, ...] = ()
    live: bool = True


def _sliders(low: float, high: float, default: float, names: str) -> Iterator[Key]:
    for name in names.split():
        yield Key(name, "number", low, high, default)


def _each(prefix: str, suffixes: tuple[str, ...]) -> str:
    return " ".join(prefix + suffix for suffix in suffixes)


def _white_balance() -> Iterator[Key]:
    yield Key("WhiteBalance", "string", default="As Shot", words=RAW_WHITE_BALANCE)
    yield Key("Temperature", "number", 2000, 50000, 5500, only="raw")
    yield Key("Tint", "number", -150, 150, 0, only="raw")
    yield Key("IncrementalTemperature", "number", -100, 100, 0, only="rendered")
    yield Key("IncrementalTint", "number", -100, 100, 0, only="rendered")


def _tone() -> Iterator[Key]:
    yield from _sliders(-5, 5, 0, "Exposure2012")
    yield from _sliders(-100, 100, 0, "Contrast2012 Highlights2012 Shadows2012 Whites2012 Blacks2012")
    yield from _sliders(-100, 100, 0, "Texture Clarity2012 Dehaze Vibrance Saturation")
    yield from _sliders(-4, 4, 0, "Exposure")
    yield from _sliders(-50, 100, 25, "Contrast")
    yield from _sliders(0, 150, 50, "Brightness")
    yield from _sliders(0, 100, 0, "HighlightRecovery FillLight")
    yield from _sliders(0, 100, 5, "Shadows")
    yield from _sliders(-100, 100, 0, "Clarity ChromaticAberrationR ChromaticAberrationB")
    yield from _sliders(0, 2, 0, "Defringe")
    yield from _sliders(-100, 100, 0, "ParametricShadows ParametricDarks ParametricLights ParametricHighlights")
    yield from _sliders(10, 70, 25, "ParametricShadowSplit")
    yield from _sliders(20, 80, 50, "ParametricMidtoneSplit")
    yield from _sliders(30, 90, 75, "ParametricHighlightSplit")
    yield Key("ToneCurveName2012", "string", default="Linear")
    for channel in ("", "Red", "Green", "Blue"):
        yield Key(f"ToneCurvePV2012{channel}", "curve", 0, 255, _LINEAR)
        yield Key(f"ExtendedToneCurvePV2012{channel}", "table", live=False)
    yield from _sliders(0, 100, 100, "CurveRefineSaturation")


def _colour() -> Iterator[Key]:
    for prefix in ("HueAdjustment", "SaturationAdjustment", "LuminanceAdjustment"):
        yield from _sliders(-100, 100, 0, _each(prefix, COLOURS))
    # There are no ColorGradeShadow... and ColorGradeHighlight... hues and saturations: Split Toning kept those keys.
    yield from _sliders(
        0, 360, 0, "SplitToningShadowHue SplitToningHighlightHue ColorGradeMidtoneHue ColorGradeGlobalHue"
    )
    yield from _sliders(0, 100, 0, "SplitToningShadowSaturation SplitToningHighlightSaturation")
    yield from _sliders(0, 100, 0, "ColorGradeMidtoneSat ColorGradeGlobalSat")
    yield from _sliders(-100, 100, 0, _each("ColorGrade", ("ShadowLum", "MidtoneLum", "HighlightLum", "GlobalLum")))
    yield from _sliders(-100, 100, 0, "SplitToningBalance")
    yield from _sliders(0, 100, 50, "ColorGradeBlending")
    yield from _sliders(-100, 100, 0, "ShadowTint RedHue RedSaturation GreenHue GreenSaturation BlueHue BlueSaturation")
    for name in _each("GrayMixer", COLOURS).split():
        yield Key(name, "number", -100, 100, 0, live=False)  # appear with ConvertToGrayscale


def _detail() -> Iterator[Key]:
    yield Key("Sharpness", "number", 0, 150, 40, rendered_default=0)
    yield from _sliders(0.5, 3, 1, "SharpenRadius")
    yield from _sliders(0, 100, 25, "SharpenDetail GrainSize")
    yield from _sliders(0, 100, 0, "SharpenEdgeMasking LuminanceSmoothing LuminanceNoiseReductionContrast GrainAmount")
    yield Key("ColorNoiseReduction", "number", 0, 100, 25, rendered_default=0)
    yield from _sliders(0, 100, 50, "LuminanceNoiseReductionDetail GrainFrequency")
    yield from _sliders(0, 100, 50, "ColorNoiseReductionDetail ColorNoiseReductionSmoothness")
    yield from _sliders(-100, 100, 0, "PostCropVignetteAmount PostCropVignetteRoundness VignetteAmount")
    yield from _sliders(0, 100, 50, "PostCropVignetteMidpoint PostCropVignetteFeather VignetteMidpoint")
    yield from _sliders(1, 3, 1, "PostCropVignetteStyle")
    yield from _sliders(0, 100, 0, "PostCropVignetteHighlightContrast")
    yield from _sliders(0, 1, 0, "LensProfileEnable AutoLateralCA CropConstrainToWarp")
    yield from _sliders(0, 200, 100, "LensProfileDistortionScale LensProfileVignettingScale")
    yield from _sliders(-100, 100, 0, "LensManualDistortionAmount")
    yield from _sliders(0, 20, 0, "DefringePurpleAmount DefringeGreenAmount")
    yield from _sliders(0, 90, 30, "DefringePurpleHueLo")
    yield from _sliders(10, 100, 70, "DefringePurpleHueHi")
    yield from _sliders(0, 90, 40, "DefringeGreenHueLo")
    yield from _sliders(10, 100, 60, "DefringeGreenHueHi")


def _geometry() -> Iterator[Key]:
    yield from _sliders(0, 5, 0, "PerspectiveUpright")
    yield from _sliders(-100, 100, 0, "PerspectiveVertical PerspectiveHorizontal PerspectiveAspect")
    yield from _sliders(-100, 100, 0, "PerspectiveX PerspectiveY")
    yield from _sliders(-10, 10, 0, "PerspectiveRotate")
    yield from _sliders(50, 150, 100, "PerspectiveScale")
    yield from _sliders(0, 1, 0, "CropLeft CropTop")
    yield from _sliders(0, 1, 1, "CropRight CropBottom CropConstrainToUnitSquare")
    yield from _sliders(-45, 45, 0, "CropAngle")
    yield Key("orientation", "string", default="AB")
    for name, default in {"UprightCenterMode": 0, "UprightCenterNormX": 0.5, "UprightCenterNormY": 0.5}.items():
        yield Key(name, "number", default=default)
    for name, default in {"UprightFocalLength35mm": 35, "UprightFocalMode": 0, "UprightTransformCount": 6}.items():
        yield Key(name, "number", default=default)
    for name, default in {"UprightFourSegmentsCount": 0, "UprightVersion": 151388160}.items():
        yield Key(name, "number", default=default)


def _switches_and_tables() -> Iterator[Key]:
    switched_off = "AutoExposure AutoBrightness AutoContrast AutoShadows ConvertToGrayscale UprightPreview"
    for name in (switched_off + " OverrideLookVignette").split():
        yield Key(name, "boolean", default=False)
    panels = (
        "Calibration ColorAdjustments Detail DistractionRemoval Effects GrayscaleMix LensCorrections "
        "MaskGroupBasedCorrections RedEye Retouch SplitToning ToneCurve Transform"
    )
    for name in panels.split():
        yield Key("Enable" + name, "boolean", default=True)
    for name in ("AutoGrayscaleMix", "LensProfileIsEmbedded", "CropConstrainAspectRatio"):
        yield Key(name, "boolean", live=False)
    yield Key("ProcessVersion", "string", default="15.4", words=PROCESS_VERSIONS)
    yield Key("CameraProfile", "string", default="Adobe Standard", rendered_default="Embedded")
    yield Key("LensProfileSetup", "string", default="LensDefaults", words=("LensDefaults", "Auto", "Custom"))
    for name in ("CameraProfileDigest", "LensProfileName", "LensProfileFilename", "LensProfileDigest", "ToneCurveName"):
        yield Key(name, "string", live=False)
    for name in ("Look", "RedEyeInfo", "PointColors", "LensBlur", "FilterList", "AILook"):
        yield Key(name, "table", default={})
    local = "MaskGroupBasedCorrections PaintBasedCorrections GradientBasedCorrections CircularGradientBasedCorrections"
    for name in (local + " RetouchInfo RetouchAreas ToneCurve DepthMapInfo TrimStart TrimEnd").split():
        yield Key(name, "table", live=False)
    sdr = "SDRBlend SDRBrightness SDRContrast SDRClarity SDRHighlights SDRShadows SDRWhites"
    yield from _sliders(-100, 100, 0, sdr)
    yield from _sliders(0, 1, 0, "HDREditMode")
    yield Key("HDRMaxValue", "number", default=2.3)
    yield Key("LensProfileChromaticAberrationScale", "number", 0, 200, 100, live=False)


KEYS: dict[str, Key] = {
    key.name: key
    for group in (_white_balance, _tone, _colour, _detail, _geometry, _switches_and_tables)
    for key in group()
}
"""`HasCrop` and `Version` are missing on purpose: they exist in XMP and in the catalog file only."""


def _defaults(kind: str) -> dict[str, object]:
    untouched = {}
    for key in KEYS.values():
        if key.live and key.only in ("", kind):
            rendered = kind == "rendered" and key.rendered_default is not None
            untouched[key.name] = key.rendered_default if rendered else key.default
    return untouched


DEFAULTS = {kind: _defaults(kind) for kind in ("raw", "rendered")}
