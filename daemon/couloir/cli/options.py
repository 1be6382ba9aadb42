"""Arguments that several commands take."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:  # commands that read no library do not wait for the reader's imports
    from couloir.aperture.library import Library

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
    help="Where a disk with referenced originals is now. Can be given several times.",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The options for reading a library, as given on the command line."""

    volumes: Mapping[str, Path] = field(default_factory=dict)
    from_plists: bool = False
    follow_links: bool = False

    def open(self, library: Path) -> Library:
        """Open a library with these options. Raises what `Library.open` raises."""
        from couloir.aperture.library import Library

        return Library.open(library, self.volumes, from_plists=self.from_plists, follow_links=self.follow_links)


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that reads a library; the command gets one `reading`."""

    @volume_option
    @click.option(
        "--rebuild-from-plists",
        "from_plists",
        is_flag=True,
        help="Read no database, only the property lists beside them: for a library whose databases are lost.",
    )
    @click.option(
        "--follow-links",
        is_flag=True,
        help="Follow the library's Masters and Previews where they are links to another disk; `inspect` says where to.",
    )
    @functools.wraps(command)
    def wrapped(
        *arguments: Any, volumes: Mapping[str, Path], from_plists: bool, follow_links: bool, **more: Any
    ) -> Any:
        return command(*arguments, reading=Reading(volumes, from_plists, follow_links), **more)

    return wrapped


no_pictures_option: Final = click.option(
    "--no-pictures",
    is_flag=True,
    help="Translate from the adjustments alone, without looking at Aperture's previews and the originals: faster, and "
    "less close.",
)
