"""Notes, focus points, attachments and aliases, which belong to other rows."""

from __future__ import annotations

from collections.abc import Iterator

from couloir.aperture.cells import Cells
from couloir.aperture.details import tables
from couloir.aperture.details.alias import alias_target
from couloir.aperture.details.focus import focus_points as read_focus_points
from couloir.aperture.details.records import AliasTarget, Attachment, FocusPoint, Note, Owner
from couloir.aperture.details.sources import Sources, cells
from couloir.errors import BadArchive

_FOCUS, _ALIAS = "focusPoints", "fileAliasData"
_OWNERS = (
    ("RKMaster", Owner.MASTER),
    ("RKVersion", Owner.VERSION),
    ("RKFolder", Owner.FOLDER),
    ("RKAlbum", Owner.ALBUM),
)


def notes(at: Sources) -> Iterator[Note]:
    """The texts; focus points and aliases, which are kept as notes too, have their own methods."""
    for cell, owner in _owned(at, "RKNote", tables.NOTE, "note"):
        key = cell.name("propertyKey")
        if key not in {_FOCUS, _ALIAS}:
            yield Note(
                uuid=cell.item,
                owner=owner,
                owner_uuid=cell.name("attachedToUuid"),
                key=key,
                text=cell.name("note"),
                created=cell.when("createDate"),
            )


def focus_points(at: Sources) -> Iterator[tuple[str, tuple[FocusPoint, ...]]]:
    """(master uuid, its focus points)."""
    for cell in cells(at, "RKNote", tables.NOTE, "note"):
        if cell.name("propertyKey") != _FOCUS:
            continue
        data = cell.data("data")
        points = read_focus_points(data) if data is not None else None
        if points is None:
            at.findings.note(
                "note.unreadable", "note", cell.item, "The focus points of this master are in an unknown layout."
            )
        else:
            yield cell.name("attachedToUuid"), points


def attachments(at: Sources) -> Iterator[Attachment]:
    """Audio notes, tracks and other files."""
    for cell, owner in _owned(at, "RKAttachment", tables.ATTACHMENT, "attachment"):
        yield Attachment(
            uuid=cell.item,
            owner=owner,
            owner_uuid=cell.name("attachedToUuid"),
            key=cell.name("propertyKey"),
            file_name=cell.name("filename"),
            path=cell.verbatim("filePath") or None,
            volume_uuid=cell.key("fileVolumeUuid"),
            is_reference=cell.flag("fileIsReference"),
            marked_missing=cell.flag("isMissing"),
            in_trash=cell.flag("isInTrash"),
            seconds=cell.number("duration"),
        )


def read_noted_aliases(at: Sources) -> Iterator[tuple[str, AliasTarget]]:
    """(master uuid, target) for alias records that are kept as notes."""
    for cell in cells(at, "RKNote", tables.NOTE, "note"):
        if cell.name("propertyKey") == _ALIAS and (target := alias_of(at, cell, "data")) is not None:
            yield cell.name("attachedToUuid"), target


def _owned(at: Sources, table: str, columns: tuple[str, ...], kind: str) -> Iterator[tuple[Cells, Owner]]:
    """Rows with their owners, which are found by uuid: only one of the class numbers is known."""
    for page in at.library.pages(table, columns):
        owned = [Cells(row, at.findings, kind) for row in page]
        wanted = list({uuid for cell in owned if (uuid := cell.key("attachedToUuid"))})
        owners: dict[str, Owner] = {}
        for name, owner in _OWNERS:
            for row in at.library.find_rows(name, ("uuid",), "uuid", wanted):
                owners.setdefault(str(row["uuid"]), owner)
        for cell in owned:
            yield cell, owners.get(cell.name("attachedToUuid"), Owner.NOTHING)


def alias_of(at: Sources, cell: Cells, column: str) -> AliasTarget | None:
    """The target of the alias record in a column; None, with a finding, for a broken one."""
    data = cell.data(column)
    if data is None:
        return None
    try:
        return alias_target(data, cell.item)
    except BadArchive as error:
        at.findings.note(
            "alias.unreadable",
            cell.kind,
            cell.item,
            f"The alias record of this {cell.kind} cannot be read: {error.facts['why']}.",
            "Its file is looked up by volume and path only.",
        )
        return None
