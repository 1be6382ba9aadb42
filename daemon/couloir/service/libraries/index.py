"""An index of a library's photos by the facts that Lightroom knows: the columns that identify a photo, in a temporary
SQLite table, because a library may hold half a million photos and a request has a millisecond.

Aperture stores the time of capture as an instant and the zone in which it shows it; Lightroom and EXIF store the
local time only. Both are kept, as text to the second, and either may agree.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import PurePosixPath
from typing import Final

from couloir.json_text import to_json
from couloir.lightroom.sameness import normalise_name


@dataclass(frozen=True, slots=True)
class IndexedPhoto:
    """One version that Aperture shows, outside of the trash. `number` is the version's modelId, the order of pages.

    `stored_path` is relative to Masters/ or to its volume, as the library has it. `wall_clock` is the time of capture
    as Aperture shows it, `instant` in UTC, both "YYYY-MM-DDTHH:MM:SS" or None. `width` and `height` are the unrotated
    original's. `make` and `camera` are EXIF's maker and model; `decoder` is the version of Aperture's RAW decoder, ""
    where none is stated. `copy` is Aperture's version number: 1 is the first that a user sees. `comparable`: it is a
    picture, and its look can be compared with a preview, as far as is known without reading that.
    """

    number: int
    uuid: str
    master: str
    project: str | None
    name: str
    file_name: str
    stored_path: str
    wall_clock: str | None
    instant: str | None
    width: int | None
    height: int | None
    make: str
    camera: str
    decoder: str
    raw: bool
    copy: int
    rating: int
    flagged: bool
    adjusted: bool
    comparable: bool


@dataclass(frozen=True, slots=True)
class PhotoGroup:
    """Photos of one project that agree in all of this: how many they are."""

    project: str | None
    make: str
    camera: str
    raw: bool
    adjusted: bool
    comparable: bool
    stars: int
    photos: int


_NAMES: Final = tuple(field.name for field in fields(IndexedPhoto))
_VALUES: Final = attrgetter(*_NAMES)
_FLAGS: Final = tuple(_NAMES.index(name) for name in ("raw", "flagged", "adjusted", "comparable"))
_SCHEMA: Final = f"""
CREATE TABLE photo ({", ".join(_NAMES)}, stem TEXT NOT NULL, PRIMARY KEY (number));
CREATE INDEX photo_uuid ON photo (uuid);
CREATE INDEX photo_stem ON photo (stem);
"""


def stem_of(file_name: str) -> str:
    """The part of the name that two files of one photo share: IMG_1.CR2 and img_1.dng have the same stem."""
    return normalise_name(PurePosixPath(file_name).stem)


class PhotoIndex:
    """The index; safe to use from several threads; close it. SQLite moves it to an unnamed file when it grows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def add(self, photos: Iterable[IndexedPhoto]) -> None:
        """Add photos; of two with the same number the first is kept."""
        marks = ", ".join("?" * (len(_NAMES) + 1))
        rows = [(*_VALUES(photo), stem_of(photo.file_name)) for photo in photos]
        with self._lock:
            self._db.execute("BEGIN")
            self._db.executemany(f"INSERT OR IGNORE INTO photo VALUES ({marks})", rows)  # noqa: S608  (only marks)
            self._db.execute("COMMIT")

    def __len__(self) -> int:
        with self._lock:
            return int(self._db.execute("SELECT count(*) FROM photo").fetchone()[0])

    def page(self, after: int, limit: int) -> list[IndexedPhoto]:
        """Photos with a number above `after`, in that order."""
        return self._photos("number > ? ORDER BY number LIMIT ?", (after, limit))

    def find_by_name(self, file_name: str, limit: int) -> list[IndexedPhoto]:
        """Photos whose file has this stem, in order; at most `limit`."""
        return self._photos("stem = ? ORDER BY number LIMIT ?", (stem_of(file_name), limit))

    def photo(self, uuid: str) -> IndexedPhoto | None:
        return next(iter(self._photos("uuid = ? LIMIT 1", (uuid,))), None)

    def raw_cameras(self) -> list[tuple[str, str, str, int]]:
        """(EXIF maker, EXIF model, RAW decoder, number of RAW photos) of each camera."""
        query = "SELECT make, camera, decoder, count(*) FROM photo WHERE raw GROUP BY make, camera, decoder"
        with self._lock:
            return self._db.execute(query).fetchall()

    def groups(self) -> list[PhotoGroup]:
        """All photos, in groups."""
        return self._groups("1", ())

    def groups_of(self, uuids: Sequence[str]) -> list[PhotoGroup]:
        """The photos with these uuids, in groups; those that are not in the index are left out."""
        return self._groups("uuid IN (SELECT value FROM json_each(?))", (to_json(list(uuids)),))

    def _groups(self, condition: str, values: Sequence[object]) -> list[PhotoGroup]:
        columns = "project, make, camera, raw, adjusted, comparable, rating"
        query = f"SELECT {columns}, count(*) FROM photo WHERE {condition} GROUP BY {columns}"  # noqa: S608  (constants)
        with self._lock:
            rows = self._db.execute(query, values).fetchall()
        return [
            PhotoGroup(project, make, camera, bool(raw), bool(edited), bool(comparable), *rest)
            for project, make, camera, raw, edited, comparable, *rest in rows
        ]

    def _photos(self, condition: str, values: Sequence[object]) -> list[IndexedPhoto]:
        query = f"SELECT {', '.join(_NAMES)} FROM photo WHERE {condition}"  # noqa: S608  (constants of this module)
        with self._lock:
            rows = self._db.execute(query, values).fetchall()
        return [_photo(row) for row in rows]


def _photo(row: tuple[object, ...]) -> IndexedPhoto:
    values = list(row)
    for place in _FLAGS:
        values[place] = bool(values[place])
    return IndexedPhoto(*values)  # type: ignore[arg-type]  # the columns are the fields, in their order
