"""A library several times as large, made from an existing one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from couloir.aperture.library import Library
from sample_library import build_library
from sample_library.multiply import multiply

TIMES = 3


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("multiplied")
    once, more = folder / "Once.aplibrary", folder / "More.aplibrary"
    build_library(once, masters=60, seed=4, pictures="none", write_plists=False)
    multiply(once, more, TIMES)
    return once, more


def test_photographs_are_there_so_many_times_and_nothing_else_is(pair: tuple[Path, Path]) -> None:
    with Library.open(pair[0]) as once, Library.open(pair[1]) as more:
        before, after = once.counts(), more.counts()
        growing = {"masters", "versions", "browsable", "trashed", "stacks", "operations"}
        assert after == {kind: count * (TIMES if kind in growing else 1) for kind, count in before.items()}


def test_every_copy_says_what_the_first_says_and_has_a_uuid_of_its_own(pair: tuple[Path, Path]) -> None:
    with Library.open(pair[0]) as once, Library.open(pair[1]) as more:
        first, copies = list(once.versions_with_masters()), list(more.versions_with_masters())
        assert len({version.uuid for version, _ in copies}) == len(copies) == TIMES * len(first)
        said = [
            Counter(
                repr((v.name, v.iptc, v.exif, v.keywords, [o.adjustment for o in v.operations], m and m.file_name))
                for v, m in versions
            )
            for versions in (first, copies)
        ]
        assert said[1] == Counter({version: count * TIMES for version, count in said[0].items()})
        assert not list(more.findings)


def test_a_factor_that_uuids_have_no_room_for_is_refused(pair: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="101"):
        multiply(pair[0], tmp_path / "x.aplibrary", 101)
