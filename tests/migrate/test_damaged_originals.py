"""Destroyed originals never count as good: in the plan, in the ledger, or in `verify`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from couloir.aperture.library import Library
from couloir.migrate.files.check_originals import CheckDepth
from couloir.migrate.handover.items import WantedVersion
from couloir.migrate.handover.session import handing_over
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.options import OriginalsMode
from couloir.migrate.survey import Survey, survey
from couloir.migrate.verify import verify
from sample_library import build_library

if TYPE_CHECKING:
    from conftest import Result, Source

KINDS = ["empty-original", "half-original", "blank-original", "rewritten-original"]
Migrate = Callable[..., "Result"]


@pytest.fixture(scope="module")
def _damaged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, str]]:
    folder = tmp_path_factory.mktemp("damaged")
    manifest = build_library(folder / "Sample.aplibrary", masters=40, anomalies=KINDS, write_plists=False)
    assert not manifest.not_planted
    return folder / "Sample.aplibrary", {planted.name: planted.item for planted in manifest.anomalies}


@pytest.fixture
def damaged(
    _damaged: tuple[Path, Mapping[str, str]], tmp_path: Path, source_at: Callable[[Path], Source]
) -> tuple[Source, Mapping[str, str]]:
    shutil.copytree(_damaged[0], tmp_path / "Sample.aplibrary", symlinks=True)
    return source_at(tmp_path / "Sample.aplibrary"), _damaged[1]


def _version_of(source: Source, result: Result, master: str) -> Row:
    [(uuid,)] = source.ask("SELECT uuid FROM RKVersion WHERE masterUuid = ? AND versionNumber = 1", master)
    return result.row(Kind.VERSION, str(uuid))


def _surveyed(source: Source, *, decode: bool = False) -> Survey:
    with Library.open(source.path) as library:
        return survey(library, decode=decode)


def test_each_damage_is_in_the_survey(damaged: tuple[Source, Mapping[str, str]]) -> None:
    source, planted = damaged
    found = {each.master_uuid: str(each.doubt.damage) for each in _surveyed(source).damaged}
    assert found == {
        planted["empty-original"]: "empty",
        planted["half-original"]: "cut",
        planted["rewritten-original"]: "changed",
    }


def test_decoding_finds_what_the_size_does_not_tell(damaged: tuple[Source, Mapping[str, str]]) -> None:
    source, planted = damaged
    found = _surveyed(source, decode=True)
    assert {each.master_uuid: str(each.doubt.damage) for each in found.damaged}[planted["blank-original"]] == "blank"
    assert ("original.blank", planted["blank-original"]) in {(f.code, f.item) for f in found.findings}
    assert found.checked[CheckDepth.DECODED] > 20
    assert len(found.damaged) == len(KINDS)  # and nothing that is sound


@pytest.mark.parametrize("mode", list(OriginalsMode))
@pytest.mark.parametrize("dry_run", [True, False])
def test_no_damaged_original_is_done(
    damaged: tuple[Source, Mapping[str, str]], migrate: Migrate, tmp_path: Path, mode: OriginalsMode, *, dry_run: bool
) -> None:
    source, planted = damaged
    result = migrate(source, tmp_path / "out", originals=mode, dry_run=dry_run)
    assert result.outcome.balances
    for name in ("empty-original", "half-original", "blank-original"):
        row = result.row(Kind.MASTER, planted[name])
        if mode is OriginalsMode.REFERENCE and row.reason.code == "original.inside-library":
            continue
        assert row.state is State.FAILED, name
        assert "backup" in row.reason.advice


def test_what_is_left_of_a_cut_original_is_carried_and_said(
    damaged: tuple[Source, Mapping[str, str]], migrate: Migrate, tmp_path: Path
) -> None:
    source, planted = damaged
    result = migrate(source, tmp_path / "out")
    row = _version_of(source, result, planted["half-original"])
    assert (row.state, row.reason.code) == (State.DONE, "original.cut")
    assert "backup" in row.reason.advice
    assert (tmp_path / "out" / str(row.detail["path"])).is_file()
    lost = _version_of(source, result, planted["empty-original"])
    assert (lost.state, lost.reason.code) == (State.FAILED, "original.empty")


def test_a_second_run_keeps_what_was_carried_and_a_mended_original_replaces_it(
    damaged: tuple[Source, Mapping[str, str]], migrate: Migrate, tmp_path: Path, tree_of: Callable[..., dict[str, str]]
) -> None:
    source, planted = damaged
    first = migrate(source, tmp_path / "out")
    before = tree_of(tmp_path / "out", without=(".couloir",))
    assert migrate(source, tmp_path / "out").items == first.items
    assert tree_of(tmp_path / "out", without=(".couloir",)) == before
    for name in ("half-original", "empty-original"):
        _mend(source, planted[name])
    mended = migrate(source, tmp_path / "out")
    for name in ("half-original", "empty-original"):
        assert mended.row(Kind.MASTER, planted[name]).reason.code == "carried"
        assert _version_of(source, mended, planted[name]).reason.code == "written"


def _mend(source: Source, master: str) -> None:
    """The original comes back from a backup: another whole one with the size that the library states for it."""
    [(path,)] = source.ask("SELECT imagePath FROM RKMaster WHERE uuid = ?", master)
    kind = str(path).rpartition(".")[2]
    found = source.ask("SELECT imagePath, fileSize FROM RKMaster WHERE imagePath LIKE ?", f"%.{kind}")
    files = ((source.path / "Masters" / str(path), size) for path, size in found)
    sound = next(
        file for file, size in files if file.is_file() and file.stat().st_size == size and any(file.read_bytes())
    )
    content = sound.read_bytes()
    (source.path / "Masters" / str(path)).write_bytes(content)
    source.change("UPDATE RKMaster SET fileSize = ? WHERE uuid = ?", len(content), master)


def test_verify_is_never_content_with_a_damaged_original(
    damaged: tuple[Source, Mapping[str, str]], migrate: Migrate, tmp_path: Path
) -> None:
    source, planted = damaged
    migrate(source, tmp_path / "out")
    bad = {planted[name] for name in ("empty-original", "half-original", "blank-original")}
    found = verify(tmp_path / "out")
    assert {problem.uuid for problem in found.problems} == bad
    assert all("backup" in problem.what for problem in found.problems)
    assert found.changed_originals == 1
    shutil.rmtree(source.path)
    assert {problem.uuid for problem in verify(tmp_path / "out").problems} == bad


def test_verify_sees_an_original_that_was_destroyed_after_it_was_carried(
    small: Source, migrate: Migrate, tmp_path: Path
) -> None:
    migrate(small, tmp_path / "out")
    [(uuid, path)] = small.ask(
        "SELECT uuid, imagePath FROM RKMaster WHERE NOT fileIsReference AND NOT isInTrash LIMIT 1"
    )
    (small.path / "Masters" / str(path)).write_bytes(b"")
    [problem] = verify(tmp_path / "out", small.volumes).problems
    assert (problem.uuid, "backup" in problem.what) == (uuid, True)


def test_the_plug_in_gets_what_is_left_of_an_original(
    damaged: tuple[Source, Mapping[str, str]], migrate: Migrate, tmp_path: Path
) -> None:
    source, planted = damaged
    result = migrate(source, tmp_path / "out")
    wanted = {name: _version_of(source, result, planted[name]).uuid for name in ("half-original", "empty-original")}
    with handing_over(tmp_path / "out") as handover:
        handover.enqueue(WantedVersion(uuid, planted[name], 1) for name, uuid in wanted.items())
        assert [item.uuid for item in handover.todo(10)] == [wanted["half-original"]]
