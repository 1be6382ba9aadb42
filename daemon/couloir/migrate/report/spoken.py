"""The words that the page's scripts say: written in English, as `say("...")`; the page brings their translations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from couloir.language.catalog import Catalog

_SAID: Final = re.compile(r'\bsay\("([^"\\]*)"')
_FACT: Final = re.compile(r"\{(\w+)\}")


def spoken_in(script: str) -> Iterator[str]:
    """The texts that a script says."""
    return iter(_SAID.findall(script))


def translations(scripts: Iterable[str], catalog: Catalog) -> dict[str, str]:
    """The translation of each text of the scripts, with its facts' names in braces: the script puts the facts there."""
    said = {text for script in scripts for text in spoken_in(script)}
    return {text: catalog.message(text, **{name: f"{{{name}}}" for name in _FACT.findall(text)}) for text in said}
