"""`couloir plugin`: the plug-in in Lightroom's own folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from couloir.cli.plain import say

to_option = click.option(
    "--to",
    "modules",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Another folder; by default the one in which Lightroom finds plug-ins by itself.",
)


def _modules(given: Path | None) -> Path:
    from couloir.service.installation.plugin import modules_folder

    return given.absolute() if given else modules_folder(sys.platform, Path.home(), os.environ)


@click.group("plugin")
def command() -> None:
    """Install the plug-in for Lightroom Classic, or remove it."""


@command.command("install")
@to_option
def install(modules: Path | None) -> None:
    """Put the plug-in where Lightroom finds it. Installing again brings it up to date.

    A folder of its name that is not Couloir's is never touched.
    """
    from couloir.installing import own_command
    from couloir.service.installation import plugin

    before = plugin.install(_modules(modules), own_command())
    say(f"Installed: {before.path}")
    if before.state is plugin.State.CURRENT:
        say("It was up to date already.")
    elif before.version:
        say(f"It was version {before.version}.")
    say(_after_installing(by_itself=modules is None))


def _after_installing(*, by_itself: bool) -> str:
    if by_itself:
        return "Restart Lightroom: Couloir is then in Library > Plug-in Extras, and in File > Plug-in Extras."
    return "In Lightroom, choose File > Plug-in Manager > Add, and this folder."


@command.command("status")
@to_option
def status(modules: Path | None) -> int:
    """Say which plug-in is installed. The exit code is 3 when something needs doing."""
    from couloir.installing import own_command
    from couloir.service.installation import plugin

    found = plugin.examine(_modules(modules), own_command())
    say(f"{found.path}: {found.told}")
    if found.next_step:
        say(f"Next: {found.next_step}")
        return 3
    return 0


@command.command("uninstall")
@to_option
def uninstall(modules: Path | None) -> None:
    """Remove the installed plug-in. What it added to catalogs stays."""
    from couloir.service.installation import plugin

    say(f"Removed: {plugin.uninstall(_modules(modules))}")
    say("Restart Lightroom, if it runs.")
