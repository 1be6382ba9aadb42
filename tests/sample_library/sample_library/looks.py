"""Looks: named combinations of bricks, among them operations that Couloir does not know, and random ones."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from dataclasses import replace

from sample_library.archives import Value
from sample_library.geometry import Rectangle, Size
from sample_library.operations import (
    HANDLES,
    Brick,
    Inputs,
    crop,
    enhance,
    exposure,
    highlights_shadows,
    levels,
    straighten,
    white_balance,
)


def _curves(rng: random.Random) -> Brick:
    # The layout of Aperture's curve data was never published: bytes that no one may pretend to understand.
    table = struct.pack("<64f", *(min(1.0, (i / 63) ** rng.uniform(0.8, 1.2)) for i in range(64)))
    data: Inputs = {f"input{channel}Data": table for channel in ("RGB", "Red", "Green", "Blue")}
    return Brick("RKCurvesOperation", "DGCurvesOperation", "Curves", 14, {**data, "inputGrayChoice": 0})


def _brush(rng: random.Random) -> Brick:
    inputs: Inputs = {"inputExposure": round(rng.uniform(0.1, 0.6), 2)}
    return Brick("RKGNGDodgeOperation", "DGGNGDodgeOperation", "Dodge (Lighten)", 13, inputs, masked=True)


def _vignette(rng: random.Random) -> Brick:
    inputs: Inputs = {"inputType": 0, "inputIntensity": round(rng.uniform(0.2, 1), 2), "inputRadius": 0.8}
    return Brick("RKVignetteOperation", "DGVignetteOperation", "Vignette", 26, inputs)


def _black_and_white(rng: random.Random) -> Brick:
    red = round(rng.uniform(0.2, 0.6), 2)
    inputs: Inputs = {"inputType": 0, "inputRValue": red, "inputGValue": 0.3, "inputBValue": round(0.7 - red, 2)}
    return Brick("RKMonochromeMixerOperation", "DGMonochromeMixerOperation", "Black & White", 20, inputs)


def _retouch(rng: random.Random) -> Brick:
    strokes: list[Value] = [
        {
            "version": 0,
            "mode": "repair",
            "brushStroke": {
                "version": 0,
                "radius": 20.0,
                "softness": 0.5,
                "opacity": 1.0,
                "data": [{"xLocation": rng.uniform(20, 100), "yLocation": rng.uniform(20, 60), "pressure": 1.0}],
            },
        }
    ]
    return Brick("RKRetouchOperation", "DGRetouchOperation", "Retouch", 2, {"inputSize": 20.0, "inputStrokes": strokes})


def _edge_sharpen(rng: random.Random) -> Brick:
    inputs: Inputs = {"inputSharpness": round(rng.uniform(0.3, 0.9), 2), "inputEdgeScale": 0.22, "inputFalloff": 0.69}
    return Brick("RKProSharpenOperation", "DGProEdgeSharpenOperation", "Edge Sharpen", 25, inputs)


def _painted(name: str, title: str, amount: str, low: float, high: float) -> Callable[[random.Random], Brick]:
    """A quick brush, of which Apple's class names and inputs are on record; its mask is a file that nobody can read."""

    def make(rng: random.Random) -> Brick:
        inputs: Inputs = {f"input{amount}": round(rng.uniform(low, high), 2)}
        return Brick(f"RKGNG{name}Operation", f"DGGNG{name}Operation", title, 13, inputs, masked=True)

    return make


PAINTED: dict[str, Callable[[random.Random], Brick]] = {
    "dodge": _painted("Dodge", "Dodge (Lighten)", "Exposure", 0.7, 1.0),
    "burn": _painted("Burn", "Burn (Darken)", "Exposure", -1.0, -0.7),
    "saturation-brush": _painted("Saturation", "Saturation", "Saturation", 0.3, 0.5),
    "blur-brush": _painted("Blur", "Blur", "Intensity", 0.3, 0.5),
}
"""Quick brushes whose strokes are seen in the preview, but for a blur, which no mask can be inferred from."""

# Identifiers and slots of these are by pattern; only their class names and inputs are on record.
UNKNOWN: dict[str, Callable[[random.Random], Brick]] = {
    "curves": _curves,
    "brush": _brush,
    "vignette": _vignette,
    "black-and-white": _black_and_white,
    "retouch": _retouch,
    "edge-sharpen": _edge_sharpen,
}

_SIMPLE: dict[str, Callable[[random.Random], Brick]] = {
    "white-balance": white_balance,
    "gray": lambda rng: white_balance(rng, 0),
    "skin": lambda rng: white_balance(rng, 1),
    "exposure": exposure,
    "enhance": enhance,
    "highlights-shadows": highlights_shadows,
    "highlights-shadows-old": lambda rng: highlights_shadows(rng, 0),
    "levels": levels,
    "quarter-tones": lambda rng: levels(rng, quarter_tones=True),
    **UNKNOWN,
    **PAINTED,
}


def angle(rng: random.Random) -> float:
    """A straightening angle as people leave it: small, either way, never exactly zero."""
    return rng.choice((-1, 1)) * rng.uniform(0.3, 4.0)


def look(name: str, rng: random.Random, size: Size) -> list[Brick]:
    """The bricks of a named look, not counting RAW Fine Tuning; "random" draws one."""
    degrees = angle(rng)
    match name:
        case "none":
            return []
        case "crop":
            return [crop(rng, size, 0.0)]
        case "straighten":
            return [straighten(degrees)]
        case "straighten-crop":
            return [straighten(degrees), crop(rng, size, degrees)]
        case "neutral":
            return [_neutral(rng)]
        case "disabled":
            return [replace(exposure(rng), enabled=False), replace(crop(rng, size, 0.0), enabled=False)]
        case "twice":
            return [levels(rng), replace(levels(rng), instance=1)]
        case "all":
            bricks = [straighten(degrees), crop(rng, size, degrees)]
            return bricks + [make(rng) for make in (white_balance, exposure, enhance, highlights_shadows, levels)]
        case "dodge-crop":
            return [straighten(degrees), crop(rng, size, degrees), PAINTED["dodge"](rng)]
        case "undrawn-dodge":
            # A row with a mask, and a preview in which nothing was painted.
            still = replace(PAINTED["dodge"](rng), inputs={"inputExposure": 0.0})
            return [exposure(rng), enhance(rng), highlights_shadows(rng), levels(rng), still]
        case "edited-dodge" | "edited-burn":
            # Painted on top of an edit of the whole picture.
            edit = [make(rng) for make in (exposure, enhance, highlights_shadows, levels)]
            return [*edit, PAINTED[name.removeprefix("edited-")](rng)]
        case "dodge-burn":
            return [PAINTED["dodge"](rng), replace(PAINTED["burn"](rng), instance=1)]
        case "random":
            return _random_look(rng, size)
        case _:
            return [_SIMPLE[name](rng)]


def _neutral(rng: random.Random) -> Brick:
    """A brick that was added and never moved: every value at rest."""
    brick = rng.choice((exposure, enhance, levels))(rng)
    rest = {"inputSaturation": 1.0, "inputMode": 2, "inputVibranceLegacyVersion": 1}
    inputs: Inputs = {}
    for key, value in brick.inputs.items():
        handle = next(
            (at for name, at in HANDLES.items() if key.startswith((f"input{name}Src", f"input{name}Dst"))), None
        )
        neutral: Value = rest.get(key, 0.0 if isinstance(value, float) else value)
        inputs[key] = handle if handle is not None else neutral
    inputs.update((key, 0) for key in inputs if key == "inputSaturationLegacyVersion")
    return replace(brick, inputs=inputs)


def _random_look(rng: random.Random, size: Size) -> list[Brick]:
    bricks: list[Brick] = []
    if rng.random() < 0.12:
        degrees = angle(rng)
        bricks.append(straighten(degrees))
        if rng.random() < 0.7:
            bricks.append(crop(rng, size, degrees))
    elif rng.random() < 0.25:
        bricks.append(crop(rng, size, 0.0))
    chances = {
        white_balance: 0.35,
        exposure: 0.55,
        enhance: 0.5,
        highlights_shadows: 0.3,
        levels: 0.3,
    }
    bricks += [make(rng) for make, chance in chances.items() if rng.random() < chance]
    if rng.random() < 0.08:
        bricks.append(rng.choice(list(UNKNOWN.values()))(rng))
    if bricks and rng.random() < 0.06:
        which = rng.randrange(len(bricks))
        bricks[which] = replace(bricks[which], enabled=False)
    return bricks


def geometry_of(bricks: list[Brick]) -> tuple[float, Rectangle | None]:
    """The angle and crop that Aperture renders: enabled bricks only, a crop of no area ignored."""
    degrees, area = 0.0, None
    for brick in bricks:
        if not brick.enabled:
            continue
        if brick.identifier == "RKStraightenCropOperation":
            degrees = float(brick.inputs["inputRotation"])  # type: ignore[arg-type]
        if brick.identifier == "RKCropOperation":
            x, y, width, height = (
                float(brick.inputs[f"input{key}"])  # type: ignore[arg-type]
                for key in ("XOrigin", "YOrigin", "Width", "Height")
            )
            area = Rectangle(x, y, width, height) if width > 0 and height > 0 else None
    return degrees, area
