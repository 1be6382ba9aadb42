"""How near each version came: the verdict of a measurement, kept beside the ledger's rows.

In a table of its own, because a later run of the migration writes the rows anew, and what was measured stays measured.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

from couloir.color.difference import Difference
from couloir.migrate.ledger import Ledger, printable

PICTURES: Final = "renderings"
"""The folder in the migration's own folder that holds the last rendering of each version that was measured."""


@dataclass(frozen=True, slots=True)
class Match:
    """What was measured of one version.

    `verdict` is "exact", "matched", "close" or "review". `before` and `after` compare the first and the last rendering
    with Aperture's preview; both are None where nothing could be compared, and `reason` says why, or what stood in the
    way. `renderer` drew `renderings` pictures. `settings` are the develop settings that the photo has now. `picture` is
    the file of the last rendering, relative to the destination, "" where none was kept.
    """

    version: str
    verdict: str
    before: Difference | None
    after: Difference | None
    reason: str
    renderer: str
    renderings: int
    settings: Mapping[str, object] = field(default_factory=dict)
    picture: str = ""


def put_match(ledger: Ledger, match: Match) -> None:
    """Write down a measurement, inside a transaction; it replaces the earlier one of its version."""
    text = printable(json.dumps(asdict(match), sort_keys=True))
    ledger.connection.execute("INSERT OR REPLACE INTO match VALUES (?, ?)", (match.version, text))


def match_of(ledger: Ledger, version: str) -> Match | None:
    """What was measured of a version, if anything was."""
    found = ledger.connection.execute("SELECT found FROM match WHERE version = ?", (version,)).fetchone()
    return None if found is None else _read(found[0])


def matches(ledger: Ledger) -> Iterator[Match]:
    """Every measurement, by the version's uuid."""
    for (text,) in ledger.connection.execute("SELECT found FROM match ORDER BY version"):
        yield _read(text)


def picture_name(version: str) -> str:
    """The file name of a version's rendering: a uuid may hold what means something in a path."""
    return hashlib.blake2b(version.encode("utf-8", "replace"), digest_size=10).hexdigest() + ".jpg"


def _read(text: str) -> Match:
    found = json.loads(text)
    for name in ("before", "after"):
        found[name] = None if found[name] is None else Difference(**found[name])
    return Match(**found)
