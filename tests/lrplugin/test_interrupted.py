"""Lightroom killed, the service killed, the user cancelling, each at random moments: the catalog ends up the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_lightroom import Lightroom, LightroomKilled, Options, content

MENU = "ImportMenu.lua"
ID = "org.couloir.lightroom"
SEEDS = range(10)
MORE_SEEDS = [pytest.param(seed, marks=pytest.mark.soak) for seed in range(10, 100)]
# Each starts the service twice.
LATER_SEEDS = [pytest.param(seed, marks=pytest.mark.soak) for seed in range(4, 100)]


def result(lightroom: Lightroom) -> dict[str, Any]:
    """The catalog, without the time of the run."""
    found = content(lightroom.catalog)
    for photo in found["photos"].values():
        photo["properties"].get(ID, {}).pop("run", None)
    return found


@pytest.fixture(scope="module")
def undisturbed(shared_daemon, plugin, agreeing, small, tmp_path_factory) -> tuple[dict[str, Any], int, int]:
    """What an import gives that nothing disturbs, and the first and last SDK calls to strike at.

    The second of two is measured: the library is open by then, as it is for the tests.
    """
    for number in (1, 2):
        with Lightroom(plugin, home=shared_daemon.home, options=Options(time_scale=0.02)) as lightroom:
            agreeing(lightroom, small, tmp_path_factory.mktemp(f"whole{number}"), "reference")
            lightroom.run_menu(MENU)
            found, calls = result(lightroom), lightroom.counters.calls
    return found, 100, calls * 9 // 10


@pytest.fixture
def begin(shared_daemon, start, agreeing, small, tmp_path) -> Callable[..., Lightroom]:
    def beginning(home: Path | None = None, **more: Any) -> Lightroom:
        lightroom = start(home or shared_daemon.home, **more)
        return agreeing(lightroom, small, tmp_path / "destination", "reference")

    return beginning


@pytest.mark.parametrize("seed", [*SEEDS, *MORE_SEEDS])
def test_lightroom_dies(begin, undisturbed, agreeing, small, seed, tmp_path):
    expected, first, last = undisturbed
    lightroom = begin()
    lightroom.at_call(random.Random(seed).randint(first, last), lightroom.kill)
    with pytest.raises(LightroomKilled):
        lightroom.run_menu(MENU)
    again = begin(catalog=lightroom.catalog)
    again.run_menu(MENU)
    assert result(again) == expected


@pytest.mark.parametrize("seed", [*SEEDS, *MORE_SEEDS])
def test_the_user_cancels(begin, undisturbed, said, seed):
    expected, first, last = undisturbed
    lightroom = begin()
    lightroom.at_call(random.Random(seed).randint(first, last), lightroom.cancel)
    lightroom.run_menu(MENU)
    lightroom.run_menu(MENU)
    assert result(lightroom) == expected


@pytest.mark.parametrize("seed", [*range(4), *LATER_SEEDS])
def test_the_service_dies(begin, undisturbed, daemon, said, seed):
    expected, first, last = undisturbed
    lightroom = begin(daemon.home)
    lightroom.answer("service is not running. Start it now?", "cancel")
    lightroom.at_call(random.Random(seed).randint(first, last), daemon.kill)
    lightroom.run_menu(MENU)
    daemon.start()
    lightroom.run_menu(MENU)
    assert result(lightroom) == expected
    assert ".lua" not in said(lightroom)
