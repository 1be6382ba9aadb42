"""What the photographer removed in Aperture is not restored from the original; what Aperture never read stays."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind, Row

if TYPE_CHECKING:
    from conftest import Result, Source

Migrate = Callable[..., "Result"]
Tool = Callable[[str], str]

PLACE = ["-GPSLatitude=52.5163", "-GPSLatitudeRef=N", "-GPSLongitude=13.3777", "-GPSLongitudeRef=E"]
WORDS = [
    "-XMP-dc:Subject=old word", "-XMP-lr:HierarchicalSubject=old word", "-IPTC:Keywords=old word",
    "-XMP-xmp:Label=Red", "-XMP-photoshop:City=Oldtown", "-IPTC:City=Oldtown", "-IPTC:Caption-Abstract=old caption",
    "-XMP-dc:Description=old caption", "-XMP-photoshop:Headline=the file's own", "-IPTC:Headline=the file's own",
]  # fmt: skip


@pytest.fixture(scope="session")
def migrate(migrate: Migrate) -> Migrate:
    """Nothing here depends on what the pictures show."""
    return partial(migrate, looks=False)


class Photo:
    """One ordinary JPEG of the library, whose file and records a test sets."""

    def __init__(self, source: Source, tool: Tool) -> None:
        self._source = source
        self._exiftool = tool("exiftool")
        [[self.uuid, self.number, self.original, self.file], *_] = source.ask(
            "SELECT v.uuid, v.modelId, o.modelId, m.imagePath FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid"
            " JOIN RKVersion o ON o.masterUuid = m.uuid AND o.versionNumber = 0"
            " WHERE v.versionNumber = 1 AND m.subtype = 'JPGST' AND NOT m.fileIsReference AND NOT v.isInTrash"
            " AND v.showInLibrary AND NOT v.isHidden AND m.alternateMasterUuid IS NULL"
            " AND (SELECT count(*) FROM RKVersion WHERE masterUuid = m.uuid) = 2 ORDER BY v.modelId"
        )

    def write(self, *tags: str) -> None:
        path = self._source.path / "Masters" / str(self.file)
        subprocess.run([self._exiftool, "-q", "-overwrite_original", *tags, path], check=True, capture_output=True)

    def set(self, number: object, **columns: object) -> None:
        for name, value in columns.items():
            self._source.change(f"UPDATE RKVersion SET {name} = ? WHERE modelId = ?", value, number)

    def properties(self) -> sqlite3.Connection:
        return sqlite3.connect(self._source.database.with_name("Properties.apdb"))

    def say(self, number: object, key: str, text: str | None) -> None:
        """Give a record an IPTC property, or take it away."""
        with closing(self.properties()) as connection, connection:
            connection.execute("DELETE FROM RKIptcProperty WHERE versionId = ? AND propertyKey = ?", (number, key))
            if text is not None:
                string = connection.execute("INSERT INTO RKUniqueString (stringProperty) VALUES (?)", (text,)).lastrowid
                connection.execute(
                    "INSERT INTO RKIptcProperty (versionId, propertyKey, stringId) VALUES (?, ?, ?)",
                    (number, key, string),
                )

    def without(self) -> None:
        """No keywords, label, caption, city, headline or position in any record."""
        self.set(self.number, colorLabelIndex=-1, exifLatitude=None, exifLongitude=None)
        self.set(self.original, exifLatitude=None, exifLongitude=None)
        with closing(self.properties()) as connection, connection:
            for number in (self.number, self.original):
                connection.execute("DELETE FROM RKIptcProperty WHERE versionId = ?", (number,))
                connection.execute(
                    "DELETE FROM RKExifNumberProperty WHERE versionId = ? AND propertyKey IN"
                    " ('Latitude', 'Longitude', 'Altitude')",
                    (number,),
                )
        with closing(sqlite3.connect(self._source.database)) as connection, connection:
            connection.execute(
                "DELETE FROM RKKeywordForVersion WHERE versionId IN (?, ?)", (self.number, self.original)
            )

    def told(self, path: Path) -> dict[str, Any]:
        printed = subprocess.run([self._exiftool, "-j", "-G1", "-n", path], check=True, capture_output=True).stdout
        return dict(json.loads(printed)[0])


@pytest.fixture
def photo(small: Source, tool: Tool) -> Photo:
    photo = Photo(small, tool)
    photo.without()
    photo.write(*PLACE, *WORDS)
    return photo


def _migrated(migrate: Migrate, source: Source, out: Path, photo: Photo) -> tuple[Row, dict[str, Any], list[str]]:
    result = migrate(source, out)
    row = result.row(Kind.VERSION, str(photo.uuid))
    assert row.state is State.DONE, row
    codes = [finding.code for finding in result.findings if finding.item == photo.uuid]
    return row, photo.told(out / str(row.detail["path"])), codes


def _holds(told: dict[str, Any], text: str) -> bool:
    return text in json.dumps(told)


def test_a_removed_position_and_removed_words_do_not_come_back(
    small: Source, migrate: Migrate, tmp_path: Path, photo: Photo
) -> None:
    photo.set(photo.original, exifLatitude=52.5163, exifLongitude=13.3777)
    photo.say(photo.original, "City", "Oldtown")
    _, told, codes = _migrated(migrate, small, tmp_path / "out", photo)
    assert not [key for key in told if "GPS" in key]
    for gone in ("old word", "Oldtown", "old caption", "52.51"):
        assert not _holds(told, gone), gone
    assert "XMP-xmp:Label" not in told
    assert codes == []
    # Neither record knew of the headline: it is the file's own.
    assert told["XMP-photoshop:Headline"] == told["IPTC:Headline"] == "the file's own"


def test_what_aperture_never_knew_stays(small: Source, migrate: Migrate, tmp_path: Path, photo: Photo) -> None:
    _, told, codes = _migrated(migrate, small, tmp_path / "out", photo)
    assert told["GPS:GPSLatitude"] == pytest.approx(52.5163)
    assert told["XMP-photoshop:City"] == told["IPTC:City"] == "Oldtown"
    assert not _holds(told, "old word")  # keywords and captions are always Aperture's
    assert not _holds(told, "old caption")
    assert codes == []


def test_without_a_record_of_the_original_the_file_is_kept_and_told(
    small: Source, migrate: Migrate, tmp_path: Path, photo: Photo
) -> None:
    small.change("DELETE FROM RKVersion WHERE modelId = ?", photo.original)
    _, told, codes = _migrated(migrate, small, tmp_path / "out", photo)
    assert told["XMP-photoshop:City"] == "Oldtown"
    assert codes == ["metadata.kept-unsure"]


def test_a_position_that_was_moved_leaves_the_old_one_nowhere(
    small: Source, migrate: Migrate, tmp_path: Path, photo: Photo
) -> None:
    photo.set(photo.original, exifLatitude=52.5163, exifLongitude=13.3777)
    photo.set(photo.number, exifLatitude=-33.5, exifLongitude=151.25)
    _, told, _ = _migrated(migrate, small, tmp_path / "out", photo)
    assert told["XMP-exif:GPSLatitude"] == pytest.approx(-33.5)
    assert not _holds(told, "52.51")


@pytest.mark.parametrize("column", ["exifLatitude", "exifLongitude"])
def test_half_a_position_is_told_with_its_value_and_the_file_is_kept(
    small: Source, migrate: Migrate, tmp_path: Path, photo: Photo, column: str
) -> None:
    photo.set(photo.number, **{column: 47.25})
    result = migrate(small, tmp_path / "out")
    [finding] = [found for found in result.findings if found.item == photo.uuid]
    assert finding.code == "metadata.kept-unsure"
    assert "47.25" in finding.message
    row = result.row(Kind.VERSION, str(photo.uuid))
    assert photo.told(tmp_path / "out" / str(row.detail["path"]))["GPS:GPSLatitude"] == pytest.approx(52.5163)


def test_a_raw_file_whose_position_was_removed_is_told(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    [[uuid, number], *_] = small.ask(
        "SELECT v.uuid, v.modelId FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid WHERE m.subtype = 'RAWST'"
        " AND v.versionNumber = 1 AND v.showInLibrary AND NOT v.isInTrash AND NOT m.fileIsReference"
        " AND lower(m.fileName) NOT LIKE '%.dng' AND NOT v.isHidden"
    )
    small.change("UPDATE RKVersion SET exifLatitude = NULL, exifLongitude = NULL WHERE modelId = ?", number)
    small.change(
        "UPDATE RKVersion SET exifLatitude = 52.5, exifLongitude = 13.3 WHERE versionNumber = 0 AND masterUuid ="
        " (SELECT masterUuid FROM RKVersion WHERE modelId = ?)",
        number,
    )
    result = migrate(small, tmp_path / "out")
    assert [found.code for found in result.findings if found.item == uuid] == ["metadata.kept-position"]


def test_a_sidecar_states_what_was_removed_and_no_empty_value_beside_a_file_that_holds_no_words(
    small: Source, migrate: Migrate, tmp_path: Path
) -> None:
    [[uuid, number, name], *_] = small.ask(
        "SELECT v.uuid, v.modelId, m.imagePath FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid"
        " WHERE m.subtype = 'RAWST' AND v.versionNumber = 1 AND v.showInLibrary AND NOT v.isInTrash AND NOT v.isHidden"
        " AND NOT m.fileIsReference AND lower(m.fileName) NOT LIKE '%.dng'"
        " AND NOT EXISTS (SELECT 1 FROM RKKeywordForVersion k WHERE k.versionId = v.modelId)"
    )
    small.change(
        "INSERT INTO RKKeywordForVersion (versionId, keywordId) SELECT modelId, 1 FROM RKVersion"
        " WHERE versionNumber = 0 AND masterUuid IN (SELECT masterUuid FROM RKVersion WHERE modelId = ?)",
        number,
    )
    small.change(
        "UPDATE RKVersion SET colorLabelIndex = -1"
        " WHERE masterUuid IN (SELECT masterUuid FROM RKVersion WHERE modelId = ?)",
        number,
    )
    row = migrate(small, tmp_path / "out").row(Kind.VERSION, str(uuid))
    sidecar = (tmp_path / "out" / str(row.detail["sidecar"])).read_text(encoding="utf-8")
    assert "<dc:subject>" in sidecar  # version 0 has the keywords still
    assert "xmp:Label" not in sidecar
    raw = small.path / "Masters" / str(name)
    raw.write_bytes(raw.read_bytes() + b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>")
    row = migrate(small, tmp_path / "again").row(Kind.VERSION, str(uuid))
    assert 'xmp:Label=""' in (tmp_path / "again" / str(row.detail["sidecar"])).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (b"<?xpacket begin='' id='x'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><broken", "cannot be read"),
        (b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", "cannot be read"),
    ],
)
def test_a_broken_packet_in_the_original_is_named(
    small: Source, migrate: Migrate, tmp_path: Path, photo: Photo, spoil: bytes, told: str
) -> None:
    path = small.path / "Masters" / str(photo.file)
    photo.write("-XMP:all=")
    payload = b"http://ns.adobe.com/xap/1.0/\0" + spoil
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xe1" + (len(payload) + 2).to_bytes(2, "big") + payload + data[2:])
    result = migrate(small, tmp_path / "out")
    [finding] = [
        found for found in result.findings if found.item == photo.uuid and found.code == "metadata.kept-unread"
    ]
    assert told in finding.message
