"""A link in place of Masters or Previews is followed if the user allows it; no other link is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from couloir.aperture.model import Original, OriginalStatus

Link = Callable[[Path, Path], None]


@pytest.fixture
def moved(tiny: Any, tmp_path: Path, link: Link) -> tuple[Any, Path]:
    """One photo with a preview; both folders lie elsewhere."""
    tiny.photo("v1")
    tiny.file("Masters/v1.jpg")
    tiny.file("Previews/2020/v1/v1.jpg")
    tiny.add("RKImageProxyState", versionUuid="v1", fullSizePreviewPath="2020/v1/v1.jpg", fullSizePreviewUpToDate=1)
    disk = tmp_path / "Big Disk"
    disk.mkdir()
    for folder in ("Masters", "Previews"):
        (tiny.root / folder).rename(disk / folder)
        link(tiny.root / folder, disk / folder)
    return tiny, disk


def looked_at(tiny: Any, **how: Any) -> tuple[Original, Path | None, list[str]]:
    with tiny.open(**how) as library:
        original = library.original(library.master("m-v1"))
        preview = library.preview(library.version("v1"))
        return original, preview.path, [f"{f.code} {f.item}" for f in library.findings]


def test_links_are_told_with_where_they_lead_and_not_followed(moved: tuple[Any, Path]) -> None:
    tiny, disk = moved
    original, preview, findings = looked_at(tiny)
    assert original == Original(OriginalStatus.LINKED, None, f"{disk / 'Masters'}/v1.jpg")
    assert preview is None
    assert findings == ["library.link Masters", "library.link Previews"]
    with tiny.open() as library:
        told = " ".join(f"{finding.message} {finding.advice}" for finding in library.findings)
        assert str(disk / "Masters") in told
        assert "--follow-links" in told
        assert [(each.folder, each.target, each.followed) for each in library.links] == [
            ("Masters", disk / "Masters", False),
            ("Previews", disk / "Previews", False),
        ]


def test_links_are_followed_when_the_user_says_so(moved: tuple[Any, Path]) -> None:
    tiny, _ = moved
    original, preview, findings = looked_at(tiny, follow_links=True)
    assert original.status is OriginalStatus.PRESENT
    assert original.path == tiny.root / "Masters" / "v1.jpg"
    assert preview == tiny.root / "Previews" / "2020" / "v1" / "v1.jpg"
    assert findings == ["library.link Masters", "library.link Previews"]


def test_a_link_to_a_disk_that_is_not_connected_is_offline(moved: tuple[Any, Path]) -> None:
    tiny, disk = moved
    shutil.rmtree(disk)
    for follow in (False, True):
        original, _, findings = looked_at(tiny, follow_links=follow)
        assert original.status is OriginalStatus.OFFLINE
        assert "original.offline m-v1" in findings


@pytest.mark.parametrize("place", ["Masters/v1.jpg", "Masters/2020"])
def test_links_behind_the_link_are_not_followed_out_of_it(
    moved: tuple[Any, Path], tmp_path: Path, link: Link, place: str
) -> None:
    tiny, disk = moved
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "v1.jpg").write_bytes(b"content")
    stored = "v1.jpg" if place.endswith(".jpg") else "2020/v1.jpg"
    (disk / "Masters" / "v1.jpg").unlink()
    link(disk / place, tmp_path / "secret" / "v1.jpg" if place.endswith(".jpg") else tmp_path / "secret")
    tiny.sql("Library.apdb", "UPDATE RKMaster SET imagePath = ?", stored)
    assert looked_at(tiny, follow_links=True)[0].status is OriginalStatus.UNSAFE


def test_a_link_that_stays_in_the_package_is_no_news(tiny: Any, link: Link) -> None:
    tiny.photo("v1")
    (tiny.root / "Masters").rename(tiny.root / "Originals")
    link(tiny.root / "Masters", tiny.root / "Originals")
    tiny.file("Originals/v1.jpg")
    original, _, findings = looked_at(tiny)
    assert (original.status, findings) == (OriginalStatus.PRESENT, [])


def test_links_at_other_places_are_refused_as_ever(tiny: Any, tmp_path: Path, link: Link) -> None:
    tiny.photo("v1")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "v1.jpg").write_bytes(b"content")
    link(tiny.root / "Masters" / "2020", tmp_path / "elsewhere")
    tiny.sql("Library.apdb", "UPDATE RKMaster SET imagePath = '2020/v1.jpg'")
    assert looked_at(tiny, follow_links=True)[0].status is OriginalStatus.UNSAFE


def renamed(tiny: Any, *files: str, stored: str = "2020/v1/before.jpg") -> tuple[Path | None, list[str]]:
    tiny.photo("v1")
    for file in files:
        tiny.file(f"Previews/2020/v1/{file}")
    tiny.add("RKImageProxyState", versionUuid="v1", fullSizePreviewPath=stored, fullSizePreviewUpToDate=1)
    with tiny.open() as library:
        found = library.preview(library.version("v1"))
        return found.path, [finding.code for finding in library.findings]


def test_a_preview_under_another_name_in_the_versions_folder_is_found(tiny: Any) -> None:
    path, codes = renamed(tiny, "after.jpg", "thumb_after.jpg")
    assert path == tiny.root / "Previews/2020/v1/after.jpg"
    assert codes == ["preview.renamed"]


@pytest.mark.parametrize("files", [("one.jpg", "two.jpg"), ("thumb_one.jpg",), (), ("notes.txt",)])
def test_a_preview_is_never_guessed(tiny: Any, files: tuple[str, ...]) -> None:
    assert renamed(tiny, *files) == (None, ["preview.missing"])


def test_a_folder_that_is_not_the_versions_own_is_not_searched(tiny: Any) -> None:
    tiny.file("Previews/2020/other/after.jpg")
    assert renamed(tiny, stored="2020/other/before.jpg") == (None, ["preview.missing"])
