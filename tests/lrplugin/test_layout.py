"""Albums and projects in a catalog with collections of its own, or of an earlier import."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import canned_service
from fake_lightroom.catalog import records
from plugin_pictures.stage import Stage

MENU = "ImportMenu.lua"
TAKEN = pytest.mark.parametrize("taken_name", ["nil", "error"])
OTHER = {"sets": ["L"], "name": "Wedding"}
IN_SET = {
    "uuid": "p", "kind": "project", "sets": ["L", "Wedding"], "name": "Wedding - all photos", "position": 1,
    "other": OTHER,
}  # fmt: skip
BY_ITSELF = {**IN_SET, **OTHER, "other": {"sets": ["L", "Wedding"], "name": "Wedding - all photos"}}
ALBUM = {"uuid": "a", "kind": "album", "sets": ["L", "Wedding"], "name": "Best", "position": 0, "other": None}


@pytest.fixture
def importing(staged: Callable[..., Stage]) -> Callable[..., Stage]:
    """A stage whose user agrees to everything, in an import of these batches."""

    def begin(*batches: Callable[[Stage], dict[str, Any]], **options: Any) -> Stage:
        stage = staged(**options)
        canned_service.say_batches(stage, *(batch(stage) for batch in batches))
        stage.service(canned_service.around_batches(stage, 1))
        stage.lightroom.answer(lambda dialog: True, "ok")
        return stage

    return begin


def photo(name: str, *places: dict[str, Any], **more: Any) -> Callable[[Stage], dict[str, Any]]:
    return lambda stage: {"photos": [canned_service.task(stage, name, collections=list(places), **more)]}


def collections_of(stage: Stage) -> dict[tuple[str, ...], list[str]]:
    """The names of their photos' files."""
    catalog = stage.lightroom.catalog
    photos = catalog.photos
    return {
        (*names(catalog.collection_sets, each.parent), each.name): [Path(photos[n].path).name for n in each.photos]
        for each in catalog.collections.values()
    }


def names(sets: dict[int, Any], number: int | None) -> tuple[str, ...]:
    return () if number is None else (*names(sets, sets[number].parent), sets[number].name)


def results_of(stage: Stage) -> str:
    return "\n".join(text for dialog in stage.lightroom.dialogs for text in dialog.texts)


@TAKEN
def test_a_project_with_albums_is_a_set(importing, taken_name):
    stage = importing(photo("1", ALBUM, IN_SET), taken_name=taken_name)
    with stage.lightroom:
        stage.play(MENU)
    assert collections_of(stage) == {
        ("L", "Wedding", "Best"): ["1.JPG"],
        ("L", "Wedding", "Wedding - all photos"): ["1.JPG"],
    }


@TAKEN
def test_a_project_that_has_got_albums_goes_into_its_set(importing, taken_name):
    stage = importing(photo("1", BY_ITSELF), photo("2", ALBUM, IN_SET), photo("3", IN_SET), taken_name=taken_name)
    with stage.lightroom:
        stage.play(MENU)
    assert collections_of(stage) == {
        ("L", "Wedding", "Best"): ["2.JPG"],
        ("L", "Wedding", "Wedding - all photos"): ["1.JPG", "2.JPG", "3.JPG"],
    }


def test_a_project_that_has_lost_its_albums_stays_a_set(importing):
    stage = importing(photo("1", ALBUM, IN_SET), photo("2", BY_ITSELF))
    with stage.lightroom:
        stage.play(MENU)
    assert collections_of(stage) == {
        ("L", "Wedding", "Best"): ["1.JPG"],
        ("L", "Wedding", "Wedding - all photos"): ["1.JPG", "2.JPG"],
    }


@TAKEN
@pytest.mark.parametrize("kind", ["collection", "set"])
def test_a_name_that_something_of_the_users_has_gets_a_number(importing, taken_name, kind):
    stage = importing(photo("1", ALBUM, IN_SET), photo("2", {**BY_ITSELF, "uuid": "q"}), taken_name=taken_name)
    catalog = stage.lightroom.catalog
    library = records.CollectionSet(catalog.new_id(), "L")
    catalog.insert(library)
    theirs: Any = records.Collection if kind == "collection" else records.CollectionSet
    name = "Wedding" if kind == "collection" else "best"
    if kind == "set":
        inside = records.CollectionSet(catalog.new_id(), "wedding", library.id)
        catalog.insert(inside)
        catalog.insert(theirs(catalog.new_id(), name, inside.id))
    else:
        catalog.insert(theirs(catalog.new_id(), name, library.id))
    with stage.lightroom:
        stage.play(MENU)
    found = collections_of(stage)
    if kind == "collection":
        # The user's own collection takes the photos of the project that is one, as an earlier one of ours would.
        assert found == {
            ("L", "Wedding"): ["2.JPG"],
            ("L", "Wedding (2)", "Best"): ["1.JPG"],
            ("L", "Wedding (2)", "Wedding - all photos"): ["1.JPG"],
        }
    else:
        assert found[("L", "wedding", "Best (2)")] == ["1.JPG"]
        assert found[("L", "Wedding (2)")] == ["2.JPG"]
    assert stage.lightroom.task_errors == []


@pytest.mark.parametrize("member", ["createCollection", "createCollectionSet", "createKeyword"])
@pytest.mark.parametrize("text", ["no", None])
def test_what_lightroom_refuses_costs_its_rows_and_not_the_import(importing, member, text):
    stage = importing(
        photo("1", ALBUM), lambda stage: {"albums": [{**ALBUM, "photos": 1, "search": None, "project": ""}]},
        lambda stage: {"keywords": [{"uuid": "k", "path": ["C"]}]},
    )  # fmt: skip
    stage.faults.refuse(f"LrCatalog.{member}", text, times=None)
    with stage.lightroom:
        stage.play(MENU)
    [imported] = stage.lightroom.catalog.photos.values()
    assert imported.metadata["rating"] == 3
    said = results_of(stage)
    assert "The import from Aperture is finished" in said
    if member == "createKeyword":
        assert "Lightroom made no keyword" in said or "Lightroom refused it (no)" in said
        assert collections_of(stage) == {("L", "Wedding", "Best"): ["1.JPG"]}
    else:
        assert "Lightroom made no collection Best." in said
        assert {stage.lightroom.catalog.keywords[number].name for number in imported.keywords} == {"B"}


@pytest.mark.parametrize("what", ["collection", "its set"])
def test_a_collection_that_the_user_deletes_meanwhile_is_made_again(importing, what):
    stage = importing(photo("1", ALBUM), photo("2", ALBUM))
    catalog = stage.lightroom.catalog

    def delete() -> None:
        found: Any = catalog.collections if what == "collection" else catalog.collection_sets
        catalog.remove(next(iter(found.values())))

    canned_service.at_batch(stage, 2, delete)
    with stage.lightroom:
        stage.play(MENU)
    assert collections_of(stage) == {("L", "Wedding", "Best"): ["2.JPG"]}
    assert "made no collection" not in results_of(stage)
    assert stage.lightroom.task_errors == []


@pytest.mark.parametrize(
    ("refusals", "order"), [(0, ["2.JPG", "1.JPG"]), (1, ["2.JPG", "1.JPG"]), (9, ["1.JPG", "2.JPG"])]
)
def test_an_album_that_cannot_be_put_in_order_is_there_all_the_same(importing, refusals, order):
    album = {"albums": [{**ALBUM, "photos": 2, "search": None, "project": ""}]}
    stage = importing(photo("1", {**ALBUM, "position": 5}), photo("2", {**ALBUM, "position": 1}), lambda stage: album)
    if refusals:
        stage.faults.refuse("LrCollection.removeAllPhotos", "no", times=refusals)
    with stage.lightroom:
        stage.play(MENU)
    assert collections_of(stage) == {("L", "Wedding", "Best"): order}
    assert "The import from Aperture is finished" in results_of(stage)
