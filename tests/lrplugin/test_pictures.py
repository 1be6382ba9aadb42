"""The pictures of the dialogs in docs/plugin.md."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

import make_plugin_pictures


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return make_plugin_pictures.pictures()


def test_the_pictures_show_the_dialogs_as_they_are(drawn):
    assert make_plugin_pictures.outdated(drawn) == [], "run scripts/make_plugin_pictures.py"


def test_a_picture_that_is_missing_changed_or_left_over_is_noticed(drawn, tmp_path, monkeypatch):
    monkeypatch.setattr(make_plugin_pictures, "FOLDER", tmp_path)
    for name, picture in drawn.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(picture, encoding="utf-8")
    assert make_plugin_pictures.outdated(drawn) == []
    first, second = sorted(drawn)[:2]
    (tmp_path / first).unlink()
    (tmp_path / second).write_text("<svg/>", encoding="utf-8")
    (tmp_path / "old.svg").write_text("<svg/>", encoding="utf-8")
    assert make_plugin_pictures.outdated(drawn) == sorted([first, second, "old.svg"])


def test_the_manual_shows_each_picture_once_with_words_for_who_cannot_see_it(drawn):
    manual = (make_plugin_pictures.PROJECT / "docs" / "plugin.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[([^\]]+)\]\(pictures/plugin/([^)]+)\)", manual)
    assert sorted(name for _, name in shown) == sorted(name for name in drawn if "/" not in name)
    assert all(len(words) > 10 for words, _ in shown)


def test_no_path_of_this_computer_is_in_a_picture(drawn):
    for name, picture in drawn.items():
        ElementTree.fromstring(picture)
        assert "couloir-pictures-" not in picture, name
    assert "/Users/ana/Pictures/From Aperture - Travels" in drawn["options.svg"]


def test_each_dialog_is_drawn_in_each_language(drawn):
    english = {name for name in drawn if "/" not in name}
    assert drawn.keys() - english == {f"{language}/{name}" for language in ("de", "fr", "ja") for name in english}
