"""The model's reader: files are pinned by hash, validated, and refused with a reason; no model is needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from couloir.aperture.adjustments import Exposure, Levels, LevelsChannel
from couloir.aperture.model import Master, Version
from couloir.derive import analytic
from couloir.derive.feature_schema import COUNT
from couloir.derive.residual.classes import CLASSES, STATES, PhotoClass, PictureState
from couloir.derive.residual.model import HIGHEST, LOWEST, ResidualModel
from couloir.derive.residual.onnx_file import MAX_BYTES, dissect
from couloir.derive.residual.outputs import OUTPUTS
from couloir.derive.residual.registry import FILE_NAME, Entry, probe, read_registry, sha256
from couloir.derive.residual.sizes import PHOTOS, too_large
from couloir.derive.residual.store import ModelStore, models_folder
from couloir.derive.residual.trust import ASSUMED, Trust
from couloir.derive.translator import PhotoContext, Translator
from couloir.errors import (
    FeaturesDiffer,
    ModelAltered,
    ModelError,
    ModelMissing,
    ModelNotFinite,
    ModelShapeDiffers,
    ModelUnreadable,
    ModelUnsafe,
    SelfTestFailed,
)
from couloir.learn.model_file import model_bytes
from couloir.learn.network import Ensemble, Layer, initial
from couloir.learn.publish import Identity, publish

PROJECT = Path(__file__).resolve().parents[2]


def taught(seed: int) -> Ensemble:
    """An ensemble whose answers depend on the photo."""
    generator = np.random.default_rng(seed)
    start = initial(seed, hidden=(8,), deviation=2.0)

    def head(layer: Layer) -> Layer:
        return Layer(generator.normal(0, 0.1, layer.weight.shape).astype(np.float32), layer.bias)

    members = tuple(replace(m, mean=head(m.mean), log_variance=head(m.log_variance)) for m in start.members)
    return replace(start, members=members)


def publish_named(folder: Path, name: str, seed: int, ensemble: Ensemble | None = None) -> Entry:
    identity = Identity(name, seed, trained=True, created_by="a test", summary=f"{name}.", card=f"# {name}\n")
    return publish(folder, taught(seed) if ensemble is None else ensemble, identity)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    publish_named(folder, "first", 1)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A models folder with one good model, `first`, to spoil."""
    for file in made.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


@pytest.fixture
def photo(a_version: Callable[..., Version], jpeg: Master) -> tuple[Version, Master]:
    return a_version(), jpeg


def edit_registry(folder: Path, **facts: Any) -> None:
    registry = json.loads((folder / FILE_NAME).read_text())
    registry["models"][0] |= facts
    (folder / FILE_NAME).write_text(json.dumps(registry))


def pin(folder: Path, data: bytes) -> None:
    """Put these bytes in the model's place, with the registry's blessing."""
    (folder / "first.onnx").write_bytes(data)
    edit_registry(folder, sha256=sha256(data))


def edit_model(change: Callable[[onnx.ModelProto], object]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        model = onnx.load_model_from_string((folder / "first.onnx").read_bytes())
        change(model)
        pin(folder, model.SerializeToString())

    return spoil


def edit_bytes(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda folder: pin(folder, change((folder / "first.onnx").read_bytes()))


def set_property(key: str, value: str) -> Callable[[Path], None]:
    def change(model: onnx.ModelProto) -> None:
        next(p for p in model.metadata_props if p.key == key).value = value

    return edit_model(change)


def add_property(key: str, value: str) -> Callable[[Path], None]:
    return edit_model(lambda model: model.metadata_props.add(key=key, value=value))


def trusting(factor: float, photo_class: PhotoClass = PhotoClass.EXPOSURE) -> Trust:
    """Full trust in everything but one class without pictures."""
    factors = np.ones_like(ASSUMED.factors)
    factors[STATES.index(PictureState.NEITHER), CLASSES.index(photo_class)] = factor
    return Trust(factors, np.zeros_like(factors))


def set_weight(name: str, value: float) -> Callable[[Path], None]:
    def change(model: onnx.ModelProto) -> None:
        tensor = next(t for t in model.graph.initializer if t.name == name)
        values = np.frombuffer(tensor.raw_data, np.float32).copy()
        values[:] = value
        tensor.raw_data = values.tobytes()

    return edit_model(change)


def keep_weights_elsewhere(folder: Path) -> None:
    model = onnx.load_model_from_string((folder / "first.onnx").read_bytes())
    tensor = model.graph.initializer[0]
    (folder / "weights.bin").write_bytes(tensor.raw_data)
    onnx.external_data_helper.set_external_data(tensor, "weights.bin", 0, len(tensor.raw_data))
    tensor.ClearField("raw_data")
    pin(folder, model.SerializeToString())


def reshape_weights(model: onnx.ModelProto) -> None:
    tensor = next(t for t in model.graph.initializer if t.name == "0.mean.weight")
    tensor.dims[:] = [tensor.dims[1], tensor.dims[0]]


def add_attribute(model: onnx.ModelProto) -> None:
    model.graph.node[0].attribute.append(helper.make_attribute("t", helper.make_tensor("x", 1, (1,), [1.0])))


def flip_one_bit(folder: Path) -> None:
    data = bytearray((folder / "first.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "first.onnx").write_bytes(data)


def lead_out(folder: Path) -> None:
    inside, outside = folder / "first.onnx", folder.parent / f"{folder.name}-outside.onnx"
    inside.rename(outside)
    inside.symlink_to(outside)


def change_example(folder: Path) -> None:
    test = json.loads((folder / FILE_NAME).read_text())["models"][0]["self_test"]
    test["mean"][2][3] += 0.01
    edit_registry(folder, self_test=test)


SPOILT: dict[str, tuple[Callable[[Path], object], type[ModelError]]] = {
    "no registry": (lambda f: (f / FILE_NAME).unlink(), ModelMissing),
    "no model file": (lambda f: (f / "first.onnx").unlink(), ModelMissing),
    "a folder in the model's place": (
        lambda f: ((f / "first.onnx").unlink(), (f / "first.onnx").mkdir()),
        ModelUnreadable,
    ),
    "a registry that is not JSON": (lambda f: (f / FILE_NAME).write_text("{"), ModelUnreadable),
    "a registry of absurd size": (lambda f: (f / FILE_NAME).write_bytes(b" " * 2_000_000), ModelUnsafe),
    "a registry with a path as file": (lambda f: edit_registry(f, file="../first.onnx"), ModelUnreadable),
    "a registry with an absolute path": (lambda f: edit_registry(f, file="/first.onnx"), ModelUnreadable),
    "a registry with another model's name": (lambda f: edit_registry(f, name="second"), ModelMissing),
    "a wrong hash": (lambda f: edit_registry(f, sha256="0" * 64), ModelAltered),
    "one bit flipped": (flip_one_bit, ModelAltered),
    "truncated": (edit_bytes(lambda data: data[:-100]), ModelUnreadable),
    "truncated in a number": (edit_bytes(lambda data: data[:3] + b"\x80"), ModelUnreadable),
    "text": (edit_bytes(lambda _: b"<html>not found</html>"), ModelError),
    "nothing": (edit_bytes(lambda _: b""), ModelUnsafe),
    "huge": (edit_bytes(lambda data: data + b"\0" * MAX_BYTES), ModelUnsafe),
    "two graphs, of which readers take another one": (edit_bytes(lambda data: data + data), ModelUnsafe),
    "features of another version": (set_property("couloir.feature_version", "1"), FeaturesDiffer),
    "features of another version, by the registry": (lambda f: edit_registry(f, feature_version=1), FeaturesDiffer),
    "a trust table that is a list": (add_property("couloir.trust", "[]"), ModelUnreadable),
    "a trust table with other classes": (
        add_property("couloir.trust", '{"classes":[],"states":[],"factors":[],"widening":[]}'),
        ModelShapeDiffers,
    ),
    "trust above one": (add_property("couloir.trust", trusting(2.0).as_text()), ModelNotFinite),
    "weights stated twice, of which readers take another one": (
        edit_model(lambda m: m.graph.initializer.append(m.graph.initializer[0])),
        ModelUnsafe,
    ),
    "two trust tables, of which readers take another one": (
        edit_model(lambda m: [m.metadata_props.add(key="couloir.trust", value=trusting(x).as_text()) for x in (0, 1)]),
        ModelUnsafe,
    ),
    "other units": (set_property("couloir.outputs", "exposure 1 stops"), ModelShapeDiffers),
    "another input name": (edit_model(lambda m: setattr(m.graph.input[0], "name", "x")), ModelShapeDiffers),
    "another output name": (edit_model(lambda m: setattr(m.graph.output[0], "name", "x")), ModelShapeDiffers),
    "too few outputs": (edit_model(lambda m: m.graph.output.pop()), ModelShapeDiffers),
    "another input width": (
        edit_model(lambda m: setattr(m.graph.input[0].type.tensor_type.shape.dim[1], "dim_value", COUNT + 1)),
        ModelShapeDiffers,
    ),
    "weights elsewhere": (keep_weights_elsewhere, ModelUnsafe),
    "weights that are no numbers": (set_weight("0.mean.weight", np.nan), ModelNotFinite),
    "infinite weights": (set_weight("gain", np.inf), ModelNotFinite),
    "finite weights, infinite answers": (set_weight("0.mean.bias", 3e38), ModelNotFinite),
    "other weights": (set_weight("0.mean.bias", 1.0), SelfTestFailed),
    "weights of another shape": (edit_model(reshape_weights), ModelUnreadable),
    "weights of a shape too large for them": (
        edit_model(lambda m: m.graph.initializer[0].dims.append(2**40)),
        ModelUnreadable,
    ),
    "weights of three dimensions": (edit_model(lambda m: m.graph.initializer[0].dims.extend([1, 1])), ModelUnsafe),
    "weights of another type": (
        edit_model(lambda m: setattr(m.graph.initializer[0], "data_type", TensorProto.DOUBLE)),
        ModelUnsafe,
    ),
    "a foreign operator": (edit_model(lambda m: setattr(m.graph.node[0], "op_type", "Loop")), ModelUnsafe),
    "an operator of another domain": (edit_model(lambda m: setattr(m.graph.node[0], "domain", "x")), ModelUnsafe),
    "an operator with a hidden tensor": (edit_model(add_attribute), ModelUnsafe),
    "another operator set": (edit_model(lambda m: setattr(m.opset_import[0], "version", 99)), ModelUnsafe),
    "another IR version": (edit_model(lambda m: setattr(m, "ir_version", 99)), ModelUnsafe),
    "a function of its own": (edit_model(lambda m: m.functions.add(name="f")), ModelUnsafe),
    "a failing example": (change_example, SelfTestFailed),
    "no example": (
        lambda f: edit_registry(f, self_test={"seed": 1, "mean": [], "log_variance": []}),
        SelfTestFailed,
    ),
    "an example of another width": (
        lambda f: edit_registry(f, self_test={"seed": 1, "mean": [[0.0]], "log_variance": [[0.0]]}),
        SelfTestFailed,
    ),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_model_is_refused_with_its_reason_and_translations_stay_analytic(
    folder: Path, photo: tuple[Version, Master], how: str
) -> None:
    spoil, expected = SPOILT[how]
    spoil(folder)
    store = ModelStore(folder)
    (correction,) = store.corrections([photo])
    status = store.status()
    assert isinstance(status.refusal, expected)
    assert not status.loaded
    assert store.model() is None
    assert correction.model is None
    assert correction.note == status.refusal.message
    assert correction.changes == {}


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_that_leads_out_of_the_folder_is_refused(folder: Path) -> None:
    lead_out(folder)
    with pytest.raises(ModelUnsafe, match="link"):
        ResidualModel.load(folder, read_registry(folder).entry)


def test_without_onnxruntime_the_refusal_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    store = ModelStore(folder)
    assert store.model() is None
    refusal = store.status().refusal
    assert refusal is not None
    assert refusal.code == "model.package"
    assert "onnxruntime" in refusal.message


def test_a_good_model_answers_as_the_numpy_network_does(folder: Path) -> None:
    model = ModelStore(folder).model()
    assert model is not None
    features = probe(5, 50, LOWEST, HIGHEST)
    expected, given_ = taught(1)(features), model.predict(features)
    np.testing.assert_allclose(given_.mean, expected.mean, atol=1e-4)
    np.testing.assert_allclose(given_.log_variance, expected.log_variance, atol=1e-4)
    assert given_.mean.shape == given_.log_variance.shape == (50, len(OUTPUTS))
    assert np.abs(given_.mean).max() > 0.1, "the comparison must not be one of zeros"


def test_each_photo_gets_its_correction_from_the_model_by_name(folder: Path, photo: tuple[Version, Master]) -> None:
    store = ModelStore(folder)
    made = store.corrections([photo, photo])
    assert [correction.model for correction in made] == ["first", "first"]
    assert made[0] == made[1]
    assert any(made[0].changes.values())
    assert store.corrections([]) == []


def test_a_model_is_silent_on_a_class_that_it_harms_and_the_translation_says_why(
    tmp_path: Path, a_version: Callable[..., Version], jpeg: Master
) -> None:
    start = taught(1)
    sure = tuple(replace(each, mean=replace(each.mean, bias=each.mean.bias + np.float32(5))) for each in start.members)
    publish_named(tmp_path, "first", 1, replace(start, members=sure, trust=trusting(0.0)))
    translator = Translator(ModelStore(tmp_path))
    harmed, other = a_version(Exposure(exposure=0.5)), a_version(Levels(rgb=LevelsChannel(black=(0.1, 0.0))))
    silent, spoken = translator.translate([(harmed, jpeg), (other, jpeg)])
    assert silent.settings == analytic(harmed, jpeg).settings
    assert silent.model is None
    assert "silent" in silent.note
    assert "exposure" in silent.note
    assert "no picture" in silent.note
    assert silent.uncertainty is not None
    assert (spoken.model, spoken.note) == ("first", "")
    assert spoken.settings != analytic(other, jpeg).settings
    gray = np.full((8, 8, 3), 0.4, dtype=np.float32)
    seen = translator.translate_one(harmed, jpeg, PhotoContext(pictures=(gray, 0.8 * gray)))
    assert seen.model == "first"


def test_a_model_is_loaded_when_first_needed_and_its_card_is_known_before(folder: Path) -> None:
    store = ModelStore(folder)
    before = store.status()
    assert (before.loaded, before.name, before.summary, before.refusal) == (False, "first", "first.", None)
    assert before.card == folder / "first.md"
    assert store.reload() is False, "nothing has needed a model yet"
    assert not store.status().loaded
    store.model()
    assert store.status().loaded


def test_a_new_model_replaces_the_old_one(folder: Path) -> None:
    store = ModelStore(folder)
    old = store.model()
    publish_named(folder, "second", 2)
    assert store.reload() is True
    assert store.status().name == "second"
    assert store.model() is not old
    assert store.reload() is False, "nothing has changed since"


def test_a_bad_new_model_is_refused_and_the_old_one_stays_in_use(folder: Path) -> None:
    store = ModelStore(folder)
    old = store.model()
    publish_named(folder, "second", 2)
    (folder / "second.onnx").write_bytes(b"half a download")
    assert store.reload() is False
    assert store.model() is old
    status = store.status()
    assert (status.loaded, status.name) == (True, "first")
    assert isinstance(status.refusal, ModelAltered)
    publish_named(folder, "second", 2)
    assert store.reload() is True
    assert store.status().refusal is None


def test_a_model_whose_file_was_altered_after_loading_is_reported(folder: Path) -> None:
    store = ModelStore(folder)
    store.model()
    flip_one_bit(folder)
    assert store.reload() is False
    assert isinstance(store.status().refusal, ModelAltered)
    assert store.status().loaded


def test_a_refused_model_is_tried_again_after_a_hint(folder: Path) -> None:
    (folder / "first.onnx").rename(folder / "away")
    store = ModelStore(folder)
    assert store.model() is None
    (folder / "away").rename(folder / "first.onnx")
    assert store.model() is None, "not on every photo"
    assert store.reload() is True
    assert store.model() is not None


def test_many_threads_load_one_model_and_get_whole_answers_while_it_is_replaced(folder: Path) -> None:
    publish_named(folder, "second", 2)
    store, features = ModelStore(folder), probe(5, 8, LOWEST, HIGHEST)
    answers = {name: taught(seed)(features).mean for name, seed in (("first", 1), ("second", 2))}
    models: list[ResidualModel | None] = []
    wrong: list[str] = []
    start = threading.Barrier(8)

    def use() -> None:
        start.wait()
        models.append(store.model())
        for _ in range(40):
            model = store.model()
            if model is None or not np.allclose(model.predict(features).mean, answers[model.entry.name], atol=1e-4):
                wrong.append("an answer of neither model")

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for seed, name in ((1, "first"), (2, "second"), (1, "first")):
        publish_named(folder, name, seed)
        store.reload()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert None not in models
    assert store.status().name == "first"


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "daemon")}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_nothing_imports_onnxruntime_before_a_model_is_needed() -> None:
    done = run_python(
        "import sys, couloir.derive\n"
        "from couloir.derive.residual.store import ModelStore\n"
        "store = ModelStore(); store.status(); store.reload()\n"
        "print('onnxruntime' in sys.modules); store.model(); print('onnxruntime' in sys.modules)"
    )
    assert done.stdout.split() == ["False", "True"]


def test_onnxruntime_writes_nothing_to_the_terminal_whether_a_model_is_good_or_bad(folder: Path) -> None:
    good = f"from couloir.derive.residual.store import ModelStore\nprint(ModelStore().model(), {str(folder)!r})"
    edit_model(reshape_weights)(folder)
    bad = f"from pathlib import Path\n{good}\nprint(ModelStore(Path({str(folder)!r})).model())"
    done = run_python(bad)
    assert done.stderr == ""
    assert "ResidualModel" in done.stdout
    assert done.stdout.endswith("None\n")


def test_the_models_folder_of_a_checkout_is_the_top_level_one() -> None:
    assert models_folder() == PROJECT / "models"


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_a_model_error(data: bytes) -> None:
    with pytest.raises(ModelError):
        dissect("x", data)


SOUND = model_bytes(initial(1, hidden=(2,), deviation=1.0, members=1), name="x", seed=1)


@settings(deadline=None)
@given(st.integers(0, len(SOUND) - 1), st.binary(min_size=1, max_size=8), st.booleans())
def test_any_change_of_a_sound_file_is_read_or_refused_but_never_breaks(at: int, new: bytes, insert: bool) -> None:
    changed = SOUND[:at] + new + SOUND[at if insert else at + len(new) :]
    try:
        dissect("x", changed)
    except ModelError as error:
        assert error.code.startswith("model.")  # noqa: PT017 - either outcome is right, another exception is not


# What costs more than it looks --------------------------------------------------------------------------------------


def _wide(model: onnx.ModelProto, operator: str) -> None:
    """Lets a column and a row of weights meet, which nothing uses afterwards."""
    for name, shape in (("column", (30_000, 1)), ("row", (1, 30_000))):
        model.graph.initializer.append(helper.make_tensor(name, TensorProto.FLOAT, shape, np.ones(30_000, np.float32)))
        raw = np.ones(30_000, "<f4").tobytes()
        model.graph.initializer[-1].ClearField("float_data")
        model.graph.initializer[-1].raw_data = raw
    model.graph.node.append(helper.make_node(operator, ["column", "row"], ["wide"]))


def _many(model: onnx.ModelProto) -> None:
    """A tensor that is not too large by itself, hundreds of times."""
    raw = np.ones(2000, "<f4").tobytes()
    for name, shape in (("column", (2000, 1)), ("row", (1, 2000))):
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape, raw_data=raw)
        model.graph.initializer.append(tensor)
    model.graph.node.extend(helper.make_node("Add", ["column", "row"], [f"wide {n}"]) for n in range(300))


def _products(model: onnx.ModelProto) -> None:
    """Gemms of matrices that broadcasting has made."""
    _many(model)
    del model.graph.node[-298:]
    model.graph.node.extend(helper.make_node("Gemm", ["wide 0", "wide 1"], [f"product {n}"]) for n in range(5))


def _from_nowhere(model: onnx.ModelProto) -> None:
    model.graph.node.append(helper.make_node("Relu", ["nothing"], ["something"]))


def _misfit(model: onnx.ModelProto) -> None:
    for name, size in (("three", 3), ("four", 4)):
        raw = np.ones(size, "<f4").tobytes()
        model.graph.initializer.append(TensorProto(name=name, data_type=TensorProto.FLOAT, dims=(size,), raw_data=raw))
    model.graph.node.append(helper.make_node("Add", ["three", "four"], ["seven"]))


COSTLY: dict[str, Callable[[onnx.ModelProto], object]] = {
    **{
        f"a wide {name}": (lambda model, name=name: _wide(model, name))
        for name in ("Add", "Sub", "Mul", "Mean", "Gemm")
    },
    "many tensors": _many,
    "many products": _products,
    "a node that takes nothing known": _from_nowhere,
    "sizes that do not fit": _misfit,
}


@pytest.mark.parametrize("name", COSTLY)
def test_a_model_whose_tensors_would_grow_is_refused_before_it_is_opened(folder, monkeypatch, name) -> None:
    edit_model(COSTLY[name])(folder)
    monkeypatch.setattr("couloir.derive.residual.model._session", lambda *_arguments: pytest.fail("it was opened"))
    with pytest.raises((ModelUnsafe, ModelUnreadable)):
        ResidualModel.load(folder, read_registry(folder).entry)


def test_the_shipped_model_and_the_largest_that_is_planned_stay_within_the_limits() -> None:
    assert ModelStore().model() is not None
    anatomy = dissect("large", model_bytes(initial(1, hidden=(256, 256), deviation=1.0), name="large", seed=1))
    known = {name: each.shape for name, each in anatomy.weights.items()}
    assert too_large(anatomy.nodes, {"features": (PHOTOS, COUNT), **known}) == ""


class _Broken:
    """A session in which onnxruntime fails, as it does where memory ends."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def run(self, *_arguments: Any) -> None:
        raise self._error


def _native(name: str) -> Exception:
    from onnxruntime.capi import onnxruntime_pybind11_state

    error: Exception = getattr(onnxruntime_pybind11_state, name)("[ONNXRuntimeError] : bad allocation")
    return error


@pytest.mark.parametrize("name", ["RuntimeException", "Fail", "InvalidArgument", "EPFail", "MemoryError", "ValueError"])
def test_a_failure_of_onnxruntime_leaves_the_translation_analytic_and_is_told(folder, photo, name) -> None:
    store = ModelStore(folder)
    model = store.model()
    assert model is not None
    model._session = _Broken(
        _native(name) if not name.endswith("Error") else {"M": MemoryError, "V": ValueError}[name[0]]()
    )
    [correction] = store.corrections([photo])
    assert correction.model is None
    assert "failed during a prediction" in correction.note
    refusal = store.status().refusal
    assert refusal is not None
    assert refusal.code == "model.failed"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("file", [FILE_NAME, "first.onnx"])
def test_a_pipe_in_the_models_folder_holds_nobody_up(folder, photo, file) -> None:
    (folder / file).unlink()
    os.mkfifo(folder / file)
    store = ModelStore(folder)
    [correction] = store.corrections([photo])
    assert correction.model is None
    refusal = store.status().refusal
    assert refusal is not None
    assert refusal.code == "model.unreadable"
