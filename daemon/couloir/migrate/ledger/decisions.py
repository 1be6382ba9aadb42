"""The photographer's decisions on the page of all photos: accepted, to be derived again, or to be reviewed."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from couloir.migrate.ledger.ledger import Ledger


class Decision(StrEnum):
    """A new measurement removes AGAIN; the others stay until they are withdrawn."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    AGAIN = "re-derive"


def decide(ledger: Ledger, versions: Iterable[str], decision: Decision | None) -> None:
    """Record a decision on versions in place of the earlier ones, in a transaction of its own; None removes them."""
    with ledger.transaction():
        if decision is None:
            query = "DELETE FROM decision WHERE version = ?"
            ledger.connection.executemany(query, ((version,) for version in versions))
        else:
            query = "INSERT OR REPLACE INTO decision VALUES (?, ?)"
            ledger.connection.executemany(query, ((version, decision) for version in versions))


def decisions(ledger: Ledger) -> dict[str, Decision]:
    """All decisions, by version."""
    found = ledger.connection.execute("SELECT version, decision FROM decision ORDER BY version")
    return {version: Decision(decision) for version, decision in found}
