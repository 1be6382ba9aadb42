"""Metadata that was removed in Aperture is not written; what Aperture never had stays in the file.

An original may hold a caption, a keyword or a position of its own, in XMP, IPTC or EXIF. Aperture read them when it
imported the photo and kept them in its database only. Where the library has no value now, there are three cases:

- *managed*: Aperture keeps a value of its own for the field in every version, empty or not. An empty one counts.
- *recorded*: one of Aperture's other records of the original (version 0, or a further version) holds a value that this
  version lacks. The value was removed from this version.
- Otherwise Aperture never had the value, and the file's value is kept. Without any record of the original the case
  cannot be decided: the file's value is kept and reported.

docs/metadata.md is generated from RULES.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from couloir.aperture.model import OtherRecords, Version
from couloir.lightroom.metadata import PhotoMetadata

NO_OTHER_RECORDS: Final = OtherRecords()
POSITION: Final = ("latitude", "longitude", "altitude")
_SAME_PLACE: Final = 1e-4  # degrees, some ten metres: less than a photographer moves a pin


class Authority(StrEnum):
    """Which record decides when this version has no value."""

    MANAGED = "managed"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class Rule:
    """How the removal of one field is recognised. `keys` are Aperture's property keys, any of which counts as a record
    of the field; `evidence` is the reason for the rule.
    """

    authority: Authority
    keys: tuple[str, ...]
    evidence: str


_SHOWN: Final = "a column or table of its own for every version (RKVersion, RKKeywordForVersion), never a fallback"
_COPIED: Final = "read into RKIptcProperty at import, for version 0 too: seen in a real library, row for row"


def _recorded(*keys: str) -> Rule:
    return Rule(Authority.RECORDED, keys, _COPIED)


RULES: Final[Mapping[str, Rule]] = {
    "rating": Rule(Authority.MANAGED, (), _SHOWN),
    "pick": Rule(Authority.MANAGED, (), _SHOWN),
    "label": Rule(Authority.MANAGED, (), _SHOWN),
    "keywords": Rule(Authority.MANAGED, (), _SHOWN),
    "caption": Rule(
        Authority.MANAGED, ("Caption/Abstract",), "the field of Aperture's own Info panel, below each photo"
    ),
    "title": _recorded("ObjectName"),
    "headline": _recorded("Headline"),
    "caption_writer": _recorded("Writer/Editor"),
    "instructions": _recorded("SpecialInstructions"),
    "job_id": _recorded("OriginalTransmissionReference"),
    "event": _recorded("Event"),
    "intellectual_genre": _recorded("IntellectualGenre", "ObjectAttributeReference"),
    "category": _recorded("Category"),
    "supplemental_categories": _recorded("SupplementalCategory"),
    "scene_codes": _recorded("Scene"),
    "subject_codes": _recorded("SubjectReference"),
    "people": _recorded("PersonInImage"),
    "creator": _recorded("Byline"),
    "creator_title": _recorded("BylineTitle"),
    "contact_address": _recorded("CiAdrExtadr"),
    "contact_city": _recorded("CiAdrCity"),
    "contact_state": _recorded("CiAdrRegion"),
    "contact_postcode": _recorded("CiAdrPcode"),
    "contact_country": _recorded("CiAdrCtry"),
    "contact_phone": _recorded("CiTelWork"),
    "contact_email": _recorded("CiEmailWork"),
    "contact_url": _recorded("CiUrlWork"),
    "copyright": _recorded("CopyrightNotice"),
    "usage_terms": _recorded("UsageTerms"),
    "credit": _recorded("Credit"),
    "source": _recorded("Source"),
    "location": _recorded("SubLocation"),
    "city": _recorded("City"),
    "state": _recorded("Province/State"),
    "country": _recorded("Country/PrimaryLocationName"),
    "country_code": _recorded("Country/PrimaryLocationCode"),
    "latitude": Rule(
        Authority.RECORDED,
        ("exifLatitude", "Latitude"),
        "exifLatitude and exifLongitude of version 0 and version 1 agree in a real library; the EXIF property of "
        "another record counts where this version has none of its own",
    ),
    "longitude": Rule(Authority.RECORDED, ("exifLongitude", "Longitude"), "with the latitude: half a position is none"),
    "altitude": Rule(Authority.RECORDED, ("Altitude",), "with the position: removed or moved with it"),
}


@dataclass(frozen=True, slots=True)
class Removal:
    """The removed metadata of one version. `fields` of PhotoMetadata must not be in what is written; `moved`: the
    position in the file is no longer the photo's.

    `recorded` are those fields for which a record proves that there was a value. `unsure` are fields that cannot be
    decided; the file's values of them are kept.
    """

    fields: frozenset[str] = frozenset()
    recorded: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    moved: bool = False

    @property
    def of_the_file(self) -> frozenset[str]:
        """The fields to remove from the file's EXIF and IPTC, besides its XMP; a position that was moved is one."""
        return self.fields | frozenset(POSITION) if self.moved else self.fields


NO_REMOVAL: Final = Removal()


def find_removals(version: Version, metadata: PhotoMetadata, records: OtherRecords = NO_OTHER_RECORDS) -> Removal:
    """The fields of the file that must not reappear with a version; `metadata` is what `describe` says of it."""
    absent = {field for field in RULES if getattr(metadata, field) in (None, ())} - {*POSITION, "rating", "pick"}
    managed = {field for field in absent if RULES[field].authority is Authority.MANAGED}
    held = {"keywords": records.keywords, "label": records.label}
    known = {field for field in absent if held.get(field) or not records.iptc.isdisjoint(RULES[field].keys)}
    unsure = set() if records.original else absent - managed - known
    place = _place(version, metadata, records)
    return Removal(
        fields=frozenset(managed | known | place.fields),
        recorded=frozenset(known | place.fields),
        unsure=frozenset(unsure | place.unsure),
        moved=place.moved,
    )


def _place(version: Version, metadata: PhotoMetadata, records: OtherRecords) -> Removal:
    own = {"Latitude", "Longitude"} & version.exif.keys()
    if metadata.latitude is not None and metadata.longitude is not None:
        before = records.original_place
        here = metadata.latitude, metadata.longitude
        moved = before is not None and any(abs(a - b) > _SAME_PLACE for a, b in zip(here, before, strict=True))
        return Removal(frozenset({"altitude"} if moved and metadata.altitude is None else ()), moved=moved)
    if version.latitude is not None or version.longitude is not None:
        return Removal(unsure=frozenset(POSITION))  # half a position, or an impossible one
    if records.placed or (records.exif & {"Latitude", "Longitude"} and not own):
        return Removal(frozenset(POSITION))
    return Removal(unsure=frozenset(POSITION if own or not records.original else ()))
