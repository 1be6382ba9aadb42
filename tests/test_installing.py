"""Advice to install something names registered packages and the Python that runs, never an unregistered name."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
import tomllib
from pathlib import Path

import pytest

from couloir import installing
from couloir.installing import command_to_install, normalise_name

PROJECT = Path(__file__).resolve().parent.parent
ADVISING = ("daemon", "lrplugin", "docs", "scripts", "README.md")
# "install" of a tool that asks an index, and on the same line the project's own name as a package or with an extra.
FROM_AN_INDEX = re.compile(
    r"\b(?:pip3?|pipx|uv|uvx|easy_install)\b[^\n]*\binstall\b[^\n]*[\s'\"`]couloir\b(?![-/\w]|\.\w)"
)
AN_EXTRA = re.compile(r"\bcouloir\[[a-z]")


def test_no_text_asks_for_a_name_that_anyone_could_register() -> None:
    asking = []
    for place in ADVISING:
        root = PROJECT / place
        files = (
            [root] if root.is_file() else [each for each in root.rglob("*") if each.suffix in (".py", ".lua", ".md")]
        )
        for file in files:
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                if FROM_AN_INDEX.search(line) or AN_EXTRA.search(line):
                    asking.append(f"{file.relative_to(PROJECT)}:{number}: {line.strip()}")
    assert asking == []


def test_the_rule_recognises_what_it_forbids() -> None:
    for line in ("run `pip install couloir`", "pip install --upgrade couloir.", "uv pip install 'couloir'"):
        assert FROM_AN_INDEX.search(line), line
    for line in ("pip install ./couloir-0.1.0.whl", "python -m pip install rawpy", "couloir profile install"):
        assert not FROM_AN_INDEX.search(line), line
    assert AN_EXTRA.search("needs couloir[cluster]")


def test_a_command_is_for_the_python_that_runs_and_asks_for_versions_that_couloir_takes() -> None:
    words = shlex.split(command_to_install(["rawpy", "onnx"]))
    assert sys.executable in words
    stated = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    known = [line for extra in stated["optional-dependencies"].values() for line in extra]
    known += [line.partition(";")[0] for line in stated["dependencies"]]
    assert [word for word in words if word in known] == [word for word in words if re.match("rawpy|onnx", word)]
    assert len(words) >= 2


@pytest.mark.parametrize(
    ("prefix", "pip", "begins"),
    [
        ("/home/anna/.local/share/pipx/venvs/couloir", False, ["pipx", "inject", "couloir", "rawpy"]),
        ("/opt/venv", False, ["uv", "pip", "install", "--python", "/opt/venv/bin/python", "rawpy"]),
        ("/opt/venv of Anna", True, ["/opt/venv of Anna/bin/python", "-m", "pip", "install", "rawpy"]),
    ],
)
def test_the_tool_that_manages_the_environment_is_the_one_named(
    monkeypatch: pytest.MonkeyPatch, prefix: str, pip: bool, begins: list[str]
) -> None:
    monkeypatch.setattr(sys, "prefix", prefix)
    monkeypatch.setattr(sys, "executable", f"{prefix}/bin/python")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: object() if pip else None)
    monkeypatch.setattr(installing, "_requirements", dict)
    assert shlex.split(command_to_install(["rawpy"])) == begins


def test_names_compare_as_indexes_compare_them() -> None:
    assert normalise_name("Mac_Alias") == normalise_name("mac-alias") == "mac-alias"
