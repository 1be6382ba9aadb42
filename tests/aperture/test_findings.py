"""Findings and single values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.aperture.cells import apple_time
from couloir.aperture.findings import Findings
from couloir.aperture.model import Severity
from couloir.aperture.plists import parse_plist, read_plist
from couloir.errors import ContentError


def test_the_same_thing_is_found_once() -> None:
    findings = Findings()
    for _ in range(3):
        findings.warn("original.missing", "master", "m1", "It is missing.", "Find it.")
    findings.error("original.missing", "master", "m2", "It is missing too.")
    findings.note("original.missing", "version", "m1", "Another kind.")
    assert [(f.severity, f.kind, f.item) for f in findings] == [
        (Severity.WARNING, "master", "m1"),
        (Severity.ERROR, "master", "m2"),
        (Severity.NOTE, "version", "m1"),
    ]
    assert (findings[0].advice, len(findings), len(findings[1:])) == ("Find it.", 3, 2)


def test_more_findings_than_the_limit_are_summed_up() -> None:
    findings = Findings(limit=3)
    for number in range(10):
        findings.warn("many", "version", str(number), "Again.")
    findings.warn("few", "version", "0", "Once.")
    assert [finding.code for finding in findings] == ["many", "many", "many", "findings.truncated", "few"]
    assert "more than 3" in findings[3].message


@given(st.floats(-6e9, 6e9))
def test_seconds_since_2001_become_instants(seconds: float) -> None:
    moment = apple_time(seconds)
    assert moment is not None
    assert moment.tzinfo is UTC
    assert abs((moment - datetime(2001, 1, 1, tzinfo=UTC)) - timedelta(seconds=seconds)) <= timedelta(microseconds=1)


@given(st.floats())
def test_no_number_breaks_the_reading_of_dates(seconds: float) -> None:
    moment = apple_time(seconds)
    assert moment is None or 1800 <= moment.year < 2200


def test_a_property_list_larger_than_allowed_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "large.plist"
    file.write_bytes(b"<plist><dict/></plist>" + b" " * 100)
    assert read_plist(file) == {}
    with pytest.raises(ContentError, match="larger than 50 bytes"):
        read_plist(file, max_bytes=50)


def test_a_property_list_that_is_no_dictionary_or_not_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "list.plist"
    file.write_bytes(b"<plist><array/></plist>")
    with pytest.raises(ContentError, match="not a dictionary"):
        read_plist(file)
    with pytest.raises(ContentError, match=r"gone\.plist"):
        read_plist(tmp_path / "gone.plist")


@given(st.binary(max_size=200), st.sampled_from([b"", b"bplist00", b"<?xml version='1.0'?><plist>", b"<plist><dict>"]))
def test_broken_property_lists_raise_one_kind_of_error(data: bytes, start: bytes) -> None:
    with pytest.raises(ContentError):
        parse_plist(start + data, "x")
