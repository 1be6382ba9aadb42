"""The plug-in's real Lua in a strict fake Lightroom, with the real service in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from couloir.service.process import runtime
from fake_lightroom import Faults, Lightroom, Options
from plugin_pictures.stage import Stage
from sample_library import Manifest, build_library
from service_proof import signed_for

PROJECT = Path(__file__).resolve().parents[2]
# COULOIR_PLUGIN has the tests run on another copy of the plug-in: one that scripts/mutate_plugin.py has spoilt.
PLUGIN = Path(os.environ.get("COULOIR_PLUGIN") or PROJECT / "lrplugin" / "Couloir.lrplugin")
PATIENCE = 120.0

# COULOIR_LUA_COVERAGE=1 measures which lines of the plug-in ran, and says so at the end.
MEASURED: dict[str, tuple[frozenset[int], set[int]]] | None = {} if os.environ.get("COULOIR_LUA_COVERAGE") else None


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not MEASURED:
        return
    terminalreporter.section("line coverage of the plug-in")
    for name, (executable, executed) in sorted(MEASURED.items()):
        missed = sorted(executable - executed)
        terminalreporter.write_line(f"{name:24} {len(executed):4} of {len(executable):4}   missed {missed}")
    total = sum(len(executable) for executable, _ in MEASURED.values())
    ran = sum(len(executed) for _, executed in MEASURED.values())
    terminalreporter.write_line(f"{'all':24} {ran:4} of {total:4}   {ran / total:.1%}")


def measure(lightroom: Lightroom) -> None:
    """Adds the lines that ran in it, if they are measured."""
    if MEASURED is not None:
        measured = {name: lines for name, lines in lightroom.coverage.items() if name != "Info.lua"}  # pure data
        for name, lines in measured.items():
            executable, executed = MEASURED.setdefault(name, (lines.executable, set()))
            executed.update(executable & lines.executed)


@pytest.fixture(scope="session")
def plugin() -> Path:
    return PLUGIN


@pytest.fixture(params=["as assumed", "otherwise"])
def assumed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lightroom does what no outside source settles as we assume, then everything in another way."""
    if request.param == "otherwise":
        monkeypatch.setenv("FAKE_LIGHTROOM", "others")


@pytest.fixture
def staged(tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Sets stages up, each for a home of its own: `staged(...)` with a language or options of the fake."""
    stages: list[Stage] = []

    def set_up(**more: Any) -> Stage:
        home = tmp_path / f"stage {len(stages)}"
        home.mkdir()
        stages.append(Stage(home, PLUGIN, coverage=MEASURED is not None, **more))
        return stages[-1]

    yield set_up
    for stage in stages:
        measure(stage.lightroom)


def state_folder(home: Path, platform: str = "mac") -> Path:
    """Where the service keeps its state on the system that the fake Lightroom pretends to run on."""
    steps = ("Library", "Application Support") if platform == "mac" else ("AppData", "Local")
    return home.joinpath(*steps, "couloir")


class Daemon:
    """The service, in a process of its own, for a user whose home is `home`."""

    def __init__(self, home: Path, platform: str = "mac") -> None:
        self.home = home
        self.state = state_folder(home, platform)
        self.popen: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        with (self.home / "daemon.out").open("ab") as output:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "couloir", "serve", "--port", "0", "--state-dir", str(self.state)],
                env={**os.environ, "PYTHONPATH": str(PROJECT / "daemon")},
                stdout=output,
                stderr=output,
            )
        try:
            self._wait(self.popen)
        except BaseException:
            self.kill()  # else nobody would
            raise

    def _wait(self, popen: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE
        while (info := runtime.read_live(self.state / "daemon.json")) is None or info.pid != popen.pid:
            assert popen.poll() is None, (self.home / "daemon.out").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def kill(self) -> None:
        """Dies as in a crash: the discovery file stays."""
        assert self.popen is not None
        self.popen.kill()
        self.popen.wait(PATIENCE)

    def stop(self) -> None:
        assert self.popen is not None
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.popen.wait(10)
        if self.popen.poll() is None:
            self.kill()


@dataclass(frozen=True)
class Sample:
    """A generated library and its manifest."""

    path: Path
    manifest: Manifest


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A sound library of 90 masters with tiny pictures. Never written to."""
    folder = tmp_path_factory.mktemp("sample")
    manifest = build_library(folder / "Sound.aplibrary", masters=90, references=folder / "Volumes", write_plists=False)
    return Sample(folder / "Sound.aplibrary", manifest)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A library that is imported in a second or two: with copies, stacks, albums and keywords. Never written to."""
    folder = tmp_path_factory.mktemp("small")
    manifest = build_library(folder / "Small.aplibrary", masters=30, seed=3, write_plists=False)
    return Sample(folder / "Small.aplibrary", manifest)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def daemon(home: Path) -> Iterator[Daemon]:
    """A running service of this test's own."""
    running = Daemon(home)
    yield running
    running.stop()


@pytest.fixture
def windows_daemon(home: Path) -> Iterator[Daemon]:
    """A running service where the plug-in looks for it on Windows."""
    running = Daemon(home, "win")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """One service for a module of tests that neither stop it nor depend on what it has open."""
    running = Daemon(tmp_path_factory.mktemp("home"))
    yield running
    running.stop()


def agree(lightroom: Lightroom, sample: Sample, destination: Path | None = None, mode: str = "") -> Lightroom:
    """The user imports everything, continues what has stopped, and closes what is shown."""

    def options(dialog: Any) -> str:
        if destination is not None:
            dialog.set("Folder:", str(destination))
        if mode:
            dialog.set("Leave them where they are", mode)
        return "ok"

    lightroom.answer("Continue the import into", "ok")
    lightroom.answer("Import from which Aperture library?", lambda dialog: dialog.set("Another", "other") or "ok")
    lightroom.answer("Choose an Aperture library", [str(sample.path)])
    lightroom.answer("Import from Aperture: ", options)
    lightroom.answer("Looks and time: ", "ok")
    lightroom.answer("Automatically write changes into XMP", "ok")
    lightroom.answer("What the import will do", "ok")
    lightroom.answer("The import from Aperture is finished", "ok")
    lightroom.answer("The import has stopped", "ok")
    lightroom.answer("Report of the import", "ok")
    return lightroom


@pytest.fixture(scope="session")
def agreeing() -> Callable[..., Lightroom]:
    return agree


Start = Callable[..., Lightroom]


@pytest.fixture
def start(plugin: Path) -> Iterator[Start]:
    """Starts Lightroom with the plug-in: `start(home, ...)`."""
    running: list[Lightroom] = []

    def begin(home: Path, **more: Any) -> Lightroom:
        more.setdefault("options", Options(time_scale=0.02))
        # A canned answer counts as the service's own. What another program would say comes from a server of the test.
        faults = more.setdefault("faults", Faults())
        faults.sign = faults.sign or signed_for(home)
        lightroom = Lightroom(plugin, home=home, coverage=MEASURED is not None, **more)
        running.append(lightroom)
        return lightroom

    yield begin
    for lightroom in running:
        lightroom.quit()
        measure(lightroom)
        assert lightroom.observer_errors == []
        assert lightroom.globals_written == []


@pytest.fixture
def said() -> Callable[[Lightroom], str]:
    """Everything that dialogs have shown so far."""
    return lambda lightroom: "\n".join(text for dialog in lightroom.dialogs for text in dialog.texts)
