"""Translates the texts of a page: pages are written in English, and what stands between their tags is translated.

What is the photographer's own (names, paths) stands in elements with HTML's `translate="no"`, or in `code`.
"""

from __future__ import annotations

import html
import re
from typing import Final

from couloir.language.catalog import Catalog

_TAG: Final = re.compile(r"(<[^>]*>)")
_NAME: Final = re.compile(r"</?([a-zA-Z0-9]+)")
_ATTRIBUTE: Final = re.compile(r'(\s(?:alt|aria-label|placeholder|title)=")([^"]*)(")')
_SPACE: Final = re.compile(r"^([\s:.,;]*)(.*?)(\s*)$", re.DOTALL)
_OWN: Final = frozenset({"code", "kbd", "script", "style"})
_NO: Final = 'translate="no"'


def translate_page(page: str, catalog: Catalog) -> str:
    """An HTML page in the catalog's language, which its `lang` then names."""
    if catalog.is_plain:
        return page
    told: list[str] = []
    own: str | None = None  # the element whose content is not ours, and how many of its name are open
    depth = 0
    for part in _TAG.split(page.replace('<html lang="en">', f'<html lang="{catalog.language}">', 1)):
        if not part.startswith("<"):
            told.append(part if own else _text(part, catalog))
            continue
        name = found[1].lower() if (found := _NAME.match(part)) else ""
        closes = part.startswith("</")
        if own is None and not closes and (name in _OWN or _NO in part):
            own, depth = name, 1
        elif own == name:
            depth += -1 if closes else 1
            own = own if depth else None
        told.append(part if _NO in part else _ATTRIBUTE.sub(lambda each: _attribute(each, catalog), part))
    return "".join(told)


def _text(text: str, catalog: Catalog) -> str:
    spaced = _SPACE.match(text)
    if spaced is None or not spaced[2]:
        return text
    return spaced[1] + html.escape(catalog.say(html.unescape(" ".join(spaced[2].split()))), quote=False) + spaced[3]


def _attribute(found: re.Match[str], catalog: Catalog) -> str:
    return found[1] + html.escape(catalog.say(html.unescape(found[2]))) + found[3]
