"""When the user cancels while looks are matched, the bar is gone within two seconds of Lightroom's time, with a
service that answers at once or never, and with calls that take as long as on a real Lightroom.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

import canned_service
from fake_lightroom import MEASURED_COSTS, Dialog, HttpFault
from plugin_pictures.stage import ADDRESS, Stage

MENU = "RederiveMenu.lua"
PROMISED = 2.0
PHOTOS = 8
SESSION = "3" * 32
PATH = f"/v1/refinements/{SESSION}"


def look(exposure: float) -> dict[str, Any]:
    return {
        "settings": {"Exposure2012": exposure}, "verdict": "close", "before": 4.0, "difference": 3.0, "p95": 7.0,
        "fidelity": "exact", "reason": "", "renderings": 1,
    }  # fmt: skip


@pytest.fixture
def begin(staged: Callable[..., Stage]) -> Callable[..., Stage]:
    """A session that is taken up: eight photos are tried, then all get their looks, then those from the third on get
    `corrections`. Some requests have faults.
    """

    def beginning(
        *faults: tuple[int, HttpFault], go_on: Any = "ok", corrections: Sequence[dict[str, Any]] = ()
    ) -> Stage:
        stage = staged(costs=MEASURED_COSTS, real_time=False)
        for number, fault in faults:
            stage.faults.http(fault, nth=number)
        photos = [stage.lightroom.add_photo(stage.photo(f"{number}.NEF")) for number in range(PHOTOS)]
        stage.lightroom.select(*photos)
        session = {"id": SESSION, "queued": 0, "begun": PHOTOS, "settled": 0, "left": 0, "waiting": 0, "total": PHOTOS}
        tasks = [
            {"photo": n, "lightroom": photo.uuid, "version": f"v{n}", "library": "l", "name": f"{n}.NEF"}
            for n, photo in enumerate(photos)
        ]
        steps = [{**task, "number": 2, "settings": {"Exposure2012": 1.0}, "best": look(0.5)} for task in tasks]
        finished = [{**task, "look": look(0.75)} for task in tasks]
        over = {"done": True, "steps": [], "finished": [], "session": session}
        stage.say(f"POST {PATH}/round", {**over, "done": False, "steps": steps}, times=1)
        stage.say(f"POST {PATH}/round", {**over, "done": False, "finished": finished}, times=1)
        if corrections:
            corrected = [{**task, **each} for task, each in zip(tasks[2:], corrections, strict=False)]
            stage.say(f"POST {PATH}/round", {**over, "done": False, "corrected": corrected}, times=1)
        stage.service(
            {
                **canned_service.of_a_derivation(),
                "GET /v1/refinements": {"sessions": [session]},
                f"POST {PATH}/round": over,
                f"POST {PATH}/stop": over,
            }
        )
        stage.lightroom.answer("Which version is it?", "other")
        stage.lightroom.answer("Matching looks has stopped with", go_on)
        stage.lightroom.answer(lambda dialog: True, "ok")
        return stage

    return beginning


def seconds_to_end(stage: Stage, plan: Callable[[Callable[[], None]], None]) -> float | None:
    """From the moment at which the user cancels until the bar of matching is gone; None when it was not there then."""
    moments: list[float] = []

    def cancel() -> None:
        if any(bar["title"].startswith("Matching") and not bar["finished"] for bar in stage.lightroom.progress):
            stage.lightroom.cancel()
            moments.append(stage.lightroom.clock)

    with stage.lightroom:
        plan(cancel)
        stage.play(MENU)
        ended = [bar["ended"] for bar in stage.lightroom.progress if bar["canceled"]]
        for photo in stage.lightroom.catalog.photos.values():
            assert not photo.history or not photo.history[-1][0].startswith("Couloir: matching, rendering")
        return ended[0] - moments[0] if moments else None


def whole(stage: Stage) -> Any:
    with stage.lightroom:
        stage.play(MENU)
        assert {photo.develop["Exposure2012"] for photo in stage.lightroom.catalog.photos.values()} >= {0.75}
        return stage.lightroom.counters


def test_a_request_that_is_never_answered_is_not_waited_for(begin):
    silence = HttpFault("slow", seconds=1000, reaches_server=False)
    cancelled = {}
    for number in range(1, whole(begin()).http_requests + 1):
        stage = begin((number, silence), (number + 1, silence))
        seconds = seconds_to_end(stage, lambda cancel, n=number, s=stage: s.faults.at_request(n, cancel))
        if seconds is not None:
            cancelled[number] = seconds
    assert cancelled
    assert max(cancelled.values()) <= PROMISED, cancelled


def test_work_in_lightroom_stops_after_the_call_that_is_under_way(begin):
    calls = whole(begin()).calls
    chance = random.Random(7)
    measured = []
    for number in sorted(chance.sample(range(calls // 4, calls - 20), 25)):
        stage = begin()
        seconds = seconds_to_end(stage, lambda cancel, n=number, s=stage: s.lightroom.at_call(n, cancel))
        if seconds is not None:
            measured.append((seconds, number))
    assert len(measured) >= 10
    assert max(measured)[0] <= PROMISED, sorted(measured)[-5:]


def test_at_the_hour_that_was_chosen_it_stops_and_each_photo_keeps_its_best_look(begin):
    """The clock goes past the hour while the first round is drawn."""
    hours: list[int] = []

    def choose(dialog: Dialog) -> str:
        hours.append((datetime.fromtimestamp(stage.lightroom._session.waits.posix_time(), UTC).hour + 2) % 24)
        dialog.set("Stop by itself", True)
        assert dialog.on_set is not None
        dialog.on_set(dialog.nodes("popup_menu")[0].view, "value", hours[0])
        return "ok"

    stage = begin(go_on=choose)
    seen: list[str] = []
    fault = stage.faults.http_fault

    def look(count: int, request: str) -> Any:
        seen.append(request)
        if request.endswith(f"{PATH}/round"):
            stage.lightroom._session.waits.spend(2 * 3600)
        return fault(count, request)

    stage.faults.http_fault = look  # type: ignore[method-assign]
    with stage.lightroom:
        stage.play(MENU)
        texts = [text for dialog in stage.lightroom.dialogs for text in dialog.texts]
        photos = stage.lightroom.catalog.photos.values()
    assert [request for request in seen if request.endswith("/round")] == [f"POST {ADDRESS}{PATH}/round"]
    assert f"POST {ADDRESS}{PATH}/stop" in seen
    assert any(text.startswith(f"It is {hours[0]}:00: matching has stopped by itself") for text in texts)
    assert {photo.develop["Exposure2012"] for photo in photos} == {0.5}


def test_a_correction_goes_to_photos_that_are_as_couloir_left_them_and_to_no_other(begin):
    """The second of three is changed by its owner meanwhile; the third is gone."""
    correction = {"settings": {"Exposure2012": 0.25}, "low": 1.04, "high": 2.96, "reason": "As others."}
    stage = begin(corrections=[correction] * 3)
    rounds, fault = iter(range(1, 9)), stage.faults.http_fault

    def look(count: int, request: str) -> Any:
        if request.endswith("/round") and next(rounds) == 3:
            photos = list(stage.lightroom.catalog.photos.values())
            photos[3].develop["Exposure2012"] = -2.0
            stage.lightroom.catalog.remove_photo(photos[4])
        return fault(count, request)

    stage.faults.http_fault = look  # type: ignore[method-assign]
    with stage.lightroom:
        stage.play(MENU)
        _, _, first, second, *others = stage.lightroom.catalog.photos.values()
    assert [photo.develop["Exposure2012"] for photo in (first, second, *others)] == [0.25, -2.0, *[0.75] * 3]
    assert first.history[-1][0] == "Couloir: corrected as photos like it"
    assert {snapshot.name for snapshot in first.snapshots} >= {"Before matching", "As in Aperture"}
    fields = first.properties["org.couloir.lightroom"]
    told = {name: fields[name] for name in ("verdict", "difference", "reason")}
    assert told == {"verdict": "expected", "difference": "expected, 1.0 to 3.0", "reason": "As others."}
    assert second.properties["org.couloir.lightroom"]["verdict"] == "close"
