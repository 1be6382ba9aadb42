"""Matching looks in Lightroom: rounds of applying, exporting and sending; in the end each photo has a finished look.

Lightroom is the fake one, whose pictures come from an engine with constants that the loop does not know. How near a
photo came is measured here once more, from what Lightroom would draw of it.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from couloir.lightroom.local.fields import KEY, as_fields
from couloir.lightroom.local.masks import Brush, Dab, LocalAdjustment, Mask, Stroke
from couloir.service.match.painted import SWITCH
from fake_lightroom import HttpFault, Lightroom, Options
from fake_lightroom.session import RenderJob
from hidden_lightroom import HiddenLightroom
from matching_scene import (
    NOISE,
    Edited,
    agree_to_match,
    ask,
    assert_finished,
    edited_photos,
    far,
    fields,
    select,
    snapshot,
)

MENU = "RederiveMenu.lua"
VERDICTS = {"same", "matched", "close", "review"}


@pytest.fixture(scope="session")
def edited(sample) -> list[Edited]:
    return edited_photos(sample)


@pytest.fixture
def ready(shared_daemon, start, sample) -> Callable[..., Lightroom]:
    """A Lightroom whose user derives adjustments, has looks matched, and knows where the library is."""

    def begin(**more: Any) -> Lightroom:
        more.setdefault("renderer", HiddenLightroom(7))
        return agree_to_match(start(more.pop("home", shared_daemon.home), **more), sample.path)

    return begin


def test_a_brush_of_couloirs_that_lightrooms_rendering_refutes_is_taken_back(ready, edited):
    """As it came with the photo's XMP. It is switched off for one rendering, which no brush by Lua is needed for."""
    lightroom = ready(options=Options(places_by_lua="dropped"))
    [photo] = select(lightroom, edited, 1)
    brush = Brush((Stroke((Dab(0.7, 0.5, 1.0),), 0.25, 0.5),))
    masks = as_fields([LocalAdjustment("Aperture: Burn", {"LocalExposure2012": -3.0}, (Mask(brush),))])
    photo.develop[KEY] = masks
    lightroom.run_menu(MENU)
    assert [taken[SWITCH] for _, taken in photo.history if SWITCH in taken] == [False, True]
    assert KEY not in photo.develop
    assert photo.develop[SWITCH] is True
    assert "What was painted was taken back" in fields(photo)["reason"]


def test_photos_come_nearer_to_their_previews_and_say_how_near(ready, edited, shared_daemon, said):
    lightroom = ready()
    captions: list[str] = []
    asked = lightroom.faults.http_fault

    def look(number: int, request: str) -> HttpFault | None:
        captions.extend(bar["caption"] for bar in lightroom.progress if bar["title"].startswith("Matching looks"))
        return asked(number, request)

    lightroom.faults.http_fault = look
    photos = select(lightroom, edited, 4)
    lightroom.run_menu(MENU)
    assert_finished(lightroom, photos, edited)
    gained = 0.0
    for photo, each in zip(photos, edited, strict=False):
        before, after = (
            far(lightroom, photo, s, each.preview) for s in (snapshot(photo, "Before matching"), photo.develop)
        )
        gained += before - after
        assert fields(photo)["verdict"] in VERDICTS
        assert float(fields(photo)["difference"].removeprefix("Lightroom ")) == pytest.approx(after, abs=NOISE + 0.3)
        assert fields(photo)["reason"]
        assert fields(photo)["uuid"] == each.uuid
        assert fields(photo)["fidelity"] in ("exact", "approximate", "preview", "dropped")
        if before - after > 0.5:  # its values are those of Lightroom's renderings, and no formula's
            assert fields(photo)["fidelity"] != "approximate"
    assert gained / len(photos) > 0.3
    assert any("difference" in caption and ".JPG: rendering 2" in caption for caption in captions), captions
    assert "4 done" in said(lightroom)
    assert ask(shared_daemon, "/v1/refinements") == {"sessions": []}
    places = {Path(each.settings["LR_export_destinationPathPrefix"]) for each in lightroom._session.exports}
    assert not any(place.exists() for place in places)


def test_one_snapshot_brings_back_what_was_before(ready, edited):
    lightroom = ready()
    photos = select(lightroom, edited, 4)
    lightroom.run_menu(MENU)
    corrected = 0
    for photo in photos:
        before = snapshot(photo, "Before matching")
        derived = next(settings for name, settings in photo.history if name == "Couloir: as in Aperture")
        assert before == {key: value for key, value in derived.items() if value != {}}
        names = [name for name, _ in photo.history]
        tries = [name for name in names if name.startswith("Couloir: matching, rendering")]
        assert len(tries) <= 4
        # A photo whose first rendering is the best one is left as it is, without a step that changes nothing.
        ends = ["Couloir: matched with Aperture"] if tries else []
        assert names == ["Couloir: as in Aperture", *tries, *ends]
        corrected += bool(tries)
    assert corrected


@dataclass
class Swapped:
    """A Lightroom whose red is blue: nothing brings that near."""

    within: HiddenLightroom

    def __call__(self, job: RenderJob) -> bytes:
        with Image.open(io.BytesIO(self.within(job))) as picture:
            red, green, blue = picture.convert("RGB").split()
        file = io.BytesIO()
        Image.merge("RGB", (blue, green, red)).save(file, "JPEG", quality=90)
        return file.getvalue()


def review(lightroom: Lightroom) -> list[int]:
    return [
        photo
        for each in lightroom.catalog.collections.values()
        if each.name == "Looks to review"
        for photo in each.photos
    ]


def test_what_stays_far_is_put_up_for_review_until_it_is_near(ready, edited, said):
    lightroom = ready(renderer=Swapped(HiddenLightroom(7)))
    photos = select(lightroom, edited)
    lightroom.run_menu(MENU)
    found = [photo for photo in photos if fields(photo)["verdict"] == "review"]
    assert found
    assert sorted(review(lightroom)) == sorted(photo.id for photo in found)
    assert f"{len(found)} done, with a remark" in said(lightroom)
    lightroom._session.renderer = HiddenLightroom(7)
    lightroom.select(found[0])
    lightroom.run_menu(MENU)
    assert fields(found[0])["verdict"] in ("same", "matched", "close")
    assert sorted(review(lightroom)) == sorted(photo.id for photo in found[1:])


def test_who_does_not_want_it_gets_no_rendering(shared_daemon, start, sample, edited):
    lightroom = start(shared_daemon.home)
    lightroom.answer("Re-derive the adjustments", "ok")
    lightroom.answer("Choose an Aperture library", [str(sample.path)])
    lightroom.answer("Adjustments from Aperture", "ok")
    select(lightroom, edited, 1)
    lightroom.run_menu(MENU)
    assert lightroom._session.exports == []


def test_the_choice_is_remembered(ready, edited):
    lightroom = ready()
    lightroom.answer("Re-derive the adjustments", "ok")
    select(lightroom, edited, 1)
    lightroom.run_menu(MENU)
    assert (lightroom.prefs["match"], lightroom.prefs["finish"]) == (True, "sliders")


def test_a_photo_that_cannot_be_drawn_says_so_and_the_others_go_on(ready, edited, said):
    drawing = HiddenLightroom(7)

    def broken(job: RenderJob) -> bytes:
        if job.path == edited[1].path:
            raise OSError("the disk has been taken out")
        return drawing(job)

    lightroom = ready(renderer=broken)
    photos = select(lightroom, edited)
    lightroom.run_menu(MENU)
    assert "Lightroom could not draw it (the disk has been taken out)." in said(lightroom)
    assert fields(photos[1])["verdict"] == "unmeasured"
    assert [fields(photos[n])["verdict"] in VERDICTS for n in (0, 2)] == [True, True]


def test_on_windows_it_is_the_same(windows_daemon, ready, edited, home):
    lightroom = ready(home=home, platform="win", options=Options(time_scale=0.02, path_style="posix"))
    photos = select(lightroom, edited, 1)
    lightroom.run_menu(MENU)
    assert_finished(lightroom, photos, edited)
    assert fields(photos[0])["verdict"] in VERDICTS
