"""Inspects a model file without running it, and accepts only the constructs that Couloir's own graphs use.

onnxruntime reads far more than a residual needs: weights from other files, nested graphs, functions, custom operators.
(Loading from bytes is no protection: onnxruntime 1.32 then looks for external weights in the current folder.) So the
file is parsed here first, and only the few fields of ONNX's protobuf that `couloir.learn.model_file` writes are
accepted. The field numbers are those of onnx.proto3 (ONNX 1.17, IR version 8 to 10).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn, TypeVar

import numpy as np
from numpy.typing import NDArray

from couloir.derive.residual.sizes import Node
from couloir.errors import ModelNotFinite, ModelUnreadable, ModelUnsafe

MAX_BYTES: Final = 4 * 1024 * 1024
"""A larger file is refused unread. The largest planned model has half a megabyte."""

OPERATORS: Final = frozenset({"Sub", "Mul", "Add", "Clip", "Gemm", "Relu", "Mean", "Exp", "Log"})
"""The operators of a standardised ensemble of small networks. None of them takes a file, a graph or a loop."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FLOAT: Final = 1  # TensorProto.DataType
_IR_VERSIONS: Final = range(8, 11)
_OPSETS: Final = range(17, 22)
_MAX_NODES: Final = 1000

# Message, then field number: (name, wire type, may repeat).
_Fields = Mapping[int, tuple[str, int, bool]]
_MODEL: Final[_Fields] = {
    1: ("ir_version", _VARINT, False),
    2: ("producer_name", _BYTES, False),
    7: ("graph", _BYTES, False),
    8: ("opset_import", _BYTES, True),
    14: ("metadata_props", _BYTES, True),
}
_OPSET: Final[_Fields] = {1: ("domain", _BYTES, False), 2: ("version", _VARINT, False)}
_PROPERTY: Final[_Fields] = {1: ("key", _BYTES, False), 2: ("value", _BYTES, False)}
_GRAPH: Final[_Fields] = {
    1: ("node", _BYTES, True),
    2: ("name", _BYTES, False),
    5: ("initializer", _BYTES, True),
    11: ("input", _BYTES, True),
    12: ("output", _BYTES, True),
}
_NODE: Final[_Fields] = {1: ("input", _BYTES, True), 2: ("output", _BYTES, True), 4: ("op_type", _BYTES, False)}
_TENSOR: Final[_Fields] = {
    1: ("dims", _VARINT, True),
    2: ("data_type", _VARINT, False),
    8: ("name", _BYTES, False),
    9: ("raw_data", _BYTES, False),
}
_VALUE: Final[_Fields] = {1: ("name", _BYTES, False), 2: ("type", _BYTES, False)}
_TYPE: Final[_Fields] = {1: ("tensor_type", _BYTES, False)}
_TENSOR_TYPE: Final[_Fields] = {1: ("elem_type", _VARINT, False), 2: ("shape", _BYTES, False)}
_SHAPE: Final[_Fields] = {1: ("dim", _BYTES, True)}
_DIMENSION: Final[_Fields] = {1: ("dim_value", _VARINT, False), 2: ("dim_param", _BYTES, False)}

T = TypeVar("T")
Message = dict[str, list[int | bytes]]
Shape = tuple[int | None, ...]
"""Sizes of a tensor; None is a free one (the number of photos)."""


@dataclass(frozen=True, slots=True)
class Anatomy:
    """The properties that a model file states."""

    inputs: Mapping[str, Shape]
    outputs: Mapping[str, Shape]
    metadata: Mapping[str, str]
    weights: Mapping[str, NDArray[np.float32]]
    nodes: Sequence[Node]


def dissect(name: str, data: bytes) -> Anatomy:
    """The anatomy of a model file's bytes; `name` is the model's, for messages.

    Raises ModelUnreadable for bytes that are no ONNX model, ModelUnsafe for one that holds more than our graphs do, and
    ModelNotFinite for weights that are not numbers.
    """
    if len(data) > MAX_BYTES:
        raise ModelUnsafe(model=name, why=f"its file is larger than {MAX_BYTES} bytes")
    return _Reader(name).model(data)


class _Reader:
    """Parses one file; keeps the model's name for messages."""

    def __init__(self, name: str) -> None:
        self._name = name

    def model(self, data: bytes) -> Anatomy:
        model = self._message(data, "ModelProto", _MODEL)
        if self._one(model, "ir_version", 0) not in _IR_VERSIONS:
            self._refuse("its IR version is not supported")
        opsets = [self._message(opset, "OperatorSetIdProto", _OPSET) for opset in self._all(model, "opset_import")]
        if len(opsets) != 1 or self._text(opsets[0], "domain") or self._one(opsets[0], "version", 0) not in _OPSETS:
            self._refuse("its operator set is not supported")
        properties = [self._message(p, "StringStringEntryProto", _PROPERTY) for p in self._all(model, "metadata_props")]
        graphs = self._all(model, "graph")
        if not graphs:
            raise ModelUnreadable(model=self._name, why="its file has no graph")
        graph = self._message(graphs[0], "GraphProto", _GRAPH)
        return Anatomy(
            inputs=self._named(self._value(value) for value in self._all(graph, "input")),
            outputs=self._named(self._value(value) for value in self._all(graph, "output")),
            metadata=self._named((self._text(entry, "key"), self._text(entry, "value")) for entry in properties),
            weights=self._named(self._weight(tensor) for tensor in self._all(graph, "initializer")),
            nodes=self._nodes(self._all(graph, "node")),
        )

    def _named(self, pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
        """Values by name. A name that is there twice is refused: readers disagree on which counts."""
        found: dict[str, T] = {}
        for name, value in pairs:
            if name in found:
                self._refuse(f"it states {name!r} twice")
            found[name] = value
        return found

    def _nodes(self, found: list[bytes]) -> list[Node]:
        if len(found) > _MAX_NODES:
            self._refuse(f"it has {len(found)} operations")
        nodes = []
        for data in found:
            message = self._message(data, "NodeProto", _NODE)
            operator = self._text(message, "op_type")
            if operator not in OPERATORS:
                self._refuse(f"it uses the operator {operator!r}")
            nodes.append(Node(operator, self._texts(message, "input"), self._texts(message, "output")))
        return nodes

    def _weight(self, data: bytes) -> tuple[str, NDArray[np.float32]]:
        tensor = self._message(data, "TensorProto", _TENSOR)
        name = self._text(tensor, "name")
        if self._one(tensor, "data_type", 0) != _FLOAT:
            self._refuse(f"the weights {name!r} are not float32")
        shape = [size for size in tensor.get("dims", []) if isinstance(size, int)]
        raw = self._bytes(tensor, "raw_data")
        if len(shape) > 2:
            self._refuse(f"the weights {name!r} have {len(shape)} dimensions")
        if max(shape, default=0) > MAX_BYTES or len(raw) != 4 * math.prod(shape):
            raise ModelUnreadable(model=self._name, why=f"the size of the weights {name!r} differs from the stated one")
        values = np.frombuffer(raw, dtype="<f4").reshape(shape).astype(np.float32)
        if not np.isfinite(values).all():
            raise ModelNotFinite(model=self._name, why=f"the weights {name!r} are not all finite")
        return name, values

    def _value(self, data: bytes) -> tuple[str, Shape]:
        value = self._message(data, "ValueInfoProto", _VALUE)
        kind = self._message(self._bytes(value, "type"), "TypeProto", _TYPE)
        tensor = self._message(self._bytes(kind, "tensor_type"), "TypeProto.Tensor", _TENSOR_TYPE)
        if self._one(tensor, "elem_type", 0) != _FLOAT:
            self._refuse(f"{self._text(value, 'name')!r} is not float32")
        shape = self._message(self._bytes(tensor, "shape"), "TensorShapeProto", _SHAPE)
        dimensions = [self._message(size, "Dimension", _DIMENSION) for size in self._all(shape, "dim")]
        return self._text(value, "name"), tuple(
            self._one(each, "dim_value", 0) if "dim_value" in each else None for each in dimensions
        )

    def _message(self, data: bytes, kind: str, fields: _Fields) -> Message:
        """The fields of one message by name. A repeated singular field is refused: readers disagree on which counts."""
        found: Message = {}
        for number, wire, value in self._split(data):
            name, expected, repeats = fields.get(number, ("", -1, False))
            if not name:
                self._refuse(f"{kind} has the field {number}, which our models do not have (external data, for one)")
            if name in found and not repeats:
                self._refuse(f"{kind} states {name} twice")
            if wire == _BYTES and expected == _VARINT and isinstance(value, bytes):
                found.setdefault(name, []).extend(self._packed(value))  # proto3 packs repeated numbers
            elif wire == expected:
                found.setdefault(name, []).append(value)
            else:
                raise ModelUnreadable(model=self._name, why=f"{name} in {kind} is of the wrong type")
        return found

    def _split(self, data: bytes) -> Iterator[tuple[int, int, int | bytes]]:
        """The (field number, wire type, value) triples of a protobuf message; fixed-size ones as bytes."""
        at = 0
        while at < len(data):
            key, at = self._varint(data, at)
            number, wire = key >> 3, key & 7
            if wire == _VARINT:
                value, at = self._varint(data, at)
                yield number, wire, value
                continue
            if wire == _BYTES:
                length, at = self._varint(data, at)
            elif wire in (_FIXED32, _FIXED64):
                length = 4 if wire == _FIXED32 else 8
            else:
                raise ModelUnreadable(model=self._name, why="its file is not an ONNX model")
            if at + length > len(data):
                raise ModelUnreadable(model=self._name, why="its file is cut short, or not an ONNX model")
            yield number, wire, data[at : at + length]
            at += length

    def _varint(self, data: bytes, at: int) -> tuple[int, int]:
        """A base-128 number of at most ten bytes, and where the next thing begins."""
        value = 0
        for place in range(10):
            if at + place >= len(data):
                break
            byte = data[at + place]
            value |= (byte & 0x7F) << (7 * place)
            if byte < 0x80:
                return value, at + place + 1
        raise ModelUnreadable(model=self._name, why="its file is cut short, or not an ONNX model")

    def _packed(self, data: bytes) -> Iterator[int]:
        at = 0
        while at < len(data):
            value, at = self._varint(data, at)
            yield value

    @staticmethod
    def _one(message: Message, name: str, otherwise: int) -> int:
        value = message.get(name, [otherwise])[0]
        return value if isinstance(value, int) else otherwise

    @staticmethod
    def _all(message: Message, name: str) -> list[bytes]:
        return [value for value in message.get(name, []) if isinstance(value, bytes)]

    def _bytes(self, message: Message, name: str) -> bytes:
        return next(iter(self._all(message, name)), b"")

    def _text(self, message: Message, name: str) -> str:
        try:
            return self._bytes(message, name).decode("utf-8")
        except UnicodeDecodeError as error:
            raise ModelUnreadable(model=self._name, why=f"its {name} is not text") from error

    def _texts(self, message: Message, name: str) -> tuple[str, ...]:
        try:
            return tuple(text.decode("utf-8") for text in self._all(message, name))
        except UnicodeDecodeError as error:
            raise ModelUnreadable(model=self._name, why=f"an {name} of its operations is not text") from error

    def _refuse(self, why: str) -> NoReturn:
        raise ModelUnsafe(model=self._name, why=why)
