"""A whole dialog: its title, what is in it, and its buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..dialogs import Dialog, Node
from . import text
from .text import number
from .views import EDGE, FIELD, GAP, INK, Box, box, button, column, lines

WIDEST = 820.0
"""Pixels that contents may take."""

_MESSAGE = 440.0
_EDGE = 20.0
_TITLE = 28.0
_FONT = "-apple-system, 'Helvetica Neue', Helvetica, Arial, 'Hiragino Sans', sans-serif"


def draw(dialog: Dialog, renamed: Callable[[str], str] = str) -> str:
    """The dialog as SVG. `renamed` changes each text before it is laid out: one that has a path of this computer, say.

    Raises: LookupError, for a view that nobody has drawn yet
    """
    dialog = replace(dialog, title=renamed(dialog.title), text=renamed(dialog.text), redraw=None)
    if dialog.tree is not None:
        dialog.tree = _renamed(dialog.tree, renamed)
    inside = _message(dialog) if dialog.tree is None else box(dialog.tree, WIDEST)
    buttons = [button(label, default=name == "ok") for name, label in dialog.buttons.items()]
    needed = sum(each.width + GAP for each in buttons) + 3 * GAP
    wide = max(inside.width, needed, text.width(dialog.title, bold=True)) + 2 * _EDGE
    top = _TITLE if dialog.tree is not None else 0.0
    high = top + _EDGE + inside.height + _EDGE + 22 + _EDGE
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{number(wide)}" height="{number(high)}" '
            f'viewBox="0 0 {number(wide)} {number(high)}" font-family="{_FONT}" font-size="12">'
        ),
        (
            f'<rect x="0.5" y="0.5" width="{number(wide - 1)}" height="{number(high - 1)}" rx="8" fill="#ececef" '
            f'stroke="{EDGE}"/>'
        ),
    ]
    if top:
        parts.append(text.svg(dialog.title, wide / 2, 19, colour=INK, bold=True, anchor="middle"))
        parts.append(f'<path d="M0 {number(top)} H{number(wide)}" stroke="{EDGE}"/>')
    parts += inside.draw(_EDGE, top + _EDGE)
    parts += _buttons(dict(zip(dialog.buttons, buttons, strict=True)), wide, high - _EDGE - 22)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _renamed(node: Node, renamed: Callable[[str], str]) -> Node:
    def value(old: Any) -> Any:
        return renamed(old) if isinstance(old, str) else old

    values = {key: value(old) for key, old in node.values.items()}
    return Node(node.kind, values, [_renamed(child, renamed) for child in node.children])


def _buttons(buttons: dict[str, Box], wide: float, y: float) -> list[str]:
    """OK at the right, Cancel beside it, any other at the left."""
    parts: list[str] = []
    x = wide - _EDGE
    for name in ("ok", "cancel"):
        if name in buttons:
            x -= buttons[name].width
            parts += buttons[name].draw(x, y)
            x -= GAP
    x = _EDGE
    for name, each in buttons.items():
        if name not in ("ok", "cancel"):
            parts += each.draw(x, y)
            x += each.width + GAP
    return parts


def _message(dialog: Dialog) -> Box:
    """A message or question: a sign, the headline, and what there is to say below it."""
    rows = [lines(text.wrapped(dialog.title, _MESSAGE, bold=True), bold=True)]
    if dialog.text:
        rows.append(lines(text.wrapped(dialog.text, _MESSAGE)))
    words = column(rows)
    colour = {"warning": "#d9a400", "critical": "#c23b2e"}.get(dialog.style, "#5b6b82")
    sign = "!" if dialog.style in ("warning", "critical") else "i" if dialog.kind == "message" else "?"

    def draw_it(x: float, y: float) -> list[str]:
        return [
            f'<circle cx="{number(x + 16)}" cy="{number(y + 16)}" r="16" fill="{colour}"/>',
            (
                f'<text x="{number(x + 16)}" y="{number(y + 23)}" fill="{FIELD}" font-size="20" font-weight="600" '
                f'text-anchor="middle">{sign}</text>'
            ),
            *words.draw(x + 48, y),
        ]

    return Box(48 + _MESSAGE, max(32.0, words.height), lambda x, y: iter(draw_it(x, y)))
