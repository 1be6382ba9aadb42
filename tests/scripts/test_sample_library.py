"""The generated library is as specified, has Aperture's form, and is deterministic."""

from __future__ import annotations

import hashlib
import json
import plistlib
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bpylist2 import archiver
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageStat

from sample_library import ANOMALIES, BadOption, build_library, previews
from sample_library.archives import Color, archive
from sample_library.geometry import Rectangle, canvas, framed, inscribed, processed_size, to_processed
from sample_library.looks import UNKNOWN, geometry_of, look
from sample_library.photographs import photograph
from sample_library.plan import Version
from sample_library.schema import DATABASES, Table
from sample_library.tiff import tiff

SCRIPT = Path(__file__).parents[2] / "scripts" / "make_sample_library.py"
TABLES = [(name, table) for name, tables in DATABASES.items() for table in tables]

DETERMINISM_MASTERS = 40
STREAMED_MASTERS = 20_000


def rows(path: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
        return connection.execute(query, values).fetchall()


def unarchived(blob: bytes) -> Any:
    """A keyed archive's root, by a resolver of this test's own."""
    content = plistlib.loads(blob)
    objects = content["$objects"]

    def resolve(value: Any) -> Any:
        if isinstance(value, plistlib.UID):
            return resolve(objects[value.data])
        if isinstance(value, dict) and "NS.keys" in value:
            return dict(zip(map(resolve, value["NS.keys"]), map(resolve, value["NS.objects"]), strict=True))
        if isinstance(value, dict) and "NS.objects" in value:
            return [resolve(item) for item in value["NS.objects"]]
        if isinstance(value, dict):
            return {key: item for key, item in value.items() if key != "$class"}
        return value

    return resolve(content["$top"]["root"])


def files_below(root: Path) -> Iterator[Path]:
    return (path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink())


def digest(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files_below(root)}


class TestDatabases:
    @pytest.mark.parametrize("name", list(DATABASES))
    def test_each_database_is_sound(self, built, name):
        assert rows(built.databases / name, "PRAGMA integrity_check") == [("ok",)]

    def test_no_journal_is_left_behind(self, built):
        assert sorted(path.name for path in built.databases.iterdir()) == sorted(DATABASES)

    def test_counts_in_the_manifest_are_those_of_the_database(self, built):
        library, counts = built.databases / "Library.apdb", built.manifest.counts

        def count(query: str) -> int:
            return int(rows(library, query)[0][0])

        assert counts["masters"] == count("SELECT count(*) FROM RKMaster") == 90
        assert counts["trashed"] == count("SELECT count(*) FROM RKMaster WHERE isInTrash = 1") > 0
        within = "SELECT count(*) FROM RKMaster m JOIN RKFolder f ON f.uuid = m.projectUuid"
        within += " JOIN RKFolder above ON above.uuid = f.parentFolderUuid WHERE 1 IN (m.isInTrash, above.isInTrash)"
        assert counts["trashed_with_folders"] == count(within) > counts["trashed"]
        assert counts["versions"] == count("SELECT count(*) FROM RKVersion")
        assert counts["trashed_versions"] == count("SELECT count(*) FROM RKVersion WHERE isInTrash = 1")
        browsable = "SELECT count(*) FROM RKVersion WHERE showInLibrary = 1 AND isHidden = 0"
        assert counts["browsable"] == count(browsable)
        assert counts["projects"] == count("SELECT count(*) FROM RKFolder WHERE folderType = 2 AND isMagic = 0")
        assert counts["folders"] == count("SELECT count(*) FROM RKFolder WHERE folderType = 1 AND isMagic = 0")
        user = "SELECT count(*) FROM RKAlbum WHERE albumSubclass = 3 AND uuid <> 'lastImportAlbum'"
        assert counts["user_albums"] == count(user)
        assert counts["smart_albums"] == count("SELECT count(*) FROM RKAlbum WHERE albumSubclass = 2 AND isMagic = 0")
        assert counts["albums"] == counts["user_albums"] + counts["smart_albums"]
        assert counts["keywords"] == count("SELECT count(*) FROM RKKeyword")
        assert counts["stacks"] == count("SELECT count(DISTINCT stackUuid) FROM RKStackContent") > 1
        assert counts["operations"] == count("SELECT count(*) FROM RKImageAdjustment")
        assert counts["faces"] == rows(built.databases / "Faces.db", "SELECT count(*) FROM RKDetectedFace")[0][0] > 0
        by_name = rows(library, "SELECT name, count(*) FROM RKImageAdjustment GROUP BY name")
        assert dict(by_name) == built.manifest.operations

    def test_every_version_row_says_what_the_manifest_says(self, built):
        columns = "uuid name mainRating isFlagged colorLabelIndex processedWidth processedHeight rotation stackUuid"
        stored = rows(built.databases / "Library.apdb", f"SELECT {columns.replace(' ', ', ')} FROM RKVersion")
        intended = {
            (
                v["uuid"],
                v["name"],
                v["rating"],
                int(v["flagged"]),
                v["label"],
                *v["processed_size"],
                v["rotation"],
                v["stack"],
            )
            for v in built.manifest.versions
        }
        assert set(stored) == intended

    def test_keyword_links_lead_to_the_intended_paths(self, built):
        library = built.databases / "Library.apdb"
        keywords = {row[0]: row[1:] for row in rows(library, "SELECT modelId, name, parentId FROM RKKeyword")}

        def path(model_id: int | None) -> list[str]:
            return [] if model_id is None else [*path(keywords[model_id][1]), keywords[model_id][0]]

        linked: dict[int, list[list[str]]] = {}
        for version, keyword in rows(library, "SELECT versionId, keywordId FROM RKKeywordForVersion ORDER BY modelId"):
            linked.setdefault(version, []).append(path(keyword))
        assert {v["model_id"]: v["keywords"] for v in built.manifest.versions if v["keywords"]} == linked
        assert max(len(k["path"]) for k in built.manifest.keywords) == 3

    def test_a_custom_order_differs_from_the_order_of_adding(self, built):
        library = built.databases / "Library.apdb"
        (album,) = (a for a in built.manifest.albums if a["name"] == "Best of 2012" and a["folder"] == "TopLevelAlbums")
        query = "SELECT objectUuid FROM RKCustomSortOrder WHERE containerUuid = ? ORDER BY orderNumber"
        shown = [uuid for (uuid,) in rows(library, query, album["uuid"])]
        query = (
            "SELECT v.uuid FROM RKAlbumVersion av JOIN RKAlbum a ON a.modelId = av.albumId"
            " JOIN RKVersion v ON v.modelId = av.versionId WHERE a.uuid = ? ORDER BY av.modelId"
        )
        added = [uuid for (uuid,) in rows(library, query, album["uuid"])]
        assert shown == album["versions"]
        assert sorted(shown) == sorted(added)
        assert shown != added

    def test_both_halves_of_a_pair_name_each_other(self, built):
        library = built.databases / "Library.apdb"
        pairs = dict(rows(library, "SELECT uuid, alternateMasterUuid FROM RKMaster WHERE alternateMasterUuid NOT NULL"))
        assert len(pairs) == 4
        assert all(pairs[other] == one for one, other in pairs.items())
        query = "SELECT DISTINCT rawMasterUuid, nonRawMasterUuid FROM RKVersion WHERE rawMasterUuid NOT NULL"
        query += " AND nonRawMasterUuid NOT NULL"
        assert {frozenset(pair) for pair in rows(library, query)} == {frozenset(pair) for pair in pairs.items()}

    def test_unique_strings_are_unique_and_all_property_rows_find_theirs(self, built):
        properties = built.databases / "Properties.apdb"
        strings = rows(properties, "SELECT count(*), count(DISTINCT stringProperty) FROM RKUniqueString")[0]
        assert strings[0] == strings[1]
        for table in ("RKIptcProperty", "RKExifStringProperty"):
            lost = f"SELECT count(*) FROM {table} WHERE stringId NOT IN (SELECT modelId FROM RKUniqueString)"
            assert rows(properties, lost) == [(0,)]

    def test_faces_stay_where_they_are_when_nothing_is_cropped(self, built):
        library = built.databases / "Library.apdb"
        query = "SELECT faceIndex, faceRectLeft, faceRectTop, faceRectWidth, v.uuid FROM RKVersionFaceContent f"
        query += (
            " JOIN RKVersion v ON v.modelId = f.versionId WHERE v.rotation = 0 AND v.processedWidth = v.masterWidth"
        )
        masters = {v["uuid"]: v["master"] for v in built.manifest.versions}
        faces = {}
        for face in built.manifest.faces:
            faces.setdefault(face["master"], []).append(face["area"])
        found = rows(library, query)
        assert found
        for index, left, bottom, width, version in found:
            assert (left, bottom, width) == pytest.approx(faces[masters[version]][index][:3])


class TestSchema:
    @pytest.mark.sample
    @pytest.mark.parametrize(("database", "table"), TABLES, ids=[table.name for _, table in TABLES])
    def test_each_table_is_the_real_one(self, real_library, database: str, table: Table):
        real = rows(real_library / "Database" / "apdb" / database, f"PRAGMA table_info({table.name})")
        assert [(name, kind.lower()) for _, name, kind, *_ in real] == list(table.columns)
        assert [name for _, name, _, _, _, key in real if key] == [table.columns[0][0]]

    @pytest.mark.sample
    @pytest.mark.parametrize("database", list(DATABASES))
    def test_only_derived_tables_are_left_out(self, real_library, database: str):
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        real = {name for (name,) in rows(real_library / "Database" / "apdb" / database, query)}
        missing = real - {table.name for table in DATABASES[database]}
        assert all(word in name for name in missing for word in [next_word(name)])

    @pytest.mark.sample
    @pytest.mark.parametrize("database", list(DATABASES))
    def test_indexes_have_the_real_names_and_columns(self, real_library, built, database: str):
        real, ours = indexes(real_library / "Database" / "apdb" / database), indexes(built.databases / database)
        assert ours.keys() <= real.keys()
        assert all(real[name] == columns for name, columns in ours.items())

    @pytest.mark.sample
    def test_values_have_the_storage_class_of_real_rows(self, real_library, built):
        """A column that is always an integer in the real library must not be text here, and so on."""
        for table in ("RKMaster", "RKVersion", "RKFolder", "RKAlbum", "RKImageAdjustment", "RKKeyword"):
            real = classes(real_library / "Database" / "apdb" / "Library.apdb", table)
            ours = classes(built.databases / "Library.apdb", table)
            for column, kinds in ours.items():
                numbers = {"integer", "real"}
                seen = real[column] | (numbers if real[column] & numbers else set())
                assert not real[column] or kinds <= seen, f"{table}.{column} holds {kinds}, really {real[column]}"


def next_word(name: str) -> str:
    """The part of a derived table's name that says what it is; the name itself counts as none."""
    return next((word for word in ("_RidIndexes", "CharIndex", "CharacterIndex", "_RTree") if word in name), "?")


def indexes(path: Path) -> dict[str, tuple[bool, tuple[str, ...]]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
        query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' AND sql NOT NULL"
        found = {}
        for name, table in connection.execute(query).fetchall():
            columns = tuple(row[2] for row in connection.execute(f"PRAGMA index_info({name})"))
            unique = {row[1]: bool(row[2]) for row in connection.execute(f"PRAGMA index_list({table})")}[name]
            found[name] = (unique, columns)
        return found


def classes(path: Path, table: str) -> dict[str, set[str]]:
    columns = [row[1] for row in rows(path, f"PRAGMA table_info({table})")]
    return {
        column: {kind for (kind,) in rows(path, f"SELECT DISTINCT typeof({column}) FROM {table}")} - {"null"}
        for column in columns
    }


# Keys of real files that the generator has no reason to write: what they describe is not in its libraries.
NEVER_WRITTEN = {
    "apmaster": {"fileAliasData", "notes", "colorSpaceDefinition"},
    "apversion": {"customInfo", "statistics"},
    "imageProxyState": {"faceTilePath"},
    "exifProperties": {
        "Artist",
        "BrightnessValue",
        "Contrast",
        "Copyright",
        "Firmware",
        "FlashExposureComp",
        "FocalLenIn35mmFilm",
        "FocusMode",
        "ImageDescription",
        "LightSource",
        "OwnerName",
        "Saturation",
        "Sharpness",
        "WhiteBalanceIndex",
    },
    "apalbum": {"ViewDictionary"},
    "InfoDictionary": set(),
    "apfolder": set(),
    "apfacename": set(),
    "apdetected": {"recogBuffer", "histogram64Buffer"},
    "RKImageAdjustments": set(),
}
# Keys that only libraries with Aperture's own features have: no public sample shows them, the format's notes do.
ONLY_HERE = {
    "apmaster": {"alternateMasterUuid", "fileVolumeUuid", "duration"},
    "apversion": {"stackUuid", "adjustmentProperties", "videoInPoint", "videoOutPoint", "videoPosterFramePoint"},
    "RKImageAdjustments": {"maskUuid"},
}


def keys_of(paths: Iterable[Path], part: str | None = None) -> set[str]:
    found: set[str] = set()
    for path in paths:
        content = plistlib.loads(path.read_bytes())
        content = content.get(part, {}) if part else content
        for record in content if isinstance(content, list) else [content]:
            found |= record.keys()
    return found


class TestPlists:
    @pytest.mark.sample
    @pytest.mark.parametrize(
        ("kind", "extension"),
        [
            ("apmaster", "apmaster"),
            ("apversion", "apversion"),
            ("imageProxyState", "apversion"),
            ("exifProperties", "apversion"),
            ("RKImageAdjustments", "apversion"),
            ("apalbum", "apalbum"),
            ("InfoDictionary", "apalbum"),
            ("apfolder", "apfolder"),
            ("apfacename", "apfacename"),
            ("apdetected", "apdetected"),
        ],
    )
    def test_key_sets_are_the_real_ones(self, built, photographed, real_library, samples, kind: str, extension: str):
        part = None if kind == extension else kind
        real_files = [*(real_library / "Database").rglob(f"*.{extension}")]
        real_files += (samples / "aperture-3").glob(f"*.{extension}")
        real = keys_of(real_files, part)
        ours = keys_of((built.path / "Database").rglob(f"*.{extension}"), part)
        ours |= keys_of((photographed.path / "Database").rglob(f"*.{extension}"), part)
        assert ours - real <= ONLY_HERE.get(kind, set())
        assert real - ours == NEVER_WRITTEN[kind] & real

    def test_master_and_version_plists_agree_with_the_rows(self, built):
        stored = dict(rows(built.databases / "Library.apdb", "SELECT uuid, name FROM RKVersion"))
        found = {}
        for path in (built.path / "Database" / "Versions").rglob("*.apversion"):
            content = plistlib.loads(path.read_bytes())
            found[content["uuid"]] = content["name"]
            assert path.name == f"Version-{content['versionNumber']}.apversion"
        assert found == stored

    def test_keywords_of_a_version_run_from_leaf_to_root(self, built):
        intended = {v["uuid"]: v["keywords"] for v in built.manifest.versions}
        for path in (built.path / "Database" / "Versions").rglob("*.apversion"):
            content = plistlib.loads(path.read_bytes())
            listed = [entry.split("\t")[::-1] for entry in content.get("keywords", [])]
            assert listed == intended[content["uuid"]]

    def test_xml_and_binary_plists_lie_side_by_side(self, built):
        starts = Counter(path.read_bytes()[:6] for path in (built.path / "Database" / "Versions").rglob("*.apversion"))
        assert set(starts) == {b"bplist", b"<?xml "}

    def test_the_package_is_an_aperture_3_6_library(self, built):
        info = plistlib.loads((built.path / "Info.plist").read_bytes())
        assert info["CFBundleIdentifier"] == "com.apple.Aperture.library"
        assert info["CFBundleShortVersionString"] == "3.6"
        model = plistlib.loads((built.path / "Aperture.aplib" / "DataModelVersion.plist").read_bytes())
        assert (model["DatabaseVersion"], model["DatabaseMinorVersion"]) == (110, 226)
        assert model["masterCount"] == built.manifest.counts["masters"] - built.manifest.counts["trashed"]


class TestOperations:
    def test_every_blob_decodes_to_the_intended_inputs(self, built):
        intended = {(v["uuid"], o["index"]): o for v in built.manifest.versions for o in v["operations"]}
        query = "SELECT versionUuid, adjIndex, name, isEnabled, data FROM RKImageAdjustment"
        stored = rows(built.databases / "Library.apdb", query)
        assert len(stored) == len(intended)
        for version, index, name, enabled, data in stored:
            wanted, found = intended[version, index], unarchived(data)
            assert found["DGOperationIdentifier"] == name == wanted["identifier"]
            assert found["enabled"] == bool(enabled) == wanted["enabled"]
            assert found["inputKeys"].keys() == wanted["inputs"].keys()
            numbers = {k: v for k, v in wanted["inputs"].items() if isinstance(v, bool | int | float | str)}
            assert {k: found["inputKeys"][k] for k in numbers} == numbers

    def test_bpylist2_reads_every_blob_without_colours(self, built):
        for (data,) in rows(built.databases / "Library.apdb", "SELECT data FROM RKImageAdjustment"):
            if b"NSColor" not in data:  # bpylist2 refuses classes that it was not told about
                assert archiver.unarchive(data)["DGOperationIdentifier"]

    @pytest.mark.sample
    def test_archives_have_the_key_sets_of_real_ones(self, real_library, samples, built):
        """For each identifier seen in real data, everything a real blob says, ours says too."""
        blobs = rows(real_library / "Database" / "apdb" / "Library.apdb", "SELECT data FROM RKImageAdjustment")
        real = [unarchived(data) for (data,) in blobs]
        real += [unarchived(path.read_bytes()) for path in (samples / "aperture-3").glob("*.bplist")]
        ours: dict[str, set[frozenset[str]]] = {}
        for (data,) in rows(built.databases / "Library.apdb", "SELECT data FROM RKImageAdjustment"):
            record = unarchived(data)
            assert set(record) == set(real[0])
            ours.setdefault(record["DGOperationIdentifier"], set()).add(frozenset(record["inputKeys"]))
        for record in real:
            keys = frozenset(record["inputKeys"])
            if keys:  # an empty one means that all is at rest
                assert any(keys <= known for known in ours[record["DGOperationIdentifier"]])

    @pytest.mark.sample
    @pytest.mark.parametrize("name", ["crop", "straighten"])
    def test_an_archive_has_the_layout_of_a_real_one(self, samples, name: str):
        """A real blob's values, archived by us, give the same objects in the same order.

        Other blobs differ in one thing: Aperture shares a number between two keys only when it was the same object.
        """
        blob = (samples / "aperture-3" / f"{name}.bplist").read_bytes()
        assert plistlib.loads(archive(unarchived(blob))) == plistlib.loads(blob)

    @given(st.integers(), st.sampled_from(["crop", "straighten", "straighten-crop", "all", "random"]))
    def test_a_crop_never_leaves_the_straightened_picture(self, seed: int, name: str):
        size = (1200, 800)
        degrees, area = geometry_of(look(name, random.Random(seed), size))
        frame, (width, height), room = framed(size, degrees, area), canvas(size, degrees), inscribed(size, degrees)
        assert frame.width > 0
        assert frame.height > 0
        if frame.width < size[0]:
            # Rounding to whole pixels may cost one.
            assert abs(frame.x + frame.width / 2 - width / 2) <= (room[0] - frame.width) / 2 + 1
            assert abs(frame.y + frame.height / 2 - height / 2) <= (room[1] - frame.height) / 2 + 1


COLORS = st.builds(Color, *[st.floats(0, 1, allow_nan=False)] * 3)
VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4),
    max_leaves=12,
)


class TestArchives:
    @given(st.dictionaries(st.text(min_size=1, max_size=8), VALUES, max_size=5))
    def test_any_value_comes_back(self, value: dict[str, Any]):
        assert unarchived(archive(value)) == value

    @given(COLORS)
    def test_a_colour_is_written_as_appkit_writes_it(self, color: Color):
        record = unarchived(archive({"inputGrayColor": color}))["inputGrayColor"]
        assert record["NSColorSpace"] == 1
        assert record["NSRGB"].endswith(b"\0")
        assert [float(part) for part in record["NSRGB"][:-1].split()] == pytest.approx(
            [color.red, color.green, color.blue], rel=1e-9
        )


class TestGeometry:
    @pytest.mark.parametrize(("rotation", "size"), [(0, (30, 20)), (90, (20, 30)), (180, (30, 20)), (270, (20, 30))])
    def test_a_quarter_turn_swaps_the_sides_of_a_crop(self, rotation: int, size: tuple[int, int]):
        assert processed_size((100, 80), 0.0, Rectangle(5, 5, 30, 20), rotation) == size

    def test_straightening_without_a_crop_keeps_the_proportions_and_shows_no_corner(self):
        width, height = processed_size((3000, 2000), 2.0, None, 0)
        assert width / height == pytest.approx(1.5, abs=0.001)
        assert width < 3000

    @given(st.floats(-5, 5), st.sampled_from([0, 90, 180, 270]))
    def test_the_centre_of_the_master_stays_in_the_centre(self, degrees: float, rotation: int):
        seen = to_processed(Rectangle(0.5, 0.5, 0, 0), (1500, 1000), degrees, None, rotation)
        assert (seen.x, seen.y) == pytest.approx((0.5, 0.5), abs=1e-3)

    def test_turned_clockwise_the_top_left_corner_becomes_the_top_right_one(self):
        corner = Rectangle(0.0, 0.9, 0.1, 0.1)
        seen = to_processed(corner, (1500, 1000), 0.0, None, 90)
        assert (seen.x, seen.y) == pytest.approx((0.9, 0.9))

    def test_a_positive_angle_lifts_the_right_side(self):
        right = Rectangle(0.9, 0.5, 0, 0)
        assert to_processed(right, (1500, 1000), 3.0, None, 0).y > 0.5


class TestFiles:
    def test_every_original_is_where_the_manifest_says_or_not_there(self, built):
        volumes = dict(rows(built.databases / "Library.apdb", "SELECT uuid, name FROM RKVolume"))
        seen = Counter()
        for master in built.manifest.masters:
            base = built.references / volumes[master["volume"]] if master["volume"] else built.path / "Masters"
            assert (base / master["image_path"]).is_file() == (master["original"] == "present")
            seen[master["original"], bool(master["volume"])] += 1
        assert seen["present", True] > 0
        assert seen["offline", True] > 0
        assert built.manifest.counts["missing_originals"] == 0

    def test_file_sizes_in_the_database_are_those_on_disk(self, built):
        query = "SELECT imagePath, fileSize FROM RKMaster WHERE fileIsReference = 0"
        for path, size in rows(built.databases / "Library.apdb", query):
            assert (built.path / "Masters" / path).stat().st_size == size

    def test_previews_have_the_processed_size_and_name_their_version(self, built):
        drawn = [version for version in built.manifest.versions if version["preview"]]
        assert len(drawn) > 30
        for version in drawn:
            path = built.path / "Previews" / version["preview"]
            with Image.open(path) as image:
                assert image.size == tuple(version["processed_size"])
            assert f'photoshop:Instructions="{version["uuid"]}"'.encode() in path.read_bytes()

    def test_an_unedited_jpeg_is_its_own_preview(self, built):
        jpegs = {master["uuid"] for master in built.manifest.masters if master["kind"] == "JPGST"}
        shown = [v for v in built.manifest.versions if v["number"] == 1 and v["master"] in jpegs]
        plain = [v for v in shown if not v["operations"]]
        assert plain
        assert all(v["preview"] is None or v["rotation"] for v in plain)

    def test_all_files_are_different_though_tiny_scenes_are_shared(self, built):
        originals = list(files_below(built.path / "Masters"))
        assert len({path.read_bytes() for path in originals}) == len(originals)

    def test_jpegs_carry_orientation_and_camera(self, built):
        turned = {v["master"]: v["rotation"] for v in built.manifest.versions if v["number"] == 0}
        orientation = {0: 1, 90: 6, 180: 3, 270: 8}
        checked = 0
        for master in built.manifest.masters:
            if master["kind"] == "JPGST" and master["volume"] is None and master["uuid"] in turned:
                with Image.open(built.path / "Masters" / master["image_path"]) as image:
                    exif = image.getexif()
                assert exif[274] == orientation[turned[master["uuid"]]]
                assert exif[271]
                checked += 1
        assert checked > 20

    @pytest.mark.tool("exiftool")
    def test_exiftool_finds_nothing_wrong_with_any_picture(self, built, tool):
        command = [tool("exiftool"), "-r", "-validate", "-warning", "-a", "-s3", str(built.path / "Masters")]
        found = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        said = {line for line in found.splitlines() if not line.startswith(("=", " "))}
        assert said == {"OK"}

    def test_real_photographs_have_thumbnails_and_raw_files_of_their_size(self, photographed):
        raw = next(path for path in files_below(photographed.path / "Masters") if path.suffix == ".DNG")
        master = next(m for m in photographed.manifest.masters if m["raw"])
        version = next(v for v in photographed.manifest.versions if v["master"] == master["uuid"])
        width, height = version["master_size"]
        assert width * height * 6 < raw.stat().st_size < width * height * 6 + 2000
        small = [path for path in files_below(photographed.path / "Thumbnails") if not path.stem.endswith("_1024")]
        assert len(small) == photographed.manifest.counts["browsable"]
        for path in small:
            with Image.open(path) as image:
                assert max(image.size) == 360

    @pytest.mark.parametrize("look", sorted(UNKNOWN))
    def test_every_brick_shows_in_the_preview(self, look):
        size = (120, 80)
        light = photograph(3, size)
        plain, edited = (
            previews.draw(Version("uuid", 1, "A photo", bricks, 0, size), light, size, raw=False).astype(int)
            for bricks in ([], [UNKNOWN[look](random.Random(4))])
        )
        assert plain.shape == edited.shape
        assert abs(plain - edited).max() > 3
        if look == "black-and-white":
            assert np.ptp(edited, axis=2).max() == 0

    def test_an_edit_shows_in_the_preview(self, photographed):
        version = next(v for v in photographed.manifest.versions if len(v["operations"]) > 3)
        master = next(m for m in photographed.manifest.masters if m["uuid"] == version["master"])
        with (
            Image.open(photographed.path / "Masters" / master["image_path"]) as before,
            Image.open(photographed.path / "Previews" / version["preview"]) as after,
        ):
            means = [sum(ImageStat.Stat(image.convert("RGB")).mean) for image in (before, after)]
        assert abs(means[0] - means[1]) > 3

    @given(st.lists(st.tuples(st.integers(1, 60000), st.binary(min_size=1, max_size=30)), unique_by=lambda e: e[0]))
    def test_pillow_reads_back_what_the_tiff_writer_wrote(self, entries: list[tuple[int, bytes]]):
        exif = Image.Exif()
        special = {34665, 34853, 40965}  # pointers to other directories
        written = [(tag, 7, value) for tag, value in entries if tag not in special]
        exif.load(b"Exif\0\0" + tiff(written, {}))
        assert {tag: exif[tag] for tag, *_ in written} == {tag: value for tag, _, value in written}


class TestSameSeed:
    def test_the_same_arguments_give_the_same_bytes(self, tmp_path):
        for name in ("one", "two"):
            build_library(
                tmp_path / name / "Same.aplibrary",
                masters=DETERMINISM_MASTERS,
                seed=7,
                anomalies=["all"],
                references=tmp_path / name / "Volumes",
            )
        assert digest(tmp_path / "one") == digest(tmp_path / "two")

    def test_another_seed_gives_another_library(self, tmp_path):
        for seed in (1, 2):
            build_library(tmp_path / f"{seed}.aplibrary", masters=5, seed=seed, pictures="none", write_plists=False)
        one, two = (digest(tmp_path / f"{seed}.aplibrary" / "Database" / "apdb") for seed in (1, 2))
        assert one["Library.apdb"] != two["Library.apdb"]


FOLDER_ABOVE_ITS_PARENT = """
    SELECT above.parentFolderUuid = folder.uuid FROM RKFolder folder
    JOIN RKFolder above ON above.uuid = folder.parentFolderUuid WHERE folder.uuid = ?
"""
KEYWORD_ABOVE_ITS_PARENT = """
    SELECT above.parentId = keyword.modelId FROM RKKeyword keyword
    JOIN RKKeyword above ON above.modelId = keyword.parentId WHERE keyword.uuid = ?
"""


class TestAnomalies:
    def test_each_one_is_planted_once_and_named(self, spoilt):
        assert sorted(planted.name for planted in spoilt.manifest.anomalies) == sorted(ANOMALIES)
        assert spoilt.manifest.not_planted == []

    def test_the_databases_stay_readable(self, spoilt):
        for name in DATABASES:
            assert rows(spoilt.databases / name, "PRAGMA integrity_check") == [("ok",)]

    def item(self, spoilt, name: str) -> str:
        return next(planted.item for planted in spoilt.manifest.anomalies if planted.name == name)

    @pytest.mark.parametrize(
        ("name", "query", "found"),
        [
            ("path-escape", "SELECT imagePath FROM RKMaster WHERE uuid = ?", "../../../outside/secret.jpg"),
            ("null-path", "SELECT imagePath FROM RKMaster WHERE uuid = ?", None),
            ("false-missing", "SELECT isMissing FROM RKMaster WHERE uuid = ?", 1),
            ("unknown-volume", "SELECT fileIsReference FROM RKMaster WHERE uuid = ?", 1),
            ("nul-in-name", "SELECT name FROM RKVersion WHERE uuid = ?", "before\0after"),
            ("text-as-bytes", "SELECT typeof(name) FROM RKVersion WHERE uuid = ?", "blob"),
            ("absurd-dates-text", "SELECT imageDate FROM RKVersion WHERE uuid = ?", "yesterday"),
            ("absurd-dates-infinite", "SELECT imageDate FROM RKVersion WHERE uuid = ?", float("inf")),
            ("absurd-rating", "SELECT mainRating FROM RKVersion WHERE uuid = ?", 99),
            ("duplicate-uuid", "SELECT count(*) FROM RKVersion WHERE uuid = ?", 2),
            ("cyclic-folders", FOLDER_ABOVE_ITS_PARENT, 1),
            ("cyclic-keywords", KEYWORD_ABOVE_ITS_PARENT, 1),
            (
                "dangling-master",
                "SELECT count(*) FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid WHERE v.uuid = ?",
                0,
            ),
            (
                "dangling-project",
                "SELECT count(*) FROM RKMaster m JOIN RKFolder f ON f.uuid = m.projectUuid WHERE m.uuid = ?",
                0,
            ),
        ],
    )
    def test_it_is_on_the_row_that_the_manifest_names(self, spoilt, name: str, query: str, found: object):
        assert rows(spoilt.databases / "Library.apdb", query, self.item(spoilt, name)) == [(found,)]

    def test_a_missing_original_is_called_present_by_the_database(self, spoilt):
        query = "SELECT imagePath, isMissing FROM RKMaster WHERE uuid = ?"
        ((path, missing),) = rows(spoilt.databases / "Library.apdb", query, self.item(spoilt, "missing-original"))
        assert missing == 0
        assert not (spoilt.path / "Masters" / path).exists()

    @pytest.mark.parametrize("name", ["missing-preview", "black-preview", "stale-preview"])
    def test_spoilt_previews_are_as_named(self, spoilt, name: str):
        query = "SELECT fullSizePreviewPath, fullSizePreviewUpToDate FROM RKImageProxyState WHERE versionUuid = ?"
        ((stored, current),) = rows(spoilt.databases / "ImageProxies.apdb", query, self.item(spoilt, name))
        path = spoilt.path / "Previews" / stored
        assert path.exists() == (name != "missing-preview")
        assert current == (name != "stale-preview")
        if name == "black-preview":
            with Image.open(path) as image:
                assert image.getextrema() == ((0, 0), (0, 0), (0, 0))

    def test_hostile_blobs_are_small_and_cannot_be_read_naively(self, spoilt):
        query = "SELECT data FROM RKImageAdjustment WHERE uuid = ?"
        blobs = {
            kind: rows(spoilt.databases / "Library.apdb", query, self.item(spoilt, f"hostile-blob-{kind}"))[0][0]
            for kind in ("cycle", "truncated", "bomb")
        }
        assert all(len(blob) < 2000 for blob in blobs.values())
        with pytest.raises(RecursionError):
            unarchived(blobs["cycle"])
        with pytest.raises(plistlib.InvalidFileException):
            unarchived(blobs["truncated"])
        objects = plistlib.loads(blobs["bomb"])["$objects"]
        doubling = [item for item in objects if isinstance(item, dict) and len(set(item.get("NS.objects", ()))) == 1]
        assert len(doubling) >= 40  # each level twice the one below

    def test_a_name_stands_for_all_that_begin_with_it(self, tmp_path):
        manifest = build_library(
            tmp_path / "A.aplibrary", masters=60, pictures="none", anomalies=["absurd-dates"], write_plists=False
        )
        assert {planted.name for planted in manifest.anomalies} == {
            "absurd-dates-far",
            "absurd-dates-infinite",
            "absurd-dates-text",
        }

    def test_too_small_a_library_says_what_it_lacks(self, tmp_path):
        manifest = build_library(
            tmp_path / "A.aplibrary", masters=1, pictures="none", anomalies=["zero-crop"], write_plists=False
        )
        assert manifest.not_planted == ["zero-crop"]


class TestSizes:
    def test_one_master_is_a_library(self, tmp_path):
        manifest = build_library(tmp_path / "One.aplibrary", masters=1)
        assert manifest.counts["masters"] == 1
        assert manifest.counts["versions"] == 2

    def test_without_pictures_no_picture_file_is_written(self, tmp_path):
        manifest = build_library(tmp_path / "None.aplibrary", masters=50, pictures="none")
        assert not [path for path in files_below(tmp_path) if path.suffix.lower() in (".jpg", ".dng", ".tif", ".png")]
        offline = manifest.counts["offline_originals"]
        assert manifest.counts["missing_originals"] == 50 - offline

    @pytest.mark.slow
    def test_photos_are_not_kept_once_they_are_written(self, tmp_path, monkeypatch):
        """Twenty thousand masters; the interpreter holds no more objects for each than a new word or two."""
        monkeypatch.setattr("sample_library.store.BATCH", 20)  # else rows that wait would be counted
        held: dict[int, int] = {}
        manifest = build_library(
            tmp_path / "Large.aplibrary",
            masters=STREAMED_MASTERS,
            pictures="none",
            write_plists=False,
            lean=True,
            progress=lambda done: held.update({done: sys.getallocatedblocks()}) if done % 1000 < 2 else None,
        )
        assert manifest.counts["masters"] == STREAMED_MASTERS
        assert manifest.versions == []
        early, late = held[min(k for k in held if k > 5000)], held[max(held)]
        assert (late - early) / (STREAMED_MASTERS - 5000) < 10

    @pytest.mark.parametrize("masters", [0, 500_001])
    def test_sizes_out_of_range_are_refused(self, tmp_path, masters: int):
        with pytest.raises(BadOption):
            build_library(tmp_path / "A.aplibrary", masters=masters)
        assert not list(tmp_path.iterdir())

    def test_an_existing_destination_is_left_alone(self, tmp_path):
        (tmp_path / "A.aplibrary").mkdir()
        with pytest.raises(FileExistsError):
            build_library(tmp_path / "A.aplibrary", masters=1)


class TestScript:
    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(SCRIPT), *arguments]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, env=None)

    def test_it_writes_a_library_and_its_manifest_beside_it(self, tmp_path):
        done = self.run(str(tmp_path / "A.aplibrary"), "--masters", "3", "--pictures", "none")
        assert done.returncode == 0, done.stderr
        manifest = json.loads((tmp_path / "sample-manifest.json").read_text(encoding="utf-8"))
        assert manifest["counts"]["masters"] == 3

    def test_an_unknown_anomaly_is_named_with_the_known_ones(self, tmp_path):
        done = self.run(str(tmp_path / "A.aplibrary"), "--masters", "3", "--anomalies", "gremlins")
        assert done.returncode == 2
        assert "gremlins" in done.stderr
        assert "path-escape" in done.stderr
        assert not (tmp_path / "A.aplibrary").exists()

    def test_help_lists_every_anomaly(self):
        shown = self.run("--help").stdout
        assert [name for name in ANOMALIES if name not in shown] == []
