"""Arguments that several commands take."""

from __future__ import annotations

from pathlib import Path

import click

library_argument = click.argument("library", type=click.Path(path_type=Path, readable=False))

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")


def _volumes(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, Path]:
    volumes: dict[str, Path] = {}
    for item in given:
        name, separator, place = item.partition("=")
        if not separator or not name or not place:
            raise click.BadParameter(f"{item!r} is not NAME=FOLDER")
        volumes[name] = Path(place).absolute()
    return volumes


volume_option = click.option(
    "--volume",
    "volumes",
    multiple=True,
    metavar="NAME=FOLDER",
    callback=_volumes,
    help="Where a disk that holds referenced originals is now. Can be given several times.",
)
