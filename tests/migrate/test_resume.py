"""A run that was killed at any moment and repeated has the same result as an undisturbed one."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from couloir.errors import NotAll
from couloir.migrate.ledger.rows import Entry, Row
from sample_library import build_library

# Photos, kills, options, and the seed of the moments. Photos are translated by their adjustments alone, many of them in
# a second, or by their pictures too, at about four a second.
ALONE = ("--no-pictures",)
PARTS = (
    (300, 25, ALONE, 2012),
    (300, 25, ALONE, 2013),
    (15, 4, (), 2014),
)
OWN = (".couloir", "couloir-report")
ENDED = (0, NotAll.exit_code)

pytestmark = pytest.mark.slow


def _start(library: Path, destination: Path, options: Sequence[str]) -> subprocess.Popen[bytes]:
    command = ["-m", "couloir", "migrate", str(library), "--to", str(destination), "--pictures", "0", *options]
    return subprocess.Popen(
        [sys.executable, *command],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def _survives(library: Path, destination: Path, seconds: float | None, options: Sequence[str]) -> bool:
    """Whether it came to its end before it was killed, after that time."""
    with _start(library, destination, options) as process:
        try:
            _, complaint = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return process.returncode in ENDED  # it may have ended in the last moment
    assert process.returncode in ENDED, complaint.decode()
    return True


def _rows(entries: list[Entry]) -> list[Row]:
    return [entry.row for entry in entries]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("photos", "wanted", "options", "seed"), PARTS)
def test_kills_at_any_moment_leave_the_same_files_and_the_same_ledger(
    photos: int,
    wanted: int,
    options: Sequence[str],
    seed: int,
    tmp_path: Path,
    tree_of: Callable[..., dict[str, str]],
    read_ledger: Callable[[Path], list[Entry]],
) -> None:
    large = tmp_path / "Large.aplibrary"
    build_library(large, masters=photos, seed=7)
    begun = time.monotonic()
    assert _survives(large, tmp_path / "whole", None, options)
    duration = time.monotonic() - begun
    tree = tree_of(tmp_path / "whole", OWN)
    rows = _rows(read_ledger(tmp_path / "whole"))
    assert sum(content != "/" for content in tree.values()) > photos / 2
    moments = random.Random(seed)
    kills = migrations = 0
    while kills < wanted:
        # One migration after another is killed again and again, until it outlives its moment.
        migrations += 1
        destination = tmp_path / f"killed {migrations}"
        while not _survives(large, destination, moments.uniform(0, duration) if kills < wanted else None, options):
            kills += 1
        assert tree_of(destination, OWN) == tree
        assert _rows(read_ledger(destination)) == rows
        assert not (destination / ".couloir" / "tmp").exists()
    assert kills == wanted
