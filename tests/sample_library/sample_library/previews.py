"""Previews: what Aperture would show of a version, drawn by Couloir's Aperture engine.

The bricks are translated into the engine's adjustments here, from the generator's own values and not from the blobs, so
that a mistake in the reader cannot hide behind the same mistake in a preview.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from couloir.aperture.adjustments import (
    Adjustment,
    Crop,
    Enhance,
    Exposure,
    HighlightsShadows,
    Levels,
    LevelsChannel,
    RawFineTuning,
    Straighten,
    UnknownAdjustment,
    WhiteBalance,
    WhiteBalanceMode,
)
from couloir.aperture.model import Operation, PixelSize
from couloir.engines.aperture import render
from sample_library.archives import Color, Value
from sample_library.geometry import Size
from sample_library.operations import Brick, Inputs
from sample_library.photographs import Pixels
from sample_library.plan import Version

QUALITY = 90
THUMBNAIL_EDGE, MINI_EDGE, TINY_EDGE = 1024, 360, 128


def draw(version: Version, linear: Pixels, size: Size, *, raw: bool, bare: bool = False) -> np.ndarray:
    """The version as 8-bit sRGB pixels of its processed size; `bare` leaves the tones and colours as they came."""
    bricks = [b for b in version.bricks if b.identifier in _GEOMETRY] if bare else version.bricks
    encoded = render(
        linear,
        [_operation(brick) for brick in bricks],
        master_size=PixelSize(*size),
        processed_size=PixelSize(*version.size),
        rotation=version.rotation,
        raw=raw,
    )
    return np.rint(np.asarray(encoded) * 255).astype(np.uint8)


def encode(levels: np.ndarray, version_uuid: str) -> bytes:
    """A preview file: JPEG, with the version's uuid in photoshop:Instructions as Aperture leaves it there."""
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "JPEG", quality=QUALITY, xmp=_instructions(version_uuid))
    return file.getvalue()


def reduced(levels: np.ndarray, edge: int) -> bytes:
    """A thumbnail with this long edge at most."""
    image = Image.fromarray(levels)
    image.thumbnail((edge, edge), Image.Resampling.BOX)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()


def fitted(size: Size, edge: int) -> Size:
    """The size that `reduced` gives a picture."""
    scale = min(1.0, edge / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _instructions(uuid: str) -> bytes:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        f'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Instructions="{uuid}"/></rdf:RDF>'
        '</x:xmpmeta><?xpacket end="r"?>'
    ).encode()


_GEOMETRY = ("RKCropOperation", "RKStraightenCropOperation", "RKRawDecodeOperation")


def _operation(brick: Brick) -> Operation:
    mask = "mask" if brick.masked else None
    return Operation("", brick.identifier, brick.index, brick.enabled, mask, brick.inputs, _adjustment(brick))


def _number(inputs: Inputs, key: str, default: float = 0.0) -> float:
    value: Value = inputs.get(key, default)
    if not isinstance(value, int | float):
        raise TypeError(f"{key} is {value!r}, not a number")
    return float(value)


def _color(inputs: Inputs, key: str) -> tuple[float, float, float]:
    value = inputs[key]
    if not isinstance(value, Color):
        raise TypeError(f"{key} is {value!r}, not a colour")
    return value.red, value.green, value.blue


def _adjustment(brick: Brick) -> Adjustment:
    inputs = brick.inputs
    match brick.identifier:
        case "RKRawDecodeOperation":
            return RawFineTuning(
                str(inputs["inputMethodVersion"]),
                _number(inputs, "inputBoostAmount", 1.0),
                _number(inputs, "inputBoostPreserveHueAmount", 1.0),
            )
        case "RKWhiteBalanceOperation":
            return WhiteBalance(
                WhiteBalanceMode(int(_number(inputs, "inputColorType"))),
                _number(inputs, "inputTemperature"),
                _number(inputs, "inputTint"),
                _color(inputs, "inputGrayColor"),
                _number(inputs, "inputGrayWarmth"),
                _color(inputs, "inputFaceColor"),
                _number(inputs, "inputFaceWarmth"),
            )
        case "RKExposureOperation":
            return Exposure(
                exposure=_number(inputs, "inputEV"),
                recovery=_number(inputs, "inputRecoveryEV"),
                black_point=_number(inputs, "inputBias"),
                brightness=_number(inputs, "inputBrightness"),
            )
        case "RKEnhanceOperation":
            return Enhance(
                contrast=_number(inputs, "inputContrast"),
                definition=_number(inputs, "inputDefinition"),
                saturation=_number(inputs, "inputSaturation"),
                vibrancy=_number(inputs, "inputVibrancy"),
                black_tint=_wheel(inputs, "Black"),
                gray_tint=_wheel(inputs, "Gray"),
                white_tint=_wheel(inputs, "White"),
            )
        case "RKShadowHighlightOperation":
            return HighlightsShadows(
                highlights=_number(inputs, "inputHighlightAmount"),
                shadows=_number(inputs, "inputShadowAmount"),
                midtone_contrast=_number(inputs, "inputMidtoneContrast"),
                algorithm=brick.operation_version,
            )
        case "RKLevelsOperation":
            rgb, red, green, blue = (_channel(inputs, name) for name in ("RGB", "Red", "Green", "Blue"))
            return Levels(rgb=rgb, red=red, green=green, blue=blue)
        case "RKCropOperation":
            return Crop(*(_number(inputs, f"input{key}") for key in ("XOrigin", "YOrigin", "Width", "Height")))
        case "RKStraightenCropOperation":
            return Straighten(_number(inputs, "inputRotation"))
        case _:
            return UnknownAdjustment(brick.class_name, brick.display_name, inputs)


def _wheel(inputs: Inputs, name: str) -> tuple[float, float]:
    return _number(inputs, f"input{name}UOffset"), _number(inputs, f"input{name}VOffset")


def _channel(inputs: Inputs, name: str) -> LevelsChannel:
    def handle(position: str) -> tuple[float, float]:
        return _number(inputs, f"input{position}Src{name}"), _number(inputs, f"input{position}Dst{name}")

    return LevelsChannel(handle("Black"), handle("Shadow"), handle("Mid"), handle("Hilight"), handle("White"))
