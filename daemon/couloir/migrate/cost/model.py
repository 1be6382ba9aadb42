"""How long an import into Lightroom and a matching take, from a few published and measured durations. Pure.

Lightroom runs its Lua on one thread and draws one rendering at a time, so its part does not depend on the computer's
cores; Couloir's own part does. The durations are those of one real Lightroom (LrC_Autonomous_Gateway's measurements on
Lightroom Classic 15.5 and 15.6 under Windows) and of our own benchmark, so an estimate is right within a factor of two,
not to the minute. `lrplugin/Couloir.lrplugin/Estimate.lua` has the same numbers; a test compares them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from couloir.language.marking import count


@dataclass(frozen=True, slots=True)
class Durations:
    """Seconds for one photo. `look` and `painting` are seconds of one processor core; the others are Lightroom's.

    `apply`: applyDevelopSettings in a write gate, 0.02 to 0.045 measured, the longer one. `read_back`:
    getDevelopSettings, about 0.31. `copy`: createVirtualCopies, 0.2 to 1, the longest. `rendering`: a small JPEG by
    LrExportSession, about 2.6 for a NEF; other files are not known to be faster. `renderings`: how many a match needs,
    in the middle of two to five. `look`: translating an edited photo by its preview and its original, 0.27 + 0.12
    measured (`scripts/bench.py learn`, 12 megapixels). `painting`: placing what was painted with a brush, 1.5 to 3
    measured.
    """

    apply: float = 0.045
    read_back: float = 0.31
    copy: float = 1.0
    rendering: float = 2.6
    renderings: float = 3.5
    look: float = 0.39
    painting: float = 2.0


PUBLISHED: Final = Durations()

SAMPLE: Final = 10
"""Unedited photos of a camera that are measured: the mean of ten differs from the camera's by a third of its spread."""


def count_sampled(plain: Iterable[int]) -> int:
    """How many unedited photos are measured; `plain` has the numbers of each camera's RAW and of its other files."""
    return sum(min(photos, SAMPLE) for photos in plain)


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done: `photos` that get their settings, `copies` of them that are virtual copies, `looked_at`
    photos that are translated by their pictures, `matched` photos that are rendered and corrected, `measured` ones that
    are rendered once: a sample of the unedited ones. Of those that are looked at, `painted` ones have a brush's places.
    """

    photos: int = 0
    copies: int = 0
    looked_at: int = 0
    matched: int = 0
    measured: int = 0
    painted: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds."""

    importing: float
    matching: float


def estimate(work: Work, cores: int, durations: Durations = PUBLISHED) -> Estimate:
    """How long Lightroom and Couloir are busy with this work on a computer with so many processor cores."""
    settled = durations.apply + durations.read_back
    looking = (work.looked_at * durations.look + work.painted * durations.painting) / max(cores, 1)
    return Estimate(
        importing=work.photos * settled + work.copies * durations.copy + looking,
        matching=(work.matched * durations.renderings + work.measured) * (durations.rendering + settled),
    )


NIGHT: Final = 8 * 3600.0
"""Seconds of a night."""


def count_matched(seconds: float, durations: Durations = PUBLISHED) -> int:
    """How many photos Lightroom matches in so many seconds."""
    return int(seconds / (durations.renderings * (durations.rendering + durations.apply + durations.read_back)))


def describe_night(matched: int) -> str:
    """What a night comes to where so many photos are to be matched; "" where it suffices."""
    within = count_matched(NIGHT)
    if matched <= within:
        return ""
    return (
        f"A night of 8 hours matches about {within:,} of them: first those that are worth most and teach most of the "
        "others, whose differences are then expected. The next night continues."
    )


def describe_seconds(seconds: float) -> str:
    """A duration as people say it: "3 minutes", "5 hours", "9 days". Never less than a minute."""
    minutes = max(1, math.ceil(seconds / 60))
    if minutes < 120:
        return count(minutes, f"{minutes:,} minute", f"{minutes:,} minutes")
    hours = round(minutes / 60)
    if hours < 48:
        return count(hours, f"{hours:,} hour", f"{hours:,} hours")
    days = round(hours / 24)
    return count(days, f"{days:,} day", f"{days:,} days")
