"""LOC: texts of the plug-in in the language of Lightroom's menus."""

from __future__ import annotations

import re
from pathlib import Path

from .errors import RuleBroken

_LINE = re.compile(r'^\s*"(?P<key>\$\$\$/[^=]+)=(?P<text>.*)"\s*$')
_ESCAPES = {"r": "\r", "n": "\n", "Q": "“", "U": "”", "^": "^", "T": "\t", "Z": "’", "B": "•", "D": "°", "I": "±"}


class Texts:
    """The strings of one plug-in folder in one language ("en", "de", "fr", "ja", ...)."""

    def __init__(self, folder: Path, language: str) -> None:
        self.language = language
        self.untranslated: set[str] = set()
        self._table: dict[str, str] = {}
        file = folder / f"TranslatedStrings_{language}.txt"
        if file.is_file():
            self._table = read_strings(file)

    def loc(self, source: object, *arguments: object) -> str:
        """The text of `$$$/Key=Default`, with ^1 to ^9 replaced. A text that is no key is given back as it is."""
        if not isinstance(source, str):
            raise RuleBroken(f"LOC takes a text, not {source!r}")
        if not source.startswith("$$$/"):
            return source
        key, equals, default = source.partition("=")
        if not equals:
            raise RuleBroken(f"LOC without a default text: {source}")
        text = self._table.get(key)
        if text is None:
            if self.language != "en":
                self.untranslated.add(key)
            text = default
        return self._filled(text, arguments, source)

    @staticmethod
    def _filled(text: str, arguments: tuple[object, ...], source: str) -> str:
        def replaced(match: re.Match[str]) -> str:
            sign = match[1]
            if not sign.isdigit():
                return _ESCAPES.get(sign, match[0])
            if not 1 <= int(sign) <= len(arguments) or arguments[int(sign) - 1] is None:
                raise RuleBroken(f"LOC has nothing to put in place of ^{sign} in {source}")
            argument = arguments[int(sign) - 1]
            return f"{argument:.14g}" if isinstance(argument, float) else str(argument)

        return re.sub(r"\^(.)", replaced, text)


def read_strings(file: Path) -> dict[str, str]:
    """The keys and texts of a TranslatedStrings file; RuleBroken for a line that Lightroom cannot read."""
    table = {}
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith(("--", "//", "#")):
            continue
        match = _LINE.match(line)
        if match is None:
            raise RuleBroken(f'{file.name} line {number} is not "$$$/key=text"')
        table[match["key"]] = match["text"].replace('\\"', '"').replace("\\n", "\n")
    return table
