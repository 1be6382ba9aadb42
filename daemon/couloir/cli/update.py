"""`couloir update`: whether there is a newer release. It asks only when it is called, and changes nothing."""

from __future__ import annotations

import re
from typing import Final

import click

from couloir import __version__
from couloir.cli.plain import say

# The name comes from outside and is shown as part of a command.
_WHEEL: Final = re.compile(r"couloir-[0-9][0-9A-Za-z.]*-py3-none-any\.whl")


@click.command("update")
@click.option("--from", "address", metavar="URL", help="The couloir-release.json of the newest release.")
def command(address: str | None) -> int:
    """Say whether there is a newer release, and how to get it.

    Couloir never looks by itself. The server is sent nothing about you, your computer or your version. The exit code is
    3 when there is a newer one.
    """
    from couloir.errors import NoReleases
    from couloir.installing import command_to_update
    from couloir.service.installation.releases import is_newer, published_address, read_release

    place = address or published_address()
    if not place:
        raise NoReleases(version=__version__)
    found = read_release(place)
    if not is_newer(found.version, than=__version__):
        say(f"Couloir {__version__} is the newest release.")
        return 0
    say(f"Couloir {found.version} is there; this is {__version__}.")
    if found.page.startswith("https://"):
        say(f"Get it from {found.page}")
    wheel = next((file.name for file in found.files if _WHEEL.fullmatch(file.name)), None)
    following = command_to_update(f"./{wheel}") if wheel else ""  # a path: never a name to look up in an index
    say(f"Next: {f'download {wheel} and run `{following}`' if following else 'download and open its installer'}, then")
    say("run `couloir plugin install`, and restart Lightroom.")
    return 3
