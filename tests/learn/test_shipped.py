"""The shipped models: registered, small, with a card that states their measured benefit and their limits."""

from __future__ import annotations

import numpy as np
import pytest

from couloir.derive.residual.model import HIGHEST, LOWEST, ResidualModel, read_pinned
from couloir.derive.residual.registry import Entry, probe, read_registry
from couloir.derive.residual.store import ModelStore, models_folder
from couloir.learn import judgement
from couloir.learn.evaluate import ANALYTIC, RESIDUAL
from couloir.learn.model_file import model_bytes, read_ensemble

SHIPPED = models_folder()
ENTRIES = read_registry(SHIPPED).models


def test_every_file_of_the_folder_belongs_to_a_registered_model() -> None:
    known = {"README.md", "registry.json"}
    for entry in ENTRIES:
        known |= {entry.file, entry.card}
        if entry.trained:
            known.add(f"{entry.name}.evaluation.json")
    assert {path.name for path in SHIPPED.iterdir()} == known


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_each_loads_passes_its_self_test_and_is_small(entry: Entry) -> None:
    model = ResidualModel.load(SHIPPED, entry)
    assert (SHIPPED / entry.file).stat().st_size < 1_000_000
    features = probe(5, 20, LOWEST, HIGHEST)
    ensemble = read_ensemble(entry.name, read_pinned(SHIPPED, entry))
    np.testing.assert_allclose(model.predict(features).mean, ensemble(features).mean, rtol=1e-3, atol=1e-3)
    assert model_bytes(ensemble, name=entry.name, seed=entry.self_test.seed) == read_pinned(SHIPPED, entry)


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.trained], ids=lambda entry: entry.name)
def test_a_trained_one_does_better_than_the_analytic_translation_and_says_what_it_never_saw(entry: Entry) -> None:
    found = judgement.read(SHIPPED / f"{entry.name}.evaluation.json")
    model, analytic = found.of(RESIDUAL), found.of(ANALYTIC)
    assert model.median < analytic.median
    assert model.photos >= 2000
    card = (SHIPPED / entry.card).read_text(encoding="utf-8")
    assert "saw no rendering by Aperture and none by Lightroom" in card
    assert judgement.table(found.standings) in card


def test_the_one_in_use_is_the_one_that_the_registry_names() -> None:
    store = ModelStore()
    assert store.model() is not None
    assert store.status().name == read_registry(SHIPPED).current
