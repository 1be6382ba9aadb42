"""Aperture's time: seconds since 2001-01-01 00:00 UTC, shown in a named zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(2001, 1, 1, tzinfo=UTC)


def seconds(moment: datetime) -> float:
    """Seconds since Aperture's epoch."""
    return (moment - EPOCH).total_seconds()


def moment(stamp: float) -> datetime:
    """The instant of a time stamp; OverflowError or ValueError where the calendar does not reach."""
    return EPOCH + timedelta(seconds=stamp)


@lru_cache(maxsize=64)
def zone(name: str) -> tzinfo:
    """A zone by its name; Cocoa also writes fixed offsets as GMT+0200."""
    fixed = re.fullmatch(r"GMT([+-])(\d\d)(\d\d)", name)
    if fixed is None:
        return ZoneInfo(name)
    sign, hours, minutes = fixed.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)
