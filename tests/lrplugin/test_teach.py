"""Teach Couloir from my edit: the current settings of the selected photos are kept for training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from couloir.learn.corrections import Correction, Corrections
from fake_lightroom import HttpFault, Lightroom
from matching_scene import Edited, edited_photos, select

MENU = "TeachMenu.lua"


@pytest.fixture(scope="session")
def edited(sample) -> list[Edited]:
    return edited_photos(sample)


@pytest.fixture
def ready(shared_daemon, start, sample) -> Callable[..., Lightroom]:
    def begin(answer: str = "ok") -> Lightroom:
        lightroom = start(shared_daemon.home)
        lightroom.answer("Teach Couloir from the looks", answer)
        lightroom.answer("Choose an Aperture library", [str(sample.path)])
        lightroom.answer("What Couloir was taught", "ok")
        return lightroom

    return begin


def kept(daemon: Any) -> dict[str, Correction]:
    return {each.version: each for each in Corrections(daemon.state / "corrections.sqlite3").all()}


def test_what_the_photographer_made_of_a_photo_is_kept_and_the_newest_counts(ready, edited, shared_daemon, said):
    lightroom = ready()
    photos = select(lightroom, edited, 2)
    for exposure in (0.25, 1.5):
        photos[0].develop["Exposure2012"] = exposure
        lightroom.run_menu(MENU)
    assert "2 done" in said(lightroom)
    found = kept(shared_daemon)
    assert found[edited[0].uuid].corrected["Exposure2012"] == 1.5
    assert found[edited[1].uuid].corrected["Exposure2012"] == 0
    assert [photo.history for photo in photos] == [[], []]
    assert lightroom.counters.gates == 0


def test_what_cannot_be_taught_is_said(ready, edited, tmp_path, said):
    lightroom = ready()
    for name in ("film.mov", "stranger.nef"):
        (tmp_path / name).write_bytes(b"x")
    photos = [lightroom.add_photo(tmp_path / name) for name in ("film.mov", "stranger.nef")]
    [strange] = select(lightroom, edited, 1)
    strange.develop["Contrast2012"] = 300  # as no slider gives it
    lightroom.select(strange, *photos)
    lightroom.run_menu(MENU)
    assert "Videos have no develop settings." in said(lightroom)
    assert "Couloir cannot learn from Contrast2012." in said(lightroom)
    assert "2 skipped" in said(lightroom)
    lightroom.select(photos[0])
    lightroom.run_menu(MENU)
    lightroom.select(photos[1])
    lightroom.run_menu(MENU)


def test_nothing_selected_and_thinking_better_of_it(ready, edited, said):
    lightroom = ready("cancel")
    lightroom.select()
    lightroom.run_menu(MENU)
    assert "No photo is selected." in said(lightroom)
    select(lightroom, edited, 1)
    lightroom.run_menu(MENU)
    assert lightroom.counters.http_requests == 0


@pytest.mark.parametrize("place", ["/v1/derivations", "/v1/corrections", "/v1/libraries"])
def test_a_refusal_is_told(ready, edited, said, place):
    lightroom = ready()
    body = '{"code": "x", "detail": "The disk is full.", "advice": "Make room."}'
    lightroom.faults.http(HttpFault("status", status=507, body=body), url=place)
    select(lightroom, edited, 1)
    lightroom.run_menu(MENU)
    assert "The disk is full." in said(lightroom)


def test_who_cancels_keeps_what_was_taught(ready, edited, tmp_path, said):
    """Fifty at a time: the user stops when the first fifty have been looked at."""
    lightroom = ready()
    for number in range(60):
        (tmp_path / f"{number}.nef").write_bytes(b"x")
    photos = [lightroom.add_photo(tmp_path / f"{number}.nef") for number in range(60)]
    lightroom.select(*photos)
    asked = lightroom.faults.http_fault
    seen: list[str] = []

    def look(number: int, request: str) -> HttpFault | None:
        seen.extend([request] if "/v1/derivations" in request else [])
        if len(seen) == 2:
            lightroom.cancel()
            return HttpFault("slow", seconds=5)
        return asked(number, request)

    lightroom.faults.http_fault = look
    lightroom.run_menu(MENU)
    assert "50 skipped" in said(lightroom)
    assert "You stopped it" in said(lightroom)
