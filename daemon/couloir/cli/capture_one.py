"""`couloir capture-one`: what a photographer with Capture One may need beside the migrated folder."""

from __future__ import annotations

from pathlib import Path

import click

from couloir.cli.numbers import number
from couloir.cli.options import json_option
from couloir.cli.output import console, escape_text, print_json

STYLES = "Capture One styles"


@click.group("capture-one")
def command() -> None:
    """Help with Capture One, for a folder that `couloir migrate --for capture-one` has written."""


@command.command("styles")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"Where to write the styles; '{STYLES}' in FOLDER where it is not given.",
)
@json_option
def styles(folder: Path, into: Path | None, *, as_json: bool) -> None:
    """Write a style for each distinct look in FOLDER, and a list of the photos that have it.

    For a Capture One that does not take the settings in the folder by itself: import the styles there, and apply each
    to the photos that the list names. Crop and rotation belong to one photo and are in no style.
    """
    from couloir.destinations.capture_one.style_folder import LIST, plain_styles, write_styles

    done = write_styles(folder, into or folder / STYLES)
    if as_json:
        print_json(
            {
                "folder": str(done.folder),
                "written": done.written,
                "left": done.left,
                "unreadable": [error.message for error in done.unreadable],
                "styles": plain_styles(done.styles),
            }
        )
    else:
        photos = sum(len(each.places) for each in done.styles)
        console.print(
            f"{number(len(done.styles))} styles for {number(photos)} photos are in {escape_text(str(done.folder))}; "
            f"{number(len(done.written))} are new. {LIST!r} there says which photo has which."
        )
        for name in done.left:
            console.print(f"{escape_text(name)} was changed by another hand, and stays as it is.")
        for error in done.unreadable[1:]:
            console.print(escape_text(error.message))
    if done.unreadable:
        raise done.unreadable[0]
