"""A `.costyle` file: settings under a name, which the user applies to photos in Capture One.

The flat form with engine 900, as in several hundred published styles, which Capture One 16 opens; with it settings of
the whole picture can be given, which a style made of layers drops.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from couloir.destinations.capture_one.keys import ADJUSTMENTS, Setting, check, read
from couloir.destinations.capture_one.settings_xml import add_values, document_bytes, parse, read_block, stable_uuid
from couloir.errors import BadSettingsFile

SUFFIX: Final = ".costyle"
_ENGINE: Final = "900"
OF_ONE_PHOTO: Final = frozenset({"Crop", "Rotation", "WhiteBalance"})
"""Settings that belong to one photo and are in no style."""


@dataclass(frozen=True, slots=True)
class Style:
    """Settings under a name; `unread` are the texts of keys that Couloir does not know."""

    name: str
    values: Mapping[str, Setting]
    unread: Mapping[str, str] = field(default_factory=dict)


def style_bytes(style: Style) -> bytes:
    """The file. The same style, the same bytes. Raises ValueError for a value that a style cannot hold."""
    check(style.values)
    if found := OF_ONE_PHOTO & style.values.keys():
        raise ValueError(f"a style cannot hold {', '.join(sorted(found))}")
    told = {
        "Name": style.name,
        "StyleSource": "Styles",
        "UUID": stable_uuid(f"{style.name} {sorted(style.values.items())}"),
    }
    root = etree.Element("SL", {"Engine": _ENGINE})
    # As in the published styles: in the order of the names, without regard to capitals.
    add_values(root, sorted({**style.values, **told}.items(), key=lambda each: each[0].lower()))
    return document_bytes(root)


def read_style(content: bytes, item: str) -> Style:
    """A style or preset, also one whose settings are in a layer. Raises BadSettingsFile."""
    root = parse(content, item)
    if root.tag != "SL":
        raise BadSettingsFile(item=item, why="it begins as no style of Capture One does")
    texts = {key: text for block in (root, *root.iter("LA")) for key, text in read_block(block).items()}
    found = {key: value for key in texts if key in ADJUSTMENTS and (value := read(key, texts[key])) is not None}
    told = ("Name", "StyleSource", "UUID", "Enabled", "Opacity")
    unread = {key: text for key, text in texts.items() if key not in found and key not in told}
    return Style(read_block(root).get("Name", ""), found, unread)
