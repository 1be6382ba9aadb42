"""Makes names from a library safe for a terminal. Separate from `output`, which imports rich: few commands need it.

A terminal obeys control characters (some clear the screen, set its title or type for the user), and those that change
the reading direction can disguise a name. So every name that a command prints goes through `plain`.
"""

from __future__ import annotations

import click

_LINE_SEPARATORS = (0x2028, 0x2029)
_DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SURROGATES = range(0xD800, 0xE000)  # of a file name that is not UTF-8: no encoding can write them
_OBEYED = (*range(0x20), *range(0x7F, 0xA0), *_LINE_SEPARATORS, *_DIRECTIONS, *_SURROGATES)
_REPLACED = dict.fromkeys(_OBEYED, "\ufffd")
_SPELLED = {code: f"\\u{code:04x}" for code in _OBEYED if code != ord("\n")}


def plain(text: str) -> str:
    """The text on one line, with each control character replaced by U+FFFD."""
    return text.translate(_REPLACED)


def plain_json(text: str) -> str:
    """A JSON document with the same values, in which control characters are spelled as escapes."""
    return text.translate(_SPELLED)


def say(text: str = "", *, err: bool = False) -> None:
    """Print one line of plain text, on stderr if `err`."""
    click.echo(plain(text), err=err)
