"""The list of rules in CONTRACT.md names tests that exist, and no rule without one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from fake_lightroom.tables.develop import KEYS

from couloir.lightroom.settings import SETTINGS

HERE = Path(__file__).resolve().parent
ROW = re.compile(r"^\| (?P<rule>[^|]+) \| (?P<test>[^|]*) \|$", re.MULTILINE)


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
    rows = ROW.findall((HERE / "fake_lightroom" / "CONTRACT.md").read_text(encoding="utf-8"))
    named = [test.strip("`") for rule, test in rows if not rule.startswith("**") and rule not in ("rule", "---")]
    there = {f"{file.name}::{test}" for file in HERE.glob("test_fake_*.py") for test in names_of(file)}
    assert len(named) > 70
    assert len(set(named)) == len(named)
    assert set(named) <= there, sorted(set(named) - there)


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
