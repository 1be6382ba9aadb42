"""How a person says how long: for 8h, 90m or 1h30m, or until 7:00. Callbacks of options."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

import click

_SPAN: Final = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?:in)?)?(?:(\d+)s)?")
_CLOCK: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?")


def parse_span(_context: click.Context, _parameter: click.Parameter, given: str | None) -> float | None:
    """Seconds. Raises BadParameter."""
    if given is None:
        return None
    found = _SPAN.fullmatch(given.replace(" ", "").lower())
    hours, minutes, seconds = (float(part or 0) for part in found.groups()) if found else (0.0, 0.0, 0.0)
    total = hours * 3600 + minutes * 60 + seconds
    if not total:
        raise click.BadParameter(f"{given!r} is no duration: say 8h, 90m or 1h30m")
    return total


def parse_time(_context: click.Context, _parameter: click.Parameter, given: str | None) -> float | None:
    """Seconds from now until the clock next shows this. Raises BadParameter."""
    if given is None:
        return None
    found = _CLOCK.fullmatch(given.strip())
    hour, minute = (int(part or 0) for part in found.groups()) if found else (99, 0)
    if hour > 23 or minute > 59:
        raise click.BadParameter(f"{given!r} is no time of day: say 7:00 or 23:30")
    return seconds_until(hour, minute, datetime.now().astimezone())


def seconds_until(hour: int, minute: int, now: datetime) -> float:
    """From `now`, an aware time, to the next hour:minute of the clock, which may be put forward in between."""
    there = now.replace(hour=hour, minute=minute, second=0, microsecond=0, tzinfo=None)
    if there <= now.replace(tzinfo=None):
        there += timedelta(days=1)
    return max((there.astimezone() - now).total_seconds(), 1.0)
