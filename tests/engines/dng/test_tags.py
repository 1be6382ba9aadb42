"""The tag container: a round trip keeps everything, and broken files are refused with the reason."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.engines.dng.tags import (
    ASCII,
    BYTE,
    DCP_MAGIC,
    FLOAT,
    LONG,
    SHORT,
    SRATIONAL,
    Tag,
    numbers,
    read_tags,
    text,
    write_tags,
)

_TAGS = st.dictionaries(
    st.integers(1, 65535).filter(lambda n: n not in (273, 279)),
    st.one_of(
        st.lists(st.integers(0, 65535), min_size=1, max_size=9).map(lambda v: numbers(SHORT, v)),
        st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=9).map(lambda v: numbers(LONG, v)),
        st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=9).map(lambda v: numbers(FLOAT, v)),
        st.lists(st.floats(-2000, 2000), min_size=1, max_size=9).map(lambda v: numbers(SRATIONAL, v)),
        st.binary(min_size=1, max_size=40).map(lambda v: Tag(BYTE, v)),
        st.text("aZ9 é写", max_size=20).map(text),
    ),
    max_size=12,
)


@given(_TAGS, st.sampled_from((42, DCP_MAGIC)))
def test_what_is_written_is_read_again(tags: dict[int, Tag], magic: int) -> None:
    assert read_tags(write_tags(tags, magic), magic) == tags


@given(_TAGS, st.lists(st.binary(min_size=1, max_size=50), min_size=1, max_size=3))
def test_strips_lie_where_their_tags_say(tags: dict[int, Tag], strips: list[bytes]) -> None:
    data = write_tags(tags, strips=strips)
    read = read_tags(data)
    places, sizes = read[273].numbers(), read[279].numbers()
    assert [data[int(at) : int(at + size)] for at, size in zip(places, sizes, strict=True)] == strips


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for head in (b"", b"II\x2a\0\x08\0\0\0", b"MM\0\x2a\0\0\0\x08"):
        try:
            read_tags(head + data)
        except ValueError as refused:
            assert str(refused)  # noqa: PT017


def test_a_big_endian_file_is_the_same_to_read() -> None:
    entry = struct.pack(">HHIHH", 258, SHORT, 2, 8, 16)
    data = b"MM\0\x2a" + struct.pack(">IH", 8, 1) + entry + b"\0\0\0\0"
    assert read_tags(data)[258].numbers() == (8.0, 16.0)


def test_a_profile_is_no_tiff_file_and_the_other_way_round() -> None:
    with pytest.raises(ValueError, match="does not begin"):
        read_tags(write_tags({1: text("a")}, DCP_MAGIC))
    with pytest.raises(ValueError, match="does not begin"):
        read_tags(write_tags({1: text("a")}), DCP_MAGIC)


def test_text_ends_at_its_nul_and_is_no_number() -> None:
    assert Tag(ASCII, b"Canon\0 rest").text() == "Canon"
    with pytest.raises(ValueError, match="text"):
        text("Canon").numbers()
