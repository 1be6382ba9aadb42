"""The planned imports: the user's choices, and the progress of each, in one small private file per import.

The file says what is wanted; how far the originals are is in the journal of jobs, how far Lightroom is in the ledger of
the destination. So a process that dies between two of them leaves nothing that contradicts itself.
"""

from __future__ import annotations

import logging
import threading
from enum import StrEnum
from pathlib import Path

import msgspec

from couloir.migrate.handover.choice import Choice
from couloir.service.http.problems import UnknownImport
from couloir.service.process.logs import describe_error
from couloir.service.process.runtime import prepare_folder, write_private

log = logging.getLogger(__name__)


class Stage(StrEnum):
    """The stage of an import. `originals` and later stages need the ledger."""

    PLANNED = "planned"
    ORIGINALS = "originals"
    HANDOVER = "handover"
    CANCELLED = "cancelled"


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """One import. Its id is that of the job that planned it; `job` is the job that brings the originals, "" before.
    `match_begun`: a session that matches less than all of its photos was begun."""

    id: str
    created: str
    choice: Choice
    stage: Stage = Stage.PLANNED
    paused: bool = False
    job: str = ""
    match_begun: bool = False


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
        """Store a new import; an existing one is not changed."""
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
