"""Views as boxes: how large each is, and its SVG when it is told where to stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..dialogs import Node
from . import text
from .text import LINE, number

Draw = Callable[[float, float], Iterator[str]]
"""Gives the SVG of a box whose top left corner is there."""

INK, FAINT, EDGE, FIELD, ACCENT = "#1d1d1f", "#8a8a8f", "#b9b9bd", "#ffffff", "#2f6fd0"
CHAR = 6.4
"""Pixels of `width_in_chars`."""

GAP, INDENT = 8.0, 10.0


@dataclass(frozen=True)
class Box:
    width: float
    height: float
    draw: Draw


def box(node: Node, limit: float) -> Box:
    """A view no wider than `limit`. Raises: LookupError, for a kind that nobody has drawn yet"""
    maker = _KINDS.get(node.kind)
    if maker is None:
        raise LookupError(f"a {node.kind} cannot be drawn")
    return maker(node, limit)


# Texts ---------------------------------------------------------------------------------------------------------------


def lines(rows: Sequence[str], *, bold: bool = False, colour: str = INK) -> Box:
    """A block of text."""

    def draw(x: float, y: float) -> Iterator[str]:
        for index, row in enumerate(rows):
            if row:
                yield text.svg(row, x, y + 12 + index * LINE, colour=colour, bold=bold)

    return Box(max((text.width(row, bold=bold) for row in rows), default=0.0), LINE * len(rows), draw)


def _static_text(node: Node, limit: float) -> Box:
    bold = "bold" in str(node.values.get("font", ""))
    chars = node.values.get("width_in_chars")
    own = min(limit, chars * CHAR) if chars else limit
    high = node.values.get("height_in_lines", 1)
    if chars and high == 1:
        shown = lines([text.shortened(node.label, own)], bold=bold)
    else:
        shown = lines(text.wrapped(node.label, own, bold=bold), bold=bold)
    return Box(own if chars else shown.width, shown.height, shown.draw)


def _marked(node: Node, limit: float, mark: Callable[[float, float], str], *, on: bool) -> Box:
    label = lines(text.wrapped(node.label, limit - 22))

    def draw(x: float, y: float) -> Iterator[str]:
        yield mark(x, y)
        if on:
            yield (
                _tick(x, y)
                if node.kind == "checkbox"
                else f'<circle cx="{number(x + 7)}" cy="{number(y + 8)}" r="3" fill="{FIELD}"/>'
            )
        yield from label.draw(x + 22, y)

    return Box(22 + label.width, label.height, draw)


def _tick(x: float, y: float) -> str:
    return (
        f'<path d="M{number(x + 4)} {number(y + 8)} l2.5 3 l4.5 -6" fill="none" stroke="{FIELD}" stroke-width="1.8"/>'
    )


def _radio_button(node: Node, limit: float) -> Box:
    on = node.values.get("value") == node.values.get("checked_value")

    def mark(x: float, y: float) -> str:
        fill, stroke = (ACCENT, ACCENT) if on else (FIELD, EDGE)
        return f'<circle cx="{number(x + 7)}" cy="{number(y + 8)}" r="6.5" fill="{fill}" stroke="{stroke}"/>'

    return _marked(node, limit, mark, on=on)


def _checkbox(node: Node, limit: float) -> Box:
    on = bool(node.values.get("value"))

    def mark(x: float, y: float) -> str:
        fill, stroke = (ACCENT, ACCENT) if on else (FIELD, EDGE)
        return _rectangle(x + 0.5, y + 1.5, 13, 13, fill=fill, stroke=stroke, radius=3)

    return _marked(node, limit, mark, on=on)


# Controls ------------------------------------------------------------------------------------------------------------


def _rectangle(
    x: float, y: float, width: float, height: float, *, fill: str, stroke: str = "", radius: float = 0
) -> str:
    edge = f' stroke="{stroke}"' if stroke else ""
    round_ = f' rx="{number(radius)}"' if radius else ""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
        f'{round_} fill="{fill}"{edge}/>'
    )


def _edit_field(node: Node, limit: float) -> Box:
    wide = min(limit, node.values.get("width_in_chars", 24) * CHAR + 12)
    value = str(node.values.get("value") or "")
    shown, colour = (value, INK) if value else (str(node.values.get("placeholder_string") or ""), FAINT)

    def draw(x: float, y: float) -> Iterator[str]:
        yield _rectangle(x, y, wide, 22, fill=FIELD, stroke=EDGE, radius=3)
        yield text.svg(text.shortened(shown, wide - 12), x + 6, y + 15, colour=colour)

    return Box(wide, 22, draw)


def button(label: str, *, default: bool = False) -> Box:
    """A button; the default one is coloured."""
    wide = max(70.0, text.width(label) + 28)
    fill, ink = (ACCENT, FIELD) if default else (FIELD, INK)

    def draw(x: float, y: float) -> Iterator[str]:
        yield _rectangle(x, y, wide, 22, fill=fill, stroke=ACCENT if default else EDGE, radius=5)
        yield text.svg(label, x + wide / 2, y + 15, colour=ink, anchor="middle")

    return Box(wide, 22, draw)


def _push_button(node: Node, _limit: float) -> Box:
    return button(node.label)


def _titles(node: Node) -> list[tuple[str, bool]]:
    """The items of a list, each with whether it is chosen."""
    value = node.values.get("value")
    chosen = value if isinstance(value, list) else [value]
    items = node.values.get("items") or []
    return [(str(item["title"]), item.get("value") in chosen) for item in items if isinstance(item, dict)]


def _simple_list(node: Node, limit: float) -> Box:
    wide, high = min(limit, node.values.get("width", 200)), float(node.values.get("height", 100))
    ink = FAINT if node.values.get("enabled") is False else INK

    def draw(x: float, y: float) -> Iterator[str]:
        yield _rectangle(x, y, wide, high, fill=FIELD, stroke=EDGE)
        for index, (title, chosen) in enumerate(_titles(node)[: int(high // 18)]):
            if chosen:
                yield _rectangle(x + 1, y + 1 + index * 18, wide - 2, 18, fill=ACCENT)
            yield text.svg(
                text.shortened(title, wide - 12), x + 6, y + 14 + index * 18, colour=FIELD if chosen else ink
            )

    return Box(wide, high, draw)


def _popup_menu(node: Node, limit: float) -> Box:
    shown = next((title for title, chosen in _titles(node) if chosen), "")
    wide = min(limit, node.values.get("width_in_chars", 20) * CHAR + 28)

    def draw(x: float, y: float) -> Iterator[str]:
        yield _rectangle(x, y, wide, 22, fill=FIELD, stroke=EDGE, radius=5)
        yield text.svg(text.shortened(shown, wide - 30), x + 8, y + 15, colour=INK)
        yield f'<path d="M{number(x + wide - 16)} {number(y + 9)} l4 5 l4 -5 z" fill="{FAINT}"/>'

    return Box(wide, 22, draw)


def _separator(_node: Node, limit: float) -> Box:
    def draw(x: float, y: float) -> Iterator[str]:
        yield _rectangle(x, y + 4, limit, 1, fill=EDGE)

    return Box(limit, 9, draw)


def _spacer(node: Node, _limit: float) -> Box:
    return Box(node.values.get("width", 0), node.values.get("height", 0), lambda x, y: iter(()))


# Boxes in boxes ------------------------------------------------------------------------------------------------------


def column(parts: Sequence[Box]) -> Box:
    """One below the other."""

    def draw(x: float, y: float) -> Iterator[str]:
        for part in parts:
            yield from part.draw(x, y)
            y += part.height + GAP

    height = sum(part.height for part in parts) + GAP * max(0, len(parts) - 1)
    return Box(max((part.width for part in parts), default=0.0), height, draw)


def _column(node: Node, limit: float) -> Box:
    return column([box(child, limit) for child in node.children])


def _row(node: Node, limit: float) -> Box:
    parts: list[Box] = []
    left = limit
    for child in node.children:
        parts.append(box(child, left))
        left -= parts[-1].width + GAP
    height = max((part.height for part in parts), default=0.0)

    def draw(x: float, y: float) -> Iterator[str]:
        centred = all(part.height <= 22 for part in parts)  # texts beside a field stand on its middle
        for part in parts:
            yield from part.draw(x, y + (height - part.height) / 2 if centred else y)
            x += part.width + GAP

    return Box(sum(part.width for part in parts) + GAP * max(0, len(parts) - 1), height, draw)


def _group_box(node: Node, limit: float) -> Box:
    inside = column([box(child, limit - 2 * INDENT) for child in node.children])
    wide = limit if node.values.get("fill_horizontal") else inside.width + 2 * INDENT

    def draw(x: float, y: float) -> Iterator[str]:
        yield text.svg(node.label, x + 2, y + 12, colour=INK, bold=True)
        yield _rectangle(x, y + LINE + 4, wide, inside.height + 2 * INDENT, fill="#e4e4e7", stroke=EDGE, radius=5)
        yield from inside.draw(x + INDENT, y + LINE + 4 + INDENT)

    return Box(wide, inside.height + 2 * INDENT + LINE + 4, draw)


def _scrolled_view(node: Node, limit: float) -> Box:
    wide, high = min(limit, node.values.get("width", limit)), float(node.values.get("height", 200))
    inside = column([box(child, wide - 30) for child in node.children])

    def draw(x: float, y: float) -> Iterator[str]:
        yield _rectangle(x, y, wide, high, fill=FIELD, stroke=EDGE)
        yield f'<svg x="{number(x)}" y="{number(y)}" width="{number(wide)}" height="{number(high)}">'
        yield from inside.draw(8, 6)
        yield "</svg>"
        if inside.height + 12 > high:
            thumb = max(24.0, high * high / (inside.height + 12))
            yield _rectangle(x + wide - 11, y + 3, 7, thumb - 6, fill=EDGE, radius=3.5)

    return Box(wide, high, draw)


_KINDS: dict[str, Callable[[Node, float], Box]] = {
    "static_text": _static_text,
    "radio_button": _radio_button,
    "checkbox": _checkbox,
    "edit_field": _edit_field,
    "push_button": _push_button,
    "simple_list": _simple_list,
    "popup_menu": _popup_menu,
    "separator": _separator,
    "spacer": _spacer,
    "column": _column,
    "view": _column,
    "row": _row,
    "group_box": _group_box,
    "scrolled_view": _scrolled_view,
    "nothing": _spacer,
}
