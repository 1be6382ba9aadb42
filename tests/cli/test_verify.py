"""`couloir verify`: what it prints, and how it ends."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sample_library import build_library

Couloir = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def migrated(couloir: Couloir, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    build_library(folder / "Sample.aplibrary", masters=12)
    result = couloir("migrate", folder / "Sample.aplibrary", "--to", folder / "out", "--pictures", "0")
    assert result.returncode == 0, result.stderr
    return folder / "out"


@pytest.fixture
def spoilt(migrated: Path, tmp_path: Path) -> Path:
    """A copy with one photo missing."""
    copy = tmp_path / "out"
    shutil.copytree(migrated, copy)
    next(path for path in sorted(copy.rglob("*")) if path.suffix.lower() == ".jpg").unlink()
    return copy


def test_a_whole_migration_passes(couloir: Couloir, migrated: Path) -> None:
    result = couloir("verify", migrated)
    assert result.returncode == 0, result.stderr
    assert "everything agrees with the ledger" in result.stdout
    assert result.stderr == ""


def test_a_whole_migration_for_programs(couloir: Couloir, migrated: Path) -> None:
    document = json.loads(couloir("verify", migrated, "--json").stdout)
    assert set(document) == {"checked", "balance", "running", "problems", "changed", "changed_originals", "notes"}
    assert document["checked"] > 5
    assert (document["problems"], document["notes"]) == ([], [])
    assert all(line["balances"] for line in document["balance"])


def test_a_missing_photo_is_exit_code_40_and_named(couloir: Couloir, spoilt: Path) -> None:
    result = couloir("verify", spoilt)
    assert result.returncode == 40
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("couloir: 1 of ")
    assert "couloir migrate" in result.stderr
    assert "it is missing" in result.stdout


def test_a_missing_photo_for_programs(couloir: Couloir, spoilt: Path) -> None:
    result = couloir("verify", spoilt, "--json")
    assert result.returncode == 40
    [problem] = json.loads(result.stdout)["problems"]
    assert problem["kind"] == "master"
    assert problem["path"].lower().endswith(".jpg")
    assert problem["what"] == "it is missing"


def test_the_advice_repairs_it(couloir: Couloir, spoilt: Path, migrated: Path) -> None:
    library = migrated.parent / "Sample.aplibrary"
    assert couloir("migrate", library, "--to", spoilt, "--pictures", "0").returncode == 0
    assert couloir("verify", spoilt).returncode == 0


@pytest.mark.parametrize("place", [".", "nowhere"])
def test_a_folder_that_holds_no_migration(couloir: Couloir, tmp_path: Path, place: str) -> None:
    result = couloir("verify", tmp_path / place)
    assert result.returncode == 23
    assert result.stderr.count("\n") == 1
    assert "no Couloir ledger" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_library_that_is_gone_is_a_note(couloir: Couloir, tmp_path: Path) -> None:
    build_library(tmp_path / "Gone.aplibrary", masters=2)
    migrated = couloir("migrate", tmp_path / "Gone.aplibrary", "--to", tmp_path / "out", "--pictures", "0")
    assert migrated.returncode == 0, migrated.stderr
    shutil.rmtree(tmp_path / "Gone.aplibrary")
    result = couloir("verify", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    assert "could not be compared with the library" in result.stdout


def test_originals_that_are_missing_are_exit_code_42(couloir: Couloir, tmp_path: Path) -> None:
    build_library(tmp_path / "Lacking.aplibrary", masters=2)
    next(path for path in sorted((tmp_path / "Lacking.aplibrary" / "Masters").rglob("*")) if path.is_file()).unlink()
    migrated = couloir("migrate", tmp_path / "Lacking.aplibrary", "--to", tmp_path / "out", "--pictures", "0")
    assert migrated.returncode == 41, migrated.stderr
    result = couloir("verify", tmp_path / "out")
    assert result.returncode == 42, result.stderr
    assert result.stderr.startswith("couloir: 1 original, 1 version of the library are not in ")
    assert "everything agrees" not in result.stdout
    assert couloir("verify", tmp_path / "out", "--json").returncode == 42
