"""Adjustments ("bricks") with realistic random values, and their archives with the key sets of real blobs.

Key sets, class names and slots are those read from real Aperture 3 and iPhoto 9 blobs; the ranges are those of
Aperture's sliders, drawn narrower, as people use them. What no public source shows is marked *by pattern* below: the
slot of Straighten.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import lru_cache

from sample_library.archives import Color, Value, archive
from sample_library.geometry import Rectangle, Size, canvas, inscribed

SLOT = 1_000_000  # adjIndex is slot * SLOT + instance

Inputs = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Brick:
    """One adjustment of one version, as stored."""

    identifier: str
    class_name: str
    display_name: str
    slot: int
    inputs: Inputs
    operation_version: int = 0
    enabled: bool = True
    instance: int = 0
    masked: bool = False

    @property
    def index(self) -> int:
        return self.slot * SLOT + self.instance

    @property
    def is_raw_decode(self) -> bool:
        return self.identifier == "RKRawDecodeOperation"

    def archived(self) -> bytes:
        """The blob of RKImageAdjustment.data."""
        if self.is_raw_decode:
            return _raw_decode_archive(tuple(self.inputs.items()), self.enabled)
        return self._archive()

    def _archive(self) -> bytes:
        return archive(
            {
                "enabled": self.enabled,
                "DGOperationIdentifier": self.identifier,
                "DGOperationVersionNumber": self.operation_version,
                "DGOperationClassName": self.class_name,
                "inputKeys": self.inputs,
                "DGOperationDisplayName": self.display_name,
            }
        )


@lru_cache(maxsize=64)
def _raw_decode_archive(inputs: tuple[tuple[str, Value], ...], enabled: bool) -> bytes:
    # Nearly all rows of a real library are these, with very few different contents.
    return replace(raw_fine_tuning(), inputs=dict(inputs), enabled=enabled)._archive()


_AUTO: Inputs = {
    "inputWaitingForAutoValues": False,
    "inputUseAutoCalculatedValues": False,
    "inputAutoCalculatorOption": 0,
}


def _near(rng: random.Random, middle: float, spread: float, low: float, high: float) -> float:
    return min(high, max(low, rng.gauss(middle, spread)))


def raw_fine_tuning(rng: random.Random | None = None) -> Brick:
    """RAW Fine Tuning: the decoder's version alone, or with the sliders a photographer moved."""
    inputs: Inputs = {"inputMethodVersion": "8"}
    if rng is not None:
        inputs["inputMethodVersion"] = rng.choice(("3", "7", "8"))
        inputs["inputBoostPreserveHueAmount"] = rng.choice((1.0, 0.75, 0.5))
        inputs["inputBoostAmount"] = rng.choice((1.0, 0.9, 0.75, 0.5))
        if rng.random() < 0.5:
            inputs["inputSharpenEnabled"] = True
            inputs["inputSharpenIntensity"] = round(rng.uniform(0, 0.6), 2)
            inputs["inputSharpenEdgeIntensity"] = round(rng.uniform(0, 0.6), 2)
    return Brick("RKRawDecodeOperation", "DGRawDecodeOperation", "RAW Fine Tuning", 1, inputs)


def white_balance(rng: random.Random, mode: int = 2) -> Brick:
    """White Balance; mode 0 is Natural Gray, 1 Skin Tone, 2 Temperature & Tint. Neutral is 5000 K and tint 0."""
    gray = Color(0.0, 0.0, 0.0)
    face = Color(1.0, 0.0, 0.0)
    if mode == 0:
        level = rng.uniform(0.35, 0.8)
        gray = Color(*(round(level + rng.uniform(-0.03, 0.03), 10) for _ in range(3)))
    if mode == 1:
        level = rng.uniform(0.6, 0.8)
        face = Color(round(level, 10), round(level * 0.78, 10), round(level * 0.66, 10))
    inputs: Inputs = {
        "inputTemperature": _near(rng, 5100, 450, 2500, 10000) if mode == 2 else 5000.0,
        "inputBias": 0.0,
        "inputIsDefaults": False,
        "inputGrayColor": gray,
        "inputGrayWarmth": round(_near(rng, 0.5, 0.08, 0, 1), 3) if mode == 0 else 0.5,
        "inputLegacyVersion": 0,
        "inputUseAutoCalculatedValues": False,
        "inputColorType": mode,
        "inputEV": 0.0,
        "inputFaceWarmth": round(_near(rng, 0.5, 0.08, 0, 1), 3) if mode == 1 else 0.5,
        "inputFaceColor": face,
        "inputSlope": 1.0,
        "inputAutoCalculatorOption": 0,
        "inputTint": _near(rng, 0, 6, -150, 150) if mode == 2 else 0.0,
        "inputWaitingForAutoValues": False,
    }
    return Brick("RKWhiteBalanceOperation", "DGWhiteBalanceOperation", "White Balance", 9, inputs)


def exposure(rng: random.Random) -> Brick:
    inputs: Inputs = {
        "inputEV": _near(rng, 0.15, 0.5, -2.5, 2.5),
        "inputRecoveryEV": round(rng.uniform(0, 0.8), 2) if rng.random() < 0.3 else 0.0,
        "inputBrightness": round(_near(rng, 0, 0.12, -1, 1), 3) if rng.random() < 0.3 else 0.0,
        "inputWaitingForAutoValues": False,
        "inputBias": round(rng.uniform(-2, 8), 1) if rng.random() < 0.3 else 0.0,
        "inputUseAutoCalculatedValues": False,
        "inputAutoCalculatorOption": 0,
    }
    return Brick("RKExposureOperation", "DGExposureOperation", "Exposure", 10, inputs)


def enhance(rng: random.Random) -> Brick:
    saturation = round(_near(rng, 1.05, 0.15, 0, 2), 3) if rng.random() < 0.6 else 1.0
    inputs: Inputs = {
        "inputDefinition": round(rng.uniform(0, 0.5), 2) if rng.random() < 0.4 else 0.0,
        "inputContrast": round(_near(rng, 0.05, 0.12, -1, 1), 3) if rng.random() < 0.5 else 0.0,
        "inputUseAutoCalculatedValues": False,
        "inputVibranceLegacyVersion": 1,
        "inputSaturation": saturation,
        "inputAutoCalculatorOption": 0,
        "inputContrastLegacyVersion": 0,
        "inputVibrancy": round(_near(rng, 0.1, 0.2, -1, 1), 3) if rng.random() < 0.6 else 0.0,
        "inputSaturationLegacyVersion": 2 if saturation != 1 else 0,
        "inputDefinitionLegacyVersion": 0,
        "inputWaitingForAutoValues": False,
    }
    tinted = rng.random() < 0.15
    for wheel in ("Black", "Gray", "White"):
        for axis in ("U", "V"):
            inputs[f"input{wheel}{axis}Offset"] = round(rng.uniform(-0.04, 0.04), 4) if tinted else 0.0
    return Brick("RKEnhanceOperation", "DGEnhanceOperation", "Enhance", 11, inputs)


def highlights_shadows(rng: random.Random, algorithm: int = 1) -> Brick:
    """Highlights & Shadows; algorithm 1 is that of Aperture 3.3 and later, 0 the older one with its own sliders."""
    inputs: Inputs = {
        "inputWaitingForAutoValues": False,
        "inputShadowAmount": round(rng.uniform(0, 45), 1),
        "inputMidtoneContrast": round(rng.uniform(-15, 15), 1) if rng.random() < 0.3 else 0.0,
        "inputUseAutoCalculatedValues": False,
        "inputAutoCalculatorOption": 0,
        "inputHighlightAmount": round(rng.uniform(0, 45), 1),
    }
    if algorithm == 1:
        class_name = "DGShadowHighlightV1Operation"
    else:
        class_name = "DGShadowHighlightOperation"
        inputs |= {
            "inputRadius": 200.0,
            "inputColorCorrection": 0.0,
            "inputHighlightTonalWidth": 40.0,
            "inputShadowTonalWidth": 40.0,
            "inputShadowHighlightLegacyVersion": 0,
        }
    return Brick("RKShadowHighlightOperation", class_name, "Highlights & Shadows", 17, inputs, algorithm)


HANDLES = {"Black": 0.0, "Shadow": 0.25, "Mid": 0.5, "Hilight": 0.75, "White": 1.0}


def levels(rng: random.Random, *, quarter_tones: bool = False) -> Brick:
    """Levels: black and white points moved inwards; the quarter tones follow unless the photographer moved them."""
    inputs: Inputs = {"inputMode": 2, "inputAutoLuminance": 0, "inputAutoRGB": 0, **_AUTO}
    for channel in ("RGB", "Red", "Green", "Blue"):
        for handle, value in HANDLES.items():
            inputs[f"input{handle}Src{channel}"] = value
            inputs[f"input{handle}Dst{channel}"] = value
    black, white = round(rng.uniform(0, 0.09), 4), round(rng.uniform(0.92, 1.0), 4)
    middle = round(_near(rng, 0.5, 0.04, 0.35, 0.65), 4) if rng.random() < 0.4 else 0.5
    inputs |= {"inputBlackSrcRGB": black, "inputWhiteSrcRGB": white, "inputMidSrcRGB": middle}
    inputs |= {"inputShadowSrcRGB": (black + middle) / 2, "inputHilightSrcRGB": (middle + white) / 2}
    if quarter_tones:
        inputs["inputShadowDstRGB"] = round(rng.uniform(0.2, 0.3), 4)
        inputs["inputHilightDstRGB"] = round(rng.uniform(0.7, 0.8), 4)
    if rng.random() < 0.2:
        inputs["inputBlackSrcBlue"] = round(rng.uniform(0, 0.05), 4)
    return Brick("RKLevelsOperation", "DGLevelsOperation", "Levels", 18, inputs)


def straighten(degrees: float) -> Brick:
    """Straighten. Its slot is by pattern: before Crop, whose rectangle is expressed in the straightened canvas."""
    return Brick("RKStraightenCropOperation", "DGStraightenOperation", "Straighten", 6, {"inputRotation": degrees})


def crop(rng: random.Random, size: Size, degrees: float) -> Brick:
    """A crop in whole pixels inside the straightened picture, in the straightened canvas, origin bottom-left."""
    full_width, full_height = canvas(size, degrees)
    room_width, room_height = inscribed(size, degrees)
    width = max(8, int(room_width * rng.uniform(0.6, 0.98)))
    height = max(8, int(room_height * rng.uniform(0.6, 0.98)))
    ratio = rng.choice((1, 30002, 40003, 10001, 50004))  # 1 is free, else width * 10000 + height
    if ratio > 1:
        height = max(8, min(height, round(width * (ratio % 10000) / (ratio // 10000))))
    left = (full_width - room_width) / 2 + rng.uniform(0, max(0.0, room_width - width - 1))
    bottom = (full_height - room_height) / 2 + rng.uniform(0, max(0.0, room_height - height - 1))
    return crop_to(Rectangle(float(round(left)), float(round(bottom)), float(width), float(height)), ratio)


def crop_to(area: Rectangle, ratio: int = 1) -> Brick:
    """The crop of a given area; zero width and height is Aperture's way to say "none"."""
    inputs: Inputs = {
        "inputXOrigin": area.x,
        "inputConstrainRatio": ratio,
        "inputWidth": area.width,
        "inputConstrainTag": 0 if ratio == 1 else -98,
        "inputYOrigin": area.y,
        "inputConstrainOrientation": 0,
        "inputHeight": area.height,
    }
    return Brick("RKCropOperation", "DGCropOperation", "Crop", 7, inputs)
