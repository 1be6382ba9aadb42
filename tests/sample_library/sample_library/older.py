"""Makes a library of Aperture 3.6 one of 3.1.2: the shape of the one real library of that age that is public.

What 3.1.2 lacks was read from it table by table and key by key (kayoom/aperture_ar, MIT; model 110/119): some columns
and tables; numbers and times of writing in property lists; the folder apdb. `showInLibrary` is 0 everywhere. It has a
second table of image proxies, which is empty, and built-in albums in a folder of their own.
"""

from __future__ import annotations

import contextlib
import plistlib
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

APP_VERSION, MINOR, PROJECT_VERSION = "3.1.2", 119, 6

LACKS = {
    "Library.apdb": {
        "RKKeyword": "searchName",
        "RKVersion": "hasKeywords",
        "RKMaster": "streamAssetId streamSourceUuid burstUuid importedBy",
        "RKAdminData": "storedDataType persistAfterRebuild",
        "RKFolder": "minImageTimeZoneName maxImageTimeZoneName isHiddenWhenEmpty",
        "RKImageAdjustment": "dbVersion",
        "RKVersionFaceContent": "faceRectLeft faceRectTop faceRectWidth faceRectHeight",
    },
    "Properties.apdb": {
        "RKIptcProperty": "searchStringId",
        "RKOtherProperty": "searchStringId",
        "RKExifStringProperty": "searchStringId",
    },
    "Faces.db": {"RKFaceName": "lastUsedDate"},
    "ImageProxies.apdb": {
        "RKImageProxyState": "miniThumbnailsCurrent tinyThumbnailsCurrent thumbnailFilesize microThumbnailRotation"
        " miniThumbnailPath miniThumbnailFilesize faceTilePath"
    },
}
LACKS_TABLES = {
    "Library.apdb": ("RKMasterGroup", "RKGroupsForVersions", "RKVersionGroup", "RKGroupsForMasters"),
    "Properties.apdb": ("RKFaceProperty",),
}
_PROXIES = """
    CREATE TABLE IPImageProxyState (modelId integer primary key, versionUuid varchar, versionId integer,
    thumbnailsCurrent integer, thumbnailCacheIndex integer, thumbnailRendered integer, thumbnailPath varchar,
    thumbnailRotation integer, thumbnailHeight integer, thumbnailWidth integer, thumbnailFilesize integer)
"""
_KEYS = frozenset({"modelId", "minorVersion", "plistWriteTimestamp", "imageProxyState", "isHiddenWhenEmpty"})
#: uuid, name and whether it is a smart album, of the folder "Library Albums".
BUILT_IN = (
    ("builtinSmartAlbumsFolderImplicitAlbum", None, 1),
    ("fiveStarAlbum", "\u2605\u2605\u2605\u2605\u2605", 2),
    ("oneStarAlbum", "\u2605 or better", 2),
    ("videosOnlyAlbum", "Videos", 2),
    ("inTheLastWeekAlbum", "In the Last Week", 2),
    ("inTheLastMonthAlbum", "In the Last Month", 2),
)
_FOLDER = "BuiltinSmartAlbums"


def age(root: Path) -> None:
    """Change a library that was just built; its manifest stays true."""
    database = root / "Database"
    for name in (*LACKS, "BigBlobs.apdb", "History.apdb"):
        (database / name).unlink(missing_ok=True)  # a link
        file = (database / "apdb" / name).rename(database / name)
        with contextlib.closing(sqlite3.connect(file)) as connection, connection:
            _age_tables(connection, name)
    for left in sorted((database / "apdb").iterdir()):
        (database / left.name).unlink(missing_ok=True)
        left.rename(database / left.name)
    (database / "apdb").rmdir()
    _add_built_in(database)
    for file in _plists(database):
        content = plistlib.loads(file.read_bytes())
        file.write_bytes(plistlib.dumps(_aged(content), fmt=plistlib.FMT_BINARY, sort_keys=False))
    _age_package(root)


def _age_tables(connection: sqlite3.Connection, name: str) -> None:
    for table in LACKS_TABLES.get(name, ()):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for table, columns in LACKS.get(name, {}).items():
        for column in columns.split():
            for (index,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql LIKE ?",
                (table, f"%{column}%"),
            ).fetchall():
                connection.execute(f"DROP INDEX {index}")
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    if name == "Library.apdb":
        connection.execute("UPDATE RKVersion SET showInLibrary = 0")
    if name == "ImageProxies.apdb":
        connection.execute(_PROXIES)


def _add_built_in(database: Path) -> None:
    folder = {"uuid": _FOLDER, "folderType": 1, "name": "Library Albums", "parentFolderUuid": "AllProjectsItem"}
    albums = [
        {"uuid": uuid, "name": name, "albumSubclass": kind, "albumType": 1, "folderUuid": _FOLDER}
        for uuid, name, kind in BUILT_IN
    ]
    rows: list[tuple[str, Mapping[str, object]]] = [("RKFolder", folder), *(("RKAlbum", album) for album in albums)]
    with contextlib.closing(sqlite3.connect(database / "Library.apdb")) as connection, connection:
        for table, row in rows:
            whole = {**row, "isMagic": 0, "isInTrash": 0, "isHidden": 0}
            marks = ", ".join("?" * len(whole))
            connection.execute(
                f"INSERT INTO {table} ({', '.join(whole)}) VALUES ({marks})",
                tuple(whole.values()),
            )
    if (database / "Folders").is_dir():
        _write(database / "Folders" / f"{_FOLDER}.apfolder", {**folder, "isMagic": False, "isInTrash": False})
        for album in albums:
            info = {key: value for key, value in album.items() if value is not None}
            record = {"InfoDictionary": {**info, "isMagic": False, "isInTrash": False}}
            _write(database / "Albums" / f"{album['uuid']}.apalbum", record)


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_bytes(plistlib.dumps(content, fmt=plistlib.FMT_BINARY))


def _plists(database: Path) -> Iterator[Path]:
    """Those that can be read: some anomalies are property lists that are cut short."""
    for file in sorted(database.rglob("*")):
        if file.suffix in {".apmaster", ".apversion", ".apfolder", ".apalbum", ".apvolume"} or file.name == (
            "Keywords.plist"
        ):
            with contextlib.suppress(plistlib.InvalidFileException, ValueError):
                plistlib.loads(file.read_bytes())
                yield file


def _aged(content: Any) -> Any:
    """A property list without what 3.1.2 does not write."""
    if isinstance(content, dict):
        kept = {key: _aged(value) for key, value in content.items() if key not in _KEYS}
        return kept | ({"showInLibrary": False} if "showInLibrary" in kept else {})
    return [_aged(each) for each in content] if isinstance(content, list) else content


def _age_package(root: Path) -> None:
    info = root / "Info.plist"
    told = plistlib.loads(info.read_bytes())
    told |= {"CFBundleShortVersionString": APP_VERSION, "CFBundleGetInfoString": f"Aperture Library {APP_VERSION}"}
    info.write_bytes(plistlib.dumps(told))
    for folder in ("Aperture.aplib", "Database"):
        file = root / folder / "DataModelVersion.plist"
        model = plistlib.loads(file.read_bytes())
        del model["DatabaseCompatibleBackToMinorVersion"], model["adminProperties"]
        model |= {
            "DatabaseMinorVersion": MINOR,
            "projectVersion": PROJECT_VERSION,
            "projectCompatibleBackToVersion": PROJECT_VERSION,
        }
        file.write_bytes(plistlib.dumps(model))
