"""The zero model: equal to what its command makes, it answers 0 and its card says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from couloir.derive.residual.model import HIGHEST, LOWEST
from couloir.derive.residual.registry import probe, read_registry
from couloir.derive.residual.store import ModelStore, models_folder
from couloir.learn.zero import NAME, make_zero_model

SHIPPED = models_folder()


@pytest.fixture
def made(tmp_path: Path) -> Path:
    make_zero_model(tmp_path)
    return tmp_path


def test_the_shipped_one_is_exactly_what_the_command_makes(made: Path) -> None:
    entry = read_registry(made).entry
    for name in (entry.file, entry.card):
        assert (SHIPPED / name).read_bytes() == (made / name).read_bytes()
    assert entry in read_registry(SHIPPED).models
    assert entry.name == NAME


def test_it_answers_zero_and_claims_nothing(made: Path) -> None:
    model = ModelStore(made).model()
    assert model is not None
    assert model.entry.trained is False
    answers = model.predict(probe(99, 50, LOWEST, HIGHEST))
    assert not answers.mean.any()
    np.testing.assert_allclose(np.exp(answers.log_variance / 2), 10.0, rtol=1e-5)


def test_its_card_and_its_summary_say_that_it_is_not_trained(made: Path) -> None:
    status = ModelStore(made).status()
    assert status.card is not None
    assert "This model is not trained" in status.card.read_text(encoding="utf-8")
    assert status.summary.startswith("Not trained")
    assert status.trained is False


@pytest.mark.parametrize("text", ["training data | none", "figures | none", "was not measured"])
def test_its_card_states_no_figure_that_was_not_measured(made: Path, text: str) -> None:
    assert text in (made / read_registry(made).entry.card).read_text(encoding="utf-8")
