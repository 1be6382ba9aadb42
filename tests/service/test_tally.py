"""How many photos a part of a library has, and how many of them matching renders."""

from __future__ import annotations

from couloir.migrate import base_renderings
from couloir.service.libraries import tally as tallies
from couloir.service.libraries.index import PhotoGroup
from couloir.service.libraries.tally import PhotoCounts, tally


def group(photos: int, *, raw: bool = True, adjusted: bool = False, stars: int = 0, camera: str = "A") -> PhotoGroup:
    return PhotoGroup("p", "Maker", camera, raw, adjusted, stars, photos)


def test_of_a_cameras_unedited_raw_photos_a_sample_is_rendered():
    groups = [
        group(40), group(3, camera="B"), group(7, adjusted=True, stars=4), group(5, raw=False),
        group(20, stars=5), group(1, stars=-1),
    ]  # fmt: skip
    found = tally(groups)
    assert found.every == PhotoCounts(photos=76, edited=7, rendered=10 + 3 + 7 + 5)
    assert found.rated == PhotoCounts(photos=27, edited=7, rendered=10 + 7)
    assert tally([]).every == PhotoCounts()


def test_the_sample_is_that_of_match():
    assert tallies.SAMPLE == base_renderings.SAMPLE
