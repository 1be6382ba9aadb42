"""The words that the page's scripts say: written in English, as `say("...")`; the page brings their translations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from couloir.language.catalog import Catalog

_SAID: Final = re.compile(r'\bsay\("([^"\\]*)"')


def spoken_in(script: str) -> Iterator[str]:
    """The texts that a script says."""
    return iter(_SAID.findall(script))


def translations(scripts: Iterable[str], catalog: Catalog) -> dict[str, str]:
    """The translation of each text of the scripts."""
    return {text: catalog.message(text) for script in scripts for text in spoken_in(script)}
