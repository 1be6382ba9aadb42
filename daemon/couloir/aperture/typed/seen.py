"""Reads the eight adjustments that are known from real libraries.

Keys, defaults and units are those seen in real blobs. An absent key has Aperture's default; a value that is not a
number, or that no slider can give, makes the whole adjustment unusable.
"""

from __future__ import annotations

from couloir.aperture.adjustments import (
    Crop,
    Enhance,
    Exposure,
    HighlightsShadows,
    Levels,
    LevelsChannel,
    RawFineTuning,
    Straighten,
    WhiteBalance,
    WhiteBalanceMode,
)
from couloir.aperture.typed.inputs import Inputs, UnusableInput

_CHANNELS = ("RGB", "Red", "Green", "Blue")
_RESTING = {"Black": 0.0, "Shadow": 0.25, "Mid": 0.5, "Hilight": 0.75, "White": 1.0}
#: By channel, in the order of LevelsChannel: the keys of each handle's source and destination, and its neutral
#: position.
_HANDLES = {
    channel: tuple(f"input{handle}{end}{channel}" for handle in _RESTING for end in ("Src", "Dst"))
    for channel in _CHANNELS
}
_AT_REST = tuple(value for value in _RESTING.values() for _ in ("Src", "Dst"))


def raw_fine_tuning(inputs: Inputs) -> RawFineTuning:
    return RawFineTuning(
        decoder=inputs.text("inputMethodVersion"),
        boost=inputs.number("inputBoostAmount", 1.0),
        hue_boost=inputs.number("inputBoostPreserveHueAmount", 1.0),
        sharpen_intensity=inputs.optional("inputSharpenIntensity"),
        sharpen_edges=inputs.optional("inputSharpenEdgeIntensity"),
        # Only the common beginning of the moire keys is certain.
        moire_amount=inputs.optional(inputs.key_like("inputChromaBlur", "Amount", "Intensity")),
        moire_radius=inputs.optional(inputs.key_like("inputChromaBlur", "Radius")),
    )


def white_balance(inputs: Inputs) -> WhiteBalance:
    number = inputs.whole("inputColorType", WhiteBalanceMode.TEMPERATURE_TINT)
    try:
        mode = WhiteBalanceMode(number)
    except ValueError as error:
        raise UnusableInput(f"inputColorType {number} is not known") from error
    return WhiteBalance(
        mode=mode,
        temperature=inputs.number("inputTemperature", 5000.0),
        tint=inputs.number("inputTint", 0.0),
        gray_color=inputs.color("inputGrayColor", (0.0, 0.0, 0.0)),
        gray_warmth=inputs.number("inputGrayWarmth", 0.5),
        face_color=inputs.color("inputFaceColor", (1.0, 0.0, 0.0)),
        face_warmth=inputs.number("inputFaceWarmth", 0.5),
        auto_pending=inputs.auto_pending,
    )


def exposure(inputs: Inputs) -> Exposure:
    return Exposure(
        exposure=inputs.number("inputEV", 0.0),
        recovery=inputs.number("inputRecoveryEV", 0.0),
        black_point=inputs.number("inputBias", 0.0),
        brightness=inputs.number("inputBrightness", 0.0),
        auto_pending=inputs.auto_pending,
    )


def enhance(inputs: Inputs) -> Enhance:
    return Enhance(
        contrast=inputs.number("inputContrast", 0.0),
        definition=inputs.number("inputDefinition", 0.0),
        saturation=inputs.number("inputSaturation", 1.0),
        vibrancy=inputs.number("inputVibrancy", 0.0),
        black_tint=inputs.pair("inputBlackUOffset", "inputBlackVOffset"),
        gray_tint=inputs.pair("inputGrayUOffset", "inputGrayVOffset"),
        white_tint=inputs.pair("inputWhiteUOffset", "inputWhiteVOffset"),
        auto_pending=inputs.auto_pending,
    )


def highlights_shadows(inputs: Inputs) -> HighlightsShadows:
    # The class was renamed when the algorithm changed in 3.3; a blob without a class is recognised by its version.
    newer = inputs.class_name == "DGShadowHighlightV1Operation" or (inputs.class_name is None and inputs.version == 1)
    return HighlightsShadows(
        highlights=inputs.number("inputHighlightAmount", 0.0),
        shadows=inputs.number("inputShadowAmount", 0.0),
        midtone_contrast=inputs.number("inputMidtoneContrast", 0.0),
        algorithm=1 if newer else 0,
        radius=inputs.optional("inputRadius"),
        color_correction=inputs.optional("inputColorCorrection"),
        highlight_tonal_width=inputs.optional("inputHighlightTonalWidth"),
        shadow_tonal_width=inputs.optional("inputShadowTonalWidth"),
        auto_pending=inputs.auto_pending,
    )


def levels(inputs: Inputs) -> Levels:
    def channel(name: str) -> LevelsChannel:
        values = inputs.numbers(_HANDLES[name], _AT_REST)
        return LevelsChannel(*zip(values[::2], values[1::2], strict=True))

    rgb, red, green, blue = map(channel, _CHANNELS)
    return Levels(
        rgb=rgb,
        red=red,
        green=green,
        blue=blue,
        mode=inputs.whole("inputMode", 2),
        auto_pending=inputs.auto_pending,
    )


def crop(inputs: Inputs) -> Crop:
    return Crop(
        x=inputs.number("inputXOrigin", 0.0),
        y=inputs.number("inputYOrigin", 0.0),
        width=inputs.number("inputWidth", 0.0),
        height=inputs.number("inputHeight", 0.0),
    )


def straighten(inputs: Inputs) -> Straighten:
    return Straighten(rotation=inputs.number("inputRotation", 0.0))
