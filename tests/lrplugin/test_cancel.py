"""After the user cancels, the bar is gone within two seconds of Lightroom's time.

A service that answers at once, or never; calls that take as long as somebody has measured on a real Lightroom.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

import canned_service
from fake_lightroom import MEASURED_COSTS, HttpFault
from plugin_pictures.stage import Stage

PROMISED = 2.0
PHOTOS, COPIES = 24, 2


@pytest.fixture
def begin(staged: Callable[..., Stage]) -> Callable[..., Stage]:
    """A stage for a menu item, whose user agrees to everything; some requests have faults, by their numbers."""

    def beginning(menu: str, *faults: tuple[int, HttpFault]) -> Stage:
        stage = staged(costs=MEASURED_COSTS, real_time=False)
        for number, fault in faults:
            stage.faults.http(fault, nth=number)
        stage.service(
            {
                **canned_service.of_an_import(stage, photos=PHOTOS, copies=COPIES),
                **canned_service.of_a_derivation(PHOTOS),
            }
        )
        if menu != "ImportMenu.lua":
            photos = [stage.photo(f"{number}.NEF") for number in range(PHOTOS + 1)]
            stage.lightroom.select(*map(stage.lightroom.add_photo, photos))
            stage.lightroom.answer("Which version is it?", "cancel")
        stage.lightroom.answer(lambda dialog: True, "ok")
        return stage

    return beginning


def seconds_to_end(stage: Stage, menu: str, plan: Callable[[Callable[[], None]], None]) -> float | None:
    """From the moment at which the user cancels until the bar is gone; None when there was none to cancel then."""
    moments: list[float] = []

    def cancel() -> None:
        if stage.lightroom.cancel():
            moments.append(stage.lightroom.clock)

    with stage.lightroom:
        plan(cancel)
        stage.play(menu)
        ended = [bar["ended"] for bar in stage.lightroom.progress if bar["canceled"]]
        return ended[0] - moments[0] if moments else None


def whole(stage: Stage, menu: str) -> Any:
    with stage.lightroom:
        stage.play(menu)
        assert len(stage.lightroom.catalog.photos) > PHOTOS
        return stage.lightroom.counters


MENUS = ("ImportMenu.lua", "RederiveMenu.lua", "TeachMenu.lua")


@pytest.mark.parametrize("menu", MENUS)
def test_a_request_that_is_never_answered_is_not_waited_for(begin, menu):
    requests = whole(begin(menu), menu).http_requests
    silence = HttpFault("slow", seconds=1000, reaches_server=False)
    cancelled = {}
    for number in range(1, requests + 1):
        stage = begin(menu, (number, silence))
        seconds = seconds_to_end(stage, menu, lambda cancel, n=number, s=stage: s.faults.at_request(n, cancel))
        if seconds is not None:
            cancelled[number] = seconds
    assert cancelled
    assert max(cancelled.values()) <= PROMISED, cancelled


@pytest.mark.parametrize("menu", MENUS)
def test_work_in_lightroom_stops_after_the_call_that_is_under_way(begin, menu):
    calls = whole(begin(menu), menu).calls
    chance = random.Random(7)
    measured = []
    for number in sorted(chance.sample(range(calls // 4, calls - 20), 40)):
        stage = begin(menu)
        seconds = seconds_to_end(stage, menu, lambda cancel, n=number, s=stage: s.lightroom.at_call(n, cancel))
        if seconds is not None:
            measured.append((seconds, number))
    assert len(measured) >= 10
    assert max(measured)[0] <= PROMISED, sorted(measured)[-5:]
