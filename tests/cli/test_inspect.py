"""`couloir inspect` on the real library: every figure equals a count made with SQL alone."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Couloir = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.sample


@pytest.fixture(scope="module")
def document(couloir: Couloir, real_library: Path) -> dict[str, object]:
    result = couloir("inspect", real_library, "--json")
    assert result.returncode == 0, result.stderr
    loaded: dict[str, object] = json.loads(result.stdout)
    return loaded


def _count(library: Path, database: str, sql: str) -> int:
    connection = sqlite3.connect(f"{(library / 'Database/apdb' / database).as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        return int(connection.execute(sql).fetchone()[0])
    finally:
        connection.close()


SQL = {
    "masters": ("Library.apdb", "SELECT count(*) FROM RKMaster"),
    "versions": ("Library.apdb", "SELECT count(*) FROM RKVersion"),
    "browsable": ("Library.apdb", "SELECT count(*) FROM RKVersion WHERE showInLibrary = 1 AND isHidden = 0"),
    "trashed": ("Library.apdb", "SELECT count(*) FROM RKMaster WHERE isInTrash = 1"),
    "projects": (
        "Library.apdb",
        "SELECT count(*) FROM RKFolder WHERE folderType = 2 AND uuid <> 'RKPhotostreamFolder'",
    ),
    "folders": ("Library.apdb", "SELECT count(*) FROM RKFolder WHERE folderType = 1 AND length(uuid) = 22"),
    "albums": (
        "Library.apdb",
        "SELECT count(*) FROM RKAlbum WHERE albumSubclass IN (2, 3) AND length(uuid) = 22",
    ),
    "keywords": ("Library.apdb", "SELECT count(*) FROM RKKeyword"),
    "faces": ("Faces.db", "SELECT count(*) FROM RKDetectedFace"),
    "stacks": ("Library.apdb", "SELECT count(DISTINCT stackUuid) FROM RKStackContent"),
    "operations": ("Library.apdb", "SELECT count(*) FROM RKImageAdjustment"),
}


def test_every_count_equals_a_direct_sql_count(document: dict[str, object], real_library: Path) -> None:
    assert document["counts"] == {name: _count(real_library, *sql) for name, sql in SQL.items()}


def test_the_counts_are_the_known_ones(document: dict[str, object]) -> None:
    assert document["counts"] == {
        "masters": 15,
        "versions": 30,
        "browsable": 15,
        "trashed": 2,
        "projects": 6,
        "folders": 3,
        "albums": 4,
        "keywords": 33,
        "faces": 4,
        "stacks": 0,
        "operations": 15,
    }


def test_operations_are_counted_by_identifier(document: dict[str, object]) -> None:
    assert document["operations"] == {
        "RKCropOperation": 1,
        "RKEnhanceOperation": 2,
        "RKExposureOperation": 1,
        "RKLevelsOperation": 2,
        "RKRawDecodeOperation": 6,
        "RKShadowHighlightOperation": 1,
        "RKWhiteBalanceOperation": 2,
    }


def test_every_operation_has_one_fidelity(document: dict[str, object]) -> None:
    fidelity = document["fidelity"]
    assert isinstance(fidelity, dict)
    assert set(fidelity) == {"exact", "approximate", "taken from the preview", "lost"}
    assert sum(fidelity.values()) == 15


def test_the_three_absent_originals_are_named(document: dict[str, object]) -> None:
    missing = document["missing_originals"]
    assert isinstance(missing, list)
    assert sorted(original["name"] for original in missing) == ["DSC03584.dng", "IMG_1994.cr2", "IMG_1997.cr2"]


def test_the_table_for_people_names_them_too(couloir: Couloir, real_library: Path) -> None:
    result = couloir("inspect", real_library)
    assert result.returncode == 0, result.stderr
    for name in ("DSC03584.dng", "IMG_1994.cr2", "IMG_1997.cr2", "Time in Lightroom: about "):
        assert name in result.stdout
    for name in ("RKLevelsOperation", "keywords", "uuid"):
        assert name not in result.stdout


def test_a_library_without_edits_has_no_look_to_match(couloir: Couloir, aperture_library: Path) -> None:
    assert "and no look to match afterwards" in " ".join(couloir("inspect", aperture_library).stdout.split())


def test_technical_names_are_given_when_asked_for(couloir: Couloir, real_library: Path) -> None:
    result = couloir("inspect", real_library, "--technical")
    for name in ("RKLevelsOperation", "keywords", "Time in Lightroom: about "):
        assert name in result.stdout


def test_the_photos_are_counted_as_photographers_do(document: dict[str, object]) -> None:
    shown, seconds = document["shown"], document["seconds"]
    assert isinstance(shown, dict)
    assert isinstance(seconds, dict)
    for parts in ("kinds", "cameras"):
        assert sum(shown[parts].values()) == shown["total"]
    assert shown["edited"] <= shown["total"]
    assert document["night"] == {"hours": 8.0, "matched": shown["measurable"]}
    assert set(seconds) == {"importing", "matching"}
    assert seconds["importing"] > 0


def test_versions_are_listed_with_their_uuids(couloir: Couloir, real_library: Path) -> None:
    listed = json.loads(couloir("inspect", real_library, "--versions", "--json").stdout)["versions"]
    assert len(listed) == 15
    assert ("RgISIEPbThGVoco5LyiLjQ", "wedding") in {(row["uuid"], row["name"]) for row in listed}
