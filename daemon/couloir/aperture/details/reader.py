"""Reads details of masters, versions, folders and albums beyond the main records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from couloir.aperture.cells import Cells
from couloir.aperture.details import attached, places, tables
from couloir.aperture.details.attached import alias_of
from couloir.aperture.details.records import (
    AlbumDetails,
    AlbumForm,
    AliasTarget,
    Attachment,
    FocusPoint,
    FolderDetails,
    ImportGroup,
    Mask,
    MasterDetails,
    Note,
    Person,
    Place,
    RawJpegPair,
    StackPick,
    VersionExtras,
    VersionFace,
    Video,
)
from couloir.aperture.details.rules import Rule, read_rule
from couloir.aperture.details.sources import Sources, cells
from couloir.aperture.masters import import_folder
from couloir.aperture.model import Album, Master, Version
from couloir.aperture.paths import leads_into
from couloir.aperture.plists import read_plist
from couloir.errors import BadArchive, ContentError

_COMMENT = "comment"
_FORMS = {
    1: AlbumForm.ALBUM,
    3: AlbumForm.WEB_GALLERY,
    4: AlbumForm.WEB_JOURNAL,
    5: AlbumForm.LIGHT_TABLE,
}


class Details:
    """Each call reads its table again, in modelId order. Rows that cannot be used become findings."""

    def __init__(self, sources: Sources) -> None:
        self._at = sources

    def stack_picks(self) -> Iterator[StackPick]:
        """The version that stands for a stack in each album that has its own choice."""
        for cell in cells(self._at, "RKStackState", tables.STACK_STATE, "stack"):
            stack, album, pick = (cell.key(column) for column in tables.STACK_STATE)
            if stack and album and pick:
                yield StackPick(stack, album, pick)

    def notes(self) -> Iterator[Note]:
        """The texts; focus points and aliases, which are kept as notes too, have their own methods."""
        return attached.notes(self._at)

    def focus_points(self) -> Iterator[tuple[str, tuple[FocusPoint, ...]]]:
        """(master uuid, its focus points)."""
        return attached.focus_points(self._at)

    def attachments(self) -> Iterator[Attachment]:
        """Audio notes, tracks and other files."""
        return attached.attachments(self._at)

    def attachment_count(self) -> int:
        """The number of attachments."""
        return self._at.library.count("RKAttachment")

    def places(self) -> Iterator[Place]:
        """Named places."""
        return places.places(self._at)

    def version_places(self) -> Iterator[tuple[str, str]]:
        """(version uuid, place uuid) for every place that a version lies in, the one set by hand first."""
        return places.version_places(self._at)

    def people(self) -> Iterator[Person]:
        """The names of faces; key 0 means no person."""
        return places.people(self._at)

    def version_faces(self) -> Iterator[VersionFace]:
        """Faces in the frame that Aperture shows."""
        return places.version_faces(self._at)

    def import_groups(self) -> Iterator[ImportGroup]:
        """Every import."""
        for cell in cells(self._at, "RKImportGroup", tables.IMPORT_GROUP, "import group"):
            uuid, folder = import_folder(cell)
            yield ImportGroup(uuid, cell.name("name"), folder)

    def videos(self) -> Iterator[Video]:
        """Videos that were trimmed or given a poster frame, by version."""
        moved = " OR ".join(f"{column} IS NOT NULL" for column in tables.VIDEO[1:])
        if not self._at.library.has_columns("RKVersion", tables.VIDEO):
            return
        for page in self._at.library.pages("RKVersion", tables.VIDEO, moved):
            for cell in (Cells(row, self._at.findings, "version") for row in page):
                start, end, poster = (cell.key(column) for column in tables.VIDEO[1:4])
                edited = cell.data("editListData") is not None
                if start or end or poster or edited:
                    yield Video(cell.item, start, end, poster, edited)

    def pairs(self) -> Iterator[RawJpegPair]:
        """Pairs of RAW and JPEG that Aperture treats as one photo, each once."""
        if not self._at.library.has_columns("RKVersion", tables.PAIR):
            return
        seen: set[tuple[str, str]] = set()
        both = "rawMasterUuid <> nonRawMasterUuid AND rawMasterUuid <> '' AND nonRawMasterUuid <> ''"
        for page in self._at.library.pages("RKVersion", tables.PAIR, both):
            for cell in (Cells(row, self._at.findings, "version") for row in page):
                used, raw, jpeg = (cell.name(column) for column in tables.PAIR[1:])
                if (raw, jpeg) not in seen:
                    seen.add((raw, jpeg))
                    yield RawJpegPair(raw, jpeg, used)

    def masters(self) -> Iterator[MasterDetails]:
        """Details of each master, with the decoded alias record of referenced ones."""
        for cell in cells(self._at, "RKMaster", tables.MASTER, "master"):
            yield MasterDetails(
                uuid=cell.item,
                original_version_uuid=cell.key("originalVersionUuid"),
                color_space=cell.key("colorSpaceName"),
                image_format=_four_characters(cell.integer("imageFormat")),
                pixel_format=cell.integer("pixelFormat"),
                seconds=cell.number("duration"),
                file_created=cell.when("fileCreationDate"),
                file_modified=cell.when("fileModificationDate"),
                original_file_size=cell.integer("originalFileSize"),
                imported_by=cell.integer("importedBy"),
                alias=alias_of(self._at, cell, "fileAliasData"),
            )

    def alias(self, master_uuid: str) -> AliasTarget | None:
        """The alias record of one master, from its row or from the note that older libraries keep it in."""
        rows = self._at.library.find_rows("RKMaster", ("uuid", "fileAliasData"), "uuid", [master_uuid])
        found = alias_of(self._at, Cells(rows[0], self._at.findings, "master"), "fileAliasData") if rows else None
        return found or self._noted.get(master_uuid)

    @cached_property
    def _noted(self) -> Mapping[str, AliasTarget]:
        return dict(self.noted_aliases())

    def noted_aliases(self) -> Iterator[tuple[str, AliasTarget]]:
        """(master uuid, target) for alias records that are kept as notes."""
        return attached.read_noted_aliases(self._at)

    def albums(self) -> Iterator[AlbumDetails]:
        """Details of each album."""
        for cell in cells(self._at, "RKAlbum", tables.ALBUM, "album"):
            yield AlbumDetails(
                uuid=cell.item,
                form=_FORMS.get(cell.integer("albumType") or 0, AlbumForm.OTHER),
                sort_key=cell.key("sortKeyPath"),
                ascending=cell.flag("sortAscending"),
                poster_uuid=cell.key("posterVersionUuid"),
                scope_uuid=cell.key("queryFolderUuid"),
                service=cell.key("serviceFullName"),
            )

    def version_extras(self, version: Version, master: Master) -> VersionExtras:
        """Details that only the version's property list has; empty where it is missing or cannot be read."""
        record = self._plist(version, master)
        custom, adjusted = record.get("customInfo"), record.get("adjustmentProperties")
        return VersionExtras(
            version_uuid=version.uuid,
            camera_zone=_text(custom, "cameraTimeZoneName"),
            picture_zone=_text(custom, "pictureTimeZoneName"),
            raw_decoder=_text(adjusted, "RawDecodeVersion"),
        )

    def rule(self, album: Album) -> Rule | None:
        """A smart album's rule; None for an album without a query, and, with a finding, for a broken one."""
        rows = self._at.library.find_rows("RKAlbum", tables.ALBUM, "modelId", [album.model_id])
        data = Cells(rows[0], self._at.findings, "album").data("queryData") if rows else None
        if data is None:
            return None
        try:
            return read_rule(data, album.uuid)
        except BadArchive as error:
            self._at.findings.warn(
                "album.unreadable-rule",
                "album",
                album.uuid,
                f"The rule of the smart album {album.name!r} cannot be read: {error.facts['why']}.",
                "Create it again by hand, as a smart collection.",
            )
            return None

    def queries(self) -> Iterator[tuple[str, bytes]]:
        """(album uuid, its query as archived), of every album that has one."""
        for cell in cells(self._at, "RKAlbum", tables.ALBUM, "album"):
            if (data := cell.data("queryData")) is not None:
                yield cell.item, data

    def folders(self) -> Iterator[FolderDetails]:
        """Details of each folder and project."""
        described = {note.owner_uuid: note.text for note in self.notes() if note.key == _COMMENT}
        for cell in cells(self._at, "RKFolder", tables.FOLDER, "folder"):
            yield FolderDetails(
                uuid=cell.item,
                description=described.get(cell.item),
                poster_uuid=cell.key("posterVersionUuid"),
                first=cell.when("minImageDate"),
                last=cell.when("maxImageDate"),
                created=cell.when("createDate"),
                is_favorite=cell.flag("isFavorite"),
                sort_key=cell.key("sortKeyPath"),
                ascending=cell.flag("sortAscending"),
            )

    def _plist(self, version: Version, master: Master) -> Mapping[str, object]:
        folder = self._folders.get(master.import_group_uuid or "")
        path = None if folder is None else self._at.package.version_file(folder, master.uuid, version.number)
        if path is None:
            return {}
        try:
            return read_plist(path)
        except ContentError as error:
            self._at.findings.note("plist.unreadable", "version", version.uuid, error.message)
            return {}

    @cached_property
    def _folders(self) -> Mapping[str, str]:
        return {group.uuid: group.folder for group in self.import_groups()}

    def masks(self) -> Iterator[Mask]:
        """Brush masks with their files, which are named after them."""
        folder = self._at.package.root / "Masks"
        files = sorted(folder.rglob("*")) if folder.is_dir() and leads_into(folder, self._at.package.root) else []
        for cell in cells(self._at, "RKImageMask", tables.MASK, "mask"):
            own = tuple(file for file in files if file.is_file() and file.name.startswith(cell.item))
            yield Mask(cell.item, cell.when("createDate"), own)


def _text(record: object, key: str) -> str | None:
    value = record.get(key) if isinstance(record, dict) else None
    return value if isinstance(value, str) else None


def _four_characters(code: int | None) -> str | None:
    """The FourCC of a number: 'JPEG' of 1246774599."""
    if code is None or not 0 < code < 1 << 32:
        return None
    return code.to_bytes(4, "big").decode("mac_roman")
