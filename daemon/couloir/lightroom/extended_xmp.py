"""XMP that is too large for one JPEG segment: a standard packet, and an extension in further segments.

XMP Specification, Part 3 (Storage in Files), 1.1.3.1: the standard packet names the extension by the MD5 of its bytes
in xmpNote:HasExtendedXMP; each segment repeats that name and says how long the whole is and where its part begins.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable
from typing import Final

from lxml import etree

from couloir.errors import BadXmp, CannotEmbed
from couloir.lightroom.rdf import MAX_PACKET_BYTES, NAMESPACES, Properties, name, new_photo, parse, serialize

#: What the specification allows in one segment: of a standard packet, and of an extension.
MAX_STANDARD: Final = 65_502
_MAX_PART: Final = 65_400
SIGNATURE: Final = b"http://ns.adobe.com/xmp/extension/\0"
_NOTE: Final = "xmpNote:HasExtendedXMP"
_DIGEST: Final = 32  # hexadecimal digits
_HEAD: Final = struct.Struct(f">{_DIGEST}sII")
_TOOLKIT: Final = re.compile(rb'xmptk="([^"]*)"')
# Couloir and Lightroom recognise a packet by these properties, so they stay in the standard packet.
_STAYING: Final = tuple(f"{{{NAMESPACES[prefix]}}}" for prefix in ("couloir", "xmpNote", "rdf", "tiff"))
_LAST: Final = f"{{{NAMESPACES['crs']}}}Table_"  # nobody has seen whether Lightroom finds a table in an extension


def split(packet: bytes, item: str) -> tuple[bytes, list[bytes]]:
    """A standard packet that fits, and the payloads of the extension's segments: none where all fits as it is.

    The largest properties go first, as the specification suggests, but the tables of enhanced profiles last. Raises
    CannotEmbed, which names `item`, when what has to stay does not fit either.
    """
    if len(packet) <= MAX_STANDARD:
        return packet, []
    found = _TOOLKIT.search(packet)
    toolkit = found[1].decode("utf-8", "replace") if found else ""
    try:
        standard = parse(packet, item)
    except BadXmp as error:
        raise CannotEmbed(item=item, why=f"its XMP cannot be split: {error.facts['why']}") from error
    extension = new_photo({prefix: uri for prefix, uri in standard.node.nsmap.items() if prefix is not None})
    about = standard.node.get(name("rdf:about"))
    extension.node.set(name("rdf:about"), about or "")
    standard.set_text(_NOTE, "0" * _DIGEST)
    whole = serialize(standard, toolkit)
    movable = _by_size(standard)
    while len(whole) > MAX_STANDARD:
        if not movable:
            raise CannotEmbed(item=item, why=f"its XMP does not fit into {MAX_STANDARD} bytes and an extension")
        excess = len(whole) - MAX_STANDARD
        # The sizes are estimates; the next round moves what is still too large.
        while movable and excess > 0:
            key, size = movable.pop(0)
            _move(key, standard, extension)
            excess -= size
        whole = serialize(standard, toolkit)
    content = serialize(extension, toolkit, wrapped=False)
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest().upper()
    standard.set_text(_NOTE, digest)
    parts = range(0, len(content), _MAX_PART)
    return serialize(standard, toolkit), [
        SIGNATURE + _HEAD.pack(digest.encode("ascii"), len(content), place) + content[place : place + _MAX_PART]
        for place in parts
    ]


def _by_size(photo: Properties) -> list[tuple[str, int]]:
    """Names of properties that may move, and about how many bytes each takes, in the order in which they go."""
    sizes: dict[str, int] = {}
    for key, value in photo.node.attrib.items():
        sizes[str(key)] = len(str(value).encode("utf-8")) + 8
    for child in photo.node:
        # lxml repeats namespaces here that the packet states once: the sizes are estimates, used for the order.
        sizes[str(child.tag)] = len(etree.tostring(child))
    movable = ((key, size) for key, size in sizes.items() if not key.startswith(_STAYING))
    return sorted(movable, key=lambda pair: (pair[0].startswith(_LAST), -pair[1], pair[0]))


def _move(key: str, standard: Properties, extension: Properties) -> None:
    if key in standard.node.attrib:
        extension.node.set(key, standard.node.attrib.pop(key))
    for child in standard.node.findall(key):
        extension.node.append(child)


def join_extension(packet: bytes, payloads: Iterable[bytes], item: str) -> tuple[bytes, str]:
    """The standard packet merged with its extension, and what is wrong with the extension ("" for nothing).

    `payloads` are those of all segments with SIGNATURE, including segments that belong to no packet. An extension that
    cannot be joined is left out.
    """
    try:
        photo = parse(packet, item)
    except BadXmp:
        return packet, ""  # the reader of the packet reports it
    digest = photo.text(_NOTE)
    if digest is None:
        return packet, ""
    content, why = _assembled(digest.encode("utf-8", "replace"), payloads)
    if content is None:
        return packet, why
    try:
        extension = parse(content, item)
    except BadXmp as error:
        return packet, str(error.facts["why"])
    photo.remove(_NOTE)
    known = set(photo.names())
    for key, value in extension.node.attrib.items():
        if key not in known:
            photo.node.set(key, value)
    for child in list(extension.node):
        if child.tag not in known:
            photo.node.append(child)
    found = _TOOLKIT.search(packet)
    return serialize(photo, found[1].decode("utf-8", "replace") if found else ""), ""


def _assembled(digest: bytes, payloads: Iterable[bytes]) -> tuple[bytes | None, str]:
    """The bytes of the extension with this digest, or why there are none."""
    parts: dict[int, bytes] = {}
    length = 0
    for payload in payloads:
        head = payload[len(SIGNATURE) : len(SIGNATURE) + _HEAD.size]
        if len(head) < _HEAD.size:
            continue
        own, whole, place = _HEAD.unpack(head)
        if own == digest:
            length = whole
            parts.setdefault(place, payload[len(SIGNATURE) + _HEAD.size :])
    if length > MAX_PACKET_BYTES:
        return None, f"its extension is larger than {MAX_PACKET_BYTES >> 20} MiB"
    content = bytearray()
    for place, part in sorted(parts.items()):
        if place != len(content):
            break
        content += part
    if not parts or len(content) != length:
        return None, "a part of its extension is missing"
    if hashlib.md5(content, usedforsecurity=False).hexdigest().upper().encode("ascii") != digest.upper():
        return None, "its extension is damaged"
    return bytes(content), ""
