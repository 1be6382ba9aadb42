"""Writes small Lightroom catalogs for tests: the tables that a reader needs, by hand."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

NEUTRAL: Mapping[str, object] = {"ProcessVersion": "11.0", "WhiteBalance": "As Shot", "Exposure2012": 0.0}


@dataclass(frozen=True)
class Row:
    """One photo of a catalog, or a virtual copy (`copy_of`: place of its original in the list)."""

    file_name: str
    file_size: int | None = 1000
    file_format: str = "JPG"
    captured: str = ""
    size: tuple[int, int] | None = (3000, 2000)
    camera: str = ""
    copy_of: int | None = None
    copy_name: str | None = None
    settings: Mapping[str, object] = field(default_factory=lambda: dict(NEUTRAL))
    text: object = None


def lua(value: object) -> str:
    """A value as Lightroom spells it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\\n") + '"'
    if isinstance(value, Mapping):
        inner = (
            f"{key} = {lua(item)}" if key.isidentifier() else f"[{lua(key)}] = {lua(item)}"
            for key, item in value.items()
        )
        return "{ " + ",\n".join(inner) + " }"
    assert isinstance(value, Sequence)
    return "{ " + ",\n".join(map(lua, value)) + " }"


def settings_text(settings: Mapping[str, object], *, bare: bool = False) -> str:
    """A settings text; `bare` as Lightroom Classic 14 begins it."""
    return lua(settings) if bare else f"s = {lua(settings)}"


def compressed(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(4, "big") + zlib.compress(data)


_OLD = """
CREATE TABLE Adobe_variablesTable (id_local INTEGER PRIMARY KEY, name, value);
CREATE TABLE AgLibraryRootFolder (id_local INTEGER PRIMARY KEY, absolutePath);
CREATE TABLE AgLibraryFolder (id_local INTEGER PRIMARY KEY, pathFromRoot, rootFolder);
CREATE TABLE AgLibraryFile (id_local INTEGER PRIMARY KEY, folder, idx_filename);
CREATE TABLE Adobe_images (id_local INTEGER PRIMARY KEY, rootFile, captureTime, masterImage, fileFormat);
CREATE TABLE Adobe_imageDevelopSettings (id_local INTEGER PRIMARY KEY, image, text);
"""
_NEW = """
CREATE TABLE Adobe_variablesTable (id_local INTEGER PRIMARY KEY, name, value);
CREATE TABLE AgLibraryRootFolder (id_local INTEGER PRIMARY KEY, absolutePath);
CREATE TABLE AgLibraryFolder (id_local INTEGER PRIMARY KEY, pathFromRoot, rootFolder, visibility);
CREATE TABLE AgLibraryFile (id_local INTEGER PRIMARY KEY, folder, idx_filename, importHash);
CREATE TABLE Adobe_images (id_local INTEGER PRIMARY KEY, rootFile, captureTime, masterImage, copyName, fileFormat,
    fileWidth, fileHeight, developSettingsIDCache, editLock);
CREATE TABLE Adobe_imageDevelopSettings (id_local INTEGER PRIMARY KEY, image, text, processVersion, hasPointColor);
CREATE TABLE AgHarvestedExifMetadata (id_local INTEGER PRIMARY KEY, image, cameraModelRef);
CREATE TABLE AgInternedExifCameraModel (id_local INTEGER PRIMARY KEY, value);
"""


def write_catalog(path: Path, rows: Sequence[Row], *, version: str = "1300000", old: bool = False) -> Path:
    """A catalog with these photos; `old` has no more columns than Lightroom 2 had."""
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(_OLD if old else _NEW)
        database.execute("INSERT INTO Adobe_variablesTable VALUES (1, 'Adobe_DBVersion', ?)", (version,))
        database.execute("INSERT INTO AgLibraryRootFolder VALUES (1, '/Photos/')")
        database.execute("INSERT INTO AgLibraryFolder (id_local, pathFromRoot, rootFolder) VALUES (1, '2012/', 1)")
        for number, row in enumerate(rows, 1):
            _insert(database, number, row, old)
    return path


def _insert(database: sqlite3.Connection, number: int, row: Row, old: bool) -> None:
    image, file, settings = 3 * number, 3 * number + 1, 3 * number + 2
    copy_of = None if row.copy_of is None else 3.0 * (row.copy_of + 1)
    text = settings_text(row.settings) if row.text is None else row.text
    database.execute(
        "INSERT INTO AgLibraryFile (id_local, folder, idx_filename) VALUES (?, 1, ?)", (file, row.file_name)
    )
    database.execute(
        "INSERT INTO Adobe_images (id_local, rootFile, captureTime, masterImage, fileFormat) VALUES (?, ?, ?, ?, ?)",
        (image, float(file), row.captured or None, copy_of, row.file_format),
    )
    database.execute(
        "INSERT INTO Adobe_imageDevelopSettings (id_local, image, text) VALUES (?, ?, ?)",
        (settings, float(image), text),
    )
    if old:
        return
    if row.file_size is not None:
        noted = f"407630349:{row.file_name}:{row.file_size}"
        database.execute("UPDATE AgLibraryFile SET importHash = ? WHERE id_local = ?", (noted, file))
    width, height = row.size or (None, None)
    database.execute(
        "UPDATE Adobe_images SET copyName = ?, fileWidth = ?, fileHeight = ?, developSettingsIDCache = ?"
        " WHERE id_local = ?",
        (row.copy_name, width, height, float(settings), image),
    )
    if row.camera:
        database.execute("INSERT OR IGNORE INTO AgInternedExifCameraModel VALUES (?, ?)", (image, row.camera))
        database.execute("INSERT INTO AgHarvestedExifMetadata VALUES (?, ?, ?)", (image, float(image), float(image)))
