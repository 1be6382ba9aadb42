"""The photographer's corrections: develop settings that were set by hand, kept as examples for training.

They are in a small SQLite file, the newest correction of each version only. It holds settings and names but no pixels;
training reads the pictures from the library again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from couloir.errors import StateTooNew
from couloir.json_text import to_json
from couloir.lightroom.settings import DevelopSettings, PhotoKind

FILE_NAME: Final = "corrections.sqlite3"
"""In the folder where the service keeps its state."""

SCHEMA_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE correction (
    library     TEXT NOT NULL,   -- the library's uuid, or its path when it has none
    version     TEXT NOT NULL,
    path        TEXT NOT NULL,   -- of the library when it was taught
    master      TEXT NOT NULL,
    camera      TEXT NOT NULL,   -- '' when the file does not say
    kind        TEXT NOT NULL,   -- raw or rendered
    derived     TEXT NOT NULL,   -- JSON
    corrected   TEXT NOT NULL,   -- JSON
    taught      TEXT NOT NULL,   -- UTC, ISO 8601
    PRIMARY KEY (library, version)
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Correction:
    """The correction of one version.

    `library` is the library's uuid, its path when it has none; `path` is where it was then. `derived` are the settings
    that Couloir would give the photo, `corrected` those that it has, of the keys that Couloir knows. `taught` is in
    UTC.
    """

    library: str
    path: str
    version: str
    master: str
    camera: str
    kind: PhotoKind
    derived: DevelopSettings
    corrected: DevelopSettings
    taught: str


class Corrections:
    """The store of corrections in one file, which the first one creates. Every method opens and closes the file.

    Raises StateTooNew for a file of a newer Couloir.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, corrections: Iterable[Correction]) -> None:
        """Store corrections in one transaction; each replaces the earlier one of its version."""
        with closing(self._opened()) as database, database:
            database.executemany(
                "INSERT OR REPLACE INTO correction VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_cells, corrections)
            )

    def all(self) -> Iterator[Correction]:
        """Every correction, ordered by library and version."""
        if not self._file.exists():
            return
        with closing(self._opened()) as database:
            query = (
                "SELECT library, path, version, master, camera, kind, derived, corrected, taught"
                " FROM correction ORDER BY library, version"
            )
            for library, path, version, master, camera, kind, derived, corrected, taught in database.execute(query):
                yield Correction(
                    library,
                    path,
                    version,
                    master,
                    camera,
                    PhotoKind(kind),
                    DevelopSettings(json.loads(derived)),
                    DevelopSettings(json.loads(corrected)),
                    taught,
                )

    def _opened(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._file, timeout=10)
        version = int(database.execute("PRAGMA user_version").fetchone()[0])
        if version > SCHEMA_VERSION:
            database.close()
            raise StateTooNew(path=self._file, found=version, known=SCHEMA_VERSION)
        if version == 0:
            database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
        return database


def _cells(correction: Correction) -> tuple[str, ...]:
    derived, corrected = (
        to_json(settings.as_dict(), sort_keys=True) for settings in (correction.derived, correction.corrected)
    )
    return (
        correction.library,
        correction.version,
        correction.path,
        correction.master,
        correction.camera,
        str(correction.kind),
        derived,
        corrected,
        correction.taught,
    )
