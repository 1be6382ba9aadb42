"""Advice to install something names registered packages and the Python that runs, never an unregistered name."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from couloir import installing
from couloir.installing import command_to_install, command_to_update, explain_missing, normalise_name

PROJECT = Path(__file__).resolve().parent.parent
ADVISING = ("daemon", "lrplugin", "docs", "scripts", "README.md")
# "install" of a tool that asks an index, and in the same words the project's own name as a package or with an extra.
FROM_AN_INDEX = re.compile(
    r"\b(?:pip3?|pipx|uv|uvx|easy_install)\b[^\n]*\binstall\b[^\n`|]*[\s'\"]couloir\b(?![-/\w]|\.\w)"
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


RECEIPT = """[tool]
requirements = [
    { name = "couloir", path = "/w/couloir-0.1.0-py3-none-any.whl" },
    { name = "onnx", specifier = ">=1.17" },
]
"""


def test_uv_is_told_again_what_else_a_tool_has(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """uv makes the environment of a tool anew, from what this command line says."""
    (tmp_path / "uv-receipt.toml").write_text(RECEIPT, encoding="utf-8")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(installing, "_source", lambda: ["/w/couloir-0.1.0-py3-none-any.whl"])
    words = shlex.split(command_to_install(["rawpy"]))
    wanted = ["--with", "onnx>=1.17", "--with", "rawpy>=0.23", "/w/couloir-0.1.0-py3-none-any.whl"]
    assert words == ["uv", "tool", "install", *wanted]
    updating = ["uv", "tool", "install", "--with", "onnx>=1.17", "couloir-9-py3-none-any.whl"]
    assert shlex.split(command_to_update("couloir-9-py3-none-any.whl")) == updating


def test_nothing_is_added_to_a_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert shlex.split(command_to_install(["onnx"]))[:4] == ["uv", "tool", "install", "--with"]
    assert command_to_install(["onnx"]).endswith("-py3-none-any.whl")
    assert command_to_update("couloir-9-py3-none-any.whl") == ""
    assert installing.own_command() == [sys.executable]
    assert installing.command_to_run("couloir.x") == [sys.executable, "-m", "couloir.x"]


SYSTEMS = [
    ("darwin", "x86_64", (3, 13)),
    ("darwin", "x86_64", (3, 14)),
    ("darwin", "arm64", (3, 14)),
    ("linux", "x86_64", (3, 14)),
    ("linux", "riscv64", (3, 12)),
    ("win32", "AMD64", (3, 11)),
    ("win32", "x86", (3, 12)),
]


@pytest.mark.parametrize(("system", "machine", "python"), SYSTEMS)
@pytest.mark.parametrize("package", ["onnxruntime", "rawpy"])
def test_the_advice_knows_the_computers_for_which_pyproject_asks_for_a_package(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, python: tuple[int, int], package: str
) -> None:
    stated = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    here = {"sys_platform": system, "platform_machine": machine, "python_version": ".".join(map(str, python))}
    asked = [Requirement(line) for line in stated if line.startswith(package)]
    wanted = any(
        each.marker is not None and each.marker.evaluate({**here, "platform_python_implementation": "CPython"})
        for each in asked
    )
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr(sys, "version_info", (*python, 0, "final", 0))
    told = explain_missing(package)
    assert told.startswith("This installs it: ") == wanted, told
    assert wanted or "works without it" in told


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
