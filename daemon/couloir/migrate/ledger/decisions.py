"""The photographer's decisions on the page of all photos: accepted, to be derived again, or to be reviewed."""

from __future__ import annotations

from enum import StrEnum

from couloir.migrate.ledger.ledger import Ledger


class Decision(StrEnum):
    """A new measurement removes AGAIN; the others stay until they are withdrawn."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    AGAIN = "re-derive"


def decide(ledger: Ledger, version: str, decision: Decision | None) -> None:
    """Record a decision in place of the earlier one, in a transaction of its own; None removes it."""
    with ledger.transaction():
        if decision is None:
            ledger.connection.execute("DELETE FROM decision WHERE version = ?", (version,))
        else:
            ledger.connection.execute("INSERT OR REPLACE INTO decision VALUES (?, ?)", (version, decision))


def decisions(ledger: Ledger) -> dict[str, Decision]:
    """All decisions, by version."""
    found = ledger.connection.execute("SELECT version, decision FROM decision ORDER BY version")
    return {version: Decision(decision) for version, decision in found}
