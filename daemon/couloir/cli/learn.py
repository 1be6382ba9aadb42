"""`couloir learn`: make training pairs, train a model, evaluate it, and put it into use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from couloir.cli import learn_calibrate, learn_data
from couloir.cli.numbers import number, share
from couloir.cli.output import console, escape_text, progress
from couloir.cli.plain import say

if TYPE_CHECKING:
    from couloir.workers import Workers

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)

photographs_option = click.option(
    "--photographs",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of photographs to make scenes of, with its subfolders. Can be given several times.",
)
workers_option = click.option(
    "--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes on this computer."
)
scheduler_option = click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="A Dask scheduler (tcp://host:8786) to work on instead; needs the package distributed.",
)


@click.group("learn")
def command() -> None:
    """Train the learned part of the translation, and manage its training data."""


@command.command("synthesise")
@photographs_option
@click.option("--to", "folder", required=True, type=_FOLDER, help="Folder for the pairs; it keeps those it has.")
@click.option(
    "--pairs", "count", type=click.IntRange(min=1), default=20_000, show_default=True, help="How many, at least."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Another seed gives other pairs."
)
@click.option(
    "--part", default="1/1", show_default=True, metavar="N/M", help="Make only every M-th shard, from the N-th."
)
@workers_option
@scheduler_option
def synthesise_command(
    photographs: tuple[Path, ...], folder: Path, count: int, seed: int, part: str, workers: int, scheduler: str | None
) -> None:
    """Make training pairs from photographs and random instances of both engines.

    The same seed gives the same pairs on one process, on several, and on a cluster. A stopped run continues when it is
    started again.
    """
    from couloir.learn.photographs import load
    from couloir.learn.synthesise import PHOTOS, WORLDS, plan_jobs, synthesise

    number, _, of = part.partition("/")
    if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise click.BadParameter(f"{part!r} is not N/M, for example 1/2", param_hint="--part")
    jobs = plan_jobs(count, seed)[int(number) - 1 :: int(of)]
    with progress("Shards") as told:
        made = synthesise(folder, jobs, load(photographs), _workers(workers, scheduler), told)
    console.print(f"{made} of {len(jobs)} shards made, {PHOTOS * WORLDS} pairs each: {escape_text(str(folder))}")


@command.command("train")
@click.option("--data", "folders", multiple=True, required=True, type=_FOLDER, help="Folders of pairs.")
@click.option("--to", "folder", required=True, type=_FOLDER, help="Folder for the trained model.")
@click.option("--name", default="couloir-1", show_default=True, help="Name of the model.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Another seed gives another model of the same pairs.",
)
@click.option(
    "--epochs", type=click.IntRange(min=1), default=80, show_default=True, help="Number of passes over the pairs."
)
@click.option("--note", default="", help="A note about the data, for the model's card.")
def train_command(folders: tuple[Path, ...], folder: Path, name: str, seed: int, epochs: int, note: str) -> None:
    """Train a model on pairs, with numpy alone. The same pairs and seed give the same file."""
    from couloir.learn.campaign import train_candidate

    with progress("Epochs") as told:
        training = train_candidate(list(folders), folder, name=name, seed=seed, epochs=epochs, note=note, told=told)
    console.print(
        f"{escape_text(name)}: {number(training.pairs)} pairs ({number(training.real_pairs)} real) in "
        f"{number(training.seconds, 0)} s, {number(training.peak_megabytes, 0)} MB; 80 % intervals hold "
        f"{share(training.coverage)} of the validation errors."
    )
    console.print(f"Next: couloir learn evaluate --model {escape_text(str(folder))} --photographs FOLDER")


@command.command("evaluate")
@click.option("--model", "folder", required=True, type=_FOLDER, help="The folder that `learn train` wrote.")
@click.option("--data", "folders", multiple=True, type=_FOLDER, help="Its pairs, for the regression and --ablations.")
@photographs_option
@click.option("--worlds", type=click.IntRange(min=1), default=84, show_default=True, help="Of 24 held-out photos each.")
@click.option("--ablations", is_flag=True, help="Also evaluate variants without one part each, and with fewer pairs.")
@workers_option
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write rows to this file, too."
)
def evaluate_command(
    folder: Path,
    folders: tuple[Path, ...],
    photographs: tuple[Path, ...],
    worlds: int,
    ablations: bool,
    workers: int,
    json_file: Path | None,
) -> int:
    """Evaluate a trained model on cameras, engines and photographs that it never saw, and write its card.

    The exit code is 3 when a target is missed.
    """
    from couloir.learn.campaign import judge_candidate, rows_of
    from couloir.learn.contest import Plan
    from couloir.learn.evaluate import PHOTOS
    from couloir.learn.judgement import table, targets

    if ablations and not folders:
        raise click.UsageError("--ablations needs --data: the variants are trained on the same pairs.")
    with progress("Evaluating") as told:
        found = judge_candidate(
            folder,
            list(folders),
            list(photographs),
            Plan(worlds, ablations, photos=PHOTOS),
            _workers(workers, None),
            told,
        )
    for line in table(found.standings).splitlines():
        say(line)
    for aim, came, holds in targets(found):
        say(f"{'holds ' if holds else 'MISSED'}  {aim}: {came}")
    if json_file is not None:
        learn_data.write_json(json_file, rows_of(found))
    return 0 if all(holds for *_, holds in targets(found)) else 3


@command.command("promote")
@click.option("--model", "folder", required=True, type=_FOLDER, help="The folder that `learn evaluate` judged.")
@click.option("--to", "models", type=_FOLDER, help="The models folder; the one that this Couloir uses by default.")
def promote_command(folder: Path, models: Path | None) -> None:
    """Put an evaluated model into use, if it does better than the one in use on held-out photos."""
    from couloir.derive.residual.store import models_folder
    from couloir.learn.candidate import promote

    entry = promote(folder, models or models_folder())
    console.print(f"In use now: {escape_text(entry.name)}. {escape_text(entry.summary)}")


def _workers(count: int, scheduler: str | None) -> Workers:
    from couloir.workers import Workers

    return Workers(count, scheduler)


for _data in (learn_data.pairs, learn_data.contribute, learn_data.inbox, learn_data.look, learn_calibrate.calibrate):
    command.add_command(_data)
