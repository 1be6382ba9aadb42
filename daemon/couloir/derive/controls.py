"""Develop settings as a vector that a solver can change: the outputs of the learned residual, then HSL, calibration,
the black and white mix and the vignette.

Changes are in normalised units (`Output.size` in the slider's own unit), so that one unit is about equally visible for
every parameter. White balance and colour toning have no slider key here; `derive.residual.outputs` gives the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from couloir.derive.residual.correction import Correction, WhiteBalance
from couloir.derive.residual.outputs import OUTPUTS, TONING, Output
from couloir.engines.incremental_white_balance import from_temperature_tint
from couloir.lightroom.keys import COLOURS, WHITE_BALANCE_KEYS
from couloir.lightroom.settings import SETTINGS, DevelopSettings, PhotoKind, SettingValue, clamp

_COLOUR_SIZE: Final = 10.0
_BANDS: Final = (("hue", "HueAdjustment"), ("saturation", "SaturationAdjustment"), ("luminance", "LuminanceAdjustment"))
_PRIMARIES: Final = ("Red", "Green", "Blue")

COLOUR: Final = (
    *(
        Output(f"{name}_{colour.lower()}", "slider", _COLOUR_SIZE, f"{key}{colour}")
        for name, key in _BANDS
        for colour in COLOURS
    ),
    *(
        Output(f"primary_{part.lower()}_{primary.lower()}", "slider", _COLOUR_SIZE, f"{primary}{part}")
        for primary in _PRIMARIES
        for part in ("Hue", "Saturation")
    ),
    Output("shadow_tint", "slider", _COLOUR_SIZE, "ShadowTint"),
)
"""HSL and calibration sliders. No model expects anything of them: only a photo's own pictures move them."""

MIXER: Final = tuple(
    Output(f"grey_{colour.lower()}", "slider", _COLOUR_SIZE, f"GrayMixer{colour}") for colour in COLOURS
)
"""The black and white mix, which acts where the photo is black and white."""

VIGNETTE: Final = (
    Output("vignette", "slider", 5.0, "PostCropVignetteAmount"),
    Output("vignette_midpoint", "slider", _COLOUR_SIZE, "PostCropVignetteMidpoint"),
    Output("vignette_feather", "slider", _COLOUR_SIZE, "PostCropVignetteFeather"),
)
"""Post-crop vignetting; where the amount is 0, the others change nothing."""

PARAMETERS: Final[Mapping[str, Output]] = {output.name: output for output in (*OUTPUTS, *COLOUR, *MIXER, *VIGNETTE)}
"""Every parameter by its name, in a fixed order."""

_NAMES: Final[Mapping[str, str]] = {output.key: name for name, output in PARAMETERS.items() if output.key is not None}
_BY_PICTURE: Final = (*COLOUR, *MIXER, *VIGNETTE)
_MIX_KEYS: Final = tuple(f"GrayMixer{colour}" for colour in COLOURS)
_NEUTRAL_KELVIN: Final = 5000.0  # where `from_temperature_tint` gives (0, 0)


def move(
    settings: DevelopSettings,
    changes: Mapping[str, float],
    kind: PhotoKind,
    as_shot: tuple[float, float] | None = None,
) -> DevelopSettings:
    """The settings with `changes` (parameter name to normalised units) added, rounded and within Lightroom's ranges.

    `as_shot` is a RAW file's own (kelvin, tint). Without it, white balance "As Shot" is left unchanged.
    """
    sliders = {
        key: _number(settings, key) for key in (*_keys(changes), *(key for pair in TONING.values() for key in pair))
    }
    before = dict(sliders)
    physical = {name: change * PARAMETERS[name].size for name, change in changes.items()}
    balance = _balance(settings, kind, as_shot)
    wanted, new_balance = Correction(None, physical).apply_to(sliders, balance, kind)
    for output in _BY_PICTURE:
        if output.name in physical and output.key is not None:
            wanted[output.key] = before[output.key] + physical[output.name]
    values: dict[str, SettingValue] = {
        key: clamp(key, value)[0] for key, value in wanted.items() if value != before[key]
    }
    if not values.keys().isdisjoint(_MIX_KEYS):  # Lightroom chooses those of a mix that are not stated
        values = {**{key: clamp(key, before.get(key, _number(settings, key)))[0] for key in _MIX_KEYS}, **values}
    if new_balance is not None and new_balance != balance:
        values["WhiteBalance"] = "Custom"
        values.update(
            (key, clamp(key, value)[0]) for key, value in zip(WHITE_BALANCE_KEYS[kind], new_balance, strict=True)
        )
    return settings.merge(values)


def between(
    before: DevelopSettings,
    after: Mapping[str, object],
    kind: PhotoKind,
    as_shot: tuple[float, float] | None = None,
) -> dict[str, float]:
    """The changes, in normalised units, by which `move` gets from `before` to `after`; every parameter has a value.

    A RAW file's white balance counts as unchanged where either side has no temperature and `as_shot` is not known.
    """
    one, other = dict(before), dict(after)
    differing = {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}
    found = dict.fromkeys(PARAMETERS, 0.0)
    for key in differing & _NAMES.keys():
        name = _NAMES[key]
        found[name] = (_number(other, key) - _number(one, key)) / PARAMETERS[name].size
    for zone, keys in TONING.items():
        if not differing.isdisjoint(keys):
            for axis, start, end in zip("xy", _toning(one, keys), _toning(other, keys), strict=True):
                found[f"toning_{zone}_{axis}"] = (end - start) / PARAMETERS[f"toning_{zone}_{axis}"].size
    if not differing.isdisjoint(("WhiteBalance", *WHITE_BALANCE_KEYS[kind])):
        mired, tint = _balance_change(_balance(one, kind, as_shot), _balance(other, kind, as_shot), kind)
        found["temperature"] = mired / PARAMETERS["temperature"].size
        found["tint"] = tint / PARAMETERS["tint"].size
    return found


def limits(
    settings: DevelopSettings, names: Iterable[str], kind: PhotoKind, as_shot: tuple[float, float] | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lowest and the highest change of each parameter from these settings, in normalised units: two vectors.

    The two axes of toning share a circle of saturation 100; the limits are those of a box inside it. Both limits are
    zero for a RAW file's white balance that is not known.
    """
    low, high = [], []
    for name in names:
        output = PARAMETERS[name]
        if output.key is not None:
            setting, at = SETTINGS[output.key], _number(settings, output.key)
            down, up = float(cast("float", setting.low)) - at, float(cast("float", setting.high)) - at
        elif name in ("temperature", "tint"):
            down, up = _balance_limits(name, _balance(settings, kind, as_shot), kind)
        else:
            down, up = -70.0, 70.0
        low.append(down / output.size)
        high.append(up / output.size)
    return np.array(low), np.array(high)


def _balance_limits(name: str, balance: WhiteBalance, kind: PhotoKind) -> tuple[float, float]:
    """Limits in mired and tint. The sliders of rendered files end beyond 100 mired; `clamp` applies the exact range."""
    if kind is PhotoKind.RENDERED:
        return (-120.0, 120.0) if name == "temperature" else (-100.0, 100.0)
    if balance is None:
        return 0.0, 0.0
    key = WHITE_BALANCE_KEYS[kind][("temperature", "tint").index(name)]
    low, high = (float(cast("float", end)) for end in (SETTINGS[key].low, SETTINGS[key].high))
    if name == "tint":
        return low - balance[1], high - balance[1]
    return 1e6 / high - 1e6 / balance[0], 1e6 / low - 1e6 / balance[0]


def _keys(changes: Mapping[str, float]) -> Iterable[str]:
    return (key for name in changes if (key := PARAMETERS[name].key) is not None)


def _number(settings: Mapping[str, object], key: str) -> float:
    """A slider's value; where it is not stated, Lightroom's default, or 0 where the photo has one of its own."""
    return float(cast("float", settings.get(key, SETTINGS[key].default or 0.0)))


def _toning(settings: Mapping[str, object], keys: tuple[str, str]) -> tuple[float, float]:
    hue, saturation = np.radians(_number(settings, keys[0])), _number(settings, keys[1])
    return float(saturation * np.cos(hue)), float(saturation * np.sin(hue))


def _balance(settings: Mapping[str, object], kind: PhotoKind, as_shot: tuple[float, float] | None) -> WhiteBalance:
    keys = WHITE_BALANCE_KEYS[kind]
    if settings.get("WhiteBalance") == "Custom" and keys[0] in settings:
        return _number(settings, keys[0]), _number(settings, keys[1])
    return as_shot if kind is PhotoKind.RAW else None


def _balance_change(one: WhiteBalance, other: WhiteBalance, kind: PhotoKind) -> tuple[float, float]:
    """(mired, tint) from one white balance to the other."""
    if kind is PhotoKind.RAW:
        if one is None or other is None:
            return 0.0, 0.0
        return 1e6 / other[0] - 1e6 / one[0], other[1] - one[1]
    one, other = one or (0.0, 0.0), other or (0.0, 0.0)
    return _temperature_tint(other[0] - one[0], other[1] - one[1])


@lru_cache(maxsize=4096)
def _temperature_tint(by_temperature: float, by_tint: float) -> tuple[float, float]:
    """The inverse of `from_temperature_tint`, in mired from neutral and tint, by Newton's method."""
    if not by_temperature and not by_tint:
        return 0.0, 0.0
    wanted, at, small = np.array([by_temperature, by_tint]), np.zeros(2), 0.05
    for _ in range(20):
        here = _increments(at)
        slope = np.stack([(_increments(at + step) - here) / small for step in small * np.eye(2)], axis=1)
        step = np.linalg.solve(slope, wanted - here)
        at = at + np.clip(step, -60, 60)
        if np.abs(step).max() < 1e-6:
            break
    return float(at[0]), float(at[1])


def _increments(at: NDArray[np.float64]) -> NDArray[np.float64]:
    mired = max(1e6 / _NEUTRAL_KELVIN + float(at[0]), 10.0)
    return np.array(from_temperature_tint(1e6 / mired, float(at[1])))
