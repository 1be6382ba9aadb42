"""One adjustment's inputKeys as numbers, colours, points and curves."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping

from couloir.aperture.adjustments import Point

#: No slider, colour or pixel coordinate of Aperture goes beyond this.
_ABSURD = 1e6


class UnusableInput(Exception):
    """Why an adjustment has no typed reading although its identifier is known."""


class Inputs:
    """inputKeys as numbers and colours, by the keys that a form asks for.

    What is stored under a key but is not of the kind that the form expects raises UnusableInput, which names the key.
    """

    __slots__ = ("_inputs", "class_name", "version")

    def __init__(self, inputs: Mapping[str, object], class_name: str | None, version: object) -> None:
        self._inputs = inputs
        self.class_name = class_name
        self.version = version

    def raw(self, key: str) -> object:
        """What is stored under a key; None for nothing. Every other reader here asks this one."""
        return self._inputs.get(key)

    def present(self) -> Collection[str]:
        """The keys that are stored."""
        return self._inputs.keys()

    def optional(self, key: str | None) -> float | None:
        value = None if key is None else self.raw(key)
        if value is None:
            return None
        if not isinstance(value, (int, float)):
            raise UnusableInput(f"{key} is not a number")
        # Before float(): an archive may hold an integer that no float can.
        if not -_ABSURD <= value <= _ABSURD:
            raise UnusableInput(f"{key} is no possible number")
        return float(value)

    def number(self, key: str, default: float) -> float:
        value = self.optional(key)
        return float(default) if value is None else value

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
        """An NSColor in RGB. Its components are text that ends with a NUL: "0.75 0.74 0.77"."""
        return self.optional_color(key) or default

    def optional_color(self, key: str) -> tuple[float, float, float] | None:
        value = self.raw(key)
        if value is None:
            return None
        raw = value.get("NSRGB") if isinstance(value, dict) else None
        try:
            parts = [float(part) for part in raw.rstrip(b"\0").split()] if isinstance(raw, bytes) else []
        except ValueError:
            parts = []
        # A fourth component is opacity.
        if len(parts) not in {3, 4} or not all(math.isfinite(part) and abs(part) <= _ABSURD for part in parts):
            raise UnusableInput(f"{key} is not an RGB colour")
        return parts[0], parts[1], parts[2]

    def key_like(self, start: str, *ends: str) -> str | None:
        """The first key that begins and ends so."""
        return next((key for key in self.present() if key.startswith(start) and key.endswith(ends)), None)

    @property
    def auto_pending(self) -> bool:
        return bool(self.raw("inputWaitingForAutoValues"))

    def point(self, key: str) -> Point | None:
        """A dictionary of x and y."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise UnusableInput(f"{key} is not a point")
        inner = Inputs(value, None, None)
        return inner.number("x", 0.0), inner.number("y", 0.0)

    def records(self, key: str) -> Iterator[Inputs]:
        """The dictionaries of a list; none where nothing is stored."""
        value = self.raw(key)
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise UnusableInput(f"{key} is not a list of dictionaries")
        yield from (Inputs(each, None, None) for each in value)

    def record(self, key: str) -> Inputs:
        """A dictionary, an empty one where nothing is stored."""
        value = self.raw(key)
        if value is not None and not isinstance(value, dict):
            raise UnusableInput(f"{key} is not a dictionary")
        return Inputs(value or {}, None, None)


class Recorder(Inputs):
    """Inputs with nothing in them that remember what a form asks for: what the form reads, from the form itself."""

    __slots__ = ("asked", "patterns")

    def __init__(self) -> None:
        super().__init__({}, None, None)
        self.asked: set[str] = set()
        self.patterns: set[str] = set()

    def raw(self, key: str) -> object:
        self.asked.add(key)
        return None

    def key_like(self, start: str, *_ends: str) -> str | None:
        self.patterns.add(start)
        return None
