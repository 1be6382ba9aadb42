"""The whole import of a generated library: plug-in, service and fake Lightroom."""

from __future__ import annotations

import dataclasses
import re
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from couloir.aperture.library import Library
from couloir.aperture.model import MediaKind
from couloir.derive.pictures.contexts import find_all, see_contexts
from couloir.derive.residual.store import ModelStore
from couloir.derive.translator import Translator
from fake_lightroom import Catalog, Dialog, Lightroom, Options, Photo, content
from fake_lightroom.catalog.develop import live_table
from sample_library import Manifest, build_library

MENU = "ImportMenu.lua"
ID = "org.couloir.lightroom"
COLOURS = {0: "red", 2: "yellow", 3: "green", 4: "blue", 5: "purple"}
NAMED_COLOURS = {1: "Orange", 6: "Gray"}


@dataclass(frozen=True)
class Sample:
    """A generated library and its manifest."""

    path: Path
    manifest: Manifest


def rows(sample, query: str) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(f"file:{sample.path}/Database/apdb/Library.apdb?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        return database.execute(query).fetchall()


Folders = Mapping[str, tuple[str, ...] | None]


def folders_of(sample) -> Folders:
    """By uuid, the names of a folder or project from the top; None in the trash."""
    found = {row["uuid"]: row for row in rows(sample, "SELECT * FROM RKFolder WHERE isMagic = 0")}

    def names(uuid: str) -> tuple[str, ...] | None:
        if uuid not in found:
            return ()
        row = found[uuid]
        above = names(row["parentFolderUuid"])
        return None if row["isInTrash"] or above is None else (*above, row["name"] or "Untitled project")

    return {uuid: names(uuid) for uuid in found}


AS_APERTURE_SHOWS = "v.showInLibrary = 1 AND v.isHidden = 0 AND v.isInTrash = 0 AND m.isInTrash = 0"


def shown_in(sample, folders: Folders) -> dict[str, dict[str, Any]]:
    """By uuid, each version that Aperture shows and whose original is there: from SQL and the generator's own notes."""
    visible = rows(
        sample,
        "SELECT v.uuid, v.versionNumber AS number, v.name, v.mainRating AS rating, v.isFlagged AS flagged,"
        " v.colorLabelIndex AS label, v.projectUuid AS project, m.uuid AS master, m.type AS type,"
        " m.imagePath AS path FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid"
        f" WHERE v.isOriginal = 0 AND {AS_APERTURE_SHOWS} AND m.fileIsReference = 0"
        " ORDER BY v.masterUuid, v.versionNumber",
    )
    notes = {version["uuid"]: version for version in sample.manifest.versions}
    here = {master["uuid"] for master in sample.manifest.masters if master["original"] == "present"}
    found = {}
    first: dict[str, str] = {}
    for row in visible:
        if row["master"] in here and folders[row["project"]] is not None:
            copy_of = first.setdefault(row["master"], row["uuid"])
            found[row["uuid"]] = {
                **dict(row), "notes": notes[row["uuid"]], "copy_of": None if copy_of == row["uuid"] else copy_of
            }  # fmt: skip
    return found


def by_uuid(catalog: Catalog) -> dict[str, Photo]:
    return {photo.properties[ID]["uuid"]: photo for photo in catalog.photos.values()}


def names(table: Any, number: int | None) -> tuple[str, ...]:
    """The path of a keyword or collection set."""
    path: list[str] = []
    while number is not None:
        path.insert(0, table[number].name)
        number = table[number].parent
    return tuple(path)


def unnumbered(name: str) -> str:
    """The name of a collection without the number that tells it from a namesake."""
    return re.sub(r" \(\d+\)$", "", name)


def looks_in(sample) -> dict[str, Mapping[str, Any]]:
    """By uuid, the develop settings of each version, derived here."""
    store = ModelStore()
    with Library.open(sample.path) as library:
        masters = {master.uuid: master for master in library.masters()}
        pairs = [(v, masters[v.master_uuid]) for v in library.versions() if v.master_uuid in masters]
        images = [(version, master) for version, master in pairs if master.media is MediaKind.IMAGE]
        translator = Translator(store)
        known = see_contexts(find_all(library, images, translator.profiles))
        return {each.version_uuid: each.settings.as_dict() for each in translator.translate(images, known)}


@pytest.mark.usefixtures("assumed")
def test_the_catalog_is_what_sql_says_of_the_library(daemon, start, agreeing, sample, home, said):
    lightroom = agreeing(start(home), sample)
    lightroom.run_menu(MENU)
    check_against_sql(lightroom, sample)
    assert "Lightroom has no colour for the label Orange; its name is kept." in said(lightroom)
    # Of the five smart albums that the generator makes, these two ask for nothing but what Lightroom documents.
    smart = {each.name: each.search for each in lightroom.catalog.collections.values() if each.search is not None}
    assert smart == {
        "Five stars": {"combine": "intersect", "rules": [{"criteria": "rating", "operation": ">=", "value": 5}]},
        "Flagged work": {
            "combine": "intersect",
            "rules": [
                {"criteria": "pick", "operation": "==", "value": 1},
                {"criteria": "rating", "operation": ">=", "value": 3},
            ],
        },
    }


def check_against_sql(lightroom: Lightroom, sample) -> None:
    """Every photo with its metadata, keywords, look, copies and collections is what the library's own tables say."""
    catalog, folders, looks = lightroom.catalog, folders_of(sample), looks_in(sample)
    shown = shown_in(sample, folders)
    photos = by_uuid(catalog)
    assert set(photos) == set(shown)
    assert len(photos) == len(catalog.photos)
    persons = defaultdict(set)
    for face in sample.manifest.faces:
        if face["name"] and not face["rejected"]:
            persons[face["master"]].add(("People", face["name"]))
    for uuid, version in shown.items():
        photo, metadata, notes = photos[uuid], photos[uuid].metadata, version["notes"]
        assert metadata.get("rating", 0) == max(version["rating"], 0)
        assert metadata.get("pickStatus", 0) == (-1 if version["rating"] == -1 else int(version["flagged"]))
        assert metadata.get("colorNameForLabel", "none") == COLOURS.get(version["label"], "none")
        if version["label"] in NAMED_COLOURS:
            assert metadata["label"] == NAMED_COLOURS[version["label"]]
        assert metadata.get("caption", "") == notes["iptc"].get("Caption/Abstract", "").strip()
        assert metadata.get("city") == notes["iptc"].get("City")
        assert metadata.get("copyright") == notes["iptc"].get("CopyrightNotice")
        expected_gps = notes["gps"] and {"latitude": notes["gps"][0], "longitude": notes["gps"][1]}
        assert metadata.get("gps") == expected_gps
        keywords = {names(catalog.keywords, number) for number in photo.keywords}
        assert keywords == {tuple(path) for path in notes["keywords"]} | persons[version["master"]]
        if version["copy_of"]:
            assert photo.master == photos[version["copy_of"]].id
            assert photo.copy_name == version["name"]
        else:
            assert photo.master is None
            assert Path(photo.path).read_bytes()
        assert photo.properties[ID].get("project") == folders[version["project"]][-1]
        assert (photo.properties[ID].get("model") is not None) == (uuid in looks)
        settings = {key: value for key, value in looks.get(uuid, {}).items() if value != {}}
        assert photo.develop == settings
        if uuid in looks:
            looks_as_before = shown_by(photo, {}) == shown_by(photo, settings)
            before = [] if looks_as_before else ["Before Couloir"]
            assert [snapshot.name for snapshot in photo.snapshots] == [*before, "As in Aperture"]
            assert [step.partition(" (")[0] for step, _ in photo.history] == ["Couloir: the look of Aperture"]
    assert lightroom.ignored == []
    assert lightroom.violations == []
    assert collections_of(catalog) == expected_collections(sample, shown, folders)
    wanted = {person for uuid, version in shown.items() for person in persons[version["master"]]}
    marked = {names(catalog.keywords, each.id) for each in catalog.keywords.values() if each.person}
    assert marked == (wanted if lightroom.options.keyword_type == "settable" else set())


def shown_by(photo: Photo, settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """What Lightroom shows a photo with."""
    return live_table(dataclasses.replace(photo, develop=dict(settings)), Options())


def collections_of(catalog: Catalog) -> list[tuple[tuple[str, ...], str, list[str]]]:
    uuids = {photo.id: photo.properties[ID]["uuid"] for photo in catalog.photos.values()}
    found = [
        (
            tuple(map(unnumbered, names(catalog.collection_sets, each.parent))),
            unnumbered(each.name),
            [uuids[number] for number in each.photos],
        )
        for each in catalog.collections.values()
        if each.search is None
    ]
    return sorted((sets, name, photos if "Best" in name else sorted(photos)) for sets, name, photos in found)


def expected_collections(sample, shown, folders) -> list[tuple[tuple[str, ...], str, list[str]]]:
    """Each project and each album with its photos, those of an album in Aperture's order. A project that holds anything
    but photos is a set, and its photos lie in a collection of it."""
    inside = {row["parentFolderUuid"] for row in rows(sample, "SELECT * FROM RKFolder WHERE isMagic = 0")}
    inside |= {
        album["folder"]
        for album in sample.manifest.albums
        if not album["in_trash"] and (not album["smart"] or album["name"] in ("Five stars", "Flagged work"))
    }
    projects: dict[str, list[str]] = defaultdict(list)
    for uuid, version in shown.items():
        projects[version["project"]].append(uuid)
    found = []
    for project, photos in projects.items():
        *above, name = folders[project]
        own = (("Sound", *above, name), f"{name} - all photos") if project in inside else (("Sound", *above), name)
        found.append((*own, photos))
    for album in sample.manifest.albums:
        above = folders.get(album["folder"], ())
        if not album["smart"] and not album["in_trash"] and above is not None:
            members = [uuid for uuid in album["versions"] if uuid in shown]
            found.append((("Sound", *above), album["name"], members))
    return sorted((sets, name, photos if "Best" in name else sorted(photos)) for sets, name, photos in found)


def test_the_trash_and_what_is_hidden_come_when_they_are_wanted(daemon, start, agreeing, sample, home, said):
    def everything(dialog: Dialog) -> str:
        dialog.set("Photos in Aperture's trash", True)
        dialog.set("Photos that Aperture does not show", True)
        return "ok"

    lightroom = start(home, answers={"Import from Aperture: ": everything})
    agreeing(lightroom, sample)
    lightroom.run_menu(MENU)
    all_of_them = rows(
        sample,
        f"SELECT v.uuid, v.isHidden OR NOT v.showInLibrary AS hidden, NOT ({AS_APERTURE_SHOWS}) AS unseen"
        " FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid WHERE v.isOriginal = 0 AND m.fileIsReference = 0",
    )
    here = {master["uuid"] for master in sample.manifest.masters if master["original"] == "present"}
    notes = {version["uuid"]: version for version in sample.manifest.versions}
    wanted = {row["uuid"] for row in all_of_them if notes[row["uuid"]]["master"] in here}
    assert sum(row["unseen"] for row in all_of_them) > 0
    photos = by_uuid(lightroom.catalog)
    assert set(photos) == wanted
    collections = {each.name: set(each.photos) for each in lightroom.catalog.collections.values()}
    hidden = {photos[row["uuid"]].id for row in all_of_them if row["hidden"] and row["uuid"] in wanted}
    assert collections.get("Hidden in Aperture", set()) == hidden
    marked = collections.get("In Aperture's trash", set()) | hidden
    assert {photos[row["uuid"]].id for row in all_of_them if row["unseen"] and row["uuid"] in wanted} <= marked
    assert "Every row of the library is accounted for." in said(lightroom)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_thousand_versions_come_over_as_sql_says_with_few_gates_and_requests(
    daemon, start, agreeing, home, tmp_path, said
):
    path = tmp_path / "Sound.aplibrary"
    large = Sample(path, build_library(path, masters=1250, references=tmp_path / "Volumes", write_plists=False))
    lightroom = agreeing(start(home, options=Options(time_scale=1, hang_seconds=600)), large)
    lightroom.run_menu(MENU)
    check_against_sql(lightroom, large)
    photos, counters = len(lightroom.catalog.photos), lightroom.counters
    assert photos >= 1000
    assert "Every row of the library is accounted for." in said(lightroom)
    assert counters.gates < 0.1 * photos
    # How often a job is looked at depends on how long it takes.
    looks_at_jobs = sum(count for path, count in counters.http.items() if path.startswith("GET /v1/jobs/"))
    assert 0 < looks_at_jobs < counters.http_requests
    assert counters.http_requests - looks_at_jobs < 0.1 * photos
    before = content(lightroom.catalog)
    lightroom.run_menu(MENU)
    assert content(lightroom.catalog) == before


def test_a_second_run_changes_nothing(daemon, start, agreeing, small, home):
    lightroom = agreeing(start(home), small)
    lightroom.run_menu(MENU)
    before, gates = content(lightroom.catalog), lightroom.counters.gates
    assert before["photos"]
    lightroom.run_menu(MENU)
    assert content(lightroom.catalog) == before
    assert lightroom.counters.gates == gates


def test_on_windows_the_same_comes_over(windows_daemon, daemon, start, agreeing, small, home, tmp_path):
    """Both Lightrooms run here, so the one that believes in Windows gets this computer's paths."""
    catalogs = []
    for platform in ("win", "mac"):
        options = Options(time_scale=0.02, path_style="posix")
        lightroom = agreeing(start(home, platform=platform, options=options), small, tmp_path / platform, "reference")
        lightroom.run_menu(MENU)
        catalogs.append(content(lightroom.catalog))
        for photo in catalogs[-1]["photos"].values():
            photo["properties"].get(ID, {}).pop("run", None)
    assert catalogs[0]["photos"]
    assert catalogs[0] == catalogs[1]


@pytest.mark.sample
def test_a_real_library_comes_over_whole(daemon, start, agreeing, real_library, home, said):
    lightroom = start(home)
    lightroom.answer("Choose an Aperture library", [str(real_library)])
    agreeing(lightroom, type("Sample", (), {"path": real_library})(), home / "Pictures" / "Real")
    lightroom.run_menu(MENU)
    database = f"file:{real_library}/Database/apdb/Library.apdb?mode=ro&immutable=1"
    with closing(sqlite3.connect(database, uri=True)) as opened:
        found = opened.execute(
            "SELECT v.uuid, m.imagePath FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid"
            " WHERE v.isOriginal = 0 AND v.showInLibrary = 1 AND v.isHidden = 0 AND v.isInTrash = 0"
            " AND m.isInTrash = 0"
        ).fetchall()
    there = {uuid for uuid, path in found if (real_library / "Masters" / path).is_file()}
    photos = by_uuid(lightroom.catalog)
    assert set(photos) == there
    assert len(photos) == len(lightroom.catalog.photos)
    assert "Every row of the library is accounted for." in said(lightroom)
    assert lightroom.ignored == []
    before = content(lightroom.catalog)
    lightroom.run_menu(MENU)
    assert content(lightroom.catalog) == before


def test_an_import_that_would_bring_nothing_says_so_and_leaves_the_catalog(
    daemon, start, agreeing, small, home, tmp_path, said
):
    path = Path(shutil.copytree(small.path, tmp_path / "Hidden.aplibrary"))
    with closing(sqlite3.connect(path / "Database/apdb/Library.apdb")) as database, database:
        database.execute("UPDATE RKVersion SET isHidden = 1, isInTrash = 0")
    lightroom = agreeing(start(home), Sample(path, small.manifest))
    lightroom.run_menu(MENU)
    assert "Nothing in the library" in said(lightroom)
    assert "Marked as hidden in Aperture" in said(lightroom)
    assert "The import from Aperture is finished" not in said(lightroom)
    assert lightroom.catalog.photos == {}
