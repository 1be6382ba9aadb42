"""The command line as a whole: faults are one line, --verbose shows where, help needs nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from couloir.cli.main import COMMANDS, command_line, main

Couloir = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    """`couloir verify` runs into a fault of ours."""

    @click.command("verify")
    def command() -> None:
        raise ZeroDivisionError("a figure was\nzero")

    monkeypatch.setattr(type(command_line), "get_command", lambda _self, _ctx, _name: command)


@pytest.mark.usefixtures("faulty")
def test_a_fault_of_ours_is_one_line_that_says_so_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["verify"])
    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert told.count("\n") == 1
    assert "ZeroDivisionError: a figure was" in told
    assert "--verbose" in told


@pytest.mark.usefixtures("faulty")
def test_verbose_shows_where_a_fault_happened() -> None:
    with pytest.raises(ZeroDivisionError):
        main(["--verbose", "verify"])


def test_every_command_is_listed_in_the_help(couloir: Couloir) -> None:
    result = couloir("--help")
    assert result.returncode == 0
    for name in COMMANDS:
        assert f"  {name} " in result.stdout


def test_the_version_is_printed_without_loading_what_only_a_migration_needs(tmp_path: Path) -> None:
    script = (
        "import sys, couloir.cli.main; print([m for m in ('numpy', 'PIL', 'lxml', 'onnxruntime') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert result.stdout.strip() == "[]"
