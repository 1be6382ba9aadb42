"""A run that was killed at any moment and repeated has the same result as an undisturbed one."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from couloir.migrate.ledger.rows import Entry, Row
from sample_library import build_library

PARTS = 2  # for two cores
KILLS = 25  # in each part
PHOTOS = 300
OWN = (".couloir", "couloir-report")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("large") / "Large.aplibrary"
    build_library(library, masters=PHOTOS, seed=7)
    return library


def _start(library: Path, destination: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "couloir", "migrate", str(library), "--to", str(destination), "--pictures", "0"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def _survives(library: Path, destination: Path, seconds: float | None) -> bool:
    """Whether it came to its end before it was killed, after that time."""
    with _start(library, destination) as process:
        try:
            _, complaint = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return process.returncode == 0  # it may have ended in the last moment
    assert process.returncode == 0, complaint.decode()
    return True


def _rows(entries: list[Entry]) -> list[Row]:
    return [entry.row for entry in entries]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("part", range(PARTS))
def test_fifty_kills_leave_the_same_files_and_the_same_ledger(
    part: int,
    large: Path,
    tmp_path: Path,
    tree_of: Callable[..., dict[str, str]],
    read_ledger: Callable[[Path], list[Entry]],
) -> None:
    begun = time.monotonic()
    assert _survives(large, tmp_path / "whole", None)
    duration = time.monotonic() - begun
    tree = tree_of(tmp_path / "whole", OWN)
    rows = _rows(read_ledger(tmp_path / "whole"))
    assert sum(content != "/" for content in tree.values()) > PHOTOS / 2
    moments = random.Random(2012 + part)
    kills = migrations = 0
    while kills < KILLS:
        # One migration after another is killed again and again, until it outlives its moment.
        migrations += 1
        destination = tmp_path / f"killed {migrations}"
        while not _survives(large, destination, moments.uniform(0, duration) if kills < KILLS else None):
            kills += 1
        assert tree_of(destination, OWN) == tree
        assert _rows(read_ledger(destination)) == rows
        assert not (destination / ".couloir" / "tmp").exists()
    assert kills == KILLS
