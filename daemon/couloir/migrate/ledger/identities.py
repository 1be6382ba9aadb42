"""Distinguishes rows that share a uuid in a damaged library: each of its rows must have a row of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import blake2b

from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Row


class Identities:
    """Records the identities of one pass over the library, about 100 bytes per row: 100 MB for a million rows."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def is_new(self, kind: str, uuid: str) -> bool:
        """True at the first call with this kind and uuid."""
        if self.has(kind, uuid):
            return False
        self._seen.add(_mark(kind, uuid))
        return True

    def has(self, kind: str, uuid: str) -> bool:
        """Whether `is_new` was called with this before, or a duplicate got this identity."""
        return _mark(kind, uuid) in self._seen

    def tell_apart(self, rows: Iterable[tuple[Row, int]]) -> Iterator[Row]:
        """The rows; of rows with the same uuid all but the first become duplicates, identified by their numbers."""
        for row, number in rows:
            yield row if self.is_new(row.kind, row.uuid) else self.duplicate(row, number)

    def duplicate(self, row: Row, number: int) -> Row:
        """The row of a duplicate uuid: failed, under an identity of its own. `number` (the modelId) distinguishes it
        from a third.
        """
        uuid = f"{row.uuid}#{number}"
        self._seen.add(_mark(row.kind, uuid))
        return replace(row, uuid=uuid, state=State.FAILED, reason=reasons.DUPLICATE)


def _mark(kind: str, uuid: str) -> bytes:
    return blake2b(f"{kind}\0{uuid}".encode("utf-8", "replace"), digest_size=8).digest()
