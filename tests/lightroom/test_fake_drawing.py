"""Pictures of dialogs."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_lightroom.dialogs import Dialog, Node
from fake_lightroom.drawing import draw
from fake_lightroom.drawing.text import shortened, width, wrapped

SVG = "{http://www.w3.org/2000/svg}"


def node(kind: str, *children: Node, **values: object) -> Node:
    return Node(kind, values, list(children))


def texts(picture: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(picture).iter(f"{SVG}text")]


@given(st.text("ab ", max_size=60), st.floats(20, 400))
def test_wrapping_loses_no_word_and_keeps_to_the_limit(text: str, limit: float) -> None:
    lines = wrapped(text, limit)
    assert " ".join(lines) == text
    assert all(width(line) <= limit or " " not in line.strip() for line in lines)


def test_japanese_is_broken_between_its_signs_yet_not_before_a_full_stop() -> None:
    text = "Lightroom の処理が終わるまで待ちます。"
    lines = wrapped(text, 130)
    assert len(lines) > 1
    assert "".join(lines) == text
    assert not any(line.startswith("。") for line in lines)
    assert all(width(line) <= 130 for line in lines)


@given(st.text(max_size=80), st.floats(40, 300))
def test_what_is_shortened_fits_and_keeps_both_ends(text: str, limit: float) -> None:
    shown = shortened(text, limit)
    assert shown == text or (width(shown) <= limit and "..." in shown and text.startswith(shown.partition("...")[0]))


def test_a_form_shows_its_texts_choices_and_buttons() -> None:
    tree = node(
        "column",
        node("static_text", title="Which one?"),
        node("row", node("static_text", title="Name:"), node("edit_field", value="", placeholder_string="any")),
        node("radio_button", title="One", value=1, checked_value=1),
        node("radio_button", title="Two", value=1, checked_value=2),
        node("checkbox", title="Really", value=True),
        node("simple_list", items=[{"title": "A", "value": "a"}, {"title": "B", "value": "b"}], value=["b"]),
        node("popup_menu", items=[{"title": "C", "value": "c"}, {"title": "D", "value": "d"}], value="d"),
        node("separator"),
        node("spacer", height=5),
        node("group_box", node("push_button", title="Go"), title="Group", fill_horizontal=1),
        node("scrolled_view", node("column", *[node("static_text", title=f"Row {n}") for n in range(30)]), height=90),
    )
    dialog = Dialog("modal", "Title", buttons={"ok": "Use", "cancel": "Cancel", "other": "Other"}, tree=tree)
    shown = texts(draw(dialog))
    assert shown[0] == "Title"
    for text in ("Which one?", "Name:", "any", "One", "Two", "Really", "A", "B", "D", "Go", "Group", "Row 29", "Use"):
        assert text in shown
    assert "C" not in shown
    assert draw(dialog) == draw(dialog)


def test_what_is_chosen_can_be_seen() -> None:
    def picture(value: object) -> str:
        return draw(Dialog("modal", "T", tree=node("radio_button", title="One", value=value, checked_value=1)))

    assert picture(1) != picture(2)


def test_a_message_shows_headline_and_text_with_marks_escaped() -> None:
    dialog = Dialog("message", "It's < 5 & done", "Long " * 40, "warning", {"ok": "OK"})
    shown = texts(draw(dialog))
    assert "It's < 5 & done" in shown
    assert sum(text.startswith("Long") for text in shown) > 1


def test_texts_can_be_renamed_before_they_are_laid_out() -> None:
    dialog = Dialog("modal", "T", tree=node("edit_field", value="/home/me/" + "x" * 50 + "/photos", width_in_chars=30))
    assert "/photos" in texts(draw(dialog, lambda text: text.replace("/home/me/" + "x" * 50, "")))


def test_a_view_that_nobody_has_drawn_yet_is_an_error() -> None:
    with pytest.raises(LookupError, match="a color_well cannot be drawn"):
        draw(Dialog("modal", "T", tree=node("color_well")))
