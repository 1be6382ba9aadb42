"""Whatever Lightroom has no place for is written to a file, or a row of the ledger names it."""

from __future__ import annotations

import plistlib
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.options import OriginalsMode
from couloir.migrate.run import LEDGER
from couloir.migrate.verify import verify

if TYPE_CHECKING:
    from conftest import Result, Source

Migrate = Callable[..., "Result"]
Tree = Callable[..., dict[str, str]]


@pytest.fixture(scope="session")
def migrate(migrate: Migrate) -> Migrate:
    """Nothing here depends on what the pictures show."""
    return partial(migrate, looks=False)


def _fresh() -> str:
    """A word that occurs nowhere else."""
    return f"Fresh{uuid.uuid4().hex[:12]}"


def _database(source: Source, name: str) -> sqlite3.Connection:
    return sqlite3.connect(source.database.with_name(name))


def _run(source: Source, name: str, sql: str, *values: object) -> int:
    with closing(_database(source, name)) as connection, connection:
        return int(connection.execute(sql, values).lastrowid or 0)


def _ledger_text(out: Path) -> str:
    """Every cell of every table of the ledger."""
    with closing(sqlite3.connect(out / LEDGER)) as ledger:
        tables = [name for [name] in ledger.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return "\n".join(str(row) for table in tables for row in ledger.execute(f"SELECT * FROM {table}"))


def _is_found(word: str, out: Path) -> bool:
    files = (path for path in out.rglob("*") if path.is_file() and ".couloir" not in path.parts)
    return word in _ledger_text(out) or any(word.encode() in path.read_bytes() for path in files)


def _shown_version(source: Source) -> int:
    """The modelId of a version that is written into a JPEG."""
    [[number], *_] = source.ask(
        "SELECT v.modelId FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid WHERE v.versionNumber = 1 AND"
        " m.subtype = 'JPGST' AND NOT m.fileIsReference AND NOT v.isInTrash AND v.showInLibrary AND NOT v.isHidden"
        " ORDER BY v.modelId"
    )
    return int(str(number))


def _text(source: Source, table: str, version: int, key: str, value: str) -> None:
    string = _run(source, "Properties.apdb", "INSERT INTO RKUniqueString (stringProperty) VALUES (?)", value)
    sql = f"INSERT INTO {table} (versionId, propertyKey, stringId) VALUES (?, ?, ?)"
    _run(source, "Properties.apdb", sql, version, key, string)


def test_a_fresh_key_in_each_table_of_properties_is_found_again(
    small: Source, migrate: Migrate, tmp_path: Path
) -> None:
    version = _shown_version(small)
    tables = ("RKIptcProperty", "RKExifStringProperty", "RKOtherProperty")
    planted = {table: (_fresh(), _fresh()) for table in tables}
    for table, (key, value) in planted.items():
        _text(small, table, version, key, value)
    number, custom = _fresh(), _fresh()
    sql = "INSERT INTO RKExifNumberProperty (versionId, propertyKey, numberProperty) VALUES (?, ?, 417.25)"
    _run(small, "Properties.apdb", sql, version, number)
    sql = "INSERT INTO RKOtherProperty (versionId, propertyKey, propertyType, numberProperty) VALUES (?, ?, 9, 7.5)"
    _run(small, "Properties.apdb", sql, version, custom)
    face, statistic = _fresh(), _fresh()
    _run(small, "Properties.apdb", "INSERT INTO RKFaceProperty (propertyKey) VALUES (?)", face)
    _run(small, "Properties.apdb", "INSERT INTO RKStatistic (versionId, propertyKey) VALUES (1, ?)", statistic)
    result = migrate(small, tmp_path / "out")
    [[identity]] = small.ask("SELECT uuid FROM RKVersion WHERE modelId = ?", version)
    row = result.row(Kind.VERSION, str(identity))
    content = (tmp_path / "out" / str(row.detail["path"])).read_bytes()
    for word in (*(word for pair in planted.values() for word in pair), number, custom):
        assert word.encode() in content, word  # in the copy's XMP
        assert word in str(row.detail), word  # and in the ledger
    assert b"417.25" in content
    for word in (face, statistic):
        assert word in _ledger_text(tmp_path / "out"), word


def _first_of_each_kind(library: Path) -> Iterator[Path]:
    seen = set()
    for file in sorted((library / "Database").rglob("*")):
        kind = file.name if file.suffix == ".plist" else file.suffix
        if file.is_file() and (kind.startswith(".ap") or kind.endswith(".plist")) and kind not in seen:
            if file.suffix == ".apdb" or "Changes" in file.parts:
                continue
            seen.add(kind)
            yield file


ASIDE = {
    "SpanCache.plist": {"51.503572,-0.131805": "{0.38, 0.15}"},
    "tmSync.plist": {"tmSyncCounter": 1326, "tmSyncUuid": "hkVqg1F8RsuIjXEsTdz3CQ"},
    "KeywordSets.plist": {"keywords_version": 6, "PresetGroups": [{"Presets": [{"Name": "A", "Tags": {"0": "A"}}]}]},
    "Vaults/one.apvault": {"uuid": "one", "name": "Vault", "volumePath": "/Volumes/Vault"},
    "Places/one.applace": {"uuid": "one", "defaultName": "Home", "userDefined": True, "minLatitude": 8.5},
    "Places/two.applace": {"uuid": "two", "defaultName": "Work", "userDefined": False, "minLatitude": 8.6},
}
NOT_ASIDE = {
    "ActiveWebPublishingAccounts.plist": {"accounts": []},
    "Novelty.plist": {"films": [{"name": "x"}]},
    "Novelties/one.apnovelty": {"mood": "x"},
}


def _write_asides(database: Path, contents: Mapping[str, Any], form: plistlib.PlistFormat) -> None:
    for name, content in contents.items():
        (database / name).parent.mkdir(exist_ok=True)
        (database / name).write_bytes(plistlib.dumps(content, fmt=form))


@pytest.mark.parametrize("form", [plistlib.FMT_BINARY, plistlib.FMT_XML])
def test_a_fresh_key_in_a_property_list_that_is_left_aside_is_named_once_for_its_kind(
    small: Source, migrate: Migrate, tmp_path: Path, form: plistlib.PlistFormat
) -> None:
    database = small.path / "Database"
    _write_asides(database, {**ASIDE, **NOT_ASIDE}, form)
    (database / "Places" / "broken.applace").write_bytes(b"bplist00")
    before = migrate(small, tmp_path / "before").findings
    named = [finding for finding in before if finding.code == "plist.unread"]
    assert [finding.item for finding in named if finding.item in ASIDE] == [], "known keys are no news"
    [places] = [finding for finding in named if finding.item == ".applace"]
    assert "1 cannot be read" in places.message
    (database / "Places" / "broken.applace").unlink()
    planted = {}
    for name, content in {**ASIDE, **NOT_ASIDE}.items():
        planted[name] = (_fresh(), _fresh(), _fresh())
        top, key, inner = planted[name]
        _write_asides(database, {name: {**content, top: 1, key: [{inner: "x"}]}}, form)
    (database / "Places" / "three.applace").write_bytes((database / "Places" / "one.applace").read_bytes())
    found = migrate(small, tmp_path / "out").findings
    text = _ledger_text(tmp_path / "out")
    assert {word: name for name, words in planted.items() for word in words if word not in text} == {}
    [places] = [finding for finding in found if finding.item == ".applace"]
    assert f"{planted['Places/one.applace'][0]} (2 files)" in places.message
    assert "2 more like it" in places.message
    kinds = [finding.item for finding in found if finding.code == "plist.unread"]
    assert len(kinds) == len(set(kinds)) == len(planted) - 1


SKIPPED = {*ASIDE, *NOT_ASIDE}


@pytest.mark.parametrize("form", [plistlib.FMT_BINARY, plistlib.FMT_XML])
def test_a_fresh_key_in_each_kind_of_property_list_is_found_again(
    small: Source, migrate: Migrate, tmp_path: Path, form: plistlib.PlistFormat
) -> None:
    planted: dict[str, Path] = {}

    def plant(content: dict[str, Any], file: Path) -> None:
        for value in list(content.values()):
            if isinstance(value, dict) and all(isinstance(key, str) for key in value):
                inner = _fresh()
                value[inner] = "inner"
                planted[inner] = file
        word, value = _fresh(), _fresh()
        content[word] = value
        planted[word] = planted[value] = file

    kinds = []
    for file in _first_of_each_kind(small.path):
        if file.name in SKIPPED or file.suffix == ".apvault":
            continue
        content = plistlib.loads(file.read_bytes())
        kinds.append(file.suffix if file.suffix != ".plist" else file.name)
        dictionaries = {key for key, value in content.items() if isinstance(value, dict)}
        whole = {"FilterInfo", "UserQueryInfo", "ViewDictionary", "statistics", "CustomOrderList", "adminProperties"}
        kept = {key: content.pop(key) for key in dictionaries & whole}
        plant(content, file)
        file.write_bytes(plistlib.dumps(content | kept, fmt=form))
    assert {".apversion", ".apmaster", ".apalbum", ".apfolder", ".apvolume", "Keywords.plist"} <= set(kinds)
    migrate(small, tmp_path / "out")
    text = _ledger_text(tmp_path / "out")
    assert {word: file.name for word, file in planted.items() if word not in text} == {}


def test_an_unknown_table_and_column_are_named(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    table, column = _fresh(), _fresh()
    _run(small, "Library.apdb", f'CREATE TABLE "{table}" (modelId integer primary key, word)')
    _run(small, "Library.apdb", f'INSERT INTO "{table}" (word) VALUES (1)')
    _run(small, "Library.apdb", f"ALTER TABLE RKMaster ADD COLUMN {column}")
    _run(small, "Library.apdb", f"UPDATE RKMaster SET {column} = 'x'")
    migrate(small, tmp_path / "out")
    text = _ledger_text(tmp_path / "out")
    assert table in text
    assert column.lower() in text.lower()


def _note(source: Source, owner: str, text: str, key: str = "comment") -> None:
    sql = "INSERT INTO RKNote (uuid, attachedToUuid, propertyKey, note) VALUES (?, ?, ?, ?)"
    _run(source, "Library.apdb", sql, _fresh(), owner, key, text)


def test_notes_of_every_owner_are_carried(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    [[project], *_] = small.ask("SELECT uuid FROM RKFolder WHERE folderType = 2 AND NOT isInTrash AND NOT isMagic")
    [[album], *_] = small.ask("SELECT uuid FROM RKAlbum WHERE albumSubclass = 3 AND NOT isInTrash AND NOT isMagic")
    version = _shown_version(small)
    [[photo, master]] = small.ask("SELECT uuid, masterUuid FROM RKVersion WHERE modelId = ?", version)
    words = {str(owner): _fresh() for owner in (project, album, photo, master, "nothing at all")}
    for owner, word in words.items():
        _note(small, owner, word)
    result = migrate(small, tmp_path / "out", pictures=0)
    for owner, word in words.items():
        assert word in _ledger_text(tmp_path / "out"), owner
    assert words[str(project)] in str(result.row(Kind.PROJECT, str(project)).detail)
    assert words[str(album)] in str(result.row(Kind.ALBUM, str(album)).detail)
    content = (tmp_path / "out" / str(result.row(Kind.VERSION, str(photo)).detail["path"])).read_bytes()
    assert words[str(photo)].encode() in content
    assert words[str(master)].encode() in content
    page = (tmp_path / "out" / "couloir-report" / "report.html").read_text(encoding="utf-8")
    assert words[str(project)] in page
    assert words[str(album)] in page


@pytest.mark.parametrize("stored", ["Attachments/2012/note.m4a", "2012/note.m4a"])
def test_an_audio_note_lies_beside_its_photo(
    small: Source, migrate: Migrate, tmp_path: Path, stored: str, tree_of: Tree
) -> None:
    sound = b"sound of a photographer" * 50
    place = small.path / "Attachments" / "2012" / "note.m4a"
    place.parent.mkdir(parents=True)
    place.write_bytes(sound)
    version = _shown_version(small)
    [[photo, master]] = small.ask("SELECT uuid, masterUuid FROM RKVersion WHERE modelId = ?", version)
    columns = "uuid, attachedToUuid, propertyKey, filename, filePath, duration"
    sql = f"INSERT INTO RKAttachment ({columns}) VALUES (?, ?, ?, ?, ?, 4)"
    for identity, owner, path in (("a1", photo, stored), ("a2", master, stored), ("a3", master, "2012/gone.m4a")):
        _run(small, "Library.apdb", sql, identity, owner, "audio", Path(path).name, path)
    before = tree_of(small.path)
    for _ in range(2):
        result = migrate(small, tmp_path / "out")
        assert result.outcome.balances
        row = result.row(Kind.ATTACHMENT, "a1")
        assert row.state is State.DONE
        file = tmp_path / "out" / str(row.detail["path"])
        assert file.read_bytes() == sound
        original = tmp_path / "out" / str(result.row(Kind.VERSION, str(photo)).detail["path"])
        assert (file.parent, file.stem, file.suffix) == (original.parent, original.stem, ".m4a")
        second = result.row(Kind.ATTACHMENT, "a2")
        assert second.state is State.DONE
        assert second.detail["path"] != row.detail["path"]
        lost = result.row(Kind.ATTACHMENT, "a3")
        assert (lost.state, lost.reason.code) == (State.FAILED, "attachment.missing")
        assert "2012/gone.m4a" in lost.reason.sentence
    assert tree_of(small.path) == before
    stays = migrate(small, tmp_path / "stays", originals=OriginalsMode.REFERENCE).row(Kind.ATTACHMENT, "a1")
    assert (stays.state, stays.reason.code) == (State.SKIPPED, "attachment.stays")
    assert "note.m4a" in stays.reason.sentence


def test_an_attachment_whose_path_leads_out_of_the_library_is_not_read(
    small: Source, migrate: Migrate, tmp_path: Path
) -> None:
    (small.path.parent / "secret.m4a").write_bytes(b"secret")
    sql = "INSERT INTO RKAttachment (uuid, attachedToUuid, filename, filePath) VALUES ('a1', 'x', 'secret.m4a', ?)"
    _run(small, "Library.apdb", sql, "../secret.m4a")
    row = migrate(small, tmp_path / "out").row(Kind.ATTACHMENT, "a1")
    assert row.reason.code == "attachment.missing"
    assert not list((tmp_path / "out").rglob("secret*"))


def test_a_place_that_the_user_named_a_trimmed_video_and_a_versions_name_are_carried(
    small: Source, migrate: Migrate, tmp_path: Path
) -> None:
    version, name, title = _shown_version(small), _fresh(), _fresh()
    [[identity]] = small.ask("SELECT uuid FROM RKVersion WHERE modelId = ?", version)
    sql = "INSERT INTO RKPlace (uuid, defaultName, userDefined, minLatitude, maxLatitude, minLongitude, maxLongitude)"
    place = _run(small, "Properties.apdb", f"{sql} VALUES ('p1', ?, 1, 50.5, 50.6, 8.1, 8.2)", name)
    _run(small, "Library.apdb", "INSERT INTO RKPlaceForVersion (versionId, placeId) VALUES (?, ?)", version, place)
    _run(
        small,
        "Properties.apdb",
        "DELETE FROM RKIptcProperty WHERE propertyKey = 'ObjectName' AND versionId = ?",
        version,
    )
    _text(small, "RKIptcProperty", version, "ObjectName", "The title")
    small.change("UPDATE RKVersion SET name = ? WHERE modelId = ?", title, version)
    [[video, start, end], *_] = small.ask(
        "SELECT uuid, videoInPoint, videoOutPoint FROM RKVersion WHERE videoOutPoint IS NOT NULL AND versionNumber = 1"
    )
    result = migrate(small, tmp_path / "out")
    row = result.row(Kind.VERSION, str(identity))
    content = (tmp_path / "out" / str(row.detail["path"])).read_bytes()
    assert name.encode() in content
    assert title.encode() in content
    assert b"The title" in content
    assert row.detail["places"] == [name]
    assert any(name in finding.message and "50.5" in finding.message for finding in result.findings)
    trimmed = result.row(Kind.VERSION, str(video)).detail["video"]
    assert isinstance(trimmed, Mapping)
    assert (trimmed["in_point"], trimmed["out_point"]) == (start, end)
    assert [finding.code for finding in result.findings if finding.item == video] == ["video.trimmed"]


def test_a_note_and_a_place_changed_in_aperture_are_carried_by_the_next_run(
    small: Source, migrate: Migrate, tmp_path: Path
) -> None:
    version, first, second, name = _shown_version(small), _fresh(), _fresh(), _fresh()
    [[photo]] = small.ask("SELECT uuid FROM RKVersion WHERE modelId = ?", version)
    _note(small, str(photo), first)

    def content() -> tuple[bytes, str]:
        result = migrate(small, tmp_path / "out", pictures=0)
        assert result.outcome.balances
        assert not [finding for finding in result.findings if finding.code == "ledger.changed-in-both"]
        row = result.row(Kind.VERSION, str(photo))
        assert row.state is State.DONE
        return (tmp_path / "out" / str(row.detail["path"])).read_bytes(), str(row.detail)

    written, _ = content()
    assert first.encode() in written
    assert content()[0] == written
    _run(small, "Library.apdb", "UPDATE RKNote SET note = ? WHERE note = ?", second, first)
    place = _run(
        small, "Properties.apdb", "INSERT INTO RKPlace (uuid, defaultName, userDefined) VALUES ('p1', ?, 1)", name
    )
    _run(small, "Library.apdb", "INSERT INTO RKPlaceForVersion (versionId, placeId) VALUES (?, ?)", version, place)
    written, detail = content()
    assert first.encode() not in written
    for word in (second, name):
        assert word.encode() in written
        assert word in detail
    _run(small, "Library.apdb", "DELETE FROM RKNote WHERE note = ?", second)
    written, detail = content()
    assert second.encode() not in written
    assert second not in detail


def test_an_attachment_changed_in_aperture_is_carried_and_one_changed_elsewhere_is_left(
    small: Source, migrate: Migrate, tmp_path: Path
) -> None:
    place = small.path / "Attachments" / "note.m4a"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"first words" * 50)
    [[photo]] = small.ask("SELECT uuid FROM RKVersion WHERE modelId = ?", _shown_version(small))
    sql = "INSERT INTO RKAttachment (uuid, attachedToUuid, filename, filePath) VALUES ('a1', ?, 'note.m4a', 'note.m4a')"
    _run(small, "Library.apdb", sql, photo)

    def run() -> tuple[Path, State]:
        row = migrate(small, tmp_path / "out", pictures=0).row(Kind.ATTACHMENT, "a1")
        return tmp_path / "out" / str(row.detail.get("path")), row.state

    file, _ = run()
    assert verify(tmp_path / "out").problems == []
    place.write_bytes(b"other words" * 60)
    assert run() == (file, State.DONE)
    assert file.read_bytes() == b"other words" * 60
    file.write_bytes(b"mine")
    [problem] = verify(tmp_path / "out").problems
    assert (problem.kind, problem.uuid, problem.path) == ("attachment", "a1", str(file.relative_to(tmp_path / "out")))
    place.write_bytes(b"third words" * 60)
    assert run()[1] is State.FAILED
    assert file.read_bytes() == b"mine"
