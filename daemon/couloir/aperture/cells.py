"""Reads single cells of a database row as the expected type, whatever SQLite holds there.

SQLite does not enforce column types, and a damaged or hostile library can hold anything anywhere. Each reader here
returns the expected type or None, and reports a value that it cannot use.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from couloir.aperture.findings import Findings

_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
# Photographs begin in the 1820s; scans of old ones have such dates on purpose. Other dates are errors of a camera
# or of a database.
_FIRST_YEAR, _LAST_YEAR = 1800, 2199
_MAX_INTEGER = 2**63 - 1


def apple_time(seconds: float) -> datetime | None:
    """The instant `seconds` after 2001-01-01 00:00:00 UTC, or None when it is not a possible date of a photograph.

    >>> apple_time(0.0)
    datetime.datetime(2001, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if not math.isfinite(seconds):
        return None
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def unique_cells(pages: Iterable[Sequence[sqlite3.Row]], findings: Findings, kind: str) -> dict[str, Cells]:
    """Rows by uuid, in order. Of several rows with the same uuid the first is kept and the others are reported."""
    result: dict[str, Cells] = {}
    for page in pages:
        for row in page:
            cell = Cells(row, findings, kind)
            if cell.item in result:
                report_duplicate(findings, kind, cell.item, "The first is used.")
            else:
                result[cell.item] = cell
    return result


def report_duplicate(findings: Findings, kind: str, uuid: str, consequence: str) -> None:
    findings.error(f"{kind}.duplicate-uuid", kind, uuid, f"Several {kind}s have this uuid.", consequence)


class Cells:
    """One row. `kind` and `item` identify it in findings."""

    __slots__ = ("_findings", "_row", "item", "kind")

    def __init__(
        self, row: sqlite3.Row | Mapping[str, Any], findings: Findings, kind: str, item: str | None = None
    ) -> None:
        """Without `item` the row is named by its uuid; it must then have the columns uuid and modelId."""
        self._row = row
        self._findings = findings
        self.kind = kind
        self.item = item or self._uuid()

    def _uuid(self) -> str:
        self.item = f"no-uuid-{self.model_id}"
        uuid = self.key("uuid")
        if uuid is None:
            self._findings.error(
                f"{self.kind}.no-uuid", self.kind, self.item, f"This {self.kind} has no uuid; it is called {self.item}."
            )
        return uuid or self.item

    @property
    def model_id(self) -> int:
        return int(self._row["_rowid"])

    def text(self, column: str) -> str | None:
        """Text without NUL characters; None for NULL. '' stays ''."""
        value = self.verbatim(column)
        if value is not None and "\0" in value:
            self._odd(column, "contains NUL characters, which were left out")
            return value.replace("\0", "")
        return value

    def verbatim(self, column: str) -> str | None:
        """Text exactly as stored, NUL characters included: for paths, where leaving one out would name another file."""
        value = self._row[column]
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, bytes):
            self._odd(column, "holds bytes instead of text")
            return value.decode("utf-8", "replace")
        return str(value)

    def data(self, column: str) -> bytes | None:
        """Bytes; None for NULL and, with a finding, for anything else."""
        value = self._row[column]
        if value is None or isinstance(value, bytes):
            return value
        self._odd(column, "holds no bytes")
        return None

    def name(self, column: str) -> str:
        """Text, '' for NULL."""
        return self.text(column) or ""

    def key(self, column: str) -> str | None:
        """A uuid that refers to another row; '' counts as None."""
        return self.text(column) or None

    def integer(self, column: str) -> int | None:
        value = self._row[column]
        if value is None or type(value) is int:
            return value
        number = self.number(column)
        if number is None:
            return None
        if not number.is_integer() or abs(number) > _MAX_INTEGER:
            self._odd(column, f"is {number:g}, not a plausible whole number")
            return None
        return int(number)

    def number(self, column: str) -> float | None:
        """A finite number."""
        value = self._row[column]
        if value is None:
            return None
        try:
            number = float(value)
        except ValueError:
            self._odd(column, "is not a number")
            return None
        if not math.isfinite(number):
            self._odd(column, f"is {number:g}")
            return None
        return number

    def flag(self, column: str) -> bool:
        """True for any number but 0; NULL is false."""
        return bool(self.integer(column))

    def when(self, column: str) -> datetime | None:
        seconds = self.number(column)
        if seconds is None:
            return None
        moment = apple_time(seconds)
        if moment is None:
            self._odd(column, f"is not a possible date ({seconds:g} seconds after 2001)")
        return moment

    def within(self, column: str, low: float, high: float) -> float | None:
        """A number from low to high; None, with a finding, for any other."""
        number = self.number(column)
        if number is not None and not low <= number <= high:
            self._odd(column, f"is {number:g}, outside of {low:g} to {high:g}")
            return None
        return number

    def _odd(self, column: str, what: str) -> None:
        self._findings.warn(
            f"{self.kind}.odd-value.{column}", self.kind, self.item, f"{column} of this {self.kind} {what}."
        )
