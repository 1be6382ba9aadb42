"""Damaged originals: a size or an inner structure that differs from what the library states is reported."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from couloir.aperture.library import Library
from couloir.aperture.model import Damage, Doubt, OriginalStatus
from couloir.aperture.wholeness import Wholeness, begins_blank, wholeness


def encoded(kind: str, **options: object) -> bytes:
    image = Image.effect_noise((96, 64), 80).convert("RGB")
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def boxes(*lengths: int) -> bytes:
    first = struct.pack(">I4s8x", 16, b"ftyp")
    return first + b"".join(struct.pack(">I4s", length, b"mdat") + bytes(length - 8) for length in lengths)


def raf() -> bytes:
    offsets = struct.pack(">6I", 108, 50, 158, 20, 178, 400)
    return b"FUJIFILMCCD-RAW ".ljust(84, b"\0") + offsets + bytes(470)


KINDS: dict[str, Callable[[], bytes]] = {
    "a.jpg": lambda: encoded("JPEG"),
    "progressive.jpg": lambda: encoded("JPEG", progressive=True),
    "a.png": lambda: encoded("PNG"),
    "a.tif": lambda: encoded("TIFF"),
    "a.mov": lambda: boxes(500, 700),
    "a.raf": raf,
}


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_file_is_whole_until_it_is_cut(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    content = KINDS[name]()
    path.write_bytes(content)
    assert wholeness(path) is Wholeness.WHOLE
    for part in (len(content) - 1, len(content) - 33, len(content) // 2, 20):
        path.write_bytes(content[:part])
        assert wholeness(path) is Wholeness.CUT, part


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif"])
def test_what_another_program_appends_leaves_a_file_whole(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(KINDS[name]() + b"a trailer")
    assert wholeness(path) is Wholeness.WHOLE


@pytest.mark.sample
def test_the_originals_of_real_libraries_are_whole(real_library: Path) -> None:
    files = [path for path in (real_library / "Masters").rglob("*") if path.is_file()]
    assert {wholeness(path) for path in files} == {Wholeness.WHOLE}
    assert len(files) == 12


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.sampled_from(sorted(KINDS)), st.integers(0, 400), st.binary(min_size=1, max_size=12))
def test_nothing_in_a_file_ends_the_look_at_it(tmp_path: Path, name: str, at: int, garbage: bytes) -> None:
    content = bytearray(KINDS[name]())
    content[at : at + len(garbage)] = garbage
    path = tmp_path / name
    path.write_bytes(content)
    assert wholeness(path) in Wholeness


@pytest.mark.parametrize(("content", "blank"), [(b"", False), (bytes(5000), True), (bytes(9) + b"x", False)])
def test_only_a_beginning_of_zeros_is_blank(tmp_path: Path, content: bytes, blank: bool) -> None:
    (tmp_path / "a.nef").write_bytes(content)
    assert begins_blank(tmp_path / "a.nef") is blank


def doubted(tiny: Any, content: bytes, **row: object) -> tuple[Doubt | None, list[tuple[str, str]]]:
    tiny.file("Masters/a.jpg").write_bytes(content)
    tiny.add("RKMaster", **{"uuid": "m", "fileName": "a.jpg", "type": "IMGT", "imagePath": "a.jpg", **row})
    with tiny.open() as library:
        found = library.original(library.master("m"))
        assert found.status is OriginalStatus.PRESENT
        return found.doubt, [(finding.code, finding.advice) for finding in library.findings]


def test_an_original_of_the_stated_size_is_not_doubted(tiny: Any) -> None:
    content = encoded("JPEG")
    assert doubted(tiny, content, fileSize=len(content)) == (None, [])


def test_an_original_without_a_stated_size_is_not_doubted(tiny: Any) -> None:
    assert doubted(tiny, b"content", fileSize=0) == (None, [])


@pytest.mark.parametrize("stated", [None, 0, 5000])
def test_an_empty_original_is_lost_whatever_the_library_states(tiny: Any, stated: int | None) -> None:
    found, [(code, advice)] = doubted(tiny, b"", fileSize=stated)
    assert found is not None
    assert (found.damage, found.is_lost, code) == (Damage.EMPTY, True, "original.empty")
    assert "backup" in advice


@pytest.mark.parametrize("missing", [33, 2000])
def test_an_original_that_breaks_off_is_cut_and_names_the_backup(tiny: Any, missing: int) -> None:
    content = encoded("JPEG")
    found, [(code, advice)] = doubted(tiny, content[:-missing], fileSize=len(content))
    assert found == Doubt(Damage.CUT, len(content) - missing, len(content))
    assert code == "original.cut"
    assert "backup" in advice


def test_a_short_file_of_a_kind_that_nothing_knows_counts_as_cut(tiny: Any) -> None:
    found, _ = doubted(tiny, b"CRW of old", fileSize=5000)
    assert found is not None
    assert found.damage is Damage.CUT


def test_an_original_that_another_program_made_smaller_is_not_called_damaged(tiny: Any) -> None:
    content = encoded("JPEG", quality=60)
    found, [(code, advice)] = doubted(tiny, content, fileSize=len(content) + 4000)
    assert found is not None
    assert (found.damage, code) == (Damage.CHANGED, "original.changed")
    assert "backup" in advice


def test_the_size_at_import_is_as_good_as_the_last_one(tiny: Any) -> None:
    """Aperture writes IPTC into originals on request; a file from a backup has the size from before."""
    tiny.sql("Library.apdb", "ALTER TABLE RKMaster ADD COLUMN originalFileSize")
    content = encoded("JPEG")
    tiny.file("Masters/a.jpg").write_bytes(content)
    row = {"uuid": "m", "fileName": "a.jpg", "imagePath": "a.jpg", "fileSize": len(content) + 300}
    tiny.add("RKMaster", **row)
    tiny.sql("Library.apdb", "UPDATE RKMaster SET originalFileSize = ?", len(content))
    with tiny.open() as library:
        assert library.original(library.master("m")).doubt is None


@pytest.mark.sample
def test_both_real_libraries_state_the_sizes_that_their_originals_have(real_library: Path) -> None:
    older = real_library.parent.parent / "aperture-3.1" / "test_library.aplibrary"
    for path, originals in ((real_library, 12), (older, 3)):
        with Library.open(path) as library:
            found = [library.original(master) for master in library.masters()]
        there = [each for each in found if each.status is OriginalStatus.PRESENT]
        assert len(there) == originals
        assert [each.doubt for each in there] == [None] * originals
