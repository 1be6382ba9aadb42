"""IPTC and EXIF of versions, from Properties.apdb.

A library has some forty properties for each version: most of its rows are these. So SQLite puts together what belongs
to one version, its keys in one text and its values in another. Only a version of which these texts hold anything out
of the ordinary is read row by row.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
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


NO_PROPERTIES = Properties({}, {})


class Metadata:
    """Looks up the properties of a page of versions at a time."""

    def __init__(self, properties: Database, findings: Findings) -> None:
        """`properties` has the tables of REQUIRED."""
        self.database = properties
        self._findings = findings
        self._keys: dict[str, tuple[str, ...]] = {}
        self._texts: dict[str, str] = {}

    def of(self, model_ids: Sequence[int]) -> list[Properties]:
        """The properties of at most PAGE versions, whose modelIds ascend, in the same order."""
        iptc: dict[int, dict[str, Any]] = {model_id: {} for model_id in model_ids}
        exif: dict[int, dict[str, Any]] = {model_id: {} for model_id in model_ids}
        self._add_texts("RKIptcProperty", iptc)
        self._add_texts("RKExifStringProperty", exif)
        self._add_numbers(exif)
        return [Properties(iptc[model_id], exif[model_id]) for model_id in model_ids]

    def _add_texts(self, table: str, found: dict[int, dict[str, Any]]) -> None:
        groups = [
            (version, keys, numbers.split(","))
            for version, keys, numbers in self._grouped(table, "stringId", "stringId", found)
        ]
        text_of = self._remembered({number for _, _, numbers in groups for number in numbers}).get
        odd = []
        for version, keys, numbers in groups:
            texts = list(map(text_of, numbers))
            if not keys or len(keys) != len(texts) or None in texts:
                odd.append(version)
            else:
                found[version].update(zip(keys, texts, strict=True))
        for row in self._rows(table, "p.stringId, s.modelId, s.stringProperty", odd):
            version, key, wanted, number, text = row
            name = _key_of(key)
            if name is None or (number is None and wanted is not None):
                self._unusable(version, key)
            elif text is not None:
                cell = Cells({"stringProperty": text}, self._findings, "metadata", f"version {version}")
                found[version][name] = cell.name("stringProperty")

    def _add_numbers(self, found: dict[int, dict[str, Any]]) -> None:
        odd = []
        # A version and the hidden one of its original mostly have the same numbers.
        parsed: dict[str, list[float]] = {}
        for version, keys, text in self._grouped(_NUMBERS, "numberProperty", _EXACT, found):
            numbers = parsed.get(text)
            if numbers is None:
                numbers = parsed[text] = _numbers_in(text)
            if not keys or len(keys) != len(numbers):
                odd.append(version)
            else:
                found[version].update(zip(keys, numbers, strict=True))
        for row in self._rows(_NUMBERS, "p.numberProperty", odd):
            version, key, number = row
            name = _key_of(key)
            if name is not None and type(number) in {int, float} and math.isfinite(number):
                found[version][name] = number
            elif number is not None:
                self._unusable(version, key)

    def _grouped(
        self, table: str, column: str, value: str, versions: Collection[int]
    ) -> Iterator[tuple[int, tuple[str, ...], str]]:
        """(version, its keys, its values joined by commas); without keys it has to be read row by row."""
        if not versions:
            return
        first, last = min(versions), max(versions)
        # A version's rows lie in the index in the order in which they were added, and so does what is joined. Table,
        # column and value are this module's constants.
        sql = (
            f"SELECT versionId, count(*), count(propertyKey), group_concat(propertyKey), group_concat({value}) "  # noqa: S608
            f"FROM {table} WHERE versionId BETWEEN ? AND ? AND {column} IS NOT NULL GROUP BY versionId"
        )
        try:
            groups = self.database.tuples(sql, (first, last))
        except DamagedLibrary:
            # One version can have more than fits into one text. If it is the file, reading its rows says so.
            groups = [(version, 0, 0, None, "") for version in versions]
        self.database.check_index(table, (group[0] for group in groups), range(first, last + 1))
        for version, rows, named, keys, values in groups:
            if version in versions:
                names = self._keys_in(keys) if rows == named else ()
                yield version, names if len(names) == rows and type(values) is str else (), values

    def _keys_in(self, joined: object) -> tuple[str, ...]:
        """Keys that were joined by commas; none when one of them does not look like a key."""
        if type(joined) is not str:
            return ()
        keys = self._keys.get(joined)
        if keys is None:
            keys = tuple(joined.split(","))
            if not all(key[:1].isalpha() for key in keys):
                return ()
            if len(joined) <= _LONGEST:
                _make_room(self._keys)
                self._keys[joined] = keys
        return keys

    def _remembered(self, numbers: Collection[str]) -> Mapping[str, str]:
        """The texts with these numbers, and maybe others. Those with anything odd about them are not among them."""
        _make_room(self._texts)
        wanted = [
            int(number) for number in numbers - self._texts.keys() if number.isdecimal() and len(number) < _DIGITS
        ]
        for chunk in chunks(wanted):
            for row in self.database.matching("RKUniqueString", ("stringProperty",), "modelId", chunk):
                text, number = row
                if type(text) is str and "\0" not in text and len(text) <= _LONGEST:
                    self._texts[str(number)] = text
        return self._texts

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
    """Numbers that SQLite wrote down, joined by commas; none when something else is among them."""
    if "e+999" in joined:  # how quote() writes infinity
        return []
    try:
        numbers: list[float] = json.loads(f"[{joined}]")
    except ValueError:
        return []
    return numbers


def _make_room(known: dict[str, Any]) -> None:
    if len(known) >= _KNOWN:
        known.clear()
