"""The plug-in's JSON codec against Python's."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lupa.lua51 import LuaRuntime

lua = LuaRuntime(encoding=None, unpack_returned_tuples=True)
codec: Any = {}


@pytest.fixture(scope="module", autouse=True)
def loaded(plugin: Path) -> None:
    """The codec, in a Lua of this module's own."""
    codec.update(lua.execute((plugin / "Json.lua").read_bytes()))


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


def decode(text: bytes) -> Any:
    return codec[b"decode"](text)


def again(value: Any) -> Any:
    """Through both directions of the codec."""
    decoded = decode(json.dumps(value).encode())
    return json.loads(codec[b"encode"](decoded))


@given(plain)
def test_what_is_read_is_written_the_same(value: Any) -> None:
    assert again(value) == value


@given(plain)
def test_text_outside_ascii_may_stand_as_it_is(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    assert json.loads(codec[b"encode"](decode(text)).decode("utf-8", "surrogatepass")) == value


@given(st.text(max_size=40))
def test_any_text_is_read_as_python_reads_it_or_refused(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    result = decode(raw)
    refused = isinstance(result, tuple)
    try:
        json.loads(text, parse_constant=_refuse)
    except ValueError:
        assert refused
    else:
        assert not refused


def _refuse(word: str) -> None:
    raise ValueError(word)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{a:1}", "[1 2]",
        "tru", "nul", "+1", "01", "1.", ".5", "1e", "1e+", "-", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"",
        "\"\\udc00\"", "\"\\ud800\\u0041\"",
        "\"\n\"", "1 2", "[1]]", "NaN", "Infinity",
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused_with_the_place(text: str) -> None:
    value, why = decode(text.encode())
    assert value is None
    assert b"at byte" in why


def test_an_empty_array_stays_an_array_and_an_empty_object_an_object() -> None:
    assert again({"list": [], "object": {}}) == {"list": [], "object": {}}


def test_deep_nesting_is_refused_in_both_directions() -> None:
    assert b"nested" in decode(b"[" * 1000)[1]
    circle: Callable[[], Any] = lua.eval(b"function() local t = {} t.t = t return t end")
    assert b"circle" in codec[b"encode"](circle())[1]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (b"0/0", b"not finite"),
        (b"1/0", b"not finite"),
        (b"function() end", b"function"),
        (b"{1, 2, x = 3}", b"holes"),
        (b"{1, nil, 3}", b"holes"),
        (b"{[{}] = 1}", b"name of a member"),
    ],
)
def test_what_json_cannot_hold_is_refused(source: bytes, why: bytes) -> None:
    value, complaint = codec[b"encode"](lua.eval(source))
    assert value is None
    assert why in complaint


def test_a_decimal_comma_of_the_system_changes_nothing(plugin: Path) -> None:
    comma = LuaRuntime(encoding=None, unpack_returned_tuples=True)
    comma.execute(b"""
      local format, number = string.format, tonumber
      string.format = function(form, ...)
        local text = format(form, ...)
        if form:find("[gf]$") then text = text:gsub("%.", ",") end
        return text
      end
      tonumber = function(text, base)
        if type(text) == "string" and text:find("%.") then return nil end
        return base and number(text, base) or number((tostring(text):gsub(",", ".")))
      end
    """)
    there = comma.execute((plugin / "Json.lua").read_bytes())
    assert json.loads(there[b"encode"](there[b"decode"](b"[1.5, -2.25e3, 0.1]"))) == [1.5, -2250, 0.1]


def test_null_stands_for_itself_and_is_nil_when_asked() -> None:
    assert codec[b"encode"](codec[b"null"]) == b"null"
    assert codec[b"known"](decode(b"null")) is None
    assert codec[b"known"](decode(b"1")) == 1
    assert lua.eval(b"tostring")(codec[b"null"]) == b"null"
    assert lua.eval(b"function(null) return (pcall(function() null.x = 1 end)) end")(codec[b"null"]) is False


def test_a_fault_in_the_codec_is_not_mistaken_for_bad_json() -> None:
    bad = lua.eval(b"setmetatable({}, { __index = function() error('a fault') end })")
    with pytest.raises(Exception, match="a fault"):
        codec[b"encode"](bad)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "something that is no value at byte 1"),
        (' "\\u12"', "four hexadecimal digits are missing at byte 5"),
        ('"\\udc00"', "half a character stands alone at byte 4"),
        ('"\\udfff"', "half a character stands alone at byte 4"),
        ('"\\ud800"', "half a character stands alone at byte 4"),
        ('"\\ud800\\u0041"', "half a character stands alone at byte 4"),
        ('"\\udbff\\udbff"', "half a character stands alone at byte 4"),
        ('"\\udbff\\ue000"', "half a character stands alone at byte 4"),
        (' "ab', "a string does not end at byte 3"),
        ('"a\tb"', "a control character stands in a string at byte 3"),
        ('"a\\xb"', "an unknown escape at byte 3"),
        ("[1 2]", "a comma or bracket is missing at byte 4"),
        ("{ 1: 2}", "the name of a member is missing at byte 3"),
        ('{"a" 2}', "a colon is missing at byte 6"),
        ('{"a":2 "b":3}', "a comma or brace is missing at byte 8"),
        ("[1] 2", "something follows the value at byte 5"),
        ("[" * 65 + "1" + "]" * 65, "nested deeper than 64 at byte 66"),
    ],
)
def test_a_complaint_says_what_and_where(text: str, complaint: str) -> None:
    assert decode(text.encode()) == (None, complaint.encode())


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (b"1/0", b"a number that is not finite cannot be written"),
        (b"-1/0", b"a number that is not finite cannot be written"),
        (b"print", b"a function cannot be written"),
        (b"{1, nil, 3}", b"a table has both positions and names, or holes"),
        (b"{[true] = 1}", b"the name of a member is a boolean"),
    ],
)
def test_what_cannot_be_written_is_named(source: bytes, complaint: bytes) -> None:
    assert codec[b"encode"](lua.eval(source)) == (None, complaint)


def test_64_levels_are_the_most_in_both_directions() -> None:
    deep: Callable[[int], Any] = lua.eval(b"function(n) local t = 1 for _ = 1, n do t = { t } end return t end")
    text = b"[" * 64 + b"1" + b"]" * 64
    assert codec[b"encode"](deep(64)) == text
    assert codec[b"encode"](decode(text)) == text
    assert codec[b"encode"](deep(65)) == (None, b"nested deeper than 64, or in a circle")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"\\ud800\\udc00 \\udbff\\udfff"', "\U00010000 \U0010ffff"),
        ('"\\ud7ff\\ue000\\uffff"', "\ud7ff\ue000\uffff"),
        ('"\\u007f\\u0080\\u07ff\\u0800"', "\x7f\x80\u07ff\u0800"),
        ('"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'),
        (' { "a" : 1 , "b" : [ 1 , 2 ] } ', {"a": 1, "b": [1, 2]}),
    ],
)
def test_every_escape_and_blank_is_read(text: str, found: Any) -> None:
    assert json.loads(codec[b"encode"](decode(text.encode()))) == found


def test_text_is_written_as_short_as_it_goes() -> None:
    assert codec[b"encode"]('"\\/\b\f\n\r\t\x01\x7fé'.encode()) == '"\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u007fé"'.encode()


@pytest.mark.parametrize("number", [0, -1, 2**53 - 1, 2**53, -(2**53), 2.0**60, 0.1, 1 / 3, 1e300, -2.5e-7])
def test_numbers_keep_their_value(number: float) -> None:
    assert json.loads(codec[b"encode"](number)) == number
    assert decode(codec[b"encode"](number)) == number


def test_whole_numbers_are_written_plainly() -> None:
    assert [codec[b"encode"](number) for number in (3.0, -7, 2.0**52)] == [b"3", b"-7", b"4503599627370496"]
