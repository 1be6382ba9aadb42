"""JSON that Couloir writes holds finite numbers only."""

from __future__ import annotations

import ast
import json
import math
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.json_text import to_json, with_finite_numbers

PACKAGE = Path(__file__).resolve().parent.parent / "daemon" / "couloir"
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=15,
)


def _refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is no JSON")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json({"a": [1, value]})


@given(anything)
def test_anything_can_be_written_once_its_numbers_are_finite(value: object) -> None:
    json.loads(to_json(with_finite_numbers(value)), parse_constant=_refuse)


def test_numbers_that_are_not_finite_keep_their_names() -> None:
    assert with_finite_numbers([math.nan, (math.inf, -math.inf), {"a": 1.5}]) == [
        "NaN",
        ["Infinity", "-Infinity"],
        {"a": 1.5},
    ]


def test_the_writer_of_the_services_answers_has_no_such_numbers_either() -> None:
    assert msgspec.json.encode([math.nan, math.inf, 1.0]) == b"[null,null,1.0]"


def test_there_is_no_second_writer_of_json() -> None:
    writers = [
        f"{file.relative_to(PACKAGE)}:{node.lineno}"
        for file in sorted(PACKAGE.rglob("*.py"))
        if file.name != "json_text.py"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("dump", "dumps", "JSONEncoder")
        and isinstance(node.value, ast.Name)
        and node.value.id == "json"
    ]
    assert writers == []
