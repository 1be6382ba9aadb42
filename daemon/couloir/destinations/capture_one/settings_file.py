"""A `.cos` file: Capture One's settings of one photograph, in `CaptureOne/Settings<engine>/` of its folder.

    IMG or SLO     E CompatibleVersion, UUID, Version
      VAR          one for each variant: E UUID
        MD         rating and colour tag, of the files of 2009
        DL         what Capture One itself sets for this photo
        AL         what the user set, which counts more
        LDS        layers

Real files of 2009 have this shape, one of them with nothing but a rotation in DL and AL; programs that read files of
Capture One 16 find variants and values in the same places (`couloir.destinations.capture_one.keys` names the sources).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from couloir.destinations.capture_one.keys import ADJUSTMENTS, Setting, check, read
from couloir.destinations.capture_one.settings_xml import (
    add_block,
    add_values,
    document_bytes,
    parse,
    read_block,
    stable_uuid,
)
from couloir.errors import BadSettingsFile

SUFFIX: Final = ".cos"
ENGINES: Final = (120, 131, 153, 166, 1665, 1680)
"""The numbers of settings folders that have been seen (Capture One 12 to 16.8) and have today's keys for curves."""

_VERSION: Final = 13  # of the file format, in the newest real file
_RATING: Final = "Basic_Rating"
_TAG_OF_2009: Final = "Color_tag_index"
_TAG: Final = "Color_Tag_Index"
_KEYWORDS: Final = "Content_Keywords"


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant. `values` are its settings by key; `unread` the texts of keys that Couloir does not know, and
    `layers` the number of its layers, both kept for reports only. `tag` is Capture One's colour tag 0..7.
    """

    uuid: str
    values: Mapping[str, Setting] = field(default_factory=dict)
    rating: int = 0
    tag: int = 0
    keywords: tuple[str, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)
    layers: int = 0


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """The settings of one photograph, its main variant first."""

    uuid: str
    variants: tuple[Variant, ...]


def settings_file_bytes(file: SettingsFile) -> bytes:
    """The file. The same settings, the same bytes. Raises ValueError for a value that Capture One does not have.

    Rating and colour tag are written where files of 2009 have them and where those of Capture One 16 have them.
    """
    root = etree.Element("IMG")
    add_values(root, [("CompatibleVersion", str(_VERSION)), ("UUID", file.uuid), ("Version", str(_VERSION))])
    for variant in file.variants:
        metadata: dict[str, Setting] = {_RATING: variant.rating, _TAG: variant.tag}
        if variant.keywords:
            metadata[_KEYWORDS] = ",".join(f"{_word(keyword)}||0" for keyword in variant.keywords)
        values = {**variant.values, **metadata}
        check(values)
        element = etree.SubElement(root, "VAR")
        add_values(element, [("UUID", variant.uuid)])
        add_block(element, "MD", {_RATING: variant.rating, _TAG_OF_2009: variant.tag})
        add_block(element, "DL", {})
        add_block(element, "AL", values)
    return document_bytes(root)


def read_settings_file(content: bytes, item: str) -> SettingsFile:
    """The settings in effect in a file: what the user set, and else Capture One's own. Raises BadSettingsFile."""
    root = parse(content, item)
    if root.tag not in ("IMG", "SLO"):
        raise BadSettingsFile(item=item, why="it begins as no settings file of Capture One does")
    variants = tuple(_read_variant(element) for element in root.iterchildren("VAR"))
    return SettingsFile(read_block(root).get("UUID", ""), variants)


def _read_variant(element: etree._Element) -> Variant:
    texts = {key: text for block in ("MD", "DL", "AL") for key, text in read_block(element.find(block)).items() if text}
    values = {key: value for key, text in texts.items() if (value := read(key, text)) is not None}
    described = {_RATING, _TAG, _TAG_OF_2009, _KEYWORDS, "Rating"}
    return Variant(
        uuid=read_block(element).get("UUID", ""),
        values={key: value for key, value in values.items() if key in ADJUSTMENTS},
        rating=_whole(values.get(_RATING)),
        tag=_whole(values.get(_TAG, values.get(_TAG_OF_2009))),
        keywords=_keywords(texts.get(_KEYWORDS, "")),
        unread={key: text for key, text in texts.items() if key not in values and key not in described},
        layers=sum(1 for _ in element.iter("LD")),
    )


def variant_uuid(version_uuid: str) -> str:
    """The uuid of the variant for a version: always the same."""
    return stable_uuid(version_uuid)


def _word(keyword: str) -> str:
    """A keyword without what parts keywords in the file."""
    return " ".join(keyword.replace("||", " ").replace(",", " ").split())


def _keywords(text: str) -> tuple[str, ...]:
    return tuple(name for part in text.split(",") if (name := part.partition("||")[0].strip()))


def _whole(value: Setting | None) -> int:
    return int(value) if isinstance(value, int | float) else 0
