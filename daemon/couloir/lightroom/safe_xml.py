"""Parses XML that nobody vouches for."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from couloir.errors import BadSettingsFile, BadXmp

_DOCTYPE: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def parse_xml(
    content: bytes,
    max_bytes: int,
    item: str,
    error: type[BadSettingsFile | BadXmp],
    *,
    encoding: str | None = None,
    keep_blanks: bool = True,
) -> etree._Element:
    """The root element, without comments and processing instructions; `encoding` counts more than what the file says.

    Entities, DTDs and network access are refused, as are more bytes than `max_bytes`: raises `error` of `item`.
    """
    content = content.strip(b"\0 \t\r\n")
    if len(content) > max_bytes:
        raise error(item=item, why=f"it is larger than {max_bytes >> 20} MiB")
    if _DOCTYPE.search(content):
        raise error(item=item, why="it declares a document type, which such files do not have")
    parser = etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_blank_text=not keep_blanks,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as found:  # ValueError: of an encoding that there is none of
        why = found.msg if isinstance(found, etree.XMLSyntaxError) else str(found)
        raise error(item=item, why=f"it is not well-formed ({why})") from found
