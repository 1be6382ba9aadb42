"""Where Lightroom reads no XMP of ours for a photo, the ledger names what will look or read differently."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.options import OriginalsMode, VersionsMode

if TYPE_CHECKING:
    from conftest import Result, Source

Migrate = Callable[..., "Result"]

BACK, TURN = "metadata.comes-back", "rotation.lost"
SHOWN = " AND v.showInLibrary AND NOT v.isInTrash AND NOT v.isHidden AND m.alternateMasterUuid IS NULL"


def _first(source: Source, which: str, number: int = 1) -> str:
    [[uuid], *_] = source.ask(
        f"SELECT v.uuid FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid WHERE v.versionNumber = {number}"
        f" AND {which} {SHOWN} ORDER BY v.modelId"
    )
    return str(uuid)


JPEG = "m.subtype = 'JPGST' AND NOT m.fileIsReference"
HEIC = "lower(m.fileName) LIKE '%.heic' AND NOT m.fileIsReference"


def _set(source: Source, uuid: str, *, original: str, own: str) -> None:
    """Columns of the version, and of Aperture's own record of its original."""
    source.change(f"UPDATE RKVersion SET {own} WHERE uuid = ?", uuid)
    source.change(
        f"UPDATE RKVersion SET {original} WHERE versionNumber = 0 AND masterUuid ="
        " (SELECT masterUuid FROM RKVersion WHERE uuid = ?)",
        uuid,
    )


def _said(result: Result, uuid: str) -> list[str]:
    return [finding.code for finding in result.findings if finding.item == uuid and finding.code in (BACK, TURN)]


HOME = "exifLatitude = 52.5163, exifLongitude = 13.3777"
NOWHERE = "exifLatitude = NULL, exifLongitude = NULL"


@pytest.mark.parametrize(("which", "mode"), [(JPEG, OriginalsMode.REFERENCE), (HEIC, OriginalsMode.COPY)])
def test_a_position_removed_in_aperture_is_told_of_a_file_that_no_xmp_reaches(
    small: Source, migrate: Migrate, tmp_path: Path, which: str, mode: OriginalsMode
) -> None:
    uuid = _first(small, which)
    _set(small, uuid, original=HOME, own=NOWHERE)
    for _ in range(2):  # what a run leaves as it is is told again
        result = migrate(small, tmp_path / "out", originals=mode, pictures=0)
        assert result.row(Kind.VERSION, uuid).state is State.WAITING
        [told] = [finding for finding in result.findings if finding.item == uuid and finding.code == BACK]
        assert "latitude" in told.message
        assert "plug-in" in told.advice
        assert result.outcome.balances
    small.change(f"UPDATE RKVersion SET {HOME} WHERE uuid = ?", uuid)
    assert _said(migrate(small, tmp_path / "out", originals=mode, pictures=0), uuid) == []


@pytest.mark.parametrize(
    ("which", "mode", "turn"),
    [(JPEG, OriginalsMode.REFERENCE, 90), (HEIC, OriginalsMode.COPY, 180), (HEIC, OriginalsMode.REFERENCE, 270)],
)
def test_a_turn_made_in_aperture_is_told_of_a_file_that_no_xmp_reaches(
    small: Source, migrate: Migrate, tmp_path: Path, which: str, mode: OriginalsMode, turn: int
) -> None:
    uuid = _first(small, which)
    _set(small, uuid, original="rotation = 90", own=f"rotation = {(90 + turn) % 360}")
    result = migrate(small, tmp_path / "out", originals=mode, pictures=0)
    [told] = [finding for finding in result.findings if finding.item == uuid and finding.code == TURN]
    assert f"{turn} degrees" in told.message
    assert {90: "Rotate Right.", 180: "twice", 270: "Rotate Left"}[turn] in told.advice


def test_a_second_version_turned_otherwise_than_the_first_is_told(
    small: Source, migrate: Migrate, tmp_path: Path
) -> None:
    second = _first(small, JPEG, number=2)
    _set(small, second, original="rotation = 0", own="rotation = 270")
    plain = migrate(small, tmp_path / "out", pictures=0)
    assert plain.row(Kind.VERSION, second).state is State.WAITING
    assert TURN in _said(plain, second)
    cloned = migrate(small, tmp_path / "cloned", versions=VersionsMode.CLONE, pictures=0)
    assert TURN not in _said(cloned, second), "its own file carries the turn"
    small.change(
        "UPDATE RKVersion SET rotation = 270 WHERE versionNumber > 0 AND masterUuid ="
        " (SELECT masterUuid FROM RKVersion WHERE uuid = ?)",
        second,
    )
    assert TURN not in _said(migrate(small, tmp_path / "alike", pictures=0), second), (
        "a virtual copy has the first one's turn"
    )


def test_nothing_is_said_of_what_carries_its_xmp(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    uuid = _first(small, JPEG)
    _set(small, uuid, original=f"rotation = 0, {HOME}", own=f"rotation = 90, {NOWHERE}")
    result = migrate(small, tmp_path / "out", pictures=0)
    assert result.row(Kind.VERSION, uuid).detail.get("embedded") is True
    assert _said(result, uuid) == []


def test_a_plan_says_of_turned_photos_what_the_run_says(small: Source, migrate: Migrate, tmp_path: Path) -> None:
    uuid = _first(small, JPEG)
    _set(small, uuid, original="rotation = 0", own="rotation = 90")
    for _ in range(2):  # over nothing, and over what the run has written
        planned = migrate(small, tmp_path / "out", originals=OriginalsMode.COPY, dry_run=True)
        assert _said(planned, uuid) == []
        assert planned.row(Kind.VERSION, uuid).detail["embedded"] is True
        assert _said(migrate(small, tmp_path / "out", originals=OriginalsMode.COPY), uuid) == []
