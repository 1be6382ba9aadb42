"""The plug-in imports the real libraries, and Lightroom holds what SQL and Aperture's own extract state."""

from __future__ import annotations

import hashlib
import plistlib
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.sample

MENU = "ImportMenu.lua"
ID = "org.couloir.lightroom"


@dataclass(frozen=True)
class Real:
    path: Path


def asked(library: Path, sql: str) -> list[tuple[object, ...]]:
    file = next(f for f in (library / "Database/apdb/Library.apdb", library / "Database/Library.apdb") if f.is_file())
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        return database.execute(sql).fetchall()


def hashed(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in sorted(root.rglob("*"))
    }


def imported(lightroom) -> dict[str, object]:
    return {photo.properties[ID]["uuid"]: photo for photo in lightroom.catalog.photos.values()}


def test_the_library_of_aperture_3_1_comes_over_whole(daemon, start, agreeing, aperture_library, home, said):
    before = hashed(aperture_library)
    lightroom = agreeing(start(home), Real(aperture_library))
    lightroom.run_menu(MENU)
    photos = imported(lightroom)
    extract = plistlib.loads((aperture_library / "ApertureData.xml").read_bytes())
    [everything] = [album for album in extract["List of Albums"] if album.get("Master")]
    assert sorted(photos) == sorted(everything["KeyList"])
    assert len(photos) == len(lightroom.catalog.photos) == everything["PhotoCount"]
    shown = asked(aperture_library, "SELECT masterUuid FROM RKVersion WHERE isOriginal = 0")
    copies = sorted(count - 1 for count in Counter(shown).values())
    heads = {photo.id for photo in photos.values() if photo.master is None}
    assert sorted(sum(photo.master == head for photo in photos.values()) for head in heads) == copies == [0, 1, 2]
    assert [each.name for each in lightroom.catalog.collections.values() if each.search is not None] == []
    assert "Every row of the library is accounted for." in said(lightroom)
    assert lightroom.violations == []
    assert hashed(aperture_library) == before


def test_the_library_of_iphoto_comes_over_but_for_the_originals_that_are_not_there(
    daemon, start, agreeing, real_library, home, said
):
    before = hashed(real_library)
    lightroom = agreeing(start(home), Real(real_library))
    lightroom.run_menu(MENU)
    rows = asked(
        real_library,
        "SELECT v.uuid, m.imagePath FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid"
        " JOIN RKFolder f ON f.uuid = v.projectUuid WHERE v.showInLibrary = 1 AND v.isHidden = 0"
        " AND v.isInTrash = 0 AND m.isInTrash = 0 AND f.isInTrash = 0",
    )
    wanted = {uuid for uuid, path in rows if (real_library / "Masters" / str(path)).is_file()}
    assert (len(rows), len(wanted)) == (13, 10)
    photos = imported(lightroom)
    assert set(photos) == wanted
    assert len(photos) == len(lightroom.catalog.photos)
    assert "Every row of the library is accounted for." in said(lightroom)
    assert lightroom.violations == []
    assert hashed(real_library) == before
