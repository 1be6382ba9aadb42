"""`couloir migrate` as a user runs it: output, exit codes, and bad input."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from itertools import cycle
from pathlib import Path

import pytest

from couloir.cli import main
from couloir.errors import NotAll
from couloir.migrate.files import space
from sample_library import build_library

Couloir = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 masters; two projects are called Wedding. Only read."""
    path = tmp_path_factory.mktemp("library") / "Sample.aplibrary"
    build_library(path, masters=24)
    return path


def _assert_one_line(result: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert result.returncode == code, result.stderr
    assert result.stderr.startswith("couloir: ")
    assert result.stderr.count("\n") == 1, result.stderr
    for word in words:
        assert word in result.stderr
    assert result.stdout == ""


def _below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


# What it prints


@pytest.mark.sample
def test_the_real_library_for_programs(couloir: Couloir, real_library: Path, tmp_path: Path) -> None:
    result = couloir("migrate", real_library, "--to", tmp_path / "out", "--pictures", "0", "--json")
    assert result.returncode == NotAll.exit_code, "three originals are missing"
    assert "couloir: 3 originals, 3 versions in " in result.stderr
    document = json.loads(result.stdout)
    balance = {line["kind"]: line for line in document["balance"]}
    assert document["balances"] is True
    assert balance["master"] == {
        "kind": "master",
        "total": 15,
        "done": 10,
        "already_there": 0,
        "skipped": 2,
        "waiting": 0,
        "failed": 3,
        "own_records": 0,
        "balances": True,
    }
    assert (balance["version"]["total"], balance["operation"]["total"]) == (30, 15)
    assert sum(document["fidelity"].values()) <= 15
    assert Path(document["report"]["html"]).is_file()
    assert Path(document["report"]["json"]).is_file()
    again = json.loads(couloir("migrate", real_library, "--to", tmp_path / "out", "--pictures", "0", "--json").stdout)
    balance = {line["kind"]: line for line in again["balance"]}
    assert (balance["master"]["done"], balance["master"]["already_there"]) == (0, 10)


def test_the_table_for_people_names_the_report(couloir: Couloir, library: Path, tmp_path: Path) -> None:
    result = couloir("migrate", library, "--to", tmp_path / "out", "--pictures", "0")
    assert result.returncode == 0, result.stderr
    for word in ("masters", "versions", "already there", "waiting", "report.html"):
        assert word in result.stdout
    assert "does not balance" not in result.stdout


def test_a_dry_run_says_so_and_writes_nothing(couloir: Couloir, library: Path, tmp_path: Path) -> None:
    result = couloir("migrate", library, "--to", tmp_path / "out", "--dry-run")
    assert re.match(r"\d+ of \d+ photos carried\.", result.stdout)
    assert result.returncode == 0, result.stderr
    assert "Nothing was written." in result.stdout
    document = json.loads(couloir("migrate", library, "--to", tmp_path / "out", "--dry-run", "--json").stdout)
    assert document["dry_run"] is True
    assert document["report"] is None
    assert document["bytes_needed"] > 0
    assert _below(tmp_path) == []


# Bad input


def test_a_project_that_is_not_there(couloir: Couloir, library: Path, tmp_path: Path) -> None:
    result = couloir("migrate", library, "--to", tmp_path / "out", "--only", "Nowhere")
    _assert_one_line(result, 15, "Nowhere", "there is none", "couloir inspect")
    assert _below(tmp_path) == []


def test_a_name_that_two_projects_have_names_both(couloir: Couloir, library: Path, tmp_path: Path) -> None:
    result = couloir("migrate", library, "--to", tmp_path / "out", "--only", "Wedding")
    _assert_one_line(result, 15, "2 projects")
    assert _below(tmp_path) == []


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_file_as_destination(couloir: Couloir, library: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("mine")
    _assert_one_line(couloir("migrate", library, "--to", tmp_path / place), 20, "is a file", "--to")
    assert _below(tmp_path) == ["file"]
    assert (tmp_path / "file").read_text() == "mine"


def test_a_destination_inside_the_library(couloir: Couloir, library: Path) -> None:
    before = _below(library)
    for place in (library, library / "new" / "folder"):
        _assert_one_line(couloir("migrate", library, "--to", place), 20, "inside")
    assert _below(library) == before


def test_the_destination_of_another_library(
    couloir: Couloir, library: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other") / "Other.aplibrary"
    build_library(other, masters=3, seed=5)
    assert couloir("migrate", other, "--to", tmp_path / "out", "--pictures", "0").returncode == 0
    before = _below(tmp_path)
    _assert_one_line(couloir("migrate", library, "--to", tmp_path / "out"), 22, "Other.aplibrary")
    assert _below(tmp_path) == before


if hasattr(os, "geteuid") and os.geteuid() != 0:  # root may write anywhere; a test below simulates a refusal for all

    def test_a_destination_without_permission(couloir: Couloir, library: Path, tmp_path: Path) -> None:
        tmp_path.chmod(0o555)
        try:
            _assert_one_line(couloir("migrate", library, "--to", tmp_path / "out"), 25, "does not allow")
        finally:
            tmp_path.chmod(0o755)
        assert _below(tmp_path) == []


def _in_process(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1, captured.err
    assert isinstance(ended.value.code, int)
    return ended.value.code, captured.err


@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]])
def test_an_operating_system_that_refuses(
    library: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    dry_run: list[str],
) -> None:
    for name in ("mkdir", "exists"):
        real = getattr(Path, name)

        def denied(self: Path, *arguments: object, real: Callable[..., object] = real, **named: object) -> object:
            if self.is_relative_to(tmp_path):
                raise PermissionError(13, "Permission denied", str(self))
            return real(self, *arguments, **named)

        monkeypatch.setattr(Path, name, denied)
    code, line = _in_process(capsys, "migrate", library, "--to", tmp_path / "out", *dry_run)
    assert code == 25
    assert "does not allow access" in line
    assert _below(tmp_path) == []


def test_a_disk_without_room(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(space, "space_for", lambda _folder, needed: space.Space(needed, 1000))
    arguments = ("migrate", library, "--to", tmp_path / "a" / "out", "--originals", "copy")
    code, line = _in_process(capsys, *arguments)
    assert code == 24
    assert "are needed" in line
    assert _below(tmp_path) == []


def test_names_that_would_lead_elsewhere_stay_inside(couloir: Couloir, library: Path, tmp_path: Path) -> None:
    copy = tmp_path / "source" / "Hostile.aplibrary"
    shutil.copytree(library, copy)
    names = ("a/b", "a:b", "a\0b", "..", "../../out", "/etc", "C:\\x", "-", "~", "con", "x" * 400)
    with closing(sqlite3.connect(copy / "Database" / "apdb" / "Library.apdb")) as connection, connection:
        for table, column, suffix in (
            ("RKFolder", "name", ""),
            ("RKMaster", "fileName", ".JPG"),
            ("RKVersion", "name", ""),
        ):
            rows = connection.execute(f"SELECT modelId FROM {table} WHERE length(uuid) = 22").fetchall()
            assert len(rows) >= len(names)
            for (row,), name in zip(rows, cycle(names)):
                connection.execute(f"UPDATE {table} SET {column} = ? WHERE modelId = ?", (f"{name}{suffix}", row))
    before = _below(copy)
    result = couloir("migrate", copy, "--to", tmp_path / "out", "--pictures", "0", "--versions", "clone", "--json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["balances"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "source"]
    assert _below(copy) == before
    for path in (tmp_path / "out").rglob("*"):
        assert not set(path.name) & set('\\:<>"|?*\0')
        assert len(path.name.encode()) <= 160
    assert couloir("verify", tmp_path / "out").returncode == 0


def test_wrong_usage_is_exit_code_2(couloir: Couloir, library: Path, tmp_path: Path) -> None:
    assert couloir("migrate", library).returncode == 2
    assert couloir("migrate", library, "--to", tmp_path / "out", "--originals", "hardlink").returncode == 2
    assert _below(tmp_path) == []


@pytest.mark.sample
def test_the_real_library_of_aperture_is_carried_whole(
    couloir: Couloir, aperture_library: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    result = couloir("migrate", aperture_library, "--to", out, "--versions", "clone", "--pictures", "0", "--json")
    assert result.returncode == 0, result.stderr
    document = json.loads(result.stdout)
    assert document["balances"] is True
    balance = {line["kind"]: line for line in document["balance"]}
    # Six versions are shown (ApertureData.xml lists them), three rows are Aperture's own records of the originals.
    figures = {kind: (balance[kind]["total"], balance[kind]["done"], balance[kind]["skipped"]) for kind in balance}
    assert figures["master"] == (3, 3, 0)
    assert figures["version"] == (9, 6, 0)
    assert balance["version"]["own_records"] == 3
    assert figures["album"] == (0, 0, 0)
    assert figures["keyword"] == (173, 1, 0)  # RKKeywordForVersion names one of them
    files = [path for path in _below(out) if not path.startswith((".couloir", "couloir-report"))]
    assert files == [
        "Photos",
        "Photos/test_project1",
        "Photos/test_project1/pdf_icon (Version 2).jpg",
        "Photos/test_project1/pdf_icon.jpg",
        "Photos/test_project1/rails.png",
        "Photos/test_project2",
        "Photos/test_project2/flickr-yahoo-logo.png.v3 (Version 2).png",
        "Photos/test_project2/flickr-yahoo-logo.png.v3 (Version 3).png",
        "Photos/test_project2/flickr-yahoo-logo.png.v3.png",
    ]


@pytest.mark.parametrize("options", [(), ("--dry-run",), ("--json",)])
def test_a_library_of_which_nothing_comes_over_is_no_success(
    couloir: Couloir, library: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    hidden = Path(shutil.copytree(library, tmp_path / library.name))
    with closing(sqlite3.connect(hidden / "Database" / "apdb" / "Library.apdb")) as connection, connection:
        connection.execute("UPDATE RKVersion SET isHidden = 1")
    result = couloir("migrate", hidden, "--to", tmp_path / "out", "--pictures", "0", *options)
    assert result.returncode == 16
    assert result.stderr.startswith("couloir: Nothing in the library ")
    if "--json" in options:
        assert json.loads(result.stdout)["balances"] is True
    else:
        assert result.stdout.startswith(f"Nothing in the library {hidden} can be migrated: ")
    brought = couloir("migrate", hidden, "--to", tmp_path / "out", "--pictures", "0", "--hidden", *options)
    assert brought.returncode == 0, brought.stderr
    looked = couloir("inspect", hidden)
    assert looked.returncode == 16, "a script that looks first is told as the migration tells it"
    assert looked.stdout.startswith(f"Nothing in the library {hidden} can be migrated: ")
    if not options:
        for words in (("match", hidden, "--to", tmp_path / "matched"), ("profile", "learn", hidden)):
            assert couloir(*words).stdout.startswith("Aperture shows no photo of "), words
