"""Fixtures that all tests share: real sample files, programs that may be missing, and a count of what was skipped."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says nothing about behaviour: on a busy computer both limits fail sound tests.
settings.register_profile("couloir", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("couloir")

PROJECT = Path(__file__).resolve().parent.parent


def _sample_root() -> Path | None:
    """The real files lie beside the project, or where COULOIR_SAMPLES says."""
    named = os.environ.get("COULOIR_SAMPLES")
    candidates = [Path(named)] if named else [PROJECT.parent / "shared" / "samples"]
    return next((c for c in candidates if c.is_dir()), None)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real sample files; the test is skipped, and counted, where it is absent."""
    root = _sample_root()
    if root is None:
        pytest.skip("real sample files are absent (set COULOIR_SAMPLES)")
    return root


@pytest.fixture(scope="session")
def real_library(samples: Path) -> Path:
    """A real iPhoto 9.6.1 library, the same database (110/226) as Aperture 3.6's. Never written to."""
    return samples / "iphoto-9.6.1" / "Test-iPhoto-9.6.1.photolibrary"


@pytest.fixture(scope="session")
def aperture_library(samples: Path) -> Path:
    """A real library of Aperture 3.1.2 (110/119), which marks no version as shown. Never written to."""
    return samples / "aperture-3.1" / "test_library.aplibrary"


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """Path of a program that is not a Python package; skips the test where it is not installed."""

    def find(name: str) -> str:
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"{name} is not installed")
        return found

    return find


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Leaves the reasons of all skips where scripts/test.py finds them, so that a skip is never quiet."""
    destination = os.environ.get("COULOIR_SKIPS")
    if destination:
        skipped = terminalreporter.stats.get("skipped", [])
        reasons = [str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped]
        Path(destination).write_text(json.dumps(reasons), encoding="utf-8")
