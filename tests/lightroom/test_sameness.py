"""Whether a photo in Lightroom is a given photo of Aperture's, compared fact by fact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from couloir.lightroom.sameness import normalise_name, same_camera, same_size, same_time

MOMENT = datetime(2011, 6, 4, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "same"), [(0, True), (2, True), (-2, True), (2.1, False), (-3, False)])
def test_two_moments_are_the_same_within_two_seconds(seconds: float, same: bool) -> None:
    assert same_time(MOMENT + timedelta(seconds=seconds), [MOMENT]) is same


def test_one_of_several_moments_is_enough() -> None:
    assert same_time(MOMENT, [MOMENT + timedelta(hours=2), MOMENT])
    assert not same_time(MOMENT, [])


@pytest.mark.parametrize(
    ("other", "raw", "same"),
    [
        ((3000, 2000), False, True),
        ((2000, 3000), False, True),
        ((3000, 1999), False, False),
        ((2945, 1965), True, True),
        ((3060, 2040), True, True),
        ((2930, 1950), True, False),
        ((2930, 2000), True, False),
    ],
)
def test_sizes_agree_in_any_orientation_and_raw_files_within_a_fiftieth(
    other: tuple[int, int], raw: bool, same: bool
) -> None:
    assert same_size((3000, 2000), other, raw=raw) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("NIKON D200", "nikon d200", True),
        ("Canon EOS 5D", "EOS 5D", True),
        ("Canon EOS 5D", "Canon EOS 5D Mark II", False),
        ("Canon EOS 5D", "Canon EOS 6D", False),
        ("NIKON D200", "Canon EOS 5D", False),
    ],
)
def test_cameras_agree_when_one_name_only_adds_the_maker(one: str, other: str, same: bool) -> None:
    assert same_camera(one, other) is same
    assert same_camera(other, one) is same


def test_names_are_compared_composed_and_without_case() -> None:
    assert normalise_name("Cafe\u0301.JPG") == normalise_name("caf\u00e9.jpg")
