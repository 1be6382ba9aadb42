"""A version's settings in the words of Capture One's scripting dictionary.

A crop counts there in the canvas: the photo turned as its orientation says and then by the straightening, clockwise
positive, y from the bottom (probe). In a settings file it counts in the sensor's frame, y from the top
(`couloir.destinations.capture_one.geometry`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from couloir.destinations.capture_one.geometry import TURNED
from couloir.destinations.capture_one.keys import Setting
from couloir.destinations.capture_one.scripting.literals import Literal
from couloir.destinations.capture_one.scripting.terms import CURVES, FULL, GRAY, SLIDERS
from couloir.destinations.capture_one.scripting.variant_state import VariantState
from couloir.destinations.capture_one.settings_file import Variant

_DEGREES: Final = {1: 0, 3: 180, 6: 90, 8: 270}
_TURNED_OTHERWISE: Final = (
    "Capture One shows this photo turned otherwise than its file says, so turning, straightening and crop were left."
)
_MIRRORED: Final = "The file is mirrored, so turning, straightening and crop were left."
_RATED: Final = "Capture One has other stars for it already, which were left."
_TAGGED: Final = "Capture One has another colour tag for it already, which was left."


@dataclass(frozen=True, slots=True)
class WantedValues:
    """What is to be set, by word, in the order in which it must be set; `left` are sentences about what is not."""

    values: Mapping[str, Literal]
    left: tuple[str, ...] = ()


def tone_words(settings: Mapping[str, Setting]) -> dict[str, Literal]:
    """The words of everything that is no frame."""
    found: dict[str, Literal] = {}
    for key, word in SLIDERS.items():
        value = settings.get(key)
        if isinstance(value, int | float):
            found[word] = float(value)
    if settings.get("BwEnabled"):
        found[GRAY] = True
    for key, word in CURVES.items():
        points = settings.get(key)
        if isinstance(points, tuple) and points:
            found[word] = tuple(
                tuple(round(number * FULL, 3) for number in point) for point in points if isinstance(point, tuple)
            )
    return found


def wanted_of(variant: Variant, state: VariantState, orientation: int) -> WantedValues:
    """What a variant of the settings file wants of one in Capture One; `orientation` is the file's EXIF code."""
    left = []
    values: dict[str, Literal] = {}
    for word, number, sentence in (("rating", variant.rating, _RATED), ("color tag", variant.tag, _TAGGED)):
        if state.values.get(word) in (0, number):
            values[word] = number
        else:
            left.append(sentence)
    values |= tone_words(variant.values)
    frame = _frame(variant.values, state, orientation)
    if isinstance(frame, str):
        left.append(frame)
        frame = {}
    return WantedValues({**values, **frame}, tuple(left))


def _frame(settings: Mapping[str, Setting], state: VariantState, orientation: int) -> dict[str, Literal] | str:
    """Orientation, rotation and crop, which must be set in this order; or why they are left."""
    turned = settings.get("Rotation", 0.0)
    crop = settings.get("Crop")
    total = float(turned) if isinstance(turned, int | float) else 0.0
    quarter = round(total / 90) * 90
    straightened = total - quarter
    stored = _DEGREES.get(orientation)
    changes = crop is not None or abs(straightened) > 1e-6 or quarter % 360 != stored
    if not changes:
        return {}
    if stored is None:
        return _MIRRORED
    # An untouched photo stands as its file says; one on which a run was stopped may stand as is wanted already.
    if state.values.get("orientation") not in (stored, quarter % 360):
        return _TURNED_OTHERWISE
    found: dict[str, Literal] = {"orientation": quarter % 360, "rotation": straightened}
    if isinstance(crop, tuple):
        sizes = [float(each) for each in crop if isinstance(each, int | float)]
        found["crop"] = _canvas_crop(sizes, state, orientation, quarter % 360, straightened)
    return found


def _canvas_crop(
    crop: list[float], state: VariantState, orientation: int, quarter: int, straightened: float
) -> tuple[int, int, int, int]:
    """Centre, width and height in whole pixels of the canvas, for a rectangle of the sensor's frame."""
    middle_x, middle_y, *sides = crop
    across, down = (sides[1], sides[0]) if orientation in TURNED else (sides[0], sides[1])
    width, height = _sensor(state)
    if quarter in (90, 270):
        across, down = down, across
    theta = math.radians(quarter + straightened)
    x, y = middle_x - width / 2, middle_y - height / 2
    turned_x, turned_y = x * math.cos(theta) - y * math.sin(theta), x * math.sin(theta) + y * math.cos(theta)
    shown_width, shown_height = (height, width) if quarter in (90, 270) else (width, height)
    cos, sin = math.cos(math.radians(straightened)), abs(math.sin(math.radians(straightened)))
    canvas_width, canvas_height = shown_width * cos + shown_height * sin, shown_width * sin + shown_height * cos
    center = (canvas_width / 2 + turned_x, canvas_height / 2 - turned_y)
    return round(center[0]), round(center[1]), round(across), round(down)


def _sensor(state: VariantState) -> tuple[float, float]:
    """Width and height of the photo as it is stored, from the middle of its canvas: that of the largest crop."""
    angle, quarter = state.values.get("rotation"), state.values.get("orientation")
    radians = math.radians(float(angle)) if isinstance(angle, int | float) else 0.0
    cos, sin = math.cos(radians), abs(math.sin(radians))
    wide, high = 2 * state.largest[0], 2 * state.largest[1]
    turned = cos * cos - sin * sin
    width, height = (wide * cos - high * sin) / turned, (high * cos - wide * sin) / turned
    return (height, width) if quarter in (90, 270) else (width, height)
