"""`couloir undo`: removes what a migration has written and nobody has changed since."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from couloir.cli.balance import balance_as_list, show_balance
from couloir.cli.numbers import number, quantity
from couloir.cli.options import json_option, open_library, volume_option
from couloir.cli.output import console, escape_text, print_json, progress, size
from couloir.errors import NoProfileFolder, NotAll
from couloir.lightroom.camera_raw_folder import PRESETS, camera_raw_folder
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.run import LEDGER, open_ledger, read_as
from couloir.migrate.undo.undo import Leftover, Undoing, undo_migration

_LISTED = 20


@click.command("undo")
@click.argument("folder", type=click.Path(path_type=Path, readable=False))
@click.option(
    "--library",
    "moved",
    type=click.Path(path_type=Path, readable=False),
    metavar="LIBRARY",
    help="Where the library is now, if it was moved since.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be removed and what would stay. Removes nothing.")
@volume_option
@json_option
def command(folder: Path, moved: Path | None, volumes: Mapping[str, Path], *, dry_run: bool, as_json: bool) -> None:
    """Remove what Couloir wrote into FOLDER, and the sidecars that it wrote beside originals.

    A file that was changed since, by Lightroom or anybody, stays and is named. A copy of an original goes only while
    the library has that original with the same bytes; otherwise it stays, because it may be the last one. Photos that
    the plug-in has brought into Lightroom stay: its catalog would miss them. The library is only read.

    Its profiles go from Lightroom, too (see `couloir looks`), once no file is left.

    You can stop it at any moment and run it again: it continues, and a second run has nothing to do.
    """
    with Ledger.open_to_read(folder / LEDGER) as known:
        place, how = moved or known.library_path, read_as(known)
        with open_library(place, volumes, **how) as library, progress("Comparing files") as bar:
            if dry_run:
                known.check_library(library.info)
                result = undo_migration(library, known, folder, bar, dry_run=True)
            else:
                with open_ledger(library, folder) as ledger:
                    phase = bar.phase("Removing files")
                    result = undo_migration(library, ledger, folder, phase, settings=_settings())
    if as_json:
        print_json(
            {
                "destination": str(folder),
                "dry_run": result.dry_run,
                "removed": result.removed,
                "bytes": result.freed,
                "restored": result.restored,
                "folders": result.folders,
                "profiles": result.profiles,
                "left": [asdict(each) for each in result.left],
                "failed": [asdict(each) for each in result.failed],
                "balance": balance_as_list(result.balance),
            }
        )
    else:
        _show(result)
    if result.failed:
        raise NotAll(failed=quantity(len(result.failed), "photo", "photos"), path=folder)


def _settings() -> Path | None:
    """Camera Raw's Settings folder, None on a computer on which Lightroom does not run."""
    try:
        return camera_raw_folder(PRESETS, sys.platform, Path.home(), os.environ)
    except NoProfileFolder:
        return None


def _show(result: Undoing) -> None:
    if not (result.removed or result.left or result.failed):
        console.print("There is nothing left to undo.")
        return
    many = "file" if result.removed == 1 else "files"
    would = "would be removed" if result.dry_run else ("was removed" if result.removed == 1 else "were removed")
    console.print(f"{number(result.removed)} {many} {would} ({size(result.freed)}).")
    if result.profiles:
        console.print(
            f"{number(result.profiles)} enhanced profiles were taken from Lightroom; it forgets them at its next start."
        )
    if result.left:
        stays = "stay" if len(result.left) > 1 else "stays"
        would = f"would {stays.rstrip('s')}" if result.dry_run else stays
        console.print(f"{number(len(result.left))} {would}, each for the reason that is named:")
        _list(result.left)
    if result.failed:
        console.print(f"{number(len(result.failed))} could not be removed:")
        _list(result.failed)
    if result.dry_run:
        console.print("\nNothing was removed.")
        return
    console.print()
    show_balance(result.balance)


def _list(left: Sequence[Leftover]) -> None:
    for each in left[:_LISTED]:
        console.print(escape_text(f"  {each.path}: {each.why}"))
    if len(left) > _LISTED:
        console.print(f"  ... and {number(len(left) - _LISTED)} more; --json lists them all")
