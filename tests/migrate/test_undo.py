"""Undoing a migration: what nobody has changed goes, what may be work or a last copy stays and is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from couloir.aperture.library import Library
from couloir.lightroom.embed import extract
from couloir.migrate.files.originals import hash_file
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import UNDONE, State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.options import MigrationOptions, OriginalsMode, VersionsMode
from couloir.migrate.run import LEDGER, migrating, open_ledger
from couloir.migrate.undo.undo import LEFT, Undoing, _Work, undo_migration
from couloir.migrate.verify import verify

OWN = (".couloir", "couloir-report")


@dataclass(frozen=True)
class Case:
    """A library, a migration of it, and where the disks of its originals are."""

    library: Path
    out: Path
    volumes: dict[str, Path]

    def undo(self, *, dry_run: bool = False) -> Undoing:
        with Library.open(self.library, self.volumes) as library:
            if dry_run:
                with Ledger.open_to_read(self.out / LEDGER) as ledger:
                    return undo_migration(library, ledger, self.out, dry_run=True)
            with open_ledger(library, self.out) as ledger:
                return undo_migration(library, ledger, self.out)

    def rows(self, kind: Kind) -> list[Row]:
        with Ledger.open_to_read(self.out / LEDGER) as ledger:
            return [entry.row for entry in ledger.entries(kind)]

    def written(self, suffix: str) -> list[Row]:
        """The rows of originals whose copy has this suffix and Couloir's XMP in it."""
        rows = [row for row in self.rows(Kind.MASTER) if str(row.detail.get("path")).lower().endswith(suffix)]
        return [row for row in rows if row.detail["hash"] != row.detail["original"]]

    def original(self, uuid: str) -> Path:
        with Library.open(self.library, self.volumes) as library:
            master = library.master(uuid)
            assert master is not None
            path = library.original(master).path
        assert path is not None
        return path


@pytest.fixture(scope="module")
def _migrated(_small: Any, tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("undo")
    shutil.copytree(_small.path.parent, folder / "source")
    volumes = {name: folder / "source" / "Volumes" / name for name in _small.volumes}
    case = Case(folder / "source" / _small.path.name, folder / "out", volumes)
    with Library.open(case.library, volumes) as library:
        chosen = MigrationOptions(versions=VersionsMode.CLONE, pictures=False)
        with migrating(library, case.out, chosen):
            pass
    return case


@pytest.fixture
def case(_migrated: Case, tmp_path: Path) -> Case:
    shutil.copytree(_migrated.library.parent, tmp_path / "source")
    shutil.copytree(_migrated.out, tmp_path / "out")
    volumes = {name: tmp_path / "source" / "Volumes" / name for name in _migrated.volumes}
    return Case(tmp_path / "source" / _migrated.library.name, tmp_path / "out", volumes)


def test_all_goes_but_the_ledger_which_balances_and_a_second_run_does_nothing(
    case: Case, tree_of: Callable[..., dict[str, str]]
) -> None:
    library, before = tree_of(case.library.parent), tree_of(case.out, without=OWN)
    files = sum(content != "/" for content in before.values())
    planned = case.undo(dry_run=True)
    assert tree_of(case.out, without=OWN) == before
    result = case.undo()
    assert (result.left, result.failed) == ([], [])
    assert (result.removed, result.freed) == (planned.removed, planned.freed) == (files, planned.freed)
    assert [path.name for path in case.out.iterdir()] == [".couloir"]
    assert tree_of(case.library.parent) == library
    assert all(line.balances for line in result.balance)
    for kind in (Kind.MASTER, Kind.VERSION, Kind.OPERATION, Kind.KEYWORD, Kind.PROJECT, Kind.FOLDER):
        assert State.DONE not in {row.state for row in case.rows(kind)}, kind
    assert verify(case.out, case.volumes).problems == []
    again = case.undo()
    assert (again.removed, again.folders, again.left) == (0, 0, [])
    with Library.open(case.library, case.volumes) as opened:
        chosen = MigrationOptions(versions=VersionsMode.CLONE, pictures=False)
        with migrating(opened, case.out, chosen):
            pass
    assert tree_of(case.out, without=OWN) == before


def test_a_stop_at_any_photo_ends_as_an_undo_without_one(
    case: Case, monkeypatch: pytest.MonkeyPatch, tree_of: Callable[..., dict[str, str]]
) -> None:
    """Stopped between a photo's files and its row, the moment that matters."""
    entering, calls = _Work._enter, 0

    def stop(*arguments: Any, **named: Any) -> None:
        nonlocal calls
        calls += 1
        if calls in (1, 4, 9):
            raise KeyboardInterrupt
        entering(*arguments, **named)

    monkeypatch.setattr(_Work, "_enter", stop)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            case.undo()
    result = case.undo()
    assert (result.left, result.failed) == ([], [])
    assert tree_of(case.out, without=OWN) == {}
    assert all(line.balances for line in result.balance)
    assert State.DONE not in {row.state for row in case.rows(Kind.MASTER)}


def test_what_was_changed_since_stays_with_what_belongs_to_it_and_is_named(case: Case) -> None:
    saved = next(row for row in case.rows(Kind.VERSION) if row.detail.get("sidecar"))
    sidecar, raw = (case.out / str(saved.detail[name]) for name in ("sidecar", "path"))
    sidecar.write_bytes(sidecar.read_bytes() + b"<!-- mine -->")
    altered = case.out / str(case.written(".jpg")[0].detail["path"])
    altered.write_bytes(altered.read_bytes() + b"mine")
    mine = altered.parent / "notes.txt"
    mine.write_text("mine")
    result = case.undo()
    assert {each.path for each in result.left} == {str(saved.detail["sidecar"]), str(altered.relative_to(case.out))}
    assert all(each.why for each in result.left)
    assert all(path.exists() for path in (sidecar, raw, altered, mine))
    assert all(line.balances for line in result.balance)
    with Ledger.open_to_read(case.out / LEDGER) as ledger:
        assert len([finding for finding in ledger.findings() if finding.code == LEFT]) == 2
    again = case.undo()
    assert (again.removed, len(again.left)) == (0, 2)


def test_the_last_copy_of_an_original_is_never_removed(case: Case) -> None:
    gone, other = case.written(".jpg")[:2]
    case.original(gone.uuid).unlink()
    original = case.original(other.uuid)
    original.write_bytes(original.read_bytes()[:-1] + b"?")
    result = case.undo()
    kept = {each.uuid: each for each in result.left}
    for row in (gone, other):
        copy = case.out / str(row.detail["path"])
        assert hash_file(copy) == row.detail["original"], "it has the bytes that were copied"
        assert extract(copy) is None
        assert "may be the last copy" in next(each.why for each in kept.values() if each.path == row.detail["path"])
    assert result.restored == 2
    assert verify(case.out, case.volumes).problems == []
    again = case.undo()
    assert (again.removed, again.restored, len(again.left)) == (0, 0, 2)


def test_a_library_that_uses_the_copy_as_its_original_keeps_it(case: Case) -> None:
    row = case.written(".jpg")[0]
    original, copy = case.original(row.uuid), case.out / str(row.detail["path"])
    original.unlink()
    original.symlink_to(copy)
    case.undo()
    assert copy.exists()


def test_what_lightroom_has_stays_until_it_is_removed_there(case: Case) -> None:
    row = next(row for row in case.rows(Kind.MASTER) if row.detail.get("path"))
    taken = "INSERT INTO handover VALUES ('version', 'v', 'v', ?, 1, 0, 1, 'done', '{}')"
    with Library.open(case.library, case.volumes) as library, open_ledger(library, case.out) as ledger:
        ledger.connection.execute(taken, (row.uuid,))
    result = case.undo()
    assert (case.out / str(row.detail["path"])).exists()
    assert all("Lightroom" in each.why for each in result.left)
    assert result.left


def test_sidecars_beside_originals_that_stayed_are_removed_alone(
    case: Case, tmp_path: Path, tree_of: Callable[..., dict[str, str]]
) -> None:
    before = tree_of(case.library.parent)
    beside = Case(case.library, tmp_path / "beside", case.volumes)
    with Library.open(case.library, case.volumes) as library:
        chosen = MigrationOptions(originals=OriginalsMode.REFERENCE, pictures=False)
        with migrating(library, beside.out, chosen):
            pass
    assert tree_of(case.library.parent) != before, "sidecars lie beside referenced RAW files"
    result = beside.undo()
    assert result.removed > 0
    assert tree_of(case.library.parent) == before
    assert {row.reason for row in beside.rows(Kind.VERSION) if row.state is State.SKIPPED} >= {UNDONE}
