"""The text in which Lightroom's catalog keeps develop settings: a table that looks like Lua. Parsed, never executed.

    s = { Exposure2012 = 0.35, ToneCurvePV2012 = { 0, 0, 255, 255 }, WhiteBalance = "As Shot" }

Tables have named fields, `["odd name"]` fields or plain lists; values are numbers, texts, true, false and tables. There
are no expressions: a text with anything else is refused. Some catalogs keep it compressed: `decode` accepts both.
"""

from __future__ import annotations

import re
import zlib
from typing import Final

Value = bool | float | str | dict[str, "Value"] | list["Value"]

LONGEST: Final = 4 * 1024 * 1024
"""The most characters of one photo's settings; masks make them long."""

_DEEPEST: Final = 32
_LENGTH_BYTES: Final = 4
_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)
      | (?P<text>"(?:[^"\\]|\\[\s\S])*")
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<sign>[{}\[\]=,;])
    )""",
    re.VERBOSE | re.ASCII,
)
_ESCAPE: Final = re.compile(r"\\([\s\S])")
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t"}
_WORDS: Final = {"true": True, "false": False}


def decode(stored: object) -> str:
    """The text that a column holds, plain or compressed (a length of four bytes, then zlib). Raises ValueError."""
    if isinstance(stored, str):
        text = stored
    elif isinstance(stored, bytes):
        text = _inflated(stored).decode("utf-8")  # UnicodeDecodeError is a ValueError
    else:
        raise ValueError("there is no text")  # noqa: TRY004 - whatever is wrong with a stored value, callers get one error
    if len(text) > LONGEST:
        raise ValueError(f"the text is longer than {LONGEST} characters")
    return text


def parse(text: str) -> dict[str, Value]:
    """The fields of a settings text. Raises ValueError that says where it is not one."""
    reader = _Reader(text)
    if reader.peek() == ("name", "s"):
        reader.take()
        reader.expect("=")
    found = reader.value(0)
    if reader.peek()[0] != "end":
        raise reader.wrong("nothing more")
    if isinstance(found, list) and not found:
        return {}
    if not isinstance(found, dict):
        raise ValueError("the text is not a table with named fields")  # noqa: TRY004 - it is the text that is wrong
    return found


def _inflated(stored: bytes) -> bytes:
    if stored[_LENGTH_BYTES : _LENGTH_BYTES + 1] != b"\x78":
        return stored
    stated = int.from_bytes(stored[:_LENGTH_BYTES], "big")
    if stated > LONGEST:
        raise ValueError(f"the text is longer than {LONGEST} characters")
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(stored[_LENGTH_BYTES:], LONGEST)
    except zlib.error as error:
        raise ValueError(f"its compressed text is broken ({error})") from error
    if len(data) != stated:
        raise ValueError("its compressed text has another length than stated")
    return data


class _Reader:
    """One pass over the tokens of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._next: tuple[str, str] | None = None

    def peek(self) -> tuple[str, str]:
        """The next token: its kind (number, text, name, sign, end) and its characters."""
        if self._next is None:
            match = _TOKEN.match(self._text, self._at)
            if match is not None and match.lastgroup is not None:
                self._at = match.end()
                self._next = match.lastgroup, match[match.lastgroup]
            elif self._text[self._at :].strip():
                raise self.wrong("a value")
            else:
                self._next = "end", ""
        return self._next

    def take(self) -> tuple[str, str]:
        token = self.peek()
        self._next = None
        return token

    def expect(self, sign: str) -> None:
        if self.take() != ("sign", sign):
            raise self.wrong(repr(sign))

    def value(self, depth: int) -> Value:
        kind, token = self.take()
        if kind == "number":
            return float(token)
        if kind == "text":
            return _unescaped(token)
        if kind == "name" and token in _WORDS:
            return _WORDS[token]
        if (kind, token) == ("sign", "{"):
            return self._table(depth + 1)
        raise self.wrong("a value")

    def wrong(self, wanted: str) -> ValueError:
        return ValueError(f"{wanted} is expected near character {self._at}")

    def _table(self, depth: int) -> Value:
        if depth > _DEEPEST:
            raise ValueError(f"its tables are more than {_DEEPEST} deep")
        fields: dict[str, Value] = {}
        items: list[Value] = []
        while self.peek() != ("sign", "}"):
            name = self._field()
            value = self.value(depth)
            if name is None:
                items.append(value)
            elif name in fields:
                raise ValueError(f"the field {name} is there twice")
            else:
                fields[name] = value
            if self.peek() in (("sign", ","), ("sign", ";")):
                self.take()
            elif self.peek() != ("sign", "}"):
                raise self.wrong("',' or '}'")
        self.take()
        if fields and items:
            raise ValueError("a table has both fields and items")
        return fields or items

    def _field(self) -> str | None:
        """The name of the field that begins here; None for an item of a list."""
        kind, token = self.peek()
        if (kind, token) == ("sign", "["):
            self.take()
            kind, token = self.take()
            if kind != "text":
                raise self.wrong("a name in quotes")
            self.expect("]")
            self.expect("=")
            return _unescaped(token)
        if kind == "name" and token not in _WORDS:
            self.take()
            self.expect("=")
            return token
        return None


def _unescaped(token: str) -> str:
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), token[1:-1])
