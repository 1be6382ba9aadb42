"""The capture time on the photographer's clock: from the zone, from Aperture's EXIF record, or from the file."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from couloir.aperture.exif_time import exif_time
from couloir.aperture.library import Library
from couloir.aperture.wall_clock import Source, wall_clock
from couloir.aperture.zones import zone

SUMMER = datetime(2012, 7, 1, 9, 31, 51, tzinfo=UTC)
SECONDS = (SUMMER - datetime(2001, 1, 1, tzinfo=UTC)).total_seconds()
CAPTURED = {
    "CaptureYear": 2012,
    "CaptureMonthOfYear": 7,
    "CaptureDayOfMonth": 1,
    "CaptureHourOfDay": 11,
    "CaptureMinuteOfHour": 31,
    "CaptureSecondOfMinute": 51,
}


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("GMT+0200", 2),
        ("GMT-0330", -3.5),
        ("GMT+530", 5.5),
        ("UTC+05:45", 5.75),
        ("GMT+9", 9),
        ("gmt-7", -7),
        ("GMT\u22120800", -8),
        ("+0200", 2),
        ("-03:30", -3.5),
        ("GMT+02:00:00", 2),
        ("CEST", 2),
        ("PST", -7),
        ("JST", 9),
        ("EST", -4),
        ("Europe/Berlin (CEST) offset 7200 (Daylight)", 2),
        ("Nowhere/Land (XYZ) offset -5400", -1.5),
        (" America/Vancouver ", -7),
        ("US/Pacific", -7),
        ("Etc/GMT-3", 3),
        ("Z", 0),
    ],
)
def test_every_spelling_of_cocoas_resolves(name: str, hours: float) -> None:
    found = zone(name)
    assert found is not None
    assert SUMMER.astimezone(found).utcoffset() == timedelta(hours=hours)


@given(st.text(max_size=40) | st.from_regex(r"(GMT|UTC)?[+-]\d{1,6}(:\d\d)?", fullmatch=True))
def test_no_name_of_a_zone_is_an_error(name: str) -> None:
    found = zone(name)
    assert found is None or abs(SUMMER.astimezone(found).utcoffset() or timedelta()) <= timedelta(hours=15)


def clock_of(tiny: Any, properties: dict[str, int], *, exif: str = "", **version: object) -> tuple[str, Source]:
    number = tiny.photo("v1", **{"imageDate": SECONDS, **version})
    for key, value in properties.items():
        tiny.add("RKExifNumberProperty", versionId=number, propertyKey=key, numberProperty=value)
    if exif:
        picture(tiny.file("Masters/v1.jpg"), exif)
    with tiny.open() as library:
        [read] = library.versions()
        assert library.version("v1") == read
        assert [pair[0] for pair in library.versions_with_masters()] == [read]
    found = wall_clock(read)
    assert found is not None
    return found.iso, found.source


def picture(path: Path, moment: str, fraction: str = "") -> None:
    exif = Image.Exif()
    exif[34665] = {36867: moment, **({37521: fraction} if fraction else {})}
    if path.suffix == ".tif":  # the structure by itself, as RAW files have it
        path.write_bytes(exif.tobytes().removeprefix(b"Exif\0\0"))
    else:
        Image.new("RGB", (8, 8)).save(path, exif=exif)


def test_a_zone_that_is_known_decides(tiny: Any) -> None:
    found = clock_of(tiny, CAPTURED, imageTimeZoneName="America/Vancouver")
    assert found == ("2012-07-01T02:31:51-07:00", Source.ZONE)


@pytest.mark.parametrize("name", [None, "", "SystemV/PST8PDT"])
def test_without_a_zone_aperture_s_own_properties_give_the_clock(tiny: Any, name: str | None) -> None:
    found = clock_of(tiny, CAPTURED, exif="2012:07:01 20:00:00", imageTimeZoneName=name)
    assert found == ("2012-07-01T11:31:51+02:00", Source.PROPERTIES)


def test_without_either_the_file_gives_the_clock(tiny: Any) -> None:
    assert clock_of(tiny, {}, exif="2012:07:01 18:31:51") == ("2012-07-01T18:31:51+09:00", Source.FILE)


def test_a_clock_that_agrees_with_no_zone_is_taken_without_an_offset(tiny: Any) -> None:
    assert clock_of(tiny, {}, exif="2012:07:01 18:31:40") == ("2012-07-01T18:31:40", Source.FILE)


def test_a_date_that_was_corrected_by_days_is_not_taken_back(tiny: Any) -> None:
    assert clock_of(tiny, {**CAPTURED, "CaptureYear": 2000}) == ("2012-07-01T09:31:51+00:00", Source.NONE)


@pytest.mark.parametrize("odd", [{"CaptureMonthOfYear": 13}, {"CaptureHourOfDay": 99}, {"CaptureYear": 10**12}])
def test_properties_that_no_calendar_has_give_nothing(tiny: Any, odd: dict[str, int]) -> None:
    assert clock_of(tiny, CAPTURED | odd)[1] is Source.NONE


def test_a_missing_instant_leaves_the_clock(tiny: Any) -> None:
    assert clock_of(tiny, CAPTURED, imageDate=None) == ("2012-07-01T11:31:51", Source.PROPERTIES)


def test_fractions_of_a_second_stay(tiny: Any) -> None:
    found = clock_of(tiny, {}, imageDate=SECONDS + 0.45, imageTimeZoneName="GMT+0200")
    assert found == ("2012-07-01T11:31:51.450+02:00", Source.ZONE)


@pytest.mark.parametrize("name", ["a.jpg", "a.tif", "a.png"])
def test_the_files_own_time_is_read_with_its_fraction(tmp_path: Path, name: str) -> None:
    picture(tmp_path / name, "2012:07:01 18:31:51", "07")
    assert exif_time(tmp_path / name) == datetime.fromisoformat("2012-07-01T18:31:51.070")


@given(st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff\xe1", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"]))
def test_no_content_of_a_file_is_an_error(tmp_path_factory: Any, content: bytes, head: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "exif-time"
    path.write_bytes(head + content)
    exif_time(path)


def test_a_time_in_a_jpeg_that_breaks_off_is_still_read(tmp_path: Path) -> None:
    file = io.BytesIO()
    picture(tmp_path / "a.jpg", "2012:07:01 18:31:51")
    file.write((tmp_path / "a.jpg").read_bytes())
    (tmp_path / "a.jpg").write_bytes(file.getvalue()[:300])
    assert exif_time(tmp_path / "a.jpg") == datetime.fromisoformat("2012-07-01T18:31:51")


@pytest.mark.sample
def test_in_real_libraries_zone_properties_and_files_say_the_same(real_library: Path) -> None:
    older = real_library.parent.parent / "aperture-3.1" / "test_library.aplibrary"
    compared = 0
    for path in (real_library, older):
        with Library.open(path) as library:
            for version in library.versions():
                by_zone = wall_clock(version)
                assert by_zone is not None
                assert by_zone.source is Source.ZONE
                parts = [version.exif[key] for key in CAPTURED if key in version.exif]
                if len(parts) == len(CAPTURED):
                    assert list(by_zone.naive.timetuple()[:6]) == parts
                master = library.master(version.master_uuid)
                original = None if master is None else library.original(master).path
                of_file = None if original is None else exif_time(original)
                if of_file is not None and version.exif.get("CaptureYear"):
                    assert by_zone.naive == of_file.replace(microsecond=0)
                    compared += 1
    assert compared > 15
