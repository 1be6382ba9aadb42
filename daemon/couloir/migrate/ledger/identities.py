"""Tells rows apart that a damaged library has given one uuid: each row of a library must end in a row of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import blake2b

from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Row


class Identities:
    """Remembers what was seen in one pass over the library, about 100 bytes a row: 100 MB for a million rows."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def is_new(self, kind: str, uuid: str) -> bool:
        """True the first time this is asked of a kind and uuid."""
        if self.has(kind, uuid):
            return False
        self._seen.add(_mark(kind, uuid))
        return True

    def has(self, kind: str, uuid: str) -> bool:
        """Whether `is_new` was asked of this before, or a second bearer got this identity."""
        return _mark(kind, uuid) in self._seen

    def tell_apart(self, rows: Iterable[tuple[Row, int]]) -> Iterator[Row]:
        """Rows with their numbers; of rows with one uuid all but the first become duplicates."""
        for row, number in rows:
            yield row if self.is_new(row.kind, row.uuid) else self.duplicate(row, number)

    def duplicate(self, row: Row, number: int) -> Row:
        """The row of a second bearer of a uuid: failed, under an identity of its own. `number` (the modelId) tells it
        from a third.
        """
        uuid = f"{row.uuid}#{number}"
        self._seen.add(_mark(row.kind, uuid))
        return replace(row, uuid=uuid, state=State.FAILED, reason=reasons.DUPLICATE)


def _mark(kind: str, uuid: str) -> bytes:
    return blake2b(f"{kind}\0{uuid}".encode("utf-8", "replace"), digest_size=8).digest()
