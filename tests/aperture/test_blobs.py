"""The fast path for blobs of a known layout returns the same values as the general decoder."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from struct import pack, unpack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.aperture.blobs import BlobReader, read_blob
from couloir.errors import BadArchive

Encode = Callable[..., bytes]
numbers = st.floats(allow_nan=True) | st.integers(-5, 5) | st.booleans() | st.text(max_size=3)
values = numbers | st.lists(st.floats(), max_size=2) | st.tuples(*[st.floats(0, 1)] * 3)
inputs = st.dictionaries(st.sampled_from(["inputA", "inputB", "inputC"]), values)


@given(st.lists(inputs, max_size=6))
def test_remembered_layouts_change_nothing(operation_blob: Encode, stored: list[dict[str, object]]) -> None:
    reader = BlobReader()
    for each in stored:
        blob = operation_blob("RKExposureOperation", each)
        assert repr(reader.read(blob, "x")) == repr(read_blob(blob, "x"))


@given(st.floats(), st.floats())
def test_numbers_of_a_known_layout_are_exact(operation_blob: Encode, first: float, second: float) -> None:
    reader = BlobReader()
    reader.read(operation_blob("x", {"inputA": 0.25, "inputB": 0.75}), "x")
    read = reader.read(operation_blob("x", {"inputA": first, "inputB": second}), "x").inputs
    assert [math.copysign(1, read[key]) for key in read if read[key] == 0] == [  # type: ignore[arg-type]
        math.copysign(1, value) for value in (first, second) if value == 0
    ]
    assert repr(list(read.values())) == repr([first, second])


@pytest.mark.sample
@pytest.mark.parametrize("name", ["crop", "exposure", "straighten", "wb", "RKRawDecodeOperation"])
def test_every_changed_byte_of_a_real_blob_is_read_or_refused_as_without_memory(samples: Path, name: str) -> None:
    whole = (samples / "aperture-3" / f"{name}.bplist").read_bytes()
    reader = BlobReader()
    reader.read(whole, "x")
    for place in range(0, len(whole), 5):
        spoilt = whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :]
        assert _outcome(reader.read, spoilt) == _outcome(read_blob, spoilt)


def _outcome(read: Callable[[bytes, str], object], blob: bytes) -> str:
    try:
        return repr(read(blob, "x"))
    except BadArchive as error:
        return f"refused: {error.facts['why']}"


def test_a_number_that_begins_within_the_name_of_an_input_is_no_number_of_a_layout(operation_blob: Encode) -> None:
    """Damage can lay two objects over one another."""
    data = bytearray(operation_blob("RKTestOperation", {"input#1": 2.5}))
    size, _, objects, _, table = unpack(">6xBBQQQ", data[-32:])
    places = {int.from_bytes(data[at : at + size], "big"): at for at in range(table, table + objects * size, size)}
    number = data.index(b"#" + pack(">d", 2.5))
    assert data[number - 2 : number] == b"#1"
    data[places[number] : places[number] + size] = (number - 2).to_bytes(size, "big")
    blob = BlobReader().read(bytes(data), "x")
    assert blob == read_blob(bytes(data), "x")
    assert blob.inputs == {"input#1": unpack(">d", b"1#" + pack(">d", 2.5)[:6])[0]}
