"""The list of rules in CONTRACT.md names tests that exist, and no rule without one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from couloir.lightroom.settings import SETTINGS
from fake_lightroom.assumed import ASSUMED
from fake_lightroom.tables.develop import KEYS

HERE = Path(__file__).resolve().parent
ROW = re.compile(r"^\| (?P<rule>[^|]+) \| (?P<source>[^|]*) \| (?P<test>[^|]*) \|$", re.MULTILINE)
KINDS = ("Adobe", "plug-in", "measured", "assumed")
PROJECT = HERE.parents[1]


def rules() -> list[tuple[str, str, str]]:
    """(rule, source, test) of each row."""
    rows = ROW.findall((HERE / "fake_lightroom" / "CONTRACT.md").read_text(encoding="utf-8"))
    return [row for row in rows if not row[0].startswith("**") and row[0] not in ("rule", "---")]


def names_of(file: Path) -> set[str]:
    """The ids of its tests, as pytest names them after the file."""
    found: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
    return found


def test_every_rule_has_a_plugin_that_breaks_it():
    named = [test.strip("`") for _, _, test in rules()]
    there = {f"{file.name}::{test}" for file in HERE.glob("test_fake_*.py") for test in names_of(file)}
    assert len(named) > 70
    assert len(set(named)) == len(named)
    assert set(named) <= there, sorted(set(named) - there)


@pytest.mark.parametrize(("rule", "source", "test"), rules(), ids=lambda text: text[:60])
def test_every_rule_names_who_knows_it_from_outside(rule, source, test):
    kind, colon, name = source.partition(": ")
    assert colon
    assert kind in KINDS, f"{rule}: {source}"
    assert name.strip()


def test_what_is_assumed_has_a_switch_both_ways_and_is_listed_as_unverified():
    """Those in the contract are those that can be switched, and a person finds each with a test that settles it."""
    switches = {word for _, source, _ in rules() if "assumed" in source for word in re.findall(r"`(\w+)`", source)}
    assert switches == set(ASSUMED)
    unverified = (PROJECT / "docs" / "unverified.md").read_text(encoding="utf-8")
    assert {name for name in ASSUMED if f"`{name}`" not in unverified} == set()


def test_what_couloir_writes_lightroom_takes():
    """Two tables that were written apart say the same of each develop key; two keys are in XMP only."""
    assert SETTINGS.keys() - KEYS.keys() == {"HasCrop", "Version"}
    for name in SETTINGS.keys() & KEYS.keys():
        ours, theirs = SETTINGS[name], KEYS[name]
        assert theirs.type == {"integer": "number", "text": "string"}.get(str(ours.type), str(ours.type)), name
        if theirs.type == "number":
            assert (ours.low, ours.high) == (theirs.low, theirs.high), name
        assert {str(kind) for kind in ours.kinds} == ({theirs.only} if theirs.only else {"raw", "rendered"}), name
        assert not theirs.words or set(ours.words) == set(theirs.words), name
