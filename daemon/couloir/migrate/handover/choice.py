"""The user's choices for an import into Lightroom. Pure data."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from couloir.language.choice import ENGLISH


class Scope(StrEnum):
    """The part of a library that is imported."""

    ALL = "all"
    PROJECTS = "projects"
    ALBUMS = "albums"


class Originals(StrEnum):
    """Where the files that Lightroom opens will be; the values are those of `couloir.migrate.options`."""

    REFERENCE = "reference"
    CLONE = "clone"
    COPY = "copy"


class Versions(StrEnum):
    """How the second and later versions of a photo are imported: as virtual copies, or as files of their own."""

    PLUGIN = "plugin"
    CLONE = "clone"


class Looks(StrEnum):
    """Whether looks are matched with Aperture's previews after the import, and how far: see `Finish`."""

    LEAVE = "leave"
    SLIDERS = "sliders"
    LOOK = "look"


class MatchScope(StrEnum):
    """The photos of an import whose looks are matched: `rated` are those of three stars and more, `project` those of
    one project.
    """

    ALL = "all"
    EDITED = "edited"
    RATED = "rated"
    PROJECT = "project"


class CatalogRef(msgspec.Struct, frozen=True, kw_only=True):
    """A Lightroom catalog: the identity that the plug-in keeps in it, and where it was last opened."""

    id: str
    path: str


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What the user chose. `uuids` are those of the projects or albums; `collection_set` is the name of the set under
    which Aperture's folders are rebuilt in Lightroom, the library's own when it is empty. `match_project` is the uuid
    of the project whose photos are matched, where `match` says so. `catalog` is the only one that the import goes
    into; None in imports that are older than this. `language` is that of the Lightroom that began the import: what
    Couloir names itself (collections, a keyword, a step of the history) keeps that name, whatever it speaks later.
    """

    library: str
    library_path: str
    destination: str
    scope: Scope
    uuids: tuple[str, ...]
    originals: Originals
    versions: Versions
    collection_set: str
    project_collections: bool
    face_keywords: bool
    trash: bool = False
    hidden: bool = False
    looks: Looks = Looks.LEAVE
    match: MatchScope = MatchScope.ALL
    match_project: str = ""
    profiles: bool = False
    pictures: bool = True
    catalog: CatalogRef | None = None
    language: str = ENGLISH
