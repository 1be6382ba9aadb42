"""The versions whose settings Capture One has been given through its scripting, and what it refused of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from couloir.json_text import to_json
from couloir.migrate.ledger.ledger import Ledger, printable


@dataclass(frozen=True, slots=True)
class AppliedRecord:
    """One version: the fingerprint of the settings that it got, and sentences about those that were left."""

    version: str
    settings: str
    left: tuple[str, ...] = ()


def put_applied(ledger: Ledger, records: Sequence[AppliedRecord]) -> None:
    """Record versions in place of earlier records, in a transaction of its own."""
    with ledger.transaction():
        ledger.connection.executemany(
            "INSERT OR REPLACE INTO applied VALUES (?, ?, ?)",
            ((each.version, each.settings, printable(to_json(each.left))) for each in records),
        )


def all_applied(ledger: Ledger) -> Mapping[str, AppliedRecord]:
    """All records, by version; none in a ledger that is older than them, which is open to be read."""
    if not ledger.connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'applied'").fetchone():
        return {}
    found = ledger.connection.execute("SELECT version, settings, left_out FROM applied ORDER BY version")
    return {version: AppliedRecord(version, settings, tuple(json.loads(left))) for version, settings, left in found}
