"""Zone names as Aperture stores them: places, Cocoa's fixed offsets, and what no system knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from couloir.aperture.model import Master, Version
from couloir.aperture.zones import zone
from couloir.derive import analytic, describe

MOMENT = datetime(2012, 7, 1, 9, 31, 51, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("GMT+0200", 2),
        ("GMT-0330", -3.5),
        ("UTC+05:45", 5.75),
        ("GMT+9", 9),
        ("Europe/Oslo", 2),
        ("UTC", 0),
        ("GMT", 0),
    ],
)
def test_a_known_name_gives_its_offset(name: str, hours: float) -> None:
    found = zone(name)
    assert found is not None
    assert MOMENT.astimezone(found).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("name", [None, "", "Mars/Olympus", "GMT+9900", "../../etc/passwd", "PST\0", "x" * 5000])
def test_an_unknown_name_gives_none(name: str | None) -> None:
    assert zone(name) is None


def test_a_fixed_offset_is_written_as_the_photographers_wall_clock(
    a_version: Callable[..., Version], jpeg: Master
) -> None:
    version = a_version(captured=MOMENT, time_zone="GMT+0200")
    assert describe(version, jpeg).date_created == "2012-07-01T11:31:51+02:00"
    assert analytic(version, jpeg).anomalies == ()


def test_an_unknown_zone_is_said(a_version: Callable[..., Version], jpeg: Master) -> None:
    [anomaly] = analytic(a_version(captured=MOMENT, time_zone="Mars/Olympus"), jpeg).anomalies
    assert anomaly.code == "time.zone"
    assert "Mars/Olympus" in anomaly.message
