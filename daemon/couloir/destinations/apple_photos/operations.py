"""Aperture's adjustments as the entries of Photos' list, under the names and in the domains that they share.

Identifiers and keys are those of Photos' own serializer (PhotoImaging of iOS 26, read for its behaviour); ranges those
of the schema that `neilpa/photohack` printed from Photos. A real Photos file of 2020 names Apple's RAW operation by
Aperture's class. Values beyond a range are cut at its end: Photos refuses a file with one that is not valid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from couloir.aperture import adjustments as ap
from couloir.destinations.apple_photos.aae import Adjustment, compose_adjustment

_HANDLES: Final = {"Black": "black", "Shadow": "shadow", "Mid": "mid", "Hilight": "highlight", "White": "white"}
_CHANNELS: Final = {"RGB": "rgb", "Red": "red", "Green": "green", "Blue": "blue"}
_CURVES: Final = {("RGB" if own == "rgb" else own) + "CurvePoints": own for own in _CHANNELS.values()}
_STRAIGHT: Final = ((0.0, 0.0), (1.0, 1.0))
_REPAIR, _CLONE = 0, 1  # Photos' numbers for the two kinds of a retouch stroke
_ENTIRE: Final = 1.0

HUES: Final = {
    "reds": (1.0, 0.0, 0.0),
    "yellows": (1.0, 1.0, 0.0),
    "greens": (0.0, 1.0, 0.0),
    "cyans": (0.0, 1.0, 1.0),
    "blues": (0.0, 0.0, 1.0),
    "magentas": (1.0, 0.0, 1.0),
}
"""The colours of Aperture's six fixed ranges."""


def compose(adjustment: object) -> list[Adjustment]:
    """The entries for one adjustment; none where Photos has no operation of this kind, or where it changes nothing."""
    if getattr(adjustment, "is_neutral", False):
        return []
    composer = _COMPOSERS.get(type(adjustment))
    return [] if composer is None else list(composer(adjustment))


def _raw(adjustment: ap.RawFineTuning) -> Iterator[Adjustment]:
    if adjustment.decoder is not None:
        yield compose_adjustment("RKRawDecodeOperation", {"inputMethodVersion": adjustment.decoder})


def _white_balance(adjustment: ap.WhiteBalance) -> Iterator[Adjustment]:
    # The old form, with the colour that was picked: Photos computes its own numbers from it when it reads the file.
    match adjustment.mode:
        case ap.WhiteBalanceMode.TEMPERATURE_TINT:
            if (adjustment.temperature, adjustment.tint) == (5000.0, 0.0):
                return
            settings: dict[str, object] = {
                "temperature": _within(adjustment.temperature, 2000.0, 32000.0),
                "tint": _within(adjustment.tint, -150.0, 150.0),
            }
        case ap.WhiteBalanceMode.NATURAL_GRAY:
            settings = {
                **_color("grayColor", adjustment.gray_color),
                "grayWarmth": _within(adjustment.gray_warmth, 0.0, 1.0),
            }
        case ap.WhiteBalanceMode.SKIN_TONE:
            settings = {
                **_color("faceColor", adjustment.face_color),
                "faceWarmth": _within(adjustment.face_warmth, 0.0, 1.0),
            }
    yield compose_adjustment("WhiteBalance", {"colorType": int(adjustment.mode), **settings})


def _color(name: str, color: tuple[float, float, float]) -> dict[str, object]:
    return {
        name: {"colorComponents": [_within(part, 0.0, 1.0) for part in color]},
        "EV": 0.0,
        "slope": 1.0,
        "bias": 0.0,
    }


def _levels(adjustment: ap.Levels) -> Iterator[Adjustment]:
    keys = {
        f"input{handle}{end}{channel}": _within(getattr(getattr(adjustment, own), field)[number], 0.0, 1.0)
        for channel, own in _CHANNELS.items()
        for handle, field in _HANDLES.items()
        for number, end in enumerate(("Src", "Dst"))
    }
    if any(not getattr(adjustment, own).is_identity for own in _CHANNELS.values()):
        yield compose_adjustment("RKLevelsOperation", {"inputKeys": keys, "inputColorSpace": "sRGB"})


def compose_curves(curves: Mapping[str, tuple[tuple[float, float], ...]]) -> Adjustment:
    """Photos' Curves from points (x, y) by "rgb", "red", "green" and "blue"; a channel that is missing is straight."""
    keys = {
        key: [
            {"x": _within(x, 0.0, 2.0), "y": _within(y, 0.0, 2.0), "editable": True}
            for x, y in curves.get(channel) or _STRAIGHT
        ]
        for key, channel in _CURVES.items()
    }
    return compose_adjustment("RKCurvesOperation", {"inputKeys": keys})


def _curves(adjustment: ap.Curves) -> Iterator[Adjustment]:
    stored = {channel: getattr(adjustment, channel) for channel in _CURVES.values()}
    moved = {channel: curve.points for channel, curve in stored.items() if curve is not None and not curve.is_identity}
    if moved:
        yield compose_curves(moved)


def _selective(adjustment: ap.Color) -> Iterator[Adjustment]:
    corrections = []
    for each in adjustment.ranges:
        color = HUES.get(each.name, each.color)
        if color is None or each.is_neutral:
            continue
        red, green, blue = color
        corrections.append(
            {
                "red": _within(red, 0.0, 1.0),
                "green": _within(green, 0.0, 1.0),
                "blue": _within(blue, 0.0, 1.0),
                "hueShift": _within(each.hue_shift or 0.0, -60.0, 60.0),
                "saturation": _within(each.saturation or 0.0, -100.0, 100.0),
                "luminance": _within(each.luminance or 0.0, -70.0, 70.0),
                "spread": _within(_ENTIRE if each.spread is None else each.spread, 0.0, 2.0),
            }
        )
    if corrections:
        yield compose_adjustment("RKSelectiveColorOperation", {"corrections": corrections})


def _numbers(identifier: str, **ranges: tuple[float | None, float, float]) -> Iterator[Adjustment]:
    """An operation of plain numbers: (value, low, high) by key; nothing where none is stored."""
    given = {key: _within(value, low, high) for key, (value, low, high) in ranges.items() if value is not None}
    if given:
        yield compose_adjustment(identifier, given)


def _noise(adjustment: ap.NoiseReduction) -> Iterator[Adjustment]:
    return _numbers(
        "RKNoiseReductionOperation",
        inputRadius=(adjustment.radius, 0.0, 10.0),
        inputEdgeDetail=(adjustment.edge_detail, 0.0, 6.0),
    )


def _raw_noise(adjustment: ap.RawNoiseReduction) -> Iterator[Adjustment]:
    return _numbers(
        "DGRAWReduceNoiseOperation",
        inputLNRAmount=(adjustment.luminance, -0.1, 1.0),
        inputCNRAmount=(adjustment.color, -1.0, 1.0),
        inputDetailAmount=(adjustment.detail, 0.0, 3.0),
    )


def _edge_sharpen(adjustment: ap.EdgeSharpen) -> Iterator[Adjustment]:
    return _numbers(
        "RKProSharpenOperation",
        inputSharpness=(adjustment.intensity, 0.0, 2.0),
        inputEdgeScale=(adjustment.edges, 0.0, 1.0),
        inputFalloff=(adjustment.falloff, 0.0, 1.0),
    )


def _definition(adjustment: ap.Definition) -> Iterator[Adjustment]:
    return _numbers("DGDefinition2Operation", inputIntensity=(adjustment.intensity, 0.0, 2.0))


def _definition_of(adjustment: ap.Enhance) -> Iterator[Adjustment]:
    # Definition is the one part of Enhance that Photos has as an operation of its own, and local.
    if adjustment.definition:
        yield from _definition(ap.Definition(adjustment.definition))


def _vignette(adjustment: ap.Vignette) -> Iterator[Adjustment]:
    return _numbers(
        "DGVignetteEffectOperation",
        inputIntensity=(adjustment.intensity, -1.0, 1.0),
        inputRadius=(adjustment.radius, 0.0, 2.0),
        inputFalloff=(adjustment.falloff, 0.0, 1.0),
    )


def _retouch(adjustment: ap.Retouch) -> Iterator[Adjustment]:
    strokes = [stroke for each in adjustment.strokes if (stroke := _stroke(each)) is not None]
    if strokes:
        keys = {"inputStrokes": strokes, "inputDetectedFaces": []}
        yield compose_adjustment("RKRetouchOperation", {"inputKeys": keys})


def _stroke(stroke: ap.Stroke) -> dict[str, object] | None:
    if not stroke.points or stroke.radius is None:
        return None
    clone = stroke.repairs is False
    if clone and stroke.source is None:
        return None
    right, up = stroke.source or (0.0, 0.0)
    return {
        "version": 1,
        "mode": _CLONE if clone else _REPAIR,
        "repairEdges": False,
        # Photos leaves out strokes whose source is stated as missing; a repair finds its own.
        **({"hasSource": True} if stroke.source is not None else {}),
        "sourceOffset": {"x": right, "y": up},
        "brushStroke": {
            "version": 1,
            "radius": stroke.radius,
            "softness": _within(0.5 if stroke.softness is None else stroke.softness, 0.0, 1.0),
            "opacity": _within(_ENTIRE if stroke.opacity is None else stroke.opacity, 0.0, 1.0),
            "data": [{"xLocation": x, "yLocation": y, "pressure": 1.0} for x, y in stroke.points],
        },
    }


def _red_eye(adjustment: ap.RedEye) -> Iterator[Adjustment]:
    spots = [
        {
            "center": {"x": each.center[0], "y": each.center[1]},
            "radius": each.radius,
            "sensitivity": _within(_ENTIRE if each.sensitivity is None else each.sensitivity, 0.0, 1.0),
        }
        for each in adjustment.spots
        if each.center is not None and each.radius is not None
    ]
    if spots:
        yield compose_adjustment("RKRedEyeOperation", {"inputKeys": {"inputSpots": spots}})


def _within(value: float, low: float, high: float) -> float:
    return min(max(float(value), low), high)


_COMPOSERS: Final[Mapping[type, Callable[[Any], Iterator[Adjustment]]]] = {
    ap.RawFineTuning: _raw,
    ap.WhiteBalance: _white_balance,
    ap.Enhance: _definition_of,
    ap.Levels: _levels,
    ap.Curves: _curves,
    ap.Color: _selective,
    ap.NoiseReduction: _noise,
    ap.RawNoiseReduction: _raw_noise,
    ap.EdgeSharpen: _edge_sharpen,
    ap.Definition: _definition,
    ap.Vignette: _vignette,
    ap.Retouch: _retouch,
    ap.RedEye: _red_eye,
}
