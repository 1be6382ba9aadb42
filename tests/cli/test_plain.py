"""Names from a library reach the terminal without control characters."""

from __future__ import annotations

from couloir.cli.output import console, escape_text
from couloir.cli.plain import plain


def test_no_escape_code_reaches_the_terminal():
    hostile = "a\x1b]0;title\x07b\x9b31mc\r\nd\u202etxt"
    assert not any(character in plain(hostile) for character in "\x1b\x07\x9b\r\n\u202e")


def test_a_name_in_square_brackets_is_printed_as_it_is():
    with console.capture() as captured:
        console.print(escape_text("[red]IMG[/red] \x1b[2J"))
    assert "[red]IMG[/red]" in captured.get()
    assert "\x1b" not in captured.get()
