"""The only writer of JSON text: it refuses numbers that are not finite.

Python's own writer spells NaN and infinity as words that JSON does not have (RFC 8259, section 6). SQLite before 3.42
then calls the whole text malformed; browsers and Lua refuse it, too. msgspec, which writes the service's answers, puts
null in place of such numbers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Final

MAX_EXACT: Final = 2**53 - 1  # Lua and JavaScript hold integers exactly up to here


def to_json(document: object, **layout: Any) -> str:
    """JSON text; `layout` are the options of `json.dumps`. Raises ValueError for a number that is not finite."""
    return json.dumps(document, allow_nan=False, **layout)


def with_finite_numbers(value: Any) -> Any:
    """The value with each number that is not finite replaced by its name: "NaN", "Infinity" or "-Infinity"."""
    if isinstance(value, float):
        return value if math.isfinite(value) else number_name(value)
    if isinstance(value, Mapping):
        return {key: with_finite_numbers(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [with_finite_numbers(inner) for inner in value]
    return value


def number_name(value: float) -> str:
    """The name of a number that is not finite in JavaScript, and in JSON writers that allow it."""
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
