"""The writer of model files: the file computes what the numpy network computes, and is deterministic."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.derive.feature_schema import COUNT, FEATURE_VERSION
from couloir.derive.residual.model import HIGHEST, LOWEST, ResidualModel
from couloir.derive.residual.onnx_file import dissect
from couloir.derive.residual.outputs import OUTPUTS, signature
from couloir.derive.residual.registry import probe, read_registry
from couloir.derive.residual.trust import ASSUMED, Trust
from couloir.errors import ModelUnreadable, PackageMissing
from couloir.learn.model_file import model_bytes, read_ensemble
from couloir.learn.network import Ensemble, Layer, initial
from couloir.learn.publish import Identity, publish


def taught(seed: int, hidden: tuple[int, ...], members: int) -> Ensemble:
    """An ensemble with random heads."""
    generator = np.random.default_rng(seed)
    start = initial(seed, hidden=hidden, deviation=1.0, members=members)

    def drawn(layer: Layer) -> Layer:
        return Layer(generator.normal(0, 0.2, layer.weight.shape).astype(np.float32), layer.bias)

    return replace(
        start,
        members=tuple(replace(m, mean=drawn(m.mean), log_variance=drawn(m.log_variance)) for m in start.members),
    )


def identity(name: str, *, trained: bool = True) -> Identity:
    return Identity(name, 7, trained=trained, created_by="a test", summary=f"{name}.", card=f"# {name}\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


def test_the_same_ensemble_gives_the_same_bytes() -> None:
    first, second = (model_bytes(initial(3, hidden=(4,), deviation=1.0), name="x", seed=3) for _ in range(2))
    assert first == second
    assert first != model_bytes(initial(4, hidden=(4,), deviation=1.0), name="x", seed=3)


def test_a_trust_table_is_in_the_file_and_read_back() -> None:
    random = np.random.default_rng(1)
    trust = Trust(random.random(ASSUMED.factors.shape).round(2), random.uniform(-1, 1, ASSUMED.factors.shape).round(2))
    data = model_bytes(replace(taught(1, (4,), 2), trust=trust), name="x", seed=1)
    again = read_ensemble("x", data)
    np.testing.assert_array_equal(again.trust.factors, trust.factors)
    np.testing.assert_array_equal(again.trust.widening, trust.widening)
    assert model_bytes(again, name="x", seed=1) == data


def test_the_file_is_a_valid_onnx_model_that_states_what_it_is() -> None:
    model = onnx.load_model_from_string(model_bytes(taught(1, (4, 3), 5), name="x", seed=9))
    onnx.checker.check_model(model, full_check=True)
    stated = {prop.key: prop.value for prop in model.metadata_props}
    assert stated == {
        "couloir.name": "x",
        "couloir.seed": "9",
        "couloir.members": "5",
        "couloir.feature_version": str(FEATURE_VERSION),
        "couloir.outputs": signature(),
    }


def test_the_file_reader_sees_what_onnx_sees() -> None:
    data = model_bytes(taught(1, (4,), 2), name="x", seed=9)
    anatomy, model = dissect("x", data), onnx.load_model_from_string(data)
    assert anatomy.inputs == {"features": (None, COUNT)}
    assert anatomy.outputs == {"mean": (None, len(OUTPUTS)), "log_variance": (None, len(OUTPUTS))}
    assert anatomy.metadata == {prop.key: prop.value for prop in model.metadata_props}
    assert anatomy.weights.keys() == {tensor.name for tensor in model.graph.initializer}
    for tensor in model.graph.initializer:
        np.testing.assert_array_equal(anatomy.weights[tensor.name], onnx.numpy_helper.to_array(tensor))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), hidden=st.lists(st.integers(1, 12), max_size=3), members=st.integers(1, 5))
def test_onnxruntime_computes_what_numpy_does_for_any_network(
    tmp_path_factory: pytest.TempPathFactory, seed: int, hidden: list[int], members: int
) -> None:
    folder, ensemble = tmp_path_factory.mktemp("models"), taught(seed, tuple(hidden), members)
    model = ResidualModel.load(folder, publish(folder, ensemble, identity("x")))
    features = probe(seed + 1, 9, LOWEST, HIGHEST)
    expected, given_ = ensemble(features), model.predict(features)
    np.testing.assert_allclose(given_.mean, expected.mean, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(given_.log_variance, expected.log_variance, rtol=1e-4, atol=1e-4)


def test_members_that_disagree_add_to_the_variance() -> None:
    start = initial(1, hidden=(2,), deviation=1.0, members=2)
    low, high = start.members
    shift = np.full(len(OUTPUTS), 2.0, dtype=np.float32)
    members = (replace(low, mean=replace(low.mean, bias=-shift)), replace(high, mean=replace(high.mean, bias=shift)))
    ensemble = replace(start, members=members)
    answers = ensemble(np.zeros((1, COUNT), dtype=np.float32))
    np.testing.assert_allclose(answers.mean, 0.0, atol=1e-6)
    np.testing.assert_allclose(np.exp(answers.log_variance), 1.0 + 4.0, rtol=1e-5)


def test_an_untrained_network_answers_no_correction() -> None:
    answers = initial(1, hidden=(16, 8), deviation=3.0)(probe(2, 20, LOWEST, HIGHEST))
    assert not answers.mean.any()
    np.testing.assert_allclose(np.exp(answers.log_variance / 2), 3.0, rtol=1e-5)


def test_a_strange_photo_cannot_push_a_network_out_of_its_range() -> None:
    ensemble = taught(1, (4,), 2)
    far = np.full((1, COUNT), 1e30, dtype=np.float32)
    farther = np.full((1, COUNT), 1e35, dtype=np.float32)
    np.testing.assert_array_equal(ensemble(far).mean, ensemble(farther).mean)


def test_publishing_adds_to_the_registry_and_makes_the_newest_current(folder: Path) -> None:
    for name in ("b", "a"):
        publish(folder, taught(1, (2,), 1), identity(name))
    registry = read_registry(folder)
    assert [entry.name for entry in registry.models] == ["a", "b"]
    assert registry.current == "a"
    assert (folder / "a.md").read_text(encoding="utf-8") == "# a\n"
    assert sorted(path.name for path in folder.iterdir()) == ["a.md", "a.onnx", "b.md", "b.onnx", "registry.json"]


def test_publishing_again_replaces_the_namesake(folder: Path) -> None:
    publish(folder, taught(1, (2,), 1), identity("a"))
    before = read_registry(folder).entry
    publish(folder, taught(2, (2,), 1), identity("a"))
    assert len(read_registry(folder).models) == 1
    assert read_registry(folder).entry.sha256 != before.sha256


def test_a_broken_registry_is_not_overwritten(folder: Path) -> None:
    folder.mkdir()
    (folder / "registry.json").write_text("{")
    with pytest.raises(ModelUnreadable):
        publish(folder, taught(1, (2,), 1), identity("a"))
    assert (folder / "registry.json").read_text() == "{"


def test_without_onnx_the_writer_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(PackageMissing, match=r"onnx.*pip install"):
        model_bytes(initial(1, hidden=(2,), deviation=1.0), name="x", seed=1)
