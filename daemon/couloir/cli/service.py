"""`couloir service`: the service in the background, under the system's own service manager."""

from __future__ import annotations

from collections import deque

import click

from couloir.cli.plain import say
from couloir.service.background import Supervisor, current_spec, recipe_for
from couloir.service.process.settings import ServiceSettings


def _supervisor() -> Supervisor:
    spec = current_spec()
    return Supervisor(spec, recipe_for(spec))


@click.group("service")
def command() -> None:
    """Install, remove and look after the background service."""


@command.command("install")
def install() -> None:
    """Start the service now and at every login. Installing again replaces it."""
    path = _supervisor().install()
    say(f"Installed: {path}")


@command.command("uninstall")
@click.option("--purge", is_flag=True, help="Also remove its jobs, logs and list of opened folders; never photos.")
def uninstall(*, purge: bool) -> None:
    """Stop the service and remove it."""
    staying = _supervisor().uninstall(purge=purge)
    say("Removed.")
    for path in staying:
        say(f"Kept: {path} (remove it with --purge)")


@command.command("restart")
def restart() -> None:
    """Stop the service and start it again; jobs continue where they were."""
    _supervisor().restart()
    say("Restarted.")


@command.command("status")
def status() -> int:
    """Say whether the service is installed and where it listens. The exit code is 3 when something needs doing."""
    found = _supervisor().status()
    say(f"{found.manager}: {'installed' if found.installed else 'not installed'} ({found.path})")
    if found.address is None:
        say("Not running.")
    else:
        say(f"Running at {found.address}, version {found.version}, pid {found.pid}.")
    if found.next_step:
        say(f"Next: {found.next_step}")
        return 3
    return 0


@command.command("logs")
@click.option("--lines", type=click.IntRange(min=1), default=50, show_default=True, help="How many, newest last.")
def logs(lines: int) -> None:
    """Print the newest lines of the service's log."""
    from couloir.service.process.logs import log_files

    newest: deque[str] = deque(maxlen=lines)
    files = log_files(ServiceSettings().log_file)
    for file in reversed(files):
        with file.open(encoding="utf-8", errors="replace") as text:
            newest.extend(line.rstrip("\n") for line in text)
    if not files:
        say("There is no log yet; the service has not run.")
    for line in newest:
        say(line)
