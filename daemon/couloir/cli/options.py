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
        folder = Path(place).expanduser().absolute()  # a shell expands ~ only at the beginning of a word
        if not folder.is_dir():
            raise click.BadParameter(f"there is no folder {folder}, where the disk {name!r} should be")
        volumes[name] = folder
    return volumes


def check_volumes(library: Library, volumes: Mapping[str, Path]) -> None:
    """Raise BadParameter for a disk that no original of this library lies on: its name is misspelt."""
    for name in volumes:
        if not library.names_disk(name):
            named = ", ".join(sorted({volume.name or volume.uuid for volume in library.volumes()}))
            told = (
                f"the originals of this library lie on these disks: {named}"
                if named
                else "it has no originals on disks"
            )
            raise click.BadParameter(f"{library.info.path} knows no disk {name!r}; {told}", param_hint="--volume")


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
        """Open a library with these options. Raises what `Library.open` raises, and as `check_volumes`."""
        return open_library(library, self.volumes, from_plists=self.from_plists, follow_links=self.follow_links)


def open_library(
    path: Path, volumes: Mapping[str, Path], *, from_plists: bool = False, follow_links: bool = False
) -> Library:
    """Open a library with the disks that were given. Raises what `Library.open` raises, and as `check_volumes`."""
    from couloir.aperture.library import Library

    library = Library.open(path, volumes, from_plists=from_plists, follow_links=follow_links)
    try:
        check_volumes(library, volumes)
    except click.BadParameter:
        library.close()
        raise
    return library


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
