"""The zone in which Aperture shows a picture's time, from the name that it stored."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Cocoa's spelling of a zone that is only an offset: "GMT+0200", "GMT-0330".
_FIXED = re.compile(r"(?:GMT|UTC)([+-])(\d{1,2}):?(\d{2})?", re.ASCII)
_WIDEST = timedelta(hours=14)  # no place on earth is further from Greenwich


@lru_cache(maxsize=1024)
def zone(name: str | None) -> tzinfo | None:
    """The zone of this name; None when none is stated or this system does not know it."""
    if not name:
        return None
    fixed = _FIXED.fullmatch(name)
    if fixed is not None:
        offset = timedelta(hours=int(fixed[2]), minutes=int(fixed[3] or 0))
        return timezone(offset if fixed[1] == "+" else -offset) if offset <= _WIDEST else None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
