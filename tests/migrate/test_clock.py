"""Edited photos without an up-to-date preview are counted while Aperture can still make one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from couloir.aperture.library import Library
from couloir.migrate.clock import PreviewClock, read_clock
from couloir.migrate.survey import survey

if TYPE_CHECKING:
    from conftest import Result, Source

SHOWN = (
    "SELECT v.uuid, v.projectUuid FROM RKVersion v JOIN RKMaster m ON m.uuid = v.masterUuid WHERE v.isOriginal = 0"
    " AND v.isHidden = 0 AND v.isInTrash = 0 AND m.isInTrash = 0 AND v.hasEnabledAdjustments = 1"
    " AND v.projectUuid NOT IN (SELECT uuid FROM RKFolder WHERE isInTrash = 1)"
)


def previews(source: Source, statement: str) -> None:
    with closing(sqlite3.connect(source.database.with_name("ImageProxies.apdb"))) as connection, connection:
        connection.execute(statement)


def test_a_stale_preview_and_a_missing_one_are_late_and_their_projects_are_counted(small: Source) -> None:
    edited = small.ask(SHOWN)
    previews(small, "UPDATE RKImageProxyState SET fullSizePreviewUpToDate = 0")
    with Library.open(small.path, small.volumes) as library:
        files = [path for version in library.versions() if version.shown if (path := library.preview(version).path)]
        stale = read_clock(library)
    for file in files:
        if not file.is_relative_to(small.path / "Masters"):
            file.write_bytes(b"")
    with Library.open(small.path, small.volumes) as library:
        missing = read_clock(library)
        assert survey(library).previews == missing
    assert stale.edited == missing.edited == stale.late == missing.late == len(edited) > 0
    assert (stale.missing < stale.stale, missing.stale) == (True, 0)
    assert len(stale.projects) == len({project for _, project in edited})


def test_a_photo_whose_preview_is_up_to_date_or_that_has_no_edits_is_not_late(small: Source) -> None:
    with Library.open(small.path, small.volumes) as library:
        before = read_clock(library)
        late = {uuid for uuid, _ in small.ask(SHOWN)}
        assert before.late < before.edited == len(late)
        assert read_clock(library, lambda version: version.uuid not in late) == PreviewClock()


def test_previews_asked_for_in_the_order_of_reading_are_those_asked_for_alone(small: Source) -> None:
    previews(small, "DELETE FROM RKImageProxyState WHERE modelId % 5 = 0")
    with Library.open(small.path, small.volumes) as library:
        alone = {version.uuid: library.preview(version) for version in library.versions()}
        told = [finding for finding in library.findings if finding.code.startswith("preview.")]
    with Library.open(small.path, small.volumes) as library:
        pairs = library.versions_with_masters()
        assert {version.uuid: library.preview(version) for version, _ in pairs} == alone
        assert [finding for finding in library.findings if finding.code.startswith("preview.")] == told
        assert {head.uuid: library.preview(head) for head in library.version_heads()} == alone
    assert len({preview.relative_path for preview in alone.values()}) > 1


def test_the_sentence_says_how_many_in_how_many_projects_and_what_can_still_be_done() -> None:
    clock = PreviewClock(edited=1200, missing=30, stale=4, projects={"a", "b"})
    assert clock.message.startswith(
        "34 of 1,200 edited photos have no up-to-date preview (30 missing, 4 out of date), in 2 projects"
    )
    assert "Update Preview" in clock.advice
    assert "macOS 28" in clock.advice
    assert (PreviewClock(edited=5).message, PreviewClock(edited=5).advice) == ("", "")


def test_the_report_tells_it(small: Source, migrate: Callable[..., Result], tmp_path: Path) -> None:
    previews(small, "UPDATE RKImageProxyState SET fullSizePreviewUpToDate = 0")
    report = migrate(small, tmp_path / "out", pictures=0).report
    assert report is not None
    told = json.loads(report.json.read_text(encoding="utf-8"))["previews"]
    assert told["edited"] == told["missing"] + told["stale"] > 0
    assert "Edited photos without an up-to-date preview" in report.html.read_text(encoding="utf-8")


@pytest.mark.sample
def test_both_real_libraries_have_every_preview_of_an_edited_photo(real_library: Path, aperture_library: Path) -> None:
    found = []
    for path in (real_library, aperture_library):
        with Library.open(path) as library:
            found.append(read_clock(library))
    assert [(clock.edited, clock.late) for clock in found] == [(2, 0), (0, 0)]
