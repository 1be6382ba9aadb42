"""The time zone in which Aperture shows a picture's time, from its stored name."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Cocoa's spellings of a zone that is only an offset: "GMT+0200", "GMT-0330", "GMT+2", "UTC+05:45", "+0200".
_FIXED: Final = re.compile(r"(?:GMT|UTC)?\s*([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?", re.ASCII | re.IGNORECASE)
# The printed description of a time zone: "Europe/Berlin (CEST) offset 7200 (Daylight)".
_DESCRIBED: Final = re.compile(r"(?P<name>[^()]+?) \([^()]*\)(?: offset (?P<offset>-?\d{1,6}))?.*", re.ASCII)
_MINUS: Final = str.maketrans("\u2212\u2013\u2010\u2011", "----")  # some locales' minus signs
_WIDEST: Final = timedelta(hours=14)  # the greatest offset in use

# The abbreviations that Cocoa accepts, as Apple's open CFTimeZone.c lists them. Each stands for a place
# with its daylight saving time. Apple's EET is Istanbul, which no longer uses that time; Athens does.
_ABBREVIATIONS: Final = {
    **dict.fromkeys(("ADT", "AST"), "America/Halifax"),
    **dict.fromkeys(("AKDT", "AKST"), "America/Juneau"),
    "ART": "America/Argentina/Buenos_Aires",
    "BDT": "Asia/Dhaka",
    **dict.fromkeys(("BRST", "BRT"), "America/Sao_Paulo"),
    "BST": "Europe/London",
    "CAT": "Africa/Harare",
    **dict.fromkeys(("CDT", "CST"), "America/Chicago"),
    **dict.fromkeys(("CEST", "CET"), "Europe/Paris"),
    **dict.fromkeys(("CLST", "CLT"), "America/Santiago"),
    "COT": "America/Bogota",
    "EAT": "Africa/Addis_Ababa",
    **dict.fromkeys(("EDT", "EST"), "America/New_York"),
    **dict.fromkeys(("EEST", "EET"), "Europe/Athens"),
    "GST": "Asia/Dubai",
    "HKT": "Asia/Hong_Kong",
    "HST": "Pacific/Honolulu",
    "ICT": "Asia/Bangkok",
    "IRST": "Asia/Tehran",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    **dict.fromkeys(("MDT", "MST"), "America/Denver"),
    **dict.fromkeys(("MSD", "MSK"), "Europe/Moscow"),
    "NDT": "America/St_Johns",
    "NST": "America/St_Johns",
    **dict.fromkeys(("NZDT", "NZST"), "Pacific/Auckland"),
    **dict.fromkeys(("PDT", "PST"), "America/Los_Angeles"),
    "PET": "America/Lima",
    "PHT": "Asia/Manila",
    "PKT": "Asia/Karachi",
    "SGT": "Asia/Singapore",
    "TRT": "Europe/Istanbul",
    "WAT": "Africa/Lagos",
    **dict.fromkeys(("WEST", "WET"), "Europe/Lisbon"),
    "Z": "UTC",
}


@lru_cache(maxsize=1024)
def zone(name: str | None) -> tzinfo | None:
    """The zone with this name; None when there is no name or this system does not know it."""
    spelt = (name or "").strip().translate(_MINUS)
    described = _DESCRIBED.fullmatch(spelt)
    if described is None:
        return _named(spelt)
    seconds = described["offset"]
    return _named(described["name"]) or (None if seconds is None else _fixed(timedelta(seconds=int(seconds))))


def _named(name: str) -> tzinfo | None:
    fixed = _FIXED.fullmatch(name)
    if fixed is not None:
        hours, minutes, seconds = (int(part or 0) for part in fixed.group(2, 3, 4))
        offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return _fixed(offset if fixed[1] == "+" else -offset)
    try:
        # Abbreviations first: tzdata's own EST and MST are offsets without daylight saving time.
        return ZoneInfo(_ABBREVIATIONS.get(name.upper(), name)) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _fixed(offset: timedelta) -> tzinfo | None:
    return timezone(offset) if abs(offset) <= _WIDEST else None
