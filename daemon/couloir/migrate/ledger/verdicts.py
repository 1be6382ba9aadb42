"""The measured difference and the verdict of each version, kept beside the ledger's rows.

It is a separate table, because a later run of the migration rewrites the rows, and measurements must stay.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

from couloir.color.difference import Difference
from couloir.json_text import to_json
from couloir.migrate.ledger.ledger import Ledger, printable
from couloir.refine.details import DetailRecord, read_details

PICTURES: Final = "renderings"
"""The folder in the migration's own folder that holds the last rendering of each version that was measured."""

_MATCHABLE: Final = """
FROM handover JOIN item ON item.kind = 'version' AND item.uuid = handover.uuid
WHERE handover.kind = 'version' AND handover.outcome = 'done' AND item.state = 'done'
    AND item.detail -> '$.settings' IS NOT NULL AND item.detail ->> '$.lightroom' IS NOT NULL
"""
_UNMATCHED: Final = _MATCHABLE + " AND NOT EXISTS (SELECT 1 FROM match WHERE version = item.uuid)"  # noqa: S608
_IN_ORDER: Final = "ORDER BY handover.position, handover.number, item.uuid"


@dataclass(frozen=True, slots=True)
class TableFit:
    """The colour table that was tried for a photo. `sliders`: the mean CIEDE2000 of the photo without it; `before` and
    `unseen`: that of blocks that it was not fitted on, without it and with it; `step`: the steepest step between two of
    256 greys, in levels of 8 bits; `size`: the bytes that it takes in a packet. `why` says why the photo did not get
    it, "" where it did.
    """

    sliders: float
    before: float
    unseen: float
    step: int
    size: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class MatchRecord:
    """The measurement of one version.

    `before` and `after` compare the first and the last rendering with Aperture's preview; both are None where nothing
    could be compared. `reason` says why, or what stood in the way. `renderer` drew `renderings` pictures: what it is
    decides, with `after`, on the verdict. `source` is the fingerprint of what Aperture said of the version then, "" for
    what Lightroom's plug-in matched: its look is in the catalog. `settings` are the develop settings that were found.
    `picture` is the file of the last rendering, relative to the destination, "" where none was kept. `failed` says that
    the original or the preview is damaged or lost, as opposed to a photo that cannot be compared. `table` is the colour
    table that was tried after the sliders, where one was; a kept one is in the settings' Look. `local` are the local
    adjustments that were placed, as `lightroom.local.fields` has them, and `painted` the fidelity and the reason of
    each painted operation, by its uuid; empty for a version without any. `inside` is the mean CIEDE2000 without and
    with each of `local`, where it acts, empty where it was not drawn; `is_unpainted` says that Lightroom's rendering
    refuted the brush of the photo's file, and that it was taken back there. `details` is what was measured at single
    pixels, None where nothing was.

    Of a match by plan (`couloir.migrate.night`): `change` leads from the translation to the match, by parameter in
    normalised units; `tried` is the difference under a correction on trial, where `before` is without it; `turn` is the
    number of its turn, 0 of any other match; `by_lot` says that chance had chosen it. `round`: see
    `couloir.migrate.ledger.rounds`.
    """

    version: str
    before: Difference | None
    after: Difference | None
    reason: str
    renderer: str
    renderings: int
    settings: Mapping[str, object] = field(default_factory=dict)
    picture: str = ""
    source: str = ""
    failed: bool = False
    table: TableFit | None = None
    local: Sequence[Mapping[str, object]] = ()
    painted: Mapping[str, Sequence[str]] = field(default_factory=dict)
    inside: Sequence[Sequence[float]] = ()
    is_unpainted: bool = False
    change: Mapping[str, float] = field(default_factory=dict)
    tried: Difference | None = None
    turn: int = 0
    round: int = 0
    by_lot: bool = False
    details: DetailRecord | None = None

    @property
    def is_for_file(self) -> bool:
        """Whether its settings are for the photo's file: it was measured here, or a profile was found without."""
        return bool(self.source) and (self.after is not None or (self.table is not None and not self.table.why))

    def dump(self) -> str:
        """As JSON text."""
        return printable(to_json(asdict(self), sort_keys=True))

    @classmethod
    def read(cls, text: str) -> MatchRecord:
        """The counterpart of `dump`."""
        found = json.loads(text)
        for name in ("before", "after", "tried"):
            found[name] = None if found.get(name) is None else Difference(**found[name])
        found["local"] = tuple(found.get("local", ()))
        found["inside"] = tuple(tuple(each) for each in found.get("inside", ()))
        found["painted"] = {uuid: tuple(told) for uuid, told in found.get("painted", {}).items()}
        found["table"] = None if found.get("table") is None else TableFit(**found["table"])
        found["details"] = read_details(found.get("details"))
        found.pop("verdict", None)  # kept by earlier ledgers, whoever drew the rendering
        return cls(**found)


def put_match(ledger: Ledger, match: MatchRecord) -> None:
    """Record a measurement, inside a transaction; it replaces the earlier one of its version, and what was expected."""
    ledger.connection.execute("INSERT OR REPLACE INTO match VALUES (?, ?)", (match.version, match.dump()))
    if match.after is not None:
        ledger.connection.execute("DELETE FROM expected WHERE version = ?", (match.version,))


def match_of(ledger: Ledger, version: str) -> MatchRecord | None:
    """The measurement of a version, None where there is none."""
    found = ledger.connection.execute("SELECT found FROM match WHERE version = ?", (version,)).fetchone()
    return None if found is None else MatchRecord.read(found[0])


def matches(ledger: Ledger) -> Iterator[MatchRecord]:
    """Every measurement, by the version's uuid."""
    for (text,) in ledger.connection.execute("SELECT found FROM match ORDER BY version"):
        yield MatchRecord.read(text)


def list_unmatched(ledger: Ledger) -> list[tuple[str, str, str, bool]]:
    """The versions that Lightroom has with their develop settings and that were not measured yet: uuid,
    name, Lightroom's own uuid, and whether it was edited in Aperture, in the order in which they went there.

    Photos that were in the catalog before are left out: their settings are their owner's.
    """
    rows = ledger.connection.execute(
        "SELECT item.uuid, item.name, item.detail ->> '$.lightroom', item.detail ->> '$.edited'"
        f"{_UNMATCHED} {_IN_ORDER}"
    )
    return [(str(uuid), str(name), str(lightroom), bool(edited)) for uuid, name, lightroom, edited in rows]


def list_matchable(ledger: Ledger) -> list[tuple[str, MatchRecord | None]]:
    """The versions in `list_unmatched` and those that were matched, each with its measurement, in the same order."""
    rows = ledger.connection.execute(
        f"SELECT item.uuid, (SELECT found FROM match WHERE version = item.uuid){_MATCHABLE} {_IN_ORDER}"  # noqa: S608
    )
    return [(str(uuid), None if found is None else MatchRecord.read(found)) for uuid, found in rows]


def count_unmatched(ledger: Ledger) -> int:
    """The number of versions in `list_unmatched`."""
    return int(ledger.connection.execute(f"SELECT count(*) {_UNMATCHED}").fetchone()[0])


def picture_name(version: str) -> str:
    """The file name of a version's rendering, safe where a uuid has characters with a meaning in paths."""
    return hashlib.blake2b(version.encode("utf-8", "replace"), digest_size=10).hexdigest() + ".jpg"
