"""`couloir capture-one`: what a photographer with Capture One may need beside the migrated folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from couloir.cli.numbers import number, quantity
from couloir.cli.options import json_option
from couloir.cli.output import console, escape_text, print_json, progress
from couloir.errors import NotAll

if TYPE_CHECKING:
    from couloir.migrate.capture_one.apply import VersionResult

_NAMED = 20  # photos of which something was left, or that failed
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


@command.command("apply")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would be set. Changes nothing, in Capture One or in FOLDER.")
@json_option
def apply_command(folder: Path, *, dry_run: bool, as_json: bool) -> None:
    """Give the settings in FOLDER to photos that Capture One has in a catalog or session already.

    It needs macOS and Capture One Pro 16, open with All Images of the catalog in front, or with a folder of the
    session. Photos are found by their path, and else by name and content. Each version gets a variant of its own; one
    that somebody has edited is never changed. Curves, exposure, saturation, black and white, turning, straightening,
    crop, stars and colour tag are set, read again, and entered into the ledger.

    You can stop it at any moment and run it again: it continues. Try it with --dry-run first, and with a few photos of
    a session, because no Capture One runs where Couloir is made. The exit code is 41 where a photo failed.
    """
    from couloir.migrate.capture_one.apply import Result, apply_settings
    from couloir.migrate.capture_one.osascript import require_macos, run_script
    from couloir.migrate.ledger.ledger import Ledger
    from couloir.migrate.run import LEDGER, reopen_ledger

    require_macos()
    opened = Ledger.open_to_read(folder / LEDGER) if dry_run else reopen_ledger(folder)
    with opened as ledger, progress("Setting photos in Capture One") as bar:
        found = list(apply_settings(ledger, folder, run_script, bar, dry_run=dry_run))
    failed = sum(each.result is Result.FAILED for each in found)
    if as_json:
        print_json({"folder": str(folder), "dry_run": dry_run, "versions": [asdict(each) for each in found]})
    else:
        _tell(found, dry_run=dry_run)
    if failed:
        raise NotAll(failed=quantity(failed, "version", "versions"), path=folder)


def _tell(found: Sequence[VersionResult], *, dry_run: bool) -> None:
    counts = Counter(each.result for each in found)
    new = sum(each.is_new for each in found)
    console.print(
        f"{quantity(len(found), 'version', 'versions')}: "
        + ", ".join(f"{number(many)} {result}" for result, many in sorted(counts.items()))
        + (f"; {number(new)} in new variants" if new else "")
        + (". Nothing was changed: this was a dry run." if dry_run else ".")
    )
    if any(each.result == "not in the collection" for each in found):
        console.print("Choose All Images in the catalog, or another folder of the session, and run it again for those.")
    told = [(each, sentence) for each in found for sentence in (*each.left, each.why) if sentence]
    for each, sentence in told[:_NAMED]:
        variant = f" (variant {each.number})" if each.number > 1 else ""
        console.print(escape_text(f"  {each.photo}{variant}: {sentence}"))
    if len(told) > _NAMED:
        console.print(f"  ... and {number(len(told) - _NAMED)} more; --json lists them all")
