"""A set of develop settings that Lightroom accepts unchanged.

Lightroom silently drops an out-of-range value (measured for 53 of 57 sliders), and ignores an unknown key as well
as white balance numbers without `WhiteBalance` "Custom" in the same table. Such settings cannot be built here:
`DevelopSettings` refuses them, and `clamp` brings a computed value into its slider's range and says whether it did.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from couloir.lightroom.keys import (
    BOTH_KINDS,
    CROP_KEYS,
    LINEAR_CURVE,
    PROCESS_VERSION,
    RAW_ONLY,
    RAW_WHITE_BALANCE,
    SETTINGS,
    WHITE_BALANCE_NUMBERS,
    PhotoKind,
    Setting,
    SettingType,
    SettingValue,
    XmpForm,
)

__all__ = [
    "CROP_KEYS",
    "LINEAR_CURVE",
    "PROCESS_VERSION",
    "SETTINGS",
    "DevelopSettings",
    "PhotoKind",
    "Setting",
    "SettingType",
    "SettingValue",
    "XmpForm",
    "clamp",
]

# Fields of a look become XML names. Real looks nest three levels: look, parameters, group.
_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*", re.ASCII)
_MAX_DEPTH = 8
# The look's amount, and a text by language.
_PLAIN_FIELDS: Mapping[str, tuple[type, ...]] = {"Amount": (int, float), "x-default": (str,)}


_NUMBERS = frozenset({int, float})
_PLAIN = frozenset({int, float, str, bool})


def _known(key: str) -> Setting:
    try:
        return SETTINGS[key]
    except KeyError:
        raise ValueError(f"{key!r} is not a Lightroom develop setting that Couloir writes") from None


def _is_finite(number: float) -> bool:
    """False for NaN and infinities, and for whole numbers that no float can hold."""
    return abs(number) <= sys.float_info.max


def clamp(key: str, value: float) -> tuple[float, bool]:
    """The value rounded to the slider's step and brought into its range; True when the range cut it.

    Raises ValueError for an unknown key, a key that is not a number, and a value that is not finite.

    >>> clamp("Exposure2012", 1.234), clamp("Exposure2012", 7.5)
    ((1.23, False), (5.0, True))
    """
    setting = _known(key)
    if not setting.is_numeric or setting.low is None or setting.high is None:
        raise ValueError(f"{key} is {setting.type}, not a number that can be clamped")
    if not _is_finite(value):
        raise ValueError(f"{key} cannot be {value!r}: not a finite number")
    rounded = round(float(value), setting.decimals) + 0.0  # + 0.0 turns -0.0 into 0.0
    cut = min(max(rounded, float(setting.low)), float(setting.high))
    return cut, cut != rounded


def _number(setting: Setting, value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(  # noqa: TRY004 - every refusal here is a ValueError, whatever is wrong with the value
            f"{setting.key} cannot be {value!r}: a number from {setting.low} to {setting.high} is needed"
        )
    if setting.type is SettingType.INTEGER and _is_finite(value) and value != int(value):
        raise ValueError(f"{setting.key} cannot be {value!r}: a whole number is needed; use clamp")
    in_range, was_clamped = clamp(setting.key, value)
    if was_clamped:
        raise ValueError(f"{setting.key} cannot be {value!r}: the range is {setting.low} to {setting.high}")
    return int(in_range) if setting.type is SettingType.INTEGER else in_range


def _curve(setting: Setting, value: object) -> tuple[float, ...]:
    """Points as x1, y1, x2, y2 ... rounded to whole levels, which is how XMP spells them."""
    problem = None
    if not isinstance(value, tuple | list) or len(value) < 4 or len(value) % 2:
        problem = "two or more points x1, y1, x2, y2 ... are needed"
    elif not all(isinstance(v, int | float) and not isinstance(v, bool) and _is_finite(v) for v in value):
        problem = "every coordinate must be a finite number"
    else:
        levels = tuple(round(v) for v in value)
        xs = levels[::2]
        if not all(0 <= level <= 255 for level in levels):
            problem = "coordinates run from 0 to 255"
        elif any(right <= left for left, right in pairwise(xs)):
            problem = "x must ascend"
        else:
            return levels
    raise ValueError(f"{setting.key} cannot be {value!r}: {problem}")


def _look(fields: Mapping[object, object], depth: int = 1) -> Mapping[str, object]:
    """A look's fields, frozen. Those that are develop settings themselves must be ones that Lightroom takes."""
    if depth > _MAX_DEPTH:
        raise ValueError(f"Look is more than {_MAX_DEPTH} levels deep")
    found: dict[str, object] = {}
    for key, value in fields.items():
        if not isinstance(key, str) or not _FIELD_NAME.fullmatch(key) or key == "Look":
            raise ValueError(f"Look cannot have a field named {key!r}")
        if isinstance(value, Mapping) and key not in SETTINGS.keys() | _PLAIN_FIELDS.keys():
            found[key] = _look(value, depth + 1)
        else:
            found[key] = _look_value(key, value)
    return MappingProxyType(found)


def _look_value(key: str, value: object) -> object:
    if key in SETTINGS:
        return _checked(SETTINGS[key], value)
    if key in _PLAIN_FIELDS:
        if type(value) in _PLAIN_FIELDS[key] and _is_plain(value):
            return value
    elif isinstance(value, bool) or _is_plain(value):
        return value
    elif isinstance(value, list | tuple) and all(map(_is_plain, value)):
        return tuple(value)
    raise ValueError(f"Look cannot have {value!r} as its {key}")


def _is_plain(value: object) -> bool:
    """A text, or a number that XMP can spell."""
    return isinstance(value, str) or (
        isinstance(value, int | float) and not isinstance(value, bool) and _is_finite(value)
    )


def _thawed(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _thawed(inner) for key, inner in value.items()}
    return [_thawed(inner) for inner in value] if isinstance(value, tuple) else value


def _remembered(key: str, value: object) -> SettingValue:
    """`_checked` with a cache for single values: a library repeats few values, and a lookup is faster than a check.

    Of curves only those of plain numbers are cached: (0, 0, True, 255) equals (0, 0, 1, 255), and a tuple may hold
    values that cannot be hashed.
    """
    if (
        type(value) in _PLAIN
        or isinstance(value, str | int | float)
        or (type(value) is tuple and _NUMBERS.issuperset(map(type, value)))
    ):
        return _checked_once(key, value)
    return _checked(_known(key), value)


@lru_cache(maxsize=8192, typed=True)
def _checked_once(key: str, value: str | float | tuple[float, ...]) -> SettingValue:
    return _checked(_known(key), value)


def _checked(setting: Setting, value: object) -> SettingValue:
    if setting.is_numeric:
        return _number(setting, value)
    if setting.type is SettingType.CURVE:
        return _curve(setting, value)
    if setting.type is SettingType.BOOLEAN and isinstance(value, bool):
        return value
    if setting.type is SettingType.TABLE and isinstance(value, Mapping):
        return _look(value)
    if setting.type is SettingType.TEXT and isinstance(value, str) and value.isprintable() and value:
        if setting.words and value not in setting.words:
            raise ValueError(f"{setting.key} cannot be {value!r}: one of {', '.join(setting.words)} is needed")
        return value
    raise ValueError(f"{setting.key} cannot be {value!r}: {setting.type} is needed")


@lru_cache(maxsize=256)
def _kinds_of(keys: frozenset[str]) -> frozenset[PhotoKind]:
    return BOTH_KINDS.intersection(*(SETTINGS[key].kinds for key in keys))


class DevelopSettings(Mapping[str, SettingValue]):
    """Develop settings that Lightroom accepts unchanged: immutable, every value known, in range and consistent.

    Numbers are rounded to their slider's step, curves to whole levels, so that the plug-in and XMP say the same.
    Iterates in Lightroom's panel order. Raises ValueError naming the key, the value and what is allowed.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, object] | None = None) -> None:
        self._take({key: _remembered(key, value) for key, value in dict(values or {}).items()})

    def _take(self, checked: Mapping[str, SettingValue]) -> None:
        """These values, each of which Lightroom accepts by itself, if it accepts them together."""
        self._values: dict[str, SettingValue] = {key: checked[key] for key in SETTINGS if key in checked}
        self._check_white_balance()
        self._check_crop()

    def _check_white_balance(self) -> None:
        numbers = sorted(WHITE_BALANCE_NUMBERS & self._values.keys())
        if numbers and self._values.get("WhiteBalance") != "Custom":
            raise ValueError(f'{", ".join(numbers)} without WhiteBalance="Custom": Lightroom would ignore them')
        if not self.kinds:
            raise ValueError("white balance keys of raw files and of rendered files cannot be mixed")

    def _check_crop(self) -> None:
        missing = [key for key in CROP_KEYS if key not in self._values]
        if len(missing) == len(CROP_KEYS):
            return
        if missing:
            raise ValueError(f"the crop needs all five numbers; missing: {', '.join(missing)}")
        left, top, right, bottom, angle = (float(self._values[key]) for key in CROP_KEYS)  # type: ignore[arg-type]
        # The corners are those of the turned rectangle: a narrow one that is turned far has its corners swapped on one
        # axis, but never on the axis that it is turned towards (crop.Crop has the formula).
        if (angle >= 0 and bottom <= top) or (angle <= 0 and right <= left):
            raise ValueError(f"the crop ({left}, {top}, {right}, {bottom}) at {angle} degrees has no area")

    @property
    def kinds(self) -> frozenset[PhotoKind]:
        """The kinds of photo that these settings can be given to."""
        kinds = _kinds_of(frozenset(self._values))
        return kinds & RAW_ONLY if self._values.get("WhiteBalance") in RAW_WHITE_BALANCE else kinds

    def merge(self, other: Mapping[str, object]) -> DevelopSettings:
        """These settings with the other's on top.

        White balance consists of several keys: when `other` states `WhiteBalance`, the numbers of these settings for it
        go.
        """
        mine = dict(self._values)
        if "WhiteBalance" in other:
            for key in WHITE_BALANCE_NUMBERS:
                mine.pop(key, None)
        merged = DevelopSettings.__new__(DevelopSettings)
        merged._take({**mine, **{key: _remembered(key, value) for key, value in other.items()}})
        return merged

    def as_dict(self) -> dict[str, object]:
        """Plain data for JSON, under Lightroom's own keys; curves are flat lists."""
        return {key: value if type(value) in _PLAIN else _thawed(value) for key, value in self._values.items()}

    def __getitem__(self, key: str) -> SettingValue:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"DevelopSettings({self.as_dict()!r})"

    def __reduce__(self) -> tuple[type[DevelopSettings], tuple[dict[str, object]]]:
        return DevelopSettings, (self.as_dict(),)
