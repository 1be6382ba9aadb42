"""Lightroom killed, the service killed, the user cancelling, at random moments while looks are matched: afterwards
every photo has a finished look, and a resumed session comes to its end.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from fake_lightroom import Dialog, HttpFault, Lightroom, LightroomKilled, Options, Photo
from fake_lightroom.session import RenderJob
from hidden_lightroom import HiddenLightroom
from matching_scene import (
    Edited,
    agree_to_match,
    ask,
    assert_finished,
    edited_photos,
    fields,
    select,
)

MENU = "RederiveMenu.lua"
SEEDS = range(2)
FEWER_SEEDS = range(2)  # each starts the service twice
LARGE_SEEDS = range(60)
PATIENCE = 30.0
NOT_DERIVED = HttpFault("status", status=503, body='{"code": "x", "detail": "Not now.", "advice": "Later."}')


@pytest.fixture(scope="session")
def edited(sample) -> list[Edited]:
    return edited_photos(sample)


@pytest.fixture
def begin(shared_daemon, start, sample) -> Callable[..., Lightroom]:
    def beginning(home: Any = None, before: Callable[[Lightroom], None] | None = None, **more: Any) -> Lightroom:
        """`before` plans answers that come before those of somebody who agrees to everything."""
        more.setdefault("renderer", HiddenLightroom(7))
        lightroom = start(home or shared_daemon.home, **more)
        if before is not None:
            before(lightroom)
        return agree_to_match(lightroom, sample.path)

    return beginning


@dataclass(frozen=True)
class Undisturbed:
    """The SDK calls between which looks are matched when nothing disturbs it, and how many requests that takes."""

    first: int
    last: int
    requests: int

    def moment(self, seed: int) -> int:
        return random.Random(seed).randint(self.first, self.last)


@pytest.fixture(scope="module")
def undisturbed(shared_daemon, plugin, sample, edited) -> Undisturbed:
    """The second of two runs is measured: by then the library is open, and the camera is known."""
    for _ in range(2):
        with Lightroom(
            plugin, home=shared_daemon.home, options=Options(time_scale=0.02), renderer=HiddenLightroom(7)
        ) as lightroom:
            agree_to_match(lightroom, sample.path)
            calls: list[int] = []
            note = partial(_note, lightroom, calls)
            watch_requests(lightroom, "/v1/refinements", note)
            select(lightroom, edited)
            lightroom.run_menu(MENU)
            last = lightroom.counters.calls * 19 // 20
    return Undisturbed(calls[1], last, len(calls))  # the first request only asks whether something has stopped


def _note(lightroom: Lightroom, calls: list[int]) -> None:
    calls.append(lightroom.counters.calls)


def watch_requests(lightroom: Lightroom, url: str, action: Callable[[], None]) -> None:
    """Does something just before each request to a place is sent."""
    asked = lightroom.faults.http_fault

    def look(number: int, request: str) -> HttpFault | None:
        if url in request:
            action()
        return asked(number, request)

    lightroom.faults.http_fault = look


def take_up(lightroom: Lightroom, photos: list[Photo]) -> None:
    """The next Re-derive adjustments, which gets no farther than to finish what had stopped."""
    lightroom.faults.http(NOT_DERIVED, url="/v1/derivations")
    lightroom.select(*photos)
    lightroom.run_menu(MENU)


def lightroom_dies(begin: Any, edited: list[Edited], daemon: Any, expected: Undisturbed, seed: int) -> None:
    lightroom = begin()
    photos = select(lightroom, edited)
    lightroom.at_call(expected.moment(seed), lightroom.kill)
    with suppress(LightroomKilled):  # the last moments need not come: what is learnt shortens later runs
        lightroom.run_menu(MENU)
    again = begin(catalog=lightroom.catalog)
    take_up(again, photos)
    assert_finished(again, photos, edited)
    assert all("verdict" in fields(photo) for photo in photos)
    assert ask(daemon, "/v1/refinements") == {"sessions": []}


def user_cancels(begin: Any, edited: list[Edited], daemon: Any, expected: Undisturbed, seed: int) -> None:
    lightroom = begin()
    photos = select(lightroom, edited)
    lightroom.at_call(expected.moment(seed), lightroom.cancel)
    lightroom.run_menu(MENU)
    assert_finished(lightroom, photos, edited)
    # The service may not have heard of it, or too late: then it asks for these photos when they are taken up.
    take_up(lightroom, photos)
    assert_finished(lightroom, photos, edited)
    assert all("verdict" in fields(photo) for photo in photos)
    assert ask(daemon, "/v1/refinements") == {"sessions": []}


def service_dies(begin: Any, edited: list[Edited], daemon: Any, expected: Undisturbed, seed: int) -> None:
    lightroom = begin(daemon.home)
    photos = select(lightroom, edited)
    lightroom.answer("service is not running. Start it now?", "cancel")
    chance = random.Random(seed)
    # Up to 50 ms later: before the request arrives, while it is worked on, or when it has been answered.
    killer = threading.Timer(chance.uniform(0, 0.05), daemon.kill)
    left = iter([False] * chance.randrange(expected.requests) + [True])
    watch_requests(lightroom, "/v1/refinements", lambda: killer.start() if next(left, False) else None)
    lightroom.run_menu(MENU)
    if killer.ident is not None:
        killer.join(PATIENCE)
    assert_finished(lightroom, photos, edited)
    left = iter(())  # the request may not have been reached, since polling is a matter of time
    daemon.kill()
    daemon.start()
    take_up(lightroom, photos)
    assert_finished(lightroom, photos, edited)
    assert ask(daemon, "/v1/refinements") == {"sessions": []}


@pytest.mark.parametrize("seed", SEEDS)
def test_lightroom_dies(begin, edited, shared_daemon, undisturbed, seed):
    lightroom_dies(begin, edited, shared_daemon, undisturbed, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_user_cancels(begin, edited, shared_daemon, undisturbed, seed):
    user_cancels(begin, edited, shared_daemon, undisturbed, seed)


@pytest.mark.parametrize("seed", FEWER_SEEDS)
def test_the_service_dies(begin, edited, daemon, undisturbed, seed):
    service_dies(begin, edited, daemon, undisturbed, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", LARGE_SEEDS)
def test_lightroom_dies_at_many_moments(begin, edited, shared_daemon, undisturbed, seed):
    lightroom_dies(begin, edited, shared_daemon, undisturbed, 1000 + seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", LARGE_SEEDS)
def test_the_user_cancels_at_many_moments(begin, edited, shared_daemon, undisturbed, seed):
    user_cancels(begin, edited, shared_daemon, undisturbed, 1000 + seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", LARGE_SEEDS)
def test_the_service_dies_at_many_moments(begin, edited, daemon, undisturbed, seed):
    service_dies(begin, edited, daemon, undisturbed, 1000 + seed)


def test_who_cancels_does_not_wait_for_the_photo_that_is_being_drawn(begin, edited):
    """The user cancels when the first of several photos is drawn: the second is not begun."""
    drawing, lightrooms, drawn = HiddenLightroom(7), [], []

    def draw_and_cancel(job: RenderJob) -> bytes:
        lightrooms[0].cancel()
        return drawing(job)

    def note(dialog: Dialog) -> bool:
        """Looks at each dialog before anybody answers it."""
        drawn.extend([drawing.drawn] if dialog.title == "Matching looks has stopped" else [])
        return False

    lightroom = begin(renderer=draw_and_cancel, before=lambda new: new.answer(note, "ok"))
    lightrooms.append(lightroom)
    photos = select(lightroom, edited)
    lightroom.run_menu(MENU)
    assert (drawn, drawing.drawn) == ([1], 1)
    assert_finished(lightroom, photos, edited)
    lightroom._session.renderer = drawing
    take_up(lightroom, photos)


def test_what_has_stopped_can_be_left(begin, edited, shared_daemon, said):
    lightroom = begin()
    photos = select(lightroom, edited, 10)  # more than are drawn in one round
    first = iter([True])
    watch_requests(lightroom, "/round", lambda: None if next(first, False) else lightroom.cancel())
    lightroom.run_menu(MENU)
    assert_finished(lightroom, photos, edited)
    [session] = ask(shared_daemon, "/v1/refinements")["sessions"]
    assert session["queued"] > 0
    assert "Every photo has a finished look." in said(lightroom)
    leaving = begin(
        catalog=lightroom.catalog, before=lambda new: new.answer("Matching looks has stopped with", "other")
    )
    take_up(leaving, photos)
    assert ask(shared_daemon, "/v1/refinements") == {"sessions": []}
    left = ask(shared_daemon, f"/v1/refinements/{session['id']}")
    assert (left["state"], left["left"]) == ("done", session["queued"])
