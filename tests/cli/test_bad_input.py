"""What is not a library gives one line that says what to do, a documented exit code, and nothing written."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Couloir = Callable[..., subprocess.CompletedProcess[str]]


def _assert_one_line(result: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert result.returncode == code, result.stderr
    assert result.stderr.startswith("couloir: ")
    assert result.stderr.count("\n") == 1, result.stderr
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr


def test_a_path_that_does_not_exist(couloir: Couloir, tmp_path: Path) -> None:
    _assert_one_line(couloir("inspect", tmp_path / "nothing.aplibrary"), 11, "nothing.aplibrary", ".aplibrary")


def test_a_file_is_not_a_library(couloir: Couloir, tmp_path: Path) -> None:
    file = tmp_path / "a.aplibrary"
    file.write_bytes(b"x")
    _assert_one_line(couloir("inspect", file), 11, "a.aplibrary")


def test_an_empty_folder_is_not_a_library(couloir: Couloir, tmp_path: Path) -> None:
    _assert_one_line(couloir("inspect", tmp_path), 11, str(tmp_path))


@pytest.mark.sample
@pytest.mark.parametrize("command", ["inspect", "migrate"])
def test_a_missing_properties_database_is_named_and_nothing_is_written(
    couloir: Couloir, real_library: Path, tmp_path: Path, command: str
) -> None:
    library = tmp_path / "copy.photolibrary"
    shutil.copytree(real_library, library, ignore=shutil.ignore_patterns("Properties.apdb", "Masters", "Thumbnails"))
    destination = tmp_path / "out"
    arguments = ["--to", destination] if command == "migrate" else []
    _assert_one_line(couloir(command, library, *arguments), 13, "Properties.apdb")
    assert not destination.exists()


@pytest.mark.sample
@pytest.mark.parametrize("kept", [0, 50, 1000, 5000, 40_000])
def test_a_truncated_database_is_named(couloir: Couloir, real_library: Path, tmp_path: Path, kept: int) -> None:
    library = tmp_path / "copy.photolibrary"
    shutil.copytree(real_library, library, ignore=shutil.ignore_patterns("Masters", "Thumbnails", "Previews"))
    database = library / "Database" / "apdb" / "Library.apdb"
    contents = database.read_bytes()
    database.chmod(0o644)
    database.write_bytes(contents[:kept])
    _assert_one_line(couloir("inspect", library), 13, "Library.apdb")


def test_wrong_usage_is_exit_code_2(couloir: Couloir) -> None:
    result = couloir("inspect")
    assert result.returncode == 2
    assert "LIBRARY" in result.stderr
    assert couloir("nonsense").returncode == 2
