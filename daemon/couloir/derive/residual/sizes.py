"""Computes the sizes of the tensors between a graph's inputs and outputs, without running the graph.

Two vectors of 30,000 weights have 240 kB, and their sum as a column and a row has 3.6 GB. So shapes are propagated
through the graph, with a batch of `PHOTOS`, by the rules of ONNX for the few accepted operators: all but Gemm broadcast
their inputs, and Gemm without attributes multiplies (m, k) by (k, n).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

PHOTOS: Final = 1000
MAX_ELEMENTS: Final = 8_000_000
"""Most elements of one tensor, 32 MB. The widest planned layer, 256 units, has 256,000 for a thousand photos."""
MAX_SUM: Final = 32_000_000
"""Most elements of all tensors together, because some runtimes keep them all."""
MAX_PRODUCTS: Final = 20_000_000_000
"""Most multiplications of all Gemms together: a few seconds."""

Sizes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One operation: the names of its inputs and outputs; "" is an omitted input."""

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


class Misfit(Exception):
    """Why a graph is not valid: the inputs of an operation do not fit."""


def too_large(nodes: Iterable[Node], known: Mapping[str, Sizes]) -> str:
    """A description of what is too large in a graph, "" when nothing is. Raises Misfit.

    `known` are the sizes of inputs (with PHOTOS for a free one) and weights.
    """
    sizes, held, products = dict(known), 0, 0
    for node in nodes:
        missing = [name for name in node.inputs if name and name not in sizes]
        if missing or not node.inputs or len(node.outputs) != 1:
            raise Misfit(f"an operation {node.operator} reads a tensor that does not exist")
        taken = [sizes[name] for name in node.inputs if name]
        if node.operator == "Gemm" and (len(taken) < 2 or len(taken[0]) != 2 or len(taken[1]) != 2):
            raise Misfit("an operation Gemm does not read matrices")
        given = _given(node.operator, taken)
        count = int(np.prod(given, dtype=object))
        held += count
        if node.operator == "Gemm":
            products += count * taken[0][1]
        if count > MAX_ELEMENTS or held > MAX_SUM or products > MAX_PRODUCTS:
            return (
                f"an operation {node.operator} gives a tensor of {' x '.join(map(str, given))}, {held} numbers by then"
            )
        sizes[node.outputs[0]] = given
    return ""


def _given(operator: str, taken: list[Sizes]) -> Sizes:
    if operator == "Clip":
        return taken[0]
    if operator == "Gemm":
        (rows, inner), (other, columns) = taken[0], taken[1]
        if inner != other:
            raise Misfit("the sizes of an operation Gemm do not fit")
        return _broadcast([(rows, columns), *taken[2:]])
    return _broadcast(taken)


def _broadcast(shapes: list[Sizes]) -> Sizes:
    """Broadcast shapes by numpy's rules, which are ONNX's. numpy's own function refuses the large sizes sought here."""
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    result = []
    for sizes in zip(*padded, strict=True):
        wide = set(sizes) - {1}
        if len(wide) > 1:
            raise Misfit(f"the sizes {shapes} of an operation do not fit")
        result.append(wide.pop() if wide else 1)
    return tuple(result)
