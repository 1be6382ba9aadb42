"""Capture One's settings: key, form, unit and range of each that Couloir reads or writes, and where that is from.

Sources: *engine 50*, a real settings file of 2009, in ExifTool's test files; *styles*, real `.costyle` and `.copreset`
files of engines 900 to 1300; *probe*, ranges that c1cmd measured on Capture One 16.8.5 through AppleScript; *importer*,
the public importers Duochrome and Rate Setter, which read files of Capture One 16.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from couloir.destinations.door import Control

Point = tuple[float, float]
Setting = float | str | tuple[float, ...] | tuple[Point, ...]
"""A number, a text, several numbers (levels, a crop, multipliers), or the points of a curve."""

_ENGINE_50: Final = "engine 50"
_STYLES: Final = "styles"
_PROBE: Final = "styles; range: probe"
_IMPORTER: Final = "importer"


class Form(StrEnum):
    """How a value is spelled."""

    NUMBER = "number"
    FOUR = "red;green;blue;all"
    MULTIPLIERS = "red;green;blue"
    RECTANGLE = "centre x;centre y;width;height"
    CURVE = "x,y;x,y"
    TEXT = "text"


_LENGTHS: Final = {Form.FOUR: 4, Form.MULTIPLIERS: 3, Form.RECTANGLE: 4}


@dataclass(frozen=True, slots=True)
class Key:
    """One setting. `low` and `high` bound each number of it, None where no bound is known."""

    name: str
    form: Form
    low: float | None
    high: float | None
    unit: str
    source: str

    @property
    def control(self) -> Control:
        return Control(self.name, self.low, self.high, f"{self.unit} ({self.form})", self.source)

    def clamp(self, number: float) -> float:
        """The nearest number within the range."""
        low = -math.inf if self.low is None else self.low
        return min(max(number, low), math.inf if self.high is None else self.high)

    def check(self, value: Setting) -> None:
        """Raise ValueError for a value of another form, or beyond the range."""
        numbers = _numbers(self.form, value)
        if numbers is None:
            raise ValueError(f"{self.name} cannot be {value!r}: its form is {self.form}")
        if any(not math.isfinite(number) or number != self.clamp(number) for number in numbers):
            raise ValueError(f"{self.name} cannot be {value!r}: its range is {self.low} to {self.high}")


_ADJUSTMENTS: Final = (
    Key("Exposure", Form.NUMBER, -4.0, 4.0, "EV", f"{_ENGINE_50}; range: probe"),
    Key("Contrast", Form.NUMBER, -50.0, 50.0, "slider", _PROBE),
    Key("Brightness", Form.NUMBER, -50.0, 50.0, "slider", f"{_ENGINE_50}; range: probe"),
    Key("Saturation", Form.NUMBER, -100.0, 100.0, "slider", _PROBE),
    Key("WhiteBalance", Form.MULTIPLIERS, 0.0, None, "multipliers of the camera's colours", _ENGINE_50),
    Key("HighlightRecovery", Form.NUMBER, 0.0, 100.0, "slider", _STYLES),
    Key("ShadowRecovery", Form.NUMBER, -100.0, 100.0, "slider", _STYLES),
    Key("Shadow", Form.FOUR, 0.0, 1.0, "encoded tone", _ENGINE_50),
    Key("Highlight", Form.FOUR, 0.0, 1.0, "encoded tone", _STYLES),
    Key("Midtone", Form.FOUR, -1.0, 1.0, "exponent less than 1", _STYLES),
    Key("TargetShadow", Form.FOUR, 0.0, 1.0, "encoded tone", _ENGINE_50),
    Key("TargetHighlight", Form.FOUR, 0.0, 1.0, "encoded tone", _STYLES),
    Key("GradationCurve", Form.CURVE, 0.0, 1.0, "encoded tones", _STYLES),
    Key("GradationCurveRed", Form.CURVE, 0.0, 1.0, "encoded tones", _STYLES),
    Key("GradationCurveGreen", Form.CURVE, 0.0, 1.0, "encoded tones", _STYLES),
    Key("GradationCurveBlue", Form.CURVE, 0.0, 1.0, "encoded tones", _STYLES),
    Key("GradationCurveY", Form.CURVE, 0.0, 1.0, "encoded tones", _STYLES),
    Key("Clarity", Form.NUMBER, -100.0, 100.0, "slider", _STYLES),
    Key("BwEnabled", Form.NUMBER, 0.0, 1.0, "switch", _STYLES),
    *(
        Key(f"Bw{color}", Form.NUMBER, -100.0, 100.0, "slider", _STYLES)
        for color in ("Red", "Yellow", "Green", "Cyan", "Blue", "Magenta")
    ),
    Key("BwDarkHue", Form.NUMBER, 0.0, 360.0, "degrees", _STYLES),
    Key("BwDarkSaturation", Form.NUMBER, 0.0, 100.0, "slider", _STYLES),
    Key("BwLightHue", Form.NUMBER, 0.0, 360.0, "degrees", _STYLES),
    Key("BwLightSaturation", Form.NUMBER, 0.0, 100.0, "slider", _STYLES),
    Key("UsmAmount", Form.NUMBER, 0.0, 1000.0, "slider", _STYLES),
    Key("UsmRadius", Form.NUMBER, 0.0, 2.5, "pixels", _STYLES),
    Key("FilmGrainAmount", Form.NUMBER, 0.0, 100.0, "slider", _STYLES),
    Key("ICCProfile", Form.TEXT, None, None, "file name", _ENGINE_50),
    Key("Rotation", Form.NUMBER, -360.0, 360.0, "degrees clockwise, the camera's included", _ENGINE_50),
    Key("Crop", Form.RECTANGLE, 0.0, None, "pixels", _ENGINE_50),
)
_METADATA: Final = (
    Key("Basic_Rating", Form.NUMBER, 0.0, 5.0, "stars", f"{_ENGINE_50}; {_IMPORTER}"),
    Key("Color_tag_index", Form.NUMBER, 0.0, 7.0, "colour of the tag", _ENGINE_50),
    Key("Color_Tag_Index", Form.NUMBER, 0.0, 7.0, "colour of the tag", _IMPORTER),
    Key("Content_Keywords", Form.TEXT, None, None, "keyword||0,keyword||0", _IMPORTER),
)

KEYS: Final[Mapping[str, Key]] = {key.name: key for key in (*_ADJUSTMENTS, *_METADATA)}
ADJUSTMENTS: Final = frozenset(key.name for key in _ADJUSTMENTS)
"""The keys that change the picture; the others describe it."""


def check(values: Mapping[str, Setting]) -> None:
    """Raise ValueError for a key that is not known, a value of another form, or one beyond its range."""
    for name, value in values.items():
        if name not in KEYS:
            raise ValueError(f"{name} is no setting of Capture One that Couloir writes")
        KEYS[name].check(value)


def spell(value: Setting) -> str:
    """A value as Capture One spells it: numbers without trailing zeros, as in its styles."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return _spell_number(value)
    return ";".join(
        ",".join(map(_spell_number, part)) if isinstance(part, tuple) else _spell_number(part) for part in value
    )


def read(name: str, text: str) -> Setting | None:
    """The value that a text spells for a known key, None for another key or a text of another form."""
    key = KEYS.get(name)
    if key is None:
        return None
    if key.form is Form.TEXT:
        return text
    try:
        if key.form is Form.CURVE:
            pairs = tuple(tuple(map(float, part.split(","))) for part in text.split(";")) if text else ()
            return tuple((pair[0], pair[1]) for pair in pairs) if all(len(pair) == 2 for pair in pairs) else None
        numbers = tuple(map(float, text.split(";")))
    except ValueError:
        return None
    if not all(map(math.isfinite, numbers)) or len(numbers) != _LENGTHS.get(key.form, 1):
        return None
    return numbers if key.form in _LENGTHS else numbers[0]


def _numbers(form: Form, value: Setting) -> Sequence[float] | None:
    """The numbers of a value, None if it has another form."""
    match form:
        case Form.TEXT:
            return () if isinstance(value, str) else None
        case Form.NUMBER:
            return (value,) if isinstance(value, int | float) and not isinstance(value, bool) else None
        case Form.CURVE:
            points = [point for point in value if isinstance(point, tuple)] if isinstance(value, tuple) else []
            is_curve = isinstance(value, tuple) and len(points) == len(value) >= 2
            rises = all(before[0] < after[0] for before, after in pairwise(points))
            return [number for point in points for number in point] if is_curve and rises else None
        case _:
            if not isinstance(value, tuple) or len(value) != _LENGTHS[form]:
                return None
            numbers = [number for number in value if isinstance(number, int | float)]
            return numbers if len(numbers) == len(value) else None


def _spell_number(number: float) -> str:
    """At most six decimals, as in the file of engine 50; never an exponent, and never -0."""
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
