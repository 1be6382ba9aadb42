"""Libraries over the service: discovered, opened with figures, browsed, and never written to."""

from __future__ import annotations

import io
import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from couloir.aperture.library import Library
from couloir.cli.main import command_line
from couloir.migrate.cost.model import Work, estimate
from couloir.service.libraries.open import MOST_IN_MEMORY, OpenLibrary, id_of
from sample_library import build_library


@pytest.fixture(scope="module")
def library(shared_client, sample, opened):
    return opened(shared_client, sample.path)


def _uuid_with(sample, wanted) -> str:
    """The uuid of a version, outside of the trash, whose preview is as wanted."""
    with Library.open(sample.path) as library:
        for version in library.versions():
            if version.shown and wanted(library.preview(version)):
                return version.uuid
    raise AssertionError("the sample library has no such version")


def test_a_library_is_opened_as_a_job_that_gives_the_figures_of_inspect(client, sample, done):
    client.post("/v1/roots", {"path": str(sample.path), "purpose": "library"})
    result = done(client, client.post("/v1/libraries", {"path": str(sample.path)}))
    printed = CliRunner().invoke(command_line, ["inspect", str(sample.path), "--json"])
    inspected = json.loads(printed.stdout)
    assert result["id"] == id_of(sample.path.resolve())
    for name in ("library", "counts", "operations", "fidelity", "photos", "dates", "space", "missing_originals"):
        assert result["figures"][name] == inspected[name], name
    assert result["figures"]["listed"]["findings"] == len(inspected["findings"])


def test_what_was_opened_is_listed_with_its_figures(shared_client, library, sample):
    [listed] = [each for each in shared_client.get("/v1/libraries").json["libraries"] if each["id"] == library]
    assert (listed["path"], listed["granted"], listed["indexed"]) == (str(sample.path), True, True)
    shown = shared_client.get(f"/v1/libraries/{library}").json
    assert shown["app"] == "Aperture"
    assert shown["figures"]["counts"]["masters"] == sample.manifest.counts["masters"]
    assert 0 < shown["photos"] <= shown["figures"]["counts"]["browsable"]


def test_a_library_in_the_pictures_folder_is_found_but_not_read(client, tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    (tmp_path / "Pictures" / "Mine.aplibrary").mkdir(parents=True)
    (tmp_path / "Pictures" / "Mine.jpg").touch()
    [found] = client.get("/v1/libraries").json["libraries"]
    assert (found["name"], found["granted"], found["indexed"]) == ("Mine", False, False)
    answer = client.get(f"/v1/libraries/{found['id']}")
    assert (answer.status, answer.json["code"]) == (404, "library.unknown")


def test_a_pictures_folder_that_cannot_be_read_is_no_error(client, tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "nobody")
    assert client.get("/v1/libraries").json["libraries"] == []


def test_only_what_the_user_opened_can_be_opened(client, sample):
    answer = client.post("/v1/libraries", {"path": str(sample.path)})
    assert (answer.status, answer.json["code"]) == (403, "path.outside")


def test_a_folder_that_only_looks_like_a_library_fails_with_the_readers_words(client, tmp_path, eventually):
    fake = tmp_path / "Fake.aplibrary"
    fake.mkdir()
    client.post("/v1/roots", {"path": str(fake), "purpose": "library"})
    job = client.post("/v1/libraries", {"path": str(fake)}).json["id"]
    eventually(lambda: client.get(f"/v1/jobs/{job}").json["state"] == "failed")
    assert client.get(f"/v1/jobs/{job}").json["problem"]["code"].startswith("library.")
    assert client.get(f"/v1/libraries/{id_of(fake)}").status == 409


def test_photos_are_not_listed_before_the_library_was_looked_through(client, sample):
    client.post("/v1/roots", {"path": str(sample.path), "purpose": "library"})
    answer = client.get(f"/v1/libraries/{id_of(sample.path)}/photos")
    assert (answer.status, answer.json["code"]) == (409, "library.not-open")
    assert client.get(f"/v1/libraries/{id_of(sample.path)}").json["photos"] is None


def test_pages_hold_every_photo_once_and_no_trash(shared_client, library, sample):
    seen, after = [], 0
    while after is not None:
        page = shared_client.get(f"/v1/libraries/{library}/photos?after={after}&limit=7").json
        seen += page["photos"]
        after = page["next"]
    with Library.open(sample.path) as reader:
        shown = [v for v in reader.versions() if v.shown]
        expected = [v.uuid for v in shown if reader.master(v.master_uuid)]
    assert [photo["uuid"] for photo in seen] == expected
    assert {photo["copy"] for photo in seen} >= {1, 2}


def test_the_tree_holds_what_the_user_made(shared_client, library, sample):
    tree = shared_client.get(f"/v1/libraries/{library}/tree").json
    uuids = {folder["uuid"] for folder in tree["folders"]}
    assert {folder["kind"] for folder in tree["folders"]} == {"folder", "project"}
    assert all(folder["parent"] is None or folder["parent"] in uuids for folder in tree["folders"])
    assert {album["kind"] for album in tree["albums"]} == {"user", "smart"}
    assert any(album["photos"] for album in tree["albums"])
    assert len(tree["keywords"]) == sample.manifest.counts["keywords"]
    photos = shared_client.get(f"/v1/libraries/{library}/photos?limit=500").json["photos"]
    every, rated = tree["tally"]["every"], tree["tally"]["rated"]
    assert every["photos"] == len(photos)
    assert every["edited"] == sum(photo["adjusted"] for photo in photos) > 0
    figures = shared_client.get(f"/v1/libraries/{library}").json["figures"]
    work = Work(matched=every["matched"], measured=every["rendered"] - every["matched"])
    assert figures["seconds"]["matching"] == pytest.approx(estimate(work, 1).matching)
    assert 0 < every["sampled"] < every["matched"] < every["rendered"] < every["photos"]
    assert rated["photos"] == sum(photo["rating"] >= 3 for photo in photos) > 0
    by_project = {folder["uuid"]: folder["tally"]["every"]["photos"] for folder in tree["folders"]}
    assert sum(by_project.values()) == sum(photo["project"] in uuids for photo in photos)
    assert any(album["tally"]["every"]["photos"] for album in tree["albums"])


@pytest.mark.parametrize("size", [32, 64])
def test_a_preview_comes_as_a_jpeg_of_the_wanted_size(shared_client, library, sample, size):
    uuid = _uuid_with(sample, lambda preview: preview.path is not None)
    answer = shared_client.get(f"/v1/libraries/{library}/versions/{uuid}/preview?size={size}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/jpeg")
    with Image.open(io.BytesIO(answer.body)) as picture:
        assert max(picture.size) == size


def test_a_version_without_a_preview_says_what_to_do(client, tmp_path, opened):
    build_library(tmp_path / "Bare.aplibrary", masters=2, pictures="none", write_plists=False)
    library = opened(client, tmp_path / "Bare.aplibrary")
    uuid = client.get(f"/v1/libraries/{library}/photos").json["photos"][0]["uuid"]
    answer = client.get(f"/v1/libraries/{library}/versions/{uuid}/preview")
    assert (answer.status, answer.json["code"], answer.json["item"]) == (404, "preview.missing", uuid)


def test_an_unknown_version_has_no_preview(shared_client, library):
    answer = shared_client.get(f"/v1/libraries/{library}/versions/nobody/preview")
    assert (answer.status, answer.json["code"]) == (404, "library.unknown-version")


def test_opening_can_be_cancelled_in_the_middle(start, sample, slow_library, eventually):
    slow_library(0.05)
    client = start().client
    client.post("/v1/roots", {"path": str(sample.path), "purpose": "library"})
    job = client.post("/v1/libraries", {"path": str(sample.path)}).json["id"]
    eventually(lambda: client.get(f"/v1/jobs/{job}").json["done"] > 0)
    client.post(f"/v1/jobs/{job}/cancel")
    eventually(lambda: client.get(f"/v1/jobs/{job}").json["state"] == "cancelled", 2)


def test_a_library_that_changes_is_reported_and_read_anew(client, sample, tmp_path, opened, eventually):
    mine = tmp_path / "Mine.aplibrary"
    shutil.copytree(sample.path, mine, symlinks=True)
    library = opened(client, mine)
    assert not client.get(f"/v1/libraries/{library}").json["changed"]
    uuid = client.get(f"/v1/libraries/{library}/photos?limit=1").json["photos"][0]["uuid"]
    database = mine / "Database" / "apdb" / "Library.apdb"
    os.utime(database, (database.stat().st_atime, database.stat().st_mtime + 60))
    eventually(lambda: client.get(f"/v1/libraries/{library}").json["changed"])
    health = client.get("/v1/health").json
    assert [trouble["code"] for trouble in health["troubles"]] == ["library.changed"]
    assert health["libraries"] == [{"id": library, "name": "Mine", "indexed": True, "changed": True}]
    item = {"library": library, "version": uuid}
    assert client.post("/v1/derivations", {"items": [item]}).json["results"][0]["outcome"] == "derived"
    opened(client, mine)
    assert not client.get(f"/v1/libraries/{library}").json["changed"]
    assert client.get("/v1/health").json["ok"]


def test_memory_for_versions_is_bounded(sample, monkeypatch):
    monkeypatch.setattr("couloir.service.libraries.open.MOST_IN_MEMORY", 10)
    library = OpenLibrary(sample.path, "0" * 32)
    try:
        uuids = library.ask(lambda opened: [version.uuid for version in opened.versions()])
        assert len(library.versions(uuids)) > 10
        assert len(library._recent) == 10
        assert library.versions(uuids[:20]).keys() == set(uuids[:20])
    finally:
        library.close()
    assert MOST_IN_MEMORY >= 1000


def test_what_the_user_said_of_a_library_holds_after_a_restart(start, tmp_path, done):
    build_library(tmp_path / "Own.aplibrary", masters=12, seed=3)
    (tmp_path / "Own.aplibrary" / "Masters").rename(tmp_path / "Big Disk")
    try:
        (tmp_path / "Own.aplibrary" / "Masters").symlink_to(tmp_path / "Big Disk")
    except OSError as error:
        pytest.skip(f"no links here: {error}")
    path, link = str(tmp_path / "Own.aplibrary"), {"folder": "Masters", "target": str(tmp_path / "Big Disk")}
    client = start().client
    client.post("/v1/roots", {"path": path, "purpose": "library"})
    first = done(client, client.post("/v1/libraries", {"path": path}))["figures"]
    assert first["links"] == [{**link, "followed": False}]
    assert first["listed"]["offline_originals"] > 5
    again = done(client, client.post("/v1/libraries", {"path": path, "follow_links": True}))["figures"]
    assert again["links"] == [{**link, "followed": True}]
    assert again["listed"]["offline_originals"] < first["listed"]["offline_originals"]
    library = id_of(tmp_path / "Own.aplibrary")
    other = start()
    followed = other.services.libraries.get(library).ask(lambda opened: [each.followed for each in opened.links])
    assert followed == [True]
    assert other.client.post("/v1/roots", {"path": path, "purpose": "library"}).json["follow_links"] is True


def test_a_library_with_lost_databases_is_opened_from_its_property_lists(client, tmp_path, done, eventually):
    build_library(tmp_path / "Own.aplibrary", masters=12, seed=3)
    shutil.rmtree(tmp_path / "Own.aplibrary" / "Database" / "apdb")
    path = str(tmp_path / "Own.aplibrary")
    client.post("/v1/roots", {"path": path, "purpose": "library"})
    job = client.post("/v1/libraries", {"path": path}).json["id"]
    failed = eventually(lambda: (found := client.get(f"/v1/jobs/{job}").json)["state"] == "failed" and found)
    assert failed["problem"]["code"] == "library.damaged"
    figures = done(client, client.post("/v1/libraries", {"path": path, "from_plists": True}))["figures"]
    assert figures["counts"]["masters"] == 12
    assert "library.plists-lack" in {finding["code"] for finding in figures["findings"]}
