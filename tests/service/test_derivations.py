"""Batches of photos become develop settings: each photo gets its own answer, whatever is wrong with others."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from couloir.aperture.library import Library
from couloir.derive.painted.live import live_settings
from couloir.derive.pictures.contexts import find_all, see_contexts
from couloir.derive.residual.registry import read_registry
from couloir.derive.residual.store import ModelStore
from couloir.derive.translator import Translator
from couloir.engines.dng import Calibration, Profile
from couloir.lightroom.live import read_as_shot
from couloir.lightroom.settings import DevelopSettings
from couloir.profiles import CameraProfile, Facts
from couloir.profiles.cameras import camera_name
from couloir.profiles.profile_folder import ProfileFolder


@pytest.fixture(scope="module")
def library(shared_client, sample, opened):
    return opened(shared_client, sample.path)


@pytest.fixture(scope="module")
def photos(shared_client, library):
    return shared_client.get(f"/v1/libraries/{library}/photos?limit=500").json["photos"]


@pytest.fixture
def derive(shared_client):
    def ask(*items):
        answer = shared_client.post("/v1/derivations", {"items": list(items)})
        assert answer.status == 200, answer.body
        return answer.json["results"]

    return ask


def _jpeg(colour: str = "gray") -> str:
    file = io.BytesIO()
    Image.new("RGB", (48, 32), colour).save(file, "JPEG")
    return base64.b64encode(file.getvalue()).decode()


def test_a_batch_gives_the_translation_of_each_version_in_order(derive, library, photos, sample):
    chosen = photos[:100]
    results = derive(*({"ref": str(n), "library": library, "version": p["uuid"]} for n, p in enumerate(chosen)))
    store = ModelStore()
    with Library.open(sample.path) as reader:
        for number, (photo, result) in enumerate(zip(chosen, results, strict=True)):
            version = reader.version(photo["uuid"])
            master = reader.master(version.master_uuid)
            if master.media != "image":
                assert result["problem"]["code"] == "photo.not-an-image"
                continue
            translator = Translator(store)
            [known] = see_contexts(find_all(reader, [(version, master)], translator.profiles))
            expected = translator.translate_one(version, master, known)
            found = result["translation"]
            assert (result["ref"], result["outcome"], found["matched_by"]) == (str(number), "derived", "uuid")
            assert found["settings"] == json.loads(json.dumps(live_settings(expected)))
            assert found["fidelity"] == expected.fidelity
            assert [o["identifier"] for o in found["operations"]] == [o.identifier for o in version.operations]
            assert found["model"] == expected.model
            assert found["note"] == expected.note
            DevelopSettings(expected.settings.as_dict())


def test_the_model_is_named_and_no_uncertainty_is_made_up(derive, library, photos, shared_client):
    [result] = derive({"library": library, "version": photos[0]["uuid"]})
    health = shared_client.get("/v1/health").json["model"]
    assert health["loaded"]
    assert result["translation"]["model"] == health["name"]
    uncertainty = result["translation"]["uncertainty"]
    assert (uncertainty is not None) == health["trained"]
    assert all(deviation > 0 for deviation in (uncertainty or {}).values())


def test_a_photo_is_found_by_what_lightroom_knows(derive, photos, library):
    single = [p for p in photos if p["captured"] and sum(q["master"] == p["master"] for q in photos) == 1]
    results = derive(
        *(
            {
                "photo": {
                    "file_name": p["file_name"],
                    "captured": p["captured"],
                    "width": p["width"],
                    "height": p["height"],
                    "camera": p["camera"],
                    "format": "RAW" if p["raw"] else "JPG",
                }
            }
            for p in single[:100]
        )
    )
    assert len(results) > 20
    for photo, result in zip(single, results, strict=False):
        if result["outcome"] == "derived":
            assert (result["translation"]["version"], result["translation"]["library"]) == (photo["uuid"], library)
            assert result["translation"]["matched_by"] == "file"
        else:
            assert result["problem"]["code"] in ("photo.ambiguous", "photo.not-an-image")
    assert sum(result["outcome"] == "derived" for result in results) > len(results) * 0.8


def test_versions_of_one_original_come_back_as_candidates(derive, photos):
    twice = next(p for p in photos if p["copy"] == 2 and p["captured"])
    described = {"file_name": twice["file_name"], "captured": twice["captured"]}
    [result] = derive({"photo": described})
    assert (result["outcome"], result["problem"]["code"]) == ("ambiguous", "photo.ambiguous")
    assert twice["uuid"] in [candidate["version"] for candidate in result["candidates"]]
    assert result["translation"] is None
    [named] = derive({"photo": {**described, "copy_name": twice["name"]}})
    assert named["translation"]["version"] == twice["uuid"]


def test_one_bad_photo_does_not_spoil_its_batch(derive, library, photos):
    results = derive(
        {"library": library, "version": "nobody"},
        {"photo": {"file_name": "unknown.jpg"}},
        {"library": library, "version": photos[0]["uuid"], "rendering": "not base64!"},
        {"library": library, "version": photos[0]["uuid"], "rendering": base64.b64encode(b"no JPEG").decode()},
        {"library": library, "version": photos[0]["uuid"]},
    )
    assert [result["outcome"] for result in results] == ["failed", "unmatched", "failed", "failed", "derived"]
    assert [result["problem"]["code"] for result in results[:4]] == [
        "library.unknown-version",
        "photo.unmatched",
        "content.image",
        "content.image",
    ]
    assert all(result["problem"]["advice"] for result in results[:4])


def test_a_rendering_is_looked_at(derive, library, photos):
    with_picture = [p for p in photos if not p["raw"]][:2]
    results = derive(*({"library": library, "version": p["uuid"], "rendering": _jpeg()} for p in with_picture))
    assert [result["outcome"] for result in results] == ["derived", "derived"]


def test_the_answer_says_which_settings_would_change(derive, library, photos):
    edited = next(p for p in photos if p["adjusted"])
    [first] = derive({"library": library, "version": edited["uuid"]})
    settings = first["translation"]["settings"]
    assert first["translation"]["changes"] is None
    item = {"library": library, "version": edited["uuid"]}
    [same] = derive({**item, "photo": {"settings": settings}})
    assert same["translation"]["changes"] == []
    key = next(key for key, value in settings.items() if isinstance(value, int | float) and not isinstance(value, bool))
    [other] = derive({**item, "photo": {"settings": {**settings, key: 99}}})
    assert other["translation"]["changes"] == [key]


@pytest.mark.parametrize("number", [0, 101])
def test_a_batch_has_one_to_a_hundred_photos(shared_client, number):
    answer = shared_client.post("/v1/derivations", {"items": [{}] * number})
    assert (answer.status, answer.json["code"]) == (422, "request.invalid")


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({}, "request.invalid"),
        ({"version": "x"}, "request.invalid"),
        ({"library": "0" * 32, "version": "x"}, "library.unknown"),
    ],
)
def test_what_names_no_photo_fails_for_itself(derive, item, code):
    [result] = derive({**item, "ref": "mine"})
    assert (result["ref"], result["outcome"], result["problem"]["code"]) == ("mine", "failed", code)


def test_without_an_open_library_there_is_nothing_to_look_in(client):
    answer = client.post("/v1/derivations", {"items": [{"photo": {"file_name": "a.jpg"}}]})
    assert answer.json["results"][0]["problem"]["code"] == "library.not-open"


def test_a_new_model_is_loaded_without_a_restart_and_a_bad_one_refused(
    client, sample, opened, tmp_path, monkeypatch, eventually
):
    import shutil

    from couloir.derive.residual import store

    folder = tmp_path / "models"
    shutil.copytree(store.models_folder(), folder)
    monkeypatch.setattr(store, "models_folder", lambda: folder)
    library = opened(client, sample.path)
    uuid = client.get(f"/v1/libraries/{library}/photos?limit=1").json["photos"][0]["uuid"]
    assert client.get("/v1/health").json["model"]["loaded"] is False
    client.post("/v1/derivations", {"items": [{"library": library, "version": uuid}]})
    assert client.get("/v1/health").json["model"]["loaded"]
    file = folder / read_registry(folder).entry.file
    file.write_bytes(file.read_bytes() + b"x")
    found = eventually(lambda: (model := client.get("/v1/health").json["model"])["trouble"] and model)
    assert found["loaded"], "the old one stays in use"
    assert found["trouble"]["code"] == "model.altered"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"WhiteBalance": "As Shot", "Temperature": 5200, "Tint": 7}, (5200.0, 7.0)),
        ({"WhiteBalance": "Custom", "Temperature": 5200, "Tint": 7}, None),
        ({"WhiteBalance": "As Shot"}, None),
        ({"WhiteBalance": "As Shot", "Temperature": "warm", "Tint": None}, None),
        ({}, None),
    ],
)
def test_a_raw_files_own_white_balance_is_what_lightroom_told_when_it_is_in_use(settings, expected):
    assert read_as_shot(settings) == expected


@pytest.mark.parametrize("stands_on", ["Aperture, it", "Adobe Standard", None])
def test_a_photo_that_stands_on_a_learnt_profile_stays_on_it(client, running, sample, opened, stands_on):
    with Library.open(sample.path) as library:
        version = next(v for v, master in library.versions_with_masters() if master and master.is_raw and v.exif)
    camera = camera_name(str(version.exif["Make"]), str(version.exif["Model"]))
    look = Profile("Aperture, it", calibrations=(Calibration(6500.0, np.eye(3)),))
    facts = Facts("Sample", "", 12, 6.0, 0.6)
    ProfileFolder(running.services.settings.profiles_folder).put(CameraProfile(camera, look, learnt=facts))
    item = {"library": opened(client, sample.path), "version": version.uuid}
    if stands_on is not None:
        item["photo"] = {"file_name": version.file_name, "settings": {"CameraProfile": stands_on}}
    answer = client.post("/v1/derivations", {"items": [item]})
    expected = "Aperture, it" if stands_on == "Aperture, it" else "Adobe Standard"
    assert answer.json["results"][0]["translation"]["settings"]["CameraProfile"] == expected


@pytest.mark.parametrize("rendering", ["é" * 8, "日本", "%%%%", "QUJD", "a"])
def test_a_rendering_that_is_none_fails_its_own_photo_only(derive, library, photos, rendering):
    version = next(p["uuid"] for p in photos if derive({"library": library, "version": p["uuid"]})[0]["translation"])
    item = {"library": library, "version": version}
    spoilt, sound = derive({**item, "rendering": rendering}, item)
    assert (spoilt["outcome"], spoilt["problem"]["code"]) == ("failed", "content.image")
    assert sound["outcome"] == "derived"


def test_a_damaged_profile_is_left_out_and_told_and_photos_are_derived_all_the_same(client, running, sample, opened):
    folder = running.services.settings.profiles_folder
    folder.mkdir(parents=True)
    (folder / "Aperture Broken.dcp").write_bytes(b"this is no profile")
    with Library.open(sample.path) as library:
        uuid = next(
            v.uuid for v, master in library.versions_with_masters() if master and not master.is_raw and v.number
        )
    answer = client.post("/v1/derivations", {"items": [{"library": opened(client, sample.path), "version": uuid}]})
    assert answer.status == 200
    assert answer.json["results"][0]["translation"]["settings"]
    [trouble] = [each for each in client.get("/v1/health").json["troubles"] if each["code"] == "profile.unreadable"]
    assert "Aperture Broken.dcp" in trouble["message"]
