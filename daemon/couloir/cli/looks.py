"""`couloir looks`: enhanced profiles of the closest look, and photos whose exports tell how Lightroom draws them."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from couloir.cli.numbers import number
from couloir.cli.options import json_option
from couloir.cli.output import console, escape_text, print_json, size

if TYPE_CHECKING:
    from couloir.migrate.ledger.enhanced_profiles import KeptProfile

RESTART = "Restart Lightroom: it reads the folder of profiles only when it starts."

_migration = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
_settings_option = click.option(
    "--folder",
    "settings",
    type=click.Path(path_type=Path, file_okay=False),
    help="Camera Raw's Settings folder; Adobe's usual place by default.",
)


@click.group("looks")
def command() -> None:
    """Give Lightroom the profiles of `couloir match --closest-look`, and ask it how it draws them.

    `list`, `install` and `uninstall` are about the profiles of a migration. `test-files` writes photos to import and
    to export again, and `judge-exports` says what the exports tell: Couloir's developers have no Lightroom. The answers
    settle rows of docs/unverified.md.
    """


@command.command("list")
@_migration
@json_option
def list_command(folder: Path, *, as_json: bool) -> None:
    """List the profiles that photos of the migration in FOLDER have."""
    kept = _kept(folder)
    if as_json:
        print_json(
            {
                "profiles": [
                    {
                        "name": each.profile.name,
                        "uuid": each.profile.uuid,
                        "table": each.profile.table.fingerprint,
                        "photos": each.photos,
                        "bytes": len(each.file),
                    }
                    for each in kept
                ]
            }
        )
        return
    for each in kept:
        many = "photo" if each.photos == 1 else "photos"
        console.print(escape_text(f"{each.profile.name}: {number(each.photos)} {many}, {size(len(each.file))}"))
    if not kept:
        console.print("No photo has a profile; `couloir match --closest-look` makes them.")


@command.command("install")
@_migration
@_settings_option
@json_option
def install_command(folder: Path, settings: Path | None, *, as_json: bool) -> None:
    """Install the profiles of the migration in FOLDER for Camera Raw and Lightroom.

    Do it before you import the photos. Each photo holds its table in its own XMP as well, but nobody has yet seen
    Lightroom draw that one alone.
    """
    from couloir.lightroom.enhanced.settings_folder import install_profiles

    written = install_profiles([each.profile for each in _kept(folder)], settings or _camera_raw())
    _told(written, "Installed", as_json=as_json)


@command.command("uninstall")
@_migration
@_settings_option
@json_option
def uninstall_command(folder: Path, settings: Path | None, *, as_json: bool) -> None:
    """Remove the profiles of the migration in FOLDER from Lightroom. The migration keeps its own copies."""
    from couloir.lightroom.enhanced.settings_folder import uninstall_profiles

    gone = uninstall_profiles([each.profile for each in _kept(folder)], settings or _camera_raw())
    _told(gone, "Taken away", as_json=as_json)


def _camera_raw() -> Path:
    from couloir.lightroom.camera_raw_folder import PRESETS, camera_raw_folder

    return camera_raw_folder(PRESETS, sys.platform, Path.home(), os.environ)


def _kept(folder: Path) -> list[KeptProfile]:
    """The profiles of a migration. Raises NotAMigration."""
    from couloir.migrate.ledger.enhanced_profiles import list_profiles
    from couloir.migrate.ledger.ledger import Ledger
    from couloir.migrate.run import LEDGER

    with Ledger.open_to_read(folder / LEDGER) as ledger:
        return list_profiles(ledger)


def _told(paths: list[Path], what: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"files": [str(path) for path in paths], "restart_lightroom": bool(paths)})
        return
    for path in paths:
        console.print(escape_text(f"{what}: {path}"))
    console.print(RESTART if paths else "There was nothing to do.")


@command.command("test-files")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@json_option
def test_files(folder: Path, *, as_json: bool) -> None:
    """Write test photos, a profile and a note on how to use them into FOLDER."""
    from couloir.learn.trial.files import NOTE, write_trial

    written = write_trial(folder)
    if as_json:
        print_json({"folder": str(folder), "files": [path.name for path in written]})
        return
    console.print(f"{len(written)} files are in {escape_text(str(folder))}. Go on with {NOTE!r} there.")


@command.command("judge-exports")
@click.argument("exports", type=click.Path(path_type=Path, file_okay=False))
@json_option
def judge(exports: Path, *, as_json: bool) -> None:
    """Say what Lightroom's exports of the test photos, in the folder EXPORTS, tell."""
    from couloir.learn.trial.judge import judge_exports

    answers = judge_exports(exports)
    if as_json:
        print_json([asdict(each) for each in answers])
        return
    for each in answers:
        figure = "" if each.figure is None else f" ({number(each.figure, 2)})"
        console.print(f"{escape_text(each.question)} {escape_text(each.answer)}{figure}")
