"""A smart album's rule in Lightroom's words: the search description of a smart collection.

Only criteria and operations that Lightroom's SDK documents are written, because a wrong name can make Lightroom search
without end. Only whole rules are written, because a part of a rule would select other pictures. Aperture's rating of a
rejected picture, -1, is a separate flag in Lightroom.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from couloir.aperture.details.rules import Condition, Rule

Search = Mapping[str, object]
"""{"criteria", "operation", "value"...}, or {"combine": "intersect" or "union", "parts": [...]}, as the plug-in's Lua
table: parts are its array."""

_RATING, _FLAG, _DATE = "basicProperties.MainRating", "isFlagged", "exifProperties.ImageDate"
_IS, _AT_LEAST, _BETWEEN = 5, 8, 20
_REJECT = -1
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: \S+)?")


def search_description(rule: Rule) -> Search | None:
    """The description of the whole rule; None when a part of it has no counterpart."""
    if rule.picks_only:
        return None
    parts = [_part(part) for part in rule.parts]
    if any(part is None for part in parts):
        return None
    return {"combine": "intersect" if rule.match_all else "union", "parts": parts}


def _part(part: Condition | Rule) -> Search | None:
    if isinstance(part, Rule):
        return search_description(part)
    match part.property_key, part.qualifier:
        case (key, qualifier) if key == _RATING and isinstance(part.first, int):
            return _rating(part.first, qualifier)
        case (key, qualifier) if key == _FLAG and qualifier == _IS and part.first in (0, 1):
            return _criterion("pick", "==" if part.first else "!=", 1)
        case (key, qualifier) if key == _DATE and qualifier == _BETWEEN:
            first, last = _day(part.first), _day(part.second)
            return _criterion("captureTime", "in", first, last) if first and last else None
    return None


def _rating(stars: int, qualifier: int | None) -> Search | None:
    if not _REJECT <= stars <= 5:
        return None
    if qualifier == _IS:
        return _criterion("pick", "==", _REJECT) if stars == _REJECT else _criterion("rating", "==", stars)
    if qualifier == _AT_LEAST:
        if stars == _REJECT:
            return _criterion("rating", ">=", 0)  # every picture
        return _criterion("rating", ">=", stars) if stars else _criterion("pick", "!=", _REJECT)
    return None


def _criterion(name: str, operation: str, value: object, second: object = None) -> Search:
    found: dict[str, object] = {"criteria": name, "operation": operation, "value": value}
    return found if second is None else {**found, "value2": second}


def _day(text: object) -> str | None:
    """2023-02-24 of '2/24/2023 America/Los_Angeles'. Lightroom counts in the pictures' own time."""
    found = _DAY.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    month, day, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
