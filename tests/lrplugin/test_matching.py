"""Matching looks in Lightroom: rounds of trying, drawing and sending, and a finished look for every photo at their end.

Lightroom is the fake one, whose pictures come from an engine with constants that the loop does not know. How near a
photo came is measured here once more, from what Lightroom would draw of it.
"""

from __future__ import annotations

import io
import json
import sqlite3
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_lightroom import HttpFault, Lightroom, Options, Photo
from fake_lightroom.catalog.develop import live_table
from fake_lightroom.session import RenderJob
from hidden_lightroom import HiddenLightroom
from PIL import Image

from couloir.aperture.library import Library
from couloir.color.difference import difference
from couloir.color.spaces import srgb_encode
from couloir.engines.pixels import load_pixels
from couloir.service import runtime

MENU = "RederiveMenu.lua"
ID = "org.couloir.lightroom"
VERDICTS = {"exact", "matched", "close", "review"}
PHOTOS = 3
NOISE = 0.15  # CIEDE2000 between two ways of reducing a picture


@dataclass(frozen=True)
class Edited:
    """A JPEG original with one version, which is edited, and that version's preview."""

    uuid: str
    path: Path
    preview: Path


@pytest.fixture(scope="session")
def edited(sample) -> list[Edited]:
    with sqlite3.connect(f"file:{sample.path}/Database/apdb/Library.apdb?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT v.uuid, m.imagePath FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid"
            " WHERE v.isOriginal = 0 AND v.hasAdjustments = 1 AND v.isInTrash = 0 AND v.showInLibrary = 1"
            " AND m.type = 'IMGT' AND m.fileIsReference = 0 AND m.imagePath LIKE '%.JPG'"
            " AND (SELECT count(*) FROM RKVersion o WHERE o.masterUuid = m.uuid AND o.isOriginal = 0) = 1"
            " ORDER BY v.modelId LIMIT 12"
        ).fetchall()
    database.close()
    with Library.open(sample.path) as library:
        found = [(uuid, path, library.preview(library.version(uuid)).path) for uuid, path in rows]
    return [Edited(uuid, sample.path / "Masters" / path, preview) for uuid, path, preview in found if preview]


@pytest.fixture
def ready(shared_daemon, start, sample) -> Callable[..., Lightroom]:
    """A Lightroom whose user derives adjustments, has looks matched, and knows where the library is."""

    def begin(**more: Any) -> Lightroom:
        more.setdefault("renderer", HiddenLightroom(7))
        lightroom = start(more.pop("home", shared_daemon.home), **more)
        lightroom.answer("Derive the adjustments", lambda dialog: dialog.set("Match looks", True) or "ok")
        lightroom.answer("Choose an Aperture library", [str(sample.path)])
        lightroom.answer("Adjustments from Aperture", "ok")
        lightroom.answer("Looks matched with Aperture", "ok")
        lightroom.answer("Matching looks has stopped with", "ok")
        lightroom.answer(lambda dialog: dialog.title == "Matching looks has stopped", "ok")
        return lightroom

    return begin


def select(lightroom: Lightroom, edited: list[Edited], count: int = PHOTOS) -> list[Photo]:
    photos = [lightroom.add_photo(each.path) for each in edited[:count]]
    lightroom.select(*photos)
    return photos


def fields(photo: Photo) -> dict[str, str]:
    return photo.properties[ID]


def far(lightroom: Lightroom, photo: Photo, settings: dict[str, Any], preview: Path) -> float:
    """How far what Lightroom draws with these settings is from the preview."""
    kept, photo.develop = photo.develop, settings
    job = RenderJob(Path(photo.path), live_table(photo, Options()), 640, 640)
    photo.develop = kept
    renderer: Any = lightroom._session.renderer
    with Image.open(io.BytesIO(renderer(job))) as picture:
        drawn = np.asarray(picture.convert("RGB").resize((96, 64), Image.Resampling.BOX)) / 255
    levels = np.rint(srgb_encode(load_pixels(preview, None, orient=True)) * 255).astype(np.uint8)
    wanted = np.asarray(Image.fromarray(levels).resize((96, 64), Image.Resampling.BOX)) / 255
    return difference(drawn, wanted).mean


def snapshot(photo: Photo, name: str) -> dict[str, Any]:
    [found] = [each.settings for each in photo.snapshots if each.name == name]
    return found


def assert_finished(lightroom: Lightroom, photos: list[Photo], edited: list[Edited]) -> None:
    """Each photo has a look that somebody meant it to have, and none is farther from Aperture than it was."""
    for photo, each in zip(photos, edited, strict=False):
        assert not photo.history[-1][0].startswith("Couloir: matching, rendering")
        assert snapshot(photo, "As in Aperture") == photo.develop
        names = [kept.name for kept in photo.snapshots]
        before = snapshot(photo, "Before matching") if "Before matching" in names else photo.develop
        assert far(lightroom, photo, photo.develop, each.preview) <= far(lightroom, photo, before, each.preview) + NOISE


def ask(daemon: Any, path: str) -> Any:
    """What the service says."""
    info = runtime.read_live(daemon.state / "daemon.json")
    request = urllib.request.Request(
        f"http://127.0.0.1:{info.port}{path}", headers={"Authorization": f"Bearer {info.token}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


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
        assert float(fields(photo)["difference"]) == pytest.approx(after, abs=NOISE + 0.3)
        assert fields(photo)["reason"]
        assert fields(photo)["uuid"] == each.uuid
        assert fields(photo)["fidelity"] in ("exact", "approximate", "dropped")
    assert gained / len(photos) > 0.3
    assert any("difference" in caption and ".JPG: rendering 2" in caption for caption in captions), captions
    assert "4 done" in said(lightroom)
    assert ask(shared_daemon, "/v1/refinements") == {"sessions": []}
    places = {Path(each.settings["LR_export_destinationPathPrefix"]) for each in lightroom._session.exports}
    assert not any(place.exists() for place in places)


def test_one_snapshot_brings_back_what_was_before(ready, edited):
    lightroom = ready()
    [photo] = select(lightroom, edited, 1)
    lightroom.run_menu(MENU)
    before = snapshot(photo, "Before matching")
    derived = next(settings for name, settings in photo.history if name == "Couloir: as in Aperture")
    assert before == {key: value for key, value in derived.items() if value != {}}
    names = [name for name, _ in photo.history]
    tries = [name for name in names if name.startswith("Couloir: matching, rendering")]
    assert names == ["Couloir: as in Aperture", *tries, "Couloir: matched with Aperture"]
    assert len(tries) <= 4


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
    assert fields(found[0])["verdict"] in ("exact", "matched", "close")
    assert sorted(review(lightroom)) == sorted(photo.id for photo in found[1:])


def test_who_does_not_want_it_gets_no_rendering(shared_daemon, start, sample, edited):
    lightroom = start(shared_daemon.home)
    lightroom.answer("Derive the adjustments", "ok")
    lightroom.answer("Choose an Aperture library", [str(sample.path)])
    lightroom.answer("Adjustments from Aperture", "ok")
    select(lightroom, edited, 1)
    lightroom.run_menu(MENU)
    assert lightroom._session.exports == []


def test_the_choice_is_remembered(ready, edited):
    lightroom = ready()
    lightroom.answer("Derive the adjustments", "ok")
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
