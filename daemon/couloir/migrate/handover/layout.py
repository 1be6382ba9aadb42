"""The places of Aperture's folders, projects and albums in Lightroom's Collections panel. Pure.

Collections and collection sets of one parent share one namespace there (Adobe's SDK reference, LrCollection:setName:
false "if there is already a collection or collection set with the same name and parent"), so a project that has albums
cannot be a set and a collection at once. Hence:

- a folder is a set;
- a project without albums is a collection of its photos;
- a project with albums, or with folders of its own, is a set, and its photos lie in the collection "NAME - all photos"
  in it;
- of several things of one name under one parent, all but the first have a number.

All of the library is laid out, whatever part of it is imported, so a place does not depend on the scope of a run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from couloir.aperture.model import Album, Folder, FolderKind
from couloir.language import mark
from couloir.language.catalog import Catalog, open_catalog
from couloir.language.choice import ENGLISH
from couloir.migrate.files import names

UNTITLED_PROJECT = mark("Untitled project")
UNTITLED = mark("Untitled")
ALL_PHOTOS = mark("{name} - all photos")
# Collections of photos that Aperture does not show:
TRASH = mark("In Aperture's trash")
HIDDEN = mark("Hidden in Aperture")


@dataclass(frozen=True, slots=True)
class Place:
    """A collection: `name` below the collection sets `sets`, from the outermost, without the set of the library."""

    sets: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Places by uuid. `others` is where a project's collection lies when it has no albums, if it has some, and the
    other way round: there an earlier import may have put it."""

    projects: Mapping[str, Place]
    others: Mapping[str, Place]
    albums: Mapping[str, Place]


def lay_out(folders: Iterable[Folder], albums: Iterable[Album], catalog: Catalog | None = None) -> Layout:
    """The layout of all folders and projects, and of the albums that Lightroom can hold, in the library's order; names
    that the library does not give are in the catalog's language, by default English.
    """
    return _Draft(list(folders), list(albums), catalog or open_catalog(ENGLISH)).layout()


class _Draft:
    def __init__(self, folders: Sequence[Folder], albums: Sequence[Album], catalog: Catalog) -> None:
        self._catalog = catalog
        self._own = {folder.uuid: folder for folder in folders if not folder.is_system}
        self._albums = albums
        inside = [folder.parent_uuid for folder in self._own.values()] + [album.folder_uuid for album in albums]
        self._parents = {uuid for uuid in inside if uuid is not None}
        self._taken: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self._taken[()] |= {names.key(catalog.say(each)) for each in (TRASH, HIDDEN)}
        self._sets: dict[str, tuple[str, ...]] = {}

    def layout(self) -> Layout:
        for uuid, folder in self._own.items():
            if folder.kind is FolderKind.FOLDER or uuid in self._parents:
                self._set(uuid, frozenset())
        projects, others = {}, {}
        for uuid, folder in self._own.items():
            if folder.kind is FolderKind.PROJECT:
                name, above = self._name(folder), self._above(folder, frozenset())
                whole = self._catalog.message(ALL_PHOTOS, name=name)
                if uuid in self._sets:
                    projects[uuid] = Place(self._sets[uuid], self._free(self._sets[uuid], whole))
                    others[uuid] = Place(above, name)
                else:
                    projects[uuid] = Place(above, self._free(above, name))
                    others[uuid] = Place((*above, name), whole)
        return Layout(projects, others, {album.uuid: self._album(album) for album in self._albums})

    def _album(self, album: Album) -> Place:
        above = self._sets.get(album.folder_uuid or "", ())
        return Place(above, self._free(above, album.name if album.name.strip() else self._catalog.say(UNTITLED)))

    def _set(self, uuid: str, below: frozenset[str]) -> tuple[str, ...]:
        """The path of a folder's set. A folder that contains itself, in a damaged library, is at the top level."""
        if uuid not in self._sets:
            folder = self._own[uuid]
            above = self._above(folder, below | {uuid})
            self._sets[uuid] = (*above, self._free(above, self._name(folder)))
        return self._sets[uuid]

    def _above(self, folder: Folder, below: frozenset[str]) -> tuple[str, ...]:
        parent = folder.parent_uuid
        return self._set(parent, below) if parent in self._own and parent not in below else ()

    def _name(self, folder: Folder) -> str:
        if folder.name.strip():
            return folder.name
        return self._catalog.say(UNTITLED_PROJECT if folder.kind is FolderKind.PROJECT else UNTITLED)

    def _free(self, above: tuple[str, ...], name: str) -> str:
        for number in count(1):
            wanted = name if number == 1 else f"{name} ({number})"
            if names.key(wanted) not in self._taken[above]:
                break
        self._taken[above].add(names.key(wanted))
        return wanted
