"""A folder that is no library, or a broken one: one line names the file and the next step, and nothing is written."""

from __future__ import annotations

import contextlib
import errno
import os
import plistlib
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from couloir.aperture.library import Library
from couloir.errors import (
    AccessDenied,
    DamagedLibrary,
    DiskFull,
    LibraryError,
    NotALibrary,
    UnknownVersion,
    UnsupportedLibrary,
)

ESSENTIAL = ("Library.apdb", "Properties.apdb")
OPTIONAL = ("Faces.db", "ImageProxies.apdb")


def refusal(path: Path, kind: type[LibraryError]) -> str:
    with pytest.raises(kind) as caught:
        Library.open(path)
    message = str(caught.value)
    assert "\n" not in message
    assert caught.value.exit_code == kind.exit_code != 1
    return message


def test_a_path_where_nothing_is(tmp_path: Path) -> None:
    assert "there is nothing" in refusal(tmp_path / "gone.aplibrary", NotALibrary)


def test_a_path_that_no_disk_can_have() -> None:
    refusal(Path("with\0nul"), NotALibrary)


def test_a_file(tmp_path: Path) -> None:
    file = tmp_path / "file.aplibrary"
    file.write_bytes(b"SQLite format 3\0")
    assert "it is a file" in refusal(file, NotALibrary)


def test_an_empty_folder(tmp_path: Path) -> None:
    assert "empty" in refusal(tmp_path, NotALibrary)


def test_some_other_folder(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    assert "Library.apdb" in refusal(tmp_path, NotALibrary)


@pytest.mark.parametrize("inside", ["Aperture.aplib/Library.apdb", "Berlin.approject/Info.approject"])
def test_aperture_1_and_2_are_refused_with_advice(tmp_path: Path, inside: str) -> None:
    file = tmp_path / "Old.aplibrary" / inside
    file.parent.mkdir(parents=True)
    file.touch()
    message = refusal(tmp_path / "Old.aplibrary", UnsupportedLibrary)
    assert "Aperture 1 or 2" in message
    assert "Aperture 3" in message


def test_a_version_number_of_aperture_2_is_refused(tiny: Any) -> None:
    info = {"CFBundleIdentifier": "com.apple.Aperture.library", "CFBundleShortVersionString": "2.1.4"}
    tiny.plist("Info.plist", info)
    assert "Aperture 2.1.4" in refusal(tiny.root, UnsupportedLibrary)


def test_an_older_iphoto_is_refused(tmp_path: Path) -> None:
    (tmp_path / "AlbumData.xml").touch()
    assert "iPhoto" in refusal(tmp_path, UnsupportedLibrary)


@pytest.mark.parametrize("name", ["Fotos.photoslibrary", "Other"])
@pytest.mark.parametrize("file", ["Photos.sqlite", "photos.db"])
def test_a_library_of_apple_photos_is_told_apart(tmp_path: Path, name: str, file: str) -> None:
    database = tmp_path / name / "database"
    database.mkdir(parents=True)
    (database / file).touch()
    assert "Apple Photos" in refusal(tmp_path / name, NotALibrary)


@pytest.mark.parametrize(
    ("major", "minor", "since"), [(111, 1, 0), (110, 300, 227), (109, 5, 0)], ids=["newer", "not readable", "older"]
)
def test_another_generation_of_database_is_refused(tiny: Any, major: int, minor: int, since: int) -> None:
    model = {
        "DatabaseVersion": major,
        "DatabaseMinorVersion": minor,
        "DatabaseCompatibleBackToMinorVersion": since,
    }
    tiny.plist("Database/DataModelVersion.plist", model)
    refusal(tiny.root, UnsupportedLibrary)


def test_a_newer_minor_version_that_says_it_is_compatible_is_read_and_reported(tiny: Any) -> None:
    model = {"DatabaseVersion": 110, "DatabaseMinorVersion": 300, "DatabaseCompatibleBackToMinorVersion": 220}
    tiny.plist("Database/DataModelVersion.plist", model)
    with tiny.open() as library:
        assert library.info.database == (110, 300)
        assert [finding.code for finding in library.findings] == ["library.newer"]


def test_the_database_tells_its_version_where_the_property_list_is_lost(tiny: Any) -> None:
    (tiny.root / "Database/DataModelVersion.plist").write_bytes(b"bplist00garbage")
    refusal(tiny.root, DamagedLibrary)
    for name, value in (("versionMajor", "110"), ("versionMinor", "219"), ("databaseUuid", "abc")):
        tiny.add("RKAdminData", propertyArea="database", propertyName=name, propertyValue=value)
    with tiny.open() as library:
        assert (library.info.database, library.info.uuid) == ((110, 219), "abc")
        assert [finding.code for finding in library.findings] == ["plist.unreadable"]


def test_a_library_is_known_by_its_structure(tiny: Any, tmp_path: Path) -> None:
    tiny.root.rename(tmp_path / "no suffix")
    with Library.open(tmp_path / "no suffix") as library:
        assert (library.info.name, library.info.app, library.info.app_version) == ("no suffix", "Aperture", "3.6")


def test_info_plist_may_be_xml_or_missing(tiny: Any) -> None:
    xml = plistlib.dumps({"CFBundleGetInfoString": "iPhoto Library 9.5", "CFBundleName": "Ours"})
    (tiny.root / "Info.plist").write_bytes(xml)
    with tiny.open() as library:
        assert (library.info.app, library.info.app_version, library.info.name) == ("iPhoto", "9.5", "Ours")
    (tiny.root / "Info.plist").unlink()
    with tiny.open() as library:
        assert (library.info.app, library.info.app_version, library.info.name) == ("Aperture", "", "Tiny")


@pytest.mark.parametrize("name", ESSENTIAL)
def test_a_missing_essential_database_is_named(tiny: Any, name: str) -> None:
    (tiny.databases / name).unlink()
    assert f"Database/apdb/{name}" in refusal(tiny.root, DamagedLibrary)


@pytest.mark.sample
@pytest.mark.parametrize("name", ESSENTIAL)
@pytest.mark.parametrize("length", [0, 1, 16, 99, 100, 512, 16384, 0.5, -1], ids=str)
def test_an_essential_database_cut_off_anywhere_is_named(real_copy: Path, name: str, length: float) -> None:
    file = real_copy / "Database/apdb" / name
    content = file.read_bytes()
    file.write_bytes(content[: int(length * len(content)) if length == 0.5 else int(length)])
    assert f"Database/apdb/{name}" in refusal(real_copy, DamagedLibrary)


@pytest.mark.parametrize("name", ESSENTIAL)
@pytest.mark.parametrize("content", [b"apdb/Library.apdb", b"SQLite format 3\0" + b"\xff" * 8192, os.urandom(4096)])
def test_an_essential_database_replaced_by_something_else_is_named(tiny: Any, name: str, content: bytes) -> None:
    (tiny.databases / name).write_bytes(content)
    assert f"Database/apdb/{name}" in refusal(tiny.root, DamagedLibrary)


def test_a_folder_in_the_place_of_a_database_is_named(tiny: Any) -> None:
    (tiny.databases / "Library.apdb").unlink()
    (tiny.databases / "Library.apdb").mkdir()
    assert "Database/apdb/Library.apdb" in refusal(tiny.root, DamagedLibrary)


def test_a_database_that_is_a_link_to_elsewhere_is_refused(tiny: Any, tmp_path: Path, link: Any) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    (tiny.databases / "Library.apdb").rename(elsewhere)
    link(tiny.databases / "Library.apdb", elsewhere)
    assert "out of the library" in refusal(tiny.root, DamagedLibrary)


@pytest.mark.parametrize("name", OPTIONAL)
@pytest.mark.parametrize("damage", ["missing", "cut", "text"])
def test_without_faces_or_previews_the_rest_is_read_and_it_is_reported(tiny: Any, name: str, damage: str) -> None:
    tiny.photo("v1")
    file = tiny.databases / name
    content = {"missing": None, "cut": file.read_bytes()[:5000], "text": b"a note"}[damage]
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with tiny.open() as library:
        [version] = library.versions()
        assert library.preview(version).path is None
        assert library.faces() == ()
        assert library.counts()["faces"] == 0
        assert [(finding.code, finding.item) for finding in library.findings] == [("library.no-database", name)]


@pytest.mark.parametrize(
    ("name", "table", "column"),
    [("Faces.db", "RKDetectedFace", "uuid"), ("ImageProxies.apdb", "RKImageProxyState", "versionUuid")],
)
def test_damage_in_the_middle_of_faces_or_previews_is_reported_when_met(
    tiny: Any, name: str, table: str, column: str
) -> None:
    tiny.photo("v1")
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT 'v' || i FROM n"
    tiny.sql(name, f"INSERT INTO {table} ({column}) {many}")
    file = tiny.databases / name
    content = bytearray(file.read_bytes())
    content[8192:] = b"\xaa" * (len(content) - 8192)
    file.write_bytes(content)
    with tiny.open() as library:
        [version] = library.versions()
        library.faces()
        library.preview(version)
        assert [(finding.code, finding.item) for finding in library.findings] == [("library.no-database", name)]


@pytest.mark.parametrize("table", ["RKMaster", "RKVersion", "RKFolder"])
def test_a_missing_table_is_named(tiny: Any, table: str) -> None:
    tiny.sql("Library.apdb", f"DROP TABLE {table}")
    assert table in refusal(tiny.root, DamagedLibrary)


def test_a_missing_essential_column_is_named(tiny: Any) -> None:
    tiny.sql("Library.apdb", "ALTER TABLE RKVersion DROP COLUMN masterUuid")
    assert "masterUuid" in refusal(tiny.root, DamagedLibrary)


def test_tables_and_columns_that_older_versions_lack_are_empty(tiny: Any) -> None:
    tiny.photo("v1", name="One", mainRating=3)
    for table in ("RKImportGroup", "RKStackContent", "RKVolume", "RKCustomSortOrder"):
        tiny.sql("Library.apdb", f"DROP TABLE {table}")
    for column in ("colorLabelIndex", "nonRawMasterUuid", "exifLatitude"):
        tiny.sql("Library.apdb", f"ALTER TABLE RKVersion DROP COLUMN {column}")
    with tiny.open() as library:
        [version] = library.versions()
        assert (version.rating, version.color_label, version.latitude) == (3, None, None)
        assert library.stacks() == library.volumes() == ()


def test_a_view_in_the_place_of_a_table_is_refused(tiny: Any) -> None:
    tiny.sql("Library.apdb", "DROP TABLE RKVersion")
    tiny.sql("Library.apdb", "CREATE VIEW RKVersion AS SELECT 1 AS modelId")
    assert "a view, not a table" in refusal(tiny.root, DamagedLibrary)


def test_a_virtual_table_in_the_place_of_a_table_is_refused(tiny: Any) -> None:
    tiny.sql("Library.apdb", "DROP TABLE RKKeyword")
    try:
        tiny.sql("Library.apdb", "CREATE VIRTUAL TABLE RKKeyword USING fts5(uuid, name, parentId)")
    except sqlite3.OperationalError:
        pytest.skip("this SQLite was built without fts5")
    with tiny.open() as library, pytest.raises(DamagedLibrary, match="a virtual table, not a table"):
        library.keywords()


def test_a_library_that_may_not_be_opened(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", denied)
    with pytest.raises(AccessDenied, match="Full Disk Access"):
        Library.open(tiny.root)


def test_a_database_that_may_not_be_opened(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path, *arguments: Any, **named: Any) -> Any:
        if path.name == "Library.apdb":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return original(path, *arguments, **named)

    original = Path.open
    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(AccessDenied, match=r"Library\.apdb"):
        Library.open(tiny.root)


def test_a_recovery_without_room_says_so(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(source))

    (tiny.databases / "Library.apdb-journal").touch()
    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(DiskFull, match=r"Library\.apdb"):
        Library.open(tiny.root)


@pytest.mark.parametrize("wanted", ["gone", "twice", "", "\udcff", "a\0b", "' OR 1=1 --"])
def test_a_version_that_is_not_there_or_not_the_only_one(tiny: Any, wanted: str) -> None:
    tiny.photo("v1", name="twice")
    tiny.photo("v2", name="twice")
    with tiny.open() as library, pytest.raises(UnknownVersion):
        library.version(wanted)


def test_using_a_closed_library_is_not_blamed_on_the_file(tiny: Any) -> None:
    library = tiny.open()
    library.close()
    with pytest.raises(sqlite3.ProgrammingError):
        list(library.masters())


def test_a_failed_opening_leaves_no_connection_and_no_copy_behind(tiny: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tiny.databases / "Library.apdb-journal").touch()
    (tiny.databases / "Properties.apdb").write_bytes(b"text")
    before = sorted(tmp_path.rglob("*"))
    refusal(tiny.root, DamagedLibrary)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_closed_library_can_be_closed_again_and_leaves_nothing_behind(
    tiny: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tiny.databases / "Library.apdb-journal").touch()
    before = sorted(tmp_path.rglob("*"))
    with contextlib.closing(tiny.open()) as library:
        library.close()
    assert sorted(tmp_path.rglob("*")) == before
