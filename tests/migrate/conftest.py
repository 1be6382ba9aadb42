"""Libraries to migrate, built once for each run, and a migration with everything that tests ask about it."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from couloir.aperture.library import Library
from couloir.aperture.model import Finding
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.rows import Entry, Kind, Row
from couloir.migrate.options import MigrationOptions
from couloir.migrate.report.report import Report, write_report
from couloir.migrate.run import LEDGER, Outcome, migrating
from sample_library import Manifest, build_library


@dataclass(frozen=True)
class Source:
    """A library and where the disks of its referenced originals are."""

    path: Path
    volumes: Mapping[str, Path] = field(default_factory=dict)
    manifest: Manifest | None = None

    @property
    def database(self) -> Path:
        return self.path / "Database" / "apdb" / "Library.apdb"

    def ask(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of the library's own database, past every reader of ours."""
        address = f"{self.database.as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            return connection.execute(sql, values).fetchall()

    def change(self, sql: str, *values: object) -> None:
        with closing(sqlite3.connect(self.database)) as connection, connection:
            assert connection.execute(sql, values).rowcount > 0


@dataclass(frozen=True)
class Result:
    """One run: its outcome, every row of the ledger after it, its findings."""

    outcome: Outcome
    entries: list[Entry]
    findings: list[Finding]
    report: Report | None = None

    def row(self, kind: Kind, uuid: str) -> Row:
        [row] = [e.row for e in self.entries if e.row.kind is kind and e.row.uuid == uuid]
        return row

    def rows(self, kind: Kind) -> list[Row]:
        return [e.row for e in self.entries if e.row.kind is kind]

    def codes(self, kind: Kind) -> Counter[str]:
        return Counter(row.reason.code for row in self.rows(kind))

    @property
    def items(self) -> list[Row]:
        """All that the ledger knows but the number of the run."""
        return [entry.row for entry in self.entries]


def _built(folder: Path, **arguments: object) -> Source:
    references = folder / "Volumes"
    manifest = build_library(folder / "Sample.aplibrary", references=references, **arguments)  # type: ignore[arg-type]
    volumes = {place.name: place for place in references.iterdir()} if references.exists() else {}
    return Source(folder / "Sample.aplibrary", volumes, manifest)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """90 masters with every case of the generator."""
    return _built(tmp_path_factory.mktemp("sound"), masters=90)


@pytest.fixture(scope="session")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """120 masters with every anomaly."""
    return _built(tmp_path_factory.mktemp("spoilt"), masters=120, seed=2, anomalies=["all"])


@pytest.fixture(scope="session")
def photographed(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """12 masters with photographs of a real size and previews drawn with their adjustments."""
    return _built(tmp_path_factory.mktemp("photographed"), masters=12, pictures="real")


@pytest.fixture(scope="session")
def _small(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return _built(tmp_path_factory.mktemp("small"), masters=24)


@pytest.fixture
def small(_small: Source, tmp_path: Path) -> Source:
    """A copy of a library of 24 masters, for tests that change it."""
    copy = tmp_path / "source"
    shutil.copytree(_small.path.parent, copy)
    volumes = {name: copy / "Volumes" / name for name in _small.volumes}
    return Source(copy / _small.path.name, volumes, _small.manifest)


@pytest.fixture(scope="session")
def source_at() -> Callable[[Path], Source]:
    """A library that a test has made itself."""
    return Source


@pytest.fixture(scope="session")
def real(real_library: Path) -> Source:
    """The real iPhoto library."""
    return Source(real_library)


@pytest.fixture(scope="session")
def migrate() -> Callable[..., Result]:
    """`migrate(source, destination, only_project=..., ...)`: one run, then everything about it. `pictures` is for the
    report; without `looks` no picture is decoded, which halves what a migration costs.
    """

    def run(
        source: Source, destination: Path, *, pictures: int | None = None, looks: bool = True, **options: object
    ) -> Result:
        chosen = MigrationOptions(pictures=looks, **options)  # type: ignore[arg-type]
        with (
            Library.open(source.path, source.volumes) as library,
            migrating(library, destination, chosen) as (outcome, ledger),
        ):
            report = None if pictures is None else write_report(library, ledger, destination, pictures)
            return Result(outcome, list(ledger.entries()), list(ledger.findings()), report)

    return run


@pytest.fixture(scope="session")
def read_ledger() -> Callable[[Path], list[Entry]]:
    """All rows that the ledger of a destination holds."""

    def read(destination: Path) -> list[Entry]:
        with Ledger.open_to_read(destination / LEDGER) as ledger:
            return list(ledger.entries())

    return read


@pytest.fixture(scope="session")
def tree_of() -> Callable[..., dict[str, str]]:
    """Everything below a folder: relative path to content's hash, "/" for a folder. `without` names top folders."""

    def tree(root: Path, without: tuple[str, ...] = ()) -> dict[str, str]:
        found = {}
        for path in sorted(root.rglob("*")):
            relative = path.relative_to(root)
            if relative.parts[0] not in without:
                content = "/" if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()
                found[relative.as_posix()] = content
        return found

    return tree
