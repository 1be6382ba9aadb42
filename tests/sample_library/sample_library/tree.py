"""Folders, projects, albums, keywords, volumes and people: everything that is there before the first photo."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sample_library import clock, smart
from sample_library.vocabulary import KEYWORDS, PEOPLE, PROJECT_IN_THROWN_FOLDER, PROJECTS, THROWN_PROJECT

PHOTOS_PER_PROJECT = 120
MOST_PROJECTS = 4000
FIRST_DAY = datetime(2011, 3, 1, 9, 30, tzinfo=UTC)
IMPORTED = datetime(2014, 6, 2, 8, 0, tzinfo=UTC)  # every import of the sample happened from here on

FOLDER, PROJECT = 1, 2
IMPLICIT, SMART, USER = 1, 2, 3

_SYSTEM_FOLDERS = (
    ("LibraryFolder", "", None, "libraryFolderImplicitAlbum"),
    ("AllProjectsItem", "Projects", "LibraryFolder", "allProjectsAlbum"),
    ("TrashFolder", "Trash", "LibraryFolder", "trashAlbum"),
    ("PublishedProjects", "PublishedProjects", "LibraryFolder", None),
    ("TopLevelAlbums", "TopLevelAlbums", "LibraryFolder", None),
    ("TopLevelBooks", "TopLevelBooks", "LibraryFolder", None),
    ("TopLevelKeepsakes", "TopLevelKeepsakes", "LibraryFolder", None),
    ("TopLevelLightTables", "TopLevelLightTables", "LibraryFolder", None),
    ("TopLevelSlideshows", "TopLevelSlideshows", "LibraryFolder", None),
    ("TopLevelWebProjects", "TopLevelWebProjects", "LibraryFolder", None),
)
_SYSTEM_ALBUMS = (
    ("libraryFolderImplicitAlbum", None, IMPLICIT, "LibraryFolder", None),
    ("allProjectsAlbum", "Projects", IMPLICIT, "AllProjectsItem", smart.smart_query(smart.rating(-1))),
    ("allPhotosAlbum", "Photos", SMART, "LibraryFolder", smart.smart_query(smart.rating(-1))),
    ("peopleAlbum", "Faces", SMART, "LibraryFolder", smart.smart_query(smart.single("name", 40, 61))),
    (
        "allPlacedPhotosAlbum",
        "Places",
        SMART,
        "LibraryFolder",
        smart.smart_query(smart.single("Longitude", 9, 1), smart.single("Latitude", 9, 1)),
    ),
    ("flaggedAlbum", "Flagged", SMART, "LibraryFolder", smart.smart_query(smart.flagged())),
    ("rejectedAlbum", "rejectedAlbum", SMART, "LibraryFolder", smart.smart_query(smart.rejected())),
    ("trashAlbum", "Trash", SMART, "TrashFolder", smart.smart_query(smart.rating(-1))),
    ("lastImportAlbum", "Last Import", USER, "LibraryFolder", None),
)


@dataclass(slots=True)
class ImportGroup:
    """One import: its folder in Masters, Previews and Database/Versions is `path`."""

    uuid: str
    moment: datetime
    used: bool = False

    @property
    def year(self) -> str:
        return f"{self.moment:%Y}"

    @property
    def path(self) -> str:
        return f"{self.moment:%Y/%m/%d/%Y%m%d-%H%M%S}"


@dataclass(slots=True)
class Folder:
    """A folder (type 1) or project (type 2)."""

    uuid: str
    model_id: int
    kind: int
    name: str
    parent: Folder | None
    album_uuid: str | None
    system: bool = False
    in_trash: bool = False
    comment: str | None = None
    versions: int = 0
    poster: str | None = None
    first: tuple[float, str] | None = None  # earliest image date and its zone
    last: tuple[float, str] | None = None

    @property
    def thrown(self) -> bool:
        """Whether it or a folder above it is in the trash."""
        return self.in_trash or (self.parent is not None and self.parent.thrown)

    @property
    def path(self) -> str:
        return (self.parent.path if self.parent else "") + f"{self.model_id}/"


@dataclass(slots=True)
class Project:
    folder: Folder
    groups: tuple[ImportGroup, ImportGroup]
    start: datetime

    @property
    def thrown(self) -> bool:
        """Whether its photos went to the trash with it. Photos below a thrown *folder* keep their own flag."""
        return self.folder.in_trash


@dataclass(slots=True)
class Album:
    """An album; `members` are (version uuid, model id) in the album's order once it is complete."""

    uuid: str
    model_id: int
    subclass: int
    name: str | None
    folder_uuid: str
    query: bytes | None = None
    query_folder: str | None = None
    system: bool = False
    in_trash: bool = False
    custom_order: bool = False
    capacity: int = 0
    project: Folder | None = None  # takes photos of this project only
    members: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True)
class Keyword:
    uuid: str
    model_id: int
    name: str
    parent: Keyword | None
    has_children: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        return (*(self.parent.path if self.parent else ()), self.name)


@dataclass(slots=True)
class Volume:
    uuid: str
    name: str
    disk_uuid: str
    offline: bool


@dataclass(slots=True)
class Person:
    uuid: str
    face_key: int
    name: str
    key_version: str | None = None


class Tree:
    """The skeleton of a library of so many masters. Everything in it is small and stays in memory."""

    def __init__(self, masters: int, seed: int) -> None:
        self._rng = random.Random(f"{seed}/tree")
        self.folders: list[Folder] = []
        self.albums: list[Album] = []
        self.projects: list[Project] = []
        self.order: dict[str, list[str]] = {}  # container uuid -> uuids in custom order
        self.database_uuid = self.uuid()
        self._by_uuid: dict[str, Folder] = {}
        for uuid, name, parent, album in _SYSTEM_FOLDERS:
            folder = self._folder(FOLDER, name, self._by_uuid.get(parent or ""), uuid=uuid, album=album)
            folder.system = True
        for uuid, title, subclass, container, query in _SYSTEM_ALBUMS:
            scope = "LibraryFolder" if query else None
            self.albums.append(Album(uuid, len(self.albums) + 1, subclass, title, container, query, scope, system=True))
        self._projects(max(len(PROJECTS), min(MOST_PROJECTS, masters // PHOTOS_PER_PROJECT)))
        self._albums()
        self.keywords = list(self._keywords())
        self.volumes = [
            Volume(self.uuid(), name, self.uuid(), offline)
            for name, offline in (("Archive", False), ("Vacances d'été", False), ("Old Drive", True))
        ]
        self.people = [Person(self.uuid(), 11 + 3 * number, name) for number, name in enumerate(PEOPLE)]

    def uuid(self) -> str:
        raw = self._rng.getrandbits(128).to_bytes(16, "big")
        return base64.b64encode(raw)[:22].decode("ascii").replace("/", "%")

    def _folder(
        self, kind: int, name: str, parent: Folder | None, *, uuid: str | None = None, album: str | None = None
    ) -> Folder:
        folder = Folder(uuid or self.uuid(), len(self.folders) + 1, kind, name, parent, album)
        if uuid is None:
            implicit = Album(self.uuid(), len(self.albums) + 1, IMPLICIT, name, folder.uuid)
            self.albums.append(implicit)
            folder.album_uuid = implicit.uuid
        self.folders.append(folder)
        self._by_uuid[folder.uuid] = folder
        if parent is not None and uuid is None:
            self.order.setdefault(parent.uuid, []).append(folder.uuid)
        return folder

    def _projects(self, count: int) -> None:
        root = self._by_uuid["AllProjectsItem"]
        travel = self._folder(FOLDER, "Travel", root)
        north = self._folder(FOLDER, "North", travel)
        deep = self._folder(FOLDER, "2012 / winter", north)
        clients = self._folder(FOLDER, "Clients", root)
        thrown = self._folder(FOLDER, "Thrown folder", root)
        thrown.in_trash = True
        self._folder(FOLDER, "Empty folder", root)
        places = {1: clients, 3: travel, 4: clients, 5: north, 6: deep, PROJECT_IN_THROWN_FOLDER: thrown}
        years: dict[int, Folder] = {}
        for number in range(count):
            start = FIRST_DAY + timedelta(days=number * 1200 / count, minutes=number % 600)
            name = PROJECTS[number] if number < len(PROJECTS) else f"{start:%Y-%m-%d} Assignment {number}"
            parent = places.get(number, root)
            if number >= len(PROJECTS):
                if start.year not in years:
                    years[start.year] = self._folder(FOLDER, f"{start.year}", root)
                parent = years[start.year]
            folder = self._folder(PROJECT, name, parent)
            folder.in_trash = number == THROWN_PROJECT
            folder.comment = "Where the boats come in; Grüße" if number == 0 else None
            moment = IMPORTED + timedelta(minutes=7 * number)
            groups = (ImportGroup(self.uuid(), moment), ImportGroup(self.uuid(), moment + timedelta(seconds=95)))
            self.projects.append(Project(folder, groups, start))

    def _album(self, name: str, folder: Folder, subclass: int = USER, query: bytes | None = None) -> Album:
        scope = None if query is None else (folder.uuid if folder.kind == PROJECT else "LibraryFolder")
        album = Album(self.uuid(), len(self.albums) + 1, subclass, name, folder.uuid, query, scope)
        self.albums.append(album)
        self.order.setdefault(folder.uuid, []).append(album.uuid)
        return album

    def _albums(self) -> None:
        top = self._by_uuid["TopLevelAlbums"]
        best = self._album("Best of 2012", top)
        best.custom_order, best.capacity = True, 40
        self._album("Empty album", top)
        shelf = self._folder(FOLDER, "Print shop", top)
        self._album("Portfolio / large", shelf).capacity = 25
        twin = self._album("Best of 2012", shelf)  # the same name elsewhere
        twin.capacity = 10
        thrown = self._album("Thrown album", top)
        thrown.in_trash, thrown.capacity = True, 5
        for number in range(0, len(self.projects), 10):
            folder = self.projects[number].folder
            selects = self._album("Selects", folder)
            selects.project, selects.capacity, selects.custom_order = folder, 12, number % 20 == 0
        queries = {
            "Five stars": smart.smart_query(smart.rating(5)),
            "Flagged work": smart.smart_query(smart.flagged(), smart.rating(3)),
            "Red label": smart.smart_query(smart.label(0)),
            "Fog or storm": smart.smart_query(smart.text("Fog"), smart.text("Storm"), match=smart.OR),
        }
        for name, query in queries.items():
            self._album(name, top, SMART, query)
        inner = smart.nested(smart.label(1), smart.flagged(), match=smart.OR)
        self._album("Harbour, good ones", self.projects[0].folder, SMART, smart.smart_query(smart.rating(2), inner))

    def _keywords(self) -> Iterator[Keyword]:
        number = 0

        def keyword(name: str, parent: Keyword | None, *, has_children: bool) -> Keyword:
            nonlocal number
            number += 1
            return Keyword(self.uuid(), number, name, parent, has_children)

        for category, groups in KEYWORDS.items():
            top = keyword(category, None, has_children=bool(groups))
            yield top
            for group, words in groups.items():
                middle = keyword(group, top, has_children=bool(words))
                yield middle
                for word in words:
                    yield keyword(word, middle, has_children=False)


def note_photo(folder: Folder, versions: int, poster: str, stamp: float | None, zone: str) -> None:
    """Keeps a project's derived columns: version count, poster, first and last date."""
    folder.versions += versions
    folder.poster = folder.poster or poster
    if stamp is not None:
        folder.first = min(folder.first or (stamp, zone), (stamp, zone))
        folder.last = max(folder.last or (stamp, zone), (stamp, zone))


def created(model_id: int) -> float:
    """When an item of the skeleton was made: one second after the other."""
    return clock.seconds(IMPORTED) - 86400 + model_id
