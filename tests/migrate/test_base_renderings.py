"""Unedited RAW photos are measured by a sample of each camera, and a learnt profile is offered for them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.aperture.library import Library
from couloir.color.difference import Difference
from couloir.engines.protocol import Photo, Picture
from couloir.errors import CannotRender
from couloir.lightroom.settings import DevelopSettings
from couloir.migrate import base_renderings
from couloir.migrate import match_library as match_library_module
from couloir.migrate.base_renderings import SAMPLE, BaseRendering, choose, shows_base
from couloir.migrate.base_renderings import base_renderings as measured
from couloir.migrate.ledger.verdicts import MatchRecord, put_match
from couloir.migrate.match_library import Way, match_library
from couloir.migrate.run import open_ledger
from couloir.refine.options import Options
from sample_library import build_library

PHOTOS = st.lists(
    st.tuples(st.integers(), st.sampled_from([None, "D200", "EOS 30D"])), unique_by=lambda photo: photo[0]
)


class Blind:
    """A renderer that draws nothing: which photos it is asked for is all that counts here."""

    name = "blind"

    def render(self, photo: Photo, settings: DevelopSettings, size: int) -> Picture:
        raise CannotRender(item=photo.path, renderer=self.name, why="it draws nothing")


@given(PHOTOS)
def test_all_other_photos_stay_and_of_each_camera_a_sample(photos: list[tuple[int, str | None]]) -> None:
    chosen = choose(photos, lambda photo: photo[1])
    assert [photo for photo in chosen if photo[1] is None] == [photo for photo in photos if photo[1] is None]
    assert [photo for photo in photos if photo in chosen] == chosen
    for camera, count in Counter(camera for _, camera in photos).items():
        if camera is not None:
            assert sum(each == camera for _, each in chosen) == min(count, SAMPLE)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    build_library(folder / "Sample.aplibrary", masters=60)
    return folder / "Sample.aplibrary"


def test_a_match_takes_a_sample_and_says_of_each_camera_how_far_it_is(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All photos are said to be of one camera, because the library has few unedited RAW photos of each."""
    monkeypatch.setattr(base_renderings, "SAMPLE", 1)
    for module in (base_renderings, match_library_module):
        monkeypatch.setattr(module, "camera_of", lambda _version: "D200")
    with Library.open(library) as opened, open_ledger(opened, tmp_path / "out") as ledger:
        bases = {v.uuid for v, m in opened.versions_with_masters() if v.shown and shows_base(v, m)}
        tried = [each.version for each in match_library(opened, ledger, tmp_path / "out", Way(Blind(), Options()))]
        assert len(bases) > 1
        assert len(bases & set(tried)) == 1
        assert len(set(tried) - bases) > 5
        found = Difference(3.0, 9.0)
        with ledger.transaction():
            put_match(ledger, MatchRecord((bases & set(tried)).pop(), found, found, "", "Lightroom", 1))
        assert measured(opened, ledger) == [BaseRendering("D200", "", len(bases), 1, 3.0)]
