"""`couloir doctor`: what is wrong, and what to do first."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from couloir.cli.output import console, escape_text
from couloir.cli.plain import say
from couloir.service.doctor import Verdict, examine, next_step, report_zip
from couloir.service.process.settings import ServiceSettings

_COLOURS = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.BAD: "red"}


@click.command("doctor")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a zip for a bug report: logs, versions and counts, no photos.",
)
def command(folders: tuple[Path, ...], report: Path | None) -> int:
    """Check everything the service needs. FOLDERS are libraries or destinations to look at as well.

    Exit code 1 when something is bad.
    """
    settings = ServiceSettings()
    rows = examine(settings, folders=[folder.absolute() for folder in folders])
    table = Table(box=None, pad_edge=False)
    for column in ("check", "state", "detail"):
        table.add_column(column, overflow="fold")  # a path that is cut off cannot be looked at
    for row in rows:
        colour = _COLOURS[row.verdict]
        table.add_row(escape_text(row.check), f"[{colour}]{row.verdict.value}[/]", escape_text(row.detail))
    console.print(table)
    say(f"Next: {next_step(rows) or 'nothing, all is well.'}")
    if report is not None:
        say(f"Report: {report_zip(report, rows, settings)}")
    return int(any(row.verdict is Verdict.BAD for row in rows))
