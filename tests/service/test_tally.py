"""How many photos a part of a library has, and how many of them matching renders."""

from __future__ import annotations

from couloir.service.libraries.index import PhotoGroup
from couloir.service.libraries.tally import PhotoCounts, tally


def group(
    photos: int,
    *,
    raw: bool = True,
    adjusted: bool = False,
    comparable: bool = True,
    stars: int = 0,
    camera: str = "A",
) -> PhotoGroup:
    return PhotoGroup("p", "Maker", camera, raw, adjusted, comparable, stars, photos)


def test_of_a_cameras_unedited_photos_a_sample_is_rendered_once():
    groups = [
        group(40), group(3, camera="B"), group(7, adjusted=True, stars=4), group(15, raw=False),
        group(20, stars=5), group(1, stars=-1), group(2, adjusted=True, comparable=False), group(4, comparable=False),
    ]  # fmt: skip
    found = tally(groups)
    assert found.every == PhotoCounts(photos=92, edited=9, rendered=10 + 3 + 7 + 10, matched=7, sampled=23)
    assert found.rated == PhotoCounts(photos=27, edited=7, rendered=10 + 7, matched=7, sampled=10)
    assert tally([]).every == PhotoCounts()
