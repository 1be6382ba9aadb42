"""Changes made in Aperture between two runs are migrated, or the reason why not is recorded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from couloir.lightroom.embed import extract
from couloir.lightroom.xmp import read_packet
from couloir.migrate import changes
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.options import OriginalsMode

Migrate = Callable[..., object]


def _written(result, placement: str) -> Row:  # type: ignore[no-untyped-def]
    """The first version that carries its look in this way."""
    return next(
        row
        for row in result.rows(Kind.VERSION)
        if row.state is State.DONE and row.detail.get("placement") == placement and row.detail.get("edited")
    )


def _rating_in(file: Path) -> int | None:
    content = file.read_bytes() if file.suffix == ".xmp" else extract(file)
    return read_packet(content or b"", str(file)).metadata.rating


@pytest.mark.parametrize("placement", ["sidecar", "embedded"])
def test_a_rating_changed_in_aperture_is_carried_by_the_next_run(small, migrate, tmp_path, placement):
    row = _written(migrate(small, tmp_path / "to"), placement)
    file = tmp_path / "to" / str(row.detail.get("sidecar") or row.detail["path"])
    wanted = 1 if _rating_in(file) == 4 else 4
    small.change("UPDATE RKVersion SET mainRating = ? WHERE uuid = ?", wanted, row.uuid)

    second = migrate(small, tmp_path / "to")

    assert _rating_in(file) == wanted
    assert second.outcome.balances
    assert second.row(Kind.VERSION, row.uuid).state is State.DONE
    assert not [f for f in second.findings if f.code == changes.CODE]


def test_an_edit_switched_off_in_aperture_changes_the_written_settings(small, migrate, tmp_path):
    row = _written(migrate(small, tmp_path / "to"), "sidecar")
    small.change("UPDATE RKImageAdjustment SET isEnabled = 0 WHERE versionUuid = ?", row.uuid)

    second = migrate(small, tmp_path / "to").row(Kind.VERSION, row.uuid)

    assert second.detail["settings"] != row.detail["settings"]
    assert second.detail["sidecar_hash"] != row.detail["sidecar_hash"]


@pytest.mark.parametrize("placement", ["sidecar", "embedded"])
def test_a_file_changed_in_lightroom_too_is_left_alone_and_what_differs_is_said(small, migrate, tmp_path, placement):
    row = _written(migrate(small, tmp_path / "to"), placement)
    file = tmp_path / "to" / str(row.detail.get("sidecar") or row.detail["path"])
    content = file.read_bytes()
    file.write_bytes(content.replace(b'xmptk="Couloir ', b'xmptk="Another '))
    theirs = file.read_bytes()
    assert theirs != content
    wanted = 1 if _rating_in(file) == 4 else 4
    small.change("UPDATE RKVersion SET mainRating = ? WHERE uuid = ?", wanted, row.uuid)

    second = migrate(small, tmp_path / "to")

    assert file.read_bytes() == theirs
    assert second.outcome.balances
    [said] = [f for f in second.findings if f.code == changes.CODE]
    assert said.item == row.uuid
    assert "rating" in said.message


def test_a_change_that_a_killed_run_had_carried_is_taken_over(small, migrate, tmp_path):
    row = _written(migrate(small, tmp_path / "to"), "embedded")
    ledger = (tmp_path / "to/.couloir/ledger.sqlite3").read_bytes()
    small.change("UPDATE RKVersion SET mainRating = 3 - mainRating % 3 WHERE uuid = ?", row.uuid)
    carried = migrate(small, tmp_path / "to")
    for leftover in ("ledger.sqlite3-wal", "ledger.sqlite3-shm"):
        (tmp_path / "to/.couloir" / leftover).unlink(missing_ok=True)
    (tmp_path / "to/.couloir/ledger.sqlite3").write_bytes(ledger)  # killed before the transaction

    again = migrate(small, tmp_path / "to")

    assert again.row(Kind.VERSION, row.uuid) == carried.row(Kind.VERSION, row.uuid)
    assert not [f for f in again.findings if f.code == changes.CODE]


def test_faces_that_cannot_be_read_any_more_keep_their_rows(small, migrate, tmp_path):
    first = migrate(small, tmp_path / "to")
    assert first.rows(Kind.FACE)
    (small.database.parent / "Faces.db").write_bytes(b"no database at all" * 100)

    second = migrate(small, tmp_path / "to")

    assert second.rows(Kind.FACE) == first.rows(Kind.FACE)
    assert second.outcome.balances


def test_a_file_that_is_gone_is_not_called_already_there_under_other_options(small, migrate, tmp_path):
    row = next(
        row
        for row in migrate(small, tmp_path / "to").rows(Kind.VERSION)
        if row.state is State.DONE and row.detail.get("placement") == "embedded"
    )
    (tmp_path / "to" / str(row.detail["path"])).unlink()

    second = migrate(small, tmp_path / "to", originals=OriginalsMode.REFERENCE)

    assert second.row(Kind.VERSION, row.uuid).state is State.WAITING
    assert second.outcome.balances
