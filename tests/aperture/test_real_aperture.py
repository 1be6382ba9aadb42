"""The reader on a real library of Aperture 3.1.2, whose older form lacks columns and keys that 3.6 has."""

from __future__ import annotations

import contextlib
import plistlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from couloir.aperture.audit import Status
from couloir.aperture.audit.library import audit_library
from couloir.aperture.details.records import PreviewStatus
from couloir.aperture.library import Library
from couloir.aperture.model import OriginalStatus, Visibility
from couloir.aperture.rebuild.compare import disagreements

pytestmark = pytest.mark.sample


@pytest.fixture(scope="module")
def library(aperture_library: Path) -> Iterator[Library]:
    with Library.open(aperture_library) as opened:
        yield opened


@pytest.fixture(scope="module")
def extract(aperture_library: Path) -> dict[str, Any]:
    """What Aperture itself tells other programs of this library."""
    told: dict[str, Any] = plistlib.loads((aperture_library / "ApertureData.xml").read_bytes())
    return told


@pytest.mark.parametrize(
    ("what", "expected", "sql"),
    [
        ("masters", 3, "SELECT count(*) FROM RKMaster"),
        ("versions", 9, "SELECT count(*) FROM RKVersion"),
        ("browsable", 6, "SELECT count(*) FROM RKVersion WHERE versionNumber >= 1"),
        ("trashed", 0, "SELECT count(*) FROM RKMaster WHERE isInTrash = 1"),
        ("projects", 2, "SELECT count(*) FROM RKFolder WHERE folderType = 2"),
        ("folders", 0, "SELECT count(*) FROM RKFolder WHERE folderType = 1 AND length(uuid) = 22"),
        ("albums", 0, "SELECT count(*) FROM RKAlbum WHERE albumSubclass IN (2, 3) AND length(uuid) = 22"),
        ("keywords", 173, "SELECT count(*) FROM RKKeyword"),
        ("operations", 0, "SELECT count(*) FROM RKImageAdjustment"),
        ("stacks", 0, "SELECT count(DISTINCT stackUuid) FROM RKStackContent"),
    ],
)
def test_each_count_equals_the_known_figure_and_a_direct_query(
    library: Library, aperture_library: Path, what: str, expected: int, sql: str
) -> None:
    address = f"{(aperture_library / 'Database' / 'Library.apdb').as_uri()}?mode=ro&immutable=1"
    with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
        [[counted]] = connection.execute(sql).fetchall()
    assert library.counts()[what] == expected == counted


def test_the_versions_that_are_shown_are_those_that_aperture_tells_other_programs_of(
    library: Library, extract: dict[str, Any]
) -> None:
    [everything] = [album for album in extract["List of Albums"] if album.get("Master")]
    shown = [version.uuid for version in library.versions() if version.shown]
    assert sorted(shown) == sorted(everything["KeyList"])
    assert len(shown) == everything["PhotoCount"] == 6
    assert {version.visibility for version in library.versions()} == {Visibility.SHOWN, Visibility.ORIGINAL}


def test_each_version_is_in_the_project_and_has_the_name_that_aperture_tells(
    library: Library, extract: dict[str, Any]
) -> None:
    names = {folder.uuid: folder.name for folder in library.folders()}
    projects = {album["AlbumName"]: set(album["KeyList"]) for album in extract["List of Albums"] if "KeyList" in album}
    for version in library.versions():
        if version.shown:
            told = extract["Master Image List"][version.uuid]
            assert (told["Caption"], told["MediaType"]) == (version.name, "Image")
            assert version.uuid in projects[names[version.project_uuid or ""]]


def test_the_properties_of_each_version_state_the_size_that_its_row_does(library: Library) -> None:
    for version in library.versions():
        own = (version.exif["PixelWidth"], version.exif["PixelHeight"])
        assert version.master_size is not None
        assert own == (version.master_size.width, version.master_size.height)


def test_every_original_is_there_and_every_shown_version_has_an_up_to_date_preview(library: Library) -> None:
    assert {library.original(master).status for master in library.masters()} == {OriginalStatus.PRESENT}
    states = [library.preview_state(version).status for version in library.versions() if version.shown]
    assert states == [PreviewStatus.HALF_SIZE] * 6  # it was set to previews of half the size
    assert [finding.code for finding in library.findings] == []


def test_the_albums_of_the_folder_library_albums_are_none_of_the_users(library: Library) -> None:
    assert [album.name for album in library.albums() if not album.is_system and album.kind != "implicit"] == []
    assert [folder.name for folder in library.folders() if not folder.is_system] == ["test_project1", "test_project2"]


def test_its_smart_albums_are_told_in_full(library: Library) -> None:
    rules = {album.uuid: rule for album in library.albums() if (rule := library.details.rule(album)) is not None}
    assert all(rule.known for rule in rules.values())
    assert rules["videosOnlyAlbum"].text == "kind of file is VIDST"
    assert rules["inTheLastMonthAlbum"].text == "capture date is in the last 1 months"
    assert rules["oneStarAlbum"].text == "rating is at least 1"


def test_nothing_in_it_is_unknown_and_the_two_sources_agree(library: Library, aperture_library: Path) -> None:
    assert audit_library(library).of(Status.UNKNOWN) == []
    with Library.open(aperture_library, from_plists=True) as mirror:
        assert list(disagreements(library, mirror)) == []
        assert mirror.counts() == library.counts()
