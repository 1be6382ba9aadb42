"""IPTC and EXIF of versions, from Properties.apdb.

A library has about forty properties per version: most of its rows are these. So SQLite groups the properties
of a version, its keys in one text and its values in another. Only a version whose texts hold anything
unusual is read row by row.
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
#: RKOtherProperty holds what Aperture derives. Any other key in it may be a photographer's own field.
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
# quote() writes a fraction with all its digits, and quotes what is not a number.
_EXACT = "CASE typeof(numberProperty) WHEN 'integer' THEN numberProperty ELSE quote(numberProperty) END"
#: The number of cached texts and lists of keys, and their greatest length: most occur many times.
_KNOWN, _LONGEST = 16_384, 2048
_DIGITS = 19  # SQLite's row numbers in practice have fewer


class Properties(NamedTuple):
    """A version's properties by Aperture's property keys.

    EXIF numbers are in plain units: ApertureValue is an f-number, ShutterSpeed seconds.
    """

    iptc: Mapping[str, str]
    exif: Mapping[str, str | float]
    other: Mapping[str, str | float] = MappingProxyType({})


NO_PROPERTIES = Properties({}, {})
#: A version, its number of properties, their keys and their values, both joined by commas, as SQLite returns them.
_Group = tuple[int, int, Any, Any]
#: A version's properties by key.
_Pairs = dict[str, Any]
_NONE: _Pairs = {}


class Metadata:
    """Reads the properties of versions, a page at a time."""

    def __init__(self, properties: Database, findings: Findings) -> None:
        """`properties` must have the tables of REQUIRED."""
        self.database = properties
        self._findings = findings
        self._known_keys: dict[str, tuple[str, ...]] = {}
        self._known_texts: dict[str, str] = {}

    def of(self, model_ids: Sequence[int]) -> list[Properties]:
        """The properties of at most PAGE versions, whose modelIds ascend, in the same order.

        Versions with equal properties may share one object: do not change it.
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
        """Whether any version has a property that Aperture does not derive; in most libraries none has."""
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
        """The grouped properties of these versions, and possibly of others between them."""
        if not versions:
            return []
        first, last = versions[0], versions[-1]
        # The index has a version's rows in the order in which they were added, and so have both joined texts. Table,
        # column and value are this module's constants.
        sql = (
            f"SELECT versionId, count(*), group_concat(coalesce(propertyKey, '')), group_concat({value}) "  # noqa: S608
            f"FROM {table} WHERE versionId BETWEEN ? AND ? AND {column} IS NOT NULL GROUP BY versionId"
        )
        try:
            groups = self.database.tuples(sql, (first, last))
        except DamagedLibrary:
            # The properties of one version can be too long for one text. If the file is damaged, reading its rows
            # reports it.
            return [(version, 0, "", "") for version in versions]
        self.database.check_index(table, (group[0] for group in groups), range(first, last + 1))
        return groups

    def _paired(
        self, groups: Iterable[_Group], values_in: Callable[[str], Sequence[object]], versions: Sequence[int]
    ) -> tuple[dict[int, _Pairs], list[int]]:
        """Key to value by version, and the versions that must be read row by row."""
        found: dict[int, _Pairs] = {}
        odd = set()
        # A version and its hidden original version, or all photos of one camera, share many properties.
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
        """`count` properties; None when these texts do not hold exactly that many."""
        names = self._keys_in(keys)
        if not names or len(names) != count or type(values) is not str:
            return None
        try:
            return dict(zip(names, values_in(values), strict=True))
        except (KeyError, ValueError):
            return None

    def _keys_in(self, joined: object) -> tuple[str, ...]:
        """Keys that were joined by commas; empty when one of them is not a plausible key."""
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
        """The texts with these numbers, and possibly others, without texts that need a closer look."""
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
    """A property's key; None for a value that is neither text nor text as bytes."""
    if isinstance(stored, bytes):
        with contextlib.suppress(UnicodeDecodeError):
            return stored.decode()
    return stored if isinstance(stored, str) else None


def _numbers_in(joined: str) -> list[float]:
    """Numbers that SQLite wrote, joined by commas. Raises ValueError for anything else."""
    if "e+999" in joined:
        raise ValueError("infinity, as quote() writes it")
    numbers: list[float] = json.loads(f"[{joined}]")
    return numbers


def _make_room(known: dict[str, Any]) -> None:
    if len(known) >= _KNOWN:
        known.clear()
