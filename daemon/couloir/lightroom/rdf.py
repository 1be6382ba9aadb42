"""The RDF inside an XMP packet as a set of properties: parsed safely, changed, and written out again.

XMP allows one property to be spelled in several ways (attribute or element, several rdf:Description of the same photo).
Parsing merges them into one rdf:Description; properties that Couloir does not know are kept unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from lxml import etree

from couloir.errors import BadXmp
from couloir.lightroom.safe_xml import parse_xml

MAX_PACKET_BYTES: Final = 16 << 20
# Lightroom writes about 500 at most. Each is looked up by its name, which takes too long in a hostile packet.
MAX_PROPERTIES: Final = 2000

NAMESPACES: Final[Mapping[str, str]] = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpDM": "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "crs": "http://ns.adobe.com/camera-raw-settings/1.0/",
    "couloir": "http://ns.couloir.invalid/1.0/",
    "darktable": "http://darktable.sf.net/",
}

_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The spec's fixed packet id; the begin attribute holds a byte order mark that tells the encoding.
_HEADER: Final = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'.encode()
_TRAILER: Final = b'<?xpacket end="w"?>\n'


def name(prefixed: str) -> str:
    """lxml's spelling of a prefixed name: "dc:title" -> "{http://purl.org/dc/elements/1.1/}title"."""
    prefix, local = prefixed.split(":", 1)
    return f"{{{NAMESPACES[prefix]}}}{local}"


_DESCRIPTION: Final = name("rdf:Description")
_ABOUT: Final = name("rdf:about")
_LI: Final = name("rdf:li")
_CONTAINERS: Final = frozenset({name("rdf:Seq"), name("rdf:Bag"), name("rdf:Alt")})


def xml_text(text: str) -> str:
    """The text without what XML 1.0 cannot hold: NUL, most control characters, lone surrogates."""
    return _NOT_XML.sub("", text)


def quote_value(text: str) -> str:
    """A value from a packet for an error message: quoted, on one line, shortened."""
    return repr(text if len(text) <= 40 else text[:40] + "…")


class Properties:
    """The properties of one subject: of the photo, or of a structure within it."""

    def __init__(self, node: etree._Element) -> None:
        self.node = node

    def element(self, prefixed: str) -> etree._Element | None:
        return self.node.find(name(prefixed))

    def text(self, prefixed: str) -> str | None:
        """A simple value, whether it is spelled as an attribute or as an element."""
        attribute = self.node.get(name(prefixed))
        if attribute is not None:
            return str(attribute)
        element = self.element(prefixed)
        return (element.text or "") if element is not None and len(element) == 0 else None

    def items(self, prefixed: str) -> tuple[str, ...]:
        """The texts of a Seq, Bag or Alt, in order; a lone simple value counts as one item."""
        element = self.element(prefixed)
        container = next(iter(element), None) if element is not None else None
        if container is None or container.tag not in _CONTAINERS:
            lone = self.text(prefixed)
            return (lone,) if lone else ()
        return tuple(li.text or "" for li in container.iterchildren(_LI))

    def read_localized(self, prefixed: str) -> str | None:
        """The x-default text of an Alt, else its first text."""
        element = self.element(prefixed)
        for li in element.iter(_LI) if element is not None else ():
            if li.get(_LANG) == "x-default":
                return li.text or ""
        return next(iter(self.items(prefixed)), None)

    def structure(self, prefixed: str) -> Properties | None:
        """The fields of a structure, in any of RDF's three spellings."""
        element = self.element(prefixed)
        if element is None:
            return None
        inner = element.find(_DESCRIPTION)
        return Properties(element if inner is None else inner)

    def names(self) -> Iterable[str]:
        """Every property's name in lxml's spelling."""
        yield from (str(key) for key in self.node.attrib)
        yield from (str(child.tag) for child in self.node)

    def remove(self, prefixed: str) -> None:
        if name(prefixed) in self.node.attrib:
            del self.node.attrib[name(prefixed)]
        for element in self.node.findall(name(prefixed)):
            self.node.remove(element)

    def remove_namespace(self, prefix: str) -> None:
        self.remove_starting(f"{prefix}:")

    def remove_starting(self, prefixed: str) -> None:
        """Remove every property whose name begins with `prefixed`, for example "exif:GPS"."""
        start = name(prefixed)
        for key in [key for key in self.node.attrib if str(key).startswith(start)]:
            del self.node.attrib[key]
        for child in [child for child in self.node if str(child.tag).startswith(start)]:
            self.node.remove(child)

    def set_text(self, prefixed: str, value: str) -> None:
        self.remove(prefixed)
        self.node.set(name(prefixed), xml_text(value))

    def set_items(self, prefixed: str, container: str, values: Iterable[str]) -> None:
        """`container` is "Seq", "Bag" or "Alt"; an Alt's items all get the language x-default."""
        self.remove(prefixed)
        parent = etree.SubElement(etree.SubElement(self.node, name(prefixed)), name(f"rdf:{container}"))
        for value in values:
            li = etree.SubElement(parent, _LI)
            if container == "Alt":
                li.set(_LANG, "x-default")
            li.text = xml_text(value)

    def set_structure(self, prefixed: str) -> Properties:
        """An empty structure that replaces the property's old value."""
        self.remove(prefixed)
        return Properties(etree.SubElement(etree.SubElement(self.node, name(prefixed)), _DESCRIPTION))


def new_photo(prefixes: Mapping[str, str] | None = None) -> Properties:
    """A photo without properties. `prefixes` are the namespaces that properties of other programs need."""
    return Properties(etree.Element(_DESCRIPTION, {_ABOUT: ""}, nsmap=dict(prefixes or {})))


def parse(data: bytes, item: str) -> Properties:
    """The photo's properties in a packet, with or without its xpacket wrapper; UTF-8 only.

    Entities, DTDs and network access are refused, as are packets over 16 MiB or with too many properties. Raises
    BadXmp.
    """
    root = parse_xml(data, MAX_PACKET_BYTES, item, BadXmp, encoding="utf-8", keep_blanks=False)
    rdf = next(root.iter(name("rdf:RDF")), None)
    if rdf is None:
        raise BadXmp(item=item, why="it has no rdf:RDF element")
    return _folded(rdf, item)


def _folded(rdf: etree._Element, item: str) -> Properties:
    """One rdf:Description with the properties of all; of two properties with one name the first counts."""
    if sum(1 + len(child.attrib) + len(child) for child in rdf) > MAX_PROPERTIES:
        raise BadXmp(item=item, why=f"it has more than {MAX_PROPERTIES} properties")
    photo = new_photo({prefix: uri for child in rdf for prefix, uri in child.nsmap.items() if prefix is not None})
    for description in list(rdf):
        if description.tag != _DESCRIPTION:
            found = quote_value(etree.QName(description).localname)
            raise BadXmp(item=item, why=f"{found} stands where a description is expected")
        seen = set(photo.names())
        about = description.get(_ABOUT)
        if about:
            photo.node.set(_ABOUT, about)
        for key, value in description.attrib.items():
            # An attribute without a namespace is no property (old packets have a bare "about").
            if str(key).startswith("{") and key not in seen:
                photo.node.set(key, value)
        for child in list(description):
            if child.tag not in seen:
                photo.node.append(child)
    return photo


def serialize(photo: Properties, toolkit: str, *, wrapped: bool = True) -> bytes:
    """The packet. Pretty-printed, because otherwise darktable does not read a curve's points. Same properties, same
    bytes.

    `wrapped` is false for an extension, which has no xpacket around it.
    """
    root = etree.Element(name("x:xmpmeta"), {name("x:xmptk"): toolkit}, nsmap={"x": NAMESPACES["x"]})
    rdf = etree.SubElement(root, name("rdf:RDF"), nsmap={"rdf": NAMESPACES["rdf"]})
    rdf.append(photo.node)
    etree.cleanup_namespaces(root, top_nsmap=dict(NAMESPACES))
    written = etree.tostring(root, pretty_print=True, encoding="utf-8")
    return _HEADER + written + _TRAILER if wrapped else written
