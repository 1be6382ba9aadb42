"""The closest look in Lightroom: sliders first, then a profile that Lightroom reads at its next start.

Lightroom is the fake one: it reads Camera Raw's folder when it starts, and draws a profile that it knows by UUID and
table. Whether a profile is kept, its rendering decides.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fake_lightroom import Lightroom, Photo
from fake_lightroom.enhanced_profiles import FOLDERS, table_drawn
from hidden_lightroom import HiddenLightroom
from matching_scene import NOISE, Edited, agree_to_match, ask, edited_photos, far, fields, select

MENU = "RederiveMenu.lua"
COUNT = 1


@dataclass(frozen=True)
class Scene:
    """A library whose previews have a look that no slider makes, and the photos of it."""

    path: Path
    edited: list[Edited]


def _crossed(file: Path) -> None:
    with Image.open(file) as image:
        picture = np.asarray(image.convert("RGB"), dtype=np.float32) / 255
    turned = picture[..., [1, 2, 0]]
    changed = np.clip(picture + 0.7 * (turned - picture) * (1 - picture), 0, 1)
    Image.fromarray(np.uint8(np.rint(changed * 255))).save(file, quality=95)


@pytest.fixture(scope="module")
def scene(sample, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    path = tmp_path_factory.mktemp("crossed") / sample.path.name
    shutil.copytree(sample.path, path)
    copied = type(sample)(path, sample.manifest)
    edited = edited_photos(copied)[:COUNT]
    for each in edited:
        _crossed(each.preview)
    return Scene(path, edited)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which the service puts profiles where Lightroom reads them."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("COULOIR_PRESETS_DIR", str(folder.joinpath(*FOLDERS["mac"])))
    return folder


@pytest.fixture
def ready(daemon, start, scene, home) -> Callable[..., Lightroom]:
    def begin(**more: Any) -> Lightroom:
        more.setdefault("renderer", HiddenLightroom(7, gap=0.3))
        lightroom = start(home, **more)

        def options(dialog: Any) -> str:
            dialog.set("Match looks", True)
            dialog.set("The closest look", "look")
            return "ok"

        lightroom.answer("Re-derive the adjustments", options)
        lightroom.answer("Have you restarted Lightroom?", "ok")
        return agree_to_match(lightroom, scene.path)

    return begin


def _profiles(home: Path) -> list[Path]:
    return sorted(home.joinpath(*FOLDERS["mac"]).glob("Couloir *.xmp"))


def _far(lightroom: Lightroom, photos: list[Photo], edited: list[Edited]) -> list[float]:
    return [far(lightroom, photo, photo.develop, each.preview) for photo, each in zip(photos, edited, strict=True)]


def _tables(lightroom: Lightroom, photos: list[Photo]) -> list[str]:
    return [table_drawn(photo.develop, lightroom._session.profiles) for photo in photos]


def test_a_profile_is_tried_after_a_restart_and_brings_photos_nearer(ready, scene, home, daemon, said, assumed):
    lightroom = ready()
    photos = select(lightroom, scene.edited, COUNT)
    in_the_way = home.joinpath(*FOLDERS["mac"])
    in_the_way.parent.mkdir(parents=True)
    in_the_way.touch()
    lightroom.run_menu(MENU)
    told = said(lightroom)
    assert str(in_the_way) in told
    assert "choose Re-derive adjustments for them again" in told
    assert "Restart Lightroom" not in told
    in_the_way.unlink()
    lightroom.run_menu(MENU)
    assert not any(photo.develop.get("Look") for photo in photos)
    assert _profiles(home)
    assert "Restart Lightroom" in said(lightroom)
    before = _far(lightroom, photos, scene.edited)
    [session] = ask(daemon, "/v1/refinements")["sessions"]
    assert session["with_profiles"]
    assert session["waiting"] == session["queued"] > 0
    lightroom.quit()
    later = ready(catalog=lightroom._session.catalog)
    later.select(*photos)
    later.run_menu(MENU)
    assert all(_tables(later, photos))
    for now, left, photo in zip(_far(later, photos, scene.edited), before, photos, strict=True):
        assert now <= left - 0.5 + NOISE
        assert "profile" in fields(photo)["reason"]
    assert ask(daemon, "/v1/refinements") == {"sessions": []}


def test_without_a_restart_the_sliders_stay_and_the_photos_wait_on(ready, scene, home, daemon):
    """As long as a rendering does not show it, a profile is taken back; later matches have it at once."""
    lightroom = ready()
    photos = select(lightroom, scene.edited, COUNT)
    lightroom.run_menu(MENU)
    before = _far(lightroom, photos, scene.edited)
    for left in (1, 0):
        lightroom.run_menu(MENU)
        assert not any(photo.develop.get("Look") for photo in photos)
        assert _far(lightroom, photos, scene.edited) == pytest.approx(before, abs=NOISE)
        assert len(ask(daemon, "/v1/refinements")["sessions"]) == left
    assert all("No profile" in fields(photo)["reason"] for photo in photos)
    installed = _profiles(home)
    lightroom.quit()
    later = ready(catalog=lightroom._session.catalog)
    later.select(*photos)
    later.run_menu(MENU)  # derives and matches them anew
    assert all(_tables(later, photos))
    assert _profiles(home) == installed
    assert ask(daemon, "/v1/refinements") == {"sessions": []}
