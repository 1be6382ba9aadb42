"""An adjustment's inputKeys as numbers, colours, points and curves."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from couloir.aperture.adjustments import Point
from couloir.json_text import number_name
from couloir.language import mark

#: No slider, colour or pixel coordinate of Aperture goes beyond this.
_ABSURD = 1e6


#: The largest number that calculations with it can hold.
_LARGEST = 1e300


class UnusableInput(Exception):
    """Raised with the reason why an adjustment has no typed form although its identifier is known."""


def impossible_number(inputs: Mapping[str, object]) -> str | None:
    """The input that holds a number that is not finite, or beyond 1e300, at any depth; None when none does."""
    for key, value in inputs.items():
        # A fast path: nearly all inputs are plain numbers, and every blob of a library is checked.
        if type(value) is float and -_LARGEST <= value <= _LARGEST:
            continue
        worst = _impossible_in(value)
        if worst is not None:
            stated = number_name(worst) if not math.isfinite(worst) else format(worst, "g")
            return mark(f"{key} is {stated}, which no adjustment has")
    return None


def _impossible_in(value: object) -> float | None:
    if isinstance(value, float):
        return None if -_LARGEST <= value <= _LARGEST else value
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return next((found for each in inner if (found := _impossible_in(each)) is not None), None)


class Inputs:
    """inputKeys as numbers and colours, by the keys that a form asks for.

    A stored value of another type than the form expects raises UnusableInput, which names the key.
    """

    __slots__ = ("_inputs", "class_name", "raw", "version")

    def __init__(self, inputs: Mapping[str, object], class_name: str | None, version: object) -> None:
        self._inputs = inputs
        #: The value under a key; None where there is none. All other readers here use this one.
        self.raw: Callable[[str], object] = inputs.get
        self.class_name = class_name
        self.version = version

    def present(self) -> Collection[str]:
        """The keys that are stored."""
        return self._inputs.keys()

    def optional(self, key: str | None) -> float | None:
        value = None if key is None else self.raw(key)
        if value is None:
            return None
        if not isinstance(value, (int, float)):
            raise UnusableInput(f"{key} is not a number")
        # Before float(): an archive may hold an integer that is too large for a float.
        if not -_ABSURD <= value <= _ABSURD:
            raise UnusableInput(f"{key} is not a usable number")
        return float(value)

    def number(self, key: str, default: float) -> float:
        value = self.raw(key)
        if type(value) is float and -_ABSURD <= value <= _ABSURD:  # nearly always
            return value
        value = self.optional(key)
        return float(default) if value is None else value

    def numbers(self, keys: Sequence[str], defaults: Sequence[float]) -> Sequence[float]:
        """As `number`, for many keys at once."""
        values: list[Any] = list(map(self.raw, keys))
        if {*map(type, values)} == {float} and min(values) >= -_ABSURD and max(values) <= _ABSURD:
            return values
        return [self.number(key, default) for key, default in zip(keys, defaults, strict=True)]

    def whole(self, key: str, default: int) -> int:
        value = self.number(key, default)
        if not value.is_integer():
            raise UnusableInput(f"{key} is not a whole number")
        return int(value)

    def optional_whole(self, key: str) -> int | None:
        return None if self.raw(key) is None else self.whole(key, 0)

    def text(self, key: str) -> str | None:
        value = self.raw(key)
        return None if value is None else str(value)[:64]

    def pair(self, first: str, second: str, default: float = 0.0) -> tuple[float, float]:
        return self.number(first, default), self.number(second, default)

    def color(self, key: str, default: tuple[float, float, float]) -> tuple[float, float, float]:
        """An NSColor in RGB, whose components are stored as text that ends with a NUL: "0.75 0.74 0.77"."""
        return self.optional_color(key) or default

    def optional_color(self, key: str) -> tuple[float, float, float] | None:
        value = self.raw(key)
        if value is None:
            return None
        raw = value.get("NSRGB") if isinstance(value, dict) else None
        color = _rgb(raw) if isinstance(raw, bytes) else None
        if color is None:
            raise UnusableInput(f"{key} is not an RGB colour")
        return color

    def key_like(self, start: str, *ends: str) -> str | None:
        """The first key that begins with `start` and ends with one of `ends`."""
        return next((key for key in self.present() if key.startswith(start) and key.endswith(ends)), None)

    @property
    def auto_pending(self) -> bool:
        return bool(self.raw("inputWaitingForAutoValues"))

    def point(self, key: str) -> Point | None:
        """A point, stored as a dictionary of x and y."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise UnusableInput(f"{key} is not a point")
        inner = Inputs(value, None, None)
        return inner.number("x", 0.0), inner.number("y", 0.0)

    def records(self, key: str) -> Iterator[Inputs]:
        """The dictionaries of a list; empty where nothing is stored."""
        value = self.raw(key)
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise UnusableInput(f"{key} is not a list of dictionaries")
        yield from (Inputs(each, None, None) for each in value)

    def record(self, key: str) -> Inputs:
        """A dictionary; empty where nothing is stored."""
        value = self.raw(key)
        if value is not None and not isinstance(value, dict):
            raise UnusableInput(f"{key} is not a dictionary")
        return Inputs(value or {}, None, None)


@lru_cache(maxsize=1024)
def _rgb(stored: bytes) -> tuple[float, float, float] | None:
    """A colour's components from text; None when it does not have three valid ones."""
    try:
        parts = [float(part) for part in stored.rstrip(b"\0").split()]
    except ValueError:
        return None
    # A fourth component is opacity.
    if len(parts) not in {3, 4} or not all(math.isfinite(part) and abs(part) <= _ABSURD for part in parts):
        return None
    return parts[0], parts[1], parts[2]


class Recorder(Inputs):
    """Empty inputs that record the keys that a form asks for: these are the keys that the form reads."""

    __slots__ = ("asked", "patterns")

    def __init__(self) -> None:
        super().__init__({}, None, None)
        self.raw = self._asked_for
        self.asked: set[str] = set()
        self.patterns: set[str] = set()

    def _asked_for(self, key: str) -> None:
        self.asked.add(key)

    def key_like(self, start: str, *_ends: str) -> str | None:
        self.patterns.add(start)
        return None
