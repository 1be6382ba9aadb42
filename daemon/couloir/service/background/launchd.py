"""macOS: a launch agent (launchd.plist(5), launchctl(1)) with the commands of macOS 10.11 and later."""

from __future__ import annotations

import plistlib
from typing import Final

from couloir.service.background.spec import LABEL, Recipe, Spec

THROTTLE: Final = 10  # seconds; launchd's own minimum


def recipe(spec: Spec) -> Recipe:
    """The agent in ~/Library/LaunchAgents, in the user's graphical session."""
    path = spec.home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    domain = f"gui/{spec.uid}"
    service = f"{domain}/{LABEL}"
    return Recipe(
        manager="launchd",
        path=path,
        content=plistlib.dumps(_agent(spec), sort_keys=True),
        # A service that was once disabled stays disabled after bootstrap.
        start=(
            ("/bin/launchctl", "enable", service),
            ("/bin/launchctl", "bootstrap", domain, str(path)),
            ("/bin/launchctl", "kickstart", service),
        ),
        stop=(("/bin/launchctl", "bootout", service),),
        restart=(("/bin/launchctl", "kickstart", "-k", service),),
        probe=("/bin/launchctl", "print", service),
        # Fails where nobody is logged in at the screen, for example over ssh after a restart.
        ready=("/bin/launchctl", "print", domain),
        # bootstrap fails with "Input/output error" while the bootout before it is still under way.
        stop_lags=True,
    )


def _agent(spec: Spec) -> dict[str, object]:
    return {
        "Label": LABEL,
        "ProgramArguments": list(spec.program),
        "WorkingDirectory": str(spec.home),
        "RunAtLoad": True,
        # After a clean exit (idleness, `service uninstall`) it stays stopped; only a crash restarts it.
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": THROTTLE,
        "ExitTimeOut": 20,
        # Not Background: launchd would throttle the CPU and the disk under a running migration. Adaptive services
        # need XPC; Standard is launchd's default, stated explicitly.
        "ProcessType": "Standard",
        "LowPriorityIO": False,
        "Umask": 0o077,
        "StandardOutPath": str(spec.log),
        "StandardErrorPath": str(spec.log),
    }
