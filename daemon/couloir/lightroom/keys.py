"""The table of Lightroom's develop keys: type, range, default and XMP spelling of each.

Keys, ranges and spellings are those of process version 15.4, measured on Lightroom Classic 15.5. Left out on
purpose are keys of older process versions, of HDR editing and of local adjustments, which Couloir does not write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

SettingValue = bool | int | float | str | tuple[float, ...] | Mapping[str, object]


class PhotoKind(StrEnum):
    """Raw files and rendered ones (JPEG, TIFF, PNG, PSD) take different white balance keys."""

    RAW = "raw"
    RENDERED = "rendered"


class SettingType(StrEnum):
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    CURVE = "curve"
    TABLE = "table"


class XmpForm(StrEnum):
    """How Lightroom spells a value in XMP; `LUA_ONLY` is not written there at all."""

    UNSIGNED = "40"
    SIGNED = "+10"
    SIGNED_TENTHS = "+1.0"
    SIGNED_HUNDREDTHS = "+0.50"
    FRACTION = "0.123456"
    TRUTH = "True"
    TEXT = "text"
    CURVE = "x, y"
    STRUCTURE = "structure"
    LUA_ONLY = "none"


COLOURS = ("Red", "Orange", "Yellow", "Green", "Aqua", "Blue", "Purple", "Magenta")


class Evidence(StrEnum):
    """How sure a key's range is."""

    MEASURED = "measured on Lightroom Classic 15.5, or seen in its live table"
    SEEN = "seen in develop settings that Lightroom wrote; its ends were not tried"
    INFERRED = "inferred from neighbouring keys"


# All others are MEASURED.
_SEEN = frozenset({*(f"GrayMixer{colour}" for colour in COLOURS), "HasCrop", "Version"})
_INFERRED = frozenset(
    {
        *(f"Parametric{split}Split" for split in ("Shadow", "Midtone", "Highlight")),
        *("DefringeGreenHueLo", "DefringeGreenHueHi"),
    }
)

# Decimal places of a slider's step, by the spelling that Lightroom gives its values.
_DECIMALS = {XmpForm.SIGNED_TENTHS: 1, XmpForm.SIGNED_HUNDREDTHS: 2, XmpForm.FRACTION: 6}

BOTH_KINDS = frozenset(PhotoKind)
RAW_ONLY = frozenset({PhotoKind.RAW})
_RENDERED_ONLY = frozenset({PhotoKind.RENDERED})


@dataclass(frozen=True, slots=True)
class Setting:
    """One develop key. `low` and `high` bound numbers and curve coordinates, both inclusive.

    `default` is what Lightroom gives an untouched raw file, None where it depends on the photo (for rendered files
    Sharpness and ColorNoiseReduction start at 0). `words` lists the only texts allowed, empty for free text.
    """

    key: str
    type: SettingType
    low: float | None
    high: float | None
    default: SettingValue | None
    xmp: XmpForm
    kinds: frozenset[PhotoKind] = BOTH_KINDS
    words: tuple[str, ...] = ()

    @property
    def observed(self) -> Evidence:
        """How sure `low` and `high`, or `words`, are."""
        if self.key in _INFERRED:
            return Evidence.INFERRED
        return Evidence.SEEN if self.key in _SEEN else Evidence.MEASURED

    @property
    def decimals(self) -> int:
        """Decimal places of the slider's step: 0 for whole numbers."""
        return _DECIMALS.get(self.xmp, 0)

    @property
    def is_numeric(self) -> bool:
        return self.type in (SettingType.INTEGER, SettingType.NUMBER)


CROP_KEYS = ("CropLeft", "CropTop", "CropRight", "CropBottom", "CropAngle")
PROCESS_VERSION = "15.4"  # Camera Raw 15.4 and later, Lightroom Classic 12.4 and later
LINEAR_CURVE = (0, 0, 255, 255)

_ANY_WHITE_BALANCE = ("As Shot", "Auto", "Custom")
RAW_WHITE_BALANCE = ("Daylight", "Cloudy", "Shade", "Tungsten", "Fluorescent", "Flash")
WHITE_BALANCE_KEYS = {
    PhotoKind.RAW: ("Temperature", "Tint"),
    PhotoKind.RENDERED: ("IncrementalTemperature", "IncrementalTint"),
}
"""What holds temperature and tint: absolute for raw files, relative to the picture's own for rendered ones."""

WHITE_BALANCE_NUMBERS = frozenset(key for keys in WHITE_BALANCE_KEYS.values() for key in keys)
_PANELS = (
    *("Calibration", "ColorAdjustments", "Detail", "Effects", "GrayscaleMix", "LensCorrections"),
    *("RedEye", "Retouch", "SplitToning", "ToneCurve", "Transform"),
)


def _signed(*keys: str) -> Iterator[Setting]:
    """Sliders from -100 to 100 whose default is 0."""
    for key in keys:
        yield Setting(key, SettingType.INTEGER, -100, 100, 0, XmpForm.SIGNED)


def _whole(key: str, low: int, high: int, default: int) -> Setting:
    return Setting(key, SettingType.INTEGER, low, high, default, XmpForm.UNSIGNED)


def _flag(*keys: str, default: bool, form: XmpForm = XmpForm.TRUTH) -> Iterator[Setting]:
    for key in keys:
        yield Setting(key, SettingType.BOOLEAN, None, None, default, form)


def _text(key: str, default: str | None, *words: str) -> Setting:
    return Setting(key, SettingType.TEXT, None, None, default, XmpForm.TEXT, words=words)


def _white_balance() -> Iterator[Setting]:
    yield _text("WhiteBalance", "As Shot", *_ANY_WHITE_BALANCE, *RAW_WHITE_BALANCE)
    yield Setting("Temperature", SettingType.INTEGER, 2000, 50000, None, XmpForm.UNSIGNED, RAW_ONLY)
    yield Setting("Tint", SettingType.INTEGER, -150, 150, None, XmpForm.SIGNED, RAW_ONLY)
    for key in ("IncrementalTemperature", "IncrementalTint"):
        yield Setting(key, SettingType.INTEGER, -100, 100, 0, XmpForm.SIGNED, _RENDERED_ONLY)


def _tone() -> Iterator[Setting]:
    yield Setting("Exposure2012", SettingType.NUMBER, -5, 5, 0.0, XmpForm.SIGNED_HUNDREDTHS)
    yield from _signed("Contrast2012", "Highlights2012", "Shadows2012", "Whites2012", "Blacks2012")
    yield from _signed("Texture", "Clarity2012", "Dehaze", "Vibrance", "Saturation")
    yield from _signed("ParametricShadows", "ParametricDarks", "ParametricLights", "ParametricHighlights")
    yield _whole("ParametricShadowSplit", 10, 70, 25)
    yield _whole("ParametricMidtoneSplit", 20, 80, 50)
    yield _whole("ParametricHighlightSplit", 30, 90, 75)
    yield _text("ToneCurveName2012", "Linear", "Linear", "Medium Contrast", "Strong Contrast", "Custom")
    for channel in ("", "Red", "Green", "Blue"):
        yield Setting(f"ToneCurvePV2012{channel}", SettingType.CURVE, 0, 255, LINEAR_CURVE, XmpForm.CURVE)


def _colour() -> Iterator[Setting]:
    for slider in ("HueAdjustment", "SaturationAdjustment", "LuminanceAdjustment"):
        yield from _signed(*(slider + colour for colour in COLOURS))
    yield from _flag("ConvertToGrayscale", default=False)
    yield from _signed(*("GrayMixer" + colour for colour in COLOURS))
    # Lightroom keeps shadows and highlights of Color Grading in the keys of the older Split Toning panel.
    for hue in ("SplitToningShadow", "SplitToningHighlight", "ColorGradeMidtone", "ColorGradeGlobal"):
        yield _whole(f"{hue}Hue", 0, 360, 0)
    for saturation in ("SplitToningShadowSaturation", "SplitToningHighlightSaturation"):
        yield _whole(saturation, 0, 100, 0)
    for saturation in ("ColorGradeMidtoneSat", "ColorGradeGlobalSat"):
        yield _whole(saturation, 0, 100, 0)
    yield from _signed("ColorGradeShadowLum", "ColorGradeMidtoneLum", "ColorGradeHighlightLum", "ColorGradeGlobalLum")
    yield from _signed("SplitToningBalance")
    yield _whole("ColorGradeBlending", 0, 100, 50)
    yield from _signed("ShadowTint", "RedHue", "RedSaturation", "GreenHue", "GreenSaturation")
    yield from _signed("BlueHue", "BlueSaturation")


def _detail_and_effects() -> Iterator[Setting]:
    yield _whole("Sharpness", 0, 150, 40)
    yield Setting("SharpenRadius", SettingType.NUMBER, 0.5, 3, 1.0, XmpForm.SIGNED_TENTHS)
    yield _whole("SharpenDetail", 0, 100, 25)
    yield _whole("SharpenEdgeMasking", 0, 100, 0)
    yield _whole("LuminanceSmoothing", 0, 100, 0)
    yield _whole("LuminanceNoiseReductionDetail", 0, 100, 50)
    yield _whole("LuminanceNoiseReductionContrast", 0, 100, 0)
    yield _whole("ColorNoiseReduction", 0, 100, 25)
    yield _whole("ColorNoiseReductionDetail", 0, 100, 50)
    yield _whole("ColorNoiseReductionSmoothness", 0, 100, 50)
    yield from _signed("PostCropVignetteAmount", "PostCropVignetteRoundness")
    yield _whole("PostCropVignetteMidpoint", 0, 100, 50)
    yield _whole("PostCropVignetteFeather", 0, 100, 50)
    yield _whole("PostCropVignetteStyle", 1, 3, 1)
    yield _whole("PostCropVignetteHighlightContrast", 0, 100, 0)
    yield _whole("GrainAmount", 0, 100, 0)
    yield _whole("GrainSize", 0, 100, 25)
    yield _whole("GrainFrequency", 0, 100, 50)


def _optics() -> Iterator[Setting]:
    yield _whole("LensProfileEnable", 0, 1, 0)
    yield _text("LensProfileSetup", "LensDefaults", "LensDefaults", "Auto", "Custom")
    yield from _signed("LensManualDistortionAmount", "VignetteAmount")
    yield _whole("VignetteMidpoint", 0, 100, 50)
    yield _whole("AutoLateralCA", 0, 1, 0)
    for fringe, low, high in (("Purple", 30, 70), ("Green", 40, 60)):
        yield _whole(f"Defringe{fringe}Amount", 0, 20, 0)
        yield _whole(f"Defringe{fringe}HueLo", 0, 90, low)
        yield _whole(f"Defringe{fringe}HueHi", 10, 100, high)
    yield _whole("PerspectiveUpright", 0, 5, 0)
    yield from _signed("PerspectiveVertical", "PerspectiveHorizontal", "PerspectiveAspect")
    yield Setting("PerspectiveRotate", SettingType.NUMBER, -10, 10, 0.0, XmpForm.SIGNED_TENTHS)
    yield _whole("PerspectiveScale", 50, 150, 100)
    for key in ("PerspectiveX", "PerspectiveY"):
        yield Setting(key, SettingType.NUMBER, -100, 100, 0.0, XmpForm.SIGNED_HUNDREDTHS)


def _frame_and_profile() -> Iterator[Setting]:
    for key, default in (("CropLeft", 0.0), ("CropTop", 0.0), ("CropRight", 1.0), ("CropBottom", 1.0)):
        yield Setting(key, SettingType.NUMBER, 0, 1, default, XmpForm.FRACTION)
    yield Setting("CropAngle", SettingType.NUMBER, -45, 45, 0.0, XmpForm.FRACTION)
    yield _whole("CropConstrainToWarp", 0, 1, 0)
    yield from _flag("HasCrop", default=False)
    yield _text("CameraProfile", None)
    yield Setting("Look", SettingType.TABLE, None, None, None, XmpForm.STRUCTURE)
    yield _text("ProcessVersion", PROCESS_VERSION, "5.0", "5.7", "6.6", "6.7", "10.0", "11.0", PROCESS_VERSION)
    yield _text("Version", None)
    # The switches at the side of each panel.
    for panel in _PANELS:
        yield from _flag(f"Enable{panel}", default=True, form=XmpForm.LUA_ONLY)


SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {
        setting.key: setting
        for group in (_white_balance, _tone, _colour, _detail_and_effects, _optics, _frame_and_profile)
        for setting in group()
    }
)
