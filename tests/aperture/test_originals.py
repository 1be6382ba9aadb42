"""The places where originals and previews are searched, and those that are never searched."""

from __future__ import annotations

import errno
import os
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couloir.aperture.model import Original, OriginalStatus, Preview
from couloir.aperture.paths import locate

posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such file names")


def original(tiny: Any, volumes: dict[str, Path] | None = None, **row: object) -> tuple[Original, list[str]]:
    tiny.add("RKMaster", **{"uuid": "m", "fileName": "a.jpg", "type": "IMGT", **row})
    with tiny.open(volumes=volumes) as library:
        found = library.original(library.master("m"))
        return found, [finding.code for finding in library.findings]


def preview(tiny: Any, stored: object, current: object = 1, **version: object) -> tuple[Preview, list[str]]:
    tiny.photo("v1", **version)
    row = {"versionUuid": "v1", "fullSizePreviewPath": stored, "fullSizePreviewUpToDate": current}
    tiny.add("RKImageProxyState", **row)
    with tiny.open() as library:
        found = library.preview(library.version("v1"))
        return found, [finding.code for finding in library.findings]


def test_a_managed_original_is_found_in_masters(tiny: Any) -> None:
    file = tiny.file("Masters/2020/01/a.jpg")
    assert original(tiny, imagePath="2020/01/a.jpg", isMissing=1) == (
        Original(OriginalStatus.PRESENT, file, "Masters/2020/01/a.jpg"),
        [],
    )


def test_an_original_that_the_database_calls_present_may_be_missing(tiny: Any) -> None:
    found, codes = original(tiny, imagePath="2020/01/a.jpg", isMissing=0)
    assert found == Original(OriginalStatus.MISSING, None, "Masters/2020/01/a.jpg")
    assert codes == ["original.missing"]


def test_a_folder_in_the_place_of_an_original_is_no_original(tiny: Any) -> None:
    (tiny.root / "Masters/a.jpg").mkdir()
    assert original(tiny, imagePath="a.jpg")[0].status is OriginalStatus.MISSING


@pytest.mark.parametrize("stored", ["../secret", "a/../../secret", "/etc/passwd", "a\0.jpg", "..", "/", "."])
def test_a_path_that_leads_out_of_the_library_is_never_followed(tiny: Any, stored: str) -> None:
    (tiny.root.parent / "secret").touch()
    tiny.file("secret")
    tiny.file("Masters/a/b")
    found, codes = original(tiny, imagePath=stored)
    assert (found.status, found.path) == (OriginalStatus.UNSAFE, None)
    assert codes == ["original.unsafe"]


@pytest.mark.parametrize("place", ["a.jpg", "folder"])
def test_a_link_that_leads_out_of_the_library_is_never_followed(
    tiny: Any, tmp_path: Path, place: str, link: Any
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.jpg").touch()
    link(tiny.root / "Masters" / place, outside / "a.jpg" if place == "a.jpg" else outside)
    found, _ = original(tiny, imagePath="a.jpg" if place == "a.jpg" else "folder/a.jpg")
    assert (found.status, found.path) == (OriginalStatus.UNSAFE, None)


def test_masters_that_are_a_link_to_elsewhere_are_not_followed(tiny: Any, tmp_path: Path, link: Any) -> None:
    tiny.file("Masters/a.jpg")
    (tiny.root / "Masters").rename(tmp_path / "elsewhere")
    link(tiny.root / "Masters", tmp_path / "elsewhere")
    assert original(tiny, imagePath="a.jpg")[0].status is OriginalStatus.LINKED


def test_a_link_that_stays_in_the_library_is_followed(tiny: Any, link: Any) -> None:
    tiny.file("Masters/real.jpg")
    link(tiny.root / "Masters/a.jpg", "real.jpg")
    assert original(tiny, imagePath="a.jpg")[0].status is OriginalStatus.PRESENT


def test_a_link_to_itself_is_missing(tiny: Any, link: Any) -> None:
    link(tiny.root / "Masters/a.jpg", "a.jpg")
    assert original(tiny, imagePath="a.jpg")[0].path is None


@pytest.mark.parametrize("on_disk", ["NFC", "NFD"])
@pytest.mark.parametrize("stored", ["NFC", "NFD"])
def test_composed_and_decomposed_names_find_each_other(tiny: Any, on_disk: str, stored: str) -> None:
    name = "Caf\u00e9 \u00c5/\u00fcber.jpg"
    tiny.file(f"Masters/{unicodedata.normalize(on_disk, name)}")
    found, codes = original(tiny, imagePath=unicodedata.normalize(stored, name))
    assert (found.status, codes) == (OriginalStatus.PRESENT, [])


@posix_only
@pytest.mark.parametrize("name", ["a:b.jpg", "back\\slash.jpg", "new\nline.jpg", " ", "...", "%2e%2e", "~", "-"])
def test_odd_names_that_are_ordinary_on_a_mac_are_found(tiny: Any, name: str) -> None:
    tiny.file(f"Masters/{name}")
    assert original(tiny, imagePath=name)[0].status is OriginalStatus.PRESENT


def test_a_name_longer_than_the_disk_allows_is_missing(tiny: Any) -> None:
    found, codes = original(tiny, imagePath="x" * 5000)
    assert (found.status, codes) == (OriginalStatus.MISSING, ["original.missing"])


def test_an_original_that_may_not_be_looked_for_is_denied_and_says_so(tiny: Any, monkeypatch: Any) -> None:
    def denied(path: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    tiny.file("Masters/a.jpg")
    tiny.add("RKMaster", uuid="m", fileName="a.jpg", imagePath="a.jpg")
    with tiny.open() as library:
        master = library.master("m")
        monkeypatch.setattr(os, "lstat", denied)
        assert library.original(master).status is OriginalStatus.DENIED
        assert "cannot be read" in library.findings[0].message


def test_without_a_path_the_import_folder_is_searched(tiny: Any) -> None:
    file = tiny.file("Masters/2023/09/27/20230927-064307/a.jpg")
    group = {"importYear": "2023", "importMonth": "09", "importDay": "27", "importTime": "064307"}
    tiny.add("RKImportGroup", uuid="g", **group)
    found, codes = original(tiny, imagePath=None, importGroupUuid="g")
    assert (found.path, codes) == (file, [])


def test_without_a_path_and_a_folder_the_original_is_missing(tiny: Any) -> None:
    found, codes = original(tiny, imagePath=None)
    assert (found.status, found.path, codes) == (OriginalStatus.MISSING, None, ["original.missing"])


@pytest.fixture
def disk(tiny: Any, tmp_path: Path) -> Path:
    """The disk that volume "Ph\u00f6tos" is; the library refers to it."""
    tiny.add("RKVolume", uuid="vol", name="Ph\u00f6tos", diskUuid="d")
    folder = tmp_path / "mounted"
    (folder / "Vault").mkdir(parents=True)
    (folder / "Vault/a.jpg").write_bytes(b"content")
    return folder


REFERENCED = {"fileIsReference": 1, "fileVolumeUuid": "vol", "imagePath": "Vault/a.jpg"}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_a_referenced_original_is_found_on_its_disk(tiny: Any, disk: Path, form: str, slash: str) -> None:
    mounts = {unicodedata.normalize(form, "Ph\u00f6tos"): disk}
    found, codes = original(tiny, mounts, **{**REFERENCED, "imagePath": f"{slash}Vault/a.jpg"})
    assert (found.status, found.path, codes) == (OriginalStatus.PRESENT, disk / "Vault/a.jpg", [])


def test_a_referenced_original_on_a_disk_that_is_not_there_is_offline(tiny: Any, disk: Path) -> None:
    found, codes = original(tiny, {"Ph\u00f6tos": disk / "gone"}, **REFERENCED)
    assert found == Original(OriginalStatus.OFFLINE, None, "/Volumes/Ph\u00f6tos/Vault/a.jpg")
    assert codes == ["original.offline"]


def test_a_referenced_original_that_is_gone_from_its_disk_is_missing(tiny: Any, disk: Path) -> None:
    (disk / "Vault/a.jpg").unlink()
    assert original(tiny, {"Ph\u00f6tos": disk}, **REFERENCED)[0].status is OriginalStatus.MISSING


def test_a_disk_that_the_library_does_not_know_is_offline(tiny: Any, disk: Path) -> None:
    found, codes = original(tiny, {"Ph\u00f6tos": disk}, **{**REFERENCED, "fileVolumeUuid": "unknown"})
    assert (found.status, codes) == (OriginalStatus.OFFLINE, ["original.offline"])


@pytest.mark.parametrize(
    "stored", ["../outside.jpg", "Vault/../../outside.jpg", "link/outside.jpg", "//../outside.jpg"]
)
def test_a_referenced_path_never_leads_out_of_its_disk(tiny: Any, disk: Path, stored: str, link: Any) -> None:
    (disk.parent / "outside.jpg").touch()
    link(disk / "link", disk.parent)
    found, _ = original(tiny, {"Ph\u00f6tos": disk}, **{**REFERENCED, "imagePath": stored})
    assert (found.status, found.path) == (OriginalStatus.UNSAFE, None)


@posix_only
@pytest.mark.parametrize(("name", "folder"), [("Photos", "Photos"), ("Fotos A/B", "Fotos A:B")])
def test_on_a_mac_disks_are_found_by_their_name(
    tiny: Any, tmp_path: Path, monkeypatch: Any, name: str, folder: str
) -> None:
    (tmp_path / "Volumes" / folder).mkdir(parents=True)
    (tmp_path / "Volumes" / folder / "a.jpg").touch()
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("couloir.aperture.originals._MAC_VOLUMES", tmp_path / "Volumes")
    tiny.add("RKVolume", uuid="vol", name=name)
    found, _ = original(tiny, **{**REFERENCED, "imagePath": "a.jpg"})
    assert found.status is OriginalStatus.PRESENT


@pytest.mark.parametrize("name", ["..", ".", "", "a\0b"])
def test_on_a_mac_the_name_of_a_disk_never_leads_elsewhere(tiny: Any, monkeypatch: Any, name: str) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("couloir.aperture.originals._MAC_VOLUMES", tiny.root / "Masters")
    tiny.file("a.jpg")
    tiny.file("Masters/a.jpg")
    tiny.add("RKVolume", uuid="vol", name=name)
    found, _ = original(tiny, **{**REFERENCED, "imagePath": "a.jpg"})
    assert found.status is OriginalStatus.OFFLINE


def test_windows_refuses_names_that_would_change_the_disk(tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "C:evil").touch()
    monkeypatch.setattr("couloir.aperture.paths.os.name", "nt")
    for stored in ("C:evil", "a\\..\\..\\b", "file.jpg:stream"):
        assert locate(tmp_path, stored, tmp_path).unsafe is not None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.lists(st.sampled_from(["..", ".", "", "a", "b.jpg", "link", "\0", "~", "C:"]), max_size=6).map("/".join))
def test_no_stored_path_leads_out_of_the_folder(tmp_path: Path, link: Any, stored: str) -> None:
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True, exist_ok=True)
    for file in (tmp_path / "b.jpg", root / "b.jpg", root / "a" / "b.jpg"):
        file.touch()
    if not (root / "link").is_symlink():
        link(root / "link", tmp_path)
    located = locate(root, stored, root)
    if located.path is not None:
        assert located.unsafe is None
        assert located.path.resolve() in {root / "b.jpg", root / "a" / "b.jpg"}


def test_a_stored_preview_is_found(tiny: Any) -> None:
    file = tiny.file("Previews/2020/v1/a.jpg")
    assert preview(tiny, "2020/v1/a.jpg") == (Preview(file, "2020/v1/a.jpg", up_to_date=True, is_master=False), [])


def test_a_preview_that_is_out_of_date_says_so(tiny: Any) -> None:
    tiny.file("Previews/a.jpg")
    assert preview(tiny, "a.jpg", current=0)[0].up_to_date is False


def test_a_preview_that_is_gone_is_reported(tiny: Any) -> None:
    found, codes = preview(tiny, "2020/a.jpg")
    assert (found.path, found.relative_path, codes) == (None, "2020/a.jpg", ["preview.missing"])


@pytest.mark.parametrize("stored", ["../Info.plist", "/etc/passwd", "a\0b"])
def test_a_preview_path_never_leads_out(tiny: Any, stored: str) -> None:
    found, codes = preview(tiny, stored)
    assert (found.path, codes) == (None, ["preview.unsafe"])


def test_without_a_path_the_untouched_master_is_the_preview(tiny: Any) -> None:
    file = tiny.file("Masters/v1.jpg")
    assert preview(tiny, None) == (Preview(file, None, up_to_date=True, is_master=True), [])


@pytest.mark.parametrize("why", ["edited", "raw", "out of date", "no master"])
def test_a_master_that_has_to_be_rendered_is_no_preview(tiny: Any, why: str) -> None:
    tiny.file("Masters/v1.jpg")
    version: dict[str, object] = {"hasEnabledAdjustments": 1} if why == "edited" else {}
    if why == "no master":
        version["masterUuid"] = "gone"
    tiny.photo("v1", **version)
    tiny.sql("Library.apdb", "UPDATE RKMaster SET isTrulyRaw = ?", why == "raw")
    tiny.add("RKImageProxyState", versionUuid="v1", fullSizePreviewUpToDate=why != "out of date")
    with tiny.open() as library:
        assert library.preview(library.version("v1")) == Preview(None, None, up_to_date=False, is_master=False)


def test_a_version_that_aperture_never_rendered_has_no_preview(tiny: Any) -> None:
    tiny.photo("v1")
    with tiny.open() as library:
        assert library.preview(library.version("v1")) == Preview(None, None, up_to_date=False, is_master=False)


def test_looking_again_finds_the_same_and_reports_it_once(tiny: Any) -> None:
    tiny.add("RKMaster", uuid="m", imagePath="gone.jpg")
    with tiny.open() as library:
        master = library.master("m")
        assert [library.original(master) for _ in range(3)] == [library.original(master)] * 3
        assert len(library.findings) == 1
