"""The imports that were planned: what the user chose, and how far each is. One small private file each.

The file says what is wanted; how far the originals are is in the journal of jobs, how far Lightroom is in the ledger of
the destination. So a process that dies between two of them leaves nothing that contradicts itself.
"""

from __future__ import annotations

import logging
import threading
from enum import StrEnum
from pathlib import Path

import msgspec

from couloir.service.http.problems import UnknownImport
from couloir.service.process.logs import describe_error
from couloir.service.process.runtime import prepare_folder, write_private

log = logging.getLogger(__name__)


class Scope(StrEnum):
    """What of a library is imported."""

    ALL = "all"
    PROJECTS = "projects"
    ALBUMS = "albums"


class Originals(StrEnum):
    """Where the files that Lightroom opens will lie; the values are those of `couloir.migrate.options`."""

    REFERENCE = "reference"
    CLONE = "clone"
    COPY = "copy"


class Versions(StrEnum):
    """What becomes of the second and later versions of a photo: virtual copies, or files of their own."""

    PLUGIN = "plugin"
    CLONE = "clone"


class Looks(StrEnum):
    """Whether looks are matched with Aperture's previews when all has arrived, and how far: see `Finish`."""

    LEAVE = "leave"
    SLIDERS = "sliders"
    LOOK = "look"


class Stage(StrEnum):
    """How far an import is. `originals` and later need the ledger."""

    PLANNED = "planned"
    ORIGINALS = "originals"
    HANDOVER = "handover"
    CANCELLED = "cancelled"


class CatalogRef(msgspec.Struct, frozen=True, kw_only=True):
    """A Lightroom catalog: the identity that the plug-in keeps in it, and where it was last opened."""

    id: str
    path: str


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What the user chose. `uuids` are those of the projects or albums; `collection_set` is the name of the set under
    which Aperture's folders are rebuilt in Lightroom, the library's own when it is empty. `catalog` is the only
    one that the import goes into; None in imports that are older than this.
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
    profiles: bool = False
    catalog: CatalogRef | None = None


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """One import. Its id is that of the job that planned it; `job` is the job that brings the originals, "" before."""

    id: str
    created: str
    choice: Choice
    stage: Stage = Stage.PLANNED
    paused: bool = False
    job: str = ""


class Imports:
    """The imports on disk. Safe to use from several threads; `change` is the only way to change one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.lock = threading.RLock()

    def all(self) -> list[Import]:
        """Newest first. A file that cannot be read is logged and left out."""
        if not self._folder.is_dir():
            return []
        found = [self._read(file) for file in self._folder.glob("*.json")]
        return sorted((each for each in found if each is not None), key=lambda each: each.created, reverse=True)

    def get(self, import_id: str) -> Import:
        """Raises: UnknownImport"""
        file = self._file(import_id)
        found = self._read(file) if file.is_file() else None
        if found is None:
            raise UnknownImport(item=import_id)
        return found

    def add(self, planned: Import) -> Import:
        """Write down a new import; one that is there already stays as it is."""
        with self.lock:
            if self._file(planned.id).is_file():
                return self.get(planned.id)
            prepare_folder(self._folder)
            return self._write(planned)

    def change(self, import_id: str, **values: object) -> Import:
        """Set fields of an import. Raises: UnknownImport"""
        with self.lock:
            return self._write(msgspec.structs.replace(self.get(import_id), **values))

    def _file(self, import_id: str) -> Path:
        return self._folder / f"{import_id}.json"

    def _write(self, changed: Import) -> Import:
        write_private(self._file(changed.id), msgspec.json.encode(changed))
        return changed

    def _read(self, file: Path) -> Import | None:
        try:
            return msgspec.json.decode(file.read_bytes(), type=Import)
        except (msgspec.DecodeError, OSError) as error:
            log.warning("%s cannot be read: %s", file.name, describe_error(error))
            return None
