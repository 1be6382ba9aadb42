"""Folders, projects and albums: their nesting, their order, and whether they are in the trash."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from couloir.aperture.cells import Cells, unique_cells
from couloir.aperture.findings import Findings
from couloir.aperture.model import Album, AlbumKind, Folder, FolderKind
from couloir.aperture.order import Child, Order
from couloir.aperture.package import Package
from couloir.aperture.safe_sqlite import Database

#: Aperture's and iPhoto's own containers; isMagic marks most of them, but not all.
SYSTEM_FOLDERS = frozenset(
    {
        "LibraryFolder",
        "AllProjectsItem",
        "BuiltinSmartAlbums",
        "TrashFolder",
        "TopLevelAlbums",
        "TopLevelBooks",
        "TopLevelKeepsakes",
        "TopLevelLightTables",
        "TopLevelSlideshows",
        "TopLevelWebProjects",
        "PublishedProjects",
        "RKPhotostreamFolder",
    }
)
SYSTEM_ALBUMS = frozenset(
    {
        "libraryFolderImplicitAlbum",
        "allProjectsAlbum",
        "allPhotosAlbum",
        "peopleAlbum",
        "allPlacedPhotosAlbum",
        "lastNMonthsAlbum",
        "lastImportAlbum",
        "flaggedAlbum",
        "rejectedAlbum",
        "rotationAlbum",
        "trashAlbum",
        "eventFilterBarAlbum",
        # In the folder "Library Albums", which a real library of Aperture 3.1.2 has.
        "fiveStarAlbum",
        "oneStarAlbum",
        "videosOnlyAlbum",
        "inTheLastWeekAlbum",
        "inTheLastMonthAlbum",
    }
)
#: The length of random uuids: 16 bytes in base64. Aperture's own albums have readable ones instead.
_DRAWN = 22
_TRASH = "TrashFolder"
_PROJECT = 2
FOLDER_COLUMNS = ("uuid", "folderType", "name", "parentFolderUuid", "isInTrash", "isMagic", "sortKeyPath")
ALBUM_COLUMNS = (
    "uuid",
    "albumType",
    "albumSubclass",
    "name",
    "folderUuid",
    "isInTrash",
    "isMagic",
    "customSortAvailable",
)
_SUBCLASSES = {1: AlbumKind.IMPLICIT, 2: AlbumKind.SMART, 3: AlbumKind.USER}


class Tree:
    """All folders and albums in modelId order. Parents are always in the tree and never form a cycle.

    Each part is read when it is first needed: reading photos needs only the folders.
    """

    def __init__(self, database: Database, package: Package, findings: Findings) -> None:
        self._database = database
        self._findings = findings
        self._order = Order(database, package, findings)

    @cached_property
    def folder_uuids(self) -> frozenset[str]:
        return frozenset(self._folders)

    @cached_property
    def trashed_folders(self) -> frozenset[str]:
        """Uuids of the folders that are in the trash themselves or through an ancestor."""
        return _trashed(self._folders, self._parents)

    @cached_property
    def folders(self) -> tuple[Folder, ...]:
        return tuple(
            Folder(
                uuid=uuid,
                model_id=cell.model_id,
                kind=FolderKind.PROJECT if cell.integer("folderType") == _PROJECT else FolderKind.FOLDER,
                name=cell.name("name"),
                parent_uuid=self._parents[uuid],
                position=self._positions[uuid],
                in_trash=uuid in self.trashed_folders,
                is_system=uuid in SYSTEM_FOLDERS or cell.flag("isMagic"),
            )
            for uuid, cell in self._folders.items()
        )

    @cached_property
    def albums(self) -> tuple[Album, ...]:
        homes, kinds, trashed = self._homes, self._kinds, self.trashed_folders
        return tuple(
            Album(
                uuid=uuid,
                model_id=cell.model_id,
                kind=kinds[uuid],
                type_code=cell.integer("albumType") or 0,
                name=cell.name("name"),
                folder_uuid=homes[uuid],
                position=self._positions[uuid],
                in_trash=cell.flag("isInTrash") or homes[uuid] in trashed or homes[uuid] == _TRASH,
                is_system=is_built_in(uuid) or cell.flag("isMagic"),
                version_uuids=self._order.members(cell) if kinds[uuid] is AlbumKind.USER else (),
            )
            for uuid, cell in self._albums.items()
        )

    @cached_property
    def _folders(self) -> dict[str, Cells]:
        return unique_cells(self._database.pages("RKFolder", FOLDER_COLUMNS), self._findings, "folder")

    @cached_property
    def _albums(self) -> dict[str, Cells]:
        return unique_cells(self._database.pages("RKAlbum", ALBUM_COLUMNS), self._findings, "album")

    @cached_property
    def _parents(self) -> dict[str, str | None]:
        return _sound_parents(self._folders, self._findings)

    @cached_property
    def _homes(self) -> dict[str, str | None]:
        """The folder of each album."""
        return {
            uuid: _known_parent(cell, "folderUuid", self._folders, self._findings)
            for uuid, cell in self._albums.items()
        }

    @cached_property
    def _kinds(self) -> dict[str, AlbumKind]:
        return {uuid: _album_kind(cell, self._findings) for uuid, cell in self._albums.items()}

    @cached_property
    def _positions(self) -> dict[str, int]:
        """The position of each folder and album within its folder."""
        children: dict[str | None, list[Child]] = defaultdict(list)
        for uuid, cell in self._folders.items():
            children[self._parents[uuid]].append(Child(uuid, cell.name("name"), cell.model_id, listed=True))
        for uuid, cell in self._albums.items():
            listed = self._kinds[uuid] is not AlbumKind.IMPLICIT
            children[self._homes[uuid]].append(Child(uuid, cell.name("name"), cell.model_id, listed))
        return self._order.positions(children, {uuid: _purpose(cell) for uuid, cell in self._folders.items()})


def is_built_in(uuid: str) -> bool:
    """Whether Aperture made the album with this uuid, which is then a readable name such as "fiveStarAlbum".

    The folder "Library Albums" holds these and albums of the user, so the folder does not decide.
    """
    return uuid in SYSTEM_ALBUMS or (uuid.endswith("Album") and len(uuid) != _DRAWN)


def _purpose(folder: Cells) -> str:
    """The order that a folder shows, from a key path such as 'custom.kind'; '' for by name or by date."""
    scheme, _, purpose = (folder.text("sortKeyPath") or "custom.default").partition(".")
    return purpose if scheme == "custom" else ""


def _known_parent(cell: Cells, column: str, folders: Mapping[str, Cells], findings: Findings) -> str | None:
    parent = cell.key(column)
    if parent is None or parent in folders:
        return parent
    findings.warn(
        f"{cell.kind}.no-parent",
        cell.kind,
        cell.item,
        f"The folder that contains this {cell.kind} is not in the library.",
        "It is kept at the top level.",
    )
    return None


def _sound_parents(folders: Mapping[str, Cells], findings: Findings) -> dict[str, str | None]:
    """Each folder's parent, with every cycle broken at one folder, which moves to the top level."""
    parents = {uuid: _known_parent(cell, "parentFolderUuid", folders, findings) for uuid, cell in folders.items()}
    sound: set[str] = set()
    for start in folders:
        path: dict[str, None] = {}
        step: str | None = start
        while step is not None and step not in sound:
            if step in path:
                parents[step] = None
                findings.warn(
                    "folder.ring",
                    "folder",
                    step,
                    "This folder contains itself, directly or through other folders.",
                    "It is kept at the top level.",
                )
                break
            path[step] = None
            step = parents[step]
        sound.update(path)
    return parents


def _trashed(folders: Mapping[str, Cells], parents: Mapping[str, str | None]) -> frozenset[str]:
    """Folders in the trash: marked so, inside a folder that is, or inside the trash's own folder."""
    known: dict[str, bool] = {}
    for start in folders:
        path: list[str] = []
        step: str | None = start
        while step is not None and step not in known:
            path.append(step)
            step = parents[step]
        inside = step is not None and (known[step] or step == _TRASH)
        for uuid in reversed(path):
            known[uuid] = inside or folders[uuid].flag("isInTrash")
            inside = known[uuid] or uuid == _TRASH
    return frozenset(uuid for uuid, yes in known.items() if yes)


def _album_kind(cell: Cells, findings: Findings) -> AlbumKind:
    number = cell.integer("albumSubclass")
    kind = _SUBCLASSES.get(number or 0)
    if kind is None:
        findings.warn("album.unknown-kind", "album", cell.item, f"This album is of an unknown kind ({number}).")
        return AlbumKind.IMPLICIT
    return kind
