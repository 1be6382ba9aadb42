"""`couloir looks`: photos whose exports tell how Lightroom draws enhanced profiles and brushes."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from couloir.cli.options import json_option
from couloir.cli.output import console, escape_text, print_json


@click.group("looks")
def command() -> None:
    """Ask a real Lightroom what Couloir's developers could not: they have none.

    `test-files` writes photos to import and to export again; `judge-exports` says what the exports tell. The answers
    settle rows of docs/unverified.md.
    """


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
        figure = "" if each.figure is None else f" ({each.figure:.2f})"
        console.print(f"{escape_text(each.question)} {escape_text(each.answer)}{figure}")
