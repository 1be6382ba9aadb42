"""Learnt camera profiles over the service: which photos they suit, their benefit, and where they are installed."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from couloir.aperture.library import Library
from couloir.engines.dng import Calibration, Profile
from couloir.lightroom.camera_raw_folder import CAMERA_PROFILES, camera_raw_folder
from couloir.profiles import CameraProfile, Facts
from couloir.profiles.baselines import Baselines
from couloir.profiles.cameras import camera_name
from couloir.profiles.profile_folder import ProfileFolder, install
from couloir.service.libraries import profiles as learnt
from couloir.service.libraries.profiles import offers

CANON, NIKON = "Canon EOS 30D", "Nikon D90"
ROWS = [
    ("Canon", "Canon EOS 30D", "", 7),
    ("Canon", "Canon EOS 30D", "7.0", 5),
    ("NIKON CORPORATION", "NIKON D90", "6.0", 3),
    ("", "", "", 1),
]


def profile(camera: str, decoder: str = "", after: float = 0.54) -> CameraProfile:
    look = Profile(f"Aperture, {camera}", calibrations=(Calibration(6500.0, np.eye(3)),))
    return CameraProfile(camera, look, learnt=Facts("Small", decoder, 10, 5.52, after))


def counted(*profiles: CameraProfile) -> dict[str, int]:
    found = offers(Baselines({each.camera: each for each in profiles}), ROWS, None)
    assert not any(each.installed for each in found)
    return {each.profile.camera: each.photos for each in found}


def test_a_profile_is_offered_for_the_photos_that_it_would_lie_under():
    assert counted() == {}
    assert counted(profile(CANON), profile(NIKON)) == {CANON: 12, NIKON: 3}
    assert counted(profile(CANON, "7.0"), profile(NIKON, "7.0"), profile("Leica M8")) == {CANON: 12}
    assert counted(profile(CANON, "6.0")) == {CANON: 7}


def test_only_the_profile_that_was_learnt_last_counts_as_installed(tmp_path):
    baselines = Baselines({CANON: profile(CANON)})
    assert [each.installed for each in offers(baselines, ROWS, tmp_path)] == [False]
    install(profile(CANON, after=0.9), tmp_path)
    assert [each.installed for each in offers(baselines, ROWS, tmp_path)] == [False]
    install(profile(CANON), tmp_path)
    assert [each.installed for each in offers(baselines, ROWS, tmp_path)] == [True]


@pytest.mark.parametrize("system", ["darwin", "linux"])
def test_the_service_tells_what_was_learnt_for_a_library(running, sample, opened, tmp_path, monkeypatch, system):
    with Library.open(sample.path) as library:
        shown = [
            version for version, master in library.versions_with_masters() if master and master.is_raw and version.shown
        ]
    models = Counter(str(version.exif["Model"]) for version in shown if version.exif.get("Model"))
    model, photos = models.most_common(1)[0]
    make = next(str(version.exif["Make"]) for version in shown if version.exif.get("Model") == model)
    camera = camera_name(make, model)
    number = opened(running.client, sample.path)
    address = f"/v1/libraries/{number}/profiles"
    assert running.client.get(address).json == {"profiles": [], "troubles": []}
    kept = profile(camera)
    ProfileFolder(running.services.settings.profiles_folder).put(kept)
    ProfileFolder(running.services.settings.profiles_folder).put(profile("Nobody's Camera"))
    monkeypatch.setattr(
        learnt, "camera_raw_folder", lambda *_: camera_raw_folder(CAMERA_PROFILES, system, tmp_path, {})
    )
    install(kept, camera_raw_folder(CAMERA_PROFILES, "darwin", tmp_path, {}))
    answer = running.client.get(address)
    assert answer.status == 200, answer.body
    assert answer.json["profiles"] == [
        {
            "name": kept.name, "camera": camera, "library": "Small", "learnt_from": 10, "before": 5.52, "after": 0.54,
            "photos": photos, "installed": system == "darwin",
        }
    ]  # fmt: skip


def test_a_file_that_is_no_profile_is_named(running, sample, opened):
    number = opened(running.client, sample.path)
    folder = running.services.settings.profiles_folder
    folder.mkdir()
    (folder / "Aperture X.dcp").write_bytes(b"no profile")
    answer = running.client.get(f"/v1/libraries/{number}/profiles")
    assert answer.status == 200
    assert answer.json["profiles"] == []
    [trouble] = answer.json["troubles"]
    assert trouble["code"] == "profile.unreadable"
    assert "Aperture X.dcp cannot be read" in trouble["message"]
    assert "without it" in trouble["advice"]


def test_a_library_that_is_not_open_has_no_profiles_to_tell_of(client):
    assert client.get(f"/v1/libraries/{'0' * 32}/profiles").json["code"] == "library.unknown"
