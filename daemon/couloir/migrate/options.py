"""The options of a migration. Pure data."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from couloir.aperture.model import Folder, FolderKind
from couloir.derive.translator import Translator
from couloir.destinations.door import Door
from couloir.destinations.every import LIGHTROOM
from couloir.errors import UnknownProject


class OriginalsMode(StrEnum):
    """Where the originals that Lightroom opens will be.

    There is no hard-link mode: Lightroom writes into JPEG and DNG files, and a hard link would let it write into the
    library.
    """

    REFERENCE = "reference"  # originals stay where they are; nothing is written into them
    CLONE = "clone"  # copy-on-write where the disk can, a copy where it cannot
    COPY = "copy"


class VersionsMode(StrEnum):
    """How the second and later versions of a master, which XMP cannot hold, are migrated."""

    PLUGIN = "plugin"  # they wait for the plug-in, which makes virtual copies
    CLONE = "clone"  # each gets its own clone of the original with its own XMP
    TOGETHER = "together"  # they are in the side files of their photo, for a door whose files hold several


@dataclass(frozen=True, slots=True)
class MigrationOptions:
    """`only_project` is a project's name or uuid; `trash` and `hidden` include photos in Aperture's trash and those
    that it does not show; `dry_run` does everything except writing; `translator` translates the looks; `door` is the
    program that they are for.
    """

    originals: OriginalsMode = OriginalsMode.CLONE
    versions: VersionsMode = VersionsMode.PLUGIN
    only_project: str | None = None
    dry_run: bool = False
    trash: bool = False
    hidden: bool = False
    translator: Translator = field(default_factory=Translator)
    pictures: bool = True
    door: Door = LIGHTROOM


def choose_project(library: Path, folders: Sequence[Folder], wanted: str | None) -> str | None:
    """The uuid of the project that `wanted` names, None when everything is wanted.

    A uuid takes precedence over a name. Raises UnknownProject when no project, or more than one, has the name;
    `library` is named in the message.
    """
    if wanted is None:
        return None
    projects = [f for f in folders if f.kind is FolderKind.PROJECT and not f.is_system]
    if any(project.uuid == wanted for project in projects):
        return wanted
    # A terminal may pass a name composed where the library stores it decomposed.
    spelt = unicodedata.normalize("NFC", wanted)
    named = sorted(p.uuid for p in projects if unicodedata.normalize("NFC", p.name) == spelt)
    if len(named) == 1:
        return named[0]
    if named:
        raise UnknownProject(
            path=library, project=wanted, why=f"{len(named)} projects have this name ({', '.join(named)})"
        )
    raise UnknownProject(path=library, project=wanted, why="there is none of this name")
