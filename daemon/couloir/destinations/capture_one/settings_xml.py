"""The XML that Capture One's settings files and styles have in common: elements `<E K="key" V="value"/>` in blocks."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Final

from lxml import etree

from couloir.destinations.capture_one.keys import Setting, spell
from couloir.errors import BadSettingsFile
from couloir.lightroom.rdf import xml_text
from couloir.lightroom.safe_xml import parse_xml

MAX_BYTES: Final = 8 << 20
MAX_ELEMENTS: Final = 50_000
_OURS: Final = uuid.UUID("0d6f8f0b-5f0f-49b4-8f5e-3fbd2a2c9c55")


def parse(content: bytes, item: str) -> etree._Element:
    """The root element. Entities, DTDs and network access are refused. Raises BadSettingsFile."""
    root = parse_xml(content, MAX_BYTES, item, BadSettingsFile)
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise BadSettingsFile(item=item, why=f"it has more than {MAX_ELEMENTS:,} elements")
    return root


def read_block(block: etree._Element | None) -> dict[str, str]:
    """The texts of a block's own elements by their keys; of two with the same key the last one counts."""
    if block is None:
        return {}
    return {str(each.get("K")): str(each.get("V") or "") for each in block.iterchildren("E") if each.get("K")}


def add_block(parent: etree._Element, tag: str, values: Mapping[str, Setting]) -> etree._Element:
    """A block with its values in the order of their keys."""
    block = etree.SubElement(parent, tag)
    add_values(block, sorted(values.items()))
    return block


def add_values(block: etree._Element, values: Iterable[tuple[str, Setting]]) -> None:
    for key, value in values:
        etree.SubElement(block, "E", {"K": key, "V": xml_text(spell(value))})


def document_bytes(root: etree._Element) -> bytes:
    """The document, indented with tabs as Capture One does. The same tree, the same bytes."""
    etree.indent(root, "\t")
    return b'<?xml version="1.0"?>\n' + etree.tostring(root, encoding="utf-8") + b"\n"


def stable_uuid(of: str) -> str:
    """A uuid in Capture One's spelling that is always the same for the same text."""
    return str(uuid.uuid5(_OURS, of)).upper()
