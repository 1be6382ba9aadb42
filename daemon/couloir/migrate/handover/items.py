"""What is handed over, as plain data: the items of the queue, a batch of them, and what an answer did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from couloir.migrate.handover.rows import Outcome


class Sort(StrEnum):
    """The kind of an item of the queue; the values are those of Kind."""

    VERSION = "version"
    MASTER = "master"
    ALBUM = "album"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class WantedVersion:
    """A version that may be sent to Lightroom, in the order of `project` (a position), `order`, `place`.

    The versions of a stack share one `order`; `place` is theirs in it, the pick's is 0. `number` is Aperture's version
    number, the order of virtual copies.
    """

    version: str
    master: str
    number: int
    project: int = 0
    order: int = 0
    place: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """An item that is sent. `unit` is the uuid of the photo that it belongs to, its own unless it is a copy."""

    sort: Sort
    uuid: str
    unit: str
    master: str
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it is sent. `content` is JSON text, the same bytes each time."""

    number: int
    content: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The effect of an answer: items `taken`, items `left` out, which are sent again, and `unknown` ones.

    `repeated` is true when the batch had been answered before; then nothing else was done.
    """

    taken: int = 0
    left: int = 0
    unknown: int = 0
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """The number of photos and virtual copies in the queue, by outcome; `open` have none yet. `others` are albums and
    keywords that are not sent yet."""

    total: int
    open: int
    others: int
    outcomes: Mapping[str, int] = field(default_factory=dict)
