"""The rows of the ledger as plain data: every row of a library, its state, and the sums over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from couloir.migrate.ledger.reasons import Reason, State


class Kind(StrEnum):
    """The kinds of rows of a library that are accounted for."""

    MASTER = "master"
    VERSION = "version"
    PROJECT = "project"
    FOLDER = "folder"
    ALBUM = "album"
    KEYWORD = "keyword"
    STACK = "stack"
    FACE = "face"
    OPERATION = "operation"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the library and its state. `detail` is plain JSON data without times."""

    kind: Kind
    uuid: str
    name: str
    state: State
    reason: Reason
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as the ledger keeps it; `run` is the run in which it reached its state."""

    row: Row
    run: int


@dataclass(frozen=True, slots=True)
class KindBalance:
    """The counts of a kind. It balances if total = done + already_there + skipped + waiting + failed + own_records.

    `own_records` are Aperture's own records of untouched originals, which it never shows: they are rows of the library
    and nobody's photos, so they are not among the skipped ones.
    """

    kind: Kind
    total: int
    done: int
    already_there: int
    skipped: int
    waiting: int
    failed: int
    own_records: int = 0

    @property
    def accounted(self) -> int:
        return self.done + self.already_there + self.skipped + self.waiting + self.failed + self.own_records

    @property
    def balances(self) -> bool:
        return self.total == self.accounted
