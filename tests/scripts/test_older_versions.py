"""Libraries of every 3.x version: what an older one lacks is empty, and everything else is read as in 3.6.

Which columns which version lacks is not known; so each version lacks some by chance, all but those that no reader can
do without.
"""

from __future__ import annotations

import contextlib
import plistlib
import random
import shutil
import sqlite3
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from couloir.aperture.library import Library
from sample_library import build_library

VERSIONS = {"3.1.3": 122, "3.2.4": 131, "3.3.2": 207, "3.4.5": 219, "3.6": 226}
# Column -> what it gives, and what that is without it.
# masterWidth is not among them: without it the size is read from the photo's own properties.
COLUMNS: dict[str, dict[str, tuple[str, object]]] = {
    "RKVersion": {
        "name": ("name", ""),
        "fileName": ("file_name", ""),
        "versionNumber": ("number", 0),
        "rawMasterUuid": ("raw_master_uuid", None),
        "nonRawMasterUuid": ("non_raw_master_uuid", None),
        "imageTimeZoneName": ("time_zone", None),
        "imageDate": ("captured", None),
        "mainRating": ("rating", 0),
        "isFlagged": ("flagged", False),
        "colorLabelIndex": ("color_label", None),
        "processedWidth": ("processed_size", None),
        "rotation": ("rotation", 0),
        "hasAdjustments": ("has_adjustments", False),
        "hasEnabledAdjustments": ("has_enabled_adjustments", False),
        "exifLatitude": ("latitude", None),
        "exifLongitude": ("longitude", None),
    },
    "RKMaster": {
        "name": ("name", ""),
        "fileName": ("file_name", ""),
        "originalFileName": ("original_file_name", None),
        "subtype": ("subtype", None),
        "isTrulyRaw": ("is_raw", False),
        "fileIsReference": ("is_reference", False),
        "isMissing": ("marked_missing", False),
        "fileVolumeUuid": ("volume_uuid", None),
        "importGroupUuid": ("import_group_uuid", None),
        "alternateMasterUuid": ("alternate_master_uuid", None),
        "fileSize": ("file_size", None),
        "imageDate": ("image_date", None),
        "createDate": ("created", None),
    },
}
Rows = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("newest") / "Library.aplibrary"
    build_library(library, masters=60, seed=11, pictures="none", write_plists=False)
    return library


def _rows(path: Path) -> tuple[Rows, Rows, str, list[str]]:
    with Library.open(path) as library:
        versions = {version.uuid: asdict(version) for version in library.versions()}
        masters = {master.uuid: asdict(master) for master in library.masters()}
        return versions, masters, library.info.app_version, [finding.code for finding in library.findings]


def _age(path: Path, version: str, lacking: dict[str, list[str]]) -> None:
    """Make a library one of this version, without these columns."""
    model = path / "Database" / "DataModelVersion.plist"
    told = plistlib.loads(model.read_bytes())
    model.write_bytes(plistlib.dumps({**told, "DatabaseMinorVersion": VERSIONS[version]}))
    info = path / "Info.plist"
    shown = {"CFBundleShortVersionString": version, "CFBundleGetInfoString": f"Aperture Library {version}"}
    info.write_bytes(plistlib.dumps({**plistlib.loads(info.read_bytes()), **shown}))
    with contextlib.closing(sqlite3.connect(path / "Database" / "apdb" / "Library.apdb")) as connection, connection:
        for table, columns in lacking.items():
            indexes = connection.execute(
                "SELECT name FROM sqlite_master WHERE tbl_name = ? AND type = 'index'", [table]
            )
            for (index,) in indexes.fetchall():
                connection.execute(f"DROP INDEX {index}")
            for column in columns:
                connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


@pytest.mark.parametrize("version", VERSIONS)
def test_what_an_older_version_lacks_is_empty_and_the_rest_is_as_before(
    newest: Path, tmp_path: Path, version: str
) -> None:
    older = tmp_path / newest.name
    shutil.copytree(newest, older, symlinks=True)
    rng = random.Random(version)
    lacking = {table: [] if version == "3.6" else rng.sample(list(known), 7) for table, known in COLUMNS.items()}
    _age(older, version, lacking)
    *before, _, _ = _rows(newest)
    *after, told, findings = _rows(older)
    assert told == version
    assert findings == []
    # What makes a version shown can be told without any one of its columns (test_showing), not without several.
    for rows in (before[0], after[0]):
        for row in rows.values():
            del row["visibility"]
    for table, rows, aged in zip(COLUMNS, before, after, strict=True):
        without = dict(COLUMNS[table][column] for column in lacking[table])
        assert aged == {uuid: {**row, **without} for uuid, row in rows.items()}


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """One library in the shape of 3.6 and in that of 3.1.2."""
    folder = tmp_path_factory.mktemp("older")
    for name, is_older in (("New", False), ("Old", True)):
        build_library(
            folder / f"{name}.aplibrary",
            masters=60,
            seed=11,
            pictures="none",
            older=is_older,
            manifest_path=folder / f"{name}.json",
        )
    return folder / "New.aplibrary", folder / "Old.aplibrary"


@pytest.mark.parametrize("from_plists", [False, True])
def test_the_shape_of_3_1_reads_as_that_of_3_6(older: tuple[Path, Path], from_plists: bool) -> None:
    new, old = older
    with Library.open(new) as expected, Library.open(old, from_plists=from_plists) as found:
        assert found.info.app_version == "3.1.2"
        assert {**found.counts()} == expected.counts()
        theirs, ours = ({v.uuid: v for v in library.versions()} for library in (expected, found))
        assert ours.keys() == theirs.keys()
        for uuid, version in theirs.items():
            assert (ours[uuid].visibility, ours[uuid].in_trash) == (version.visibility, version.in_trash)
            assert (ours[uuid].iptc, set(ours[uuid].keywords)) == (version.iptc, set(version.keywords))
            assert ours[uuid].operations == version.operations
        users = [
            {a.uuid for a in lib.albums() if not a.is_system and a.kind != "implicit"} for lib in (expected, found)
        ]
        assert users[0] == users[1]


@pytest.mark.sample
def test_the_generated_shape_of_3_1_has_the_columns_and_keys_of_the_real_one(
    older: tuple[Path, Path], aperture_library: Path
) -> None:
    def columns(library: Path, name: str) -> dict[str, set[str]]:
        file = library / "Database" / name
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            wanted = [
                table for table in tables if not table.endswith(("_RidIndexes", "_CharIndex")) and "RTree" not in table
            ]
            return {t: {row[1] for row in connection.execute(f"PRAGMA table_info({t})")} for t in wanted}

    def keys(library: Path, pattern: str) -> set[str]:
        return {key for file in library.rglob(pattern) for key in plistlib.loads(file.read_bytes())}

    for name in ("Library.apdb", "ImageProxies.apdb", "Faces.db"):
        assert columns(older[1], name) == columns(aperture_library, name)
    assert not (older[1] / "Database" / "apdb").exists()
    for pattern in ("*.apversion", "*.apmaster", "*.apfolder"):
        assert "modelId" not in keys(older[1], pattern) | keys(aperture_library, pattern)
