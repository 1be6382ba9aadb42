"""Learnt camera profiles in the import's dialog: offered with their measured benefit, switched off with one click."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import canned_service
from canned_service import LEARNT, LIBRARY
from couloir.aperture.library import Library
from couloir.engines.dng import Calibration, Profile
from couloir.profiles import CameraProfile, Facts
from couloir.profiles.cameras import camera_name
from couloir.profiles.profile_folder import ProfileFolder
from fake_lightroom import Dialog, Faults, HttpFault, Options
from plugin_pictures.stage import Stage

MENU = "ImportMenu.lua"
OPTIONS = "Looks and time: "
USE = "Use the camera profiles"
RESTART = "If they were installed after Lightroom was started, restart it before importing."
INSTALL = "Not all are installed: run couloir profile install and restart Lightroom before importing with them."
MISSING = {**LEARNT, "camera": "Nikon D90", "before": 4.87, "after": 0.61, "learnt_from": 24, "installed": False}


@dataclass(frozen=True)
class Seen:
    """What the dialog showed when it came up; `use` is the checkbox, None where there is none."""

    texts: list[str]
    use: bool | None
    scrolled: bool


@pytest.fixture
def seen(staged: Callable[..., Stage]) -> Callable[..., list[Seen]]:
    """Opens the dialog once for each (profiles, what the user sets the checkbox to), in one Lightroom."""

    def opening(*rounds: tuple[list[dict[str, Any]], bool | None]) -> list[Seen]:
        stage, found, clicks = staged(real_time=False), [], iter(rounds)
        for profiles, _ in rounds:
            stage.say(f"GET /v1/libraries/{LIBRARY}/profiles", {"profiles": profiles, "troubles": []}, times=1)
        stage.service(canned_service.of_an_import(stage, photos=1, copies=0))

        def options(dialog: Dialog) -> str:
            boxes = [node for node in dialog.nodes("checkbox") if USE in node.label]
            use = boxes[0].values["value"] if boxes else None
            found.append(Seen(dialog.texts, use, bool(dialog.nodes("scrolled_view"))))
            wanted = next(clicks)[1]
            if wanted is not None:
                dialog.set(USE, wanted)
            return "ok"

        stage.lightroom.answer(OPTIONS, options)
        stage.lightroom.answer("Import from Aperture: ", "ok")
        stage.lightroom.answer("What the import will do", "cancel")
        stage.lightroom.answer("Choose an Aperture library", ["/L.aplibrary"])
        stage.lightroom.answer("Import from which Aperture library?", "ok")
        with stage.lightroom:
            for _ in rounds:
                stage.play(MENU)
        assert len(found) == len(rounds)
        return found

    return opening


def test_without_learnt_profiles_there_is_nothing_to_choose(seen):
    [shown] = seen(([], None))
    assert shown.use is None
    assert not {"Camera profiles", RESTART, INSTALL} & set(shown.texts)


def test_a_profile_that_cannot_be_read_is_told_and_the_import_goes_on_without(
    daemon, start, agreeing, small, home, said
):
    (daemon.state / "profiles").mkdir()
    (daemon.state / "profiles" / "Aperture X.dcp").write_bytes(b"no profile")
    lightroom = agreeing(start(home, answers={"What the import will do": "cancel"}), small)
    lightroom.run_menu(MENU)
    assert lightroom.dialogs[-1].title == "What the import will do"
    told = said(lightroom)
    assert "Aperture X.dcp cannot be read" in told
    assert "photos are translated without it until then" in told
    assert USE not in told


def test_installed_profiles_are_offered_with_what_they_bring(seen):
    [shown] = seen(([LEARNT], None))
    assert shown.use is True
    assert "Canon EOS 30D: difference from Aperture 5.5 -> 0.5 (learnt from 10 photos)" in shown.texts
    assert RESTART in shown.texts
    assert INSTALL not in shown.texts


def test_profiles_that_lightroom_does_not_have_are_off_and_the_user_reads_what_to_do(seen):
    [shown] = seen(([LEARNT, MISSING], None))
    assert shown.use is False
    assert "Nikon D90: difference from Aperture 4.9 -> 0.6 (learnt from 24 photos; not installed)" in shown.texts
    assert INSTALL in shown.texts
    assert RESTART not in shown.texts


def test_many_cameras_do_not_make_the_dialog_higher_than_a_screen(seen):
    cameras = [{**LEARNT, "camera": f"Canon EOS {n}0D"} for n in range(1, 6)]
    few, many = seen((cameras[:4], None), (cameras, None))
    assert (few.scrolled, many.scrolled) == (False, True)
    for each in cameras:
        assert any(text.startswith(f"{each['camera']}: ") for text in many.texts)


def test_what_the_user_turned_off_stays_off_and_what_was_not_installed_is_on_once_it_is(seen):
    shown = seen(([MISSING], None), ([LEARNT], False), ([], None), ([LEARNT], True), ([LEARNT], None))
    assert [each.use for each in shown] == [False, True, None, False, True]


@pytest.mark.parametrize("wanted", [True, False])
def test_the_choice_decides_what_lies_under_raw_photos(daemon, start, agreeing, small, home, said, wanted):
    with Library.open(small.path) as library:
        raw = {version.uuid: version for version, master in library.versions_with_masters() if master and master.is_raw}
    cameras = {uuid: camera_name(str(v.exif.get("Make", "")), str(v.exif.get("Model", ""))) for uuid, v in raw.items()}
    camera = next(filter(None, cameras.values()))
    look = Profile(f"Aperture, {camera}", calibrations=(Calibration(6500.0, np.eye(3)),))
    ProfileFolder(daemon.state / "profiles").put(CameraProfile(camera, look, learnt=Facts("Small", "", 12, 6.0, 0.6)))
    # Here is no Camera Raw, so the service's answer is what one with the profile installed would give.
    listed = {**LEARNT, "camera": camera, "learnt_from": 12, "before": 6.0, "after": 0.6}
    faults = Faults()
    faults.http(
        HttpFault("status", status=200, body=json.dumps({"profiles": [listed], "troubles": []})), url="/profiles"
    )

    def options(dialog: Dialog) -> str:
        assert any(f"{camera}: difference from Aperture 6.0 -> 0.6" in text for text in dialog.texts)
        if not wanted:
            dialog.set(USE, False)
        return "ok"

    listing = Options(time_scale=0.02, profiles=Options().profiles | {look.name})  # as after a restart
    lightroom = agreeing(start(home, answers={OPTIONS: options}, faults=faults, options=listing), small)
    lightroom.run_menu(MENU)
    [noted] = (daemon.state / "imports").glob("*.json")
    assert json.loads(noted.read_text())["choice"]["profiles"] is wanted
    photos = {p.properties["org.couloir.lightroom"]["uuid"]: p for p in lightroom.catalog.photos.values()}
    under = {
        uuid: photo.develop["CameraProfile"]
        for uuid, photo in photos.items()
        if uuid in raw and "CameraProfile" in photo.develop
    }
    assert any(cameras[uuid] == camera for uuid in under)
    for uuid, profile in under.items():
        assert profile == (look.name if wanted and cameras[uuid] == camera else "Adobe Standard")
    assert "Lightroom did not apply" not in said(lightroom)
