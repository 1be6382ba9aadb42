"""The small changes that are tried on Lua source, each of which a test should notice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lupa.lua51 import LuaRuntime

from mutation.mutant import Mutant

_TOKEN = re.compile(
    r"""(?P<comment>--\[\[.*?\]\]|--[^\n]*)
      | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<number>0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?(?:e-?\d+)?)
      | (?P<name>[A-Za-z_]\w*)
      | (?P<operator>\.\.\.?|==|~=|<=|>=|[-+*/%<>^\#=(){}\[\];:,.])""",
    re.VERBOSE | re.DOTALL,
)
_SWAPS = {
    "==": "~=", "~=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "+": "-", "*": "/", "/": "*", "%": "*",
    "and": "or", "or": "and", "true": "false", "false": "true", "not": "",
}  # fmt: skip
_BINARY_MINUS_AFTER = re.compile(r"[\w)\]\"']\s*$")
_STATEMENT = re.compile(
    r"^(?P<indent>\s+)(?!local\b|return\b|function\b)[\w.]+(?:\[[^\]]*\])?(?: = .*|[.:]?\w*\(.*\))$"
)
_OPENINGS = {"if": "then", "elseif": "then", "while": "do"}


def pure_lines(source: str) -> set[int]:
    """The lines of functions whose comment says "Pure."; all of a file whose first comment says so."""
    lines = source.splitlines()
    if re.search(r"\bPure\b(?! data)|without Lightroom", lines[0]):
        return set(range(1, len(lines) + 1))
    found: set[int] = set()
    comment = ""
    for number, line in enumerate(lines, 1):
        if line.startswith("--"):
            comment += line
            continue
        if "Pure." in comment and re.match(r"(local )?function ", line):
            one_line = line.rstrip().endswith(" end")
            last = number if one_line else lines.index("end", number) + 1
            found |= set(range(number, last + 1))
        comment = ""
    return found


def mutants(source: str, lines: set[int]) -> list[Mutant]:
    """Every change on these lines that is still Lua, from top to bottom."""
    lua = LuaRuntime(encoding=None)
    compiles = lua.eval(b"function(source) return loadstring(source) ~= nil end")
    found = sorted(
        {*_of_tokens(source), *_of_conditions(source), *_of_statements(source)}, key=lambda m: (m.start, m.what)
    )
    return [each for each in found if each.line in lines and compiles(each.applied(source).encode())]


def _line(source: str, at: int) -> int:
    return source.count("\n", 0, at) + 1


def _of_tokens(source: str) -> Iterator[Mutant]:
    for token in _TOKEN.finditer(source):
        text, kind = token[0], token.lastgroup
        replacement = None
        if kind in ("operator", "name") and text in _SWAPS:
            replacement = _SWAPS[text]
        elif text == "-" and _BINARY_MINUS_AFTER.search(source[: token.start()]):
            replacement = "+"
        elif kind == "number":
            replacement = str(int(text, 16) + 1) if text[:2].lower() == "0x" else f"{float(text) + 1:g}"
        elif kind == "string" and not text[1:].startswith("$$$/"):
            replacement = '""' if len(text) > 2 else '"~"'
        elif text == "return" and re.match(r" (?!function\b)[^\n]", source[token.end() :]):
            replacement = "return nil and"
        if replacement is not None:
            line = _line(source, token.start())
            yield Mutant(line, token.start(), token.end(), replacement, f"{text} -> {replacement or 'nothing'}")


def _of_conditions(source: str) -> Iterator[Mutant]:
    """if X then -> if not (X) then."""
    opened: list[tuple[str, int, int]] = []
    for token in _TOKEN.finditer(source):
        if token.lastgroup != "name":
            continue
        if token[0] in _OPENINGS:
            opened.append((token[0], token.start(), token.end()))
        elif opened and token[0] == _OPENINGS[opened[-1][0]]:
            word, start, end = opened.pop()
            condition = source[end : token.start()].strip()
            negated = f"{word} not ({condition}) "
            yield Mutant(_line(source, start), start, token.start(), negated, f"{word} {condition} -> not")


def _of_statements(source: str) -> Iterator[Mutant]:
    """A line that is one assignment or call, left out."""
    at = 0
    for number, line in enumerate(source.splitlines(keepends=True), 1):
        text = line.rstrip("\n")
        if match := _STATEMENT.match(text):
            yield Mutant(number, at + match.end("indent"), at + len(text), "do end", f"without {text.strip()}")
        at += len(line)
