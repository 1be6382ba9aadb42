"""Runs the real command line in a process of its own, as a user does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def couloir() -> Callable[..., subprocess.CompletedProcess[str]]:
    """`couloir(*arguments)`: exit code, stdout and stderr of the command line."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "couloir", *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": str(PROJECT / "daemon"), "PYTHONIOENCODING": "utf-8"},
            check=False,
        )

    return run
