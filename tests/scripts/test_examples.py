"""Property tests try the same examples in every run, and others, many more, only when asked to explore."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
PROPERTY = """
from hypothesis import given, settings
from hypothesis import strategies as st


@settings(max_examples=5)
@given(st.integers())
def test_property(number):
    with open("tried", "a") as file:
        file.write(f"{number} ")
"""


@pytest.fixture
def tried(tmp_path: Path) -> Callable[..., list[str]]:
    """The examples that one run of a property test in a folder of its own tries."""
    (tmp_path / "conftest.py").write_text((PROJECT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    (tmp_path / "test_it.py").write_text(PROPERTY)

    def run(*options: str, **environment: str) -> list[str]:
        (tmp_path / "tried").write_text("")
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "test_it.py"],
            cwd=tmp_path,
            env={**os.environ, "COULOIR_EXAMPLES": "1", **environment},
            check=True,
            capture_output=True,
        )
        return (tmp_path / "tried").read_text().split()

    return run


def test_two_runs_try_the_same_examples(tried: Callable[..., list[str]]) -> None:
    first = tried()
    assert len(first) == 5
    assert tried() == first


def test_exploring_tries_many_more(tried: Callable[..., list[str]]) -> None:
    explored = tried("--hypothesis-profile", "explore", COULOIR_EXAMPLES="20")
    assert 90 <= len(explored) <= 100
