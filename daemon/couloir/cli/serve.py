"""`couloir serve`: the service in the foreground."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from couloir.cli.plain import say
from couloir.service.process.settings import ServiceSettings, default_state_dir


@click.command("serve")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default="any free one",
    help="Port to try first; another free one is taken when it is in use.",
)
@click.option(
    "--idle-exit",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    help="Stop after this many seconds without a request, when no job is active.",
)
@click.option(
    "--state-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the runtime file, the job journal and the logs.",
)
def command(port: int, idle_exit: float | None, state_dir: Path | None) -> None:
    """Run the service that the Lightroom plug-in talks to, until Ctrl-C.

    It listens on 127.0.0.1 only. If it already runs, the command prints its address and ends.
    """
    from couloir.service.serve import serve

    settings = ServiceSettings(state_dir=state_dir or default_state_dir(), port=port, idle_exit=idle_exit)
    sys.exit(serve(settings, say=say))
