"""The model that ships: exactly what its command makes, answering zero, and saying so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from couloir.derive.residual.model import HIGHEST, LOWEST
from couloir.derive.residual.registry import probe, read_registry
from couloir.derive.residual.store import ModelStore, models_folder
from couloir.learn.zero import make_zero_model

SHIPPED = models_folder()


def test_the_shipped_model_is_exactly_what_the_command_makes(tmp_path: Path) -> None:
    entry = make_zero_model(tmp_path)
    assert (SHIPPED / entry.file).read_bytes() == (tmp_path / entry.file).read_bytes()
    assert (SHIPPED / entry.card).read_text(encoding="utf-8") == (tmp_path / entry.card).read_text(encoding="utf-8")
    assert read_registry(SHIPPED) == read_registry(tmp_path)


def test_every_file_of_the_shipped_folder_belongs_to_a_registered_model() -> None:
    entries = read_registry(SHIPPED).models
    known = {"README.md", "registry.json"} | {name for entry in entries for name in (entry.file, entry.card)}
    assert {path.name for path in SHIPPED.iterdir()} == known


def test_the_shipped_model_is_small() -> None:
    assert (SHIPPED / read_registry(SHIPPED).entry.file).stat().st_size < 100_000


def test_the_shipped_model_answers_zero_and_claims_nothing() -> None:
    model = ModelStore().model()
    assert model is not None
    assert model.entry.trained is False
    answers = model.predict(probe(99, 50, LOWEST, HIGHEST))
    assert not answers.mean.any()
    np.testing.assert_allclose(np.exp(answers.log_variance / 2), 10.0, rtol=1e-5)


def test_its_card_and_its_summary_say_that_it_is_not_trained() -> None:
    status = ModelStore().status()
    assert status.card is not None
    assert "This model is not trained" in status.card.read_text(encoding="utf-8")
    assert status.summary.startswith("Not trained")
    assert status.trained is False


@pytest.mark.parametrize("text", ["training data | none", "figures | none", "was not measured"])
def test_its_card_states_no_figure_that_was_not_measured(text: str) -> None:
    assert text in (SHIPPED / read_registry(SHIPPED).entry.card).read_text(encoding="utf-8")
