"""Properties of a version that have no field in Lightroom. They are kept verbatim, under Aperture's key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from couloir.aperture.model import Version
from couloir.aperture.property_keys import DATE_KEYS, EXIF_KEYS, RESTATED_KEYS
from couloir.aperture.zones import zone
from couloir.derive.metadata import IPTC_FIELDS

_IPTC, _EXIF, _OTHER = "IPTC", "EXIF", "Custom"
Unplaced = Mapping[str, Mapping[str, str | float]]
#: Two keys of one field, the first of which counts.
_SECOND: Final = {"ObjectAttributeReference": "IntellectualGenre"}


def find_unplaced(version: Version) -> Unplaced:
    """Properties without a place, by table ("IPTC", "EXIF", "Custom") and key; tables without any are left out."""
    found: dict[str, dict[str, str | float]] = {
        _IPTC: {
            key: text for key, text in version.iptc.items() if text.strip() and not _has_a_place(key, text, version)
        },
        _EXIF: {key: value for key, value in version.exif.items() if key not in EXIF_KEYS},
        _OTHER: dict(version.other),
    }
    return {table: dict(sorted(properties.items())) for table, properties in found.items() if properties}


def as_lines(properties: Unplaced) -> tuple[str, ...]:
    """One line for each property: "Film: Velvia", preceded by its table unless it is one of the photographer's own."""
    return tuple(
        f"{key}: {value}" if table == _OTHER else f"{table} {key}: {value}"
        for table, group in properties.items()
        for key, value in group.items()
    )


def _has_a_place(key: str, text: str, version: Version) -> bool:
    if key in _SECOND:
        return version.iptc.get(_SECOND[key], text) == text
    return key in IPTC_FIELDS or key in RESTATED_KEYS or _is_the_capture_time(key, text, version)


def _is_the_capture_time(key: str, text: str, version: Version) -> bool:
    """Whether a date or time of IPTC only repeats when the photo was taken, in its zone."""
    form = DATE_KEYS.get(key)
    if form is None or version.captured is None:
        return False
    digits = "".join(filter(str.isdigit, text))
    if digits.startswith(version.captured.strftime(form)):
        return True
    own = zone(version.time_zone)
    return own is not None and digits.startswith(version.captured.astimezone(own).strftime(form))
