"""Previews: what Aperture would show of a version with all of its bricks, drawn by Couloir's Aperture engine.

The bricks are translated into the engine's adjustments here, from the generator's own values and not from the blobs, so
that a mistake in the reader cannot hide behind the same mistake in a preview. Brushes and retouching, which the engine
leaves out, are drawn here.
"""

from __future__ import annotations

import io
import math
import random
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

import numpy as np
from PIL import Image

from couloir.aperture.adjustments import (
    Adjustment,
    BlackWhite,
    Crop,
    Curves,
    EdgeSharpen,
    Enhance,
    Exposure,
    HighlightsShadows,
    Levels,
    LevelsChannel,
    RawFineTuning,
    Straighten,
    ToneCurve,
    UnknownAdjustment,
    Vignette,
    WhiteBalance,
    WhiteBalanceMode,
)
from couloir.aperture.model import Operation, PixelSize
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.engines.aperture import render
from sample_library.archives import Color, Value
from sample_library.geometry import Size
from sample_library.operations import Brick, Inputs
from sample_library.photographs import Pixels
from sample_library.plan import Version

QUALITY = 90
THUMBNAIL_EDGE, MINI_EDGE, TINY_EDGE = 1024, 360, 128
_STROKE: Final = 0.65  # stops from which a dodge is a stroke that can be found again


def draw(version: Version, linear: Pixels, size: Size, *, raw: bool, bare: bool = False) -> np.ndarray:
    """The version as 8-bit sRGB pixels of its processed size; `bare` leaves the tones and colours as they came."""
    bricks = [b for b in version.bricks if b.identifier in _GEOMETRY] if bare else version.bricks
    for brick in bricks:
        if brick.enabled and brick.identifier == "RKRetouchOperation":
            linear = _retouch(linear, brick.inputs, size)
    encoded = render(
        linear,
        [_operation(brick) for brick in bricks],
        master_size=PixelSize(*size),
        processed_size=PixelSize(*version.size),
        rotation=version.rotation,
        raw=raw,
    )
    shown = np.asarray(encoded, dtype=np.float32)
    for brick in bricks:
        if brick.enabled and brick.identifier in _PAINTED:
            shown = _PAINTED[brick.identifier](shown, brick.inputs, max(size))
    return np.rint(shown * 255).astype(np.uint8)


def _expose(shown: np.ndarray, inputs: Inputs, _edge: int) -> np.ndarray:
    """Lighten or darken what is under the brush: a soft spot in the middle where it is faint, else a stroke."""
    stops = _number(inputs, "inputExposure")
    under = _soft_spot(shown, (0.5, 0.5), 0.3) if 0 < stops < _STROKE else stroke(shown, inputs)
    return np.asarray(srgb_encode(np.clip(srgb_decode(shown) * 2 ** (stops * under), 0, 1)))


def _saturate(shown: np.ndarray, inputs: Inputs, _edge: int) -> np.ndarray:
    """Take the colours under a stroke from their grey, or to it."""
    linear = srgb_decode(shown)
    grey = linear @ np.array([0.2126, 0.7152, 0.0722])
    gain = 1 + (_number(inputs, "inputSaturation") - 1) * stroke(shown, inputs)
    return np.asarray(srgb_encode(np.clip(grey[..., None] + (linear - grey[..., None]) * gain, 0, 1)))


def stroke(shown: np.ndarray, inputs: Inputs) -> np.ndarray:
    """A soft stroke, (height, width, 1), 0..1: the nearest point of a curve off the middle, not a row of dabs. The same
    amounts have the same stroke; what burns lies on the right.
    """
    rows, columns = shown.shape[:2]
    rng = random.Random(repr(sorted(inputs.items())))
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    radius = max(rows, columns) * rng.uniform(0.09, 0.12)
    ends = [(rng.uniform(0.1, 0.45) * columns, rng.uniform(0.15, 0.5) * rows) for _ in range(3)]
    away = np.full((rows, columns), np.inf, dtype=np.float32)
    for t in np.linspace(0, 1, 24):
        weights = ((1 - t) ** 2, 2 * t * (1 - t), t**2)
        across, down = (sum(w * end[axis] for w, end in zip(weights, ends, strict=True)) for axis in (0, 1))
        away = np.minimum(away, np.hypot(x - across, y - down))
    near = np.clip((1.4 * radius - away) / (0.8 * radius), 0, 1)
    mask = np.asarray(near**2 * (3 - 2 * near), dtype=np.float32)[..., None]
    return mask[:, ::-1] if any(isinstance(value, float) and value < 0 for value in inputs.values()) else mask


def _retouch(linear: np.ndarray, inputs: Inputs, size: Size) -> np.ndarray:
    """Cover a spot with the mean of what surrounds it, before the photo is turned and cropped; its place is in pixels
    of the stored master, from below.
    """
    strokes = cast("Sequence[Any]", inputs["inputStrokes"])
    columns, rows = size
    for stroke in strokes:
        [point] = stroke["brushStroke"]["data"]
        across, up = float(point["xLocation"]) / columns, float(point["yLocation"]) / rows
        under = _soft_spot(linear, (across, 1 - up), 20.0 / max(size))
        around = (linear * under).sum(axis=(0, 1)) / max(float(under.sum()), 1e-6)
        linear = linear + (around - linear) * under
    return linear


def _soft_spot(shown: np.ndarray, middle: tuple[float, float], radius: float) -> np.ndarray:
    """1 in the middle (fractions, from the top left), 0 at `radius` (of the long edge) and beyond."""
    rows, columns = shown.shape[:2]
    down, across = np.mgrid[0:rows, 0:columns].astype(np.float32)
    away = np.hypot(across - middle[0] * columns, down - middle[1] * rows) / (radius * max(rows, columns))
    return np.asarray(np.clip(1 - away, 0, 1)[..., None] ** 0.5, dtype=np.float32)


_PAINTED: Final[Mapping[str, Callable[[np.ndarray, Inputs, int], np.ndarray]]] = {
    "RKGNGDodgeOperation": _expose,
    "RKGNGBurnOperation": _expose,
    "RKGNGSaturationOperation": _saturate,
}


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
        case "RKMonochromeMixerOperation":
            return BlackWhite(0, *(_number(inputs, f"input{channel}Value") for channel in "RGB"))
        case "RKVignetteOperation":
            return Vignette(0, _number(inputs, "inputIntensity"), _number(inputs, "inputRadius"))
        case "RKProSharpenOperation":
            keys = ("inputSharpness", "inputEdgeScale", "inputFalloff")
            return EdgeSharpen(*(_number(inputs, key) for key in keys))
        case "RKCurvesOperation":
            # The table wavers from point to point, as no drawn curve does: the smooth one through its middle.
            middle = struct.unpack("<64f", inputs["inputRGBData"])[32]  # type: ignore[arg-type]
            power = math.log(middle) / math.log(32 / 63)
            return Curves(rgb=ToneCurve(tuple((x / 8, (x / 8) ** power) for x in range(9))))
        case _:
            return UnknownAdjustment(brick.class_name, brick.display_name, inputs)


def _wheel(inputs: Inputs, name: str) -> tuple[float, float]:
    return _number(inputs, f"input{name}UOffset"), _number(inputs, f"input{name}VOffset")


def _channel(inputs: Inputs, name: str) -> LevelsChannel:
    def handle(position: str) -> tuple[float, float]:
        return _number(inputs, f"input{position}Src{name}"), _number(inputs, f"input{position}Dst{name}")

    return LevelsChannel(handle("Black"), handle("Shadow"), handle("Mid"), handle("Hilight"), handle("White"))
