"""Records of many photos, read at once, equal the records of each photo read alone."""

from __future__ import annotations

from pathlib import Path

from couloir.aperture.library import Library
from sample_library import build_library


def test_records_that_are_read_together_are_those_that_are_read_one_by_one(tmp_path: Path) -> None:
    build_library(tmp_path / "L.aplibrary", masters=40, references=tmp_path / "Volumes", write_plists=False)
    with Library.open(tmp_path / "L.aplibrary") as library:
        versions = list(library.versions())
        together = library.read_many_records(versions)
        assert together == [library.read_records(version) for version in versions]
        assert len(set(together)) > 3
        assert library.read_many_records([]) == []


def test_the_doubt_about_an_original_is_the_same_at_a_glance(tmp_path: Path) -> None:
    build_library(tmp_path / "L.aplibrary", masters=30, references=tmp_path / "Volumes", write_plists=False)
    with Library.open(tmp_path / "L.aplibrary") as library:
        masters = list(library.masters())
        files = [path for master in masters if (path := library.original(master).path) is not None]
        for number, file in enumerate(files[:6]):
            file.write_bytes((b"", b"short", file.read_bytes() + b"more")[number % 3])
        doubts = [library.find_doubt(master) for master in masters]
        assert doubts == [library.original(master).doubt for master in masters]
        assert sum(doubt is not None for doubt in doubts) == 6
