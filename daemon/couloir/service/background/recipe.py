"""What every service manager is told, before it is put in its own words."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from couloir.errors import NoSupervisor
from couloir.service.process.settings import ServiceSettings

Command = tuple[str, ...]

LABEL = "org.couloir.service"


@dataclass(frozen=True, slots=True)
class Spec:
    """`program` is what to run, absolute and without a shell; `log` takes what it prints before its own log is open.

    `user` is the account's name as the system writes it (on Windows with its domain), `uid` its number on POSIX.
    """

    program: Command
    home: Path
    state_dir: Path
    user: str
    uid: int

    @property
    def log(self) -> Path:
        return self.state_dir / "logs" / "service.log"


@dataclass(frozen=True, slots=True)
class Recipe:
    """One service for one service manager, as data.

    `path` and `content` are the file. `stop` may fail, because nothing may be running; the other commands may not.
    `probe` succeeds when the service manager knows the service. `stop_lags` says that it still does for a moment
    after `stop`.
    """

    manager: str
    path: Path
    content: bytes
    start: tuple[Command, ...]
    stop: tuple[Command, ...]
    restart: tuple[Command, ...]
    probe: Command
    after_removal: tuple[Command, ...] = ()
    stop_lags: bool = False


def current_spec(settings: ServiceSettings | None = None, platform: str = sys.platform) -> Spec:
    """The service of the user who asks, run by the Python that asks."""
    state_dir = (settings or ServiceSettings()).state_dir.absolute()
    return Spec(
        # The folder is named, because a service manager does not pass on the variables that may have chosen it.
        program=(_interpreter(platform), "-m", "couloir", "serve", "--state-dir", str(state_dir)),
        home=Path.home(),
        state_dir=state_dir,
        user=_user(platform),
        uid=os.getuid() if sys.platform != "win32" else 0,
    )


def recipe_for(spec: Spec, platform: str = sys.platform) -> Recipe:
    """The recipe for this system. Raises: NoSupervisor"""
    from couloir.service.background import launchd, systemd, windows

    if platform == "darwin":
        return launchd.recipe(spec)
    if platform == "win32":
        return windows.recipe(spec)
    if platform.startswith("linux"):
        return systemd.recipe(spec)
    raise NoSupervisor(system=platform)


def _interpreter(platform: str) -> str:
    """This Python; on Windows the one that opens no console window."""
    # Not resolved: a virtual environment's python is a link, and its target would not find the packages.
    executable = Path(sys.executable).absolute()
    if platform == "win32":
        executable = executable.with_name("pythonw.exe")
    return str(executable)


def _user(platform: str) -> str:
    name = os.environ.get("USERNAME") or os.environ.get("USER") or os.environ.get("LOGNAME") or str(Path.home().name)
    domain = os.environ.get("USERDOMAIN")
    return f"{domain}\\{name}" if platform == "win32" and domain else name
