"""From a library to a profile in Camera Raw's folder: the chosen photos, those left out and why, and the commands."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from couloir.aperture.adjustments import BlackWhite, Exposure, RawFineTuning
from couloir.aperture.details.records import PreviewStatus
from couloir.aperture.library import Library
from couloir.cli import main, translators
from couloir.color.spaces import srgb_decode, srgb_encode
from couloir.engines import aperture
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.dng import ColorModel, Profile, baseline
from couloir.engines.dng.files import linear_dng
from couloir.engines.pixels import encode_jpeg
from couloir.engines.protocol import Photo
from couloir.errors import BadImage, BadProfile, CannotRender, DiskFull, NoProfileFolder, NothingToLearn
from couloir.lightroom.camera_raw_folder import CAMERA_PROFILES, camera_raw_folder
from couloir.lightroom.settings import DevelopSettings, PhotoKind
from couloir.profiles import CameraProfile, Facts, Pair, learning, profile_bytes, read_profile
from couloir.profiles.baselines import Baselines
from couloir.profiles.cameras import camera_name, maker_of
from couloir.profiles.candidates import Candidate, _obstacle, by_camera, groups
from couloir.profiles.gathering import gather, spread
from couloir.profiles.loading import align, load, without_exposure
from couloir.profiles.pictures import before_and_after, curve_picture, shifts_picture
from couloir.profiles.profile_folder import ProfileFolder, file_name, install, uninstall
from sample_library import build_library

CAMERA = "Canon EOS 5D Mark II"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, make_scene: Callable[..., tuple], secret: Profile) -> Path:
    """A library whose RAW files can be developed, and whose previews a stand-in with a look of its own rendered."""
    path = tmp_path_factory.mktemp("library") / "Taught.aplibrary"
    build_library(path, masters=150, seed=3)
    with Library.open(path) as opened:
        candidates = [each for group in groups(opened) for each in group.candidates if group.camera == CAMERA]
    for seed, each in enumerate(candidates):
        camera, model = make_scene(seed)
        camera = np.asarray(Image.fromarray(np.uint8(camera * 255)).resize((120, 80)), np.float32) / 255
        each.original.write_bytes(linear_dng(camera, model, CAMERA))
        drawn = srgb_decode(baseline(camera, model, secret)).astype(np.float32)
        version = each.version
        seen = aperture.frame_pixels(
            drawn,
            [o.adjustment for o in version.operations if o.enabled],
            version.master_size,
            version.processed_size,
            version.rotation,
            400,
        )
        each.preview.write_bytes(encode_jpeg(srgb_encode(seen * 2.0**each.stops), quality=92))
    return path


@pytest.fixture
def candidates(library: Path) -> Iterator[list[Candidate]]:
    with Library.open(library) as opened:
        yield next(list(group.candidates) for group in groups(opened) if group.camera == CAMERA)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Fewer pixels, and a state folder of the test's own."""
    monkeypatch.setattr(learning, "PIXELS", 3000)
    monkeypatch.setenv("COULOIR_STATE_DIR", str(tmp_path / "state"))


def test_every_raw_photo_is_a_candidate_or_has_its_reason(library: Path) -> None:
    with Library.open(library) as opened:
        found = groups(opened)
        raw = [
            version
            for version, master in opened.versions_with_masters()
            if master is not None and (master.is_raw or master.subtype == "RAWST") and version.shown
        ]
    assert sum(len(group.candidates) + len(group.left_out) for group in found) == len(raw)
    reasons = {each.reason for group in found for each in group.left_out}
    assert "it is edited: RAW boost was changed" in reasons
    assert "its original is offline" in reasons


def test_only_what_can_be_taken_off_may_be_edited() -> None:
    assert _obstacle(RawFineTuning()) is None
    assert _obstacle(Exposure(exposure=0.5)) is None
    assert _obstacle(Exposure(exposure=0.5, recovery=0.2)) is not None
    assert _obstacle(RawFineTuning(hue_boost=0.5)) is not None
    assert _obstacle(BlackWhite()) == "BlackWhite is on"


def test_two_decoders_are_two_looks(candidates: list[Candidate]) -> None:
    odd = replace(candidates[0], decoder="3")
    (group,) = by_camera([odd, *(replace(each, decoder="8") for each in candidates[1:])], [])
    assert group.decoder == "8"
    assert odd not in group.candidates
    assert [each.reason for each in group.left_out] == ["its RAW decoder (3) differs from that of most others"]


def test_original_and_preview_lie_upon_each_other(candidates: list[Candidate], secret: Profile) -> None:
    turned = [each for each in candidates if each.version.rotation % 180]
    assert turned
    for each in [*turned[:1], *candidates[:2]]:
        pair = load(each)
        assert np.abs(baseline(pair.camera, pair.model, secret) - pair.shown).mean() < 0.03


def test_another_photos_preview_is_seen(candidates: list[Candidate]) -> None:
    one, other = [each for each in candidates if not each.version.rotation][:2]
    with pytest.raises(CannotRender, match="a different photo"):
        load(replace(one, preview=other.preview))


def test_a_shift_is_found() -> None:
    random = np.random.default_rng(1)
    picture = np.kron(random.uniform(0, 1, (30, 40, 3)), np.ones((4, 4, 1))).astype(np.float32)
    down, across, likeness = align(picture[:-4, 2:], picture[4:, :-2] ** 1.5)
    assert (down, across) == (-4, 2)
    assert likeness > 0.8


def test_an_exposure_edit_is_taken_off_and_what_it_burnt_is_not_trusted(pairs: list[Pair]) -> None:
    pair = pairs[0]
    brighter = replace(pair, shown=np.clip(srgb_encode(srgb_decode(pair.shown) * 2), 0, 1).astype(np.float32))
    back = without_exposure(brighter, 1.0)
    assert back.certain is not None
    assert 0.2 < back.certain.mean() < 1
    assert np.abs(back.shown - pair.shown)[back.certain].max() < 1e-4


def test_reading_ends_when_no_new_colors_come(candidates: list[Candidate], pairs: list[Pair]) -> None:
    many = [replace(candidates[0], version=replace(candidates[0].version, uuid=str(i))) for i in range(40)]
    assert sorted(each.version.uuid for each in spread(many)) == sorted(each.version.uuid for each in many)
    read: list[str] = []

    def reader(candidate: Candidate) -> Pair:
        read.append(candidate.version.uuid)
        if len(read) == 2:
            raise BadImage(item="photo", why="it is broken")
        return pairs[0]

    found, left_out = gather(replace_group(many), reader=reader)
    assert len(found) == 12
    assert [each.failed for each in left_out] == [True]
    assert len(read) == 13


def replace_group(candidates: list[Candidate]):
    (group,) = by_camera(candidates, [])
    return group


def test_the_commands_learn_show_install_and_uninstall(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: object) -> dict:
        with pytest.raises(SystemExit) as ended:
            main([*map(str, words), "--json"])
        assert ended.value.code == 0
        return json.loads(capsys.readouterr().out)

    (learnt,) = run("profile", "learn", library, "--camera", CAMERA.lower(), "--for", "capture-one")["profiles"]
    assert learnt["why_not"] == ""
    assert Path(learnt["icc"]).read_bytes()[12:24] == b"scnrRGB Lab "
    assert learnt["after"]["mean"] < 1.5 < learnt["before"]["mean"]
    assert Path(learnt["picture"]).stat().st_size > 1000
    (shown,) = run("profile", "show", "--pictures", tmp_path / "pictures")["profiles"]
    assert shown["learnt"]["library"] == "Taught"
    assert len(list((tmp_path / "pictures").glob("*.png"))) == 2
    (installed,) = run("profile", "install", CAMERA, "--folder", tmp_path / "raw")["files"]
    assert read_profile(Path(installed)).camera == CAMERA
    assert run("profile", "uninstall", "--folder", tmp_path / "raw") == {
        "files": [installed],
        "restart_lightroom": True,
    }
    assert run("profile", "uninstall", "--folder", tmp_path / "raw") == {"files": [], "restart_lightroom": False}
    assert run("profile", "show", Path(learnt["profile"]))["profiles"][0]["name"] == f"Aperture, {CAMERA}"


def test_a_migration_puts_the_profile_under_its_cameras_photos(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], secret: Profile, pairs: list[Pair]
) -> None:
    def run(*words: object) -> str:
        with pytest.raises(SystemExit) as ended:
            main([*map(str, words)])
        assert ended.value.code == 0
        return capsys.readouterr().out

    look = replace(secret, name=f"Aperture, {CAMERA}", calibrations=pairs[0].model.calibrations)
    facts = Facts("Taught", "8", 9, 6.0, 0.5)
    translators.profile_folder().put(CameraProfile(CAMERA, look, learnt=facts))
    run("migrate", library, "--to", tmp_path / "out", "--profiles", "--pictures", "4")
    sidecars = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("IMG*.xmp")]
    assert sum(f"Aperture, {CAMERA}" in text for text in sidecars) > 5
    assert any('"Adobe Standard"' in path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("DSC*.xmp"))
    plain = run("migrate", library, "--to", tmp_path / "other", "--dry-run")
    assert "brings untouched RAW photos from 6.00 to 0.50" in " ".join(plain.split())


@pytest.fixture
def alone(library: Path, candidates: list[Candidate], tmp_path: Path) -> Path:
    """The library with no other photo shown than those of one camera that a profile may be learnt from."""
    path = tmp_path / library.name
    shutil.copytree(library, path)
    uuids = [each.version.uuid for each in candidates]
    hide = f"UPDATE RKVersion SET showInLibrary = 0 WHERE uuid NOT IN ({', '.join('?' * len(uuids))})"
    with closing(sqlite3.connect(path / "Database" / "apdb" / "Library.apdb")) as database, database:
        database.execute(hide, uuids)
    return path


def test_a_match_stands_on_the_profile_of_its_camera(
    alone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], secret: Profile, pairs: list[Pair]
) -> None:
    def run(*words: object) -> dict[str, object]:
        arguments = ["match", alone, "--to", tmp_path / "out", "--renderings", 1, "--again", "--json", *words]
        with pytest.raises(SystemExit) as ended:
            main(list(map(str, arguments)))
        assert ended.value.code == 0
        return json.loads(capsys.readouterr().out)

    name = f"Aperture, {CAMERA}"
    look = replace(secret, name=name, calibrations=pairs[0].model.calibrations)
    translators.profile_folder().put(CameraProfile(CAMERA, look, learnt=Facts("Taught", "8", 9, 6.0, 0.5)))
    plain, on_it = run(), run("--profiles")
    assert (plain["profiles"], on_it["profiles"]) == ([], [name])
    drawn = {photo["version"]: photo for photo in plain["photos"]}
    raw = [photo for photo in on_it["photos"] if photo["settings"]["CameraProfile"] == name]
    measured = [photo for photo in raw if photo["before"] is not None and drawn[photo["version"]]["before"] is not None]
    assert len(measured) > 3
    assert all(drawn[photo["version"]]["settings"]["CameraProfile"] == "Adobe Standard" for photo in measured)
    before = np.median([drawn[photo["version"]]["before"] for photo in measured])
    assert np.median([photo["before"] for photo in measured]) < before / 2


def test_the_engine_draws_the_profile_that_a_translation_names(candidates: list[Candidate], secret: Profile) -> None:
    photo = Photo(candidates[0].original, PhotoKind.RAW)
    named = DevelopSettings({"CameraProfile": "Aperture, it"})
    plain, drawn = (
        CameraRawEngine(profiles={"Aperture, it": secret}).render(photo, settings, 100)
        for settings in (DevelopSettings({}), named)
    )
    assert np.array_equal(drawn, CameraRawEngine(profile=secret).render(photo, DevelopSettings({}), 100))
    assert np.abs(drawn - plain).mean() > 0.01


def test_a_photo_of_another_decoder_stands_on_adobes_profile(candidates: list[Candidate], pairs: list[Pair]) -> None:
    look = Profile("Aperture, it", calibrations=pairs[0].model.calibrations)
    mine = CameraProfile(CAMERA, look, learnt=Facts("Taught", candidates[0].decoder, 9, 6.0, 0.5))
    version = candidates[0].version
    assert Baselines({CAMERA: mine}).name_for(version) == "Aperture, it"
    other = replace(mine, learnt=Facts("Taught", "1", 9, 6.0, 0.5))
    assert Baselines({CAMERA: other}).name_for(version) == ""
    assert Baselines({CAMERA: replace(mine, learnt=None)}).name_for(version) == ""
    assert Baselines({}).name_for(version) == ""


def test_a_camera_that_is_not_there_is_said(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, code in ((("learn", str(library), "--camera", "Leica M9"), 72), (("show", "Leica M9"), 71)):
        with pytest.raises(SystemExit) as ended:
            main(["profile", *words])
        assert ended.value.code == code
        assert "Leica M9" in capsys.readouterr().err


def test_profiles_of_others_are_left_alone(tmp_path: Path, pairs: list[Pair]) -> None:
    look = Profile("Mine", calibrations=pairs[0].model.calibrations)
    theirs = CameraProfile("Canon EOS 5D", look)
    path = tmp_path / file_name("Canon EOS 5D")
    path.write_bytes(profile_bytes(theirs))
    for touch in (lambda: install(theirs, tmp_path), lambda: uninstall("Canon EOS 5D", tmp_path)):
        with pytest.raises(BadProfile, match="not written by Couloir"):
            touch()
    assert path.exists()
    assert ProfileFolder(tmp_path).profiles().keys() == {"Canon EOS 5D"}


def test_camera_raws_folder_is_where_adobe_puts_it() -> None:
    mac = camera_raw_folder(CAMERA_PROFILES, "darwin", Path("/Users/a"), {})
    assert mac == Path("/Users/a/Library/Application Support/Adobe/CameraRaw/CameraProfiles")
    windows = camera_raw_folder(CAMERA_PROFILES, "win32", Path("/"), {"APPDATA": "/Roaming"})
    assert windows == Path("/Roaming/Adobe/CameraRaw/CameraProfiles")
    with pytest.raises(NoProfileFolder):
        camera_raw_folder(CAMERA_PROFILES, "linux", Path("/"), {})


@pytest.mark.parametrize(
    ("make", "model", "name"),
    [
        ("Canon", "Canon EOS 5D Mark II", "Canon EOS 5D Mark II"),
        ("NIKON CORPORATION", "NIKON D700", "Nikon D700"),
        ("SONY", "ILCE-7M2", "Sony ILCE-7M2"),
        ("OLYMPUS IMAGING CORP.", "E-M5", "Olympus E-M5"),
        ("FUJIFILM", "X-T1", "Fujifilm X-T1"),
        ("PENTAX", "PENTAX K-5", "Pentax K-5"),
        ("Panasonic", "DMC-GF1", "Panasonic DMC-GF1"),
        ("", "M9", "M9"),
        ("Canon", "", ""),
    ],
)
def test_cameras_are_spelt_as_adobe_does(make: str, model: str, name: str) -> None:
    assert camera_name(make, model) == name
    assert name.startswith(maker_of(name))


def test_pictures_can_be_opened(pairs: list[Pair], secret: Profile, tmp_path: Path) -> None:
    sheet = before_and_after(pairs[:2], secret)
    for content in (curve_picture(secret), shifts_picture(secret), sheet):
        (tmp_path / "picture").write_bytes(content)
        with Image.open(tmp_path / "picture") as opened:
            assert min(opened.size) > 100


def test_a_library_without_this_camera_teaches_nothing(library: Path) -> None:
    from couloir.profiles.library import learn_library

    with Library.open(library) as opened, pytest.raises(NothingToLearn, match="no RAW photo of this camera"):
        next(learn_library(opened, "Leica M9"))


def test_a_model_for_two_lights_keeps_its_matrix(pairs: list[Pair]) -> None:
    model: ColorModel = pairs[0].model
    both = model.calibrated_by((replace(model.calibrations[0], kelvin=2850.0), model.calibrations[0]))
    assert both.to_prophoto().matrix == pytest.approx(model.to_prophoto().matrix)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (PreviewStatus.STALE, "its preview is older than its edits"),
        (PreviewStatus.EMBEDDED_JPEG, "its preview is the camera's own JPEG"),
        (PreviewStatus.ABSENT, "it has no preview"),
    ],
)
def test_previews_that_are_not_aperture_s_rendering_teach_nothing(
    library: Path, monkeypatch: pytest.MonkeyPatch, status: PreviewStatus, reason: str
) -> None:
    real = Library.preview_state
    monkeypatch.setattr(Library, "preview_state", lambda self, version: replace(real(self, version), status=status))
    with Library.open(library) as opened:
        found = groups(opened)
    assert not any(group.candidates for group in found)
    assert reason in {each.reason for group in found for each in group.left_out}


def test_a_full_disk_is_told_as_one_when_a_profile_is_installed(
    tmp_path: Path, pairs: list[Pair], monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = CameraProfile("Canon EOS 5D", Profile("Full", calibrations=pairs[0].model.calibrations))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("couloir.profiles.profile_folder.os.replace", full)
    with pytest.raises(DiskFull):
        install(profile, tmp_path)
