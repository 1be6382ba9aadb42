"""Enters into the ledger that photos were removed from Lightroom again, at their owner's wish.

A version whose look is in a file stays done: its file is in the folder. One that only Lightroom had is left out again.
Both leave the queue, so that a later import brings them once more. What was left in Lightroom keeps its row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from couloir.aperture.safe_sqlite import chunks
from couloir.lightroom.enhanced.look import EnhancedProfile
from couloir.migrate.handover.queue import Handover
from couloir.migrate.handover.session import reading_ledger
from couloir.migrate.ledger.enhanced_profiles import list_profiles
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import Reason, State
from couloir.migrate.ledger.rows import Kind, Row

CODE = "undone.lightroom"
FILE_STAYS = Reason(
    CODE,
    "It was removed from Lightroom again, as you chose; its file is in the folder of the import.",
    "Import from Aperture brings it into Lightroom again; `couloir undo` removes the file.",
)
REMOVED = Reason(
    CODE,
    "It was removed from Lightroom again, as you chose; the Aperture library has it.",
    "Import from Aperture brings it into Lightroom again.",
)
_OF_FILES = ("path", "sidecar")
_PLUGIN = "lightroom."  # how the codes of reasons begin that the plug-in's answers gave


@dataclass(frozen=True, slots=True)
class BroughtPhoto:
    """A photo that the import has in Lightroom. `is_added`: it was not in the catalog before."""

    uuid: str
    name: str
    lightroom: str
    is_added: bool
    is_copy: bool


def list_unneeded(profiles: Sequence[EnhancedProfile], others: Sequence[Path]) -> list[EnhancedProfile]:
    """The enhanced profiles that no photo of the migrations in `others` has. Raises what reading a ledger does."""
    needed = set[str]()
    for folder in others:
        with reading_ledger(folder) as ledger:
            needed |= {each.profile.uuid for each in list_profiles(ledger)}
    return [each for each in profiles if each.uuid not in needed]


def list_brought(
    ledger: Ledger, after: tuple[int, int, str], limit: int
) -> list[tuple[BroughtPhoto, tuple[int, int, str]]]:
    """A page of what Lightroom has of an import, each with its place, from which the next page continues."""
    found = ledger.connection.execute(
        "SELECT handover.uuid, coalesce(item.name, ''), handover.answer ->> '$.lightroom', outcome, unit, position,"
        " number FROM handover LEFT JOIN item ON item.kind = handover.kind AND item.uuid = handover.uuid"
        " WHERE handover.kind IN ('version', 'master') AND outcome IN ('done', 'already there')"
        " AND (position, number, handover.uuid) > (?, ?, ?) ORDER BY position, number, handover.uuid LIMIT ?",
        (*after, limit),
    ).fetchall()
    return [
        (BroughtPhoto(uuid, name, lightroom or "", outcome == "done", unit != uuid), (position, number, uuid))
        for uuid, name, lightroom, outcome, unit, position, number in found
    ]


def list_collections(ledger: Ledger) -> list[str]:
    """The uuids of the projects and albums that may have a collection in Lightroom."""
    query = "SELECT uuid FROM item WHERE kind IN ('project', 'album') ORDER BY kind, uuid"
    return [uuid for (uuid,) in ledger.connection.execute(query)]


def remove_photos(handover: Handover, uuids: Sequence[str]) -> int:
    """Enter that these versions and originals are not in Lightroom any more, with what belongs to them; returns how
    many of them were. Repeated, it changes nothing.
    """
    with handover.ledger.transaction():
        return sum(_remove_page(handover.ledger, page) for page in chunks(list(dict.fromkeys(uuids))))


def remove_albums(handover: Handover, albums: Sequence[str]) -> None:
    """Enter that the collections of these albums are not in Lightroom any more, and settle the stacks: one of which
    Lightroom has no photo any more is not there either.
    """
    ledger = handover.ledger
    with ledger.transaction():
        for page in chunks(list(dict.fromkeys(albums))):
            entries = ledger.find(Kind.ALBUM, page).values()
            _put(ledger, (_left(each.row) for each in entries if _is_the_plug_ins(each.row)))
            marks = ", ".join("?" * len(page))
            ledger.connection.execute(f"DELETE FROM handover WHERE kind = 'album' AND uuid IN ({marks})", page)  # noqa: S608
        stacks = [each.row for each in ledger.entries(Kind.STACK, (State.DONE,)) if _is_the_plug_ins(each.row)]
        _put(ledger, (_left(row) for row in stacks if not _has_a_photo(ledger, row)))


def _remove_page(ledger: Ledger, page: Sequence[str]) -> int:
    db, marks = ledger.connection, ", ".join("?" * len(page))
    answered = f"outcome IN ('done', 'already there') AND uuid IN ({marks})"
    gone = db.execute(f"SELECT kind, uuid, master FROM handover WHERE kind <> 'album' AND {answered}", page).fetchall()  # noqa: S608
    if not gone:
        return 0
    versions = [uuid for kind, uuid, _ in gone if kind == "version"]
    masters = [master for _, _, master in gone]
    rows = [each.row for each in ledger.find(Kind.VERSION, versions).values()]
    rows += [each.row for each in ledger.find(Kind.MASTER, masters).values() if _is_the_plug_ins(each.row)]
    without_file = [row.uuid for row in rows if row.kind is Kind.VERSION and not _has_file(row)]
    rows += _followers(ledger, without_file, masters)
    _put(ledger, (_left(row) for row in rows))
    db.execute(f"DELETE FROM handover WHERE kind <> 'album' AND {answered}", page)  # noqa: S608
    db.execute(f"DELETE FROM match WHERE version IN ({marks}) AND coalesce(found ->> '$.source', '') = ''", page)  # noqa: S608
    return len(gone)


def _followers(ledger: Ledger, versions: Sequence[str], masters: Sequence[str]) -> list[Row]:
    """The operations of versions without a file, and the faces that were keywords of these photos."""
    found = []
    for kind, member, uuids in ((Kind.OPERATION, "version", versions), (Kind.FACE, "master_uuid", masters)):
        marks = ", ".join("?" * len(uuids))
        query = f"SELECT uuid FROM item WHERE kind = ? AND state = 'done' AND detail ->> '$.{member}' IN ({marks})"  # noqa: S608
        own = [uuid for (uuid,) in ledger.connection.execute(query, (kind, *uuids)).fetchall()]
        found += [each.row for each in ledger.find(kind, own).values()]
    return found


def _put(ledger: Ledger, rows: Iterator[Row]) -> None:
    changed = list(rows)
    ledger.release(changed)  # they may be done, and what waits or is left out would not replace that
    ledger.put(changed)


def _left(row: Row) -> Row:
    """The row as it stands without Lightroom."""
    detail = {name: value for name, value in row.detail.items() if name != "lightroom"}
    if row.kind in (Kind.VERSION, Kind.MASTER) and _has_file(row):
        return replace(row, state=State.DONE, reason=FILE_STAYS, detail=detail)
    return replace(row, state=State.SKIPPED, reason=REMOVED, detail=detail)


def _has_file(row: Row) -> bool:
    return any(isinstance(row.detail.get(name), str) for name in _OF_FILES)


def _is_the_plug_ins(row: Row) -> bool:
    return row.reason.code.startswith(_PLUGIN)


def _has_a_photo(ledger: Ledger, stack: Row) -> bool:
    versions: Any = stack.detail.get("versions")
    return isinstance(versions, Collection) and any(ledger.is_in_lightroom(str(version)) for version in versions)
