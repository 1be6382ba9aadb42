"""Differential test against osxphotos' iPhoto reader, written by others for the same family of databases.

Where it reports something, it has to agree. What it does not report, or reports otherwise, is listed here with the
reason.
"""

from __future__ import annotations

import time
import warnings
from pathlib import Path
from typing import Any

import pytest

from couloir.aperture.library import Library
from couloir.aperture.model import AlbumKind, FolderKind, OriginalStatus, Version

pytestmark = pytest.mark.sample


@pytest.fixture(scope="module")
def theirs(real_library: Any) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its imports are not our concern
        iphoto = pytest.importorskip("osxphotos.iphoto")
        return {photo.uuid: photo for photo in iphoto.iPhotoDB(str(real_library)).photos()}


@pytest.fixture(scope="module")
def ours(real: Library) -> dict[str, Version]:
    return {version.uuid: version for version in real.versions()}


@pytest.fixture(scope="module")
def pairs(theirs: dict[str, Any], ours: dict[str, Version]) -> list[tuple[Any, Version]]:
    return [(photo, ours[uuid]) for uuid, photo in theirs.items()]


def test_it_lists_the_shown_versions_without_those_in_the_trash(
    theirs: dict[str, Any], ours: dict[str, Version]
) -> None:
    # It reads version 1 of each master only: originals (version 0) are left out, and what is in the trash as well.
    assert set(theirs) == {v.uuid for v in ours.values() if v.shown}
    left_out = [version for uuid, version in ours.items() if uuid not in theirs]
    assert all(version.is_original or version.in_trash for version in left_out)
    assert sum(version.in_trash and not version.is_original for version in left_out) == 2


def test_file_names_and_titles_agree(pairs: list[tuple[Any, Version]]) -> None:
    assert [(p.original_filename, p.title) for p, _ in pairs] == [(v.file_name, v.name) for _, v in pairs]


def test_captions_agree(pairs: list[tuple[Any, Version]]) -> None:
    assert [p.description or None for p, _ in pairs] == [v.iptc.get("Caption/Abstract") for _, v in pairs]


def test_keywords_agree(pairs: list[tuple[Any, Version]]) -> None:
    # It knows no hierarchy; the real vocabulary has none either.
    assert [sorted(p.keywords) for p, _ in pairs] == [sorted(path[-1] for path in v.keywords) for _, v in pairs]
    assert all(len(path) == 1 for _, version in pairs for path in version.keywords)


def test_ratings_and_flags_agree(pairs: list[tuple[Any, Version]]) -> None:
    assert [(p.rating, p.flagged) for p, _ in pairs] == [(v.rating, v.flagged) for _, v in pairs]


def test_places_agree(pairs: list[tuple[Any, Version]]) -> None:
    assert [p.location for p, _ in pairs] == [(v.latitude, v.longitude) for _, v in pairs]
    assert sum(version.latitude is not None for _, version in pairs) == 2


def test_sizes_agree(pairs: list[tuple[Any, Version]]) -> None:
    for photo, version in pairs:
        assert version.processed_size is not None
        assert version.master_size is not None
        assert (photo.width, photo.height) == (version.processed_size.width, version.processed_size.height)
        assert (photo.original_width, photo.original_height) == (version.master_size.width, version.master_size.height)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone of a process cannot be set on this system")
def test_dates_agree(pairs: list[tuple[Any, Version]], monkeypatch: pytest.MonkeyPatch) -> None:
    # It reads the clock time of the machine's own zone and then calls it the photo's; the two agree where both are UTC.
    assert {version.time_zone for _, version in pairs} == {"GMT"}
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    try:
        dates = [photo.date.timestamp() for photo, _ in pairs]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert dates == [version.captured and version.captured.timestamp() for _, version in pairs]


def test_faces_agree(real: Library, pairs: list[tuple[Any, Version]]) -> None:
    names: dict[str, list[str]] = {}
    for face in real.faces():
        names.setdefault(face.master_uuid, []).append(face.name or "_UNKNOWN_")
    assert [sorted(p.persons) for p, _ in pairs] == [sorted(names.get(v.master_uuid, [])) for _, v in pairs]


def test_albums_agree(real: Library, pairs: list[tuple[Any, Version]]) -> None:
    titles: dict[str, set[str]] = {}
    for album in real.albums():
        for uuid in album.version_uuids:
            if album.kind is AlbumKind.USER and not album.is_system:
                titles.setdefault(uuid, set()).add(album.name)
    for photo, version in pairs:
        # It takes "Last Import", which iPhoto fills by itself, for an album of the user's.
        assert set(photo.albums) - {"Last Import"} == titles.get(version.uuid, set())


def test_projects_agree(real: Library, pairs: list[tuple[Any, Version]]) -> None:
    names = {folder.uuid: folder.name for folder in real.folders() if folder.kind is FolderKind.PROJECT}
    assert [p.event_info.title for p, _ in pairs] == [names[v.project_uuid or ""] for _, v in pairs]


def test_adjusted_agrees(pairs: list[tuple[Any, Version]]) -> None:
    assert [p.hasadjustments for p, _ in pairs] == [v.has_adjustments for _, v in pairs]
    # It counts the decoding of a RAW file as an adjustment; what the user did is told apart here.
    touched = {version.name for _, version in pairs if version.has_enabled_adjustments}
    assert touched == {"wedding", "St. James's Park"}


def test_originals_agree(real: Library, pairs: list[tuple[Any, Version]]) -> None:
    for photo, version in pairs:
        master = real.master(version.master_uuid)
        assert master is not None
        original = real.original(master)
        # The samples may lie behind a link, which only we follow.
        theirs = None if photo.path is None else Path(photo.path).resolve()
        assert theirs == (original.path if original.status is OriginalStatus.PRESENT else None)
        assert photo.israw is master.is_raw
