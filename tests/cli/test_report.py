"""`couloir report` writes the report again from the destination's ledger and prints its path."""

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
    build_library(folder / "Sample.aplibrary", masters=8)
    result = couloir("migrate", folder / "Sample.aplibrary", "--to", folder / "out", "--pictures", "0")
    assert result.returncode == 0, result.stderr
    return folder / "out"


def test_it_compares_makes_thumbnails_and_tells_where_the_page_is(couloir: Couloir, migrated: Path) -> None:
    shutil.rmtree(migrated / "couloir-report")
    result = couloir("report", migrated, "--no-open", "--json")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["measured"], told["expected"]) == (0, told["compared"])
    for name in ("photos", "html", "json"):
        assert Path(told[name]).is_file()
    assert list((migrated / "couloir-report" / "thumbs").glob("*.webp"))
    spoken = couloir("report", migrated, "--no-open", "--pictures", "1", "--language", "fr")
    assert "0 measured in Lightroom, 1 expected." in spoken.stdout
    assert "photos.html" in "".join(spoken.stdout.split())
    assert '<html lang="fr">' in Path(told["photos"]).read_text(encoding="utf-8")


def test_a_folder_without_a_migration_is_said_to_be_one(couloir: Couloir, tmp_path: Path) -> None:
    result = couloir("report", tmp_path, "--no-open")
    assert result.returncode == 23
    assert str(tmp_path) in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_library_that_has_moved_is_named(couloir: Couloir, migrated: Path, tmp_path: Path) -> None:
    library = migrated.parent / "Sample.aplibrary"
    library.rename(tmp_path / "Elsewhere.aplibrary")
    try:
        result = couloir("report", migrated, "--no-open")
    finally:
        (tmp_path / "Elsewhere.aplibrary").rename(library)
    assert result.returncode == 11
    assert "Sample.aplibrary" in "".join(result.stderr.split())
