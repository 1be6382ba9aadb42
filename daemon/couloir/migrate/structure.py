"""Migrates everything but photos: folders and projects become folders, the rest gets rows in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from couloir.aperture.library import Library
from couloir.aperture.model import Album, AlbumKind, Folder, FolderKind
from couloir.errors import ContentError
from couloir.migrate.attached import NO_ATTACHED_DETAILS, AttachedDetails
from couloir.migrate.beside.waiting import end_waiting
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.identities import Identities
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import Reason, State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.produce import Workshop
from couloir.migrate.roster import Roster


class Structure:
    """Writes the rows of folders, projects, albums, stacks and faces, and makes the folders."""

    def __init__(
        self,
        library: Library,
        ledger: Ledger,
        roster: Roster,
        workshop: Workshop,
        destination: Path,
        scope: str | None,
        identities: Identities,
        *,
        trash: bool = False,
        hanging: AttachedDetails = NO_ATTACHED_DETAILS,
        in_lightroom: bool = True,
    ) -> None:
        """`hanging` are the notes on folders and albums. Without `in_lightroom` no row waits for the plug-in."""
        self._library = library
        self._ledger = ledger
        self._roster = roster
        self._workshop = workshop
        self._destination = destination
        self._identities = identities
        self._trash = trash
        self._hanging = hanging
        self._in_lightroom = in_lightroom
        self._wanted = None if scope is None else {scope, *roster.ancestry(scope)}

    def write(self) -> None:
        with self._ledger.transaction():
            rows = self._identities.tell_apart(self._rows())
            self._ledger.put(end_waiting(row, in_lightroom=self._in_lightroom) for row in rows)

    def _rows(self) -> Iterator[tuple[Row, int]]:
        """Each row with the number that distinguishes it from another with the same uuid."""
        for folder in self._library.folders():
            if not folder.is_system:
                yield self._with_notes(self._folder(folder)), folder.model_id
        for album in self._library.albums():
            if not album.is_system and album.kind is not AlbumKind.IMPLICIT:
                yield self._with_notes(_album(album)), album.model_id
        for number, stack in enumerate(self._library.stacks()):
            detail = {"versions": list(stack.version_uuids)}
            yield Row(Kind.STACK, stack.uuid, "", State.WAITING, reasons.STACK_WAITS, detail), number
        for number, face in enumerate(self._library.faces()):
            yield Row(Kind.FACE, face.uuid, face.name or "", State.WAITING, reasons.FACE_WAITS), number

    def _with_notes(self, row: Row) -> Row:
        notes = self._hanging.of_owner(row.uuid)
        return replace(row, detail={**row.detail, **notes}) if notes else row

    def _folder(self, folder: Folder) -> Row:
        kind = Kind.PROJECT if folder.kind is FolderKind.PROJECT else Kind.FOLDER

        def row(state: State, reason: Reason, **detail: object) -> Row:
            return Row(kind, folder.uuid, folder.name, state, reason, detail)

        if folder.in_trash and not self._trash:
            return row(State.SKIPPED, reasons.IN_TRASH)
        if self._wanted is not None and folder.uuid not in self._wanted:
            return row(State.SKIPPED, reasons.OUT_OF_SCOPE)
        place = self._roster.place_of_folder(folder.uuid)
        try:
            self._workshop.make_folder(self._destination / place)
        except ContentError as error:
            return row(State.FAILED, reasons.error(error))
        return row(State.DONE, reasons.FOLDER_MADE, path=place.as_posix())


def _album(album: Album) -> Row:
    if album.in_trash:
        return Row(Kind.ALBUM, album.uuid, album.name, State.SKIPPED, reasons.IN_TRASH)
    waits = reasons.SMART_ALBUM_WAITS if album.kind is AlbumKind.SMART else reasons.ALBUM_WAITS
    return Row(Kind.ALBUM, album.uuid, album.name, State.WAITING, waits, {"versions": list(album.version_uuids)})
