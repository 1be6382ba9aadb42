"""Audio notes and other attachments of photos: written beside the photo, or recorded with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from couloir.aperture.details.records import Attachment, Owner
from couloir.aperture.library import Library
from couloir.errors import ContentError
from couloir.migrate.files import names
from couloir.migrate.files.originals import reading_original
from couloir.migrate.files.reserved_names import ReservedNames, Wish
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.identities import Identities
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import Reason, State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.options import MigrationOptions, OriginalsMode
from couloir.migrate.produce import Workshop

# The folder in the destination for attachments without a photo.
_FOLDER, _FOLDER_OWNER = "Attachments", "folder:attachments"


class Attachments:
    """Writes the rows of attachments, and copies their files."""

    def __init__(
        self,
        library: Library,
        ledger: Ledger,
        workshop: Workshop,
        options: MigrationOptions,
        identities: Identities,
        *,
        scope: str | None,
    ) -> None:
        """`scope` is the project to which a run is limited."""
        self._library = library
        self._ledger = ledger
        self._reserved = ReservedNames(ledger.connection)
        self._workshop = workshop
        self._identities = identities
        self._stays = options.originals is OriginalsMode.REFERENCE
        self._trash = options.trash
        self._scope = scope

    def write(self) -> None:
        with self._ledger.transaction():
            self._ledger.put(self._identities.tell_apart(self._rows()))

    def _rows(self) -> Iterator[tuple[Row, int]]:
        for number, attachment in enumerate(self._library.details.attachments()):
            yield self._row(attachment), number

    def _row(self, attachment: Attachment) -> Row:
        name = attachment.file_name or PurePosixPath(attachment.path or "").name
        detail: dict[str, object] = {
            "owner": str(attachment.owner),
            "owner_uuid": attachment.owner_uuid,
            "key": attachment.key,
            "stored": attachment.path,
            "seconds": attachment.seconds,
        }

        def row(state: State, reason: Reason, **more: object) -> Row:
            return Row(Kind.ATTACHMENT, attachment.uuid, name, state, reason, {**detail, **more})

        if attachment.in_trash and not self._trash:
            return row(State.SKIPPED, reasons.IN_TRASH)
        photo = self._photo(attachment)
        if self._scope is not None and photo is not None and photo.reason.code != reasons.OUT_OF_SCOPE.code:
            self._ledger.mark(Kind.ATTACHMENT, [attachment.uuid])
        if photo is None and self._scope is not None:
            return row(State.SKIPPED, reasons.OUT_OF_SCOPE)
        if photo is not None and photo.detail.get("path") is None and not self._stays:
            return row(photo.state, photo.reason)  # it shares the state of its photo
        source = self._library.attachment(attachment)
        if source is None:
            return row(State.FAILED, reasons.attachment_missing(attachment.path or name))
        if self._stays:
            return row(State.SKIPPED, reasons.attachment_stays(str(source)))
        place = self._place(attachment, photo, name or source.name)
        try:
            with reading_original(source):
                size = source.stat().st_size
            digest = self._workshop.bring(source, place, self._written(attachment.uuid, place))
        except ContentError as error:
            return row(State.FAILED, reasons.error(error))
        if digest is None:
            return row(State.FAILED, reasons.FOREIGN_FILE)
        return row(State.DONE, reasons.ATTACHMENT_CARRIED, path=place.as_posix(), size=size, hash=digest)

    def _written(self, uuid: str, place: PurePosixPath) -> str | None:
        """The hash of the copy that an earlier run made at this place, None where it made none."""
        entry = self._ledger.get(Kind.ATTACHMENT, uuid)
        if entry is None or entry.row.state is not State.DONE or entry.row.detail.get("path") != place.as_posix():
            return None
        digest = entry.row.detail.get("hash")
        return str(digest) if digest else None

    def _place(self, attachment: Attachment, photo: Row | None, name: str) -> PurePosixPath:
        """The place beside its photo, under the photo's name, where programs look for audio notes."""
        owner = f"attachment:{attachment.uuid}"
        if photo is None:
            parent, wanted = _FOLDER_OWNER, name
            self._reserved.give(self._reserved.top(), [Wish(_FOLDER_OWNER, _FOLDER)])
        else:
            stem, suffix = PurePosixPath(str(photo.detail["path"])).stem, PurePosixPath(name).suffix
            parent, wanted = self._reserved.parent_of(f"master:{photo.uuid}"), f"{stem}{suffix}" if suffix else name
        self._reserved.give(parent, [Wish(owner, names.file_name(wanted, "Attachment"))])
        return self._reserved.path(owner)

    def _photo(self, attachment: Attachment) -> Row | None:
        """The row of the original that it belongs to, directly or through a version; None where there is none."""
        master: str | None = attachment.owner_uuid if attachment.owner is Owner.MASTER else None
        if attachment.owner is Owner.VERSION:
            master = self._library.master_of(attachment.owner_uuid)
        entry = None if master is None else self._ledger.get(Kind.MASTER, master)
        return None if entry is None else entry.row
