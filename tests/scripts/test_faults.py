"""The trials of single failing system calls: each call fails as stated, and the trial notices bad outcomes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from couloir.destinations.every import DOORS

PROJECT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("gcc") is None, reason="system calls are caught on Linux, with gcc"
)


def test_a_few_trials_leave_nothing_wrong_and_say_what_they_tried(tmp_path: Path) -> None:
    command = [sys.executable, PROJECT / "scripts" / "faults.py", "--trials", "4", "--json", tmp_path / "rows.json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "faults: 4 trials" in ran.stdout
    rows = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    assert [row["name"].partition(":")[0] for row in rows] == ["seed 1", "seed 2", "seed 3", "seed 4"]
    assert all("call 0 " not in row["name"] and row["holds"] for row in rows)
    assert {row["value"] for row in rows} != {0}, "no fault was met"


@pytest.mark.soak
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("door", [door.name for door in DOORS.values() if not door.in_xmp])
def test_a_death_at_any_moment_of_a_migration_for_another_program_leaves_nothing_wrong(door: str) -> None:
    command = [sys.executable, PROJECT / "scripts" / "faults.py", "--for", door, "--deaths", "--trials", "25"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "25 killed" in ran.stdout
