"""Two catalogs and one service: work of one catalog is resumed there only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from fake_lightroom import Catalog, Lightroom, LightroomKilled
from hidden_lightroom import HiddenLightroom
from matching_scene import agree_to_match, ask, assert_finished, edited_photos, fields, select

IMPORT, REDERIVE, REPORT, MARKS = "ImportMenu.lua", "RederiveMenu.lua", "ReportMenu.lua", "MarksMenu.lua"
ID = "org.couloir.lightroom"
UNFINISHED = "has not finished."


@pytest.fixture
def opened(daemon, start, agreeing, small, tmp_path) -> Callable[..., Lightroom]:
    """Lightroom with the catalog of that name. Who opens it agrees to everything."""

    def begin(
        name: str, catalog: Catalog | None = None, destination: Path | None = None, beside: str = "ok"
    ) -> Lightroom:
        path = tmp_path / f"{name}.lrcat"
        lightroom = start(daemon.home, catalog=catalog or Catalog(), catalog_path=path)
        lightroom.answer(UNFINISHED, beside)
        return agreeing(lightroom, small, destination)

    return begin


def uuids(lightroom: Lightroom) -> set[str]:
    return {photo.properties[ID]["uuid"] for photo in lightroom.catalog.photos.values()}


def killed_in_the_middle(lightroom: Lightroom) -> int:
    """How many photos had come when Lightroom died in the first batch of its import."""
    seen = lightroom.faults.http_fault

    def look(number: int, request: str) -> Any:
        if request.endswith("/results"):
            lightroom.kill()
        return seen(number, request)

    lightroom.faults.http_fault = look  # type: ignore[method-assign]
    with pytest.raises(LightroomKilled):
        lightroom.run_menu(IMPORT)
    return len(lightroom.catalog.photos)


def test_an_import_that_stopped_in_one_catalog_is_not_continued_in_another(opened, said, daemon):
    first = opened("A")
    came = killed_in_the_middle(first)
    assert came > 0
    other = opened("B")
    other.run_menu(IMPORT)
    assert f"An import into the catalog {first._session.catalog_path} has not finished." in said(other)
    assert "Continue the import into" not in said(other)
    again = opened("A", first.catalog)
    again.run_menu(IMPORT)
    assert "Continue the import into" in said(again)
    assert UNFINISHED not in said(again)
    assert uuids(again) == uuids(other)
    assert len(again.catalog.photos) == len(other.catalog.photos) >= came
    folders = [{Path(photo.path).parts[: len(daemon.home.parts) + 2] for photo in each.catalog.photos.values()}
               for each in (again, other)]  # fmt: skip
    assert folders[0].isdisjoint(folders[1])
    assert {each["state"] for each in ask(daemon, "/v1/imports")["imports"]} == {"done"}


def test_who_does_not_want_a_separate_import_gets_none(opened, said):
    killed_in_the_middle(opened("A"))
    other = opened("B", beside="cancel")
    other.run_menu(IMPORT)
    assert UNFINISHED in said(other)
    assert "Import from Aperture: " not in said(other)


def test_an_import_that_is_finished_in_one_catalog_is_not_finished_in_another(opened, said):
    first, other = opened("A"), opened("B")
    first.run_menu(IMPORT)
    for menu in (REPORT, MARKS):
        other.answer("Nothing has been imported from Aperture into this catalog yet.", "ok")
        other.run_menu(menu)
    assert str(first._session.catalog_path) in said(other)
    other.run_menu(IMPORT)
    assert len(other.catalog.photos) == len(first.catalog.photos) > 0
    assert uuids(other) == uuids(first)
    assert UNFINISHED not in said(other)
    gates = other.counters.gates, first.counters.gates
    for lightroom in (other, first):
        lightroom.run_menu(IMPORT)
    assert (other.counters.gates, first.counters.gates) == gates


def test_a_folder_belongs_to_one_catalog(opened, said, tmp_path):
    first, other = opened("A", destination=tmp_path / "Here"), opened("B", destination=tmp_path / "Here")
    first.run_menu(IMPORT)
    other.answer("belongs to another Lightroom catalog", "ok")
    other.run_menu(IMPORT)
    assert str(first._session.catalog_path) in said(other)
    assert not other.catalog.photos


@pytest.mark.parametrize(("answer", "continued"), [("ok", True), ("other", False), ("cancel", None)])
def test_a_catalog_that_lies_elsewhere_is_the_same_or_a_copy_as_the_user_says(opened, said, answer, continued):
    first = opened("A")
    killed_in_the_middle(first)
    moved = opened("A-v14", first.catalog)
    moved.answer("Couloir knows this catalog as", answer)
    moved.run_menu(IMPORT)
    assert ("Continue the import into" in said(moved)) is (continued is True)
    assert (UNFINISHED in said(moved)) is (continued is False)
    if continued is not None:
        asked = said(moved).count("Couloir knows this catalog as")
        moved.run_menu(IMPORT)
        assert said(moved).count("Couloir knows this catalog as") == asked == 1


@pytest.mark.parametrize("when", ["in the middle", "after the end"])
def test_looks_that_are_matched_in_one_catalog_are_not_settled_in_another(daemon, start, sample, tmp_path, said, when):
    edited = edited_photos(sample)

    def begin(name: str, catalog: Catalog) -> Lightroom:
        lightroom = start(
            daemon.home, catalog=catalog, catalog_path=tmp_path / f"{name}.lrcat", renderer=HiddenLightroom(7)
        )
        return agree_to_match(lightroom, sample.path)

    first = begin("A", Catalog())
    photos = select(first, edited, 2)
    if when == "in the middle":
        seen, rounds = first.faults.http_fault, iter(range(100))

        def look(number: int, request: str) -> Any:
            if request.endswith("/round") and next(rounds) == 2:
                first.kill()
            return seen(number, request)

        first.faults.http_fault = look  # type: ignore[method-assign]
    with suppress(LightroomKilled):
        first.run_menu(REDERIVE)
    before = ask(daemon, "/v1/refinements")
    assert len(before["sessions"]) == (when == "in the middle")
    other = begin("B", Catalog())
    theirs = select(other, edited, 1)
    other.run_menu(REDERIVE)
    assert "Matching looks has stopped with" not in said(other)
    assert_finished(other, theirs, edited)
    assert "verdict" in fields(theirs[0])
    assert ask(daemon, "/v1/refinements") == before
    again = begin("A", first.catalog)
    again.select(*photos)
    again.run_menu(REDERIVE)
    assert ("Matching looks has stopped with" in said(again)) is (when == "in the middle")
    assert_finished(again, photos, edited)
    assert all("verdict" in fields(photo) for photo in photos)
    assert ask(daemon, "/v1/refinements") == {"sessions": []}
