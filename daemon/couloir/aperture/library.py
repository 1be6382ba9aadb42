"""One open Aperture library, read-only: the entry point of this package."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from couloir.aperture.cells import Cells
from couloir.aperture.checks import report_duplicates, report_lost_rows
from couloir.aperture.columns import Columns
from couloir.aperture.counting import counts
from couloir.aperture.databases import Databases
from couloir.aperture.details import Details, Sources
from couloir.aperture.details.attachment_files import find_attachment
from couloir.aperture.details.preview_state import preview_state
from couloir.aperture.details.records import Attachment, PreviewState
from couloir.aperture.details.tables import PROXY
from couloir.aperture.exif_time import exif_time
from couloir.aperture.faces import TABLE as FACES
from couloir.aperture.faces import read_faces
from couloir.aperture.findings import Findings
from couloir.aperture.info import library_info, read_settings
from couloir.aperture.keywords import read_keywords
from couloir.aperture.masters import COLUMNS as MASTER_COLUMNS
from couloir.aperture.masters import IMPORT_COLUMNS, import_folder, masters_of, read_volumes
from couloir.aperture.metadata import REQUIRED as PROPERTIES_REQUIRED
from couloir.aperture.metadata import Metadata
from couloir.aperture.model import (
    Album,
    Doubt,
    Face,
    Finding,
    Folder,
    Keyword,
    Master,
    Original,
    OtherRecords,
    Preview,
    Stack,
    Version,
    Visibility,
    Volume,
)
from couloir.aperture.operations import OperationReader
from couloir.aperture.originals import OriginalFinder
from couloir.aperture.package import FolderLink, Package, detect
from couloir.aperture.previews import PreviewFinder
from couloir.aperture.reading_way import ReadAs
from couloir.aperture.recorded import read_records
from couloir.aperture.safe_sqlite import Database
from couloir.aperture.showing import Showing
from couloir.aperture.stacks import read_stacks
from couloir.aperture.tree import Tree
from couloir.aperture.versions import COLUMNS as VERSION_COLUMNS
from couloir.aperture.versions import Surroundings, VersionReader
from couloir.aperture.wall_clock import lacks_local_time
from couloir.errors import DamagedLibrary, UnknownVersion

_NAMED = 5  # versions of the same name that an error lists

_REQUIRED = {
    "RKMaster": ("modelId", "uuid", "projectUuid", "imagePath", "isInTrash"),
    "RKVersion": ("modelId", "uuid", "masterUuid", "isInTrash"),
    "RKFolder": ("modelId", "uuid", "folderType", "parentFolderUuid"),
}


class Library:
    """An Aperture 3 or iPhoto 9 library. Nothing in it is ever written; use it in one thread, and close it.

    `findings` collects what a person should know about the rows read so far.
    """

    def __init__(self, package: Package, findings: Findings, volumes: Mapping[str, Path], databases: Databases) -> None:
        """Use `Library.open`."""
        self._package = package
        self._findings = findings
        self._mounts = dict(volumes)
        self._databases = databases
        try:
            self._library = self._databases.open("Library.apdb", _REQUIRED)
            self._metadata = Metadata(self._databases.open("Properties.apdb", PROPERTIES_REQUIRED), findings)
            self._faces = self._databases.open_optional("Faces.db", "No faces are read.")
            self._proxies = self._databases.open_optional("ImageProxies.apdb", "No previews are found.")
            self._preview_finder = self._make_preview_finder()
            self._settings = read_settings(self._library)
            self.info = library_info(package, self._settings, findings)
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(
        cls,
        path: Path,
        volumes: Mapping[str, Path] | None = None,
        *,
        from_plists: bool = False,
        fall_back: bool = False,
        follow_links: bool = False,
        check: Callable[[], None] = lambda: None,
    ) -> Self:
        """Open the library at `path`.

        `volumes` maps names of volumes to the folders where they are mounted, for referenced originals on disks that
        are not mounted under their own name. `from_plists` reads the library's property lists and no database;
        `fall_back` reads them, with a finding, where a required database is missing or damaged. `follow_links`
        follows links in place of Masters and Previews out of the package, which the user has confirmed. `check` is
        called before each access to a database or a property list; what it raises ends the reading.

        Raises NotALibrary, UnsupportedLibrary, DamagedLibrary, AccessDenied, or DiskFull when a recovery lacks space.
        """
        findings = Findings()
        package = detect(path, findings, follow_links=follow_links)
        databases = Databases(package, findings, from_plists=from_plists, fall_back=fall_back, check=check)
        return cls(package, findings, volumes or {}, databases)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the databases. A second call does nothing."""
        self._databases.close()

    @property
    def findings(self) -> Sequence[Finding]:
        """The findings so far; more are added while the library is read."""
        return self._findings

    @property
    def links(self) -> tuple[FolderLink, ...]:
        """The folders of the package that are links to elsewhere, followed or not."""
        return self._package.links

    @property
    def options(self) -> ReadAs:
        """The options that it was opened with, as `open` takes them; defaults are left out."""
        found = ReadAs()
        if self._databases.from_plists:
            found["from_plists"] = True
        if any(link.followed for link in self.links):
            found["follow_links"] = True
        return found

    def databases(self) -> list[tuple[str, Database]]:
        """The databases that are open, by name."""
        found = (self._library, self._metadata.database, self._faces, self._proxies)
        return [(database.name, database) for database in found if database is not None]

    def folders(self) -> tuple[Folder, ...]:
        """Folders and projects in modelId order; each parent is in the library, and no folder contains itself."""
        return self._tree.folders

    def albums(self) -> tuple[Album, ...]:
        """All albums in modelId order. Only user albums list versions: the others are queries."""
        return self._tree.albums

    def keywords(self) -> tuple[Keyword, ...]:
        """The vocabulary in modelId order."""
        return self._keywords

    def names_disk(self, name: str) -> bool:
        """Whether an original lies on a disk of this name or uuid, as `open` takes it in `volumes`."""
        wanted = unicodedata.normalize("NFC", name)
        if any(wanted in (unicodedata.normalize("NFC", each.name), each.uuid) for each in self._volumes):
            return True
        named = {volume.uuid for volume in self._volumes if volume.name}
        for master in self.masters():
            if not master.is_reference or master.volume_uuid in named:
                continue
            alias = self.details.alias(master.uuid)
            if wanted == master.volume_uuid or (alias and wanted == unicodedata.normalize("NFC", alias.volume)):
                return True
        return False

    def disk_of(self, master: Master) -> str:
        """The disk of a referenced master, as `open` takes it in `volumes`: its name, its uuid where no name is known.
        "" where neither is known, and for an original inside the library.
        """
        return self._original_finder.disk_of(master)

    def is_connected(self, disk: str) -> bool:
        """Whether a disk of that name or uuid is where it was said to be, or on a Mac under its own name."""
        return self._original_finder.is_connected(disk)

    def volumes(self) -> tuple[Volume, ...]:
        """The disks of referenced originals, in modelId order."""
        return self._volumes

    def stacks(self) -> tuple[Stack, ...]:
        """All stacks, the pick of each first."""
        return self._stacks

    def faces(self) -> tuple[Face, ...]:
        """All detected faces, named or not; none, with a finding, when Faces.db cannot be read."""
        if self._faces is None:
            return ()
        try:
            return tuple(read_faces(self._faces, self._findings))
        except DamagedLibrary as error:
            self._databases.give_up(error, "Faces.db", "No faces are read.")
            self._faces = None
            return ()

    @property
    def reads_faces(self) -> bool:
        """False when Faces.db is missing or cannot be read: an empty `faces` then has no meaning."""
        return self._faces is not None

    def masters(self) -> Iterator[Master]:
        """All masters in modelId order, including trashed ones; findings about all of them are added after the last."""
        for page in self._library.pages("RKMaster", MASTER_COLUMNS):
            yield from self._masters_of(page)
        report_duplicates(self._library, "RKMaster", "master", self._findings)

    def versions(self) -> Iterator[Version]:
        """Every version in modelId order, including originals and trashed ones, a page at a time.

        Findings about all of them, and about rows without a version, are added after the last one.
        """
        for page in self._library.pages("RKVersion", VERSION_COLUMNS):
            yield from self._read(page)
        self._check_versions()

    def versions_with_masters(self) -> Iterator[tuple[Version, Master | None]]:
        """As `versions`, each with its master; None for one that is not in the library."""
        for page in self._library.pages("RKVersion", VERSION_COLUMNS):
            yield from self._with_masters(page)
        self._check_versions()

    def _with_masters(self, rows: Sequence[sqlite3.Row]) -> Iterator[tuple[Version, Master | None]]:
        versions = list(self._read(rows))
        self._expect_previews(versions)
        uuids = list({version.master_uuid for version in versions})
        found = self._masters_of(self._library.find_rows("RKMaster", MASTER_COLUMNS, "uuid", uuids))
        masters: dict[str, Master] = {}
        for master in found:
            masters.setdefault(master.uuid, master)  # of two with one uuid the first counts, as in `master`
        yield from ((version, masters.get(version.master_uuid)) for version in versions)

    def _check_versions(self) -> None:
        report_duplicates(self._library, "RKVersion", "version", self._findings)
        report_lost_rows(self._library, self._findings)

    def _masters_of(self, rows: Sequence[sqlite3.Row]) -> Iterator[Master]:
        return masters_of(Columns(rows, MASTER_COLUMNS, self._findings, "master"), self._tree.trashed_folders)

    def version_heads(self) -> Iterator[Version]:
        """As `versions`, without keywords, properties and operations, which is much faster."""
        for page in self._library.pages("RKVersion", VERSION_COLUMNS):
            versions = list(self._version_reader.read(page, heads=True))
            self._expect_previews(versions)
            yield from versions

    def find_versions(self, uuids: Sequence[str]) -> Iterator[Version]:
        """The versions that have one of these uuids, PAGE at most, in modelId order."""
        rows = self._library.find_rows("RKVersion", VERSION_COLUMNS, "uuid", uuids)
        return self._read(sorted(rows, key=lambda row: int(row["_rowid"])))

    def find_masters(self, uuids: Sequence[str]) -> Iterator[Master]:
        """The masters that have one of these uuids, PAGE at most."""
        return self._masters_of(self._library.find_rows("RKMaster", MASTER_COLUMNS, "uuid", uuids))

    def find_versions_with_masters(self, uuids: Sequence[str]) -> Iterator[tuple[Version, Master | None]]:
        """The versions that have one of these uuids, PAGE at most, in modelId order, each with its master."""
        rows = self._library.find_rows("RKVersion", VERSION_COLUMNS, "uuid", uuids)
        yield from self._with_masters(sorted(rows, key=lambda row: int(row["_rowid"])))

    def version(self, uuid_or_name: str) -> Version:
        """The version with this uuid, or the only one that Aperture shows under this name. Raises UnknownVersion."""
        # An argument from a terminal need not be valid text; no version has such a name.
        wanted = uuid_or_name.encode("utf-8", "replace").decode()
        rows = self._library.find_rows("RKVersion", VERSION_COLUMNS, "uuid", [wanted])
        for form in dict.fromkeys((wanted, *(unicodedata.normalize(form, wanted) for form in ("NFC", "NFD")))):
            rows = rows or self._shown_as(form)
        if len(rows) != 1:
            uuids = ", ".join(str(row["uuid"]) for row in rows[:_NAMED])
            why = f"several have this name or uuid ({uuids})" if rows else "there is none"
            raise UnknownVersion(path=self._package.root, version=uuid_or_name, why=why)
        [version] = self._read(rows)
        return version

    def _shown_as(self, name: str) -> list[sqlite3.Row]:
        """The rows of the versions that Aperture shows under a name."""
        rows = self._library.rows("RKVersion", VERSION_COLUMNS, "name = ?", [name])
        visibilities = self._showing.of_page(Columns(rows, VERSION_COLUMNS, self._findings, "version"))
        return [row for row, found in zip(rows, visibilities, strict=True) if found is Visibility.SHOWN]

    def _read(self, rows: Sequence[sqlite3.Row]) -> Iterator[Version]:
        """The versions of some rows. Where the library lacks the camera's local time, it is read from the file."""
        for version in self._version_reader.read(rows):
            if not lacks_local_time(version):
                yield version
                continue
            master = None if version.is_original else self.master(version.master_uuid)
            path = None if master is None else self.original(master).path
            yield version if path is None else replace(version, file_clock=exif_time(path))

    def master(self, uuid: str) -> Master | None:
        """The master with this uuid."""
        rows = self._library.find_rows("RKMaster", MASTER_COLUMNS, "uuid", [uuid])
        return next(self._masters_of(rows[:1]), None)

    def read_records(self, version: Version) -> OtherRecords:
        """What other records of the version's original hold, from which removed values of this version are known."""
        [found] = self.read_many_records([version])
        return found

    def read_many_records(self, versions: Sequence[Version]) -> list[OtherRecords]:
        """As `read_records`, of many, which cost a fraction of them one by one."""
        return read_records(self._library, self._metadata.database, versions, self._findings)

    def original(self, master: Master) -> Original:
        """Where the master's file is. Any status except PRESENT becomes a finding, too."""
        return self._original_finder.find(master)

    def find_doubt(self, master: Master) -> Doubt | None:
        """What the size of the master's file says against it, as `original` does; None for one that is not there."""
        return None if self._original_finder.has_stated_size(master) else self.original(master).doubt

    def attachment(self, attachment: Attachment) -> Path | None:
        """The file of an attachment; None, with a finding, where it cannot be found."""
        return find_attachment(attachment, self._package, self._volumes, self._mounts, self._findings)

    def master_of(self, version_uuid: str) -> str | None:
        """The uuid of a version's master."""
        rows = self._library.find_rows("RKVersion", ("uuid", "masterUuid"), "uuid", [version_uuid])
        return None if not rows else Cells(rows[0], self._findings, "version").key("masterUuid")

    def preview(self, version: Version) -> Preview:
        """Aperture's rendering of a version."""
        if self._preview_finder is None:
            return Preview(path=None, relative_path=None, up_to_date=False, is_master=False)
        try:
            return self._preview_finder.find(version)
        except DamagedLibrary as error:
            self._databases.give_up(error, "ImageProxies.apdb", "No previews are found.")
            self._proxies = self._preview_finder = None
            return self.preview(version)

    def preview_state(self, version: Version) -> PreviewState:
        """The state of a version's preview, with the largest thumbnail as a fallback."""
        preview = self.preview(version)
        rows = (
            self._proxies.find_rows("RKImageProxyState", PROXY, "versionUuid", [version.uuid]) if self._proxies else []
        )
        cell = Cells(rows[-1], self._findings, "preview", version.uuid) if rows else None
        embedded = str(self._settings.get("UseEmbeddedJPEGv2")) == "1"
        master = self.master(version.master_uuid)
        return preview_state(version, master, preview, cell, self._package, embedded=embedded)

    @cached_property
    def details(self) -> Details:
        """Details of masters, versions, folders and albums beyond their records."""
        return Details(Sources(self._library, self._metadata.database, self._faces, self._package, self._findings))

    def counts(self) -> dict[str, int]:
        """The number of rows of each kind.

        `versions` counts every row, `browsable` those that Aperture shows (including the trash), `trashed` the masters
        in the trash. Folders, projects and albums are the user's own, including trashed ones.
        """
        faces = self._faces.count(FACES) if self._faces is not None else 0
        return counts(self._library, self._tree, self._showing, faces=faces, stacks=len(self._stacks))

    def _make_preview_finder(self) -> PreviewFinder | None:
        if self._proxies is None:
            return None
        return PreviewFinder(self._proxies, self._package, self.master, self.original, self._findings)

    def _expect_previews(self, versions: Sequence[Version]) -> None:
        """Whoever reads a page of versions mostly asks for the preview of each, next."""
        if self._preview_finder is not None:
            self._preview_finder.expect([version.uuid for version in versions])

    @cached_property
    def _tree(self) -> Tree:
        return Tree(self._library, self._package, self._findings)

    @cached_property
    def _keywords(self) -> tuple[Keyword, ...]:
        return read_keywords(self._library, self._findings)

    @cached_property
    def _stacks(self) -> tuple[Stack, ...]:
        return read_stacks(self._library, self._showing, self._findings)

    @cached_property
    def _showing(self) -> Showing:
        return Showing(self._library)

    @cached_property
    def _volumes(self) -> tuple[Volume, ...]:
        return read_volumes(self._library, self._findings)

    @cached_property
    def _original_finder(self) -> OriginalFinder:
        pages = self._library.pages("RKImportGroup", IMPORT_COLUMNS)
        groups = dict(import_folder(Cells(row, self._findings, "import group")) for page in pages for row in page)
        return OriginalFinder(self._package, groups, self._volumes, self._mounts, self.details.alias, self._findings)

    @cached_property
    def _version_reader(self) -> VersionReader:
        around = Surroundings(
            keywords={keyword.model_id: keyword.path for keyword in self._keywords},
            showing=self._showing,
            folders=self._tree.folder_uuids,
            trashed_folders=self._tree.trashed_folders,
        )
        operations = OperationReader(self._library, self._findings)
        return VersionReader(self._library, self._metadata, operations, around, self._findings)
