"""Reads a Lightroom catalog (.lrcat): its photos, the facts that identify them, and their develop settings.

A catalog is a SQLite database whose tables gained columns over the years; columns are read by name, and those that a
catalog lacks count as empty. It is opened so that nothing is written, not even a lock. A catalog that Lightroom did not
close has a write-ahead log beside it; then both are copied to a temporary folder and read there.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from couloir.errors import AccessDenied, BadCatalog
from couloir.lightroom.lrcat_settings import DevelopRecord, read_develop_record

_SECONDS: Final = 300.0
_STEPS: Final = 100_000  # of SQLite's virtual machine between two checks of the time
_LOGS: Final = ("-wal", "-journal")
_NEEDED: Final = ("Adobe_images", "AgLibraryFile", "Adobe_imageDevelopSettings")


@dataclass(frozen=True, slots=True)
class CatalogPhoto:
    """A photo of a catalog, or a virtual copy of one (`copy_of` its original's id).

    `file_size` is in bytes, from what Lightroom noted at the import; `captured` the local time as Lightroom writes it,
    without a zone; `size` the file's (width, height). Facts that the catalog lacks are None or "".
    """

    id: int
    file_name: str
    folder: str
    file_size: int | None
    file_format: str
    captured: str
    size: tuple[int, int] | None
    camera: str
    copy_of: int | None
    copy_name: str
    developed: DevelopRecord


class Catalog:
    """An open catalog; a context manager. Every failure raises BadCatalog (or AccessDenied) that names the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._cleanup = contextlib.ExitStack()
        self._expires = time.monotonic() + _SECONDS
        try:
            self._connection = self._opened()
            self._tables = self._schema()
        except BaseException:
            self._cleanup.close()
            raise

    @property
    def version(self) -> str:
        """Lightroom's version number of the catalog's format: 0500006 for Lightroom 5, 1300000 for Classic 13."""
        for row in self._rows("Adobe_variablesTable", ("name", "value")):
            if row["name"] == "Adobe_DBVersion":
                return str(row["value"])
        return ""

    def photos(self) -> Iterator[CatalogPhoto]:
        """Every photo and virtual copy, in the order of the catalog."""
        folders = self._folders()
        files = {_whole(row["id_local"]): row for row in self._rows("AgLibraryFile", _FILE)}
        cameras = {
            _whole(row["id_local"]): _text(row["value"]) for row in self._rows("AgInternedExifCameraModel", _NAME)
        }
        models = {
            _whole(row["image"]): cameras.get(_whole(row["cameraModelRef"]), "")
            for row in self._rows("AgHarvestedExifMetadata", ("image", "cameraModelRef"))
        }
        settings = self._settings()
        for row in self._rows("Adobe_images", _IMAGE):
            key, file = _whole(row["id_local"]), files.get(_whole(row["rootFile"]))
            if key is None or file is None:
                continue  # it has no file: not a photo
            width, height = _whole(row["fileWidth"]), _whole(row["fileHeight"])
            yield CatalogPhoto(
                id=key,
                file_name=_text(file["idx_filename"]),
                folder=folders.get(_whole(file["folder"]), ""),
                file_size=_noted_size(_text(file["importHash"])),
                file_format=_text(row["fileFormat"]),
                captured=_text(row["captureTime"]),
                size=(width, height) if width and height else None,
                camera=models.get(key, ""),
                copy_of=_whole(row["masterImage"]),
                copy_name=_text(row["copyName"]),
                developed=settings(key, _whole(row["developSettingsIDCache"])),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cleanup.close()

    def _opened(self) -> sqlite3.Connection:
        try:
            with self.path.open("rb") as file:
                if file.read(16) != b"SQLite format 3\x00":
                    raise self._bad("it is not a SQLite database")
            logs = [log for end in _LOGS if (log := self.path.with_name(self.path.name + end)).exists()]
            source = self._copied(logs) if logs else self.path
        except PermissionError as error:
            raise AccessDenied(path=self.path) from error
        except OSError as error:
            raise self._bad(error.strerror or str(error)) from error
        mode = "mode=rw" if logs else "mode=ro&immutable=1"
        connection = sqlite3.connect(f"{source.absolute().as_uri()}?{mode}", uri=True)
        self._cleanup.callback(connection.close)
        connection.row_factory = sqlite3.Row
        connection.text_factory = lambda data: data.decode("utf-8", errors="replace")
        connection.set_progress_handler(lambda: time.monotonic() > self._expires, _STEPS)
        return connection

    def _copied(self, logs: list[Path]) -> Path:
        folder = Path(self._cleanup.enter_context(tempfile.TemporaryDirectory(prefix="couloir-")))
        copy = folder / "catalog.lrcat"
        shutil.copyfile(self.path, copy)
        for log in logs:
            shutil.copyfile(log, folder / log.name.replace(self.path.name, copy.name, 1))
        return copy

    def _schema(self) -> Mapping[str, frozenset[str]]:
        try:
            for setting in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0"):
                self._connection.execute(f"PRAGMA {setting}")
            names = [
                str(row[0]) for row in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            tables = {
                name: frozenset(
                    str(column[0])
                    for column in self._connection.execute("SELECT name FROM pragma_table_info(?)", (name,))
                )
                for name in names
            }
        except sqlite3.Error as error:
            raise self._bad(str(error)) from error
        missing = [name for name in _NEEDED if name not in tables]
        if missing:
            raise self._bad(f"it has no table {missing[0]}, so it is not a Lightroom catalog")
        return tables

    def _rows(self, table: str, columns: tuple[str, ...]) -> Iterator[sqlite3.Row]:
        """The rows of a table, with NULL for columns that this catalog lacks; no rows where it lacks the table."""
        there = self._tables.get(table)
        if there is None:
            return
        wanted = ", ".join(name if name in there else f"NULL AS {name}" for name in columns)
        try:
            yield from self._connection.execute(f"SELECT {wanted} FROM {table} ORDER BY rowid")  # noqa: S608 - our names
        except sqlite3.Error as error:
            raise self._bad(str(error)) from error

    def _folders(self) -> dict[int | None, str]:
        roots = {
            _whole(row["id_local"]): _text(row["absolutePath"]) for row in self._rows("AgLibraryRootFolder", _ROOT)
        }
        return {
            _whole(row["id_local"]): roots.get(_whole(row["rootFolder"]), "") + _text(row["pathFromRoot"])
            for row in self._rows("AgLibraryFolder", ("id_local", "pathFromRoot", "rootFolder"))
        }

    def _settings(self) -> _Settings:
        by_id: dict[int | None, DevelopRecord] = {}
        by_image: dict[int | None, DevelopRecord] = {}
        for row in self._rows("Adobe_imageDevelopSettings", ("id_local", "image", "text", "processVersion")):
            read = read_develop_record(row["text"], _text(row["processVersion"]))
            by_id[_whole(row["id_local"])] = read
            by_image.setdefault(_whole(row["image"]), read)
        return _Settings(by_id, by_image)

    def _bad(self, why: str) -> BadCatalog:
        return BadCatalog(path=self.path, why=why)


@dataclass(frozen=True, slots=True)
class _Settings:
    """The settings by the id of the row that a photo names as current, and by image: an image can have several rows."""

    by_id: Mapping[int | None, DevelopRecord]
    by_image: Mapping[int | None, DevelopRecord]

    def __call__(self, image: int, current: int | None) -> DevelopRecord:
        if current in self.by_id:
            return self.by_id[current]
        return self.by_image.get(image) or DevelopRecord(None, None, "the catalog holds no develop settings for it")


_FILE: Final = ("id_local", "folder", "idx_filename", "importHash")
_NAME: Final = ("id_local", "value")
_ROOT: Final = ("id_local", "absolutePath")
_IMAGE: Final = (
    *("id_local", "rootFile", "fileFormat", "captureTime", "fileWidth", "fileHeight", "masterImage", "copyName"),
    "developSettingsIDCache",
)


def _whole(value: object) -> int | None:
    """An id or a size as int: Lightroom stores some as REAL. None for any other value."""
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _noted_size(import_hash: str) -> int | None:
    """The file's size in bytes from "time:name:size", which Lightroom stores when it imports a file."""
    size = import_hash.rpartition(":")[2]
    return int(size) if size.isascii() and size.isdigit() and len(size) < 16 else None
