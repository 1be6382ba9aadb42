"""The command line as a whole: faults are one line, --verbose shows where, help needs nothing heavy."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path

import click
import pytest

from couloir.cli.main import COMMANDS, THREADS, command_line, main
from couloir.cli.output import progress
from sample_library import build_library

PROJECT = Path(__file__).resolve().parents[2]

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


@pytest.fixture(scope="module")
def snowy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a version whose name few code pages hold."""
    path = tmp_path_factory.mktemp("snow") / "Winter ❄.aplibrary"
    build_library(path, masters=1)
    with closing(sqlite3.connect(path / "Database/apdb/Library.apdb")) as library, library:
        library.execute("UPDATE RKVersion SET name = 'Élan ❄ 雪 🏔'")
    return path


@pytest.mark.parametrize(
    "settings",
    [
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "cp437"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=["cp1252", "cp437", "C", "POSIX"],
)
def test_output_is_utf_8_whatever_the_code_page(snowy: Path, settings: Mapping[str, str]) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    environment = {**kept, "PYTHONPATH": str(PROJECT / "daemon"), **settings}
    command = [sys.executable, "-m", "couloir", "inspect", snowy, "--versions", "--json"]
    result = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert (result.returncode, result.stderr) == (0, b"")
    assert {each["name"] for each in json.loads(result.stdout.decode("utf-8"))["versions"]} == {"Élan ❄ 雪 🏔"}


@pytest.mark.usefixtures("in_a_terminal")
@pytest.mark.parametrize("swallowed", [True, False])
def test_ctrl_c_stops_a_command_also_where_c_code_drops_the_exception(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, swallowed: bool
) -> None:
    """SQLite turns an exception of its callbacks into an error of its own, or into nothing."""
    done: list[int] = []

    @click.command("verify")
    def command() -> None:
        with progress("Counting") as advance:
            for number in range(3):
                done.append(number)
                if swallowed:
                    with suppress(KeyboardInterrupt):
                        signal.raise_signal(signal.SIGINT)
                else:
                    with closing(sqlite3.connect(":memory:")) as database:
                        database.create_function("press", 0, lambda: signal.raise_signal(signal.SIGINT))
                        database.execute("SELECT press()")
                advance(number, 3)

    monkeypatch.setattr(type(command_line), "get_command", lambda _self, _ctx, _name: command)
    with pytest.raises(SystemExit) as ended:
        main(["verify"])
    assert (ended.value.code, done) == (130, [0])
    assert capsys.readouterr().err.strip() == "couloir: stopped. Run the same command again to continue."
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("in_a_terminal")
def test_ctrl_c_in_the_last_moment_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command("verify")
    def command() -> None:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(type(command_line), "get_command", lambda _self, _ctx, _name: command)
    with pytest.raises(SystemExit) as ended:
        main(["verify"])
    assert ended.value.code == 130


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="only Linux lists the threads of a process")
def test_no_core_is_kept_busy_by_threads_that_wait_for_small_matrices() -> None:
    script = (
        "import contextlib, os\n"
        "from couloir.cli import main\n"
        "with contextlib.suppress(SystemExit): main(['--version'])\n"
        "import numpy\n"
        "print(len(os.listdir('/proc/self/task')))"
    )
    environment = {name: value for name, value in os.environ.items() if name not in THREADS}
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert result.stdout.splitlines()[-1] == "1"


@pytest.mark.parametrize("name", THREADS)
def test_a_user_who_wants_more_threads_has_them(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "3")
    with pytest.raises(SystemExit):
        main(["--version"])
    assert os.environ[name] == "3"
