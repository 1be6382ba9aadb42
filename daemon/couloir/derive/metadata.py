"""A version's metadata in Lightroom's terms: rating, flag, label, title, IPTC, place, keywords."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath

from couloir.aperture.model import Master, Version
from couloir.aperture.wall_clock import wall_clock
from couloir.derive.translate import photo_kind
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.settings import PhotoKind
from couloir.lightroom.xmp import ImageFacts

# Order of the colours in Aperture's scripting dictionary; that index 0 is red was not seen in a real library
# (docs/unverified.md). Lightroom has five of the seven colours. Orange and grey keep their names: Lightroom shows a
# label it has no colour for as a white one, with its name, and nothing is lost.
LABELS = ("Red", "Orange", "Yellow", "Green", "Blue", "Purple", "Gray")

REJECTED = -1

ORIENTATION = {0: 1, 90: 6, 180: 3, 270: 8}  # clockwise degrees to the EXIF code
MIRRORED_ORIENTATION = {0: 2, 90: 7, 180: 4, 270: 5}
"""The same for a picture that is mirrored left to right before it is turned (Exif 2.32, tag 0x0112)."""

# What Aperture appends to the name of a duplicate. The word in other languages than English is not from a real library
# (docs/unverified.md).
_DUPLICATE = re.compile(
    r"\s+-\s+(?:Version|Versión|Versione|Versie|Versão|Versio|Wersja|バージョン|버전|版本)\s*\d+$", re.IGNORECASE
)

# IPTC property names as Aperture stores them, to the fields of PhotoMetadata.
_TEXTS = {
    "ObjectName": "title",
    "Headline": "headline",
    "Caption/Abstract": "caption",
    "Writer/Editor": "caption_writer",
    "SpecialInstructions": "instructions",
    "OriginalTransmissionReference": "job_id",
    "Byline": "creator",
    "BylineTitle": "creator_title",
    "CiAdrExtadr": "contact_address",
    "CiAdrCity": "contact_city",
    "CiAdrRegion": "contact_state",
    "CiAdrPcode": "contact_postcode",
    "CiAdrCtry": "contact_country",
    "CiTelWork": "contact_phone",
    "CiEmailWork": "contact_email",
    "CiUrlWork": "contact_url",
    "CopyrightNotice": "copyright",
    "UsageTerms": "usage_terms",
    "Credit": "credit",
    "Source": "source",
    "SubLocation": "location",
    "City": "city",
    "Province/State": "state",
    "Country/PrimaryLocationName": "country",
    "Country/PrimaryLocationCode": "country_code",
    "Category": "category",
    # Dataset 2:04 and the extension's event, as Apple's ImageIO, by which Aperture read files, spells them.
    "ObjectAttributeReference": "intellectual_genre",
    "IntellectualGenre": "intellectual_genre",
    "Event": "event",
}
_LISTS = {
    "Scene": "scene_codes",
    "SubjectReference": "subject_codes",
    "SupplementalCategory": "supplemental_categories",
    "PersonInImage": "people",
}
#: Every property key that has a field of its own.
IPTC_FIELDS = {**_TEXTS, **_LISTS}


def describe(version: Version, master: Master) -> PhotoMetadata:
    """The metadata of one version. Impossible values (a latitude of 500) are left out."""
    texts = {field: text for key, field in _TEXTS.items() if (text := version.iptc.get(key, "").strip())}
    lists = {
        field: tuple(part for raw in version.iptc.get(key, "").split(",") if (part := raw.strip()))
        for key, field in _LISTS.items()
    }
    texts.setdefault("title", _own_name(version, master))
    place, clock = _place(version), wall_clock(version)
    return PhotoMetadata(
        rating=min(max(version.rating, 0), 5),
        pick=REJECTED if version.rating == REJECTED else int(version.flagged),
        label=_label(version.color_label),
        date_created=None if clock is None else clock.iso,
        keywords=version.keywords,
        **{field: text for field, text in texts.items() if text},  # type: ignore[arg-type]
        **lists,  # type: ignore[arg-type]
        **place,  # type: ignore[arg-type]
    )


def image_facts(version: Version, master: Master, stored_orientation: int | None = None) -> ImageFacts:
    """Frame and orientation for XMP; the frame has no size if the version has none.

    `stored_orientation` is the EXIF code in the original's file. Aperture's rotation already includes its rotation but
    cannot express mirroring, so mirroring is taken from the file.
    """
    suffix = PurePosixPath(master.file_name).suffix.lstrip(".").upper()
    sidecar = suffix if photo_kind(master) is PhotoKind.RAW and suffix != "DNG" else None
    return ImageFacts(
        width=None if version.master_size is None else version.master_size.width,
        height=None if version.master_size is None else version.master_size.height,
        orientation=orientation(version.rotation, stored_orientation),
        sidecar_for=sidecar,
    )


def orientation(rotation: int, stored: int | None) -> int:
    """The EXIF code for Aperture's rotation (clockwise degrees), mirrored where the file's own code is."""
    is_mirrored = stored in MIRRORED_ORIENTATION.values()
    return (MIRRORED_ORIENTATION if is_mirrored else ORIENTATION).get(rotation, 2 if is_mirrored else 1)


def _own_name(version: Version, master: Master) -> str:
    """The version's name where the photographer changed it.

    Aperture's default is the file's name without its suffix, followed by " - Version 2" for a duplicate, as in a real
    Aperture 3.1 library ("pdf_icon - Version 2").
    """
    files = [n for n in (master.file_name, master.original_file_name, version.file_name, master.name) if n]
    defaults = {name for file in files for name in (file, _stem(file))}
    if version.name in defaults:
        return ""  # as nearly every name: the forms of the others are not needed
    defaults = {_plain_name(name) for name in defaults}
    names = {_plain_name(version.name), _plain_name(_DUPLICATE.sub("", version.name))}
    return "" if names & defaults else version.name.strip()


def _stem(file: str) -> str:
    """As PurePosixPath, which takes ten times as long."""
    name = file.rpartition("/")[2]
    dot = name.rfind(".")
    return name[:dot] if 0 < dot < len(name) - 1 else name


def _plain_name(name: str) -> str:
    """A name in the form used for comparing: Mac file systems store accents decomposed, databases composed."""
    return unicodedata.normalize("NFC", name).strip().casefold()


def _label(index: int | None) -> str | None:
    return LABELS[index] if index is not None and 0 <= index < len(LABELS) else None


def _place(version: Version) -> Mapping[str, float]:
    latitude, longitude = version.latitude, version.longitude
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return {}
    altitude = version.exif.get("Altitude")
    if not isinstance(altitude, int | float) or not math.isfinite(altitude) or abs(altitude) > 100_000:
        return {"latitude": latitude, "longitude": longitude}
    return {"latitude": latitude, "longitude": longitude, "altitude": float(altitude)}
