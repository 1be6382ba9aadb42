"""Writes an ensemble as one ONNX file, with the same bytes each time.

Every node is one of a few plain operators without attributes, and every weight is in the file, as
`couloir.derive.residual.onnx_file` demands.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from couloir.derive.feature_schema import COUNT, FEATURE_VERSION
from couloir.derive.residual import onnx_file
from couloir.derive.residual.model import FEATURE_VERSION_KEY, INPUT, LOG_VARIANCE, MEAN, OUTPUTS_KEY
from couloir.derive.residual.outputs import OUTPUTS, signature
from couloir.derive.residual.trust import TRUST_KEY, parse_trust
from couloir.errors import ModelUnreadable, PackageMissing
from couloir.installing import explain_missing
from couloir.learn.network import LIMIT, LOG_VARIANCE_RANGE, Ensemble, Layer, Member, Weights

_OPSET: Final = 17
_IR_VERSION: Final = 8  # the version that came with opset 17; the writer's default changes with its releases
_PRODUCER: Final = "couloir.learn"


def model_bytes(ensemble: Ensemble, *, name: str, seed: int) -> bytes:
    """The model file of an ensemble: input `features`, outputs `mean` and `log_variance`, float32.

    Its metadata states name, seed, feature version, outputs with units, and the trust table if one was learnt. Raises
    PackageMissing without `onnx`.
    """
    try:
        from onnx import helper
    except ImportError as error:
        raise PackageMissing(
            package="onnx", purpose="write a model", why=error, remedy=explain_missing("onnx")
        ) from error
    graph = _Graph(helper)
    _draw(graph, ensemble)
    float32 = 1  # TensorProto.FLOAT
    made = helper.make_graph(
        graph.nodes,
        name,
        [helper.make_tensor_value_info(INPUT, float32, ["photos", COUNT])],
        [helper.make_tensor_value_info(output, float32, ["photos", len(OUTPUTS)]) for output in (MEAN, LOG_VARIANCE)],
        graph.weights,
    )
    model = helper.make_model(
        made, producer_name=_PRODUCER, ir_version=_IR_VERSION, opset_imports=[helper.make_opsetid("", _OPSET)]
    )
    facts = {
        "couloir.name": name,
        "couloir.seed": str(seed),
        "couloir.members": str(len(ensemble.members)),
        FEATURE_VERSION_KEY: str(FEATURE_VERSION),
        OUTPUTS_KEY: signature(),
    }
    if ensemble.trust.learnt:
        facts[TRUST_KEY] = ensemble.trust.as_text()
    helper.set_model_props(model, facts)
    return bytes(model.SerializeToString(deterministic=True))


def read_ensemble(name: str, data: bytes) -> Ensemble:
    """The ensemble that `model_bytes` wrote. Raises the ModelError that `couloir.derive.residual.onnx_file` gives, and
    ModelUnreadable for another graph than ours.
    """
    anatomy = onnx_file.dissect(name, data)
    weights, trust = anatomy.weights, parse_trust(name, anatomy.metadata.get(TRUST_KEY))

    def layer(called: str) -> Layer:
        return Layer(weights[f"{called}.weight"], weights[f"{called}.bias"])

    members: list[Member] = []
    try:
        while f"{len(members)}.mean.weight" in weights:
            number, depths = len(members), 0
            while f"{number}.hidden{depths}.weight" in weights:
                depths += 1
            hidden = tuple(layer(f"{number}.hidden{depth}") for depth in range(depths))
            members.append(Member(hidden, layer(f"{number}.mean"), layer(f"{number}.log_variance")))
        return Ensemble(weights["centre"], weights["gain"], tuple(members), trust)
    except KeyError as error:
        raise ModelUnreadable(model=name, why=f"it has no weights {error.args[0]}") from error


class _Graph:
    """A graph under construction: its nodes and weights. `then` adds an operator and returns the name of its result."""

    def __init__(self, helper: Any) -> None:
        self._helper = helper
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def weight(self, name: str, values: Weights) -> str:
        raw = np.ascontiguousarray(values, dtype="<f4").tobytes()
        self.weights.append(self._helper.make_tensor(name, 1, values.shape, raw, raw=True))
        return name

    def then(self, operator: str, result: str, *inputs: str) -> str:
        self.nodes.append(self._helper.make_node(operator, list(inputs), [result]))
        return result

    def layer(self, name: str, layer: Layer, values: str) -> str:
        weight, bias = self.weight(f"{name}.weight", layer.weight), self.weight(f"{name}.bias", layer.bias)
        return self.then("Gemm", name, values, weight, bias)

    def clip(self, result: str, values: str, low: float, high: float) -> str:
        ends = (
            self.weight(f"{result}.{end}", np.array(value, np.float32)) for end, value in (("low", low), ("high", high))
        )
        return self.then("Clip", result, values, *ends)


def _draw(graph: _Graph, ensemble: Ensemble) -> None:
    """`Ensemble.__call__`, operator by operator."""
    centred = graph.then("Sub", "centred", INPUT, graph.weight("centre", ensemble.centre))
    scaled = graph.then("Mul", "scaled", centred, graph.weight("gain", ensemble.gain))
    standard = graph.clip("standard", scaled, -LIMIT, LIMIT)
    heads = list(_members(graph, ensemble, standard))
    mean = graph.then("Mean", MEAN, *(means for means, _ in heads))
    variances, squares = [], []
    for number, (means, log_variances) in enumerate(heads):
        variances.append(graph.then("Exp", f"{number}.variance", log_variances))
        away = graph.then("Sub", f"{number}.away", means, mean)
        squares.append(graph.then("Mul", f"{number}.square", away, away))
    within, between = graph.then("Mean", "within", *variances), graph.then("Mean", "between", *squares)
    graph.then("Log", LOG_VARIANCE, graph.then("Add", "variance", within, between))


def _members(graph: _Graph, ensemble: Ensemble, standard: str) -> Iterator[tuple[str, str]]:
    """Each member's means and log-variances."""
    for number, member in enumerate(ensemble.members):
        values = standard
        for depth, layer in enumerate(member.hidden):
            values = graph.then("Relu", f"{number}.relu{depth}", graph.layer(f"{number}.hidden{depth}", layer, values))
        means = graph.layer(f"{number}.mean", member.mean, values)
        raw = graph.layer(f"{number}.log_variance", member.log_variance, values)
        yield means, graph.clip(f"{number}.log_variance_cut", raw, *LOG_VARIANCE_RANGE)
