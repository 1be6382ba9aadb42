"""IPTC and EXIF of versions, from Properties.apdb."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from couloir.aperture.cells import Cells
from couloir.aperture.findings import Findings
from couloir.aperture.safe_sqlite import Database

REQUIRED = {
    "RKUniqueString": ("modelId", "stringProperty"),
    "RKIptcProperty": ("versionId", "propertyKey", "stringId"),
    "RKExifStringProperty": ("versionId", "propertyKey", "stringId"),
    "RKExifNumberProperty": ("versionId", "propertyKey", "numberProperty"),
}


class Properties(NamedTuple):
    """By Aperture's property keys.

    EXIF numbers are in plain units: ApertureValue is an f-number, ShutterSpeed seconds.
    """

    iptc: dict[str, str]
    exif: dict[str, str | float]


class Metadata:
    """Looks up the properties of a page of versions at a time."""

    def __init__(self, properties: Database, findings: Findings) -> None:
        """`properties` has the tables of REQUIRED."""
        self.database = properties
        self._findings = findings

    def of(self, model_ids: Sequence[int]) -> dict[int, Properties]:
        """The properties of at most PAGE versions by modelId. Every one of `model_ids` is in the result."""
        iptc: dict[int, dict[str, str]] = {model_id: {} for model_id in model_ids}
        exif: dict[int, dict[str, str | float]] = {model_id: {} for model_id in model_ids}
        for version, key, text in self._texts("RKIptcProperty", model_ids):
            iptc[version][key] = text
        for version, key, text in self._texts("RKExifStringProperty", model_ids):
            exif[version][key] = text
        for row in self._rows("RKExifNumberProperty", "p.numberProperty", model_ids):
            version, key, number = row
            # Most of a library's rows pass here, hence one cheap test first: only of a finite number it is zero.
            if (type(number) is float or type(number) is int) and number - number == 0 and type(key) is str:
                exif[version][key] = number
            elif number is not None:
                self._unusable(version, key)
        return {model_id: Properties(iptc[model_id], exif[model_id]) for model_id in model_ids}

    def _texts(self, table: str, model_ids: Sequence[int]) -> Iterable[tuple[int, str, str]]:
        """(version, key, text).

        Most texts occur many times, so rows name them by number; SQLite joins faster than we could.
        """
        for row in self._rows(table, "p.stringId, s.modelId, s.stringProperty", model_ids):
            version, key, wanted, found, text = row
            if type(key) is not str or (found is None and wanted is not None):
                self._unusable(version, key)
            elif type(text) is str and "\0" not in text:
                yield version, key, text
            elif text is not None:
                kept = {"stringProperty": text, "_rowid": version}
                yield version, key, Cells(kept, self._findings, "metadata", f"version {version}").name("stringProperty")

    def _rows(self, table: str, columns: str, model_ids: Sequence[int]) -> list[Any]:
        """Plain tuples of version, key and these columns, in the table's order."""
        joined = "LEFT JOIN RKUniqueString AS s ON s.modelId = p.stringId" if "s." in columns else ""
        rows = self.database.tuples(
            # Table and columns are this module's constants.
            f"SELECT p.versionId, p.propertyKey, {columns} FROM {table} AS p {joined} "  # noqa: S608
            f"WHERE p.versionId IN ({','.join('?' * len(model_ids))}) ORDER BY p.rowid",
            model_ids,
        )
        self.database.check_index(table, {row[0] for row in rows}, model_ids)
        return rows

    def _unusable(self, version: int, key: object) -> None:
        self._findings.warn(
            "metadata.unusable",
            "metadata",
            f"version {version} {key!r}",
            f"The property {key!r} of the version with modelId {version} refers to nothing, or is not a number.",
            "It is left out.",
        )
