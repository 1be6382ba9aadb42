"""Capture One's settings files and styles: real ones are read, and what is written has their keys and comes back."""

from __future__ import annotations

import math
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.destinations.capture_one.keys import ADJUSTMENTS, KEYS, Form, Setting, check, read, spell
from couloir.destinations.capture_one.settings_file import (
    SettingsFile,
    Variant,
    read_settings_file,
    settings_file_bytes,
)
from couloir.destinations.capture_one.settings_xml import parse
from couloir.destinations.capture_one.style import OF_ONE_PHOTO, Style, read_style, style_bytes
from couloir.errors import BadSettingsFile

GOLDEN = Path(__file__).parent / "golden"

FILE = SettingsFile(
    "691BD4C5-8AE0-45B8-9332-786D7C9C60CA",
    (
        Variant(
            "5596416B-153C-42DD-B742-87B85D408A9C",
            {
                "Exposure": 0.75,
                "Saturation": 12.0,
                "Rotation": 91.5,
                "Crop": (1500.0, 1000.25, 2400.0, 1600.0),
                "GradationCurve": ((0.0, 0.0), (0.25, 0.22), (0.75, 0.79), (1.0, 1.0)),
            },
            rating=4,
            tag=3,
            keywords=("Büro & Co", "Alpen"),
        ),
        Variant("A4D7486E-588E-42C9-A619-6CC171660803", {"BwEnabled": 1.0, "Exposure": -0.3}, rating=2),
    ),
)
STYLE = Style(
    "Portra <soft>",
    {"GradationCurve": ((0.0, 0.1), (1.0, 0.9)), "Saturation": -12.5, "Midtone": (0.0, 0.0, 0.0, 0.009125)},
)


def test_a_settings_file_has_these_bytes() -> None:
    assert settings_file_bytes(FILE) == (GOLDEN / "two_variants.cos").read_bytes()


def test_a_style_has_these_bytes() -> None:
    assert style_bytes(STYLE) == (GOLDEN / "portra.costyle").read_bytes()


def test_the_files_of_2009_are_read(samples: Path) -> None:
    eip = samples / "capture-one" / "eip"
    [small] = read_settings_file((eip / "Settings45-0.IIQ.cos").read_bytes(), "small").variants
    assert (small.rating, small.tag, dict(small.values)) == (4, 0, {"Rotation": 0.0})
    file = read_settings_file((eip / "Settings50-0.IIQ.cos").read_bytes(), "whole")
    [whole] = file.variants
    assert file.uuid == "133ACDE8-EF48-4978-9AED-5C6B4DDE9CBF"
    # What the user set counts more than what the program had set: AL over DL.
    assert (whole.rating, whole.tag, whole.values["Rotation"]) == (3, 4, 90.0)
    assert whole.values["Crop"] == (2087.088867, 1690.806274, 3868.893555, 3158.520264)
    assert whole.values["WhiteBalance"] == (1.391, 1.0, 1.474)
    assert whole.values["ICCProfile"] == "PhaseOneP65+-Flash.icm"


def test_every_published_style_is_read_and_written_again(samples: Path) -> None:
    found = [*samples.glob("capture-one/costyle/*.costyle"), *samples.glob("capture-one/copreset/*.copreset")]
    assert len(found) == 8
    for file in found:
        style = read_style(file.read_bytes(), file.name)
        assert style.name == file.stem
        again = read_style(style_bytes(Style(style.name, style.values)), file.name)
        assert _flat(again.values) == pytest.approx(_flat(style.values), abs=1e-6)


def _flat(values: Any) -> dict[str, float]:
    """Every number of the settings by its key and place, for a comparison with a tolerance."""
    found: dict[str, float] = {}
    for key, value in values.items():
        rows = value if isinstance(value, tuple) else (value,)
        numbers = [number for row in rows for number in (row if isinstance(row, tuple) else (row,))]
        found |= {f"{key}.{place}": number for place, number in enumerate(numbers) if not isinstance(number, str)}
    return found


def test_every_key_that_is_written_stands_in_a_real_file(samples: Path) -> None:
    """Two come from programs that read files of Capture One 16; of those no real file is public."""
    folder = samples / "capture-one"
    real = {
        str(element.get("K"))
        for file in (*folder.glob("costyle/*.costyle"), *folder.glob("copreset/*.copreset"), *folder.glob("eip/*.cos"))
        for element in parse(file.read_bytes(), file.name).iter("E")
    }
    unseen = KEYS.keys() - real
    assert {key for key in unseen if KEYS[key].source == "importer"} == {"Color_Tag_Index", "Content_Keywords"}
    assert {key for key in unseen if KEYS[key].source != "importer"} == set()


def _values() -> st.SearchStrategy[dict[str, Setting]]:
    return st.fixed_dictionaries({}, optional={key: _value(key) for key in sorted(ADJUSTMENTS)})


def _value(name: str) -> st.SearchStrategy[Setting]:
    key = KEYS[name]
    number = st.floats(key.low if key.low is not None else -9999, key.high if key.high is not None else 9999).map(
        lambda found: round(found, 6)
    )
    match key.form:
        case Form.TEXT:
            return st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=12)
        case Form.NUMBER:
            return number
        case Form.CURVE:
            at = st.lists(number, min_size=2, max_size=6, unique=True).map(sorted)
            return at.flatmap(lambda xs: st.tuples(*(st.tuples(st.just(x), number) for x in xs)))
        case Form.MULTIPLIERS:
            return st.tuples(number, number, number)
        case _:
            return st.tuples(number, number, number, number)


_WORDS = st.text(st.characters(categories=("L", "N", "S")), min_size=1, max_size=8).filter(lambda word: "|" not in word)


@settings(max_examples=25)
@given(
    st.lists(
        st.builds(
            Variant,
            uuid=st.uuids().map(lambda found: str(found).upper()),
            values=_values(),
            rating=st.integers(0, 5),
            tag=st.integers(0, 7),
            keywords=st.lists(_WORDS, max_size=3).map(tuple),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_what_is_written_is_read_back(variants: list[Variant]) -> None:
    file = SettingsFile("A", tuple(variants))
    content = settings_file_bytes(file)
    assert read_settings_file(content, "a.cos") == file
    for variant in variants:
        style = {key: value for key, value in variant.values.items() if key not in OF_ONE_PHOTO}
        assert read_style(style_bytes(Style("A", style)), "a.costyle").values == style


@given(st.floats(-1e9, 1e9))
def test_a_number_is_spelled_without_an_exponent_and_read_back(number: float) -> None:
    text = spell(number)
    assert "e" not in text.lower()
    assert text != "-0"
    assert read("Rotation", text) == pytest.approx(number, abs=1e-6)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Exposure", 4.01),
        ("Exposure", math.nan),
        ("Saturation", -101.0),
        ("Exposure", "1"),
        ("Crop", (1.0, 2.0, 3.0)),
        ("Crop", (-1.0, 2.0, 3.0, 4.0)),
        ("Crop", 1.0),
        ("GradationCurve", ((0.0, 0.0),)),
        ("GradationCurve", ((0.5, 0.0), (0.5, 1.0))),
        ("GradationCurve", ((0.0, -0.1), (1.0, 1.0))),
        ("ICCProfile", 1.0),
        ("Highlights", 1.0),
        ("BwEnabled", True),
    ],
)
def test_what_capture_one_does_not_have_is_not_written(key: str, value: Setting) -> None:
    with pytest.raises(ValueError, match=key):
        check({key: value})
    with pytest.raises(ValueError, match=key):
        settings_file_bytes(SettingsFile("A", (Variant("B", {key: value}),)))


def test_a_style_holds_nothing_that_belongs_to_one_photo() -> None:
    with pytest.raises(ValueError, match="Crop"):
        style_bytes(Style("A", {"Crop": (1.0, 1.0, 1.0, 1.0)}))


def test_what_parts_keywords_is_not_in_a_keyword() -> None:
    content = settings_file_bytes(SettingsFile("A", (Variant("B", keywords=("Wien, 2. Bezirk", "a||b")),)))
    assert read_settings_file(content, "a.cos").variants[0].keywords == ("Wien 2. Bezirk", "a b")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<IMG>",
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><IMG>&b;</IMG>',
        b"<html/>",
        b"<IMG>" + b"<E/>" * 60_000 + b"</IMG>",
        b"<IMG>" + b" " * (9 << 20) + b"</IMG>",
        b"\xff\xfe<IMG/>",
    ],
    ids=["empty", "cut", "entity", "another", "many", "large", "no text"],
)
def test_a_file_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(BadSettingsFile, match=r"a\.cos"):
        read_settings_file(content, "a.cos")


def test_a_value_of_another_form_does_not_stop_the_reading() -> None:
    content = b'<IMG><VAR><AL><E K="Exposure" V="much"/><E K="Crop" V="1;2"/><E K="New" V="x"/><E/></AL></VAR></IMG>'
    [variant] = read_settings_file(content, "a.cos").variants
    assert (dict(variant.values), variant.unread) == ({}, {"Exposure": "much", "Crop": "1;2", "New": "x"})


@pytest.mark.tool("exiftool")
def test_exiftool_reads_every_value(tmp_path: Path) -> None:
    (tmp_path / "a.cos").write_bytes(settings_file_bytes(FILE))
    command = ["exiftool", "-a", "-s3", "-FileType", "-XML:all", str(tmp_path / "a.cos")]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    wanted = ["0.75", "-0.3", "12", "91.5", "1500;1000.25;2400;1600", "0,0;0.25,0.22;0.75,0.79;1,1"]
    assert [value for value in ("COS", *wanted, "Büro & Co||0,Alpen||0") if value not in told] == []
