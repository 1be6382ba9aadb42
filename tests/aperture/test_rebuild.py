"""A library whose databases are unusable is read from the property lists that mirror them."""

from __future__ import annotations

import plistlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.aperture.databases import NoPropertyLists
from couloir.aperture.library import Library
from couloir.aperture.rebuild.compare import disagreements
from couloir.aperture.rebuild.store import cell
from couloir.errors import DamagedLibrary
from sample_library import build_library

VERSIONS = "Database/Versions/2023/09/27/20230927-064307"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated library with a property list for everything."""
    root = tmp_path_factory.mktemp("generated") / "Generated.aplibrary"
    build_library(root, masters=25, seed=5, pictures="none")
    return root


@pytest.fixture
def copy(generated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(generated, tmp_path / generated.name))


@pytest.fixture(scope="module")
def both(generated: Path) -> Iterator[tuple[Library, Library]]:
    with Library.open(generated) as stored, Library.open(generated, from_plists=True) as rebuilt:
        yield stored, rebuilt


def test_a_rebuilt_library_is_the_library(both: tuple[Library, Library]) -> None:
    stored, rebuilt = both
    for master, other_master in zip(stored.masters(), rebuilt.masters(), strict=True):
        # XML property lists keep whole seconds only.
        assert replace(other_master, image_date=None, created=None) == replace(master, image_date=None, created=None)
    for version, other in zip(stored.versions(), rebuilt.versions(), strict=True):
        assert set(other.keywords) == set(version.keywords)
        assert (other.uuid, other.rating, other.iptc) == (version.uuid, version.rating, version.iptc)
        assert other.operations == version.operations
        assert (other.captured is None) is (version.captured is None)
        assert other.exif.keys() == version.exif.keys()
    assert {a.uuid: a.version_uuids for a in rebuilt.albums()} == {a.uuid: a.version_uuids for a in stored.albums()}
    assert {(f.uuid, f.name, f.parent_uuid) for f in rebuilt.folders()} == {
        (f.uuid, f.name, f.parent_uuid) for f in stored.folders()
    }
    assert {keyword.path for keyword in rebuilt.keywords()} == {keyword.path for keyword in stored.keywords()}
    assert [finding for finding in rebuilt.findings if finding.code.startswith("plist")] == []


def test_two_sources_that_agree_have_nothing_to_report(both: tuple[Library, Library]) -> None:
    assert list(disagreements(*both)) == []


@pytest.mark.parametrize("name", ["Library.apdb", "Properties.apdb", "Faces.db", "ImageProxies.apdb"])
@pytest.mark.parametrize("damage", ["missing", "cut", "other"])
def test_a_database_that_is_missing_or_damaged_is_read_from_property_lists(
    copy: Path, generated: Path, name: str, damage: str
) -> None:
    file = copy / "Database" / "apdb" / name
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:5000] if damage == "cut" else b"something else entirely" * 100)
    with Library.open(copy, fall_back=True) as library, Library.open(generated) as whole:
        assert [v.uuid for v in library.versions()] == [v.uuid for v in whole.versions()]
        assert [v.iptc for v in library.versions()] == [v.iptc for v in whole.versions()]
        told = [f for f in library.findings if f.code == "library.from-plists"]
        assert [finding.item for finding in told] == [name]
    assert file.exists() is (damage != "missing")


def test_no_database_is_touched_or_needed_when_only_property_lists_are_asked_for(copy: Path) -> None:
    shutil.rmtree(copy / "Database" / "apdb")
    with Library.open(copy, from_plists=True) as library:
        assert sum(1 for _ in library.versions()) == library.counts()["versions"] > 25


def test_a_library_without_property_lists_says_so(tiny: Any) -> None:
    with pytest.raises(NoPropertyLists, match="no property lists"):
        tiny.open(from_plists=True)


def test_a_database_without_property_lists_behind_it_stays_an_error(tiny: Any) -> None:
    (tiny.databases / "Library.apdb").unlink()
    with pytest.raises(DamagedLibrary, match=r"Library\.apdb"):
        tiny.open(fall_back=True)


def test_one_broken_property_list_is_one_finding(copy: Path, generated: Path) -> None:
    spoilt = sorted((copy / "Database" / "Versions").rglob("*.apversion"))[3]
    spoilt.write_bytes(b"bplist00 nonsense")
    with Library.open(copy, from_plists=True) as library, Library.open(generated) as whole:
        assert library.counts()["versions"] == whole.counts()["versions"] - 1
        assert [f.code for f in library.findings if f.code.startswith("plist")] == ["plist.unreadable"]


def test_where_the_two_sources_disagree_the_field_and_both_values_are_told(copy: Path) -> None:
    file = next(f for f in sorted((copy / "Database" / "Versions").rglob("Version-1.apversion")))
    record = plistlib.loads(file.read_bytes())
    record["mainRating"] = 5 if record["mainRating"] != 5 else 1
    file.write_bytes(plistlib.dumps(record))
    lost = next(f for f in sorted((copy / "Database" / "Versions").rglob("Version-0.apversion")))
    gone = plistlib.loads(lost.read_bytes())["uuid"]
    lost.unlink()
    with Library.open(copy) as stored, Library.open(copy, from_plists=True) as rebuilt:
        told = {finding.item: finding for finding in disagreements(stored, rebuilt)}
    assert told[record["uuid"]].code == "sources.disagree"
    assert f"and {record['mainRating']}" in told[record["uuid"]].message
    assert told[gone].code == "sources.only-one"
    assert "is in the database and not in the property lists" in told[gone].message
    assert len(told) == 2


@pytest.mark.sample
def test_the_real_library_is_rebuilt_from_its_property_lists(real: Library, real_library: Path) -> None:
    with Library.open(real_library, from_plists=True) as rebuilt:
        stored, found = real.counts(), rebuilt.counts()
        # iPhoto left the flag of one trashed master unwritten in its property list.
        assert {name for name in stored if stored[name] != found[name]} == {"trashed"}
        assert rebuilt.faces() == real.faces()
        told = list(disagreements(real, rebuilt))
        assert {finding.code for finding in told} == {"sources.disagree"}
        assert all("in_trash is True and False" in finding.message for finding in told)


def test_dates_become_seconds_from_2001() -> None:
    assert cell(datetime(2001, 1, 1, 0, 1)) == 60.0  # noqa: DTZ001 - as plistlib gives them
    assert cell(datetime(2001, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))) == 0.0
    assert cell(datetime(2001, 1, 2, tzinfo=UTC)) == 86400.0


leaves = st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=4) | st.binary(max_size=4)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip
KEYS = ("uuid", "modelId", "masterUuid", "keywords", "exifProperties", "iptcProperties", "imageProxyState", "imageDate",
        "RKImageAdjustments", "notes", "mainRating", "versionNumber", "importGroupUuid")  # fmt: skip
records = st.dictionaries(st.sampled_from(KEYS), values, max_size=5)


@settings(max_examples=30, deadline=None)
@given(st.lists(records, min_size=1, max_size=3), records)
def test_no_property_lists_break_the_rebuilding(
    tmp_path_factory: pytest.TempPathFactory, versions: list[dict[str, Any]], master: dict[str, Any]
) -> None:
    root = tmp_path_factory.mktemp("any") / "Any.aplibrary"
    place = root / VERSIONS / "m"
    place.mkdir(parents=True)
    model = {"DatabaseVersion": 110, "DatabaseMinorVersion": 226}
    (root / "Database" / "DataModelVersion.plist").write_bytes(plistlib.dumps(model))
    sound = {"uuid": "sound", "modelId": 7, "masterUuid": "m"}
    for number, record in enumerate([sound, *versions]):
        data = plistlib.dumps(record, fmt=plistlib.FMT_BINARY)
        (place / f"Version-{number}.apversion").write_bytes(data)
    (place / "Master.apmaster").write_bytes(plistlib.dumps(master, fmt=plistlib.FMT_BINARY))
    with Library.open(root, from_plists=True) as library:
        assert "sound" in {version.uuid for version in library.versions()}
        list(library.masters())


def test_property_lists_with_and_without_numbers_of_their_own_lose_none(copy: Path, generated: Path) -> None:
    """A library that grew from Aperture 3.1, whose property lists have no modelId, to 3.6, whose have one."""
    for place, file in enumerate(sorted((copy / "Database" / "Versions").rglob("*.ap*"))):
        if place % 3 == 0:
            record = plistlib.loads(file.read_bytes())
            del record["modelId"]
            file.write_bytes(plistlib.dumps(record))
    with Library.open(copy, from_plists=True) as library, Library.open(generated) as whole:
        assert library.counts() == whole.counts()
        assert {v.uuid: v.iptc for v in library.versions()} == {v.uuid: v.iptc for v in whole.versions()}
        assert [finding for finding in library.findings if finding.code.startswith("plist")] == []
        assert list(disagreements(whole, library)) == []
