"""A candidate: a trained model before it is promoted. It has a models folder of its own, with the records of its
training and evaluation.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from couloir.derive.residual.model import ResidualModel, read_pinned
from couloir.derive.residual.registry import Entry, read_registry
from couloir.errors import NoDataSet, NotPromoted
from couloir.learn import card, judgement
from couloir.learn.evaluate import ANALYTIC, RESIDUAL
from couloir.learn.judgement import Judgement
from couloir.learn.model_file import read_ensemble
from couloir.learn.network import Ensemble
from couloir.learn.publish import Identity, install, publish
from couloir.learn.training import Training

TRAINING: Final = "training.json"
EVALUATION: Final = "evaluation.json"


def save(folder: Path, ensemble: Ensemble, training: Training) -> Entry:
    """Write a candidate into a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TRAINING).write_bytes(msgspec.json.format(msgspec.json.encode(training), indent=1) + b"\n")
    return publish(folder, ensemble, _identity(training, None))


def training_of(folder: Path) -> Training:
    """The training record of the candidate in a folder. Raises NoDataSet when there is none."""
    try:
        return msgspec.json.decode((folder / TRAINING).read_bytes(), type=Training)
    except (OSError, msgspec.DecodeError) as error:
        raise NoDataSet(path=folder, why=f"it holds no trained model: {error}") from error


def ensemble_of(folder: Path) -> Ensemble:
    """The current model of a models folder, checked as the daemon checks it. Raises ModelError."""
    entry = read_registry(folder).entry
    ResidualModel.load(folder, entry)
    return read_ensemble(entry.name, read_pinned(folder, entry))


def is_trained(folder: Path) -> bool:
    """Whether the current model of a models folder was trained on pairs."""
    return read_registry(folder).entry.trained


def keep_evaluation(folder: Path, found: Judgement) -> None:
    """Store the candidate's evaluation and write its card again with it."""
    (folder / EVALUATION).write_bytes(judgement.to_bytes(found))
    training = training_of(folder)
    publish(folder, ensemble_of(folder), _identity(training, found))


def promote(folder: Path, models: Path) -> Entry:
    """Make the candidate the model in use, with its card.

    Raises NotPromoted unless its median difference on held-out photos is below that of the model in use, or of the
    analytic translation if that model was never trained or never judged in the same worlds.
    """
    found, training = judgement.read(folder / EVALUATION), training_of(folder)
    better, worse = found.of(RESIDUAL).median, _present(models, found)
    if not better < worse:
        raise NotPromoted(
            model=training.name, why=f"its held-out median is {better:.2f}, and that in use has {worse:.2f}"
        )
    entry = read_registry(folder).entry
    data = read_pinned(folder, entry)
    (models / f"{entry.name}.evaluation.json").write_bytes(judgement.to_bytes(found))
    return install(models, data, card.text(training, found), entry)


def _present(models: Path, found: Judgement) -> float:
    """The median of the model in use, in the same worlds; of the analytic translation if there is none."""
    entry = read_registry(models).entry
    kept = models / f"{entry.name}.evaluation.json"
    if entry.trained and kept.exists():
        present = judgement.read(kept)
        if (present.worlds, present.seed) == (found.worlds, found.seed):
            return present.of(RESIDUAL).median
    return found.of(ANALYTIC).median


def _identity(training: Training, found: Judgement | None) -> Identity:
    return Identity(
        training.name,
        training.seed,
        trained=True,
        created_by=training.command,
        summary=card.summary(training, found),
        card=card.text(training, found),
    )
