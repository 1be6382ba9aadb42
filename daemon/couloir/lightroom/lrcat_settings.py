"""Converts the settings text of a catalog to develop settings, and says what could not be converted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from couloir.lightroom.keys import WHITE_BALANCE_KEYS
from couloir.lightroom.live import read_as_shot
from couloir.lightroom.lrcat_text import Value, decode, parse
from couloir.lightroom.settings import SETTINGS, DevelopSettings, SettingType

_OLDEST: Final = (6, 7)
"""Process version 2012: the sliders of older versions have other meanings, even under the same names."""


@dataclass(frozen=True, slots=True)
class DevelopRecord:
    """A photo's `settings`, or None with the `problem`. `as_shot`: a RAW file's own (kelvin, tint) where in use."""

    settings: DevelopSettings | None
    as_shot: tuple[float, float] | None
    problem: str = ""


def read_develop_record(stored: object, process_version: str) -> DevelopRecord:
    """The develop settings of one row. Never raises: a text that cannot be read becomes the photo's `problem`."""
    try:
        fields = parse(decode(stored))
    except ValueError as error:
        return DevelopRecord(None, None, f"its settings cannot be read: {error}")
    stated = str(fields.get("ProcessVersion") or process_version)
    if _version(stated) < _OLDEST:
        return DevelopRecord(
            None, None, f"it has process version {stated or 'unknown'}, whose sliders differ from today's"
        )
    as_shot = None
    if fields.get("WhiteBalance") != "Custom":
        as_shot = read_as_shot(fields)
        for keys in WHITE_BALANCE_KEYS.values():
            for key in keys:
                fields.pop(key, None)
    try:
        return DevelopRecord(DevelopSettings({key: _value(key, fields[key]) for key in fields if _taken(key)}), as_shot)
    except ValueError as error:
        return DevelopRecord(None, None, f"its settings are not what Lightroom writes: {error}")


def _taken(key: str) -> bool:
    """True for the keys that Couloir sets itself, other than a look, whose table holds much that Couloir never sets."""
    return key in SETTINGS and SETTINGS[key].type is not SettingType.TABLE and key != "ProcessVersion"


def _value(key: str, value: Value) -> object:
    setting = SETTINGS[key]
    if setting.type is SettingType.CURVE and isinstance(value, list):
        return tuple(value)
    if setting.type is SettingType.INTEGER and isinstance(value, float):
        return round(value)
    return value


def _version(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    return (int(major), int(minor or 0)) if major.isdigit() and (minor or "0").isdigit() else (0, 0)
