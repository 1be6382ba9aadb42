"""Compares a library's databases with its property lists, which should agree."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from couloir.aperture.model import Finding, Master, Severity, Version
from couloir.aperture.safe_sqlite import PAGE

if TYPE_CHECKING:
    from couloir.aperture.library import Library

_SHOWN = 60  # characters of a value
# Aperture stores the cache of keywords, the date and derived values in one of the two places only.
_NOT_COMPARED = frozenset({"exif", "file_name", "model_id"})
_CACHES = frozenset({"Keywords", "StarRating"})

Row = TypeVar("Row", Master, Version)


def disagreements(library: Library, mirror: Library) -> Iterator[Finding]:
    """One finding for each master and version in which the two differ, or that only one of them has.

    `mirror` is the same library, opened with `from_plists`.
    """
    yield from _compared("master", library.masters(), mirror.find_masters)
    yield from _lost("master", mirror.masters(), library.find_masters)
    yield from _compared("version", library.versions(), mirror.find_versions)
    yield from _lost("version", mirror.version_heads(), library.find_versions)


Called = Callable[[Sequence[str]], Iterable[Row]]
"""The rows of one source with one of these uuids."""


def _compared(kind: str, stored: Iterator[Row], listed: Called[Row]) -> Iterator[Finding]:
    """Findings about differing rows, paired by uuid: property lists of Aperture 3.1 have no modelId."""
    for page in _pages(stored):
        others = {other.uuid: other for other in listed([row.uuid for row in page])}
        for row in page:
            other = others.get(row.uuid)
            if other is None:
                yield _alone(kind, row, "database", "property lists")
            elif different := _different(row, other):
                yield _disagreeing(kind, row, different)


def _lost(kind: str, listed: Iterator[Row], stored: Called[Row]) -> Iterator[Finding]:
    """Findings about rows that only the property lists have."""
    for page in _pages(listed):
        known = {row.uuid for row in stored([other.uuid for other in page])}
        yield from (_alone(kind, other, "property lists", "database") for other in page if other.uuid not in known)


def _pages(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while page := list(itertools.islice(rows, PAGE)):
        yield page


def _different(row: Row, other: Row) -> Mapping[str, tuple[object, object]]:
    found = {}
    for name in (field.name for field in fields(row) if field.name not in _NOT_COMPARED):
        pair = _comparable(name, getattr(row, name)), _comparable(name, getattr(other, name))
        if not _same(*pair):
            found[name] = pair
    return found


def _same(value: object, other: object) -> bool:
    """Whether two values agree: XML property lists keep whole seconds only."""
    if isinstance(value, datetime) and isinstance(other, datetime):
        return abs(value - other) < timedelta(seconds=1)
    return value == other


def _comparable(name: str, value: object) -> object:
    """A value without what only one source keeps: the order of keywords and cached texts."""
    if name == "keywords" and isinstance(value, tuple):
        return sorted(value)
    if name == "iptc" and isinstance(value, Mapping):
        return {key: text for key, text in value.items() if key not in _CACHES}
    return value


def _disagreeing(kind: str, row: Master | Version, different: Mapping[str, tuple[object, object]]) -> Finding:
    told = "; ".join(f"{name} is {_short(a)} and {_short(b)}" for name, (a, b) in different.items())
    return Finding(
        "sources.disagree",
        Severity.NOTE,
        kind,
        row.uuid,
        f"The database and the property list of this {kind} differ: {told}.",
        "The database is used.",
    )


def _alone(kind: str, row: Master | Version, there: str, missing: str) -> Finding:
    return Finding(
        "sources.only-one",
        Severity.WARNING,
        kind,
        row.uuid,
        f"This {kind} ({row.name!r}) is in the {there} and not in the {missing}.",
        "Read the library with --rebuild-from-plists as well and compare the two.",
    )


def _short(value: object) -> str:
    told = repr(value)
    return told if len(told) <= _SHOWN else f"{told[:_SHOWN]}..."
