"""Carries out a recipe: writes its file, runs its commands, and reports the status."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from couloir.disk import writing
from couloir.errors import NoSession, SupervisorFailed
from couloir.service.background.spec import Command, Recipe, Spec
from couloir.service.process import runtime

PATIENCE: Final = 60  # seconds for one command of a service manager
STOP_PATIENCE: Final = 10  # seconds until an accepted stop must be complete


@dataclass(frozen=True, slots=True)
class Ran:
    """The result of a program; `said` is what it printed to both streams."""

    code: int
    said: str


Run = Callable[[Command], Ran]


def run_program(command: Command) -> Ran:
    """Run a service manager's program. Raises: SupervisorFailed when it is missing or does not end."""
    found = shutil.which(command[0])
    if found is None:
        raise SupervisorFailed(command=command[0], why="there is no such program")
    try:
        done = subprocess.run(  # noqa: S603  (a fixed program; no shell)
            [found, *command[1:]],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired as error:
        raise SupervisorFailed(command=" ".join(command), why=f"it did not end within {PATIENCE} s") from error
    return Ran(done.returncode, done.stdout.strip())


@dataclass(frozen=True, slots=True)
class Status:
    """`installed`: the file is there; `known`: the service manager has read it; `address`: where a service listens now.

    `outdated` is true when the file is not what this version of Couloir would write.
    """

    manager: str
    path: Path
    installed: bool
    outdated: bool
    known: bool
    address: str | None
    pid: int | None
    version: str | None

    @property
    def next_step(self) -> str:
        """What to do, as one sentence; empty when all is well."""
        if not self.installed:
            return "Run `couloir service install`."
        if self.outdated or not self.known:
            return "Run `couloir service install` again."
        if self.address is None:
            return "Run `couloir service restart`; `couloir service logs` says why it ended."
        return ""


class Supervisor:
    """The service of one user under one service manager."""

    def __init__(self, spec: Spec, recipe: Recipe, run: Run = run_program) -> None:
        self._spec = spec
        self._recipe = recipe
        self._run = run

    def is_ready(self) -> bool:
        """Whether the service manager runs in this session."""
        if not self._recipe.ready:
            return True
        try:
            return self._run(self._recipe.ready).code == 0
        except SupervisorFailed:  # its program is not there, or hangs
            return False

    def install(self) -> Path:
        """Write the file and start the service; an older installation is replaced. Returns the file.

        Raises:
            NoSession, before anything is written; SupervisorFailed
            what `writing` raises where the disk refuses the file
        """
        recipe = self._recipe
        if not self.is_ready():
            raise NoSession(manager=recipe.manager)
        if recipe.path.exists():
            self._may_fail(recipe.stop)
            self._wait_until_stopped()
        with writing(self._spec.state_dir):
            runtime.prepare_folder(self._spec.state_dir)
            self._spec.log.parent.mkdir(mode=0o700, exist_ok=True)
        with writing(recipe.path):
            recipe.path.parent.mkdir(parents=True, exist_ok=True)
            runtime.write_private(recipe.path, recipe.content)
        self._must_succeed(recipe.start)
        return recipe.path

    def uninstall(self, *, purge: bool = False) -> list[Path]:
        """Stop the service and remove its file, with `purge` also its state. Returns what stays behind.

        Raises:
            SupervisorFailed; what `writing` raises where the disk refuses to remove them
        """
        recipe = self._recipe
        if recipe.path.exists():
            self._may_fail(recipe.stop)
            with writing(recipe.path):
                recipe.path.unlink()
            self._may_fail(recipe.after_removal)
        if purge and self._spec.state_dir.exists():
            with writing(self._spec.state_dir):
                shutil.rmtree(self._spec.state_dir)
        return [self._spec.state_dir] if self._spec.state_dir.exists() else []

    def restart(self) -> None:
        """Raises: SupervisorFailed, also when it is not installed."""
        if not self._recipe.path.exists():
            raise SupervisorFailed(command="couloir service restart", why="the service is not installed")
        *endings, beginning = self._recipe.restart
        self._may_fail(tuple(endings))
        self._must_succeed((beginning,))

    def status(self) -> Status:
        recipe = self._recipe
        installed = recipe.path.exists()
        live = runtime.read_live(self._spec.state_dir / "daemon.json")
        return Status(
            manager=recipe.manager,
            path=recipe.path,
            installed=installed,
            outdated=installed and recipe.path.read_bytes() != recipe.content,
            known=installed and self._run(recipe.probe).code == 0,
            address=None if live is None else live.address,
            pid=None if live is None else live.pid,
            version=None if live is None else live.version,
        )

    def _wait_until_stopped(self) -> None:
        deadline = time.monotonic() + STOP_PATIENCE
        while self._recipe.stop_lags and self._run(self._recipe.probe).code == 0 and time.monotonic() < deadline:
            time.sleep(0.2)

    def _must_succeed(self, commands: Sequence[Command]) -> None:
        for command in commands:
            ran = self._run(command)
            if ran.code != 0:
                raise SupervisorFailed(command=" ".join(command), why=ran.said or f"it returned {ran.code}")

    def _may_fail(self, commands: Sequence[Command]) -> None:
        """Run commands that may fail, such as stopping a service that does not run; the result is checked
        afterwards.
        """
        for command in commands:
            self._run(command)
