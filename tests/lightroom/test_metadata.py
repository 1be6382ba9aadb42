"""The values that a photo's metadata may have."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.lightroom.metadata import PhotoMetadata


@pytest.mark.parametrize(
    "date",
    [
        *("2007", "2007-09", "2007-09-17", "2007-09-17T00:05", "2007-09-17T00:05:31", "2007-09-17T00:05:31.25"),
        *("2007-09-17T00:05:31Z", "2007-09-17T00:05:31-07:00", "2007-09-17T00:05+14:00", "2008-02-29"),
    ],
)
def test_a_date_may_have_any_precision_that_xmp_has(date: str) -> None:
    assert PhotoMetadata(date_created=date).date_created == date


@pytest.mark.parametrize(
    "date",
    [
        *(
            "2007-99",
            "2007-00",
            "2007-02-30",
            "2007-09-00",
            "2007-02-29",
            "0000",
            "2007-09-17T24:00",
            "2007-09-17T00:60",
        ),
        *("2007-09-17T00:00:60", "2007-09-17T00:00+24:00", "2007:09:17 00:05:31", "17.9.2007", "", " 2007", "2007\n"),
        *("2007-9-17", "20070917", "2007-09-17T", "2007-09-17T00:05:31.", "٢٠٠٧", "2007-09-17Z"),
    ],
)
def test_what_is_no_date_is_refused(date: str) -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        PhotoMetadata(date_created=date)


@given(st.datetimes(timezones=st.none() | st.timezones()))
def test_every_moment_that_python_can_spell_is_a_date(moment: object) -> None:
    spelled = moment.isoformat()  # type: ignore[attr-defined]
    # Old local times have offsets with seconds, which XMP has no place for.
    if len(spelled.rsplit("T")[1].partition("+")[2]) <= 5 and spelled.count(":") <= 3:
        PhotoMetadata(date_created=spelled)


@pytest.mark.parametrize(
    "fields",
    [
        {"rating": -1},
        {"rating": 6},
        {"pick": 2},
        {"latitude": 1.0},
        {"longitude": 1.0},
        {"latitude": 90.1, "longitude": 0.0},
        {"latitude": 0.0, "longitude": -180.1},
        {"latitude": math.nan, "longitude": 0.0},
        {"altitude": math.inf},
        {"altitude": 100_001.0},
    ],
)
def test_a_value_outside_its_range_is_refused(fields: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        PhotoMetadata(**fields)  # type: ignore[arg-type]


def test_as_plain_data_it_has_only_what_is_stated() -> None:
    metadata = PhotoMetadata(rating=0, pick=-1, title="", keywords=(("Places", "Berlin"), ("Tag",)), people=("Ada",))
    plain = metadata.as_dict()
    assert plain == {
        "rating": 0,
        "pick": -1,
        "title": "",
        "keywords": [["Places", "Berlin"], ["Tag"]],
        "people": ["Ada"],
    }
    assert json.loads(json.dumps(plain)) == plain
    assert PhotoMetadata().as_dict() == {}
