"""Compares facts of a photo in Lightroom and of one in Aperture, each with its tolerance. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

TIME_SLACK: Final = timedelta(seconds=2)
"""One program truncates fractions of a second, another rounds them, and FAT stores even seconds only."""

RAW_BORDER: Final = 0.02
"""The share by which RAW decoders differ in a sensor's size: 3516 columns of a Canon 350D for some, 3456 for others."""

Size = tuple[int, int]


def normalise_name(text: str) -> str:
    """A file name in the form that is compared: composed (NFC; macOS stores decomposed names) and case-folded."""
    return unicodedata.normalize("NFC", text).casefold()


def same_time(one: datetime, others: Iterable[datetime]) -> bool:
    """Whether a time equals one of the others within TIME_SLACK. All are local times, or all have a zone."""
    return any(abs(one - other) <= TIME_SLACK for other in others)


def same_size(one: Size, other: Size, *, raw: bool) -> bool:
    """Whether two sizes in pixels are the same, in any orientation; RAW files may differ by RAW_BORDER."""
    slack = RAW_BORDER if raw else 0.0
    return all(abs(a - b) <= slack * max(a, b) for a, b in zip(sorted(one), sorted(other), strict=True))


def same_camera(one: str, other: str) -> bool:
    """Whether two models are the same; one of the names may begin with the maker's. Neither may be empty."""
    shorter, longer = sorted((normalise_name(one).split(), normalise_name(other).split()), key=len)
    return longer[-len(shorter) :] == shorter
