"""Attachments, notes, places and other records of masters, versions, folders and albums."""

from __future__ import annotations

import contextlib
import plistlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.aperture.details import tables
from couloir.aperture.details.alias import alias_target
from couloir.aperture.details.focus import focus_points
from couloir.aperture.details.records import AlbumForm, AliasTarget, Owner, PreviewStatus, RawJpegPair, StackPick, Video
from couloir.aperture.library import Library
from couloir.aperture.model import OriginalStatus
from couloir.aperture.plists import read_plist
from couloir.errors import BadArchive

Grow = Callable[..., Callable[..., int]]
LIBRARY, PROPERTIES = "Library.apdb", "Properties.apdb"


@pytest.fixture
def grow(tiny: Any) -> Grow:
    """Gives a table all columns that details are read from, and a function that adds rows to it."""

    def make(table: str, columns: tuple[str, ...], database: str = LIBRARY) -> Callable[..., int]:
        tiny.sql(database, f"CREATE TABLE IF NOT EXISTS {table} (modelId integer primary key)")
        with Library.open(tiny.root) as library:
            reader = {LIBRARY: library._library, PROPERTIES: library._metadata.database}.get(database, library._faces)
            assert reader is not None
            known = reader.columns_of(table)
        for column in columns:
            if column.lower() not in known:
                tiny.sql(database, f"ALTER TABLE {table} ADD COLUMN {column}")

        def add(**values: object) -> int:
            marks = ", ".join("?" * len(values))
            return tiny.sql(database, f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", *values.values())

        return add

    return make


@pytest.fixture(scope="module")
def master_plist(samples: Path) -> dict[str, Any]:
    return read_plist(samples / "aperture-3" / "Master.apmaster")


def test_a_pick_of_one_album_is_kept_beside_the_stack(tiny: Any, grow: Grow) -> None:
    add = grow("RKStackState", tables.STACK_STATE)
    add(stackUuid="s", albumUuid="a", albumPick="v2")
    add(stackUuid="s", albumUuid="b", albumPick=None)
    with tiny.open() as library:
        assert list(library.details.stack_picks()) == [StackPick("s", "a", "v2")]


def test_a_project_has_its_description_and_a_note_says_what_it_belongs_to(tiny: Any, grow: Grow) -> None:
    tiny.add("RKFolder", uuid="p", folderType=2, name="Elder Park")
    tiny.photo("v1")
    grow("RKFolder", tables.FOLDER)
    add = grow("RKNote", tables.NOTE)
    add(uuid="n1", attachedToUuid="p", propertyKey="comment", note="A stroll", createDate=0.0)
    add(uuid="n2", attachedToUuid="v1", propertyKey="other", note="Mine")
    add(uuid="n3", attachedToUuid="gone", propertyKey="other", note="Lost")
    with tiny.open() as library:
        assert [(n.uuid, n.owner) for n in library.details.notes()] == [
            ("n1", Owner.FOLDER),
            ("n2", Owner.VERSION),
            ("n3", Owner.NOTHING),
        ]
        [project] = library.details.folders()
        assert project.description == "A stroll"
        assert next(library.details.notes()).created == datetime(2001, 1, 1, tzinfo=UTC)


def test_attachments_places_masks_and_imports_are_read(tiny: Any, grow: Grow) -> None:
    tiny.photo("v1")
    grow("RKVersion", (*tables.VERSION_PLACE, *tables.VIDEO))
    tiny.sql(LIBRARY, "UPDATE RKVersion SET overridePlaceId = 2, videoInPoint = '1.5', editListData = x'00'")
    grow("RKAttachment", tables.ATTACHMENT)(
        uuid="a", attachedToUuid="m-v1", filename="note.m4a", filePath="note.m4a", duration=3.5, isInTrash=0
    )
    place = grow("RKPlace", tables.PLACE, PROPERTIES)
    place(uuid="country", defaultName="Australia", type=1)
    place(uuid="city", defaultName="Adelaide", minLatitude=-35, maxLatitude=-34, minLongitude=138, maxLongitude=139)
    grow("RKPlaceName", tables.PLACE_NAME, PROPERTIES)(placeId=1, language="de", description="Australien")
    grow("RKPlaceForVersion", tables.PLACE_FOR_VERSION)(versionId=1, placeId=1)
    grow("RKImageMask", tables.MASK)(uuid="mask", createDate=0.0)
    grow("RKImportGroup", tables.IMPORT_GROUP)(
        uuid="g", importYear="2023", importMonth="09", importDay="27", importTime="064307", name="Import"
    )
    file = tiny.file("Masks/mask.bin")
    with tiny.open() as library:
        details = library.details
        [attachment] = details.attachments()
        assert (attachment.owner, attachment.owner_uuid, attachment.seconds) == (Owner.MASTER, "m-v1", 3.5)
        country, city = details.places()
        assert country.names == (("de", "Australien"),)
        assert (city.latitudes, city.longitudes) == ((-35.0, -34.0), (138.0, 139.0))
        assert list(details.version_places()) == [("v1", "city"), ("v1", "country")]
        assert list(details.videos()) == [Video("v1", "1.5", None, None, has_edit_list=True)]
        [mask] = details.masks()
        assert mask.files == (file,)
        [group] = details.import_groups()
        assert (group.name, group.folder) == ("Import", "2023/09/27/20230927-064307")


def test_people_and_faces_in_the_frame_that_is_shown(tiny: Any, grow: Grow) -> None:
    number = tiny.photo("v1")
    grow("RKFaceName", tables.FACE_NAME, "Faces.db")(uuid="p", faceKey=9, name="Maria", fullName="Maria Curie")
    grow("RKVersionFaceContent", tables.VERSION_FACE)(
        versionId=number, faceKey=9, faceRectLeft=0.1, faceRectTop=0.2, faceRectWidth=0.3, faceRectHeight=0.4
    )
    with tiny.open() as library:
        assert [person.full_name for person in library.details.people()] == ["Maria Curie"]
        [face] = library.details.version_faces()
        assert (face.version_uuid, face.name, face.left, face.bottom) == ("v1", "Maria Curie", 0.1, 0.2)


def test_a_pair_names_both_masters_and_the_one_in_use(tiny: Any) -> None:
    tiny.photo("v1", rawMasterUuid="raw", nonRawMasterUuid="m-v1")
    tiny.photo("v2", rawMasterUuid="raw", nonRawMasterUuid="m-v1")
    tiny.photo("v3", rawMasterUuid="m-v3", nonRawMasterUuid="")
    with tiny.open() as library:
        assert list(library.details.pairs()) == [RawJpegPair("raw", "m-v1", "m-v1")]


@pytest.mark.parametrize(("code", "form"), [(1, AlbumForm.ALBUM), (5, AlbumForm.LIGHT_TABLE), (49, AlbumForm.OTHER)])
def test_an_albums_form_is_named_where_it_is_known(tiny: Any, grow: Grow, code: int, form: AlbumForm) -> None:
    tiny.add("RKAlbum", uuid="a", albumType=code, albumSubclass=3)
    grow("RKAlbum", tables.ALBUM)
    with tiny.open() as library:
        assert [album.form for album in library.details.albums()] == [form]


@pytest.mark.sample
def test_the_alias_of_a_real_referenced_master_is_read(master_plist: dict[str, Any]) -> None:
    target = alias_target(master_plist["fileAliasData"], "x")
    assert target == AliasTarget(
        volume="Galactica Home",
        mount="/Volumes/Galactica Home",
        path="/Vault/2007/20070602/img_8826.cr2",
        file_name="img_8826.cr2",
    )


@pytest.mark.sample
def test_an_original_whose_volume_the_library_forgot_is_found_by_its_alias(
    tiny: Any, grow: Grow, master_plist: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "disk" / "Vault" / "2007" / "20070602" / "img_8826.cr2"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"raw")
    grow("RKMaster", tables.MASTER)(
        uuid="m", fileIsReference=1, fileVolumeUuid="gone", fileAliasData=master_plist["fileAliasData"]
    )
    with tiny.open(volumes={"Galactica Home": tmp_path / "disk"}) as library:
        [master] = library.masters()
        assert library.original(master).path == file
        [details] = library.details.masters()
        assert details.alias is not None
    with tiny.open() as library:
        [master] = library.masters()
        original = library.original(master)
        assert (original.status, original.sought) == (
            OriginalStatus.OFFLINE,
            "/Volumes/Galactica Home/Vault/2007/20070602/img_8826.cr2",
        )


@given(st.binary(max_size=400) | st.binary(min_size=150, max_size=400).map(lambda b: b"\0\0\0\0\1\x90\0\2" + b))
def test_no_bytes_break_the_reading_of_an_alias(data: bytes) -> None:
    with contextlib.suppress(BadArchive):
        assert isinstance(alias_target(data, "x").volume, str)


@pytest.mark.sample
def test_every_cut_and_every_changed_byte_of_a_real_alias_is_survived(master_plist: dict[str, Any]) -> None:
    whole = plistlib.loads(master_plist["fileAliasData"])["$objects"][1]["FileAlias"]
    read = 0
    for place in range(0, len(whole), 3):
        for spoilt in (whole[:place], whole[:place] + b"\xff" + whole[place + 1 :]):
            try:
                alias_target(spoilt, "x")
                read += 1
            except BadArchive:
                continue
    assert read > 100


@pytest.mark.sample
def test_the_focus_points_of_a_real_master_are_the_nine_of_its_camera(master_plist: dict[str, Any]) -> None:
    points = focus_points(master_plist["notes"][0]["data"])
    assert points is not None
    assert len(points) == 9
    [used] = [point for point in points if point.used]
    assert (used.x + used.width / 2, used.y + used.height / 2) == pytest.approx((0.5, 0.5), abs=0.01)


@given(st.binary(max_size=200).map(lambda tail: b"\x04\x0bstreamtyped" + tail))
def test_no_bytes_break_the_reading_of_focus_points(data: bytes) -> None:
    points = focus_points(data)
    assert points is None or all(-1 <= point.x <= 2 for point in points)


def test_focus_points_in_an_unknown_layout_are_reported(tiny: Any, grow: Grow) -> None:
    grow("RKNote", tables.NOTE)(uuid="n", attachedToUuid="m", propertyKey="focusPoints", data=b"?")
    with tiny.open() as library:
        assert list(library.details.focus_points()) == []
        assert [finding.code for finding in library.findings] == ["note.unreadable"]


def test_an_older_library_without_these_tables_has_none_of_this(tiny: Any) -> None:
    tiny.photo("v1")
    with tiny.open() as library:
        details = library.details
        for read in (details.notes, details.attachments, details.places, details.version_places, details.videos):
            assert list(read()) == []
        for read in (details.stack_picks, details.masks, details.version_faces, details.focus_points):
            assert list(read()) == []
        assert list(library.findings) == []


@pytest.mark.parametrize(
    ("row", "enabled", "status"),
    [
        ({"fullSizePreviewUpToDate": 1, "previewJpegWidth": 40, "previewJpegHeight": 30}, 1, PreviewStatus.UP_TO_DATE),
        ({"fullSizePreviewUpToDate": 1, "previewJpegWidth": 20, "previewJpegHeight": 15}, 1, PreviewStatus.HALF_SIZE),
        ({"fullSizePreviewUpToDate": 0, "previewJpegWidth": 40, "previewJpegHeight": 30}, 1, PreviewStatus.STALE),
        ({"fullSizePreviewUpToDate": 1, "previewJpegWidth": 40, "previewJpegHeight": 30}, 0,
         PreviewStatus.EMBEDDED_JPEG),
    ],
)  # fmt: skip
def test_the_state_of_a_preview_is_told(
    tiny: Any, grow: Grow, row: dict[str, object], enabled: int, status: PreviewStatus
) -> None:
    tiny.photo("v1", processedWidth=40, processedHeight=30, hasEnabledAdjustments=enabled)
    tiny.sql(LIBRARY, "UPDATE RKMaster SET isTrulyRaw = 1")
    tiny.add("RKAdminData", propertyArea="database", propertyName="UseEmbeddedJPEGv2", propertyValue="1")
    for column in tables.PROXY[1:]:
        tiny.sql("ImageProxies.apdb", f"ALTER TABLE RKImageProxyState ADD COLUMN {column}")
    values = {"versionUuid": "v1", "fullSizePreviewPath": "v1.jpg", "thumbnailPath": "v1_1024.jpg", **row}
    tiny.sql(
        "ImageProxies.apdb",
        f"INSERT INTO RKImageProxyState ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
        *values.values(),
    )
    tiny.file("Previews/v1.jpg")
    thumbnail = tiny.file("Thumbnails/v1_1024.jpg")
    with tiny.open() as library:
        state = library.preview_state(library.version("v1"))
        assert state.status is status
        assert state.thumbnail is not None
        assert state.thumbnail.path == thumbnail


@pytest.mark.parametrize(
    ("profile", "status"),
    [
        (b"\0\0\2\x20appl" + bytes(32) + b"APPL", PreviewStatus.UP_TO_DATE),
        (b"\0\0\2\x20lcms" + bytes(32) + b"APPL", PreviewStatus.UP_TO_DATE),
        (b"\0\0\2\x20ADBE" + bytes(32) + b"MSFT", PreviewStatus.EMBEDDED_JPEG),
        (None, PreviewStatus.EMBEDDED_JPEG),
    ],
)
def test_a_preview_with_apples_colour_profile_is_apples_rendering_whatever_the_setting(
    tiny: Any, profile: bytes | None, status: PreviewStatus
) -> None:
    """As the previews of the unedited RAW files in the real iPhoto library, whose setting says otherwise."""
    tiny.photo("v1", hasEnabledAdjustments=0)
    tiny.sql(LIBRARY, "UPDATE RKMaster SET isTrulyRaw = 1")
    tiny.add("RKAdminData", propertyArea="database", propertyName="UseEmbeddedJPEGv2", propertyValue="1")
    tiny.sql(
        "ImageProxies.apdb",
        "INSERT INTO RKImageProxyState (versionUuid, fullSizePreviewPath, fullSizePreviewUpToDate) VALUES ('v1', ?, 1)",
        "v1.jpg",
    )
    segment = b"" if profile is None else b"\xff\xe2\x01\x00ICC_PROFILE\0\1\1" + profile
    tiny.file("Previews/v1.jpg").write_bytes(b"\xff\xd8" + segment)
    with tiny.open() as library:
        assert library.preview_state(library.version("v1")).status is status


def test_without_a_preview_the_state_says_absent(tiny: Any) -> None:
    tiny.photo("v1")
    with tiny.open() as library:
        state = library.preview_state(library.version("v1"))
        assert (state.status, state.path, state.thumbnail) == (PreviewStatus.ABSENT, None, None)


def test_the_zones_of_a_corrected_camera_come_from_the_property_list(tiny: Any) -> None:
    tiny.photo("v1")
    tiny.sql(LIBRARY, "UPDATE RKMaster SET importGroupUuid = 'g'")
    tiny.add("RKImportGroup", uuid="g", importYear="2023", importMonth="09", importDay="27", importTime="064307")
    place = "Database/Versions/2023/09/27/20230927-064307/m-v1"
    (tiny.root / place).mkdir(parents=True)
    zones = {"cameraTimeZoneName": "Europe/Paris", "pictureTimeZoneName": "Asia/Tokyo"}
    tiny.plist(f"{place}/Version-1.apversion", {"customInfo": zones, "adjustmentProperties": {"RawDecodeVersion": "3"}})
    with tiny.open() as library:
        version = library.version("v1")
        master = library.master(version.master_uuid)
        assert master is not None
        extras = library.details.version_extras(version, master)
        assert (extras.camera_zone, extras.picture_zone, extras.raw_decoder) == ("Europe/Paris", "Asia/Tokyo", "3")


@pytest.mark.sample
def test_the_details_of_the_real_library(real: Library) -> None:
    details = real.details
    assert {person.name for person in details.people()} == {"Maria", "Katie", "Suzy"}
    assert [note.text for note in details.notes()] == ["Stroll through Elder Park in Adelaide"]
    assert len(list(details.import_groups())) == 6
    assert {master.image_format for master in details.masters()} >= {"JPEG", "cr2 ", "dng "}
    states = [real.preview_state(version).status for version in real.versions() if version.number == 1]
    assert PreviewStatus.MASTER in states
    assert PreviewStatus.UP_TO_DATE in states
