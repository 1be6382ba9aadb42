"""What Lightroom does with a table of develop settings.

Measured on Lightroom Classic 15.5: a partial table is merged; an unknown key is ignored; a value out of range is
dropped and the old one stays, except for four sliders, which clamp; a white balance number alone does not change
WhiteBalance.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..errors import RuleBroken, SdkError
from ..options import Options
from ..tables.develop import CLAMPED, COLOURS, DEFAULTS, KEYS, RENDERED_WHITE_BALANCE, Key
from .records import Photo

_MASKS = "MaskGroupBasedCorrections"
_PLACES = (_MASKS, "RetouchAreas", "RetouchInfo", "RedEyeInfo")
_INCREMENTAL = ("IncrementalTemperature", "IncrementalTint")
_TYPES: dict[str, tuple[type, ...]] = {
    "number": (int, float),
    "boolean": (bool,),
    "string": (str,),
    "table": (dict, list),
    "curve": (list,),
}


@dataclass(frozen=True, slots=True)
class Ignored:
    """A value that Lightroom dropped, and why; plug-in code gets no error."""

    photo: str
    key: str
    value: Any
    reason: str


def accepted(
    settings: Any,
    photo: Photo,
    options: Options,
    ignore: Callable[[Ignored], None],
    profiles: Collection[str] = (),
) -> dict[str, Any]:
    """The part of a table that will be stored, clamped where Lightroom clamps. `profiles` are the UUIDs of the enhanced
    profiles that Lightroom knows.

    Raises RuleBroken for an unknown key or a value of the wrong type, SdkError for a video or what is no table.
    """
    if not isinstance(settings, Mapping):
        raise SdkError("LrPhoto:applyDevelopSettings: the settings must be a table")
    if photo.is_video:
        raise SdkError("LrPhoto:applyDevelopSettings: videos have no develop settings")
    taken = {}
    for name, value in settings.items():
        key = KEYS.get(name)
        if key is None:
            if options.unknown_develop_key == "error":
                raise RuleBroken(f"LrPhoto:applyDevelopSettings: there is no develop setting called {name!r}")
            ignore(Ignored(photo.path, name, value, "unknown"))
            continue
        reason = _refusal(key, value, photo, settings, options) or _refused_look(key, value, options, profiles)
        if reason:
            ignore(Ignored(photo.path, name, value, reason))
        elif key.name in CLAMPED and key.low is not None and key.high is not None:
            taken[name] = min(max(value, key.low), key.high)
        else:
            taken[name] = value
    return taken


def _refusal(key: Key, value: Any, photo: Photo, settings: Mapping[str, Any], options: Options) -> str:
    """Why Lightroom drops a value silently; empty when it takes it."""
    _check_type(key, value)
    if key.only and key.only != photo.develop_kind:
        return f"only {key.only} files have it"
    if key.name in _INCREMENTAL and settings.get("WhiteBalance") != "Custom":
        return 'ignored unless WhiteBalance = "Custom" is in the same table'
    if key.name == "CameraProfile" and value not in options.profiles:
        return "no such profile"
    if key.name in _PLACES and value and options.places_by_lua == "dropped" and _has_brush(key.name, value):
        return "a brush or a retouched place by Lua"
    outside = key.type == "number" and key.low is not None and key.high is not None and not key.low <= value <= key.high
    if outside and key.name not in CLAMPED:
        return f"outside {key.low} to {key.high}"
    return ""


def _has_brush(name: str, value: Any) -> bool:
    masks = [mask.get("What") for each in value for mask in each.get("CorrectionMasks", ())] if name == _MASKS else []
    return name != _MASKS or "Mask/Aggregate" in masks


def _refused_look(key: Key, value: Any, options: Options, profiles: Collection[str]) -> str:
    if key.name != "Look" or options.unknown_look == "named" or not value or value.get("UUID") in profiles:
        return ""
    return "no such enhanced profile"


def _check_type(key: Key, value: Any) -> None:
    fits = isinstance(value, _TYPES[key.type]) and not (key.type == "number" and isinstance(value, bool))
    if not fits:
        raise RuleBroken(f"the develop setting {key.name} is a {key.type}, not {value!r}")
    if key.type == "number" and not math.isfinite(value):
        raise RuleBroken(f"the develop setting {key.name} cannot be {value!r}")
    if key.type == "curve":
        _check_curve(key, value)
    if key.words and value not in key.words:
        raise RuleBroken(f"the develop setting {key.name} cannot be {value!r}: it is one of {', '.join(key.words)}")


def _check_curve(key: Key, points: list[Any]) -> None:
    xs = points[0::2]
    good = (
        len(points) >= 4
        and len(points) % 2 == 0
        and all(isinstance(p, int | float) and not isinstance(p, bool) and 0 <= p <= 255 for p in points)
        and all(a < b for a, b in pairwise(xs))
    )
    if not good:
        raise RuleBroken(
            f"{key.name} is a flat array x1, y1, x2, y2, ... with ascending x from 0 to 255, not {points!r}"
        )


def apply(photo: Photo, taken: dict[str, Any], history_name: str, now: float) -> None:
    """Merges what was accepted and adds a step to the history."""
    photo.before_edit = dict(photo.develop)
    photo.edited_at = now
    if taken.get("WhiteBalance") not in (None, *RENDERED_WHITE_BALANCE) and photo.develop_kind == "rendered":
        taken = {key: value for key, value in taken.items() if key != "WhiteBalance"}
    photo.develop.update(taken)
    for empty in ("Look", "MaskGroupBasedCorrections"):
        if photo.develop.get(empty) == {}:
            del photo.develop[empty]
    photo.history.append((history_name, taken))


def live_table(photo: Photo, options: Options) -> dict[str, Any]:
    """What getDevelopSettings returns: defaults and what was set, without keys that exist only elsewhere."""
    live = {**DEFAULTS[photo.develop_kind], **photo.develop}
    if live.get("ConvertToGrayscale") is True:
        for colour in COLOURS:
            live.setdefault("GrayMixer" + colour, 0)
    if (parameters := live.get("Look", {}).get("Parameters")) and "RGBTable" in parameters:
        live["Look"] = {**live["Look"], "Parameters": {"RGBTableAmount": 1, **parameters}}
    if live.get("WhiteBalance") != "Custom" and photo.develop_kind == "rendered":
        live["IncrementalTemperature"] = live["IncrementalTint"] = 0
    if options.readback == "single":
        return {key: _single(value) if isinstance(value, float) else value for key, value in live.items()}
    return live


def _single(value: float) -> float:
    rounded: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return rounded


def cropped_size(photo: Photo, width: float, height: float) -> tuple[int, int]:
    """Pixels of the crop: its corners are those of the rotated rectangle."""
    develop = {**DEFAULTS["raw"], **photo.develop}
    across = (develop["CropRight"] - develop["CropLeft"]) * width
    down = (develop["CropBottom"] - develop["CropTop"]) * height
    angle = math.radians(develop["CropAngle"])
    return (
        round(across * math.cos(angle) + down * math.sin(angle)),
        round(down * math.cos(angle) - across * math.sin(angle)),
    )
