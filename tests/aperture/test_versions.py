"""Rows of RKVersion and RKMaster, and the rows that refer to them."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couloir.aperture.model import Finding, Master, MediaKind, PixelSize, Version
from couloir.aperture.safe_sqlite import PAGE


def read(tiny: Any) -> tuple[list[Version], list[Finding]]:
    with tiny.open() as library:
        return list(library.versions()), list(library.findings)


def read_masters(tiny: Any) -> tuple[list[Master], list[Finding]]:
    with tiny.open() as library:
        return list(library.masters()), list(library.findings)


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize(("stored", "rating"), [(-1, -1), (0, 0), (5, 5), (None, 0), ("3", 3), (4.0, 4)])
def test_ratings_run_from_reject_to_five_stars(tiny: Any, stored: object, rating: int) -> None:
    tiny.photo(mainRating=stored)
    [version], findings = read(tiny)
    assert (version.rating, findings) == (rating, [])


@pytest.mark.parametrize("stored", [-2, 6, 1e300, "five", b"5 stars", "nan"])
def test_an_impossible_rating_is_none_and_reported(tiny: Any, stored: object) -> None:
    tiny.photo(mainRating=stored)
    [version], findings = read(tiny)
    assert (version.rating, codes(findings)) == (0, ["version.odd-value.mainRating"])


@pytest.mark.parametrize(("stored", "label"), [(-1, None), (None, None), (0, 0), (6, 6)])
def test_colour_labels(tiny: Any, stored: object, label: int | None) -> None:
    tiny.photo(colorLabelIndex=stored)
    [version], findings = read(tiny)
    assert (version.color_label, findings) == (label, [])


@pytest.mark.parametrize("stored", [7, -5])
def test_an_unknown_colour_label_is_none_and_reported(tiny: Any, stored: int) -> None:
    tiny.photo(colorLabelIndex=stored)
    [version], findings = read(tiny)
    assert (version.color_label, codes(findings)) == (None, ["version.odd-value.colorLabelIndex"])


@pytest.mark.parametrize(("stored", "degrees"), [(0, 0), (90, 90), (270, 270), (-90, 270), (360, 0), (None, 0)])
def test_rotation_is_clockwise_and_below_360(tiny: Any, stored: object, degrees: int) -> None:
    tiny.photo(rotation=stored)
    [version], findings = read(tiny)
    assert (version.rotation, findings) == (degrees, [])


def test_a_rotation_that_aperture_cannot_do_is_reported(tiny: Any) -> None:
    tiny.photo(rotation=45)
    [version], findings = read(tiny)
    assert (version.rotation, codes(findings)) == (0, ["version.odd-rotation"])


def test_sizes_are_whole_or_absent(tiny: Any) -> None:
    tiny.photo("v1", masterWidth=6000, masterHeight=4000, processedWidth=0, processedHeight=0)
    tiny.photo("v2", masterWidth=-1, masterHeight=4000, processedWidth=10**9, processedHeight=3)
    [sound, broken], findings = read(tiny)
    assert (sound.master_size, sound.processed_size) == (PixelSize(6000, 4000), None)
    assert (broken.master_size, broken.processed_size) == (None, None)
    assert codes(findings) == ["version.odd-value.masterWidth", "version.odd-value.processedWidth"]


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 0), (0, 181), ("north", 0), (1e999, 0)])
def test_an_impossible_place_is_none_and_reported(tiny: Any, latitude: object, longitude: object) -> None:
    tiny.photo(exifLatitude=latitude, exifLongitude=longitude)
    [version], findings = read(tiny)
    assert None in (version.latitude, version.longitude)
    assert len(findings) == 1


@pytest.mark.parametrize("seconds", [1e300, -1e12, 1e11, "nan", "soon", -7e9])
def test_an_absurd_date_is_none_and_reported(tiny: Any, seconds: object) -> None:
    tiny.photo(imageDate=seconds)
    [version], findings = read(tiny)
    assert (version.captured, codes(findings)) == (None, ["version.odd-value.imageDate"])


def test_the_date_of_an_old_scan_is_kept(tiny: Any) -> None:
    seconds = (datetime(1839, 8, 19, tzinfo=UTC) - datetime(2001, 1, 1, tzinfo=UTC)).total_seconds()
    tiny.photo(imageDate=seconds, imageTimeZoneName="Europe/Paris")
    [version], findings = read(tiny)
    assert (version.captured, version.time_zone) == (datetime(1839, 8, 19, tzinfo=UTC), "Europe/Paris")
    assert findings == []


def test_names_are_kept_whatever_they_are_made_of(tiny: Any) -> None:
    names = ["a/b", "a:b", "..", "", "Tulip\u00e9s \U0001f337", "e\u0301", "CON", " x ", "line\nbreak"]
    for number, name in enumerate(names):
        tiny.photo(f"v{number}", name=name)
    versions, findings = read(tiny)
    assert ([version.name for version in versions], findings) == (names, [])


def test_nul_characters_and_bytes_in_names_are_made_text_and_reported(tiny: Any) -> None:
    tiny.photo("v1", name="nul\0l")
    tiny.photo("v2", name=b"bytes\xff")
    tiny.photo("v3", name="x")
    tiny.sql("Library.apdb", "UPDATE RKVersion SET name = CAST(x'ff41' AS TEXT) WHERE uuid = 'v3'")
    versions, findings = read(tiny)
    assert [version.name for version in versions] == ["null", "bytes\ufffd", "\ufffdA"]
    assert codes(findings) == ["version.odd-value.name"] * 3


def test_a_row_without_uuid_is_read_under_another_name(tiny: Any) -> None:
    tiny.photo("v1")
    number = tiny.add("RKVersion", masterUuid="m-v1")
    versions, findings = read(tiny)
    assert [version.uuid for version in versions] == ["v1", f"no-uuid-{number}"]
    assert codes(findings) == ["version.no-uuid"]


def test_two_versions_with_one_uuid_are_both_read_and_reported(tiny: Any) -> None:
    tiny.photo("v1", name="one")
    tiny.add("RKVersion", uuid="v1", name="two", masterUuid="m-v1")
    tiny.add("RKMaster", uuid="m-v1")
    with tiny.open() as library:
        assert [version.name for version in library.versions()] == ["one", "two"]
        assert len(list(library.masters())) == 2
        assert codes(list(library.findings)) == ["version.duplicate-uuid", "master.duplicate-uuid"]


def test_what_is_wrong_with_all_versions_together_is_looked_for_after_the_last(tiny: Any) -> None:
    tiny.photo("v1")
    tiny.add("RKImageAdjustment", uuid="o", name="RKCropOperation", versionUuid="gone")
    with tiny.open() as library:
        versions = library.versions()
        assert (next(versions).uuid, codes(list(library.findings))) == ("v1", [])
        assert (list(versions), codes(list(library.findings))) == ([], ["operation.no-version"])


def test_a_version_without_its_master_is_read_and_reported(tiny: Any) -> None:
    tiny.add("RKVersion", uuid="v1", masterUuid="gone", masterId=99, showInLibrary=1)
    [version], findings = read(tiny)
    assert (version.master_uuid, codes(findings)) == ("gone", ["version.no-master"])


def test_a_master_is_found_by_its_number_where_the_uuid_is_lost(tiny: Any) -> None:
    number = tiny.add("RKMaster", uuid="m1", isInTrash=1)
    tiny.add("RKVersion", uuid="v1", masterId=number)
    [version], findings = read(tiny)
    assert (version.master_uuid, version.in_trash, findings) == ("m1", True, [])


def test_a_project_that_is_not_in_the_library_is_reported(tiny: Any) -> None:
    tiny.photo(projectUuid="gone")
    [version], findings = read(tiny)
    assert (version.project_uuid, codes(findings)) == ("gone", ["version.no-project"])


@pytest.mark.parametrize("trashed", ["version", "master", "project", "folder", "trash folder", "nothing"])
def test_a_version_is_in_the_trash_with_whatever_holds_it(tiny: Any, trashed: str) -> None:
    home = "TrashFolder" if trashed == "trash folder" else "LibraryFolder"
    for uuid in ("LibraryFolder", "TrashFolder"):
        tiny.add("RKFolder", uuid=uuid, folderType=1)
    tiny.add("RKFolder", uuid="f", folderType=1, parentFolderUuid=home, isInTrash=trashed == "folder")
    tiny.add("RKFolder", uuid="p", folderType=2, parentFolderUuid="f", isInTrash=trashed == "project")
    tiny.add("RKMaster", uuid="m", projectUuid="p", isInTrash=trashed == "master")
    tiny.add("RKVersion", uuid="v", masterUuid="m", showInLibrary=1, projectUuid="p", isInTrash=trashed == "version")
    with tiny.open() as library:
        [version] = library.versions()
        [master] = library.masters()
        assert version.in_trash is (trashed != "nothing")
        assert master.in_trash is (trashed not in {"nothing", "version"})
        assert version.browsable
        assert library.counts()["trashed"] == master.in_trash
        assert library.counts()["browsable"] == 1


def test_hidden_versions_and_originals_are_read_but_not_browsable(tiny: Any) -> None:
    tiny.photo("v0", versionNumber=0, showInLibrary=0, isOriginal=1)
    tiny.photo("v1", isHidden=1)
    tiny.photo("v2", versionNumber=2)
    with tiny.open() as library:
        assert [(v.number, v.browsable) for v in library.versions()] == [(0, False), (1, False), (2, True)]
        assert library.counts()["browsable"] == 1


def test_a_version_is_found_by_uuid_or_by_the_name_that_only_one_shown_version_has(tiny: Any) -> None:
    tiny.photo("v0", name="Tulips", showInLibrary=0)
    tiny.photo("v1", name="Tulips")
    tiny.photo("Tulips2", name="v1")
    with tiny.open() as library:
        assert library.version("Tulips").uuid == "v1"
        assert library.version("v1").uuid == "v1"
        assert library.version("v0").uuid == "v0"
        assert library.master("m-v1") is not None
        assert library.master("gone") is None


def add_property(tiny: Any, table: str, version: int, key: object, text: object) -> None:
    string = tiny.add("RKUniqueString", stringProperty=text)
    tiny.add(table, versionId=version, propertyKey=key, stringId=string)


def test_properties_belong_to_their_version(tiny: Any) -> None:
    first, second = tiny.photo("v1"), tiny.photo("v2")
    add_property(tiny, "RKIptcProperty", first, "Byline", "Ada")
    add_property(tiny, "RKExifStringProperty", first, "Make", "Leica")
    tiny.add("RKExifNumberProperty", versionId=first, propertyKey="ApertureValue", numberProperty=2.8)
    tiny.add("RKExifNumberProperty", versionId=first, propertyKey="Altitude", numberProperty=None)
    add_property(tiny, "RKIptcProperty", second, "Byline", "Bob")
    versions, findings = read(tiny)
    assert [(dict(v.iptc), dict(v.exif)) for v in versions] == [
        ({"Byline": "Ada"}, {"Make": "Leica", "ApertureValue": 2.8}),
        ({"Byline": "Bob"}, {}),
    ]
    assert findings == []


def test_properties_that_cannot_be_used_are_left_out_and_reported(tiny: Any) -> None:
    number = tiny.photo("v1")
    tiny.add("RKIptcProperty", versionId=number, propertyKey="Byline", stringId=999)
    tiny.add("RKExifNumberProperty", versionId=number, propertyKey="Flash", numberProperty="yes")
    add_property(tiny, "RKIptcProperty", number, b"\xff", "x")
    add_property(tiny, "RKIptcProperty", number, "City", b"Z\xffrich")
    add_property(tiny, "RKIptcProperty", number, "Credit", None)
    [version], findings = read(tiny)
    assert (dict(version.iptc), dict(version.exif)) == ({"City": "Z\ufffdrich"}, {})
    assert Counter(codes(findings)) == {"metadata.unusable": 3, "metadata.odd-value.stringProperty": 1}


def test_keywords_are_paths_in_the_order_in_which_they_were_assigned(tiny: Any) -> None:
    number = tiny.photo("v1")
    root = tiny.add("RKKeyword", uuid="k1", name="Places")
    leaf = tiny.add("RKKeyword", uuid="k2", name="Rome", parentId=root)
    for keyword in (leaf, root, leaf):
        tiny.add("RKKeywordForVersion", versionId=number, keywordId=keyword)
    [version], findings = read(tiny)
    assert (version.keywords, findings) == ((("Places", "Rome"), ("Places",)), [])


def test_a_keyword_that_is_not_in_the_library_is_reported(tiny: Any) -> None:
    tiny.add("RKKeywordForVersion", versionId=tiny.photo("v1"), keywordId=77)
    [version], findings = read(tiny)
    assert (version.keywords, codes(findings)) == ((), ["version.no-keyword"])


def test_a_master_is_read_as_it_is_stored(tiny: Any) -> None:
    row = {"uuid": "m", "name": "clip", "fileName": "clip.mov", "type": "VIDT", "subtype": "VIDST", "fileSize": 5}
    tiny.add("RKMaster", **row, fileIsReference=1, imagePath="a/clip.mov", fileVolumeUuid="vol", imageDate=0.5)
    [master], findings = read_masters(tiny)
    assert (master.media, master.subtype, master.is_reference) == (MediaKind.VIDEO, "VIDST", True)
    assert (master.image_path, master.volume_uuid, master.file_size) == ("a/clip.mov", "vol", 5)
    assert master.image_date == datetime(2001, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)
    assert (master.original_file_name, findings) == (None, [])


def test_pages_do_not_lose_or_repeat_a_version_or_its_keywords(tiny: Any) -> None:
    count = PAGE + 3
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT"
    columns = "INSERT INTO RKVersion (uuid, name, masterUuid, showInLibrary)"
    tiny.sql("Library.apdb", f"{columns} {numbers} 'v' || i, 'v' || i, 'm', 1 FROM n")
    tiny.add("RKMaster", uuid="m")
    tiny.add("RKKeyword", uuid="k", name="all")
    tiny.sql("Library.apdb", f"INSERT INTO RKKeywordForVersion (versionId, keywordId) {numbers} i, 1 FROM n")
    versions, findings = read(tiny)
    assert [version.uuid for version in versions] == [f"v{number}" for number in range(1, count + 1)]
    assert {version.keywords for version in versions} == {(("all",),)}
    assert findings == []


def test_memory_does_not_grow_with_the_number_of_versions(tiny: Any) -> None:
    def peak(versions: int) -> int:
        numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {versions}) SELECT"
        tiny.sql("Library.apdb", "DELETE FROM RKVersion")
        columns = "INSERT INTO RKVersion (uuid, name, masterUuid, showInLibrary)"
        tiny.sql("Library.apdb", f"{columns} {numbers} 'v' || i, 'v' || i, 'm', 1 FROM n")
        with tiny.open() as library:
            tracemalloc.start()
            try:
                assert sum(1 for _ in library.versions()) == versions
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    tiny.add("RKMaster", uuid="m")
    assert peak(12 * PAGE) < 1.5 * peak(3 * PAGE)


cells = st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(max_size=5) | st.binary(max_size=5)
COLUMNS = ("name", "masterUuid", "masterId", "imageDate", "mainRating", "rotation", "colorLabelIndex", "masterWidth")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, cells)), min_size=1, max_size=5))
def test_whatever_the_cells_hold_every_row_is_read_as_the_right_types(tiny: Any, rows: list[dict[str, object]]) -> None:
    tiny.sql("Library.apdb", "DELETE FROM RKVersion")
    for number, row in enumerate(rows):
        row = {key: None if isinstance(v, str) and not v.isprintable() else v for key, v in row.items()}
        tiny.add("RKVersion", uuid=f"v{number}", showInLibrary=1, exifLatitude=row["masterWidth"], **row)
    versions, _ = read(tiny)
    assert len(versions) == len(rows)
    for version in versions:
        assert isinstance(version.name, str)
        assert -1 <= version.rating <= 5
        assert version.rotation in {0, 90, 180, 270}
        assert version.color_label is None or 0 <= version.color_label <= 6
        assert version.latitude is None or -90 <= version.latitude <= 90
        assert version.captured is None or version.captured.tzinfo is UTC


def test_numbers_that_lie_far_apart_cost_no_memory(tiny: Any) -> None:
    for number in (1, 2**62):
        tiny.add("RKVersion", modelId=number, uuid=f"v{number}", showInLibrary=1)
        add_property(tiny, "RKIptcProperty", number, "Byline", f"Ada {number}")
    versions, _ = read(tiny)
    assert [dict(version.iptc) for version in versions] == [{"Byline": "Ada 1"}, {"Byline": f"Ada {2**62}"}]


@pytest.mark.parametrize("side", [None, 0, -5, 300_001, 2**40, 1e300, float("inf"), "wide", b"\x01"])
def test_a_size_that_is_none_is_taken_from_the_properties(tiny: Any, side: object) -> None:
    number = tiny.photo(masterWidth=side, masterHeight=3000)
    assert [version.master_size for version in read(tiny)[0]] == [None]
    for key, value in (("PixelWidth", 4000), ("PixelHeight", 3000)):
        tiny.add("RKExifNumberProperty", versionId=number, propertyKey=key, numberProperty=value)
    [version], findings = read(tiny)
    assert version.master_size == PixelSize(4000, 3000)
    assert codes(findings) == ([] if side in (None, 0) else ["version.odd-value.masterWidth"])
