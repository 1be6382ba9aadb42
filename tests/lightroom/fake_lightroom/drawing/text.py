"""How wide text is and where it breaks. Widths are rounded averages, so that no font of this computer is asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from xml.sax.saxutils import escape

SIZE = 12.0
"""Height of the letters in pixels."""

LINE = 16.0
"""From one line to the next."""

# Thousandths of the size, as of the widest of the usual sans-serif letters: others leave a little room.
_NARROW, _SLIM, _WIDE, _USUAL, _FULL = 300, 395, 850, 620, 1000
_WIDTHS = (
    dict.fromkeys("ijl.,:;'!|I", _NARROW)
    | dict.fromkeys('ftr()[]/\\- "', _SLIM)
    | dict.fromkeys("mwMW@%", _WIDE)
    | dict.fromkeys("ABCDEGHKNOPQRSUVXYZ&", 720)
)

# Where a line of Japanese may end: beside its signs, yet not before one that closes or after one that opens.
_SIGNS = "\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef"
_BREAK = re.compile(f"(?<![（「『])(?:(?<=[{_SIGNS}])|(?=[{_SIGNS}]))(?![、。，．）」』：；？！ー])")


def width(text: str, *, bold: bool = False) -> float:
    """Of one line, in pixels."""
    units = sum(_FULL if unicodedata.east_asian_width(sign) in "WF" else _WIDTHS.get(sign, _USUAL) for sign in text)
    return units * SIZE / 1000 * (1.12 if bold else 1.0)


def wrapped(text: str, limit: float, *, bold: bool = False) -> list[str]:
    """The lines of a text, each no wider than `limit` unless one word is."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for number, (glue, piece) in enumerate(_pieces(paragraph)):
            longer = f"{line}{glue}{piece}" if number else piece  # leading spaces are empty words, and stay
            if line.strip() and width(longer, bold=bold) > limit:
                lines.append(line)
                line = piece
            else:
                line = longer
        lines.append(line)
    return lines


def _pieces(paragraph: str) -> Iterator[tuple[str, str]]:
    """What is not broken, each with what stands before it on the same line: a space, or nothing within Japanese."""
    for word in paragraph.split(" "):
        for number, piece in enumerate(each for each in _BREAK.split(word) if each or not word):
            yield "" if number else " ", piece


def shortened(text: str, limit: float) -> str:
    """One line that fits, with its middle left out when it must be."""
    if width(text) <= limit:
        return text
    kept = len(text)
    while kept > 2 and width(text[: kept // 2] + "..." + text[-(kept // 2) :]) > limit:
        kept -= 1
    return text[: kept // 2] + "..." + text[-(kept // 2) :]


def svg(text: str, x: float, y: float, *, colour: str, bold: bool = False, anchor: str = "start") -> str:
    """One line; `y` is its baseline. Leading spaces are kept."""
    weight = ' font-weight="600"' if bold else ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    shown = escape(text.replace("  ", "\u00a0\u00a0"))
    return f'<text x="{number(x)}" y="{number(y)}" fill="{colour}"{weight}{place}>{shown}</text>'


def number(value: float) -> str:
    """A coordinate without noise in its last digits."""
    return f"{value:.1f}".removesuffix(".0")
