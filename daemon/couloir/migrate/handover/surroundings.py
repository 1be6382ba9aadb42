"""What hangs together in a library and goes into many batches: albums, projects, stacks, faces, keywords."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

import msgspec

from couloir.aperture.library import Library
from couloir.aperture.model import Album, AlbumKind, Face, FolderKind, Keyword, Stack
from couloir.derive.smart_albums import Search, search_description
from couloir.language.catalog import Catalog, open_catalog
from couloir.migrate.handover.content import AlbumTask, CollectionPlace
from couloir.migrate.handover.layout import UNTITLED_PROJECT, Layout, lay_out


@dataclass(frozen=True, slots=True)
class Surroundings:
    """By version, master, or path of a keyword. Places are without the set of the library."""

    collections: Mapping[str, Sequence[CollectionPlace]]
    layout: Layout
    projects: Mapping[str, str]
    albums: Mapping[str, AlbumTask]
    stacks: Mapping[str, Stack]
    faces: Mapping[str, Sequence[Face]]
    keywords: Mapping[tuple[str, ...], Keyword]


@cache
def reader_in(language: str) -> Callable[[Library], Surroundings]:
    """`read_surroundings` with the names of a language: always the same function, so that its result can be cached."""
    return partial(read_surroundings, catalog=open_catalog(language))


def read_surroundings(library: Library, catalog: Catalog) -> Surroundings:
    """Read the relations once per library; their size grows with its albums."""
    folders = {folder.uuid: folder for folder in library.folders()}
    own = [a for a in library.albums() if a.kind is AlbumKind.USER and not a.is_system and not a.in_trash]
    smart = list(smart_albums(library))
    layout = lay_out(folders.values(), [*own, *(album for album, _ in smart)], catalog)
    collections: dict[str, list[CollectionPlace]] = defaultdict(list)
    albums: dict[str, AlbumTask] = {}
    for album in own:
        task = _task(album, layout, photos=len(album.version_uuids))
        albums[album.uuid] = task
        for position, version in enumerate(album.version_uuids):
            collections[version].append(
                CollectionPlace(
                    uuid=album.uuid, kind="album", sets=task.sets, name=task.name, position=position, other=None
                )
            )
    for album, search in smart:
        project = folders.get(album.folder_uuid or "")
        within = project.name if project is not None and project.kind is FolderKind.PROJECT else ""
        task = _task(album, layout, photos=0)
        albums[album.uuid] = msgspec.structs.replace(task, kind="smart", search=dict(search), project=within)
    faces: dict[str, list[Face]] = defaultdict(list)
    for face in library.faces():
        faces[face.master_uuid].append(face)
    return Surroundings(
        collections=collections,
        layout=layout,
        projects={uuid: folders[uuid].name or catalog.say(UNTITLED_PROJECT) for uuid in layout.projects},
        albums=albums,
        stacks={version: stack for stack in library.stacks() for version in stack.version_uuids},
        faces=faces,
        keywords={keyword.path: keyword for keyword in library.keywords()},
    )


def _task(album: Album, layout: Layout, photos: int) -> AlbumTask:
    place = layout.albums[album.uuid]
    return AlbumTask(
        uuid=album.uuid, kind="album", sets=list(place.sets), name=place.name, photos=photos, search=None, project=""
    )


def smart_albums(library: Library) -> Iterator[tuple[Album, Search]]:
    """The smart albums whose whole rule Lightroom knows, in the library's order. One that lies in a project looks only
    there, and photos know their project by its name, so the name must be that of one project and not empty."""
    projects = [folder for folder in library.folders() if folder.kind is FolderKind.PROJECT]
    times = Counter(folder.name or UNTITLED_PROJECT for folder in projects)
    ambiguous = {folder.uuid for folder in projects if not folder.name or times[folder.name] > 1}
    for album in library.albums():
        if album.kind is AlbumKind.SMART and not (album.is_system or album.in_trash or album.folder_uuid in ambiguous):
            rule = library.details.rule(album)
            search = None if rule is None else search_description(rule)
            if search is not None:
                yield album, search
