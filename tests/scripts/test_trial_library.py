"""The library that a person takes into a trial Lightroom has what the script tells them to look at."""

from __future__ import annotations

import zipfile

import pytest

import make_trial_library
from couloir.aperture.library import Library


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return make_trial_library.make(tmp_path_factory.mktemp("trial"), "tiny")


def test_the_zip_is_the_same_bytes_each_time(archive, tmp_path):
    assert make_trial_library.make(tmp_path, "tiny").read_bytes() == archive.read_bytes()


def test_it_holds_a_library_of_thirty_photos_and_a_note_of_what_is_where(archive, tmp_path):
    with zipfile.ZipFile(archive) as zipped:
        zipped.extractall(tmp_path)
    note = (tmp_path / "What is in it.txt").read_text(encoding="utf-8")
    assert [line.partition(":")[0] for line in note.splitlines()] == [
        "Photos", "A project with an album", "A photo with two versions", "A stack", "A black and white photo",
        "A RAW file", "Straightened", "Cropped", "With Curves", "With Levels", "With White Balance",
    ]  # fmt: skip
    assert all(len(line.partition(": ")[2]) > 1 for line in note.splitlines())
    with Library.open(tmp_path / make_trial_library.NAME) as library:
        masters = list(library.masters())
    assert len(masters) == 30
    # Every Lightroom opens these; stand-ins for makers' RAW files it would refuse.
    assert {master.file_name.rpartition(".")[2].lower() for master in masters} == {"jpg", "dng", "tif"}
