"""The reader on a real library (iPhoto 9.6.1, the same database as Aperture 3.6)."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from couloir.aperture.library import Library
from couloir.aperture.model import AlbumKind, FolderKind, OriginalStatus, PixelSize

pytestmark = pytest.mark.sample

WEDDING, PARK, RAW = "RgISIEPbThGVoco5LyiLjQ", "QtE4HvHhSnO2W8bmbzWRSg", "UD3w1wufQy6UcuzQ31ZF1w"


def counted(library: Path, database: str, sql: str) -> int:
    file = library / "Database" / "apdb" / database
    with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        [[number]] = connection.execute(sql).fetchall()
    return number


def tree_state(root: Path) -> dict[str, tuple[int, str]]:
    """Modification time and content of everything in a folder."""
    return {
        path.relative_to(root).as_posix(): (
            path.lstat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in (root, *root.rglob("*"))
    }


def read_everything(library: Library) -> None:
    library.counts()
    for master in library.masters():
        library.original(master)
    for version in library.versions():
        library.preview(version)
    library.faces()
    library.stacks()
    library.volumes()


@pytest.mark.parametrize(
    ("what", "expected", "database", "sql"),
    [
        ("masters", 15, "Library.apdb", "SELECT count(*) FROM RKMaster"),
        ("trashed", 2, "Library.apdb", "SELECT count(*) FROM RKMaster WHERE isInTrash = 1"),
        ("versions", 30, "Library.apdb", "SELECT count(*) FROM RKVersion"),
        ("browsable", 15, "Library.apdb", "SELECT count(*) FROM RKVersion WHERE showInLibrary = 1 AND isHidden = 0"),
        ("projects", 6, "Library.apdb", "SELECT count(*) FROM RKFolder WHERE folderType = 2 AND isMagic = 0"),
        ("folders", 3, "Library.apdb", "SELECT count(*) FROM RKFolder WHERE folderType = 1 AND isMagic = 0"),
        (
            "albums",
            4,
            "Library.apdb",
            """SELECT count(*) FROM RKAlbum WHERE albumSubclass IN (2, 3) AND isMagic = 0
               AND uuid NOT IN ('lastImportAlbum', 'rotationAlbum', 'eventFilterBarAlbum')""",
        ),
        ("keywords", 33, "Library.apdb", "SELECT count(*) FROM RKKeyword"),
        ("operations", 15, "Library.apdb", "SELECT count(*) FROM RKImageAdjustment"),
        ("stacks", 0, "Library.apdb", "SELECT count(DISTINCT stackUuid) FROM RKStackContent"),
        ("faces", 4, "Faces.db", "SELECT count(*) FROM RKDetectedFace"),
    ],
)
def test_each_count_equals_the_known_figure_and_a_direct_query(
    real: Library, real_library: Path, what: str, expected: int, database: str, sql: str
) -> None:
    assert real.counts()[what] == expected == counted(real_library, database, sql)


def test_the_counts_are_those_of_what_is_read(real: Library) -> None:
    counts = real.counts()
    masters, versions = list(real.masters()), list(real.versions())
    own = [folder for folder in real.folders() if not folder.is_system]
    assert counts == {
        "masters": len(masters),
        "versions": len(versions),
        "browsable": sum(version.browsable for version in versions),
        "trashed": sum(master.in_trash for master in masters),
        "projects": sum(folder.kind is FolderKind.PROJECT for folder in own),
        "folders": sum(folder.kind is FolderKind.FOLDER for folder in own),
        "albums": sum(a.kind is not AlbumKind.IMPLICIT and not a.is_system for a in real.albums()),
        "keywords": len(real.keywords()),
        "faces": len(real.faces()),
        "stacks": len(real.stacks()),
        "operations": sum(len(version.operations) for version in versions),
    }


def test_four_projects_have_no_name_and_one_of_them_is_in_the_trash(real: Library) -> None:
    nameless = [f for f in real.folders() if f.kind is FolderKind.PROJECT and not f.name]
    assert len(nameless) == 4
    assert sum(folder.in_trash for folder in nameless) == 1


def test_exactly_three_originals_are_missing_and_each_is_named(real_library: Path) -> None:
    with Library.open(real_library) as library:
        missing = [m.file_name for m in library.masters() if library.original(m).status is OriginalStatus.MISSING]
        present = [m for m in library.masters() if library.original(m).status is OriginalStatus.PRESENT]
        assert sorted(missing) == ["DSC03584.dng", "IMG_1994.cr2", "IMG_1997.cr2"]
        assert len(present) == 12
        assert sorted(f.code for f in library.findings) == ["original.missing"] * 3
        assert all(any(name in f.message for f in library.findings) for name in missing)


def test_the_library_says_what_it_is(real: Library, real_library: Path) -> None:
    info = real.info
    assert (info.path, info.app, info.app_version) == (real_library.resolve(), "iPhoto", "9.6.1")
    assert (info.database, info.uuid) == ((110, 226), "z0rrkR0cTPyjp%KffPNRNA")


def test_versions_come_in_model_id_order_and_each_twice_read_is_the_same(real: Library) -> None:
    first = list(real.versions())
    assert [version.model_id for version in first] == sorted(version.model_id for version in first)
    assert first == list(real.versions())
    assert all(real.version(version.uuid) == version for version in first)
    assert all(real.master(master.uuid) == master for master in real.masters())


def test_the_edited_photo_has_its_operations_in_pipeline_order(real: Library) -> None:
    wedding = real.version("wedding")
    assert wedding.uuid == WEDDING
    assert [(operation.identifier, operation.index) for operation in wedding.operations] == [
        ("RKCropOperation", 7_000_000),
        ("RKWhiteBalanceOperation", 9_000_000),
        ("RKExposureOperation", 10_000_000),
        ("RKEnhanceOperation", 11_000_000),
        ("RKLevelsOperation", 18_000_000),
    ]
    assert wedding.master_size == PixelSize(2048, 1367)
    assert wedding.processed_size == PixelSize(1495, 1367)
    assert (wedding.rating, wedding.flagged, wedding.color_label) == (5, True, None)
    assert wedding.keywords == (("wedding",),)
    assert wedding.iptc["Caption/Abstract"] == "Bride Wedding day"
    assert wedding.exif["Model"] == "NIKON D810"


def test_the_instant_of_capture_is_in_utc(real: Library) -> None:
    assert real.version(WEDDING).captured == datetime(2019, 4, 15, 14, 40, 24, tzinfo=UTC)


def test_rotation_and_sizes_are_those_of_the_database(real: Library) -> None:
    raw = real.version(RAW)
    assert (raw.rotation, raw.master_size, raw.processed_size) == (270, PixelSize(6000, 4000), PixelSize(4000, 6000))


def test_each_version_has_the_values_of_its_row(real: Library, real_library: Path) -> None:
    file = real_library / "Database/apdb/Library.apdb"
    columns = "uuid, name, versionNumber, masterUuid, projectUuid, mainRating, rotation, isFlagged, isOriginal"
    with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        rows = connection.execute(f"SELECT {columns}, exifLatitude, exifLongitude FROM RKVersion ORDER BY modelId")
        expected = rows.fetchall()
    assert expected == [
        (
            version.uuid,
            version.name,
            version.number,
            version.master_uuid,
            version.project_uuid,
            version.rating,
            version.rotation,
            version.flagged,
            version.is_original,
            version.latitude,
            version.longitude,
        )
        for version in real.versions()
    ]


def test_the_properties_of_each_version_state_the_size_that_its_row_does(real: Library) -> None:
    for version in real.versions():
        own = (version.exif["PixelWidth"], version.exif["PixelHeight"])
        assert version.master_size is not None
        assert own == (version.master_size.width, version.master_size.height)


def test_albums_keep_the_order_of_their_property_list(real: Library) -> None:
    [pumpkins] = [album for album in real.albums() if album.name == "Pumpkin Farm"]
    assert pumpkins.kind is AlbumKind.USER
    assert pumpkins.version_uuids == ("L0ddFwSDTmGwDZBWpnLF4A", "TeSYQT5HRJ6R6uGZRm+VOQ", "7NGbu3h6RkGXxBGa9lfMVQ")


def test_folders_and_albums_share_one_order(real: Library) -> None:
    listed = [a for a in real.albums() if a.folder_uuid == "TopLevelAlbums" and a.kind is AlbumKind.USER]
    inside = [f for f in real.folders() if f.parent_uuid == "TopLevelAlbums"]
    shown = sorted([*listed, *inside], key=lambda child: child.position)
    assert [child.name for child in shown] == ["Empty Album", "Test Album", "Folder1", "Pumpkin Farm"]


def test_a_face_drawn_by_hand_upside_down_is_read_upright(real: Library) -> None:
    faces = {face.uuid: face for face in real.faces()}
    by_hand = faces["X3mEI8SkSQSkmL3rv2Lqjw"]
    assert by_hand.name == "Katie"
    assert by_hand.bottom == pytest.approx(0.65088, abs=1e-5)
    assert by_hand.height == pytest.approx(0.18164, abs=1e-5)
    assert sorted(str(face.name) for face in faces.values()) == ["Katie", "Katie", "Maria", "Suzy"]


def test_an_edited_photo_has_a_preview_and_an_untouched_jpeg_is_its_own(real: Library, real_library: Path) -> None:
    edited = real.preview(real.version(PARK))
    assert edited.path is not None
    assert edited.path.name == "St. James's Park.jpg"
    assert (edited.up_to_date, edited.is_master) == (True, False)
    untouched = real.preview(real.version("7NGbu3h6RkGXxBGa9lfMVQ"))
    assert untouched.path == (real_library / "Masters/2023/09/27/20230927-064307/Pumkins1.jpg").resolve()
    assert (untouched.up_to_date, untouched.is_master, untouched.relative_path) == (True, True, None)


def test_every_version_that_is_shown_has_a_preview_on_disk(real: Library) -> None:
    for version in real.versions():
        path = real.preview(version).path
        assert (path is not None and path.is_file()) is version.browsable


def test_reading_everything_changes_nothing(real_library: Path) -> None:
    before = tree_state(real_library)
    with Library.open(real_library) as library:
        read_everything(library)
    assert tree_state(real_library) == before


def test_a_read_only_library_is_read_without_a_new_file(real_library: Path, tmp_path: Path) -> None:
    copy = tmp_path / real_library.name
    shutil.copytree(real_library, copy)
    everything = [*copy.rglob("*"), copy]
    for path in everything:
        path.chmod(path.stat().st_mode & ~0o222)
    before = tree_state(copy)
    try:
        with Library.open(copy) as library:
            assert library.counts()["masters"] == 15
            read_everything(library)
        assert tree_state(copy) == before
    finally:
        for path in everything:
            path.chmod(0o700)
