"""Rating, flag, label, title, IPTC, place and time in Lightroom's terms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couloir.aperture.model import Master, Version
from couloir.derive import describe, image_facts

AVersion = Callable[..., Version]


def test_a_rating_of_minus_one_is_a_reject_and_no_star(a_version: AVersion, jpeg: Master) -> None:
    metadata = describe(a_version(rating=-1, flagged=True), jpeg)
    assert (metadata.rating, metadata.pick) == (0, -1)


def test_a_flag_is_a_pick(a_version: AVersion, jpeg: Master) -> None:
    metadata = describe(a_version(rating=4, flagged=True), jpeg)
    assert (metadata.rating, metadata.pick) == (4, 1)


def test_the_seven_labels_keep_their_names(a_version: AVersion, jpeg: Master) -> None:
    names = [describe(a_version(color_label=index), jpeg).label for index in (None, 0, 1, 6, 7)]
    assert names == [None, "Red", "Orange", "Gray", None]


def test_a_version_name_that_the_photographer_gave_becomes_the_title(a_version: AVersion, jpeg: Master) -> None:
    assert describe(a_version(name="St. James's Park"), jpeg).title == "St. James's Park"


def test_a_version_name_that_is_just_the_file_name_is_no_title(a_version: AVersion, jpeg: Master) -> None:
    assert describe(a_version(name="IMG_1"), jpeg).title is None


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("IMG_1 - Version 2", None),
        ("IMG_1 - Version 12", None),
        ("img_1.JPG", None),
        ("IMG_1 - バージョン 2", None),
        ("IMG_1 - Version", "IMG_1 - Version"),
        ("Harbour - Version 2", "Harbour - Version 2"),
        ("IMG_1 - Version 2 of the sky", "IMG_1 - Version 2 of the sky"),
        ("Version 2", "Version 2"),
    ],
)
def test_a_name_that_aperture_gave_a_duplicate_is_no_title(
    a_version: AVersion, jpeg: Master, name: str, title: str | None
) -> None:
    assert describe(a_version(name=name, number=2), jpeg).title == title


def test_an_iptc_title_wins_over_the_version_name(a_version: AVersion, jpeg: Master) -> None:
    assert describe(a_version(name="other", iptc={"ObjectName": "The title"}), jpeg).title == "The title"


def test_iptc_fields_land_in_their_places(a_version: AVersion, jpeg: Master) -> None:
    metadata = describe(
        a_version(iptc={"Caption/Abstract": "A caption", "Byline": "Ann", "City": "Oslo", "Scene": "011100, 012200"}),
        jpeg,
    )
    assert (metadata.caption, metadata.creator, metadata.city) == ("A caption", "Ann", "Oslo")
    assert metadata.scene_codes == ("011100", "012200")


def test_the_keywords_cache_of_iptc_is_not_read_because_it_has_lost_the_hierarchy(
    a_version: AVersion, jpeg: Master
) -> None:
    metadata = describe(a_version(iptc={"Keywords": "a, b"}, keywords=(("places", "oslo"),)), jpeg)
    assert metadata.keywords == (("places", "oslo"),)


def test_the_capture_time_is_the_wall_clock_of_the_pictures_zone(a_version: AVersion, jpeg: Master) -> None:
    assert describe(a_version(), jpeg).date_created == "2007-09-16T17:05:31-07:00"


@pytest.mark.parametrize("zone", [None, "Mars/Olympus", "../etc/passwd", ""])
def test_an_unknown_zone_still_gives_the_right_instant(a_version: AVersion, jpeg: Master, zone: str | None) -> None:
    assert describe(a_version(time_zone=zone), jpeg).date_created == "2007-09-17T00:05:31+00:00"


def test_an_offset_with_seconds_is_rounded_to_the_minute_because_xmp_dates_have_none(
    a_version: AVersion, jpeg: Master
) -> None:
    version = a_version(captured=datetime(1921, 4, 2, 9, 35, tzinfo=UTC), time_zone="America/St_Johns")
    assert describe(version, jpeg).date_created == "1921-04-02T06:04:00-03:31"


def test_impossible_places_are_left_out(a_version: AVersion, jpeg: Master) -> None:
    assert describe(a_version(latitude=500.0, longitude=10.0), jpeg).latitude is None
    assert describe(a_version(latitude=50.0, longitude=10.0, exif={"Altitude": 12.0}), jpeg).altitude == 12.0


def test_rotation_becomes_the_exif_orientation_and_raw_files_name_their_sidecar(
    a_version: AVersion, jpeg: Master, raw: Master
) -> None:
    codes = [image_facts(a_version(rotation=r), jpeg).orientation for r in (0, 90, 180, 270)]
    assert codes == [1, 6, 3, 8]
    assert image_facts(a_version(), raw).sidecar_for == "CR2"
    assert image_facts(a_version(), jpeg).sidecar_for is None
    unknown = image_facts(a_version(master_size=None, rotation=90), jpeg)
    assert (unknown.width, unknown.height, unknown.orientation) == (None, None, 6)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    iptc=st.dictionaries(st.sampled_from(["ObjectName", "City", "Scene", "Keywords", "Odd"]), st.text(max_size=20)),
    rating=st.integers(-5, 9),
    latitude=st.none() | st.floats(allow_nan=False),
    longitude=st.none() | st.floats(allow_nan=False),
    label=st.none() | st.integers(-3, 12),
    captured=st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from(sorted(available_timezones())),
)
def test_any_row_gives_metadata_that_lightroom_takes(
    a_version: AVersion,
    jpeg: Master,
    iptc: dict[str, str],
    rating: int,
    latitude: float | None,
    longitude: float | None,
    label: int | None,
    captured: datetime,
    zone: str,
) -> None:
    version = a_version(
        iptc=iptc,
        rating=rating,
        latitude=latitude,
        longitude=longitude,
        color_label=label,
        captured=captured,
        time_zone=zone,
    )
    metadata = describe(version, jpeg)
    stated = datetime.fromisoformat(metadata.date_created or "")
    assert abs(stated - captured) < timedelta(minutes=1)
    assert metadata.rating in range(6)
    assert metadata.pick in (-1, 0, 1)
