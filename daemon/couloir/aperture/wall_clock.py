"""The camera's local time when a picture was taken, and its source.

Aperture stores an instant and the name of the zone in which it shows it. Where the name is missing, or no system knows
it, the parts of the time that Aperture took from the file (Capture...) still give the camera's local time, and so does
the file's own EXIF. The UTC time of the instant does not: it can be hours away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

from couloir.aperture.model import Version
from couloir.aperture.zones import zone

# Year, month and day are needed; a scan may have no time of day.
_DATE: Final = ("CaptureYear", "CaptureMonthOfYear", "CaptureDayOfMonth")
_TIME: Final = ("CaptureHourOfDay", "CaptureMinuteOfHour", "CaptureSecondOfMinute")
_WIDEST: Final = timedelta(hours=14)
_SLACK: Final = timedelta(seconds=2)


class Source(StrEnum):
    """The source of the local time."""

    ZONE = "zone"
    PROPERTIES = "properties"
    FILE = "file"
    NONE = "none"  # only the instant is known, given in UTC


@dataclass(frozen=True, slots=True)
class WallClock:
    """`moment` is the local time; with its offset from UTC where that is known, else naive."""

    moment: datetime
    source: Source

    @property
    def naive(self) -> datetime:
        """The local time without its offset."""
        return self.moment.replace(tzinfo=None)

    @property
    def iso(self) -> str:
        """ISO 8601, with the offset where it is known."""
        return spell(self.moment)


def spell(moment: datetime) -> str:
    """ISO 8601 with the fraction of a second where there is one, which keeps the order of a burst.

    >>> spell(datetime(2012, 7, 1, 11, 31, 51, 450_000))
    '2012-07-01T11:31:51.450'
    """
    places = "microseconds" if moment.microsecond % 1000 else "milliseconds" if moment.microsecond else "seconds"
    return moment.isoformat(timespec=places)


def lacks_local_time(version: Version) -> bool:
    """Whether only the instant of a version is known: its `wall_clock` then has the source NONE.

    It answers for most versions without computing their local time.
    """
    if version.captured is None or zone(version.time_zone) is not None:
        return False
    clock = wall_clock(version)
    return clock is not None and clock.source is Source.NONE


def wall_clock(version: Version) -> WallClock | None:
    """The local time of capture of a version; None where nothing is stated."""
    where, instant = zone(version.time_zone), version.captured
    if instant is not None and where is not None:
        local = instant.astimezone(where)
        # Before zones were agreed upon offsets had seconds (Newfoundland in 1921: -03:30:52), which XMP cannot hold.
        offset = round((local.utcoffset() or timedelta()) / timedelta(minutes=1))
        return WallClock(local.astimezone(timezone(timedelta(minutes=offset))), Source.ZONE)
    for clock, source in ((_captured(version.exif), Source.PROPERTIES), (version.file_clock, Source.FILE)):
        found = None if clock is None else _agreeing(clock, instant)
        if found is not None:
            return WallClock(found, source)
    return None if instant is None else WallClock(instant.astimezone(UTC), Source.NONE)


def _captured(exif: Mapping[str, object]) -> datetime | None:
    values = [exif.get(key) for key in _DATE] + [exif.get(key, 0) for key in _TIME]
    parts = [int(value) for value in values if isinstance(value, int | float)]
    try:
        return datetime(*parts) if len(parts) == len(values) else None  # type: ignore[arg-type]  # noqa: DTZ001
    except (ValueError, OverflowError):
        return None


def _agreeing(clock: datetime, instant: datetime | None) -> datetime | None:
    """The local time with its offset from UTC, computed from the instant; None when the two contradict each other, as
    after a correction of the date in Aperture."""
    if instant is None:
        return clock
    difference = clock - instant.astimezone(UTC).replace(tzinfo=None)
    if abs(difference) > _WIDEST:
        return None
    offset = timedelta(minutes=round(difference / timedelta(minutes=1)))
    if abs(difference - offset) > _SLACK:
        return clock  # they differ by more than any zone; the local time is the one that was shown
    return instant.astimezone(timezone(offset))
