"""What Lightroom stores about a photo besides its look: rating, flag, label, keywords, IPTC, place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType

MAX_RATING = 5
# Degrees, degrees and metres, either sign.
PLACE_LIMITS: Mapping[str, float] = MappingProxyType({"latitude": 90, "longitude": 180, "altitude": 100_000})

# The date grammar of the XMP specification: any precision from a year to fractions of a second, the offset optional.
_TIME = r"([01]\d|2[0-3]):[0-5]\d"
_DATE = re.compile(rf"(\d{{4}})(?:-(\d\d)(?:-(\d\d)(T{_TIME}(:[0-5]\d(\.\d+)?)?(Z|[+-]{_TIME})?)?)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PhotoMetadata:
    """One photo's metadata in Lightroom's terms. None and () mean "not stated".

    `rating` is 0 to 5, `pick` Lightroom's flag: 1 picked, -1 rejected, 0 neither. `label` is the colour's name as
    Lightroom's label set spells it ("Red"). Each of `keywords` is a path from the root to the keyword itself.
    `date_created` is an ISO 8601 date or time, with its offset where one is known. Latitude and longitude are WGS 84
    degrees, north and east positive; altitude is metres above sea level. Raises ValueError for values outside these.
    """

    rating: int | None = None
    pick: int | None = None
    label: str | None = None

    title: str | None = None
    headline: str | None = None
    caption: str | None = None
    caption_writer: str | None = None
    instructions: str | None = None
    date_created: str | None = None
    job_id: str | None = None
    event: str | None = None
    category: str | None = None
    supplemental_categories: tuple[str, ...] = ()
    intellectual_genre: str | None = None
    scene_codes: tuple[str, ...] = ()
    subject_codes: tuple[str, ...] = ()

    creator: str | None = None
    creator_title: str | None = None
    contact_address: str | None = None
    contact_city: str | None = None
    contact_state: str | None = None
    contact_postcode: str | None = None
    contact_country: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    contact_url: str | None = None
    copyright: str | None = None
    usage_terms: str | None = None
    credit: str | None = None
    source: str | None = None

    location: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    country_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None

    keywords: tuple[tuple[str, ...], ...] = ()
    people: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.rating is not None and self.rating not in range(MAX_RATING + 1):
            raise ValueError(f"rating cannot be {self.rating!r}: 0 to {MAX_RATING} stars")
        if self.pick not in (None, -1, 0, 1):
            raise ValueError(f"pick cannot be {self.pick!r}: 1, 0 or -1")
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude belong together")
        for name, limit in PLACE_LIMITS.items():
            value = getattr(self, name)
            # A comparison with NaN is false, so NaN is refused, too.
            if value is not None and not abs(value) <= limit:
                raise ValueError(f"{name} cannot be {value!r}: the range is -{limit} to {limit}")
        if self.date_created is not None and not is_date(self.date_created):
            raise ValueError(f"date_created cannot be {self.date_created!r}: an ISO 8601 date or time is needed")

    def as_dict(self) -> dict[str, object]:
        """The fields that are stated, as plain data for JSON; keyword paths are lists."""
        stated = {name: getattr(self, name) for name in _NAMES}
        return {name: _plain(value) for name, value in stated.items() if value not in (None, ())}


_NAMES = tuple(field.name for field in fields(PhotoMetadata))  # asking for them costs as much as the values


def is_date(text: str) -> bool:
    """True for a date or a time in XMP's spelling that exists in the calendar."""
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    try:
        date(*(int(part or 1) for part in match.group(1, 2, 3)))
    except ValueError:
        return False
    return True


def _plain(value: object) -> object:
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value
