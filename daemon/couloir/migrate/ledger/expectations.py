"""What is expected of the versions that were not measured, and the corrections that they got from photos that were.

Measured, expected, not known: every photo that could be matched is one of the three. Measurements replace expectations.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from couloir.json_text import to_json
from couloir.language import count, mark
from couloir.migrate.ledger.ledger import Ledger, printable
from couloir.refine.verdict import is_adobe

_BOUNDS: Final = "expected_bounds"

Figures = tuple[str, float | None, float | None, float | None]
"""A version, the mean CIEDE2000 that is expected of it, and the bounds between which it lies four times of five."""


@dataclass(frozen=True, slots=True)
class ExpectationRecord:
    """What is expected of one version: mean CIEDE2000, between `low` and `high` four times of five; None where nothing
    is known. `settings` are its translation with the `correction` of its group, by parameter in normalised units, which
    other members have confirmed; empty where it got none. `source` is the fingerprint of what Aperture said then.
    `why` is a sentence where nothing can be known.
    """

    version: str
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    correction: Mapping[str, float] = field(default_factory=dict)
    source: str = ""
    why: str = ""

    def tell(self) -> str:
        """A sentence for the photographer."""
        if self.why:
            return self.why
        if self.mean is None or self.low is None or self.high is None:
            return mark("Not known: no photo of its camera was measured yet.")
        told = mark(f"Expected {self.mean:.1f}, between {self.low:.1f} and {self.high:.1f} four times of five.")
        return f"{told} {_CORRECTED}" if self.settings else told


_CORRECTED: Final = mark("It got the correction of photos like it, which others of them have confirmed.")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The photos that could be matched, by how their differences are known: how many, and their mean CIEDE2000, NaN
    for none. `measured` ones were drawn by Adobe's own code, `drawn` ones by a program that only resembles Lightroom.
    The mean of the expected ones lies between `low` and `high` four times of five.
    """

    measured: int
    measured_mean: float
    drawn: int
    drawn_mean: float
    expected: int
    expected_mean: float
    low: float
    high: float
    unknown: int
    corrected: int

    def tell(self) -> list[str]:
        """Sentences for the photographer; none where nothing was ever expected."""
        if not self.expected and not self.unknown:
            return []
        told = []
        if self.measured:
            many = self.measured
            told.append(
                count(
                    many,
                    f"{many:,} photo measured, mean difference {self.measured_mean:.2f}.",
                    f"{many:,} photos measured, mean difference {self.measured_mean:.2f}.",
                )
            )
        if self.expected:
            many, low, high = self.expected, self.low, self.high
            told.append(
                count(
                    many,
                    f"{many:,} photo expected, difference between {low:.2f} and {high:.2f}.",
                    f"{many:,} photos expected, mean difference between {low:.2f} and {high:.2f}.",
                )
            )
        if self.unknown:
            told.append(
                count(self.unknown, f"{self.unknown:,} photo not known.", f"{self.unknown:,} photos not known.")
            )
        return told

    def as_dict(self) -> dict[str, object]:
        """JSON-ready."""
        return {
            "measured": {"photos": self.measured, "mean": _finite(self.measured_mean)},
            "drawn": {"photos": self.drawn, "mean": _finite(self.drawn_mean)},
            "expected": {
                "photos": self.expected,
                "mean": _finite(self.expected_mean),
                "low": _finite(self.low),
                "high": _finite(self.high),
                "corrected": self.corrected,
            },
            "not_known": {"photos": self.unknown},
        }


def put_figures(
    ledger: Ledger,
    figures: Iterable[Figures],
    bounds: tuple[float | None, float | None],
    unknown: Mapping[str, str] | None = None,
) -> None:
    """Replace all figures, in a transaction of its own: (version, mean, low, high) of every photo that was not
    measured, the bounds of the mean of all that are expected, and the reason of each version of which nothing can be
    known. Corrections stay.
    """
    with ledger.transaction():
        database = ledger.connection
        database.execute("UPDATE expected SET mean = NULL, low = NULL, high = NULL, why = ''")
        database.execute("DELETE FROM expected WHERE settings = ''")
        database.executemany(
            "INSERT INTO expected VALUES (?, ?, ?, ?, '', '', '', '')"
            " ON CONFLICT (version) DO UPDATE SET mean = excluded.mean, low = excluded.low, high = excluded.high",
            figures,
        )
        database.execute(  # what an earlier round has measured counts until it is measured anew
            "DELETE FROM expected WHERE settings = '' AND version IN"
            " (SELECT version FROM match WHERE found ->> '$.after.mean' IS NOT NULL)"
        )
        database.executemany(
            "INSERT INTO expected VALUES (?, NULL, NULL, NULL, '', '', '', ?)"
            " ON CONFLICT (version) DO UPDATE SET why = excluded.why",
            (unknown or {}).items(),
        )
        ledger.set_fact(_BOUNDS, to_json(bounds))


def put_correction(ledger: Ledger, record: ExpectationRecord) -> None:
    """Record the settings of a version with a correction, inside a transaction; its figures stay."""
    ledger.connection.execute(
        "INSERT INTO expected (version, settings, correction, source) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (version) DO UPDATE"
        " SET settings = excluded.settings, correction = excluded.correction, source = excluded.source",
        (
            record.version,
            printable(to_json(dict(record.settings), sort_keys=True)),
            to_json(dict(record.correction), sort_keys=True),
            record.source,
        ),
    )


def expectation_of(ledger: Ledger, version: str) -> ExpectationRecord | None:
    """What is expected of a version; None where it was measured, or nobody asked."""
    found = ledger.connection.execute(f"{_SELECT} WHERE version = ?", (version,)).fetchone()
    return None if found is None else _read(found)


def corrections(ledger: Ledger) -> Iterator[ExpectationRecord]:
    """The versions that got a correction, by uuid."""
    for row in ledger.connection.execute(f"{_SELECT} WHERE settings <> '' ORDER BY version"):
        yield _read(row)


def sum_knowledge(ledger: Ledger) -> Knowledge:
    """The sums of what was measured and of what is expected."""
    nothing = float("nan")
    sums = {True: (0, 0.0), False: (0, 0.0)}
    for renderer, photos, total in ledger.connection.execute(
        "SELECT found ->> '$.renderer', count(*), sum(found ->> '$.after.mean') FROM match"
        " WHERE found ->> '$.after.mean' IS NOT NULL GROUP BY 1 ORDER BY 1"
    ):
        before = sums[is_adobe(str(renderer))]
        sums[is_adobe(str(renderer))] = before[0] + int(photos), before[1] + float(total)
    expected, expected_mean, unknown, corrected = ledger.connection.execute(
        "SELECT count(mean), avg(mean), count(*) - count(mean), count(*) FILTER (WHERE settings <> '') FROM expected"
    ).fetchone()
    asked = ledger.fact(_BOUNDS)
    if asked is not None:  # what was tried and could not be compared is not known either
        unknown += ledger.connection.execute(
            "SELECT count(*) FROM match WHERE found ->> '$.after.mean' IS NULL"
            " AND version NOT IN (SELECT version FROM expected)"
        ).fetchone()[0]
    bounds = json.loads(asked or "[null, null]")
    low, high = (nothing if each is None else float(each) for each in bounds)
    return Knowledge(
        measured=sums[True][0],
        measured_mean=sums[True][1] / sums[True][0] if sums[True][0] else nothing,
        drawn=sums[False][0],
        drawn_mean=sums[False][1] / sums[False][0] if sums[False][0] else nothing,
        expected=int(expected),
        expected_mean=nothing if expected_mean is None else float(expected_mean),
        low=low,
        high=high,
        unknown=int(unknown),
        corrected=int(corrected),
    )


_SELECT: Final = "SELECT version, mean, low, high, settings, correction, source, why FROM expected"


def _read(row: tuple[str, float | None, float | None, float | None, str, str, str, str]) -> ExpectationRecord:
    version, mean, low, high, settings, correction, source, why = row
    return ExpectationRecord(
        version, mean, low, high, json.loads(settings or "{}"), json.loads(correction or "{}"), source, why
    )


def _finite(value: float) -> float | None:
    return value if value == value else None
