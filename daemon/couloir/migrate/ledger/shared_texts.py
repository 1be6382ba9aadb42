"""Texts that many rows of the ledger share: reasons, and the part of their details that repeats.

A library of 100,000 photos has a million rows, and their reasons, settings and remarks on operations are a few thousand
texts. Each is stored once; the view `item` puts the rows together again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

from couloir.json_text import to_json
from couloir.migrate.ledger.reasons import Reason

# The members of a detail that many rows have in common; the others say what only their row is.
_SHARED: Final = frozenset(
    (
        *("anomalies", "clamps", "edited", "embedded", "enabled", "fidelity", "identifier", "lost"),
        *("model", "number", "placement", "reason", "settings"),
    )
)
_MOST: Final = 4096  # texts whose numbers are remembered


def split_detail(detail: Mapping[str, object]) -> tuple[str, str]:
    """A row's detail as two JSON texts: the members that it shares with others, without their braces ("" for none),
    and an object of its own ones. `JOINED` is the counterpart.
    """
    shared = {name: value for name, value in detail.items() if name in _SHARED}
    own = {name: value for name, value in detail.items() if name not in _SHARED}
    return _compact(shared)[1:-1], _compact(own)


#: SQL for a row's whole detail; NULL where the ledger has lost the text that the row shares.
JOINED: Final = """
    CASE
        WHEN shared IS NULL THEN own
        WHEN own = '{}' THEN '{' || members || '}'
        ELSE '{' || members || ',' || substr(own, 2)
    END"""


class SharedTexts:
    """Gives each text its number, inside the caller's transaction. After a rollback the numbers have to be forgotten.

    A number is made of the text, so that it is found without a second copy of all texts in an index; of two texts with
    one number the second gets the next.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._known: dict[tuple[str, ...], int] = {}

    def number_reason(self, reason: Reason) -> int:
        return self._number("item_reason", "code, sentence, advice", (reason.code, reason.sentence, reason.advice))

    def number_members(self, members: str) -> int | None:
        """None for the empty text."""
        return self._number("item_shared", "members", (members,)) if members else None

    def forget(self) -> None:
        self._known.clear()

    def drop_unused(self) -> None:
        """Remove the texts that no row has any more."""
        self.forget()
        self._db.execute("DELETE FROM item_reason WHERE id NOT IN (SELECT reason FROM item_row)")
        self._db.execute(
            "DELETE FROM item_shared WHERE id NOT IN (SELECT shared FROM item_row WHERE shared IS NOT NULL)"
        )

    def _number(self, table: str, columns: str, texts: tuple[str, ...]) -> int:
        known = self._known.get(texts)
        if known is not None:
            return known
        number = int.from_bytes(blake2b("\0".join(texts).encode(), digest_size=4).digest()) >> 1
        find = f"SELECT {columns} FROM main.{table} WHERE id = ?"  # noqa: S608  (constants of this module)
        while (found := self._db.execute(find, (number,)).fetchone()) is not None and found != texts:
            number += 1
        if found is None:
            marks = ", ".join("?" * (1 + len(texts)))
            self._db.execute(f"INSERT INTO main.{table} (id, {columns}) VALUES ({marks})", (number, *texts))  # noqa: S608
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[texts] = number
        return number


def shared_part(detail: str) -> str | None:
    """SQL function of the same name, for ledgers of before: the first text of `split_detail`, NULL for an empty one."""
    return split_detail(_object(detail))[0] or None


def own_part(detail: str) -> str:
    """As `shared_part`: the second text."""
    found = _object(detail)
    return split_detail(found)[1] if found else detail


def _object(detail: str) -> dict[str, object]:
    """The detail; {} for one that is damaged, which stays as it is."""
    try:
        found = json.loads(detail)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _compact(members: Mapping[str, object]) -> str:
    return to_json(members, sort_keys=True, separators=(",", ":"))
