"""Keyed archives: the reader decodes what Aperture writes and refuses everything else."""

from __future__ import annotations

import math
import plistlib
import random
import struct
from collections.abc import Callable
from pathlib import Path
from plistlib import UID

import bpylist2.archiver
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.aperture.archive import MAX_BYTES, MAX_DEPTH, MAX_WEIGHT, read_archive
from couloir.errors import BadArchive

REAL_BLOBS = ("crop", "exposure", "straighten", "wb", "RKRawDecodeOperation")
DICTIONARY = {"$classname": "NSDictionary", "$classes": ["NSDictionary", "NSObject"]}
ARRAY = {"$classname": "NSArray", "$classes": ["NSArray", "NSObject"]}

leaves = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20).filter(lambda text: text != "$null")
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.booleans()
    | st.binary(max_size=20)
    | st.none()
)
keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10).filter(lambda text: text[0] != "$")
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4))


def raw_archive(objects: list[object], root: int = 1) -> bytes:
    """An archive of exactly these objects; the first is "$null"."""
    plist = {"$archiver": "NSKeyedArchiver", "$top": {"root": UID(root)}, "$objects": ["$null", *objects]}
    return plistlib.dumps(plist, fmt=plistlib.FMT_BINARY)


def array(*numbers: int, of_class: int) -> dict[str, object]:
    return {"NS.objects": [UID(number) for number in numbers], "$class": UID(of_class)}


def refusal(data: bytes) -> str:
    with pytest.raises(BadArchive) as caught:
        read_archive(data, "op-1")
    assert caught.value.facts["item"] == "op-1"
    assert "\n" not in str(caught.value)
    return caught.value.message


@given(values)
def test_what_was_archived_is_read_back(archive: Callable[[object], bytes], value: object) -> None:
    assert read_archive(archive(value), "x") == value


@pytest.mark.sample
@pytest.mark.parametrize("name", REAL_BLOBS)
def test_real_blobs_are_read_as_bpylist2_reads_them(samples: Path, name: str) -> None:
    # bpylist2 knows no NSColor; it is taught one that keeps the fields, as ours does.
    class Color:
        @staticmethod
        def decode_archive(archived: bpylist2.archiver.ArchivedObject) -> object:
            fields = {key: archived.decode(key) for key in ("NSRGB", "NSColorSpace")}
            return {**fields, "$class": "NSColor"}

    bpylist2.archiver.update_class_map({"NSColor": Color})
    data = (samples / "aperture-3" / f"{name}.bplist").read_bytes()
    assert read_archive(data, name) == bpylist2.archiver.unarchive(data)


def test_an_unknown_class_becomes_its_fields_and_its_name() -> None:
    objects = [
        {"radius": 3.5, "center": UID(2), "$class": UID(3)},
        "here",
        {"$classname": "DGBrushStroke", "$classes": ["DGBrushStroke"]},
    ]
    assert read_archive(raw_archive(objects), "x") == {"radius": 3.5, "center": "here", "$class": "DGBrushStroke"}


def test_wrapped_strings_and_data_are_unwrapped() -> None:
    objects = [
        array(2, 4, of_class=6),
        {"NS.string": "text", "$class": UID(3)},
        {"$classname": "NSMutableString"},
        {"NS.data": b"\1\2", "$class": UID(5)},
        {"$classname": "NSMutableData"},
        ARRAY,
    ]
    assert read_archive(raw_archive(objects), "x") == ["text", b"\1\2"]


def test_a_ring_is_refused() -> None:
    assert "contains itself" in refusal(raw_archive([array(2, of_class=3), array(1, of_class=3), ARRAY]))


def test_a_small_archive_that_unfolds_without_end_is_refused() -> None:
    levels = 40
    objects = [array(*[number + 1] * 10, of_class=levels + 2) for number in range(1, levels + 1)]
    assert "unfolds to more" in refusal(raw_archive([*objects, "leaf", ARRAY]))


def test_a_shared_text_counts_each_time_it_is_used() -> None:
    text = "x" * 100_000
    assert "unfolds to more" in refusal(raw_archive([array(*[2] * 10_000, of_class=3), text, ARRAY]))


def test_plain_nested_lists_count_each_time_they_are_shared() -> None:
    shared: list[object] = ["leaf"]
    for _ in range(30):
        shared = [shared, shared, shared]
    plist = {"$archiver": "NSKeyedArchiver", "$top": {"root": UID(1)}, "$objects": ["$null", [shared, shared]]}
    objects_in_file = refusal(_with_shared_lists(plist))
    assert "unfolds to more" in objects_in_file or "deeper" in objects_in_file


def _with_shared_lists(plist: dict[str, object]) -> bytes:
    """Write a plist so that equal lists are one object in the file (plistlib itself would write each occurrence)."""
    objects: list[bytes] = []
    numbers: dict[int, int] = {}

    def add(value: object) -> int:
        if id(value) in numbers:
            return numbers[id(value)]
        place = len(objects)
        objects.append(b"")
        numbers[id(value)] = place
        if isinstance(value, UID):
            objects[place] = bytes([0x80, value.data])
        elif isinstance(value, str):
            objects[place] = bytes([0x5F, 0x10, len(value)]) + value.encode()
        elif isinstance(value, list):
            objects[place] = bytes([0xA0 + len(value)]) + bytes(add(item) for item in value)
        else:
            assert isinstance(value, dict)
            inside = [add(key) for key in value] + [add(item) for item in value.values()]
            objects[place] = bytes([0xD0 + len(value)]) + bytes(inside)
        return place

    top = add(plist)
    body, offsets = b"bplist00", []
    for item in objects:
        offsets.append(len(body))
        body += item
    table = b"".join(struct.pack(">H", offset) for offset in offsets)
    return body + table + struct.pack(">6xBBQQQ", 2, 1, len(objects), top, len(body))


def test_many_objects_that_share_one_long_list_are_refused_before_they_are_loaded() -> None:
    # 200 objects whose offsets all point to the same list of 10,000 references.
    count, entries = 200, 10_000
    body = b"bplist00" + b"\xaf\x11" + struct.pack(">H", entries) + b"\0" * entries
    table = struct.pack(">H", 8) * count
    data = body + table + struct.pack(">6xBBQQQ", 2, 1, count, 0, len(body))
    assert "overlap" in refusal(data)


@pytest.mark.parametrize("shared_first", [False, True])
def test_nesting_beyond_the_limit_is_refused_however_it_is_built(shared_first: bool) -> None:
    depth = MAX_DEPTH + 1
    chain = [array(number + 1, of_class=depth + 2) for number in range(1, depth + 1)]
    objects: list[object] = [*chain, "leaf", ARRAY]
    if shared_first:
        # The root lists the chain from its end, so that each link is unfolded before the next one refers to it.
        objects.append(array(*range(depth, 0, -1), of_class=depth + 2))
    assert "nested deeper" in refusal(raw_archive(objects, root=depth + 3 if shared_first else 1))


def test_a_long_chain_of_references_to_references_is_refused() -> None:
    assert "nested deeper" in refusal(raw_archive([UID(number) for number in range(2, 5_000)]))


def test_nesting_up_to_the_limit_is_read() -> None:
    depth = MAX_DEPTH
    objects: list[object] = [array(number + 1, of_class=depth + 2) for number in range(1, depth + 1)]
    value = read_archive(raw_archive([*objects, "leaf", ARRAY]), "x")
    for _ in range(depth):
        assert isinstance(value, list)
        [value] = value
    assert value == "leaf"


def test_a_property_list_nested_20000_deep_is_refused() -> None:
    depth = 20_000
    body = b"bplist00" + b"".join(b"\xa1" + struct.pack(">H", number + 1) for number in range(depth)) + b"\xa0"
    table = b"".join(struct.pack(">I", 8 + 3 * number) for number in range(depth + 1))
    refusal(body + table + struct.pack(">6xBBQQQ", 4, 2, depth + 1, 0, len(body)))


@pytest.mark.parametrize(
    "objects",
    [
        [],
        [array(99, of_class=2), ARRAY],
        [{"NS.objects": [], "$class": UID(99)}],
        [{"NS.objects": [], "$class": UID(0)}],
        [{"NS.objects": [], "$class": UID(2)}, {"$classname": 7}],
        [{"NS.objects": [], "$class": UID(2)}, {"$classname": "N" * 10_000}],
        [{"NS.objects": "no list", "$class": UID(2)}, ARRAY],
        [{"NS.keys": [], "$class": UID(2)}, DICTIONARY],
        [{"NS.keys": [UID(3)], "NS.objects": [], "$class": UID(2)}, DICTIONARY, "key"],
        [{"NS.keys": [UID(3)], "NS.objects": [UID(3)], "$class": UID(2)}, DICTIONARY, 7],
        [{"NS.keys": [UID(3), UID(3)], "NS.objects": [UID(3), UID(3)], "$class": UID(2)}, DICTIONARY, "key"],
        [{"NS.string": 7, "$class": UID(2)}, {"$classname": "NSString"}],
        [{"NS.data": "text", "$class": UID(2)}, {"$classname": "NSData"}],
    ],
)
def test_objects_of_wrong_types_are_refused(objects: list[object]) -> None:
    refusal(raw_archive(objects))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"bplist00",
        b"not a plist",
        b"<?xml version='1.0'?><plist><dict><key>a</key></plist>",
        b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><plist><string>&a;</string></plist>",
        b"<?xml version='1.0'?><plist><date>yesterday</date></plist>",
        b"<?xml version='1.0' encoding='nonsense'?><plist/>",
        plistlib.dumps([1, 2], fmt=plistlib.FMT_BINARY),
        plistlib.dumps({"$archiver": "NSArchiver"}),
        plistlib.dumps({"$archiver": "NSKeyedArchiver"}),
        plistlib.dumps({"$archiver": "NSKeyedArchiver", "$top": {"root": 1}, "$objects": []}),
        b"bplist00" + b"\0" * (MAX_BYTES + 1),
    ],
)
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    refusal(data)


@given(st.binary(max_size=300))
def test_random_bytes_are_refused(data: bytes) -> None:
    refusal(data)


@given(st.binary(max_size=300))
def test_random_bytes_in_a_binary_property_list_are_refused(data: bytes) -> None:
    refusal(b"bplist00" + data)


@settings(max_examples=300)
@given(seed=st.integers(0, 2**32), changes=st.integers(1, 8), value=values)
def test_a_damaged_archive_is_refused_or_read_within_the_budgets(
    archive: Callable[[object], bytes], seed: int, changes: int, value: object
) -> None:
    chance = random.Random(seed)
    data = bytearray(archive({"inputKeys": value, "DGOperationIdentifier": "RKExposureOperation"}))
    for _ in range(changes):
        data[chance.randrange(len(data))] = chance.randrange(256)
    try:
        result = read_archive(bytes(data), "x")
    except BadArchive:
        return
    assert weight(result) <= 2 * MAX_WEIGHT


def weight(value: object) -> int:
    if isinstance(value, dict):
        return 1 + sum(weight(item) for item in value.values())
    return 1 + sum(weight(item) for item in value) if isinstance(value, list) else 1


def test_numbers_that_are_none_stay_what_they_are(archive: Callable[[object], bytes]) -> None:
    value = read_archive(archive([math.inf, math.nan]), "x")
    assert isinstance(value, list)
    assert value[0] == math.inf
    assert math.isnan(value[1])
