"""Photos that were marked on the report's page, gathered in Lightroom's collections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fake_lightroom import Photo
from plugin_pictures.stage import Stage

MENU = "MarksMenu.lua"
ID = "org.couloir.lightroom"
LIBRARY, IMPORT = "1" * 32, "2" * 32


@pytest.fixture
def stage(tmp_path: Path, plugin: Path) -> Iterator[Stage]:
    made = Stage(tmp_path, plugin)
    with made.lightroom:
        yield made


@pytest.fixture
def photo(stage: Stage) -> Callable[..., Photo]:
    def add(version: str, library: str = LIBRARY, verdict: str = "") -> Photo:
        found = stage.lightroom.add_photo(stage.photo(f"{version}.NEF"))
        found.properties = {ID: {"uuid": version, "library": library, **({"verdict": verdict} if verdict else {})}}
        return found

    return add


def say(stage: Stage, **decisions: str) -> None:
    """Once, and before what the service says of everything else."""
    said = [{"version": version, "decision": decision} for version, decision in decisions.items()]
    stage.say(f"GET /v1/imports/{IMPORT}/decisions", {"decisions": said}, times=1)


def service(stage: Stage) -> None:
    found = {"id": IMPORT, "state": "done", "library": LIBRARY, "destination": "/D", "photos": None}
    stage.service({"GET /v1/imports": {"imports": [found]}})


def gathered(stage: Stage) -> dict[str, list[int]]:
    return {each.name: list(each.photos) for each in stage.lightroom.catalog.collections.values()}


def test_marked_photos_lie_in_collections_and_those_of_yesterday_do_not(stage, photo):
    one, two, three = photo("one"), photo("two"), photo("three", verdict="review")
    photo("one", library="9" * 32)  # another library's
    say(stage, one="re-derive", two="review", three="review", gone="re-derive")
    say(stage, one="review", three="accepted", two="re-derive")
    service(stage)
    stage.play(MENU)
    assert gathered(stage) == {"Looks to review": [two.id, three.id], "To re-derive": [one.id]}
    stage.play(MENU)
    assert gathered(stage) == {"Looks to review": [two.id, one.id], "To re-derive": [two.id]}
    texts = [text for dialog in stage.lightroom.dialogs for text in dialog.texts]
    assert "To review: 2. To re-derive: 1. Accepted: 0." in texts
    assert "To review: 1. To re-derive: 1. Accepted: 1." in texts


def test_without_marks_or_imports_it_is_said(stage, photo):
    photo("one")
    stage.service({"GET /v1/imports": {"imports": []}})
    stage.play(MENU)
    assert stage.lightroom.dialogs[-1].texts[0] == "Nothing has been imported from Aperture yet."


def test_nothing_marked(stage, photo):
    photo("one")
    say(stage)
    service(stage)
    stage.play(MENU)
    assert stage.lightroom.dialogs[-1].texts[0] == "No photo is marked on the report's page."
    assert gathered(stage) == {}


def test_a_busy_catalog_is_told(stage, photo):
    photo("one")
    say(stage, one="review")
    service(stage)
    stage.faults.busy(seconds=1000)
    stage.play(MENU)
    assert "busy" in stage.lightroom.dialogs[-1].texts[0]
    assert gathered(stage) == {}
