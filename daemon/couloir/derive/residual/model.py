"""One learned model. Its file is checked before it is opened, and the model is used only after a self-test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from couloir.derive.feature_schema import COUNT, FEATURE_VERSION, SCHEMA
from couloir.derive.residual import onnx_file, registry, sizes
from couloir.derive.residual.onnx_file import Anatomy
from couloir.derive.residual.outputs import OUTPUTS, signature
from couloir.derive.residual.registry import Entry
from couloir.derive.residual.trust import FULL, TRUST_KEY, Trust, parse_trust
from couloir.errors import (
    FeaturesDiffer,
    ModelAltered,
    ModelFailed,
    ModelMissing,
    ModelNotFinite,
    ModelShapeDiffers,
    ModelUnreadable,
    ModelUnsafe,
    PackageMissing,
    SelfTestFailed,
)
from couloir.installing import explain_missing

INPUT: Final = "features"
MEAN: Final = "mean"
LOG_VARIANCE: Final = "log_variance"

FEATURE_VERSION_KEY: Final = "couloir.feature_version"
OUTPUTS_KEY: Final = "couloir.outputs"

_THREADS: Final = 2  # small matrices: more threads cost more than they bring, and the rest of the machine is the user's
_SILENT: Final = 4  # onnxruntime's "fatal"; what goes wrong reaches us as an exception, not as text on stderr
_TOLERANCE: Final = 1e-3  # normalised units; float32 sums in another order differ by far less

LOWEST: Final = np.array([feature.low for feature in SCHEMA])
HIGHEST: Final = np.array([feature.high for feature in SCHEMA])


@dataclass(frozen=True, slots=True)
class Prediction:
    """Predictions for n photos: `mean` and `log_variance`, (n, len(OUTPUTS)) float32, in normalised units, finite."""

    mean: NDArray[np.float32]
    log_variance: NDArray[np.float32]


class ResidualModel:
    """A loaded model. Safe to use from several threads: onnxruntime's `run` is, and nothing else is kept.

    `trust` is what its answers are worth by class of photo; one that was never trained answers nothing to be doubted.
    """

    def __init__(self, entry: Entry, session: Any, trust: Trust) -> None:
        self.entry = entry
        self.trust = trust if entry.trained else FULL
        self._session = session

    @classmethod
    def load(cls, folder: Path, entry: Entry) -> ResidualModel:
        """Read, check, open and test the model of a registry entry.

        The file is read once, and the bytes that were checked are the bytes that are opened. Raises the ModelError of
        the check that failed. onnxruntime is imported only after all checks of the file have passed.
        """
        data = read_pinned(folder, entry)
        anatomy = onnx_file.dissect(entry.name, data)
        _check_signature(entry, anatomy)
        _check_sizes(entry, anatomy)
        trust = parse_trust(entry.name, anatomy.metadata.get(TRUST_KEY))
        model = cls(entry, _session(entry.name, data), trust)
        model._self_test()
        return model

    def predict(self, features: NDArray[np.float32]) -> Prediction:
        """The predictions from features of shape (n, COUNT), float32, as `couloir.derive.features` makes them.

        Raises ModelNotFinite for an answer that is not a number, ModelShapeDiffers for one of another shape, and
        ModelFailed where onnxruntime gives none.
        """
        try:
            mean, log_variance = self._session.run([MEAN, LOG_VARIANCE], {INPUT: features})
        except _refusals() as error:
            raise ModelFailed(model=self.entry.name, why=_short(error)) from error
        expected = (len(features), len(OUTPUTS))
        for name, values in ((MEAN, mean), (LOG_VARIANCE, log_variance)):
            if values.shape != expected:
                raise ModelShapeDiffers(model=self.entry.name, why=f"{name} has the shape {values.shape}")
            if not np.isfinite(values).all():
                raise ModelNotFinite(model=self.entry.name, why=f"{name} is not finite for at least one photo")
        return Prediction(mean, log_variance)

    def _self_test(self) -> None:
        """The registry's example within _TOLERANCE, and finite answers at the ends of all features' ranges."""
        test = self.entry.self_test
        if not test.mean:
            raise SelfTestFailed(model=self.entry.name, why="the registry has no example for it")
        answers = self.predict(registry.probe(test.seed, len(test.mean), LOWEST, HIGHEST))
        for name, wanted, given in (
            (MEAN, test.mean, answers.mean),
            (LOG_VARIANCE, test.log_variance, answers.log_variance),
        ):
            if [len(row) for row in wanted] != [len(OUTPUTS)] * len(given):
                raise SelfTestFailed(model=self.entry.name, why=f"the registry's example of {name} has another shape")
            error = float(np.abs(np.array(wanted) - given).max())
            if not error <= _TOLERANCE:
                raise SelfTestFailed(model=self.entry.name, why=f"{name} is off by {error:.3g} in the example")
        self.predict(np.stack([LOWEST, HIGHEST, np.zeros(COUNT)]).astype(np.float32))


def read_pinned(folder: Path, entry: Entry) -> bytes:
    """The bytes of the model's file, whose SHA-256 must be the registered one. Raises ModelError otherwise."""
    path = registry.file_in(folder, entry)
    try:
        data = registry.read_limited(path, onnx_file.MAX_BYTES)
    except FileNotFoundError as error:
        raise ModelMissing(model=entry.name, why=f"its file {entry.file} is not in {folder}") from error
    except OSError as error:
        raise ModelUnreadable(model=entry.name, why=str(error)) from error
    digest = registry.sha256(data)
    if digest != entry.sha256:
        raise ModelAltered(model=entry.name, why=f"SHA-256 {digest[:12]}... instead of {entry.sha256[:12]}...")
    return data


def _check_signature(entry: Entry, anatomy: Anatomy) -> None:
    stated = anatomy.metadata.get(FEATURE_VERSION_KEY, "none")
    for found in (stated, str(entry.feature_version)):
        if found != str(FEATURE_VERSION):
            raise FeaturesDiffer(model=entry.name, found=found, known=FEATURE_VERSION)
    if anatomy.metadata.get(OUTPUTS_KEY) != signature():
        raise ModelShapeDiffers(model=entry.name, why="it was trained for other sliders, or in other units")
    if anatomy.inputs != {INPUT: (None, COUNT)}:
        raise ModelShapeDiffers(model=entry.name, why=f"its inputs are {_shapes(anatomy.inputs)}")
    if anatomy.outputs != {MEAN: (None, len(OUTPUTS)), LOG_VARIANCE: (None, len(OUTPUTS))}:
        raise ModelShapeDiffers(model=entry.name, why=f"its outputs are {_shapes(anatomy.outputs)}")


def _check_sizes(entry: Entry, anatomy: Anatomy) -> None:
    known = {name: tuple(sizes.PHOTOS if n is None else n for n in shape) for name, shape in anatomy.inputs.items()}
    try:
        why = sizes.too_large(anatomy.nodes, {**known, **{name: each.shape for name, each in anatomy.weights.items()}})
    except sizes.Misfit as error:
        raise ModelUnreadable(model=entry.name, why=str(error)) from error
    if why:
        raise ModelUnsafe(model=entry.name, why=why)


def _shapes(values: Any) -> str:
    return ", ".join(f"{name} {shape}" for name, shape in values.items()) or "none"


def _session(name: str, data: bytes) -> Any:
    """An onnxruntime session on the processor. Typed Any: onnxruntime ships no types."""
    try:
        import onnxruntime
    except ImportError as error:
        raise PackageMissing(
            package="onnxruntime",
            purpose="use the learned model",
            why=error,
            remedy=explain_missing("onnxruntime"),
        ) from error
    onnxruntime.set_default_logger_severity(_SILENT)
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _SILENT
    options.intra_op_num_threads = _THREADS
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # an idle service must not burn a core
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except _refusals() as error:
        raise ModelUnreadable(model=name, why=f"onnxruntime refuses it ({_short(error)})") from error


def _refusals() -> tuple[type[Exception], ...]:
    """The exceptions that onnxruntime raises; its own classes have no common base below Exception."""
    from onnxruntime.capi import onnxruntime_pybind11_state as native

    own = [each for each in vars(native).values() if isinstance(each, type) and issubclass(each, Exception)]
    return (*own, RuntimeError, ValueError, TypeError, MemoryError)


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
