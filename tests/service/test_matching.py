"""Identification of a Lightroom photo's version in Aperture: certain, or with candidates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.lightroom.sameness import normalise_name
from couloir.service.libraries.identify import MatchedBy, Sought, identify
from couloir.service.libraries.index import IndexedPhoto, PhotoIndex, stem_of

PLAIN = {
    "project": "p",
    "name": "IMG_1",
    "file_name": "IMG_1.JPG",
    "stored_path": "2010/05/01/20100501-120000/IMG_1.JPG",
    "wall_clock": "2010-05-01T12:00:00",
    "instant": "2010-05-01T10:00:00",
    "width": 3000,
    "height": 2000,
    "make": "Canon",
    "camera": "Canon EOS 5D",
    "decoder": "",
    "raw": False,
    "comparable": True,
    "copy": 1,
    "rating": 0,
    "flagged": False,
    "adjusted": True,
}
TAKEN = datetime.fromisoformat("2010-05-01T12:00:00")


def photo(number: int, **changes) -> IndexedPhoto:
    return IndexedPhoto(**{"number": number, "uuid": f"v{number}", "master": f"m{number}", **PLAIN, **changes})


@pytest.fixture
def index() -> Iterator[PhotoIndex]:
    made = PhotoIndex()
    yield made
    made.close()


def test_the_path_of_the_original_decides_wherever_the_library_lies_now(index):
    index.add([photo(1), photo(2, stored_path="2010/05/01/20100501-130000/IMG_1.JPG")])
    for root in ("/Users/me/Old.aplibrary/Masters", "D:\\Photos\\Old.aplibrary\\Masters"):
        separator = "\\" if "\\" in root else "/"
        path = separator.join([root, "2010", "05", "01", "20100501-130000", "img_1.jpg"])
        found = identify(Sought(path=path), index)
        assert found.photo is not None
        assert (found.photo.uuid, found.by) == ("v2", MatchedBy.PATH)


def test_a_path_that_only_ends_in_the_same_name_is_no_match_by_path(index):
    index.add([photo(1, stored_path="IMG_1.JPG")])
    assert identify(Sought(path="/elsewhere/IMG_1.JPG"), index).photo is None


def test_name_time_and_size_find_one_of_many_of_the_same_name(index):
    index.add([photo(1), photo(2, wall_clock="2011-01-01T00:00:00", instant="2011-01-01T00:00:00"), photo(3, width=10)])
    found = identify(Sought(file_name="IMG_1.jpg", captured=TAKEN, width=2000, height=3000), index)
    assert found.photo is not None
    assert (found.photo.uuid, found.by) == ("v1", MatchedBy.FILE)


def test_a_time_in_utc_agrees_too(index):
    index.add([photo(1)])
    assert identify(Sought(file_name="IMG_1.JPG", captured=TAKEN - timedelta(hours=2)), index).photo is not None
    assert identify(Sought(file_name="IMG_1.JPG", captured=TAKEN - timedelta(hours=1)), index).photo is None


def test_the_name_alone_is_not_enough(index):
    index.add([photo(1)])
    found = identify(Sought(file_name="IMG_1.JPG"), index)
    assert found.photo is None
    assert [candidate.uuid for candidate in found.candidates] == ["v1"]
    assert "Only the file name" in found.why


def test_what_contradicts_is_a_candidate_and_no_match(index):
    index.add([photo(1)])
    found = identify(Sought(file_name="IMG_1.JPG", captured=TAKEN, width=640, height=480), index)
    assert found.photo is None
    assert found.candidates
    assert "another" in found.why


def test_several_versions_of_one_original_are_candidates_unless_the_copys_name_tells(index):
    index.add([photo(1, master="m"), photo(2, master="m", copy=2, name="IMG_1 - Version 2")])
    sought = {"file_name": "IMG_1.JPG", "captured": TAKEN}
    found = identify(Sought(**sought), index)
    assert found.photo is None
    assert [candidate.uuid for candidate in found.candidates] == ["v1", "v2"]
    assert "2 versions" in found.why
    named = identify(Sought(**sought, copy_name="IMG_1 - Version 2"), index)
    assert named.photo is not None
    assert named.photo.uuid == "v2"


def test_the_camera_tells_two_photos_of_one_second_apart(index):
    index.add([photo(1), photo(2, camera="NIKON D90")])
    sought = {"file_name": "IMG_1.JPG", "captured": TAKEN, "width": 3000, "height": 2000}
    assert "Several originals" in identify(Sought(**sought), index).why
    found = identify(Sought(**sought, camera="nikon d90"), index)
    assert found.photo is not None
    assert found.photo.uuid == "v2"


def test_the_raw_of_a_pair_is_not_its_jpeg(index):
    index.add([photo(1), photo(2, file_name="IMG_1.CR2", raw=True)])
    for raw, uuid in ((True, "v2"), (False, "v1")):
        found = identify(Sought(file_name="IMG_1", captured=TAKEN, raw=raw), index)
        assert found.photo is not None
        assert found.photo.uuid == uuid


def test_a_converted_dng_is_found_by_its_stem(index):
    index.add([photo(1, file_name="IMG_1.CR2", raw=True)])
    found = identify(Sought(file_name="IMG_1.dng", captured=TAKEN, width=3010, height=2005), index)
    assert found.photo is not None


def test_nothing_of_that_name_and_nothing_said_have_reasons(index):
    assert "of this name" in identify(Sought(file_name="X.JPG"), index).why
    assert "Neither" in identify(Sought(), index).why


@given(st.text(max_size=20), st.text(max_size=20))
def test_names_that_a_mac_stores_differently_are_the_same_name(one, other):
    import unicodedata

    assert normalise_name(unicodedata.normalize("NFD", one)) == normalise_name(unicodedata.normalize("NFC", one))
    assert stem_of(f"{other}.JPG") == stem_of(f"{other}.jpg") or "/" in other


@given(
    photos=st.lists(
        st.builds(
            photo,
            st.integers(1, 20),
            master=st.sampled_from("ab"),
            width=st.sampled_from([None, 10, 3000]),
            height=st.sampled_from([None, 10, 2000]),
            wall_clock=st.sampled_from([None, "2010-05-01T12:00:00", "2011-05-01T12:00:00"]),
            stored_path=st.sampled_from(["", "x/IMG_1.JPG", "y/IMG_1.JPG"]),
        ),
        max_size=5,
        unique_by=lambda each: each.number,
    ),
    sought=st.builds(
        Sought,
        path=st.sampled_from(["", "/r/x/IMG_1.JPG", "/r/z/IMG_1.JPG"]),
        file_name=st.sampled_from(["", "IMG_1.JPG", "other"]),
        captured=st.sampled_from([None, TAKEN, TAKEN + timedelta(days=1)]),
        width=st.sampled_from([0, 10, 2000]),
        height=st.sampled_from([0, 10, 3000]),
    ),
)
def test_a_match_never_contradicts_a_known_fact_and_a_refusal_always_says_why(photos, sought):
    index = PhotoIndex()
    index.add(photos)
    found = identify(sought, index)
    index.close()
    if found.photo is None:
        assert found.why
        return
    assert found.photo in photos
    if found.by is MatchedBy.FILE and sought.captured and found.photo.wall_clock:
        assert datetime.fromisoformat(found.photo.wall_clock) == sought.captured
    if found.by is MatchedBy.FILE and sought.width and sought.height and found.photo.width and found.photo.height:
        assert sorted((sought.width, sought.height)) == sorted((found.photo.width, found.photo.height))
