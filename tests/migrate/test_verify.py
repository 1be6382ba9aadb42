"""Verify names everything that differs from the ledger, and changes nothing."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from couloir.errors import NotAMigration
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.options import OriginalsMode
from couloir.migrate.run import LEDGER
from couloir.migrate.verify import Verification, verify

if TYPE_CHECKING:
    from conftest import Result, Source

Migrate = Callable[..., "Result"]


@dataclass(frozen=True)
class Migrated:
    source: Source
    folder: Path
    result: Result

    def check(self) -> Verification:
        return verify(self.folder, self.source.volumes)

    def row(self, *, sidecar: bool) -> Row:
        """A version that was written with (or without) a sidecar."""
        return next(
            row
            for row in self.result.rows(Kind.VERSION)
            if row.state is State.DONE and bool(row.detail.get("sidecar")) == sidecar and row.detail.get("settings")
        )

    def edit(self, sql: str, *values: object) -> None:
        with closing(sqlite3.connect(self.folder / LEDGER)) as connection, connection:
            before = connection.total_changes
            connection.execute(sql, values)
            assert connection.total_changes > before


@pytest.fixture
def migrated(small: Source, migrate: Migrate, tmp_path: Path) -> Migrated:
    return Migrated(small, tmp_path / "out", migrate(small, tmp_path / "out"))


def _problems(found: Verification) -> set[tuple[str, str]]:
    return {(problem.path, problem.what) for problem in found.problems}


def test_what_was_just_written_has_no_problem(migrated: Migrated) -> None:
    found = migrated.check()
    assert found.problems == []
    assert found.notes == []
    done = {line.kind: line.done for line in migrated.result.outcome.balance}
    assert found.checked == sum(done[k] for k in (Kind.FOLDER, Kind.PROJECT, Kind.MASTER, Kind.VERSION)) > 20


def test_looking_changes_nothing(migrated: Migrated, tree_of: Callable[[Path], dict[str, str]]) -> None:
    before = tree_of(migrated.folder)
    migrated.check()
    assert tree_of(migrated.folder) == before


def test_a_read_only_destination_can_be_verified(migrated: Migrated, tree_of: Callable[[Path], dict[str, str]]) -> None:
    everything = [migrated.folder, *migrated.folder.rglob("*")]
    for path in everything:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert migrated.check().problems == []
    finally:
        for path in everything:
            path.chmod(0o755)


@pytest.mark.parametrize("sidecar", [False, True])
def test_a_missing_file_is_named_once(migrated: Migrated, sidecar: bool) -> None:
    path = str(migrated.row(sidecar=sidecar).detail["path"])
    (migrated.folder / path).unlink()
    found = migrated.check()
    assert [(problem.path, problem.what) for problem in found.problems] == [(path, "it is missing")]


def test_a_missing_sidecar_is_named(migrated: Migrated) -> None:
    path = str(migrated.row(sidecar=True).detail["sidecar"])
    (migrated.folder / path).unlink()
    assert _problems(migrated.check()) == {(path, "it is missing")}


def test_the_sidecar_of_a_pairs_other_half_is_checked_too(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    # The photographer chose the JPEG of this pair, so the RAW file is the other half.
    [[raw, jpeg]] = small.ask("SELECT uuid, alternateMasterUuid FROM RKMaster WHERE fileName = 'IMG_0005.CR2'")
    small.change("UPDATE RKVersion SET masterUuid = ? WHERE masterUuid = ?", jpeg, raw)
    result = migrate(small, tmp_path / "out")
    half = result.row(Kind.MASTER, str(raw))
    assert half.reason.code == "carried.pair"
    assert verify(tmp_path / "out", small.volumes).problems == []
    sidecar = tmp_path / "out" / str(half.detail["sidecar"])
    sidecar.write_bytes(b"changed")
    problems = _problems(verify(tmp_path / "out", small.volumes))
    assert problems == {(str(half.detail["sidecar"]), "it has changed since it was written")}


@pytest.mark.parametrize("place", [0, 0.5, -1])
def test_one_changed_byte_is_found(migrated: Migrated, place: float) -> None:
    path = str(migrated.row(sidecar=False).detail["path"])
    content = bytearray((migrated.folder / path).read_bytes())
    content[-1 if place < 0 else int(len(content) * place)] ^= 1
    (migrated.folder / path).write_bytes(content)
    assert (path, "it has changed since it was written") in _problems(migrated.check())


def test_a_changed_setting_in_a_sidecar_is_named(migrated: Migrated) -> None:
    row = next(
        row
        for row in migrated.result.rows(Kind.VERSION)
        if row.detail.get("sidecar") and "Exposure2012" in row.detail.get("settings", {})  # type: ignore[operator]
    )
    path = str(row.detail["sidecar"])
    text = (migrated.folder / path).read_text(encoding="utf-8")
    before, after = text.split("crs:Exposure2012", 1)
    changed = f"{before}crs:Exposure2012{after.replace('0', '1', 1)}"
    assert changed != text
    (migrated.folder / path).write_text(changed, encoding="utf-8")
    assert (path, "it has changed since it was written") in _problems(migrated.check())
    assert any("settings differ" in what and "Exposure2012" in what for _, what in _problems(migrated.check()))


def test_an_edited_setting_in_the_ledger_is_named(migrated: Migrated) -> None:
    row = migrated.row(sidecar=False)
    settings = dict(row.detail["settings"])  # type: ignore[call-overload]
    settings["Exposure2012"] = 4.25
    detail = json.dumps({**row.detail, "settings": settings})
    migrated.edit("UPDATE item SET detail = ? WHERE kind = 'version' AND uuid = ?", detail, row.uuid)
    assert _problems(migrated.check()) == {
        (str(row.detail["path"]), "its settings differ from the ledger's: Exposure2012")
    }


def test_impossible_settings_in_the_ledger_are_named(migrated: Migrated) -> None:
    row = migrated.row(sidecar=False)
    for settings in ({"Exposure2012": 99.0}, {"Exposure2012": "much"}, {"Nonsense": 1}):
        detail = json.dumps({**row.detail, "settings": settings})
        migrated.edit("UPDATE item SET detail = ? WHERE kind = 'version' AND uuid = ?", detail, row.uuid)
        [problem] = migrated.check().problems
        assert problem.uuid == row.uuid


def test_a_lost_row_of_the_ledger_is_found_by_the_balance(migrated: Migrated) -> None:
    migrated.edit("DELETE FROM item WHERE kind = 'version' AND uuid = ?", migrated.row(sidecar=False).uuid)
    [problem] = migrated.check().problems
    assert problem.kind == "version"
    assert "accounted for" in problem.what


def test_another_versions_file_in_this_ones_place_is_named(migrated: Migrated) -> None:
    paths = [
        str(row.detail["path"])
        for row in migrated.result.rows(Kind.VERSION)
        if row.state is State.DONE and str(row.detail.get("path", "")).lower().endswith(".jpg")
    ]
    shutil.copyfile(migrated.folder / paths[1], migrated.folder / paths[0])
    problems = _problems(migrated.check())
    assert (paths[0], "its XMP is not the one that Couloir wrote for this version") in problems


def test_a_run_that_did_not_end_is_a_problem(migrated: Migrated) -> None:
    migrated.edit("UPDATE run SET finished = NULL")
    assert ("", "the last run did not finish; run `couloir migrate` again") in _problems(migrated.check())


def test_a_missing_folder_is_named(migrated: Migrated) -> None:
    empty = next(p for p in migrated.folder.rglob("*") if p.is_dir() and not list(p.iterdir()))
    empty.rmdir()
    path = empty.relative_to(migrated.folder).as_posix()
    assert _problems(migrated.check()) == {(path, "its folder is missing")}


def test_a_library_that_grew_is_a_problem(migrated: Migrated) -> None:
    migrated.source.change(
        "INSERT INTO RKKeyword (modelId, uuid, name) SELECT max(modelId) + 1, 'new', 'New' FROM RKKeyword"
    )
    [problem] = migrated.check().problems
    assert problem.kind == "keyword"
    assert "the library has" in problem.what


def test_a_library_that_is_gone_is_a_note_and_no_problem(migrated: Migrated) -> None:
    shutil.rmtree(migrated.source.path)
    found = migrated.check()
    assert found.problems == []
    assert len(found.notes) == 1
    assert "could not be compared" in found.notes[0]


def test_another_library_in_its_place_is_a_note(migrated: Migrated, spoilt: Source) -> None:
    shutil.rmtree(migrated.source.path)
    shutil.copytree(spoilt.path, migrated.source.path)
    found = migrated.check()
    assert found.problems == []
    assert "Another library" in found.notes[0]


def test_sidecars_beside_originals_that_stay_are_checked(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    result = migrate(small, tmp_path / "out", originals=OriginalsMode.REFERENCE)
    assert verify(tmp_path / "out", small.volumes).problems == []
    row = next(row for row in result.rows(Kind.VERSION) if row.detail.get("sidecar"))
    Path(str(row.detail["sidecar"])).unlink()
    [problem] = verify(tmp_path / "out", small.volumes).problems
    assert (problem.path, problem.what) == (row.detail["sidecar"], "it is missing")


def test_a_folder_without_a_ledger_is_no_migration(tmp_path: Path) -> None:
    with pytest.raises(NotAMigration):
        verify(tmp_path)
    with pytest.raises(NotAMigration):
        verify(tmp_path / "nowhere")


def test_progress_ends_with_what_was_checked(migrated: Migrated) -> None:
    seen: list[tuple[int, int]] = []
    found = verify(migrated.folder, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (found.checked, found.checked)
