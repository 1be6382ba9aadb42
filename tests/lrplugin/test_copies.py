"""Virtual copies and stacks of photos that a filter, a collapsed stack or the shown source hides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import canned_service
from fake_lightroom import Photo
from fake_lightroom.catalog import records
from fake_lightroom.marshal import Ref
from plugin_pictures.stage import Stage

MENU = "ImportMenu.lua"
STACK = {"uuid": "s", "pick": "a", "pick_path": "", "size": 3}


@pytest.fixture
def importing(staged: Callable[..., Stage]) -> Callable[..., Stage]:
    """A stage whose user agrees to everything, in an import of these photos."""

    def begin(*photos: Callable[[Stage], dict[str, Any]], **options: Any) -> Stage:
        stage = staged(**options)
        for photo in photos:
            canned_service.say_batches(stage, {"photos": [photo(stage)]})
        stage.service(canned_service.around_batches(stage, len(photos)))
        stage.lightroom.answer(lambda dialog: True, "ok")
        return stage

    return begin


def photo(name: str, copies: int = 0, **more: Any) -> Callable[[Stage], dict[str, Any]]:
    return lambda stage: canned_service.task(stage, name, copies, **more)


def said(stage: Stage) -> str:
    return "\n".join(text for dialog in stage.lightroom.dialogs for text in dialog.texts)


def copies_of(stage: Stage) -> list[Photo]:
    return [each for each in stage.lightroom.catalog.photos.values() if each.master is not None]


def show(stage: Stage, how: str) -> None:
    """The user looks at the library in a way in which new photos do not show."""
    catalog = stage.lightroom.catalog
    own = stage.lightroom.add_photo(stage.photo("own.JPG"), rating=5)
    if how == "filter":
        stage.lightroom.filter(lambda each: each.metadata.get("rating") != 5)
    else:
        rating = {"criteria": "rating", "operation": ">=", "value": 5}
        search = {"combine": "intersect", "rules": [rating]} if how == "smart collection" else None
        shown = records.Collection(catalog.new_id(), "shown", None, search)
        catalog.insert(shown)
        if search is None:
            catalog.collect(shown, own)
        stage.lightroom._session.filmstrip = lambda: [own.id]
        stage.lightroom._session.filmstrip.source = Ref("LrCollection", shown.id)
    stage.lightroom.select(own)


@pytest.mark.parametrize("how", ["filter", "collection", "smart collection"])
def test_what_the_user_looks_at_hides_no_photo_from_being_copied(importing, how):
    stage = importing(photo("a", 2), photo("b", 1))
    show(stage, how)
    selection = stage.lightroom.selection
    with stage.lightroom:
        stage.play(MENU)
        assert [copy.copy_name[:6] for copy in copies_of(stage)] == ["a copy", "a copy", "b copy"]
        assert stage.lightroom.selection == selection
        assert stage.lightroom.is_filtered == (how == "filter")
        if how != "filter":
            assert stage.lightroom._session.filmstrip is not None
        assert "view_filter" not in stage.lightroom.prefs


HIDDEN = (photo("a", stack={**STACK, "position": 0}), photo("b", 1, stack={**STACK, "position": 1}))


def stacked_and_collapsed(importing: Any, **options: Any) -> Stage:
    stage: Stage = importing(*HIDDEN, **options)
    catalog = stage.lightroom.catalog
    stack = catalog.stack

    def collapse(*arguments: Any, **more: Any) -> None:
        stack(*arguments, **more)
        stage.lightroom.collapse_stacks()

    catalog.stack = collapse  # type: ignore[method-assign]
    return stage


def test_a_photo_in_a_collapsed_stack_is_copied(importing):
    stage = stacked_and_collapsed(importing, collapsed_in_collections=False)
    with stage.lightroom:
        stage.play(MENU)
    assert len(copies_of(stage)) == 1
    assert [each.name for each in stage.lightroom.catalog.collections.values()] == ["P"]


def test_a_copy_that_cannot_be_made_is_told_with_what_to_do_and_made_by_the_next_import(importing):
    stage = stacked_and_collapsed(importing, collapsed_in_collections=True)
    with stage.lightroom:
        stage.play(MENU)
        assert copies_of(stage) == []
        assert "Expand all stacks, switch the filter off, and import again: it is made then." in said(stage)
        assert [each.name for each in stage.lightroom.catalog.collections.values()] == ["P"]
        stage.lightroom.catalog.collapsed.clear()
        del stage.lightroom.catalog.stack  # as the class has it
        known = canned_service.task(stage, "b", 1, stack={**STACK, "position": 1}, known=True)
        stage.say(
            f"POST /v1/imports/{canned_service.IMPORT}/batches",
            {"number": 1, "done": False, "photos": [known], "albums": [], "keywords": []}, times=1,
        )  # fmt: skip
        stage.faults._http.insert(1, stage.faults._http.pop())
        stage.play(MENU)
    assert [copy.copy_name[:6] for copy in copies_of(stage)] == ["b copy"]


def stacks_of(stage: Stage) -> list[list[str]]:
    catalog = stage.lightroom.catalog
    name = {n: Path(each.path).stem + "*" * (each.master is not None) for n, each in catalog.photos.items()}
    return [[name[n] for n in members] for members in catalog.stacks.values()]


def test_a_copy_that_lightroom_stacks_by_itself_is_not_reported_as_lost(importing):
    stack = {**STACK, "size": 2}
    task: dict[str, Any] = {}

    def with_copy(stage: Stage) -> dict[str, Any]:
        task.update(canned_service.task(stage, "a", 1, stack={**stack, "position": 0}))
        task["copies"][0]["stack"] = {**stack, "position": 1}
        return task

    stage = importing(with_copy)
    with stage.lightroom:
        stage.play(MENU)
    assert stacks_of(stage) == [["a", "a*"]]
    assert "stack" not in said(stage).lower()


def test_a_copy_of_another_stack_is_told(importing):
    def with_copy(stage: Stage) -> dict[str, Any]:
        task = canned_service.task(stage, "a", 1)
        task["copies"][0]["stack"] = {**STACK, "position": 1}
        return task

    stage = importing(with_copy)
    with stage.lightroom:
        stage.play(MENU)
    assert "Lightroom stacks a virtual copy with its photo only." in said(stage)


@pytest.mark.parametrize("how", ["error", "unstacked"])
def test_a_photo_of_another_folder_is_added_without_its_stack_and_that_is_told(importing, how):
    stage = importing(
        photo("a", stack={**STACK, "position": 0}), photo("elsewhere/b", stack={**STACK, "position": 1}),
        photo("c", stack={**STACK, "position": 2}), stack_across_folders=how,
    )  # fmt: skip
    with stage.lightroom:
        stage.play(MENU)
    assert sorted(Path(each.path).name for each in stage.lightroom.catalog.photos.values()) == [
        "a.JPG", "b.JPG", "c.JPG",
    ]  # fmt: skip
    assert stacks_of(stage) == [["a", "c"]]
    assert said(stage).count("Lightroom stacks only photos of one folder.") == 1
