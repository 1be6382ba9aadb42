"""The texts in Lua's notation agree with a real Lua 5.1, in an environment without any function."""

from __future__ import annotations

import math
import string
from pathlib import Path
from typing import Any

import lupa.lua51
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.destinations.dxo.lua_text import MAX_DEPTH, Value, assignment_bytes, read_assignment
from couloir.errors import BadSettingsFile

SHAPE = Path(__file__).resolve().parents[3] / "shared" / "samples" / "dxo" / "shape-synthetic.dop"

_RUN = b"""
function(text)
  local chunk = assert(loadstring(text))
  local made = {}
  setfenv(chunk, made)
  chunk()
  return made
end
"""


def _lua(content: bytes) -> dict[str, Value]:
    """The globals that the text leaves behind when a real Lua runs it."""
    runtime = lupa.lua51.LuaRuntime(encoding=None, unpack_returned_tuples=True)
    return {key.decode(): _plain(value) for key, value in runtime.eval(_RUN)(content).items()}


def _plain(value: Any) -> Value:
    if isinstance(value, bytes):
        return value.decode()
    if lupa.lua51.lua_type(value) != "table":
        return value  # type: ignore[no-any-return]
    keys = list(value.keys())
    if keys and all(isinstance(key, int | float) for key in keys):
        return [_plain(value[place]) for place in range(1, len(keys) + 1)]
    return {key.decode(): _plain(each) for key, each in value.items()}


_TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
_NAMES = st.one_of(st.text(string.ascii_letters + "_", min_size=1, max_size=8), _TEXTS)
_PLAIN = st.one_of(
    st.booleans(), st.integers(-(2**52), 2**52), st.floats(allow_nan=False, allow_infinity=False), _TEXTS
)
_VALUES = st.recursive(
    _PLAIN,
    lambda inner: st.one_of(st.lists(inner, min_size=1, max_size=4), st.dictionaries(_NAMES, inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=60)
@given(_VALUES)
def test_what_is_written_is_read_back_and_is_the_same_to_lua(value: Value) -> None:
    content = assignment_bytes("Sidecar", value)
    assert read_assignment(content, "a.dop") == ("Sidecar", value)
    assert _lua(content) == {"Sidecar": value}
    assert assignment_bytes(*read_assignment(content, "a.dop")) == content


# Pieces of which a text may be a table or not: where both read one, they read the same.
_PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "{",
                "}",
                ",",
                ";",
                "=",
                " ",
                "\r\n",
                "a",
                "b",
                "end",
                "true",
                "nil",
                "1",
                "-2.5",
                ".5",
                "1e3",
                "0x10",
                "07",
            ),
            *(
                '"x"',
                "'y\\65\\n'",
                '"\\\\"',
                '["c"]',
                "[1]",
                "--z\n",
                "os.exit()",
                "[[q]]",
                "..",
                "-",
                '"\\x41"',
                "1.2.3",
            ),
        ]
    ),
    max_size=9,
)


@settings(max_examples=150)
@given(_PIECES)
def test_no_text_is_read_differently_from_lua(pieces: list[str]) -> None:
    content = ("S = {" + "".join(pieces) + "}").encode()
    try:
        _, value = read_assignment(content, "a.dop")
    except BadSettingsFile:
        return  # what is refused may be anything
    assert _lua(content) == {"S": value}


@pytest.mark.parametrize(
    "text",
    [
        'S = os.execute("x")',
        "S = { f() }",
        "S = {} os.exit()",
        "S = { [1] = 2 }",
        "S = function() end",
        "S = 0x10",
        "S = 1e999",
        "S = nil",
        "S = { 1, nil, 2 }",
        "S = { a = 1, 2 }",
        "S = [[text]]",
        "--[[ a\n]] S = 1",
        'S = "a\nb"',
        'S = "\\999"',
        'S = "\\255"',
        "S = { end = 1 }",
        "and = 1",
        "S = {",
        "S",
        "",
        "S = 1-2",
        "return { 1 }",
        "S = #{}",
        'S = { ["a"] 1 }',
    ],
)
def test_what_is_no_table_of_plain_values_is_refused(text: str) -> None:
    with pytest.raises(BadSettingsFile, match=r"a\.dop"):
        read_assignment(text.encode(), "a.dop")


@pytest.mark.parametrize(
    "content",
    [
        b"S = " + b"{" * 5000 + b"}" * 5000,
        b"S = {" + b"1," * 300_000 + b"}",
        b"S = '" + b"x" * (9 << 20) + b"'",
        b"\xff",
    ],
    ids=["deep", "many", "large", "no text"],
)
def test_what_is_beyond_any_real_file_is_refused_and_not_followed(content: bytes) -> None:
    with pytest.raises(BadSettingsFile):
        read_assignment(content, "a.dop")


def _nested(depth: int) -> Value:
    value: Value = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**60, _nested(MAX_DEPTH + 2)])
def test_what_no_side_file_can_hold_is_not_written(value: Value) -> None:
    with pytest.raises(ValueError, match=r"number|nested"):
        assignment_bytes("S", value)


def test_a_name_that_lua_reserves_is_not_written() -> None:
    with pytest.raises(ValueError, match="end"):
        assignment_bytes("end", 1)


def test_the_public_shape_is_read_as_lua_reads_it() -> None:
    content = SHAPE.read_bytes()
    name, value = read_assignment(content, SHAPE.name)
    # An empty table has neither names nor values: Lua's reading above makes a dict of it, too.
    assert {name: value} == _lua(content)
