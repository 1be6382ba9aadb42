"""The two steps of training that a person runs: train a candidate from data, and evaluate a candidate."""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from couloir import __version__
from couloir.errors import NoDataSet
from couloir.learn import candidate, dataset
from couloir.learn.class_table import ClassStanding
from couloir.learn.contest import Plan, ablate, judge
from couloir.learn.dataset import Pairs
from couloir.learn.judgement import Judgement, Standing, targets
from couloir.learn.photographs import load
from couloir.learn.synthesise import FACTS
from couloir.learn.train import Recipe, train
from couloir.learn.training import Training
from couloir.workers import Workers

REAL: Final = "real-"
"""The prefix of file names of shards with real pairs."""


def pairs_of(folders: Sequence[Path]) -> tuple[Pairs, int]:
    """All pairs of some folders, and how many of them are real. Raises NoDataSet."""
    parts, real = [], 0
    for folder in folders:
        for shard in sorted(folder.glob("*.npz")):
            parts.append(dataset.read(shard))
            real += len(parts[-1]) if shard.name.startswith(REAL) else 0
    if not parts:
        raise NoDataSet(path=", ".join(map(str, folders)), why="no shard (*.npz) is in it")
    return Pairs.join(parts), real


def train_candidate(
    folders: Sequence[Path],
    to: Path,
    *,
    name: str,
    seed: int,
    epochs: int,
    note: str,
    told: Callable[[int, int], None],
) -> Training:
    """Train on the pairs of some folders and write the candidate; `note` goes into its card. Raises NoDataSet."""
    pairs, real = pairs_of(folders)
    recipe = Recipe(seed=seed, epochs=epochs)
    begun = time.monotonic()
    done = 0

    def tell(_member: int, _epoch: int, _loss: float) -> None:
        nonlocal done
        done += 1
        told(done, recipe.members * recipe.epochs)

    found = train(pairs, recipe, tell)
    training = Training(
        name=name,
        command=f"couloir learn train --name {name} --seed {seed} --epochs {epochs}",
        couloir=__version__,
        seed=seed,
        pairs=found.pairs,
        validated=found.validated,
        real_pairs=real,
        worlds=len(np.unique(pairs.world)),
        members=recipe.members,
        hidden=list(recipe.hidden),
        epochs=epochs,
        seconds=round(time.monotonic() - begun, 1),
        peak_megabytes=round(_peak(), 1),
        python=platform.python_version(),
        numpy=np.__version__,
        photographs=_photographs(folders),
        coverage=round(found.coverage, 4),
        note=note,
    )
    candidate.save(to, found.ensemble, training)
    return training


def judge_candidate(
    folder: Path,
    data: Sequence[Path],
    photographs: Sequence[Path],
    plan: Plan,
    workers: Workers,
    told: Callable[[int, int], None],
) -> Judgement:
    """Judge the candidate in a folder and write its card; with ablations, the card is written before and after them.

    Raises NoDataSet, TooFewPhotographs, ModelError.
    """
    training = candidate.training_of(folder)
    recipe = Recipe(seed=training.seed, hidden=tuple(training.hidden), members=training.members, epochs=training.epochs)
    pairs = pairs_of(data)[0] if data else None
    model, scenes = candidate.ensemble_of(folder), tuple(load(photographs))
    found = judge(model, pairs, scenes, plan, workers, told)
    candidate.keep_evaluation(folder, found)
    if plan.ablations and pairs is not None:
        found = ablate(found, model, recipe, pairs, scenes, plan, workers, told)
        candidate.keep_evaluation(folder, found)
    return found


def rows_of(found: Judgement) -> list[dict[str, object]]:
    """An evaluation as rows {name, value, unit, target, holds}."""
    rows: list[dict[str, object]] = [
        {"name": aim, "value": came, "unit": "", "target": aim, "holds": holds} for aim, came, holds in targets(found)
    ]
    groups = {"all": found.standings, **found.groups, "ablations": found.ablations, "learning": found.learning}
    for group, standings in groups.items():
        rows += [row for standing in standings for row in _figures(group, standing)]
    rows.append(_row("slider error", found.slider_error, "normalised units"))
    rows += [_row(f"coverage / {name}", share, "share") for name, share in found.coverage_by_slider.items()]
    rows += [row for standing in found.classes for row in _class_figures(standing)]
    return rows


def _figures(group: str, standing: Standing) -> list[dict[str, object]]:
    named = f"{group} / {standing.name}"
    return [
        _row(f"{named} / mean", standing.mean, "CIEDE2000"),
        _row(f"{named} / median", standing.median, "CIEDE2000"),
        _row(f"{named} / p95", standing.p95, "CIEDE2000"),
        _row(f"{named} / under 2.5", standing.under_2_5, "share"),
        _row(f"{named} / under 5", standing.under_5, "share"),
    ]


def _class_figures(standing: ClassStanding) -> list[dict[str, object]]:
    named = f"{standing.formulas} / {standing.photo_class} / {standing.pictures}"
    return [
        _row(f"{named} / photos", standing.photos, "photos"),
        _row(f"{named} / before", standing.before, "CIEDE2000"),
        _row(f"{named} / after", standing.after, "CIEDE2000"),
        _row(f"{named} / worse by 1", standing.worse, "share"),
        _row(f"{named} / coverage", standing.coverage, "share"),
    ]


def _row(name: str, value: float, unit: str) -> dict[str, object]:
    return {"name": name, "value": value, "unit": unit, "target": None, "holds": None}


def _photographs(folders: Sequence[Path]) -> list[str]:
    """The keys of the photographs that synthetic pairs were made from, as their folders state them."""
    keys: set[str] = set()
    for folder in folders:
        facts = folder / FACTS
        if facts.exists():
            keys.update(map(str, json.loads(facts.read_bytes()).get("photographs", ())))
    return sorted(keys)


def _peak() -> float:
    """The peak memory of this process in MB; 0 where the system does not report it."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
