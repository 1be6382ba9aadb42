"""DxO's side files are texts in Lua's notation: one assignment of a table of literals. They are never executed.

Only this part of Lua 5.1's grammar (section 2.2 and 2.5.7 of its manual) is accepted: one assignment, tables whose
values are all named or all unnamed, numbers in decimal, texts in quotes, true, false and nil. What has a size or a
depth beyond any real file is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Final

from couloir.errors import BadSettingsFile

Value = bool | int | float | str | list["Value"] | dict[str, "Value"]
"""A table whose values are named is a dict, one whose values are not a list. An empty table is read as a dict."""

MAX_BYTES: Final = 8 << 20
MAX_DEPTH: Final = 64
MAX_VALUES: Final = 200_000
_LARGEST_WHOLE: Final = 2**53  # Lua 5.1's numbers are doubles

_TOKEN: Final = re.compile(
    r"""
    (?P<space>[ \t\r\n\f\v]+|--(?!\[\[|\[=)[^\n]*)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<number>-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_.]))
    |(?P<text>"(?:[^"\\\r\n]|\\[\s\S])*"|'(?:[^'\\\r\n]|\\[\s\S])*')
    |(?P<sign>[{}\[\]=,;])
    """,
    re.VERBOSE,
)
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED: Final = frozenset(
    """
    and break do else elseif end false for function if in local nil not or repeat return then true until while
    """.split()  # noqa: SIM905 - a list of words is easier to read so
)
_ESCAPE: Final = re.compile(rb"\\(\r\n|\n\r|[0-9]{1,3}|[\s\S])")
_ESCAPED: Final = {
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"v": b"\v",
    b"\r\n": b"\n",
    b"\n\r": b"\n",
    b"\r": b"\n",
}
_SPELT: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}

_Token = tuple[str, str]  # its kind and its text
_END: Final[_Token] = ("end", "")


def read_assignment(content: bytes, item: str) -> tuple[str, Value]:
    """The name and the value that a text assigns. Raises BadSettingsFile; `item` is named in its message."""
    if len(content) > MAX_BYTES:
        raise BadSettingsFile(item=item, why=f"it is larger than {MAX_BYTES >> 20} MiB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadSettingsFile(item=item, why="it is no UTF-8 text") from error
    return _Reader(text, item).assignment()


def assignment_bytes(name: str, value: Value) -> bytes:
    """A text that assigns the value, with tabs and CRLF as PhotoLab writes it. The same value, the same bytes.

    Raises ValueError for a name that Lua reserves, a number that is not finite or that a double cannot hold, and a
    table deeper than MAX_DEPTH.
    """
    return f"{_name(name)} = {_spell(value, 0)}\r\n".encode()


class _Reader:
    """A parser that goes through a text once; it looks one token ahead."""

    def __init__(self, text: str, item: str) -> None:
        self._item = item
        self._tokens = self._cut(text)
        self._next = next(self._tokens, _END)
        self._count = 0

    def assignment(self) -> tuple[str, Value]:
        kind, name = self._take()
        if kind != "word" or name in _RESERVED:
            raise self._refusal("it does not begin with a name")
        self._expect("=")
        value = self._value(0)
        if self._next != _END:
            raise self._refusal("something follows its table")
        if value is None:
            raise self._refusal("it assigns nothing")
        return name, value

    def _cut(self, text: str) -> Iterator[_Token]:
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                line = text.count("\n", 0, at) + 1
                raise self._refusal(f"line {line} has something that is no table of plain values")
            at = found.end()
            if found.lastgroup != "space":
                yield found.lastgroup, found[0]

    def _take(self) -> _Token:
        token, self._next = self._next, next(self._tokens, _END)
        return token

    def _expect(self, sign: str) -> None:
        if self._take() != ("sign", sign):
            raise self._refusal(f"a {sign} is missing")

    def _value(self, depth: int) -> Value | None:
        self._count += 1
        if self._count > MAX_VALUES:
            raise self._refusal(f"it has more than {MAX_VALUES:,} values")
        kind, text = self._take()
        match kind:
            case "sign" if text == "{":
                return self._table(depth + 1)
            case "number":
                return self._number(text)
            case "text":
                return self._text(text)
            case "word" if text in ("true", "false"):
                return text == "true"
            case "word" if text == "nil":
                return None
            case _:
                raise self._refusal("a value is something other than a number, a text, true, false or a table")

    def _table(self, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise self._refusal(f"its tables are nested more than {MAX_DEPTH} deep")
        named: dict[str, Value] = {}
        unnamed: list[Value] = []
        has_names = False
        while self._next != ("sign", "}"):
            name = self._named()
            value = self._value(depth)
            if name is None:
                if value is None:
                    raise self._refusal("a list has a gap")
                unnamed.append(value)
            else:
                has_names = True
                named.pop(name, None)  # as in Lua, the last one counts
                if value is not None:
                    named[name] = value
            if self._next not in (("sign", ","), ("sign", ";")):
                break
            self._take()
        self._expect("}")
        if has_names and unnamed:
            raise self._refusal("a table has named and unnamed values")
        return unnamed or named

    def _named(self) -> str | None:
        """The name before a value, None for an unnamed one."""
        kind, text = self._next
        if (kind, text) == ("sign", "["):
            self._take()
            kind, quoted = self._take()
            if kind != "text":
                raise self._refusal("a name in brackets is no text")
            self._expect("]")
            self._expect("=")
            return self._text(quoted)
        if kind != "word" or text in _RESERVED:
            return None
        self._take()
        self._expect("=")
        return text

    def _number(self, text: str) -> int | float:
        is_whole = text.lstrip("-").isdigit()
        number = float(text)
        if not math.isfinite(number):
            raise self._refusal("a number is too large")
        return int(text) if is_whole and abs(number) < _LARGEST_WHOLE else number

    def _text(self, quoted: str) -> str:
        def escaped(found: re.Match[bytes]) -> bytes:
            code = found[1]
            if code.isdigit():
                if int(code) > 255:
                    raise self._refusal("an escape in a text is above 255")
                return bytes([int(code)])
            return _ESCAPED.get(code, code)

        inner = quoted[1:-1].encode()
        try:
            return (_ESCAPE.sub(escaped, inner) if b"\\" in inner else inner).decode()
        except UnicodeDecodeError as error:
            raise self._refusal("a text is not in UTF-8") from error

    def _refusal(self, why: str) -> BadSettingsFile:
        return BadSettingsFile(item=self._item, why=why)


def _name(name: str) -> str:
    if _NAME.fullmatch(name) is None or name in _RESERVED:
        raise ValueError(f"{name!r} cannot be a name in Lua")
    return name


def _spell(value: Value, depth: int) -> str:
    if depth > MAX_DEPTH:
        raise ValueError(f"tables are nested more than {MAX_DEPTH} deep")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _spell_number(value)
    if isinstance(value, str):
        return f'"{"".join(map(_spell_character, value))}"'
    rows = (
        [f"{_key(name)} = {_spell(each, depth + 1)}" for name, each in value.items()]
        if isinstance(value, Mapping)
        else [_spell(each, depth + 1) for each in value]
    )
    tabs = "\t" * (depth + 1)
    return "{\r\n" + "".join(f"{tabs}{row},\r\n" for row in rows) + "\t" * depth + "}"


def _key(name: str) -> str:
    is_plain = _NAME.fullmatch(name) is not None and name not in _RESERVED
    return name if is_plain else f"[{_spell(name, 0)}]"


def _spell_number(value: float) -> str:
    if not math.isfinite(value) or (isinstance(value, int) and abs(value) >= _LARGEST_WHOLE):
        raise ValueError(f"{value!r} is no number that a side file can hold")
    return repr(value)


def _spell_character(character: str) -> str:
    if character in _SPELT:
        return _SPELT[character]
    # Three digits, so that no digit of the text can follow.
    return f"\\{ord(character):03d}" if character < " " or character == "\x7f" else character
