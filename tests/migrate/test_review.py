"""Links in place of Couloir's own folders, originals that are missing, and findings whose cause is gone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from couloir.aperture.library import Library
from couloir.errors import DestinationError
from couloir.migrate.ledger.reasons import OFFLINE, Reason, common
from couloir.migrate.options import OriginalsMode


@pytest.mark.parametrize("own", [".couloir", "couloir-report"])
def test_a_link_in_place_of_our_own_folder_is_refused_and_nothing_is_written_through_it(
    small: Any, migrate: Callable[..., Any], tmp_path: Path, own: str
) -> None:
    destination, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    destination.mkdir()
    elsewhere.mkdir()
    (destination / own).symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(DestinationError, match="link"):
        migrate(small, destination)
    assert list(elsewhere.iterdir()) == []


def test_originals_that_are_not_there_take_no_room(small: Any, migrate: Callable[..., Any], tmp_path: Path) -> None:
    before = migrate(small, tmp_path / "a", originals=OriginalsMode.COPY, dry_run=True).outcome.needed
    with Library.open(small.path) as library:
        path = next(p for m in library.masters() if not m.in_trash and (p := library.original(m).path) is not None)
    size = path.stat().st_size
    path.unlink()
    small.change("UPDATE RKMaster SET fileSize = 2000000000000 WHERE fileName = ?", path.name)
    after = migrate(small, tmp_path / "b", originals=OriginalsMode.COPY, dry_run=True).outcome.needed
    assert before - after == size


def test_a_finding_goes_when_its_cause_has_gone(small: Any, migrate: Callable[..., Any], tmp_path: Path) -> None:
    with Library.open(small.path) as library:
        path = next(p for m in library.masters() if not m.in_trash and (p := library.original(m).path) is not None)
    away = tmp_path / "away"
    path.rename(away)
    first = migrate(small, tmp_path / "out")
    assert any(path.name in finding.message for finding in first.findings)
    away.rename(path)
    second = migrate(small, tmp_path / "out")
    assert not any(path.name in finding.message for finding in second.findings)


def test_one_sentence_stands_for_rows_only_as_far_as_they_share_it() -> None:
    assert common("code", ["The same."]) == "The same."
    assert common("code", ["Gone: a.jpg.", "Gone: b.jpg."]) == "Gone."
    assert common("code", ["One thing.", "Another."]).startswith("The reasons differ")
    assert common(OFFLINE, ["One thing.", "Another."]) == "The original is on a disk that is not connected."
    assert Reason("code", "sentence").advice == ""
