"""An unattended import: others hold the catalog, photos are removed, the plug-in is reloaded; a report ends it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import canned_service
from fake_lightroom import Photo, content
from fake_lightroom.assumed import ASSUMED
from plugin_pictures.stage import Stage

MENU = "ImportMenu.lua"
ID = "org.couloir.lightroom"
ROWS = pytest.mark.parametrize("batch_rows", ["all", *ASSUMED["batch_rows"]])
FINISHED, STOPPED = "The import from Aperture is finished", "The import has stopped"


@pytest.fixture
def importing(staged: Callable[..., Stage]) -> Callable[..., Stage]:
    """A stage whose user agrees to everything, in an import of two batches of four photos, the first with a copy; its
    originals are being brought still at so many looks. At the end the user may have all photos listed.
    """

    def press(dialog: Any) -> Any:
        dialog.click("All photos...")
        yield 1
        return "ok"

    def begin(looks: int = 0, *, lists_all: bool = False, **options: Any) -> Stage:
        options.setdefault("real_time", False)
        stage = staged(**options)
        batches = [
            {"photos": [canned_service.task(stage, f"{batch}{n}", int(n == 0)) for n in range(4)]} for batch in "ab"
        ]
        canned_service.say_batches(stage, *batches)
        if looks:
            stage.say("GET /v1/jobs/b", {"state": "running", "phase": "originals", "done": 1, "total": 9}, times=looks)
        stage.service(canned_service.around_batches(stage, 8))
        if lists_all:
            stage.lightroom.answer("All photos...", press)
        stage.lightroom.answer(lambda dialog: True, "ok")
        return stage

    return begin


def said(stage: Stage) -> str:
    return "\n".join(text for dialog in stage.lightroom.dialogs for text in dialog.texts)


def photos_of(stage: Stage) -> dict[str, Photo]:
    return {Path(photo.path).stem + " copy" * (photo.master is not None): photo
            for photo in stage.lightroom.catalog.photos.values()}  # fmt: skip


def shape(stage: Stage) -> Any:
    """The catalog, without the folder and the time of the run."""
    photos = content(stage.lightroom.catalog)["photos"]
    for photo in photos.values():
        photo["properties"][ID].pop("run", None)
    return {(Path(path).name, *more): {**photo, "master": None} for (path, *more), photo in photos.items()}


@pytest.fixture
def undisturbed(importing: Callable[..., Stage]) -> Stage:
    stage = importing()
    with stage.lightroom:
        stage.play(MENU)
    assert len(photos_of(stage)) == 10
    return stage


def test_a_lock_that_others_hold_for_minutes_ends_no_import(importing, undisturbed):
    for number in range(2, undisturbed.lightroom.counters.gates + 1):
        stage = importing()
        stage.faults.lock(15 * 60, nth=number)
        captions: list[str] = []
        watch(stage, captions)
        with stage.lightroom:
            stage.play(MENU)
        assert shape(stage) == shape(undisturbed)
        assert FINISHED in said(stage)
        assert 15 * 60 <= stage.lightroom.clock < 16 * 60
        assert "Lightroom is busy with something else; waiting" in captions
        assert captions[-1] != "Lightroom is busy with something else; waiting"


def watch(stage: Stage, captions: list[str]) -> None:
    """Notes what the bars say, whenever time passes."""
    later = stage.lightroom._session.waits.later

    def note(*arguments: Any) -> int:
        captions.extend(each["caption"] for each in stage.lightroom.progress if not each["finished"])
        return later(*arguments)

    stage.lightroom._session.waits.later = note  # type: ignore[method-assign]


def test_long_work_of_the_service_is_looked_at_less_and_less_often(importing, undisturbed):
    """200 looks are more than a quarter of an hour, and the end of a short job is found after a third of its time."""
    clocks = {}
    for looks in (6, 200):
        stage = importing(looks)
        with stage.lightroom:
            stage.play(MENU)
        assert shape(stage) == shape(undisturbed)
        clocks[looks] = stage.lightroom.clock - undisturbed.lightroom.clock
    assert 3 <= clocks[6] <= 8
    assert 200 * 4.5 <= clocks[200] <= 200 * 5.5


def test_who_waits_for_others_can_cancel_at_once(importing):
    stage = importing()
    stage.faults.lock(3600, nth=3)
    moments: list[float] = []
    later = stage.lightroom._session.waits.later

    def look(seconds: float, *arguments: Any) -> int:
        clock = stage.lightroom.clock
        if clock > 60 and not moments and stage.lightroom.cancel():
            moments.append(clock)
        return later(seconds, *arguments)

    stage.lightroom._session.waits.later = look  # type: ignore[method-assign]
    with stage.lightroom:
        stage.play(MENU)
    [ended] = [bar["ended"] for bar in stage.lightroom.progress if bar["canceled"]]
    assert ended - moments[0] <= 2
    assert STOPPED in said(stage)


@pytest.mark.parametrize(
    ("which", "gone_objects", "batch_rows"),
    [("b0", "error", "all"), ("b2", "nil", "some"), ("b0", "nil", "all"), ("b2", "error", "some")],
)
def test_a_photo_that_is_removed_meanwhile_costs_its_rows(importing, undisturbed, gone_objects, batch_rows, which):
    """Removed at every moment between its coming and the end of its batch."""
    calls = undisturbed.lightroom.counters.calls
    removed = 0
    for number in range(calls * 2 // 3, calls, calls // 60):
        stage = importing(gone_objects=gone_objects, batch_rows=batch_rows)

        def remove(stage: Stage = stage) -> None:
            nonlocal removed
            photo = photos_of(stage).get(which)
            if photo is not None and stage.lightroom.catalog.journal is None:
                stage.lightroom.catalog.remove_photo(photo)
                removed += 1

        stage.lightroom.at_call(number, remove)
        with stage.lightroom:
            stage.play(MENU)
        assert FINISHED in said(stage), number
        assert stage.lightroom.task_errors == []
        others = {name: photo for name, photo in photos_of(stage).items() if not name.startswith(which)}
        assert set(others) == {f"{batch}{n}" for batch in "ab" for n in range(4)} - {which} | (
            {"a0 copy"} | ({"b0 copy"} if which != "b0" else set())
        )
        assert all(canned_service.state_of(photo.properties[ID]) == "done" for photo in others.values())
    assert removed > 2


@ROWS
def test_batches_that_lack_rows_lose_nothing(importing, undisturbed, batch_rows):
    stage = importing(batch_rows=batch_rows)
    with stage.lightroom:
        stage.play(MENU)
    assert shape(stage) == shape(undisturbed)


def test_a_plugin_that_is_reloaded_goes_on_when_it_is_asked_again(importing, undisturbed):
    calls = undisturbed.lightroom.counters.calls
    for number in range(calls // 3, calls, calls // 9):
        stage = importing()
        stage.lightroom.filter(lambda photo: photo.path.endswith("b0.JPG"))
        stage.lightroom.at_call(number, stage.lightroom.reload)
        with stage.lightroom:
            stage.play(MENU)
            for batch in "ab":  # what was not answered comes again
                tasks = [canned_service.task(stage, f"{batch}{n}", int(n == 0)) for n in range(4)]
                again(stage, tasks)
            stage.play(MENU)
        assert stage.lightroom.is_filtered
        assert {name: len(photo.snapshots) for name, photo in photos_of(stage).items()} == {
            name: len(photo.snapshots) for name, photo in photos_of(undisturbed).items()
        }


def again(stage: Stage, tasks: list[dict[str, Any]], place: int = 2) -> None:
    """Has the service give out one more batch, before it says that there is nothing left."""
    plans = stage.faults._http
    stage.say(
        f"POST /v1/imports/{canned_service.IMPORT}/batches",
        {"number": 1, "done": False, "photos": tasks, "albums": [], "keywords": []}, times=1,
    )  # fmt: skip
    plans.insert(place, plans.pop())


def test_a_task_that_the_plugin_cannot_read_costs_itself(staged):
    stage = staged(real_time=False)
    broken = canned_service.task(stage, "broken")
    del broken["copies"]
    canned_service.say_batches(stage, {"photos": [broken, canned_service.task(stage, "good")]})
    stage.service(canned_service.around_batches(stage, 2))
    stage.lightroom.answer(lambda dialog: True, "ok")
    with stage.lightroom:
        stage.play(MENU)
    assert [canned_service.state_of(photo.properties[ID]) for photo in photos_of(stage).values()] == ["done"]
    assert "Couloir's plug-in stopped because of a fault of its own." in said(stage)
    assert FINISHED in said(stage)
    assert stage.lightroom.task_errors == []


def test_a_fault_of_the_plugin_ends_in_a_list_of_what_was_done(importing):
    stage = importing(lists_all=True)
    stage.say(f"POST /v1/imports/{canned_service.IMPORT}/batches/2/results", {"photos": {}})
    stage.faults._http.insert(0, stage.faults._http.pop())
    with stage.lightroom:
        stage.play(MENU)
    assert STOPPED in said(stage)
    assert "b3" in said(stage)
    assert stage.lightroom.task_errors == []


@pytest.mark.parametrize("back", [1, 2])
def test_a_gate_that_the_user_undoes_is_noticed_and_done_again(importing, undisturbed, back):
    """Edit > Undo after the last gate of the second batch, or after the one before."""
    stage = importing()
    catalog = stage.lightroom.catalog
    number, commit = len(undisturbed.lightroom.catalog.gates) - back + 1, catalog.commit

    def commit_and_undo() -> None:
        before = copy.deepcopy(catalog.photos)
        commit()
        if len(catalog.gates) == number:
            for photo, kept in before.items():
                for part in ("metadata", "develop", "history", "snapshots", "keywords", "properties"):
                    setattr(catalog.photos[photo], part, getattr(kept, part))

    catalog.commit = commit_and_undo  # type: ignore[method-assign]
    again(stage, [canned_service.task(stage, f"b{n}", int(n == 0)) for n in range(4)], place=4)
    with stage.lightroom:
        stage.play(MENU)
    assert shape(stage) == shape(undisturbed)
    assert stage.lightroom.task_errors == []


def test_copies_whose_photo_came_before_are_given_up_by_themselves(staged):
    stage = staged(real_time=False)
    task = canned_service.task(stage, "a", 1)
    late = {**canned_service.task(stage, "a", 1), "known": True}
    late["copies"][0].update(uuid="late", settings=7)
    canned_service.say_batches(stage, {"photos": [task]}, {"photos": [late]})
    stage.service(canned_service.around_batches(stage, 2))
    stage.faults.refuse("LrCatalog.findPhotoByPath", "no", nth=2, times=2)
    stage.lightroom.answer(lambda dialog: True, "ok")
    with stage.lightroom:
        stage.play(MENU)
    assert len(photos_of(stage)) == 2
    assert "a fault of its own" in said(stage)
    assert FINISHED in said(stage)
