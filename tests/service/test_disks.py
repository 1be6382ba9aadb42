"""A disk that has another name or is another folder now: the user says where, and its originals are found."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from couloir.service.libraries.roots import Purpose, Roots


@pytest.fixture
def library(client, sample, opened):
    return opened(client, sample.path)


@pytest.fixture
def volumes(sample):
    """The folder of each disk that the generator has put originals on."""
    return {folder.name: folder for folder in (sample.path.parent / "Volumes").iterdir()}


@pytest.fixture
def locate(client, library, eventually):
    """Says where a disk is; the job once it has ended."""

    def say(disk, folder):
        answer = client.post(f"/v1/libraries/{library}/disks", {"disk": disk, "folder": str(folder)})
        assert answer.status == 202, answer.body

        def ended():
            job = client.get(f"/v1/jobs/{answer.json['id']}").json
            return job if job["state"] in ("done", "failed") else None

        return eventually(ended)

    return say


def listed(client, library):
    return {each["disk"]: each for each in client.get(f"/v1/libraries/{library}/disks").json["disks"]}


def test_the_disks_are_listed_with_their_originals(client, library, sample):
    with closing(sqlite3.connect(f"file:{sample.path}/Database/apdb/Library.apdb?mode=ro", uri=True)) as database:
        rows = database.execute(
            "SELECT v.name FROM RKMaster m JOIN RKVolume v ON v.uuid = m.fileVolumeUuid WHERE m.fileIsReference = 1"
        )
        expected = Counter(name for (name,) in rows)
    found = listed(client, library)
    assert {disk: each["originals"] for disk, each in found.items()} == expected
    assert len(expected) > 1
    assert not any(each["connected"] or each["folder"] for each in found.values())


def test_a_disk_that_is_found_is_remembered(client, library, sample, volumes, locate, settings, opened, done):
    before = client.get(f"/v1/libraries/{library}").json["figures"]["listed"]
    disk, folder = max(volumes.items(), key=lambda each: listed(client, library)[each[0]]["originals"])
    job = locate(disk, folder)
    assert job["state"] == "done", job["problem"]
    assert job["result"]["found"] == job["result"]["sought"] == listed(client, library)[disk]["originals"] > 0
    assert (listed(client, library)[disk]["folder"], listed(client, library)[disk]["connected"]) == (str(folder), True)
    assert Roots(settings.roots_file).reading_options(sample.path)["volumes"] == {disk: folder}
    opened(client, sample.path)  # again, as the plug-in does at the next import
    after = client.get(f"/v1/libraries/{library}").json["figures"]["listed"]
    assert before["offline_originals"] - after["offline_originals"] == job["result"]["found"]
    assert after["missing_originals"] == before["missing_originals"]


def test_another_folder_is_refused_and_not_remembered(client, library, volumes, locate, tmp_path):
    disk, folder = next(iter(volumes.items()))
    (tmp_path / "empty").mkdir()
    shutil.copytree(folder, tmp_path / "other")
    for file in filter(Path.is_file, (tmp_path / "other").rglob("*")):
        file.write_bytes(b"the same name, another file")
    for place in (tmp_path / "empty", tmp_path / "other"):
        problem = locate(disk, place)["problem"]
        assert (problem["code"], disk in problem["detail"], str(place) in problem["detail"]) == (
            "disk.other",
            True,
            True,
        )
    assert listed(client, library)[disk]["folder"] is None


def test_a_disk_that_the_library_does_not_have_is_named(library, locate, tmp_path):
    problem = locate("Holidays", tmp_path)["problem"]
    assert (problem["code"], "Holidays" in problem["detail"]) == ("disk.unknown", True)


@pytest.mark.parametrize(
    ("folder", "code"),
    [
        ("/", "disk.unsafe"),
        (str(Path.home()), "disk.unsafe"),
        ("{}/nowhere", "disk.unsafe"),
        ("{}/../x", "path.outside"),
        ("x", "path.outside"),
    ],
)
def test_no_folder_in_which_everything_lies_is_taken_for_a_disk(client, library, tmp_path, folder, code):
    body = {"disk": "Archive", "folder": folder.format(tmp_path)}
    answer = client.post(f"/v1/libraries/{library}/disks", body)
    assert answer.json["code"] == code


def test_the_options_of_a_library_and_its_disks_do_not_undo_each_other(tmp_path):
    library = tmp_path / "A.aplibrary"
    library.mkdir()
    roots = Roots(tmp_path / "roots.json")
    roots.open(str(library), Purpose.LIBRARY)
    roots.locate(library, "Archive", tmp_path)
    roots.read_as(library, from_plists=True, follow_links=False)
    roots.locate(library, "Old Drive", tmp_path)
    assert Roots(tmp_path / "roots.json").reading_options(library) == {
        "from_plists": True,
        "follow_links": False,
        "volumes": {"Archive": tmp_path, "Old Drive": tmp_path},
    }
