"""`couloir learn pairs | contribute | inbox | look`: the training data."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import click

from couloir.cli.numbers import number
from couloir.cli.options import Reading, reading_options
from couloir.cli.output import console, escape_text, progress
from couloir.cli.plain import say
from couloir.json_text import to_json

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_LIBRARY = click.Path(path_type=Path)


def write_json(file: Path, document: object) -> None:
    """Write a JSON document into a file."""
    file.write_text(to_json(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@click.command("pairs")
@click.option("--aperture", "library", required=True, type=_LIBRARY, help="The Aperture library. Never written to.")
@click.option("--lightroom", "catalog", type=_FILE, help="A Lightroom catalog (.lrcat) with the same photos.")
@click.option("--migration", type=_FOLDER, help="A folder that `couloir migrate` wrote, for its matched looks.")
@click.option("--taught", is_flag=True, help='What "Teach Couloir" in Lightroom has stored on this computer.')
@click.option("--to", "folder", required=True, type=_FOLDER, help="Where the pairs go.")
@reading_options
def pairs(
    library: Path,
    catalog: Path | None,
    migration: Path | None,
    taught: bool,
    folder: Path,
    reading: Reading,
) -> None:
    """Make training pairs from photos that were adjusted in both programs.

    A photo is taken only where name and at least two more facts agree and nothing disagrees; what is refused is listed
    with its reason. A photographer's corrections take precedence over a catalog, and a catalog over matched looks.
    """
    from couloir.cli.learn_sources import from_corrections, from_migration
    from couloir.learn.catalogs import from_catalog
    from couloir.learn.corrections import FILE_NAME
    from couloir.learn.real_data import save
    from couloir.service.process.settings import default_state_dir

    if catalog is None and migration is None and not taught:
        raise click.UsageError("Name a source: --lightroom, --migration or --taught.")
    with reading.open(library) as opened, progress("Photos") as told:
        wanted = {}
        refused: dict[str, str] = {}
        if migration is not None:
            wanted.update(from_migration(migration))
        if catalog is not None:
            matched, unmatched = from_catalog(opened, catalog)
            wanted.update(matched)
            refused.update(unmatched)
        if taught:
            wanted.update(from_corrections(opened, default_state_dir() / FILE_NAME))
        made = save(opened, wanted, folder, told)
    refused.update(made.refused)
    write_json(folder / "refused.json", refused)
    console.print(
        f"{number(len(made.versions))} pairs in {escape_text(str(folder))}; {number(len(refused))} photos refused "
        "(refused.json)."
    )


@click.command("contribute")
@click.option("--data", "folder", required=True, type=_FOLDER, help="A folder of real pairs.")
@click.option("--to", "file", required=True, type=_FILE, help="The contribution, a text file (.couloir.json).")
def contribute(folder: Path, file: Path) -> None:
    """Write pairs as a text file that you can read before you send it: no pixels, no names, no places."""
    from couloir.learn import bundle, dataset

    found = dataset.read_all(folder)
    file.write_bytes(bundle.to_bytes(found))
    console.print(f"{number(len(found))} pairs in {escape_text(str(file))}. Read it before you send it.")


@click.command("inbox")
@click.argument("folder", type=_FOLDER)
@click.option("--to", "data", required=True, type=_FOLDER, help="Where the pairs go.")
@click.option("--aperture", "library", type=_LIBRARY, help="The library that catalogs in the inbox belong to.")
@click.option("--watch", is_flag=True, help="Keep running and take files as they arrive, until interrupted.")
def inbox(folder: Path, data: Path, library: Path | None, *, watch: bool) -> None:
    """Take contributions (and catalogs) from a folder into a data set.

    Each file moves to taken/ or refused/ within the folder, a refused one with its reason beside it.
    """
    from couloir.learn.inbox import take_all
    from couloir.service.libraries.watch import HintWatcher

    def take() -> None:
        for taken in take_all(folder, data, library):
            console.print(f"{escape_text(taken.name)}: {escape_text(taken.told)}")

    take()
    if watch:
        with HintWatcher([folder], lambda _changed: take()):
            while True:
                time.sleep(3600)


@click.command("look")
@click.option("--data", "folders", multiple=True, required=True, type=_FOLDER, help="Folders of pairs.")
@click.option("--library", type=_LIBRARY, help="Report how far this Aperture library is from the training data.")
@click.option("--most", type=click.IntRange(min=1), default=20, show_default=True, help="How many of each to show.")
@click.option("--json", "json_file", type=_FILE, help="Write everything to this file, too.")
@click.option(
    "--pictures", type=_FOLDER, help="Write a page with the pictures of anomalous real pairs into this folder."
)
def look(
    folders: Sequence[Path], library: Path | None, most: int, json_file: Path | None, pictures: Path | None
) -> None:
    """Inspect a data set: anomalies, regions with too few pairs, drift of a library."""
    from couloir.cli.learn_look import describe, explore

    found = explore(list(folders), library, most, pictures)
    for line in describe(found, most):
        say(line)
    if json_file is not None:
        write_json(json_file, found)
