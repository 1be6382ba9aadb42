"""Lightroom killed, the service killed, or the user cancelling at random moments: the catalog ends up the same."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fake_lightroom import Lightroom, LightroomKilled, Options, content
from sample_library import Manifest, build_library

MENU = "ImportMenu.lua"
ID = "org.couloir.lightroom"
SEEDS = range(10)
FEWER_SEEDS = range(4)  # each starts the service twice
LARGE_SEEDS = range(100)
LARGE_MASTERS = 260
PATIENCE = 30.0


@dataclass(frozen=True)
class Sample:
    """A generated library and its manifest."""

    path: Path
    manifest: Manifest


def result(lightroom: Lightroom) -> dict[str, Any]:
    """The catalog, without the time of the run."""
    found = content(lightroom.catalog)
    for photo in found["photos"].values():
        photo["properties"].get(ID, {}).pop("run", None)
    return found


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A library that brings 200 versions. Never written to."""
    folder = tmp_path_factory.mktemp("large")
    manifest = build_library(folder / "Large.aplibrary", masters=LARGE_MASTERS, seed=5, write_plists=False)
    return Sample(folder / "Large.aplibrary", manifest)


@dataclass(frozen=True)
class Undisturbed:
    """What an import gives that nothing disturbs, the first and last SDK calls to strike at, and how many HTTP requests
    it takes."""

    catalog: dict[str, Any]
    first: int
    last: int
    requests: int

    def moment(self, seed: int) -> int:
        return random.Random(seed).randint(self.first, self.last)


def measure(daemon: Any, plugin: Path, agreeing: Any, library: Any, folders: Any) -> Undisturbed:
    """The second of two imports is measured: the library is open by then, as it is for the tests."""
    for number in (1, 2):
        with Lightroom(plugin, home=daemon.home, options=Options(time_scale=0.02)) as lightroom:
            agreeing(lightroom, library, folders.mktemp(f"whole{number}"), "reference")
            lightroom.run_menu(MENU)
            found, counters = result(lightroom), lightroom.counters
    return Undisturbed(found, 100, counters.calls * 9 // 10, counters.http_requests)


@pytest.fixture(scope="module")
def undisturbed(shared_daemon, plugin, agreeing, small, tmp_path_factory) -> Undisturbed:
    return measure(shared_daemon, plugin, agreeing, small, tmp_path_factory)


@pytest.fixture(scope="module")
def undisturbed_large(shared_daemon, plugin, agreeing, large, tmp_path_factory) -> Undisturbed:
    found = measure(shared_daemon, plugin, agreeing, large, tmp_path_factory)
    assert len(found.catalog["photos"]) >= 200
    return found


@pytest.fixture
def begin(shared_daemon, start, agreeing, tmp_path) -> Callable[..., Lightroom]:
    def beginning(library: Any, home: Path | None = None, **more: Any) -> Lightroom:
        lightroom = start(home or shared_daemon.home, **more)
        return agreeing(lightroom, library, tmp_path / "destination", "reference")

    return beginning


def lightroom_dies(begin: Any, library: Any, expected: Undisturbed, seed: int) -> None:
    lightroom = begin(library)
    lightroom.at_call(expected.moment(seed), lightroom.kill)
    try:
        lightroom.run_menu(MENU)
    except LightroomKilled:
        lightroom = begin(library, catalog=lightroom.catalog)
        lightroom.run_menu(MENU)
    else:
        # Looks at a running job are calls, too: with fewer of them than were measured, the import may end before.
        assert expected.moment(seed) > expected.last // 2
    assert result(lightroom) == expected.catalog


def user_cancels(begin: Any, library: Any, expected: Undisturbed, seed: int) -> None:
    lightroom = begin(library)
    lightroom.at_call(expected.moment(seed), lightroom.cancel)
    lightroom.run_menu(MENU)
    lightroom.run_menu(MENU)
    assert result(lightroom) == expected.catalog


def service_dies(begin: Any, library: Any, expected: Undisturbed, daemon: Any, seed: int) -> Lightroom:
    lightroom: Lightroom = begin(library, daemon.home)
    lightroom.answer("service is not running. Start it now?", "cancel")
    chance = random.Random(seed)
    # Up to 50 ms later: before the request arrives, while it is worked on, or when it has been answered.
    killer = threading.Timer(chance.uniform(0, 0.05), daemon.kill)
    lightroom.faults.at_request(chance.randint(1, expected.requests), killer.start)
    lightroom.run_menu(MENU)
    if killer.ident is not None:
        killer.join(PATIENCE)
    daemon.kill()  # the request may not have been reached, since polling is a matter of time
    daemon.start()
    lightroom.run_menu(MENU)
    assert result(lightroom) == expected.catalog
    return lightroom


@pytest.mark.parametrize("seed", SEEDS)
def test_lightroom_dies(begin, small, undisturbed, seed):
    lightroom_dies(begin, small, undisturbed, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_user_cancels(begin, small, undisturbed, seed):
    user_cancels(begin, small, undisturbed, seed)


@pytest.mark.parametrize("seed", FEWER_SEEDS)
def test_the_service_dies(begin, small, undisturbed, daemon, said, seed):
    assert ".lua" not in said(service_dies(begin, small, undisturbed, daemon, seed))


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", LARGE_SEEDS)
def test_lightroom_dies_in_200_versions(begin, large, undisturbed_large, seed):
    lightroom_dies(begin, large, undisturbed_large, seed)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", LARGE_SEEDS)
def test_the_user_cancels_in_200_versions(begin, large, undisturbed_large, seed):
    user_cancels(begin, large, undisturbed_large, seed)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", LARGE_SEEDS)
def test_the_service_dies_in_200_versions(begin, large, undisturbed_large, daemon, said, seed):
    assert ".lua" not in said(service_dies(begin, large, undisturbed_large, daemon, seed))
