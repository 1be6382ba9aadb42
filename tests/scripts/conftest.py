"""Sample libraries that several test modules read: built once for each run, never written to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from sample_library import Manifest, build_library


@dataclass(frozen=True)
class Built:
    """A generated library, its manifest, and where its referenced originals are."""

    path: Path
    manifest: Manifest
    references: Path

    @property
    def databases(self) -> Path:
        return self.path / "Database" / "apdb"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A sound library of 90 masters with tiny pictures: it has every case of the generator's list."""
    folder = tmp_path_factory.mktemp("sample")
    manifest = build_library(folder / "Sound.aplibrary", masters=90, references=folder / "Volumes")
    return Built(folder / "Sound.aplibrary", manifest, folder / "Volumes")


@pytest.fixture(scope="session")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A library of 120 masters with every anomaly."""
    folder = tmp_path_factory.mktemp("spoilt")
    manifest = build_library(
        folder / "Spoilt.aplibrary", masters=120, seed=2, anomalies=["all"], references=folder / "Volumes"
    )
    return Built(folder / "Spoilt.aplibrary", manifest, folder / "Volumes")


@pytest.fixture(scope="session")
def photographed(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Three masters with photographs of a real size, previews and thumbnails."""
    folder = tmp_path_factory.mktemp("photographed")
    manifest = build_library(folder / "Real.aplibrary", masters=3, pictures="real")
    return Built(folder / "Real.aplibrary", manifest, folder / "Volumes")
