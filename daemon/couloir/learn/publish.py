"""Writes a model into a models folder: its file, its card, and its entry in the registry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from couloir.derive.feature_schema import FEATURE_VERSION
from couloir.derive.residual import registry
from couloir.derive.residual.model import HIGHEST, LOWEST
from couloir.derive.residual.registry import Entry, Registry, SelfTest
from couloir.errors import ModelMissing
from couloir.learn.model_file import model_bytes
from couloir.learn.network import Ensemble

_EXAMPLES: Final = 4
_DECIMALS: Final = 5  # coarser than the differences between processors, far finer than what matters


@dataclass(frozen=True, slots=True)
class Identity:
    """A model's name and description. `card` is Markdown; `summary` is one sentence."""

    name: str
    seed: int
    trained: bool
    created_by: str
    summary: str
    card: str


def publish(folder: Path, ensemble: Ensemble, identity: Identity) -> Entry:
    """Write a model's three parts and make it the current one; returns its entry.

    The expected answers of the self-test come from the numpy ensemble, so that the self-test compares two
    implementations. The registry is written last and atomically, so that a reader sees the old model or the whole new
    one. Raises PackageMissing without `onnx`, the ModelError of an existing registry that cannot be read, and OSError
    as writing does.
    """
    data = model_bytes(ensemble, name=identity.name, seed=identity.seed)
    answers = ensemble(registry.probe(identity.seed, _EXAMPLES, LOWEST, HIGHEST))
    entry = Entry(
        name=identity.name,
        file=f"{identity.name}.onnx",
        sha256=registry.sha256(data),
        feature_version=FEATURE_VERSION,
        trained=identity.trained,
        created_by=identity.created_by,
        card=f"{identity.name}.md",
        summary=identity.summary,
        self_test=SelfTest(identity.seed, _rounded(answers.mean), _rounded(answers.log_variance)),
    )
    return install(folder, data, identity.card, entry)


def install(folder: Path, data: bytes, card: str, entry: Entry) -> Entry:
    """Put a model's file, card and entry into a models folder and make it the current one. Raises as `publish` does."""
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / entry.file, data)
    _replace(folder / entry.card, card.encode())
    _replace(folder / registry.FILE_NAME, registry.registry_bytes(_present(folder).with_entry(entry)))
    return entry


def _present(folder: Path) -> Registry:
    try:
        return registry.read_registry(folder)
    except ModelMissing:
        return Registry(registry.SCHEMA, "", [])


def _rounded(values: NDArray[np.float32]) -> list[list[float]]:
    numbers: list[list[float]] = np.round(values.astype(np.float64), _DECIMALS).tolist()
    return numbers


def _replace(path: Path, data: bytes) -> None:
    partial = path.with_name(f"{path.name}.partial")
    partial.write_bytes(data)
    partial.replace(path)
