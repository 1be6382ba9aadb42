"""Reads adjustments that are known only by Apple's classes.

Their input names come from Apple's own headers, which lack defaults, scales and most identifiers. So an absent input is
None, never a guessed default, and nothing is converted.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from couloir.aperture.adjustments import (
    BlackWhite,
    Brush,
    ChromaticAberration,
    Color,
    ColorRange,
    Curves,
    Definition,
    Devignette,
    EdgeSharpen,
    Flip,
    Gamma,
    IPhotoEffects,
    Monochrome,
    NoiseReduction,
    PhoneEdits,
    QuickBrush,
    RawNoiseReduction,
    RedEye,
    Retouch,
    Sepia,
    Sharpen,
    Spot,
    SpotPatch,
    Stroke,
    ToneCurve,
    Vignette,
)
from couloir.aperture.archive import read_archive
from couloir.aperture.typed.inputs import Inputs, UnusableInput
from couloir.errors import BadArchive

#: Control points that are nearer in x cannot be set by hand, and a spline through them has no meaning.
LEAST_CURVE_STEP = 1 / 1024

_HUES = ("Reds", "Yellows", "Greens", "Cyans", "Blues", "Magentas")
_CURVES = ("RGB", "Red", "Green", "Blue", "Luminance")
_EFFECTS = ("BlackAndWhite", "Sepia", "Antique", "Matte", "Vignette", "EdgeBlur", "Fade", "Boost")
_PHONE = ("Strength", "Warmth", "OrigI", "OrigQ", "Shadows", "Highlights", "Vibrancy")
#: The class of each quick brush, without DGGNG and Operation, and its inputs.
BRUSHES: Mapping[str, tuple[Brush, tuple[str, ...]]] = {
    "Dodge": (Brush.DODGE, ("Exposure",)),
    "Burn": (Brush.BURN, ("Exposure",)),
    "Multiply": (Brush.POLARIZE, ("Intensity",)),
    "OverlayBlend": (Brush.INTENSIFY_CONTRAST, ("Intensity",)),
    "Contrast": (Brush.CONTRAST, ("Contrast",)),
    "Definition": (Brush.DEFINITION, ("Radius", "Intensity")),
    "Saturation": (Brush.SATURATION, ("Saturation",)),
    "Vibrancy": (Brush.VIBRANCY, ("Amount",)),
    "Sharpen": (Brush.SHARPEN, ("Sharpness",)),
    "Blur": (Brush.BLUR, ("Intensity",)),
    "Noise": (Brush.NOISE, ("Radius", "EdgeDetail")),
    "SkinSmoothing": (Brush.SKIN_SMOOTHING, ("Radius", "EdgeDetail", "Intensity")),
    "Tint": (Brush.TINT, ("Angle",)),
    "Defringe": (Brush.HALO_REDUCTION, ()),
}


def flip(_inputs: Inputs) -> Flip:
    return Flip()


def curves(inputs: Inputs) -> Curves:
    read: dict[str, ToneCurve | None] = {}
    unread: list[str] = []
    for channel in _CURVES:
        stored = [inputs.raw(key) for key in (f"input{channel}CurvePoints", f"input{channel}Data")]
        data = next((value for value in stored if value is not None), None)
        points = _points(data)
        read[channel.lower()] = ToneCurve(points) if points else None
        if data is not None and points is None:
            unread.append(channel.lower())
    return Curves(**read, unread=tuple(unread))


def _points(data: object) -> tuple[tuple[float, float], ...] | None:
    """Control points from a list of dictionaries, or from an archive of one; None for any other layout."""
    if isinstance(data, bytes):
        try:
            data = read_archive(data, "curve")
        except BadArchive:
            return None  # the form's `unread` reports it
    if not isinstance(data, list) or len(data) < 2 or not all(isinstance(each, dict) for each in data):
        return None
    try:
        points = sorted(
            (each.number("x", -1.0), each.number("y", 0.0)) for each in (Inputs(d, None, None) for d in data)
        )
    except UnusableInput:
        return None
    drawable = all(right[0] - left[0] >= LEAST_CURVE_STEP for left, right in pairwise(points))
    within = points[0][0] >= 0 and points[-1][0] <= 2 and all(-1 <= y <= 3 for _, y in points)
    return tuple(points) if drawable and within else None


def color(inputs: Inputs) -> Color:
    """The brick's six fixed hues and the six colours picked in selective colour; ranges without a value are left
    out.
    """
    found = [_color_range(inputs, name) for name in (*_HUES, *"123456")]
    return Color(tuple(each for each in found if each != ColorRange(each.name)))


def _color_range(inputs: Inputs, name: str) -> ColorRange:
    return ColorRange(
        name.lower(),
        color=inputs.optional_color(f"input{name}Color"),
        hue_base=inputs.optional(f"input{name}HueBase"),
        hue_shift=inputs.optional(f"input{name}HueShift"),
        saturation=inputs.optional(f"input{name}Saturation"),
        luminance=inputs.optional(f"input{name}Luminance"),
        spread=inputs.optional(f"input{name}Spread"),
    )


def black_white(inputs: Inputs) -> BlackWhite:
    return BlackWhite(
        preset=inputs.optional_whole("inputType"),
        red=inputs.optional("inputRValue"),
        green=inputs.optional("inputGValue"),
        blue=inputs.optional("inputBValue"),
    )


def monochrome(inputs: Inputs) -> Monochrome:
    return Monochrome(inputs.optional_color("inputColor"), inputs.optional("inputIntensity"))


def sepia(inputs: Inputs) -> Sepia:
    return Sepia(inputs.optional("inputIntensity"))


def gamma(inputs: Inputs) -> Gamma:
    return Gamma(inputs.optional("inputPower"))


def noise_reduction(inputs: Inputs) -> NoiseReduction:
    return NoiseReduction(inputs.optional("inputRadius"), inputs.optional("inputEdgeDetail"))


def raw_noise_reduction(inputs: Inputs) -> RawNoiseReduction:
    return RawNoiseReduction(
        luminance=inputs.optional("inputLNRAmount"),
        color=inputs.optional("inputCNRAmount"),
        detail=inputs.optional("inputDetailAmount"),
    )


def sharpen(inputs: Inputs) -> Sharpen:
    return Sharpen(inputs.optional("inputRadius"), inputs.optional("inputIntensity"))


def edge_sharpen(inputs: Inputs) -> EdgeSharpen:
    return EdgeSharpen(
        intensity=inputs.optional("inputSharpness"),
        edges=inputs.optional("inputEdgeScale"),
        falloff=inputs.optional("inputFalloff"),
    )


def definition(inputs: Inputs) -> Definition:
    return Definition(inputs.optional("inputIntensity"))


def vignette(inputs: Inputs) -> Vignette:
    return Vignette(
        kind=inputs.optional_whole("inputType"),
        intensity=inputs.optional("inputIntensity"),
        radius=inputs.optional("inputRadius"),
        falloff=inputs.optional("inputFalloff"),
    )


def devignette(inputs: Inputs) -> Devignette:
    return Devignette(
        kind=inputs.optional_whole("inputType"),
        intensity=inputs.optional("inputIntensity"),
        radius=inputs.optional("inputRadius"),
    )


def chromatic_aberration(inputs: Inputs) -> ChromaticAberration:
    return ChromaticAberration(inputs.optional("inputRedCyan"), inputs.optional("inputBlueYellow"))


def retouch(inputs: Inputs) -> Retouch:
    return Retouch(tuple(_stroke(each) for each in inputs.records("inputStrokes")))


def _stroke(inputs: Inputs) -> Stroke:
    brush = inputs.record("brushStroke")
    # Photos, which still writes these strokes, skips a source that hasSource denies.
    source = None if inputs.raw("hasSource") is False else inputs.point("sourceOffset")
    return Stroke(
        points=tuple((p.number("xLocation", 0.0), p.number("yLocation", 0.0)) for p in brush.records("data")),
        radius=brush.optional("radius"),
        softness=brush.optional("softness"),
        opacity=brush.optional("opacity"),
        repairs=_MODES.get(str(inputs.raw("mode"))),
        source=source,
    )


#: Photos' own numbers of the modes, the last of which is a newer repair; words stand in older notes.
_MODES: Mapping[str, bool] = {"0": True, "1": False, "2": True, "repair": True, "clone": False}


def spot_patch(inputs: Inputs) -> SpotPatch:
    return SpotPatch(_spots(inputs))


def red_eye(inputs: Inputs) -> RedEye:
    return RedEye(_spots(inputs))


def _spots(inputs: Inputs) -> tuple[Spot, ...]:
    return tuple(
        Spot(
            center=each.point("center"),
            radius=each.optional("radius"),
            softness=each.optional("softness"),
            opacity=each.optional("opacity"),
            patch=each.point("patchCenter"),
            sensitivity=each.optional("sensitivity"),
        )
        for each in inputs.records("inputSpots")
    )


def quick_brush(inputs: Inputs, name: str) -> QuickBrush:
    """`name` is one of BRUSHES."""
    brush, amounts = BRUSHES[name]
    return QuickBrush(brush, _amounts(inputs, amounts))


def iphoto_effects(inputs: Inputs) -> IPhotoEffects:
    found = {name: inputs.optional(f"input{name}Intensity") for name in _EFFECTS}
    kind = inputs.optional_whole("inputEffectType")
    return IPhotoEffects(kind, {name: value for name, value in found.items() if value is not None})


def phone_edits(inputs: Inputs) -> PhoneEdits:
    return PhoneEdits(_amounts(inputs, _PHONE))


def _amounts(inputs: Inputs, names: tuple[str, ...]) -> dict[str, float]:
    found = {name: inputs.optional(f"input{name}") for name in names}
    return {name: value for name, value in found.items() if value is not None}
