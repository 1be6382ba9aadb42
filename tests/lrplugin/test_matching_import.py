"""Matching looks after an import: imported photos are matched, the ledger records each difference, and what a crash
interrupted is resumed by the next Import from Aperture.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.ledger.verdicts import MatchRecord, list_unmatched, matches
from couloir.refine.verdict import verdict
from fake_lightroom import Lightroom, LightroomKilled
from hidden_lightroom import HiddenLightroom
from matching_scene import ask, fields
from sample_library import build_library

MENU = "ImportMenu.lua"


@pytest.fixture(scope="session")
def tiny(small, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A library of a few photos. Never written to."""
    folder = tmp_path_factory.mktemp("tiny")
    manifest = build_library(folder / "Tiny.aplibrary", masters=8, seed=11, write_plists=False)
    return type(small)(folder / "Tiny.aplibrary", manifest)


@pytest.fixture
def importing(start, agreeing, tiny, tmp_path) -> Callable[..., Lightroom]:
    """A Lightroom whose user imports everything and has looks matched afterwards."""

    def begin(home: Path, **more: Any) -> Lightroom:
        lightroom = start(home, renderer=HiddenLightroom(3), **more)

        def options(dialog: Any) -> str:
            dialog.set("Match looks", True)
            dialog.set("All: ", "all")
            return "ok"

        lightroom.answer("Looks and time: ", options)
        for title in ("Looks matched with Aperture", "Matching looks has stopped with"):
            lightroom.answer(title, "ok")
        return agreeing(lightroom, tiny, tmp_path / "destination")

    return begin


@pytest.fixture
def ledger(tmp_path) -> Iterator[Callable[[], Ledger]]:
    opened: list[Ledger] = []

    def look() -> Ledger:
        opened.append(Ledger.open_to_read(tmp_path / "destination" / ".couloir" / "ledger.sqlite3"))
        return opened[-1]

    yield look
    for each in opened:
        each.connection.close()


def measured(ledger: Ledger) -> dict[str, MatchRecord]:
    return {match.version: match for match in matches(ledger)}


@pytest.mark.usefixtures("assumed")
def test_what_an_import_brings_is_matched_and_the_ledger_knows_how_near_it_came(
    importing, shared_daemon, ledger, tmp_path, said
):
    lightroom = importing(shared_daemon.home)
    lightroom.run_menu(MENU)
    assert lightroom.dialogs[-1].title == "The import from Aperture is finished"
    assert any(text.startswith("Looks matched with Aperture: ") for text in lightroom.dialogs[-1].texts)
    found = ledger()
    assert list_unmatched(found) == []
    kept = measured(found)
    in_catalog = {fields(photo)["uuid"]: photo for photo in lightroom.catalog.photos.values()}
    for uuid, match in kept.items():
        photo = in_catalog[uuid]
        assert fields(photo)["verdict"] == verdict(match.after, match.renderer).code
        assert fields(photo).get("reason", "") == match.reason
        assert match.renderer == "Lightroom"
        if match.after is not None:
            assert match.before is not None
            assert match.after.mean <= match.before.mean
            assert fields(photo)["difference"] == f"Lightroom {match.after.mean:.1f}"
            with Image.open(tmp_path / "destination" / match.picture) as picture:
                assert max(picture.size) <= 640
    assert any(match.after is not None for match in kept.values())
    images = {
        entry.row.uuid for entry in found.entries(Kind.VERSION) if entry.row.detail.get("settings") is not None
    } & in_catalog.keys()
    assert kept.keys() == images
    assert ask(shared_daemon, "/v1/imports")["imports"][0]["unmatched"] == 0
    drawing: Any = lightroom._session.renderer
    renderings = drawing.drawn
    # Several photos share a gate and an export, and only fields that differ are written.
    spent, photos = lightroom.counters.by_name, len(lightroom.catalog.photos)
    assert spent["LrExportSession"] <= renderings / 2
    assert spent["LrPhoto.getDevelopSettings"] <= renderings + 1.5 * photos
    assert spent["LrPhoto.setPropertyForPlugin"] <= 14 * photos
    assert json.loads((shared_daemon.state / "durations.json").read_text())["rendering"][1] >= renderings
    lightroom.run_menu(MENU)  # the same library into the same folder
    assert measured(ledger()) == kept
    assert drawing.drawn == renderings


def test_an_import_whose_matching_was_killed_is_taken_up_by_the_next(importing, shared_daemon, ledger, said):
    lightroom = importing(shared_daemon.home)
    drawn = iter(range(100))
    drawing: Any = lightroom._session.renderer

    def dying(job: Any) -> bytes:
        if next(drawn) == 2:
            lightroom.kill()
        picture: bytes = drawing(job)
        return picture

    lightroom._session.renderer = dying
    with pytest.raises(LightroomKilled):
        lightroom.run_menu(MENU)
    assert ask(shared_daemon, "/v1/imports")["imports"][0]["unmatched"] > 0
    again = importing(shared_daemon.home, catalog=lightroom.catalog)
    again.run_menu(MENU)
    assert "Matching looks has stopped with" in said(again)
    assert list_unmatched(ledger()) == []
    assert ask(shared_daemon, "/v1/refinements") == {"sessions": []}
    assert all("verdict" in fields(photo) for photo in again.catalog.photos.values() if photo.history)
