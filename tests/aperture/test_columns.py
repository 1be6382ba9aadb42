"""Pages that are read column by column have the same values as pages that are read row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couloir.aperture import columns, metadata, safe_sqlite
from couloir.aperture.model import Finding, Master, Version

odd = st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(max_size=4) | st.binary(max_size=4) | st.just("nu\0l")
usual = {
    "name": st.text("abé /", max_size=6),
    "masterUuid": st.sampled_from(["m1", "m2", "gone"]),
    "projectUuid": st.sampled_from(["p", "trashed", "gone", "", None]),
    "masterId": st.integers(0, 3),
    "stackUuid": st.sampled_from(["s", "", None]),
    "imageDate": st.floats(-6e9, 6e9),
    "mainRating": st.integers(-1, 5),
    "isFlagged": st.sampled_from([0, 1, None]),
    "rotation": st.sampled_from([0, 90, 180, 270]),
    "colorLabelIndex": st.integers(-1, 6),
    "masterWidth": st.integers(0, 9000),
    "exifLatitude": st.floats(-90, 90),
}
rows = st.lists(
    st.tuples(st.fixed_dictionaries(usual), st.dictionaries(st.sampled_from(list(usual)), odd, max_size=2)),
    min_size=1,
    max_size=4,
)
keys = st.sampled_from(["Make", "Model", "ISOSpeedRating", "Latitude"])
odd_keys = st.sampled_from(["a,b", "", ",", b"Make", b"\xff", 7, None, "nu\0l", "é"])
numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.none()
texts = st.text("xyé,\x1f", max_size=5)
odd_values = st.sampled_from(["no number", "1,2", "[[", b"5", b"\xff\xfe", "nu\0l"])
properties = st.lists(st.tuples(keys | odd_keys, numbers | odd_values, texts | odd_values | st.none()), max_size=6)

SLOW = {"suppress_health_check": [HealthCheck.function_scoped_fixture], "deadline": None}


@contextmanager
def cell_by_cell(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is taken as a whole."""
    with patch.context() as patched:
        for name in ("_TEXT", "_WHOLE", "_NUMBER"):
            patched.setattr(columns, name, frozenset())
        patched.setattr(
            metadata.Metadata, "_grouped", lambda _self, _t, _c, _v, versions: [(v, 0, "", "") for v in versions]
        )
        yield


def everything(tiny: Any) -> tuple[list[Version], list[Master], list[Finding]]:
    with tiny.open() as library:
        versions, masters = list(library.versions()), list(library.masters())
        return versions, masters, sorted(library.findings, key=repr)


@settings(max_examples=60, **SLOW)
@given(rows)
def test_a_page_as_a_whole_says_what_its_cells_say(
    tiny: Any, monkeypatch: pytest.MonkeyPatch, given_rows: list[tuple[dict[str, object], dict[str, object]]]
) -> None:
    for table in ("RKVersion", "RKMaster", "RKFolder"):
        tiny.sql("Library.apdb", f"DELETE FROM {table}")
    tiny.add("RKFolder", uuid="p", folderType=2)
    tiny.add("RKFolder", uuid="trashed", folderType=2, isInTrash=1)
    for number, (plain, strange) in enumerate(given_rows, 1):
        tiny.add("RKMaster", uuid=f"m{number}", name=plain["name"], projectUuid="p", isInTrash=plain["isFlagged"])
        tiny.add("RKVersion", uuid=f"v{number}", **{**plain, **strange})
    whole = everything(tiny)
    with cell_by_cell(monkeypatch):
        assert everything(tiny) == whole


@settings(max_examples=60, **SLOW)
@given(properties)
def test_properties_of_a_version_as_a_whole_are_those_of_its_rows(
    tiny: Any, monkeypatch: pytest.MonkeyPatch, given_properties: list[tuple[object, object, object]]
) -> None:
    for table in ("RKIptcProperty", "RKExifStringProperty", "RKExifNumberProperty", "RKUniqueString"):
        tiny.sql("Properties.apdb", f"DELETE FROM {table}")
    tiny.sql("Library.apdb", "DELETE FROM RKVersion")
    first, second = tiny.photo("v1"), tiny.photo("v2")
    for number, (key, value, text) in enumerate(given_properties):
        version = (first, second, 999)[number % 3]
        string = tiny.add("RKUniqueString", stringProperty=text)
        tiny.add("RKExifNumberProperty", versionId=version, propertyKey=key, numberProperty=value)
        for table in ("RKIptcProperty", "RKExifStringProperty"):
            tiny.add(table, versionId=version, propertyKey=key, stringId=string + (text == "y"))
    whole = everything(tiny)
    with cell_by_cell(monkeypatch):
        assert everything(tiny) == whole


def test_numbers_keep_every_digit(tiny: Any) -> None:
    numbers = [1 / 60, 0.1 + 0.2, 2**62 + 1, 5e-324, 1.7976931348623157e308, -0.0, 2.799999952316284]
    version = tiny.photo("v1")
    for number, value in enumerate(numbers):
        tiny.add("RKExifNumberProperty", versionId=version, propertyKey=f"N{number}", numberProperty=value)
    with tiny.open() as library:
        [read] = library.versions()
    assert list(read.exif.values()) == numbers


def test_more_than_fits_into_one_text_is_read_row_by_row(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(safe_sqlite._LIMITS, sqlite3.SQLITE_LIMIT_LENGTH, 20_000)
    version = tiny.photo("v1")
    string = tiny.add("RKUniqueString", stringProperty="x" * 3000)
    keys = [f"{number:0>400}".replace("0", "k") for number in range(1, 80)]
    for key in keys:
        tiny.add("RKIptcProperty", versionId=version, propertyKey=key, stringId=string)
    with tiny.open() as library:
        [read] = library.versions()
        assert dict(read.iptc) == dict.fromkeys(keys, "x" * 3000)
        assert not library.findings
