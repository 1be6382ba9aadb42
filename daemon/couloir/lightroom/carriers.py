"""Where an image file stores a metadata field besides XMP: IPTC-IIM records and EXIF tags.

The pairs are those of the Metadata Working Group's guidelines (2.0, sections 3 and 5) and of the mapping in the IPTC
Photo Metadata Standard; Lightroom falls back to them where XMP says nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

GPS_TAG: Final = 0x8825
#: Datasets of record 2 of IPTC-IIM by field of PhotoMetadata.
IIM: Final[Mapping[str, int]] = {
    "intellectual_genre": 4,
    "title": 5,
    "subject_codes": 12,
    "category": 15,
    "supplemental_categories": 20,
    "keywords": 25,
    "instructions": 40,
    "creator": 80,
    "creator_title": 85,
    "city": 90,
    "location": 92,
    "state": 95,
    "country_code": 100,
    "country": 101,
    "job_id": 103,
    "headline": 105,
    "credit": 110,
    "source": 115,
    "copyright": 116,
    "caption": 120,
    "caption_writer": 122,
}
#: Tags of the first EXIF directory: EXIF's own, and those of Windows.
EXIF: Final[Mapping[str, tuple[int, ...]]] = {
    "title": (0x9C9B,),
    "caption": (0x010E, 0x9C9C),
    "creator": (0x013B, 0x9C9D),
    "copyright": (0x8298,),
    "keywords": (0x9C9E,),
    "latitude": (GPS_TAG,),
    "longitude": (GPS_TAG,),
}
#: Texts of PNG by their keyword (PNG specification, 11.3.4.2).
PNG: Final[Mapping[str, str]] = {
    "title": "Title",
    "caption": "Description",
    "creator": "Author",
    "copyright": "Copyright",
}


def datasets(fields: Collection[str]) -> frozenset[int]:
    """The IPTC-IIM records that have to be removed with these fields."""
    return frozenset(IIM[field] for field in fields if field in IIM)


def tags(fields: Collection[str]) -> frozenset[int]:
    """The EXIF tags that have to be removed with these fields."""
    return frozenset(tag for field in fields for tag in EXIF.get(field, ()))
