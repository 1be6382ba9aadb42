"""`couloir report`: writes the report of a migration again, and opens it."""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping
from pathlib import Path

import click

from couloir.cli.numbers import number, quantity
from couloir.cli.options import json_option, open_library, volume_option
from couloir.cli.output import console, escape_text, print_json, progress
from couloir.cli.translators import learnt_profiles, translator_for
from couloir.errors import NotAll
from couloir.language.choice import ENGLISH, LANGUAGES
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.report.report import write_report
from couloir.migrate.run import LEDGER, read_as


@click.command("report")
@click.argument("destination", type=click.Path(path_type=Path, readable=False))
@click.option(
    "--pictures",
    type=click.IntRange(0),
    default=200,
    show_default=True,
    help="Photos compared and shown.",
)
@click.option("--open/--no-open", "opens", default=True, show_default=True, help="Show it in the browser.")
@click.option("--language", type=click.Choice(LANGUAGES), default=ENGLISH, show_default=True, help="That of the pages.")
@volume_option
@json_option
def command(
    destination: Path, pictures: int, language: str, volumes: Mapping[str, Path], *, opens: bool, as_json: bool
) -> None:
    """Write the report of the migration in DESTINATION again: all photos by their difference, and what was lost.

    The library must be where it was; it is only read. Thumbnails are made once. The exit code is 41 where a photo could
    not be compared because its original or preview is damaged.
    """
    with (
        Ledger.open_to_read(destination / LEDGER) as ledger,
        open_library(ledger.library_path, volumes, **read_as(ledger)) as library,
        progress("Writing the report") as advance,
    ):
        profiles = learnt_profiles().select(ledger.last_run()[1].get("profiles"))
        translator = translator_for(library.info.path, profiles=profiles)
        report = write_report(
            library,
            ledger,
            destination,
            pictures,
            advance,
            translator=translator,
            by_pictures=ledger.last_run()[1].get("pictures") is not False,
            language=language,
        )
    if as_json:
        print_json(
            {
                "photos": str(report.photos),
                "html": str(report.html),
                "json": str(report.json),
                "measured": report.measured,
                "expected": report.expected,
                "compared": report.compared,
                "left_out": report.left_out,
                "failed": report.failed,
                "remark": report.remark,
            }
        )
    else:
        figures = f"{number(report.measured)} measured in {report.program}, {number(report.expected)} expected"
        told = f"Photos with a difference: {figures}."
        console.print(escape_text(f"{told} The report is {report.photos}"))
        if report.remark:
            console.print(escape_text(report.remark))
        if opens:
            webbrowser.open(report.photos.resolve().as_uri())
    if report.failed:
        raise NotAll(failed=quantity(report.failed, "photo", "photos"), path=destination)
