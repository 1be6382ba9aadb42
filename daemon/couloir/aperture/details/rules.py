"""Smart albums: the archived query as a readable rule.

Disabled conditions are stored, too; only enabled ones count. Match type 1 means all
conditions, as the built-in album of placed photos of a real library shows; 0 means any. Property keys, types and
qualifiers seen in real libraries are named; the others are shown by number. The albums "In the
Last Week" and "In the Last Month" of a real library of Aperture 3.1.2 show how relative dates are stored, its album
"Videos" how kinds of files are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from couloir.aperture.archive import read_archive
from couloir.errors import BadArchive

#: Keys of a query that are read, and those that are left aside.
READ = frozenset(
    {
        "queryClassName",
        "queryIsEnabled",
        "queryMatchType",
        "queryStackPicksOnly",
        "querySubqueries",
        "queryPropertyKey",
        "queryQualifier",
        "queryFirstValue",
        "querySecondValue",
        "queryType",
        "queryTimeUnit",
        "queryTimeValue",
    }
)
SKIPPED: Mapping[str, str] = {"queryPredicateComponents": "always 1 where seen"}

PROPERTIES: Mapping[str, str] = {
    "basicProperties.MainRating": "rating",
    "basicProperties.ColorLabel": "colour label",
    "isFlagged": "flag",
    "properties.any": "any text",
    "exifProperties.ImageDate": "capture date",
    "Latitude": "latitude",
    "Longitude": "longitude",
    "subtype": "kind of file",
}
_LAST = 18
_FACE = 61
QUALIFIERS: Mapping[int, str] = {
    1: "is known",
    5: "is",
    8: "is at least",
    _LAST: "is in the last",
    20: "is between",
    23: "contains",
    25: "is",
    _FACE: "is a face",
}
_MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. `known` is false where property or qualifier was never seen in real data.

    `amount` and `unit` ("weeks", "months") belong to dates that count back from today; None elsewhere.
    """

    property_key: str
    kind: int | None
    qualifier: int | None
    first: object
    second: object
    amount: int | None = None
    unit: str | None = None

    @property
    def known(self) -> bool:
        if self.qualifier == _LAST and (self.amount is None or self.unit is None):
            return False
        return self.qualifier in QUALIFIERS and (self.property_key in PROPERTIES or self.qualifier == _FACE)

    @property
    def text(self) -> str:
        if self.qualifier == _FACE:
            return "has a face"
        name = PROPERTIES.get(self.property_key, self.property_key)
        verb = QUALIFIERS.get(self.qualifier or 0, f"(comparison {self.qualifier})")
        values = " and ".join(str(value) for value in (self.first, self.second) if value is not None)
        if self.unit is not None:
            values = f"{self.amount} {self.unit}"
        return f"{name} {verb} {values}".rstrip()


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions and rules of which all, or any, must be true. An empty rule is true for every photo."""

    match_all: bool
    parts: tuple[Condition | Rule, ...]
    picks_only: bool = False

    @property
    def known(self) -> bool:
        return all(part.known for part in self.parts)

    @property
    def text(self) -> str:
        if not self.parts:
            return "every picture"
        told = [
            f"({part.text})" if isinstance(part, Rule) and len(part.parts) > 1 else part.text for part in self.parts
        ]
        joined = (" and " if self.match_all else " or ").join(told)
        return f"{joined}, picks of stacks only" if self.picks_only else joined


def read_rule(data: bytes, item: str) -> Rule:
    """The rule in an album's queryData. Raises BadArchive, which names `item`, for anything but a query."""
    root = read_archive(data, item)
    if not isinstance(root, dict):
        raise BadArchive(item=item, why="it holds no query")
    return _rule(root, item, 0)


def _rule(query: Mapping[str, object], item: str, depth: int) -> Rule:
    parts: list[Condition | Rule] = []
    queries = query.get("querySubqueries")
    if depth > _MAX_DEPTH or not isinstance(queries, list):
        raise BadArchive(item=item, why="its query is nested too deeply or has no list of conditions")
    for each in queries:
        if not isinstance(each, dict):
            raise BadArchive(item=item, why="a condition of its query is no dictionary")
        if each.get("queryIsEnabled") is not True:
            continue
        if "querySubqueries" in each:
            parts.append(_rule(each, item, depth + 1))
        else:
            parts.append(_condition(each))
    # Aperture stores some conditions twice.
    return Rule(query.get("queryMatchType") == 1, tuple(_distinct(parts)), query.get("queryStackPicksOnly") is True)


def _condition(query: Mapping[str, object]) -> Condition:
    kind, qualifier = query.get("queryType"), query.get("queryQualifier")
    # An amount is stored with every condition; it has a meaning only together with a unit.
    amount, unit = query.get("queryTimeValue"), query.get("queryTimeUnit")
    relative = isinstance(amount, int) and isinstance(unit, str)
    return Condition(
        property_key=str(query.get("queryPropertyKey", "")),
        kind=kind if isinstance(kind, int) else None,
        qualifier=qualifier if isinstance(qualifier, int) else None,
        first=query.get("queryFirstValue"),
        second=query.get("querySecondValue"),
        amount=amount if relative and isinstance(amount, int) else None,
        unit=unit if relative and isinstance(unit, str) else None,
    )


def _distinct(parts: list[Condition | Rule]) -> list[Condition | Rule]:
    """The parts without repetitions; values may be lists, which a set cannot hold."""
    return [part for place, part in enumerate(parts) if part not in parts[:place]]
