"""Converts a photo's develop settings, as Lightroom returns them, to `DevelopSettings`.

Lightroom's own table has about 180 keys, some of older process versions, and gives some numbers in single precision.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from couloir.lightroom.keys import CROP_KEYS, SETTINGS, WHITE_BALANCE_KEYS, WHITE_BALANCE_NUMBERS, PhotoKind
from couloir.lightroom.settings import DevelopSettings


def read_live(table: Mapping[str, object], kind: PhotoKind) -> tuple[DevelopSettings, tuple[str, ...]]:
    """The develop settings of a photo from Lightroom's `table`, and the keys whose values are refused.

    Keys that Couloir never sets are left out silently, and so are those that have no effect in this table:
    white balance numbers without "Custom", those of the other kind of file, and an incomplete crop.
    """
    left_out = set[str]()
    if table.get("WhiteBalance") != "Custom":
        left_out |= WHITE_BALANCE_NUMBERS
    if not all(key in table for key in CROP_KEYS):
        left_out |= set(CROP_KEYS)
    meant = {
        key: _rounded(key, value)
        for key, value in table.items()
        if key in SETTINGS and kind in SETTINGS[key].kinds and key not in left_out
    }
    # Keys that describe one thing are taken together or left out together.
    groups = [set(CROP_KEYS), {"WhiteBalance", *WHITE_BALANCE_NUMBERS}]
    groups += [{key} for key in meant.keys() - set.union(*groups)]
    taken: dict[str, object] = {}
    refused: list[str] = []
    for group in groups:
        part = {key: value for key, value in meant.items() if key in group}
        try:
            taken |= DevelopSettings(part)
        except ValueError:
            refused += part
    return DevelopSettings(taken), tuple(sorted(refused))


def read_as_shot(table: Mapping[str, object]) -> tuple[float, float] | None:
    """A RAW file's own (kelvin, tint) where `table` uses the as-shot white balance: Lightroom states its numbers then.

    None where another white balance is in use, and where the numbers are outside the possible ranges.
    """
    if table.get("WhiteBalance") != "As Shot":
        return None
    kelvin, tint = (_number(table.get(key)) for key in WHITE_BALANCE_KEYS[PhotoKind.RAW])
    return None if kelvin is None or tint is None or kelvin <= 0 else (kelvin, tint)


def _number(value: object) -> float | None:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if usable else None  # type: ignore[arg-type]  # `usable` says that it is a number


def _rounded(key: str, value: object) -> object:
    """A number rounded to its slider's step; any other value unchanged."""
    if SETTINGS[key].is_numeric and isinstance(value, int | float) and not isinstance(value, bool):
        return round(value, SETTINGS[key].decimals) if abs(value) < 1e9 else value
    return value
