"""The current user's service, described for this system's service manager."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from couloir.errors import NoSupervisor
from couloir.installing import Way, way
from couloir.service.background import launchd, systemd, windows
from couloir.service.background.spec import Recipe, Spec
from couloir.service.process.settings import ServiceSettings


def current_spec(settings: ServiceSettings | None = None, platform: str = sys.platform) -> Spec:
    """The current user's service, run by this Couloir."""
    state_dir = (settings or ServiceSettings()).state_dir.absolute()
    return Spec(
        # The folder is passed explicitly: a service manager does not pass on the environment variables that may set it.
        program=(*_program(platform), "serve", "--state-dir", str(state_dir)),
        home=Path.home(),
        state_dir=state_dir,
        user=_user(platform),
        uid=os.getuid() if sys.platform != "win32" else 0,
    )


def recipe_for(spec: Spec, platform: str = sys.platform) -> Recipe:
    """The recipe for this system. Raises: NoSupervisor"""
    if platform == "darwin":
        return launchd.recipe(spec)
    if platform == "win32":
        return windows.recipe(spec)
    if platform.startswith("linux"):
        return systemd.recipe(spec)
    raise NoSupervisor(system=platform)


def _program(platform: str) -> tuple[str, ...]:
    """This Python or this bundle's program; on Windows the one beside it that opens no console window."""
    # Not resolved: a virtual environment's python is a link, and its target would not find the packages.
    executable = Path(sys.executable).absolute()
    if way() is Way.BUNDLE:
        return (str(executable.with_name("couloirw.exe") if platform == "win32" else executable),)
    return (str(executable.with_name("pythonw.exe") if platform == "win32" else executable), "-m", "couloir")


def _user(platform: str) -> str:
    name = os.environ.get("USERNAME") or os.environ.get("USER") or os.environ.get("LOGNAME") or str(Path.home().name)
    domain = os.environ.get("USERDOMAIN")
    return f"{domain}\\{name}" if platform == "win32" and domain else name
