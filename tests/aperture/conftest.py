"""A small library that a test fills by hand, with archives in Aperture's form."""

from __future__ import annotations

import contextlib
import plistlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from couloir.aperture.library import Library

# Only the columns that tests set; the reader has to cope with missing ones anyway.
SCHEMA = {
    "Library.apdb": {
        "RKMaster": "uuid name fileName originalFileName type subtype isTrulyRaw fileIsReference isMissing isInTrash "
        "imagePath fileVolumeUuid projectUuid importGroupUuid alternateMasterUuid fileSize imageDate createDate",
        "RKVersion": "uuid name fileName versionNumber stackUuid masterUuid masterId rawMasterUuid nonRawMasterUuid "
        "projectUuid imageTimeZoneName imageDate mainRating isHidden isFlagged isOriginal colorLabelIndex masterHeight "
        "masterWidth processedHeight processedWidth rotation hasAdjustments hasEnabledAdjustments isInTrash "
        "exifLatitude exifLongitude showInLibrary",
        "RKFolder": "uuid folderType name parentFolderUuid isInTrash isMagic sortKeyPath",
        "RKAlbum": "uuid albumType albumSubclass name folderUuid isInTrash isMagic customSortAvailable",
        "RKAlbumVersion": "versionId albumId",
        "RKCustomSortOrder": "containerUuid purpose objectUuid orderNumber",
        "RKKeyword": "uuid name parentId",
        "RKKeywordForVersion": "versionId keywordId",
        "RKVolume": "uuid name diskUuid isOffline",
        "RKImportGroup": "uuid importYear importMonth importDay importTime",
        "RKStackContent": "stackUuid versionUuid orderNumber",
        "RKImageAdjustment": "uuid name versionUuid maskUuid adjIndex isEnabled data",
        "RKAdminData": "propertyArea propertyName propertyValue",
    },
    "Properties.apdb": {
        "RKUniqueString": "stringProperty",
        "RKIptcProperty": "versionId propertyKey stringId",
        "RKExifStringProperty": "versionId propertyKey stringId",
        "RKExifNumberProperty": "versionId propertyKey numberProperty",
    },
    "Faces.db": {
        "RKDetectedFace": "uuid masterUuid faceKey rejected ignore topLeftX topLeftY topRightX topRightY bottomLeftX "
        "bottomLeftY bottomRightX bottomRightY",
        "RKFaceName": "faceKey name fullName",
    },
    "ImageProxies.apdb": {"RKImageProxyState": "versionUuid fullSizePreviewPath fullSizePreviewUpToDate"},
}


class TinyLibrary:
    """Writes a library that the reader under test opens."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.databases = root / "Database" / "apdb"
        self.databases.mkdir(parents=True)
        for folder in ("Masters", "Previews", "Database/Albums", "Database/Folders"):
            (root / folder).mkdir()
        model = {"DatabaseVersion": 110, "DatabaseMinorVersion": 226, "DatabaseCompatibleBackToMinorVersion": 220}
        self.plist("Database/DataModelVersion.plist", model)
        info = {"CFBundleIdentifier": "com.apple.Aperture.library", "CFBundleShortVersionString": "3.6"}
        self.plist("Info.plist", info)
        for name, tables in SCHEMA.items():
            creation = [
                f"CREATE TABLE {table} (modelId integer primary key, {', '.join(columns.split())});"
                for table, columns in tables.items()
            ]
            with contextlib.closing(sqlite3.connect(self.databases / name)) as connection:
                connection.executescript(f"PRAGMA synchronous=OFF; BEGIN; {' '.join(creation)} COMMIT;")

    def sql(self, database: str, statement: str, *values: object) -> int:
        """Run one statement in one of the databases; gives the new row's modelId."""
        with contextlib.closing(sqlite3.connect(self.databases / database)) as connection, connection:
            connection.execute("PRAGMA synchronous=OFF")
            return connection.execute(statement, values).lastrowid or 0

    def add(self, table: str, **columns: object) -> int:
        """Insert a row into whichever database has the table; gives its modelId."""
        [database] = [name for name, tables in SCHEMA.items() if table in tables]
        marks = ", ".join("?" * len(columns))
        return self.sql(database, f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", *columns.values())

    def photo(self, uuid: str = "v1", **version: object) -> int:
        """One master m-<uuid> and one version of it that Aperture shows; gives the version's modelId."""
        self.add("RKMaster", uuid=f"m-{uuid}", fileName=f"{uuid}.jpg", imagePath=f"{uuid}.jpg", type="IMGT")
        row = {"uuid": uuid, "name": uuid, "masterUuid": f"m-{uuid}", "versionNumber": 1, "showInLibrary": 1}
        return self.add("RKVersion", **{**row, **version})

    def plist(self, relative: str, content: object) -> None:
        (self.root / relative).write_bytes(plistlib.dumps(content, fmt=plistlib.FMT_BINARY))

    def file(self, relative: str) -> Path:
        """An ordinary file in the library."""
        path = self.root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content")
        return path

    def open(self, **arguments: object) -> Library:
        return Library.open(self.root, **arguments)


@pytest.fixture
def tiny(tmp_path: Path) -> TinyLibrary:
    return TinyLibrary(tmp_path / "Tiny.aplibrary")


@pytest.fixture
def link() -> Callable[[Path, Path | str], None]:
    """Makes a symbolic link; skips the test where the system does not let us."""

    def make(path: Path, target: Path | str) -> None:
        try:
            path.symlink_to(target)
        except OSError as error:
            pytest.skip(f"no links here: {error}")

    return make


@pytest.fixture(scope="session")
def real(real_library: Path) -> Iterator[Library]:
    """The real library, open."""
    with Library.open(real_library) as library:
        yield library


@pytest.fixture
def real_copy(real_library: Path, tmp_path: Path) -> Path:
    """The databases and property lists of the real library, to be damaged."""
    copy = tmp_path / real_library.name
    shutil.copytree(real_library / "Database", copy / "Database", ignore=shutil.ignore_patterns("History*", "Versions"))
    shutil.copy(real_library / "Info.plist", copy)
    for path in (copy, *copy.rglob("*")):
        path.chmod(path.stat().st_mode | 0o200)
    return copy


def _keyed(value: object, objects: list[object], classes: dict[str, plistlib.UID]) -> plistlib.UID:
    """Append a value, as an NSKeyedArchiver would, and give its number."""

    def of_class(name: str) -> plistlib.UID:
        if name not in classes:
            objects.append({"$classname": name, "$classes": [name, "NSObject"]})
            classes[name] = plistlib.UID(len(objects) - 1)
        return classes[name]

    if value is None:
        return plistlib.UID(0)
    if isinstance(value, dict):
        record = {
            "NS.keys": [_keyed(key, objects, classes) for key in value],
            "NS.objects": [_keyed(item, objects, classes) for item in value.values()],
            "$class": of_class("NSMutableDictionary"),
        }
        objects.append(record)
    elif isinstance(value, list):
        items = [_keyed(item, objects, classes) for item in value]
        objects.append({"NS.objects": items, "$class": of_class("NSArray")})
    elif isinstance(value, tuple):
        color = " ".join(f"{part:g}" for part in value).encode() + b"\0"
        objects.append({"NSRGB": color, "NSColorSpace": 1, "$class": of_class("NSColor")})
    else:
        objects.append(value)
    return plistlib.UID(len(objects) - 1)


@pytest.fixture(scope="session")
def archive() -> Callable[[object], bytes]:
    """Encodes dicts, lists, texts, numbers, bytes, None and colours (tuples) as a keyed archive."""

    def encode(value: object) -> bytes:
        objects: list[object] = ["$null"]
        root = _keyed(value, objects, {})
        archived = {"$version": 100000, "$archiver": "NSKeyedArchiver", "$top": {"root": root}, "$objects": objects}
        return plistlib.dumps(archived, fmt=plistlib.FMT_BINARY)

    return encode


@pytest.fixture(scope="session")
def operation_blob(archive: Callable[[object], bytes]) -> Callable[..., bytes]:
    """The blob of one adjustment row."""

    def encode(identifier: str, inputs: object, **more: object) -> bytes:
        return archive({"DGOperationIdentifier": identifier, "enabled": True, "inputKeys": inputs, **more})

    return encode
