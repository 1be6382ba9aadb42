"""AppleScript's literals: spelled for a script, and read from what `osascript -s s` prints.

That form of its output is AppleScript's own source: decimal points in every language, quotes around texts, braces
around lists. So it can be read without guessing what a text with a comma means.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

Literal = float | bool | str | None | Sequence["Literal"]
"""A number, a truth value, a text, `missing value`, or a list of these."""

_TOKEN: Final = re.compile(
    r'\s*(?:(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|"(?P<text>(?:[^"\\]|\\.)*)"|(?P<word>missing value|true|false)'
    r"|(?P<mark>[{},]))",
    re.DOTALL,
)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t"}
_WORDS: Final = {"missing value": None, "true": True, "false": False}
_DEEPEST: Final = 8


def spell(value: Literal) -> str:
    """A literal as a script has it. Raises ValueError for a text with a line feed or a zero."""
    match value:
        case None:
            return "missing value"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            text = f"{value:.6f}".rstrip("0")
            return f"{text}0" if text.endswith(".") else text
        case str():
            if re.search(r"[\n\r\0]", value):
                raise ValueError(f"a script cannot hold the text {value!r}")
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case _:
            return f"{{{', '.join(map(spell, value))}}}"


def read(text: str) -> Literal:
    """The literal in an answer. Raises ValueError for anything else."""
    value, end = _read_at(text, 0, 0)
    if text[end:].strip():
        raise ValueError(f"more follows the value: {text[end : end + 40]!r}")
    return value


def _read_at(text: str, start: int, depth: int) -> tuple[Literal, int]:
    found = _TOKEN.match(text, start)
    if found is None or depth > _DEEPEST:
        raise ValueError(f"no value begins here: {text[start : start + 40]!r}")
    if found["number"] is not None:
        is_whole = re.fullmatch(r"-?\d+", found["number"]) is not None
        return int(found["number"]) if is_whole else float(found["number"]), found.end()
    if found["text"] is not None:
        told = re.sub(r"\\(.)", lambda each: _ESCAPES.get(each[1], each[1]), found["text"], flags=re.DOTALL)
        return told, found.end()
    if found["word"] is not None:
        return _WORDS[found["word"]], found.end()
    if found["mark"] != "{":
        raise ValueError(f"no value begins here: {text[start : start + 40]!r}")
    return _read_list(text, found.end(), depth)


def _read_list(text: str, start: int, depth: int) -> tuple[Literal, int]:
    values: list[Literal] = []
    end = start
    while True:
        mark = _TOKEN.match(text, end)
        if mark is not None and mark["mark"] == "}" and not values:
            return (), mark.end()
        value, end = _read_at(text, end, depth + 1)
        values.append(value)
        mark = _TOKEN.match(text, end)
        if mark is None or mark["mark"] not in ("}", ","):
            raise ValueError(f"the list does not go on here: {text[end : end + 40]!r}")
        end = mark.end()
        if mark["mark"] == "}":
            return tuple(values), end
