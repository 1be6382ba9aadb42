"""For a program whose settings files hold several versions, all versions of a photo are in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from couloir.aperture.library import Library
from couloir.cli.main import main
from couloir.destinations.capture_one.settings_file import SettingsFile, read_settings_file, variant_uuid
from couloir.destinations.every import DOORS
from couloir.migrate.beside import place
from couloir.migrate.changes import CODE
from couloir.migrate.files.originals import move_into_place
from couloir.migrate.ledger.reasons import DUPLICATE, WRITTEN_TOGETHER, State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.options import VersionsMode
from couloir.migrate.run import open_ledger
from couloir.migrate.undo.undo import undo_migration
from couloir.migrate.verify import verify

OWN = (".couloir", "couloir-report")
Carry = Callable[[Path], Any]


@pytest.fixture
def carry(small: Any, migrate: Callable[..., Any]) -> Carry:
    """Migrates a library of 24 masters for Capture One."""
    door, mode = DOORS["capture-one"], VersionsMode.TOGETHER
    return lambda out: migrate(small, out, looks=False, door=door, versions=mode)


def _read(out: Path, row: Row) -> SettingsFile:
    [beside] = row.detail["beside"]  # type: ignore[misc]
    return read_settings_file((out / beside["path"]).read_bytes(), "a.cos")


def _extras(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.reason.code == WRITTEN_TOGETHER.code]


def _mains(small: Any, rows: list[Row]) -> Mapping[str, Row]:
    """The row of the version that a photo's file carries, by the uuid of a further version."""
    with Library.open(small.path, small.volumes) as library:
        master_of = {version.uuid: version.master_uuid for version in library.versions()}
    carried = {master_of[row.uuid]: row for row in rows if row.detail.get("path") and row.state is State.DONE}
    return {row.uuid: carried[master_of[row.uuid]] for row in _extras(rows)}


def test_every_version_is_a_variant_of_its_photo(
    carry: Carry, small: Any, tmp_path: Path, tree_of: Callable[..., dict[str, str]]
) -> None:
    carried = carry(tmp_path / "out")
    rows = carried.rows(Kind.VERSION)
    extras, mains = _extras(rows), _mains(small, rows)
    assert len(extras) >= 2
    for extra in extras:
        main_row = mains[extra.uuid]
        assert extra.detail["beside"] == main_row.detail["beside"]
        uuids = [variant.uuid for variant in _read(tmp_path / "out", extra).variants]
        assert uuids[0] == variant_uuid(main_row.uuid)
        assert variant_uuid(extra.uuid) in uuids[1:]
    assert carried.outcome.balances
    assert not list((tmp_path / "out").rglob("*(Version 2)*"))
    found = verify(tmp_path / "out", small.volumes)
    assert (found.problems, found.changed) == ([], [])
    written = tree_of(tmp_path / "out", OWN)
    assert carry(tmp_path / "out").items == carried.items
    assert tree_of(tmp_path / "out", OWN) == written


def test_a_change_of_one_version_is_written_for_all(carry: Carry, small: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    extra = _extras(carry(out).rows(Kind.VERSION))[0]
    before = {variant.uuid: variant.rating for variant in _read(out, extra).variants}
    own = variant_uuid(extra.uuid)
    rating = 2 if before[own] != 2 else 4
    small.change("UPDATE RKVersion SET mainRating = ? WHERE uuid = ?", rating, extra.uuid)
    again = carry(out)
    after = {variant.uuid: variant.rating for variant in _read(out, again.row(Kind.VERSION, extra.uuid)).variants}
    assert after == {**before, own: rating}
    again_extra = again.row(Kind.VERSION, extra.uuid)
    assert _mains(small, again.rows(Kind.VERSION))[extra.uuid].detail["beside"] == again_extra.detail["beside"]
    found = verify(out, small.volumes)
    assert (found.problems, found.changed) == ([], [])
    assert carry(out).items == again.items


def test_what_capture_one_has_saved_since_stays(carry: Carry, small: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    extra = _extras(carry(out).rows(Kind.VERSION))[0]
    [beside] = extra.detail["beside"]  # type: ignore[misc]
    (out / beside["path"]).write_bytes(b"saved by Capture One")
    small.change("UPDATE RKVersion SET mainRating = 5 - mainRating WHERE uuid = ?", extra.uuid)
    again = carry(out)
    assert (out / beside["path"]).read_bytes() == b"saved by Capture One"
    assert again.outcome.balances
    assert extra.uuid in {finding.item for finding in again.findings if finding.code == CODE}
    assert [changed.path for changed in verify(out, small.volumes).changed] != []


def test_a_stop_between_two_versions_leaves_the_same_files(
    carry: Carry, tmp_path: Path, tree_of: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = carry(tmp_path / "whole")
    for moment in (2, 7):
        moved = 0

        def stop(temporary: Path, target: Path, last: int = moment) -> None:
            nonlocal moved
            moved += 1
            move_into_place(temporary, target)
            if moved == last:  # in place, and in no ledger yet
                raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(place, "move_into_place", stop)
            with pytest.raises(KeyboardInterrupt):
                carry(tmp_path / "out")
    assert carry(tmp_path / "out").items == whole.items
    assert tree_of(tmp_path / "out", OWN) == tree_of(tmp_path / "whole", OWN)


def test_undo_removes_the_shared_files_once(carry: Carry, small: Any, tmp_path: Path) -> None:
    carry(tmp_path / "out")
    with Library.open(small.path, small.volumes) as library, open_ledger(library, tmp_path / "out") as ledger:
        result = undo_migration(library, ledger, tmp_path / "out")
    assert (result.left, result.failed) == ([], [])
    assert not list((tmp_path / "out").rglob("*.cos"))


def test_a_version_that_has_a_file_of_its_own_keeps_it(
    carry: Carry, small: Any, migrate: Callable[..., Any], tmp_path: Path
) -> None:
    first = migrate(small, tmp_path / "out", looks=False, door=DOORS["capture-one"], versions=VersionsMode.CLONE)
    assert carry(tmp_path / "out").items == first.items


def test_a_photo_that_changed_moves_to_the_settings_folder_of_another_engine(
    carry: Carry, small: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    extra = _extras(carry(out).rows(Kind.VERSION))[0]
    [beside] = extra.detail["beside"]  # type: ignore[misc]
    small.change("UPDATE RKVersion SET mainRating = 5 - mainRating WHERE uuid = ?", extra.uuid)
    arguments = ["migrate", str(small.path), "--to", str(out), "--no-pictures", "--pictures", "0", "--engine", "153"]
    for name, volume in small.volumes.items():
        arguments += ["--volume", f"{name}={volume}"]
    with pytest.raises(SystemExit) as refused:
        main([*arguments, "--for", "dxo"])
    assert refused.value.code == 2
    with pytest.raises(SystemExit):
        main([*arguments, "--for", "capture-one"])
    capsys.readouterr()
    old = out / beside["path"]
    assert not old.exists()
    assert (old.parent.parent / "Settings153" / old.name).is_file()
    assert len(list(out.rglob("Settings153/*.cos"))) == 1
    assert verify(out, small.volumes).problems == []


def test_a_program_whose_files_hold_one_version_does_not_take_them_together(
    small: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["migrate", str(small.path), "--to", str(tmp_path / "out"), "--for", "photos", "--versions", "together"]
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "--versions clone" in capsys.readouterr().err


def test_a_second_record_with_a_versions_uuid_changes_nothing(carry: Carry, small: Any, tmp_path: Path) -> None:
    before = carry(tmp_path / "before").rows(Kind.VERSION)
    mains = {row.uuid for row in _mains(small, before).values()}
    with Library.open(small.path, small.volumes) as library:
        versions = [version for version in library.versions() if version.number == 1]
    plain = [version for version in versions if version.uuid not in mains and not version.operations]
    for first in (version for version in versions if version.uuid in mains):
        later = next((version for version in plain if version.model_id > first.model_id), None)
        if later is not None:
            plain.remove(later)
            sized = "UPDATE RKVersion SET uuid = ?, masterWidth = 3, masterHeight = 700 WHERE modelId = ?"
            small.change(sized, first.uuid, later.model_id)
    carried = carry(tmp_path / "after")
    assert carried.outcome.balances
    assert any(row.reason.code == DUPLICATE.code for row in carried.rows(Kind.VERSION))
    for extra in _extras(before):
        assert carried.row(Kind.VERSION, extra.uuid).detail.get("beside") == extra.detail["beside"]
