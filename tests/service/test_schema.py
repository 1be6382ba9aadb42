"""Requests are decoded strictly, and deep nesting causes no recursion."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.service.http.problems import InvalidRequest, MalformedRequest
from couloir.service.http.wire import Incoming, deeper_than, read_body

JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(alphabet='[]{}"\\ab'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='[]{}"\\'), inner, max_size=3),
    max_leaves=12,
)


def _depth(value) -> int:
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    return 0


@given(value=JSON, limit=st.integers(0, 5))
def test_the_depth_is_that_of_the_decoded_value(value, limit):
    assert deeper_than(json.dumps(value).encode(), limit) == (_depth(value) > limit)


@given(body=st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(body):
    class Anything(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
        a: int = 0

    with suppress(MalformedRequest, InvalidRequest):  # anything else that is raised is a fault
        assert isinstance(read_body(body, Anything, 8), Anything)


class _Inner(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    size: int


class _Outer(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    photos: list[_Inner]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"photos": [{"size": 1}, {"size": "1"}]}', "$.photos[1].size"),
        (b'{"photos": [{"size": 1, "colour": 2}]}', "$.photos[0]"),
        (b'{"photos": 1}', "$.photos"),
        (b"{}", "$"),
    ],
)
def test_a_refusal_names_the_place(body, place):
    with pytest.raises(InvalidRequest) as caught:
        read_body(body, _Outer, 8)
    assert caught.value.facts["item"] == place
