"""IPTC and EXIF of versions, from Properties.apdb.

A library has some forty properties for each version: most of its rows are these. So SQLite puts together what belongs
to one version, its keys in one text and its values in another. Only a version of which these texts hold anything out
of the ordinary is read row by row.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from couloir.aperture.cells import Cells
from couloir.aperture.findings import Findings
from couloir.aperture.safe_sqlite import Database, chunks
from couloir.errors import DamagedLibrary

REQUIRED = {
    "RKUniqueString": ("modelId", "stringProperty"),
    "RKIptcProperty": ("versionId", "propertyKey", "stringId"),
    "RKExifStringProperty": ("versionId", "propertyKey", "stringId"),
    "RKExifNumberProperty": ("versionId", "propertyKey", "numberProperty"),
}
_NUMBERS = "RKExifNumberProperty"
_OTHERS = "RKOtherProperty"
_OTHER_COLUMNS = ("versionId", "propertyKey", "stringId", "numberProperty")
#: RKOtherProperty holds what Aperture derives. Anything else in it could be a photographer's own field.
DERIVED_PROPERTIES = frozenset(
    {
        "AspectRatio",
        "FileName",
        "FileSize",
        "Flagged",
        "MasterLocation",
        "Orientation",
        "PixelSize",
        "ProcessedPixelSize",
        "ProjectName",
        "VersionName",
    }
)
# quote() gives a number that is not whole with all its digits, and marks what is no number.
_EXACT = "CASE typeof(numberProperty) WHEN 'integer' THEN numberProperty ELSE quote(numberProperty) END"
#: Texts and lists of keys that are remembered, and how long they may be: most occur many times.
_KNOWN, _LONGEST = 16_384, 2048
_DIGITS = 19  # SQLite's numbers of rows have fewer, but for some that nobody counts up to


class Properties(NamedTuple):
    """By Aperture's property keys.

    EXIF numbers are in plain units: ApertureValue is an f-number, ShutterSpeed seconds.
    """

    iptc: Mapping[str, str]
    exif: Mapping[str, str | float]
    other: Mapping[str, str | float] = MappingProxyType({})


NO_PROPERTIES = Properties({}, {})
#: A version, how many properties it has, their keys, and their values, both joined by commas: whatever SQLite gives.
_Group = tuple[int, int, Any, Any]
#: What a version's properties are, by key.
_Pairs = dict[str, Any]
_NONE: _Pairs = {}


class Metadata:
    """Looks up the properties of a page of versions at a time."""

    def __init__(self, properties: Database, findings: Findings) -> None:
        """`properties` has the tables of REQUIRED."""
        self.database = properties
        self._findings = findings
        self._known_keys: dict[str, tuple[str, ...]] = {}
        self._known_texts: dict[str, str] = {}

    def of(self, model_ids: Sequence[int]) -> list[Properties]:
        """The properties of at most PAGE versions, whose modelIds ascend, in the same order.

        Versions that have the same ones may share them: they are to be read only.
        """
        iptc = self._texts("RKIptcProperty", model_ids)
        texts = self._texts("RKExifStringProperty", model_ids)
        numbers = self._numbers(model_ids)
        others = self._other(model_ids) if self._has_others else {}
        return [
            Properties(
                iptc.get(model_id, _NONE),
                texts.get(model_id, _NONE) | numbers.get(model_id, _NONE),
                others.get(model_id, _NONE),
            )
            for model_id in model_ids
        ]

    @cached_property
    def _has_others(self) -> bool:
        """Whether any version has a property that Aperture does not derive: in most libraries none has."""
        if not self.database.has_columns(_OTHERS, _OTHER_COLUMNS):
            return False
        marks = ",".join("?" * len(DERIVED_PROPERTIES))
        sql = f"SELECT 1 FROM {_OTHERS} WHERE coalesce(propertyKey, '') NOT IN ({marks}) LIMIT 1"  # noqa: S608
        return bool(self.database.tuples(sql, sorted(DERIVED_PROPERTIES)))

    def _other(self, versions: Sequence[int]) -> dict[int, _Pairs]:
        """Key to text or number by version, without what Aperture derives."""
        found: dict[int, _Pairs] = defaultdict(dict)
        for version, key, text, number in self._rows(_OTHERS, "s.stringProperty, p.numberProperty", versions):
            name = _key_of(key)
            if name is None:
                self._unusable(version, key)
            elif name in DERIVED_PROPERTIES:
                continue
            elif text is not None:
                cell = Cells({"stringProperty": text}, self._findings, "metadata", f"version {version}")
                found[version][name] = cell.name("stringProperty")
            elif type(number) in {int, float} and math.isfinite(number):
                found[version][name] = number
            else:
                self._unusable(version, key)
        return found

    def _texts(self, table: str, versions: Sequence[int]) -> dict[int, _Pairs]:
        """Key to text by version. Most texts occur many times, so rows name them by number."""
        groups = self._grouped(table, "stringId", "stringId", versions)
        numbers = {joined: joined.split(",") for joined in {group[3] for group in groups} if type(joined) is str}
        text_of = self._remembered({number for each in numbers.values() for number in each})
        found, odd = self._paired(groups, lambda joined: [text_of[number] for number in numbers[joined]], versions)
        for row in self._rows(table, "p.stringId, s.modelId, s.stringProperty", odd):
            version, key, wanted, number, text = row
            name = _key_of(key)
            if name is None or (number is None and wanted is not None):
                self._unusable(version, key)
            elif text is not None:
                cell = Cells({"stringProperty": text}, self._findings, "metadata", f"version {version}")
                found[version][name] = cell.name("stringProperty")
        return found

    def _numbers(self, versions: Sequence[int]) -> dict[int, _Pairs]:
        """Key to number by version."""
        groups = self._grouped(_NUMBERS, "numberProperty", _EXACT, versions)
        found, odd = self._paired(groups, _numbers_in, versions)
        for row in self._rows(_NUMBERS, "p.numberProperty", odd):
            version, key, number = row
            name = _key_of(key)
            if name is not None and type(number) in {int, float} and math.isfinite(number):
                found[version][name] = number
            elif number is not None:
                self._unusable(version, key)
        return found

    def _grouped(self, table: str, column: str, value: str, versions: Sequence[int]) -> list[_Group]:
        """What belongs to the versions that have any of it, and maybe to some between them."""
        if not versions:
            return []
        first, last = versions[0], versions[-1]
        # A version's rows lie in the index in the order in which they were added, and so does what is joined. Table,
        # column and value are this module's constants.
        sql = (
            f"SELECT versionId, count(*), group_concat(coalesce(propertyKey, '')), group_concat({value}) "  # noqa: S608
            f"FROM {table} WHERE versionId BETWEEN ? AND ? AND {column} IS NOT NULL GROUP BY versionId"
        )
        try:
            groups = self.database.tuples(sql, (first, last))
        except DamagedLibrary:
            # One version can have more than fits into one text. If it is the file, reading its rows says so.
            return [(version, 0, "", "") for version in versions]
        self.database.check_index(table, (group[0] for group in groups), range(first, last + 1))
        return groups

    def _paired(
        self, groups: Iterable[_Group], values_in: Callable[[str], Sequence[object]], versions: Sequence[int]
    ) -> tuple[dict[int, _Pairs], list[int]]:
        """Key to value by version; and the versions that have to be read row by row, for which there is room."""
        found: dict[int, _Pairs] = {}
        odd = set()
        # A version and the hidden one of its original, or all that one camera took, have much in common.
        known: dict[tuple[Any, Any], _Pairs | None] = {}
        for version, count, keys, values in groups:
            try:
                pairs = known[keys, values]
            except KeyError:
                pairs = known[keys, values] = self._pairs(count, keys, values, values_in)
            if pairs is None:
                odd.add(version)
                pairs = {}
            found[version] = pairs
        return found, sorted(odd.intersection(versions))

    def _pairs(
        self, count: int, keys: object, values: object, values_in: Callable[[str], Sequence[object]]
    ) -> _Pairs | None:
        """`count` properties; None when that is not what these texts hold."""
        names = self._keys_in(keys)
        if not names or len(names) != count or type(values) is not str:
            return None
        try:
            return dict(zip(names, values_in(values), strict=True))
        except (KeyError, ValueError):
            return None

    def _keys_in(self, joined: object) -> tuple[str, ...]:
        """Keys that were joined by commas; none when one of them does not look like a key."""
        if type(joined) is not str:
            return ()
        keys = self._known_keys.get(joined)
        if keys is None:
            keys = tuple(joined.split(","))
            if not all(key[:1].isalpha() for key in keys):
                return ()
            if len(joined) <= _LONGEST:
                _make_room(self._known_keys)
                self._known_keys[joined] = keys
        return keys

    def _remembered(self, numbers: Collection[str]) -> Mapping[str, str]:
        """The texts with these numbers, and maybe others. Those with anything odd about them are not among them."""
        _make_room(self._known_texts)
        unknown = set(numbers).difference(self._known_texts)
        wanted = [int(number) for number in unknown if number.isdecimal() and len(number) < _DIGITS]
        for chunk in chunks(wanted):
            for row in self.database.find_rows("RKUniqueString", ("stringProperty",), "modelId", chunk):
                text, number = row
                if type(text) is str and "\0" not in text and len(text) <= _LONGEST:
                    self._known_texts[str(number)] = text
        return self._known_texts

    def _rows(self, table: str, columns: str, versions: Sequence[int]) -> list[Any]:
        """Plain tuples of version, key and these columns, in the table's order."""
        if not versions:
            return []
        joined = "LEFT JOIN RKUniqueString AS s ON s.modelId = p.stringId" if "s." in columns else ""
        rows = self.database.tuples(
            # Table and columns are this module's constants.
            f"SELECT p.versionId, p.propertyKey, {columns} FROM {table} AS p {joined} "  # noqa: S608
            f"WHERE p.versionId IN ({','.join('?' * len(versions))}) ORDER BY p.rowid",
            versions,
        )
        self.database.check_index(table, {row[0] for row in rows}, versions)
        return rows

    def _unusable(self, version: int, key: object) -> None:
        self._findings.warn(
            "metadata.unusable",
            "metadata",
            f"version {version} {key!r}",
            f"The property {key!r} of the version with modelId {version} refers to nothing, or is not a number.",
            "It is left out.",
        )


def _key_of(stored: object) -> str | None:
    """A property's key; None for what is not text, not even as bytes."""
    if isinstance(stored, bytes):
        with contextlib.suppress(UnicodeDecodeError):
            return stored.decode()
    return stored if isinstance(stored, str) else None


def _numbers_in(joined: str) -> list[float]:
    """Numbers that SQLite wrote down, joined by commas. Raises ValueError when something else is among them."""
    if "e+999" in joined:
        raise ValueError("infinity, as quote() writes it")
    numbers: list[float] = json.loads(f"[{joined}]")
    return numbers


def _make_room(known: dict[str, Any]) -> None:
    if len(known) >= _KNOWN:
        known.clear()
