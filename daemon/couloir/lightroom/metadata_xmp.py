"""A photo's metadata as XMP properties, and back.

Which property Lightroom shows under which name follows the IPTC Core mapping. What is stated replaces the property in
the packet; what is not stated leaves the packet's property unchanged.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from couloir.lightroom.metadata import MAX_RATING, PLACE_LIMITS, PhotoMetadata, is_date
from couloir.lightroom.rdf import Properties, xml_text

_SIMPLE: Final[Mapping[str, str]] = {
    "label": "xmp:Label",
    "headline": "photoshop:Headline",
    "caption_writer": "photoshop:CaptionWriter",
    "instructions": "photoshop:Instructions",
    "date_created": "photoshop:DateCreated",
    "job_id": "photoshop:TransmissionReference",
    "category": "photoshop:Category",
    "intellectual_genre": "Iptc4xmpCore:IntellectualGenre",
    "creator_title": "photoshop:AuthorsPosition",
    "credit": "photoshop:Credit",
    "source": "photoshop:Source",
    "location": "Iptc4xmpCore:Location",
    "city": "photoshop:City",
    "state": "photoshop:State",
    "country": "photoshop:Country",
    "country_code": "Iptc4xmpCore:CountryCode",
}
_LOCALIZED: Final[Mapping[str, str]] = {
    "title": "dc:title",
    "caption": "dc:description",
    "copyright": "dc:rights",
    "usage_terms": "xmpRights:UsageTerms",
    "event": "Iptc4xmpExt:Event",
}
_BAGS: Final[Mapping[str, str]] = {
    "supplemental_categories": "photoshop:SupplementalCategories",
    "scene_codes": "Iptc4xmpCore:Scene",
    "subject_codes": "Iptc4xmpCore:SubjectCode",
    "people": "Iptc4xmpExt:PersonInImage",
}
_CONTACT: Final = "Iptc4xmpCore:CreatorContactInfo"
_CONTACT_FIELDS: Final[Mapping[str, str]] = {
    "contact_address": "Iptc4xmpCore:CiAdrExtadr",
    "contact_city": "Iptc4xmpCore:CiAdrCity",
    "contact_state": "Iptc4xmpCore:CiAdrRegion",
    "contact_postcode": "Iptc4xmpCore:CiAdrPcode",
    "contact_country": "Iptc4xmpCore:CiAdrCtry",
    "contact_phone": "Iptc4xmpCore:CiTelWork",
    "contact_email": "Iptc4xmpCore:CiEmailWork",
    "contact_url": "Iptc4xmpCore:CiUrlWork",
}
# Every property from which Lightroom reads a field's value, with its kind of list.
_SEVERAL: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    **{field: ((prefixed, "Alt"),) for field, prefixed in _LOCALIZED.items()},
    **{field: ((prefixed, "Bag"),) for field, prefixed in _BAGS.items()},
    "creator": (("dc:creator", "Seq"),),
    "keywords": (("dc:subject", "Bag"), ("lr:hierarchicalSubject", "Bag"), ("lr:weightedFlatSubject", "Bag")),
}
_OTHERS: Final[Mapping[str, str]] = {
    "rating": "xmp:Rating",
    "pick": "xmpDM:pick",
    "latitude": "exif:GPSLatitude",
    "longitude": "exif:GPSLongitude",
    "altitude": "exif:GPSAltitude",
}
_PLACE: Final = frozenset({"latitude", "longitude"})
# Lightroom's separator between the levels of a keyword; within a name it would start a level.
_LEVEL: Final = "|"
_LEVEL_IN_A_NAME: Final = "/"
_MICRO_MINUTES: Final = 60_000_000
# "52,27.58N" or "52,27,34.8N", the two spellings of the XMP specification.
_PART: Final = r"\d{1,2}(?:\.\d+)?"
_COORDINATE: Final = re.compile(
    rf"(?P<degrees>\d{{1,3}}),(?P<minutes>{_PART})(?:,(?P<seconds>{_PART}))?(?P<direction>[NSEW])", re.ASCII
)
_RATIONAL: Final = re.compile(r"(-?\d{1,18})/(\d{1,18})", re.ASCII)


def properties_of(field: str) -> tuple[str, ...]:
    """The XMP properties in which a field of PhotoMetadata stands."""
    single = _SIMPLE.get(field) or _CONTACT_FIELDS.get(field) or _OTHERS.get(field)
    return (single,) if single else tuple(prefixed for prefixed, _ in _SEVERAL.get(field, ()))


def put_metadata(photo: Properties, metadata: PhotoMetadata) -> None:
    if metadata.rating is not None:
        photo.set_text("xmp:Rating", str(metadata.rating))
    if metadata.pick is not None:
        photo.set_text("xmpDM:pick", str(metadata.pick))
    for field, prefixed in _SIMPLE.items():
        if text := _clean(getattr(metadata, field)):
            photo.set_text(prefixed, text)
    for field, prefixed in _LOCALIZED.items():
        if text := _clean(getattr(metadata, field)):
            photo.set_items(prefixed, "Alt", (text,))
    for field, prefixed in _BAGS.items():
        if texts := _distinct(getattr(metadata, field)):
            photo.set_items(prefixed, "Bag", texts)
    if creator := _clean(metadata.creator):
        photo.set_items("dc:creator", "Seq", (creator,))
    _put_contact(photo, metadata)
    _put_keywords(photo, metadata.keywords)
    _put_place(photo, metadata)
    if metadata.date_created is not None and "T" in metadata.date_created:
        # The capture time that Lightroom sorts by; photoshop:DateCreated alone is only an IPTC field.
        photo.set_text("exif:DateTimeOriginal", metadata.date_created)


def clear_metadata(photo: Properties, cleared: Collection[str], *, stating: bool) -> None:
    """Remove these fields of PhotoMetadata; `stating` puts the empty value in their place.

    Lightroom reads what a sidecar does not state from the RAW file itself, so leaving a field out is not enough. A
    position has no empty value: it is only removed.
    """
    for field in cleared:
        if field in _SIMPLE:
            photo.remove(_SIMPLE[field])
            if stating:
                photo.set_text(_SIMPLE[field], "")
        elif field in _CONTACT_FIELDS:
            _clear_contact(photo, _CONTACT_FIELDS[field], stating=stating)
        else:
            for prefixed, container in _SEVERAL.get(field, ()):
                photo.remove(prefixed)
                if stating:
                    photo.set_items(prefixed, container, ("",) if container == "Alt" else ())
    if not _PLACE.isdisjoint(cleared):
        photo.remove_starting("exif:GPS")
    elif "altitude" in cleared:
        photo.remove_starting("exif:GPSAltitude")


def _clear_contact(photo: Properties, prefixed: str, *, stating: bool) -> None:
    known = photo.structure(_CONTACT)
    if known is not None:
        known.remove(prefixed)
    if stating:
        (known or photo.set_structure(_CONTACT)).set_text(prefixed, "")
    elif known is not None and not list(known.names()):
        photo.remove(_CONTACT)


def _clean(text: str | None) -> str:
    """The text without characters that XML cannot hold; "" for a blank text, which XML does not keep."""
    held = xml_text(text or "")
    return held if held.strip() else ""


def _distinct(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in dict.fromkeys(map(_clean, texts)) if text)


def _put_contact(photo: Properties, metadata: PhotoMetadata) -> None:
    stated = {prefixed: _clean(getattr(metadata, field)) for field, prefixed in _CONTACT_FIELDS.items()}
    if not any(stated.values()):
        return
    known = photo.structure(_CONTACT)
    kept = {prefixed: known.text(prefixed) or "" if known is not None else "" for prefixed in stated}
    contact = photo.set_structure(_CONTACT)
    for prefixed, text in stated.items():
        if value := text or kept[prefixed]:
            contact.set_text(prefixed, value)


def _put_keywords(photo: Properties, keywords: tuple[tuple[str, ...], ...]) -> None:
    paths = _clean_paths(keywords)
    if paths:
        photo.set_items("dc:subject", "Bag", dict.fromkeys(path[-1] for path in paths))
        photo.set_items("lr:hierarchicalSubject", "Bag", (_LEVEL.join(path) for path in paths))


def _clean_paths(paths: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    clean = (tuple(_clean(level).replace(_LEVEL, _LEVEL_IN_A_NAME) for level in path) for path in paths)
    stated = dict.fromkeys(tuple(level for level in path if level) for path in clean)
    return tuple(path for path in stated if path)


def _put_place(photo: Properties, metadata: PhotoMetadata) -> None:
    if metadata.latitude is not None and metadata.longitude is not None:
        photo.set_text("exif:GPSVersionID", "2.2.0.0")
        photo.set_text("exif:GPSLatitude", _coordinate(metadata.latitude, "NS"))
        photo.set_text("exif:GPSLongitude", _coordinate(metadata.longitude, "EW"))
    if metadata.altitude is not None:
        photo.set_text("exif:GPSAltitudeRef", "1" if metadata.altitude < 0 else "0")
        photo.set_text("exif:GPSAltitude", f"{round(abs(metadata.altitude) * 1000)}/1000")


def _coordinate(degrees: float, directions: str) -> str:
    """Whole degrees and minutes to six places (2 mm): 52.4596 -> "52,27.576000N"."""
    whole, rest = divmod(round(abs(degrees) * _MICRO_MINUTES), _MICRO_MINUTES)
    return f"{whole},{rest // 1_000_000}.{rest % 1_000_000:06d}{directions[degrees < 0]}"


def get_metadata(photo: Properties) -> PhotoMetadata:
    """The metadata in a packet. A value that its field's type does not allow counts as not stated."""
    found: dict[str, Any] = {field: _stated(photo.text(prefixed)) for field, prefixed in _SIMPLE.items()}
    found |= {field: _stated(photo.read_localized(prefixed)) for field, prefixed in _LOCALIZED.items()}
    found |= {field: _distinct(photo.items(prefixed)) for field, prefixed in _BAGS.items()}
    contact = photo.structure(_CONTACT)
    if contact is not None:
        found |= {field: _stated(contact.text(prefixed)) for field, prefixed in _CONTACT_FIELDS.items()}
    found["creator"] = "; ".join(_distinct(photo.items("dc:creator"))) or None
    found["keywords"] = _keywords(photo)
    found["rating"], found["pick"] = _rating_and_pick(photo)
    found["latitude"], found["longitude"] = _latitude_and_longitude(photo)
    found["altitude"] = _altitude(photo)
    if found["date_created"] is not None and not is_date(found["date_created"]):
        found["date_created"] = None
    return PhotoMetadata(**found)


def _stated(text: str | None) -> str | None:
    return _clean(text) or None


def _keywords(photo: Properties) -> tuple[tuple[str, ...], ...]:
    """The paths of lr:hierarchicalSubject, then the words of dc:subject that none of them contains."""
    paths = _clean_paths(tuple(path.split(_LEVEL)) for path in photo.items("lr:hierarchicalSubject"))
    placed = {level for path in paths for level in path}
    words = _clean_paths((word,) for word in photo.items("dc:subject"))
    return paths + tuple(path for path in words if path[0] not in placed)


def _rating_and_pick(photo: Properties) -> tuple[int | None, int | None]:
    """Bridge writes a reject as rating -1; Lightroom has the flag for it."""
    rating = _whole(photo.text("xmp:Rating"))
    pick = _whole(photo.text("xmpDM:pick"))
    pick = pick if pick in (-1, 0, 1) else None
    if rating is None or rating >= 0:
        return (None if rating is None else min(rating, MAX_RATING)), pick
    return 0, -1 if pick is None else pick


def _whole(text: str | None) -> int | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return round(number) if math.isfinite(number) else None


def _latitude_and_longitude(photo: Properties) -> tuple[float, float] | tuple[None, None]:
    latitude = _degrees(photo.text("exif:GPSLatitude") or "", "NS", PLACE_LIMITS["latitude"])
    longitude = _degrees(photo.text("exif:GPSLongitude") or "", "EW", PLACE_LIMITS["longitude"])
    return (None, None) if latitude is None or longitude is None else (latitude, longitude)


def _degrees(text: str, directions: str, limit: float) -> float | None:
    match = _COORDINATE.fullmatch(text)
    if match is None or match["direction"] not in directions:
        return None
    value = int(match["degrees"]) + float(match["minutes"]) / 60 + float(match["seconds"] or 0) / 3600
    if value > limit:
        return None
    return -value if match["direction"] == directions[1] else value


def _altitude(photo: Properties) -> float | None:
    match = _RATIONAL.fullmatch(photo.text("exif:GPSAltitude") or "")
    if match is None or int(match[2]) == 0:
        return None
    metres = int(match[1]) / int(match[2])
    if abs(metres) > PLACE_LIMITS["altitude"]:
        return None
    return -metres if photo.text("exif:GPSAltitudeRef") == "1" else metres
